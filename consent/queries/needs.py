"""Which consents a home needs, and how it stands with each: computed from facts, never typed."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from consent.models import CaseItem, Consent, ConsentCase, ConsentCover, RecipientRefusal
from consent.states import (
    OPEN,
    SETTLED,
    AnswerChoice,
    CaseState,
    ConsentEnd,
    ConsentKind,
    ConsentPath,
    NeedState,
)
from homecare.core import clock
from homecare.recipients.models import (
    ContactPerson,
    Residence,
)
from homecare.ui.parts import Tone
from properties.models import (
    DoorPath,
    Entrance,
    HomeDoor,
    Ownership,
    PropertyOwner,
)

PATH_TONES: dict[str, Tone] = {
    ConsentPath.NOT_ASKED: "neutral",
    ConsentPath.ASKED: "info",
    ConsentPath.REMINDED: "waiting",
    ConsentPath.DEFERRED: "waiting",
    ConsentPath.NO_ANSWER: "waiting",
    ConsentPath.NO: "bad",
    ConsentPath.YES: "good",
}


PATH_OF_CASE: dict[str, ConsentPath] = {
    CaseState.SENT: ConsentPath.ASKED,
    CaseState.REMINDED: ConsentPath.REMINDED,
    CaseState.DEFERRED: ConsentPath.DEFERRED,
    CaseState.NO_ANSWER: ConsentPath.NO_ANSWER,
}


# Longer lists are looked up without naming each row, so that no database's limit is met.
NAMED_AT_MOST = 1000


Door = Entrance | HomeDoor


@dataclass(frozen=True, slots=True)
class Need:
    """One consent that a home needs, and how it stands with it.

    `since` is when it was given, asked for or declined. `consent` is the yes in force that covers
    the door; `case` is the newest request to the present owner about it.
    """

    kind: str
    door: Door
    owner: PropertyOwner | None
    recipient_id: int | None
    state: str
    since: datetime | None = None
    consent: Consent | None = None
    case: ConsentCase | None = None
    # Who must consent to data beside the recipient: somebody who lives there too.
    contact_person: ContactPerson | None = None

    @property
    def conditions(self) -> str:
        """What the owner or the recipient has set as conditions for the yes."""
        return self.consent.conditions if self.consent else ""

    @property
    def is_covered(self) -> bool:
        return self.state == NeedState.COVERED

    @property
    def path(self) -> ConsentPath:
        """The same in the words of an owner's way to a yes."""
        if self.state == NeedState.COVERED:
            return ConsentPath.YES
        if self.state == NeedState.WAITING and self.case:
            return PATH_OF_CASE[self.case.state]
        if self.state == NeedState.DECLINED:
            return ConsentPath.NO
        return ConsentPath.NOT_ASKED

    @property
    def waits_for_handler(self) -> bool:
        """The owner has not answered in spite of reminders: the next step is the handler's."""
        return (
            self.state == NeedState.WAITING
            and self.case is not None
            and self.case.state == CaseState.NO_ANSWER
        )


def needs_of_homes(
    residences: Iterable[Residence],
    *,
    on: date | None = None,
    monitoring: Container[int] = (),
) -> dict[int, list[Need]]:
    """Residence pk → its needs: the recipient's own, data (if monitored; also of each who lives
    there too), each entrance on the path from the street, and last the owner's for the home door
    where the register says so.

    `monitoring` holds the pks of home doors whose lock monitors. The number of queries is the
    same for any number of homes.
    """
    residences = list(residences)
    day = on or clock.today()
    doors = {
        door.pk: door
        for door in among(
            HomeDoor.objects.all(), "pk", {residence.home_door_id for residence in residences}
        )
    }
    paths: dict[int, list[Entrance]] = defaultdict(list)
    for step in among(DoorPath.objects.all(), "home_door_id", doors).select_related("entrance"):
        paths[step.home_door_id].append(step.entrance)
    entrances = [entrance for path in paths.values() for entrance in path]
    with_owner = [door for door in doors.values() if door.needs_owner_consent]
    owners = _owner_facts([*entrances, *with_owner], day)
    recipients = _RecipientFacts(
        {residence.recipient_id for residence in residences},
        day,
        monitored={one.recipient_id for one in residences if one.home_door_id in monitoring},
    )

    needs: dict[int, list[Need]] = {}
    for residence in residences:
        home = doors[residence.home_door_id]
        who = residence.recipient_id
        found = [recipients.need(ConsentKind.FITTING_HOME, who, home)]
        if home.pk in monitoring:
            found.append(recipients.need(ConsentKind.DATA, who, home))
            found += [recipients.need_of_contact(one, home) for one in recipients.living_with[who]]
        found += [
            owners.need(ConsentKind.FITTING_ENTRANCE, entrance) for entrance in paths[home.pk]
        ]
        if home.needs_owner_consent:
            found.append(owners.need(ConsentKind.FITTING_HOME, home))
        needs[residence.pk] = found
    return needs


