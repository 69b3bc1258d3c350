from typing import Any

from django.http import Http404

from homecare.accounts.access import may
from homecare.oversight.models import Report


def report_to_read(user: Any, ref: Any) -> Report:
    """The report, for those who may see reports. Otherwise 404."""
    found = (
        Report.objects.select_related("made_by").filter(ref=ref).first()
        if may(user, "see_reports")
        else None
    )
    if found is None:
        raise Http404
    return found
