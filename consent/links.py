"""The sealed link of an owner's page. Nothing is stored: the seal carries the case and the number
of the link, and asking anew closes the old link.
"""

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from consent.models import ConsentCase
from consent.states import OPEN, CaseState
from homecare.core import clock

OPEN_FOR = timedelta(days=90)
_seal = signing.Signer(salt="consent.answer")


def token_for(case: ConsentCase) -> str:
    """The same token each time, so that a reminder brings the same link."""
    return _seal.sign_object([case.ref.hex, case.link_number])


def url_of(case: ConsentCase) -> str:
    """The whole address, as it stands in an e-mail."""
    return settings.BASE_URL + reverse("consent:answer", kwargs={"token": token_for(case)})


def open_until(sent_at: datetime) -> date:
    """The last day on which a link sent at `sent_at` opens its page."""
    return timezone.localtime(sent_at + OPEN_FOR).date()


def case_of(token: str) -> ConsentCase | None:
    """The case that the token opens, to answer or to read the answer given.

    None when the link is false, has run out, was replaced by a newer one, or the request was
    cancelled: from outside these look the same.
    """
    try:
        ref, number = _seal.unsign_object(token)
        case_ref = uuid.UUID(ref)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    case = (
        ConsentCase.objects.select_related("owner", "text", "handler")
        .filter(ref=case_ref, link_number=number, state__in={*OPEN, CaseState.ANSWERED})
        .first()
    )
    if case is None or case.sent_at is None or clock.today() > open_until(case.sent_at):
        return None
    return case