def entrance_needs(entrances: Iterable[Entrance], *, on: date | None = None) -> dict[int, Need]:
    """Entrance pk → the owner's consent for it. The same number of queries for any number."""
    entrances = list(entrances)
    facts = _owner_facts(entrances, on or clock.today())
    return {one.pk: facts.need(ConsentKind.FITTING_ENTRANCE, one) for one in entrances}


def home_door_needs(doors: Iterable[HomeDoor], *, on: date | None = None) -> dict[int, Need]:
    """Home door pk → the owner's consent for it, for those that need one."""
    doors = [door for door in doors if door.needs_owner_consent]
    facts = _owner_facts(doors, on or clock.today())
    return {one.pk: facts.need(ConsentKind.FITTING_HOME, one) for one in doors}


def among(rows: QuerySet, field: str, wanted: Any) -> QuerySet:
    """The rows whose `field` is wanted, or all rows when so many are wanted."""
    return rows.filter(**{f"{field}__in": wanted}) if len(wanted) <= NAMED_AT_MOST else rows


class _OwnerFacts:
    """Who owns the doors on a day, and what those owners have said."""

    def __init__(self, owner_of: dict[int, PropertyOwner]) -> None:
        self.owner_of = owner_of  # property pk → owner
        self.yes: dict[tuple[Any, ...], Consent] = {}
        self.revoked_at: dict[tuple[Any, ...], datetime] = {}
        self.asked: dict[tuple[int, int], list[CaseItem]] = defaultdict(list)

    def need(self, kind: str, door: Door) -> Need:
        owner = self.owner_of.get(door.real_property_id)
        if owner is None:
            return Need(kind, door, None, None, NeedState.MISSING)
        items = self.asked.get((owner.pk, door.pk), []) if isinstance(door, Entrance) else []
        case = items[0].case if items else None
        keys = _keys(kind, owner.pk, door)
        consent = next((self.yes[key] for key in keys if key in self.yes), None)
        if consent:
            return Need(kind, door, owner, None, NeedState.COVERED, consent.given_at, consent, case)
        if case and case.state in OPEN and items[0].answer not in SETTLED:
            return Need(kind, door, owner, None, NeedState.WAITING, case.sent_at, None, case)
        declined_at = self._declined_at(keys, items)
        state = NeedState.DECLINED if declined_at else NeedState.MISSING
        return Need(kind, door, owner, None, state, declined_at, None, case)

    def _declined_at(self, keys: list[tuple[Any, ...]], items: list[CaseItem]) -> datetime | None:
        times = [self.revoked_at[key] for key in keys if key in self.revoked_at]
        times += [
            item.answered_at
            for item in items
            if item.answer == AnswerChoice.NO and item.answered_at
        ]
        return max(times, default=None)


def _keys(kind: str, owner_id: int, door: Door) -> list[tuple[Any, ...]]:
    """Under which a consent that covers the door is found, the most exact first."""
    return [
        (kind, owner_id, type(door).__name__, door.pk),
        (kind, owner_id, "property", door.real_property_id),
        (kind, owner_id, "all"),
    ]


def _owner_facts(doors: Sequence[Door], day: date) -> _OwnerFacts:
    """Five queries, however many doors."""
    properties = {door.real_property_id for door in doors}
    facts = _OwnerFacts(
        {
            held.real_property_id: held.owner
            for held in among(Ownership.objects.on(day), "real_property_id", properties)
            .select_related("owner")
            .order_by("starts_on")
        }
    )
    owners = {owner.pk for owner in facts.owner_of.values()}
    entrances = {door.pk for door in doors if isinstance(door, Entrance)}
    homes = {door.pk for door in doors if isinstance(door, HomeDoor)}
    _add_consents(facts, owners, entrances, homes, properties, day)
    items = (
        among(CaseItem.objects.all(), "entrance_id", entrances)
        .exclude(case__state=CaseState.CANCELLED)
        .select_related("case", "case__handler")
        .order_by("-case__created_at", "-case_id")
    )
    for item in items:
        facts.asked[item.case.owner_id, item.entrance_id].append(item)
    return facts


