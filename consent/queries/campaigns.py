"""Whom a mailing would ask, and whom it leaves out and why. Computed, never stored.

A mailing is run again and again as an area grows: what is asked, covered or refused already is left
out each time, so that a new run asks only the difference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from consent.models import Campaign, CaseItem, LeftOut
from consent.queries.entrances import (
    QUARANTINE,
    homes_without_protection,
    people_behind,
    with_path,
    with_path_only,
)
from consent.queries.receivers import receivers_of
from consent.states import LIVE, SETTLED, AnswerChoice, ConsentPath
from homecare.core import clock
from homecare.recipients.models import Commission, Residence
from properties.models import DoorPath, Entrance, Ownership, PropertyOwner


@dataclass(frozen=True, slots=True)
class Chosen:
    """An entrance that a letter would ask about."""

    entrance: Any
    unlocks: int  # recipients in the area whose way goes through it
    is_widened: bool = False  # asked only so that the letter singles nobody out


@dataclass(slots=True)
class Letter:
    """One request to one owner: all its entrances."""

    owner: PropertyOwner
    channel: str
    to_name: str
    doors: list[Chosen] = field(default_factory=list)
    unlocks: int = 0  # recipients for whom at least one of the entrances is on the way

    @property
    def entrances(self) -> list[Entrance]:
        return [door.entrance for door in self.doors]

    @property
    def number_widened(self) -> int:
        return sum(door.is_widened for door in self.doors)


@dataclass(frozen=True, slots=True)
class Omitted:
    """An entrance on the way to a home in the area that nobody is asked about, and why."""

    entrance: Any
    why: str
    by_person: bool = False


@dataclass(slots=True)
class Preview:
    """What a mailing would do now: letters, by how much they unlock, and what it leaves out."""

    letters: list[Letter]
    omitted: list[Omitted]
    recipients: int  # in the area, those with protected personal details not counted

    @property
    def number_of_entrances(self) -> int:
        return sum(len(letter.doors) for letter in self.letters)

    @property
    def by_channel(self) -> Counter[str]:
        return Counter(letter.channel for letter in self.letters)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        return Counter(one.why for one in self.omitted).most_common()


def residences_in(campaign: Campaign, user: Any) -> QuerySet[Residence]:
    """The homes of the area whose people `user` may ask owners for, cared for today."""
    homes = homes_without_protection(user, "ask_consents")
    if campaign.district_id:
        there = Commission.objects.on(clock.today()).filter(unit__district=campaign.district_id)
        homes = homes.filter(Exists(there.filter(recipient=OuterRef("recipient"))))
    if codes := campaign.postal_codes.split(","):
        wanted = Q()
        for code in filter(None, codes):
            wanted |= Q(home_door__postal_code__startswith=code)
        homes = homes.filter(wanted)
    return homes


def preview(campaign: Campaign, user: Any) -> Preview:
    """Whom the mailing would ask if `user` sent it now. A fixed number of queries for any area."""
    homes = residences_in(campaign, user)
    steps = DoorPath.objects.filter(home_door__in=homes.values("home_door"))
    behind = people_behind(homes)
    entrances = list(
        with_path_only(Entrance.objects.in_use().filter(pk__in=steps.values("entrance"))).order_by(
            "address", "name", "pk"
        )
    )
    owner_of = dict(Ownership.objects.on(clock.today()).values_list("real_property", "owner"))
    for entrance in entrances:
        entrance.owner_id_now = owner_of.get(entrance.real_property_id)
    judge = _Judge(campaign, {one.owner_id_now for one in entrances if one.owner_id_now})
    omitted, to_ask = [], defaultdict(list)
    for entrance in entrances:
        why = judge.why_not(entrance)
        if why:
            omitted.append(why)
        else:
            to_ask[entrance.owner_id_now].append(entrance)

    letters = []
    for owner_id, chosen in to_ask.items():
        letter = judge.letter_to(owner_id)
        for entrance in chosen:
            letter.doors.append(Chosen(entrance, len(behind[entrance.pk])))
        letter.unlocks = len(set().union(*(behind[one.pk] for one in chosen)))
        omitted += judge.widen(letter)
        if letter.doors:
            letters.append(letter)
    letters.sort(key=lambda one: (-one.unlocks, one.owner.name))
    return Preview(letters, omitted, homes.order_by().values("recipient").distinct().count())


class _Judge:
    """What is known of the owners of an area, looked up once."""

    def __init__(self, campaign: Campaign, owners: set[int]) -> None:
        self.least = campaign.least_homes
        self.owners = PropertyOwner.objects.in_bulk(owners)
        self.receivers = receivers_of(self.owners.values())
        self.left_out = {
            one.entrance_id: one
            for one in LeftOut.objects.filter(campaign=campaign).select_related("by")
        }
        lately = clock.now() - QUARANTINE
        self.live = set(
            CaseItem.objects.filter(~Q(answer__in=SETTLED), case__state__in=LIVE).values_list(
                "case__owner", "entrance"
            )
        )
        self.said_no = set(
            CaseItem.objects.filter(answer=AnswerChoice.NO, answered_at__gte=lately).values_list(
                "case__owner", "entrance"
            )
        )
        self.in_flats = set(
            DoorPath.objects.exclude(home_door__apartment_number="").values_list(
                "entrance", flat=True
            )
        )

    def why_not(self, entrance: Any) -> Omitted | None:
        """Why nobody is asked about an entrance, or None."""
        key = (entrance.owner_id_now, entrance.pk)
        owner = self.owners.get(entrance.owner_id_now)
        entrance.owner_name = owner.name if owner else ""
        if entrance.pk in self.left_out:
            mark = self.left_out[entrance.pk]
            return Omitted(entrance, mark.reason, by_person=True)
        if owner is None:
            return Omitted(entrance, _("Ingen ägare i registret"))
        if entrance.path == ConsentPath.YES:
            return Omitted(entrance, _("Har redan medgivande"))
        if key in self.live:
            return Omitted(entrance, _("Tillfrågad, väntar på svar"))
        if key in self.said_no or entrance.path == ConsentPath.NO:
            return Omitted(entrance, _("Ägaren har sagt nej eller återkallat det senaste halvåret"))
        if owner.do_not_contact:
            return Omitted(entrance, _("Ägaren är markerad ”kontakta ej”"))
        if owner.pk not in self.receivers:
            return Omitted(entrance, _("Ägaren saknar både e-postadress och postadress"))
        return None

    def letter_to(self, owner_id: int) -> Letter:
        receiver = self.receivers[owner_id]
        return Letter(self.owners[owner_id], receiver.channel, receiver.name)

    def widen(self, letter: Letter) -> list[Omitted]:
        """Add entrances of the owner until no home is singled out; those that cannot be helped
        are taken out, and given.

        An entrance with too few homes behind it, or nobody knows how many, is asked about only
        together with the others of the property, and if they are few too, with all the owner has.
        Those that the owner is not to be asked about stand in no letter, and hide nobody.
        """
        small = [door for door in letter.doors if self._is_small([door.entrance])]
        if not small:
            return []
        chosen = {door.entrance.pk for door in letter.doors}
        owned = [
            one
            for one in self._owned_by[letter.owner.pk]
            if one.pk in chosen or not self.why_not(one)
        ]
        omitted = []
        for door in small:
            on_property = [
                one for one in owned if one.real_property_id == door.entrance.real_property_id
            ]
            enough = next((some for some in (on_property, owned) if not self._is_small(some)), None)
            if enough is None:
                letter.doors.remove(door)
                omitted.append(
                    Omitted(
                        door.entrance,
                        _("Brevet skulle peka ut ett hem. Fråga på annat sätt."),
                    )
                )
                continue
            for one in enough:
                if one.pk not in chosen:
                    chosen.add(one.pk)
                    letter.doors.append(Chosen(one, unlocks=0, is_widened=True))
        if all(door.is_widened for door in letter.doors):
            letter.doors.clear()
        return omitted

    @cached_property
    def _owned_by(self) -> dict[int, list[Any]]:
        """Owner pk → all its entrances in use; of all owners of the area in one query."""
        found: dict[int, list[Any]] = defaultdict(list)
        rows = with_path(Entrance.objects.in_use()).select_related("real_property")
        for one in rows.filter(real_property__ownerships__owner__in=self.owners).distinct():
            found[one.owner_id_now].append(one)
        return found

    def _is_small(self, entrances: Iterable[Any]) -> bool:
        return sum(map(self._homes_behind, entrances)) < self.least

    def _homes_behind(self, entrance: Any) -> int:
        """As the register says; where it does not, a home with an apartment number (which only a
        house of flats has) counts as enough, and anything else as none.
        """
        if entrance.homes is not None:
            return entrance.homes
        return self.least if entrance.pk in self.in_flats else 0


def entrances_left_out_by_hand(campaign: Campaign) -> QuerySet[LeftOut]:
    return (
        LeftOut.objects.filter(campaign=campaign)
        .select_related("entrance", "by")
        .order_by("entrance__address", "pk")
    )
