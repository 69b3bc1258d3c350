"""Who may bring in which lists, and the door to an import."""

from typing import Any

from django.http import Http404

from homecare.accounts.access import may, may_everywhere
from homecare.exchange.models import Import
from homecare.exchange.states import ListKind

IMPORT = "import_lists"
# A list changes what its people could change by hand.
RIGHT_OF = {
    ListKind.UNITS: "change_organisation",
    ListKind.STAFF: "change_staff",
    ListKind.PROPERTY_OWNERS: "change_properties",
    ListKind.ENTRANCES: "change_properties",
    ListKind.RECIPIENTS: "change_recipients",
    ListKind.REPRESENTATIVES: "change_recipients",
    ListKind.CONTACTS: "change_recipients",
    ListKind.KEYS: "change_keys",
}
# Whoever brings in lists for the whole municipality brings in these too, and reads nobody.
UNREAD = {ListKind.RECIPIENTS, ListKind.REPRESENTATIVES, ListKind.CONTACTS, ListKind.KEYS}


def may_bring_in(user: Any, kind: str) -> bool:
    """Whether `user` may bring in lists of this kind."""
    if not may(user, IMPORT):
        return False
    return may(user, RIGHT_OF[ListKind(kind)]) or (kind in UNREAD and may_everywhere(user, IMPORT))


def kinds_for(user: Any) -> list[tuple[str, str]]:
    """The kinds of lists that `user` may bring in, as choices."""
    return [(kind.value, str(kind.label)) for kind in ListKind if may_bring_in(user, kind)]


def import_to_work_on(user: Any, ref: Any) -> Import:
    """The import, for whoever uploaded it or may bring in lists everywhere. Otherwise 404."""
    found = (
        Import.objects.visible_to(user)
        .select_related("uploaded_by", "brought_in_by", "undone_by")
        .filter(ref=ref)
        .first()
    )
    if found is None:
        raise Http404
    return found
