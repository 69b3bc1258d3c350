"""Who may bring in which lists, and the door to an import."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404

from homecare.accounts.access import may, may_everywhere
from homecare.audit.trail import note_export
from homecare.exchange.models import Import
from homecare.exchange.states import ListKind
from homecare.recipients.access import note_list
from homecare.recipients.models import Recipient
from homecare.recipients.querysets import refs_of

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


@dataclass(frozen=True, slots=True)
class Trial:
    """What a dry run told, as far as somebody may read it: the first faults, how many there are,
    (line, sentence) of the changes, and whether values were kept back.
    """

    faults: list[dict[str, str]] = field(default_factory=list)
    number_of_faults: int = 0
    sentences: list[tuple[str, str]] = field(default_factory=list)
    is_veiled: bool = False


def trial_to_read(user: Any, batch: Import, *, at_most: int) -> Trial:
    """What the dry run of an import that `user` works on told, once it is on record of whom.

    Values before and after are told only of people whom `user` may read; of others, that
    something changes.
    """
    told = json.loads(batch.faults or "[]")
    faults = told[:at_most]
    lines = list(json.loads(batch.sentences or "{}").items())[:at_most] if not faults else []
    said = [(number, one) for number, sentences in lines for one in sentences]
    refs = _people_in(faults)
    refs.update(ref for _number, one in said for ref in one["people"])
    readable: set[str] = set()
    if refs:
        people = Recipient.objects.filter(ref__in=refs).order_by("pk")
        readable = set(refs_of(people.visible_to(user)))
        note_list(user, list(people), what="import.trial_read", obj=batch)
    return Trial(
        faults,
        len(told),
        [
            (number, one["text"] if readable.issuperset(one["people"]) else one["veiled"])
            for number, one in said
        ],
        is_veiled=bool(refs - readable),
    )


def faults_to_export(user: Any, batch: Import) -> list[dict[str, str]]:
    """Every fault of a dry run, once it is on record that they were taken out, and of whom."""
    told: list[dict[str, str]] = json.loads(batch.faults or "[]")
    shown = sorted(_people_in(told))
    personal = {"shown": shown} if shown else None
    note_export(user, what="import.faults", obj=batch, rows=len(told), personal=personal)
    return told


def _people_in(faults: list[dict[str, str]]) -> set[str]:
    return {fault["person"] for fault in faults if fault.get("person")}
