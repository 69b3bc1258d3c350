"""Making reports."""

import hashlib
import json

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.oversight import queries
from homecare.oversight.models import Report


@transaction.atomic
def make_report(*, by: User) -> Report:
    """Take a snapshot of how far the roll-out has come, and save it with its checksum.

    The trail's entry about it carries the same checksum, so that a report changed behind the
    application's back no longer agrees with the sealed trail.
    """
    moment = clock.now()
    content = {
        "municipality": settings.MUNICIPALITY,
        "made_at": moment.isoformat(),
        **queries.progress(moment),
    }
    last = Report.objects.aggregate(last=Max("number"))["last"] or 0
    report = Report.objects.create(
        number=last + 1, made_at=moment, made_by=by, content=content, sha256=checksum(content)
    )
    record(by, "report.made", report, number=report.number, sha256=report.sha256)
    return report


def checksum(content: dict) -> str:
    """SHA-256 over the canonical JSON: sorted keys, UTF-8, no spaces."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
