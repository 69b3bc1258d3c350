from typing import Any

from django.http import Http404

from homecare.exchange.models import Import


def import_to_work_on(user: Any, ref: Any) -> Import:
    """The import, for whoever uploaded it or may bring in lists everywhere. Otherwise 404."""
    found = (
        Import.objects.visible_to(user)
        .select_related("uploaded_by", "undone_by")
        .filter(ref=ref)
        .first()
    )
    if found is None:
        raise Http404
    return found