def _add_consents(
    facts: _OwnerFacts,
    owners: set[int],
    entrances: set[int],
    homes: set[int],
    properties: set[int],
    day: date,
) -> None:
    covers = ConsentCover.objects.select_related("consent").filter(consent__owner__isnull=False)
    if max(len(entrances), len(homes), len(properties)) <= NAMED_AT_MOST:
        covers = covers.filter(
            Q(entrance_id__in=entrances)
            | Q(home_door_id__in=homes)
            | Q(real_property_id__in=properties)
        )
    for cover in covers:
        consent = cover.consent
        if cover.entrance_id:
            key: tuple[Any, ...] = (consent.kind, consent.owner_id, "Entrance", cover.entrance_id)
        elif cover.home_door_id:
            key = (consent.kind, consent.owner_id, "HomeDoor", cover.home_door_id)
        else:
            key = (consent.kind, consent.owner_id, "property", cover.real_property_id)
        _add(facts, key, consent, day)
    blanket = Consent.objects.filter(covers_all_of_owner=True)
    for consent in among(blanket, "owner_id", owners):
        _add(facts, (consent.kind, consent.owner_id, "all"), consent, day)


def _add(facts: _OwnerFacts, key: tuple[Any, ...], consent: Consent, day: date) -> None:
    if consent.is_in_force(day):
        known = facts.yes.get(key)
        if known is None or consent.given_at > known.given_at:
            facts.yes[key] = consent
    elif consent.ended_because == ConsentEnd.REVOKED and consent.ended_at:
        known_at = facts.revoked_at.get(key)
        if known_at is None or consent.ended_at > known_at:
            facts.revoked_at[key] = consent.ended_at


class _RecipientFacts:
    """What the recipients have said, and those who live with the monitored ones.

    Three queries, however many recipients, and one more where a lock monitors.
    """

    def __init__(self, recipients: set[int], day: date, *, monitored: set[int]) -> None:
        self.day = day
        # By recipient, kind, and contact person where the consent is that person's own.
        self.consents: dict[tuple[int, str, int | None], list[Consent]] = defaultdict(list)
        self.refusals: dict[tuple[int, str], datetime] = {}
        self.living_with: dict[int, list[ContactPerson]] = defaultdict(list)
        consents = Consent.objects.filter(recipient__isnull=False).prefetch_related("covers")
        for consent in among(consents, "recipient_id", recipients):
            whose = (consent.recipient_id, consent.kind, consent.contact_person_id)
            self.consents[whose].append(consent)
        refusals = RecipientRefusal.objects.order_by("at")
        for refusal in among(refusals, "recipient_id", recipients):
            self.refusals[refusal.recipient_id, refusal.kind] = refusal.at
        if monitored:
            for contact in among(cohabitants(day), "recipient_id", monitored):
                self.living_with[contact.recipient_id].append(contact)

    def need(self, kind: str, recipient_id: int, home: HomeDoor) -> Need:
        if newest := self._in_force(kind, recipient_id, None, home):
            return Need(kind, home, None, recipient_id, NeedState.COVERED, newest.given_at, newest)
        declined_at = self.refusals.get((recipient_id, kind))
        state = NeedState.DECLINED if declined_at else NeedState.MISSING
        return Need(kind, home, None, recipient_id, state, declined_at)

    def need_of_contact(self, contact: ContactPerson, home: HomeDoor) -> Need:
        """The consent to data of somebody who lives with a recipient."""
        kind, who = ConsentKind.DATA, contact.recipient_id
        newest = self._in_force(kind, who, contact.pk, home)
        revoked = (one.ended_at for one in self.consents[who, kind, contact.pk])
        since = newest.given_at if newest else max(filter(None, revoked), default=None)
        state = NeedState.DECLINED if since else NeedState.MISSING
        if newest:
            state = NeedState.COVERED
        return Need(kind, home, None, who, state, since, newest, contact_person=contact)

    def _in_force(
        self, kind: str, recipient_id: int, contact_id: int | None, home: HomeDoor
    ) -> Consent | None:
        in_force = [
            consent
            for consent in self.consents[recipient_id, kind, contact_id]
            if consent.is_for(home) and consent.is_in_force(self.day)
        ]
        return max(in_force, key=lambda consent: consent.given_at, default=None)


def cohabitants(day: date | None = None) -> QuerySet[ContactPerson]:
    """Those close to recipients who live with them, on `day` (today)."""
    return ContactPerson.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=day or clock.today()), lives_with=True
    )
