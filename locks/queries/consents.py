"""The consents a lock needs, and the gate before "in operation" (design, rule 1).

One definition: what is missing when a fitting is ordered, what keeps the gate shut, and which locks
in operation have lost their consent are all computed here. A fixed number of queries, however many
doors are asked about.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from consent.queries import Need, entrance_needs, needs_of_homes
from consent.states import ConsentKind, NeedState
from homecare.core import clock
from homecare.recipients.models import Recipient, Residence
from locks.models import FallbackRoute, Installation, LockModel
from locks.states import TestPoint
from properties.models import Entrance, HomeDoor

Door = Entrance | HomeDoor
# A door and whether the lock on it monitors (lag 2001:454, 9 §).
Wanted = tuple[Door, bool]
Key = tuple[str, int]

# Longer lists are looked up without naming each row, so that no database's limit is met.
NAMED_AT_MOST = 1000


def _key(door: Door) -> Key:
    return (type(door).__name__, door.pk)


def living(day: date) -> QuerySet[Residence]:
    """Who lives where on a day, the dead apart."""
    residences: QuerySet[Residence] = Residence.objects.on(day).filter(
        Q(recipient__died_on=None) | Q(recipient__died_on__gt=day)
    )
    return residences


def _living_at(homes: set[int], day: date) -> QuerySet[Residence]:
    return living(day).filter(home_door__in=homes) if len(homes) <= NAMED_AT_MOST else living(day)


def residents_of(door: Door) -> list[Recipient]:
    """Those who live behind a home door today. Nobody for an entrance."""
    if isinstance(door, Entrance):
        return []
    found = _living_at({door.pk}, clock.today()).select_related("recipient").order_by("pk")
    return [residence.recipient for residence in found]


def needs_at(wanted: Iterable[Wanted], *, on: date | None = None) -> dict[Key, list[Need] | None]:
    """Door → the consents that a lock on it needs. None for a home where nobody lives."""
    wanted = list(wanted)
    day = on or clock.today()
    found: dict[Key, list[Need] | None] = {_key(door): None for door, _monitors in wanted}
    of_entrances = entrance_needs(
        {door.pk: door for door, _monitors in wanted if isinstance(door, Entrance)}.values(),
        on=day,
    )
    for pk, need in of_entrances.items():
        found["Entrance", pk] = [need]
    for home, needs in _needs_at_homes(wanted, day).items():
        found["HomeDoor", home] = needs
    return found


def _needs_at_homes(wanted: list[Wanted], day: date) -> dict[int, list[Need]]:
    homes = {door.pk for door, _monitors in wanted if isinstance(door, HomeDoor)}
    if not homes:
        return {}
    monitoring = {door.pk for door, monitors in wanted if isinstance(door, HomeDoor) and monitors}
    residences = [one for one in _living_at(homes, day) if one.home_door_id in homes]
    of_residence = needs_of_homes(residences, on=day, monitoring=monitoring)
    found: dict[int, list[Need]] = defaultdict(list)
    for residence in residences:
        needs = found[residence.home_door_id]
        for need in of_residence[residence.pk]:
            # The entrances on the path have locks, and gates, of their own.
            if need.kind == ConsentKind.FITTING_ENTRANCE:
                continue
            # The owner is asked once for the door, however many live behind it.
            if need.recipient_id is None and any(one.recipient_id is None for one in needs):
                continue
            needs.append(need)
    return found


def _missing(needs: list[Need] | None) -> list[str]:
    if needs is None:
        return [_("Ingen hemtjänsttagare bor bakom dörren.")]
    return list(dict.fromkeys(_sentence(need) for need in needs if not need.is_covered))


def _sentence(need: Need) -> str:
    """What is missing, without a word on who lives there."""
    if need.recipient_id is not None:
        if need.kind == ConsentKind.DATA:
            return _("Samtycke enligt 9 § lagen (2001:454) saknas, och låset övervakar.")
        if need.state == NeedState.DECLINED:
            return _("Hemtjänsttagaren har sagt nej eller återkallat sitt medgivande.")
        return _("Hemtjänsttagarens medgivande saknas.")
    if need.owner is None:
        return _("Fastigheten har ingen ägare i registret.")
    words = {
        NeedState.WAITING: _("%(owner)s är tillfrågad men har inte svarat."),
        NeedState.DECLINED: _("%(owner)s har sagt nej eller återkallat sitt medgivande."),
        NeedState.MISSING: _("%(owner)s är inte tillfrågad."),
    }
    return words[NeedState(need.state)] % {"owner": need.owner}


def missing_consents(door: Door, lock_model: LockModel | None) -> list[str]:
    """What is missing before this model may be fitted on the door: sentences, or nothing."""
    monitors = bool(lock_model and lock_model.has_monitoring_function)
    return _missing(needs_at([(door, monitors)])[_key(door)])


def conditions_at(door: Door, lock_model: LockModel | None) -> list[str]:
    """The conditions for the consents in force, as whoever gave them wrote them."""
    monitors = bool(lock_model and lock_model.has_monitoring_function)
    needs = needs_at([(door, monitors)])[_key(door)] or []
    return list(dict.fromkeys(need.conditions for need in needs if need.conditions))


def consents_missing(
    installations: list[Installation], on: date | None = None
) -> dict[int, list[str]]:
    """Installation pk → what its consents lack on a day: sentences, or nothing."""
    needs = needs_at(
        ((one.door, one.unit.model.has_monitoring_function) for one in installations), on=on
    )
    return {one.pk: _missing(needs[_key(one.door)]) for one in installations}


def gates(installations: Iterable[Installation]) -> dict[int, list[str]]:
    """Installation pk → what is missing before it may be in operation. Empty is an open gate."""
    installations = list(installations)
    found = consents_missing(installations)
    homes = [one.home_door_id for one in installations if one.home_door_id]
    ways_in = set(
        FallbackRoute.objects.filter(home_door__in=homes).values_list("home_door", flat=True)
        if homes
        else ()
    )
    for one in installations:
        missing = found[one.pk]
        if one.signed_at is None:
            missing.append(_("Protokollet är inte undertecknat."))
        failed = [str(p.label) for p in TestPoint if p not in one.tests_passed]
        if failed:
            missing.append(
                _("Funktionsprovet är inte godkänt: %(points)s.") % {"points": "; ".join(failed)}
            )
        if one.home_door_id and one.home_door_id not in ways_in:
            missing.append(_("Reservväg är inte registrerad."))
    return found


def gate(installation: Installation) -> list[str]:
    """What is missing before it may be in operation: sentences, or nothing (domain.md 8.2)."""
    return gates([installation])[installation.pk]
