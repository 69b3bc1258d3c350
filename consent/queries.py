"""Which consents a home needs, and how it stands with each: computed from facts, never typed."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from consent.models import CaseItem, Consent, ConsentCase, ConsentCover, RecipientRefusal
from consent.states import (
    LIVE,
    OPEN,
    SETTLED,
    AnswerChoice,
    CaseState,
    ConsentEnd,
    ConsentKind,
    ConsentPath,
    NeedState,
)
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.recipients.models import (
    ContactPerson,
    OwnView,
    ProtectionLevel,
    Recipient,
    Representative,
    Residence,
)
from homecare.ui.parts import Bar, Tone
from properties.models import (
    DoorPath,
    Entrance,
    HomeDoor,
    Ownership,
    Property,
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
# What a recipient is asked, in this order.
OF_RECIPIENT = (
    ConsentKind.FITTING_HOME,
    ConsentKind.SPARE_KEY,
    ConsentKind.ALARM,
    ConsentKind.PHOTO,
    ConsentKind.DATA,
)
# After a no, or no answer, an owner is not asked of the same entrance by routine for so long.
QUARANTINE = timedelta(days=182)
# How long a lock stays after a sale while the new owner is asked.
CONFIRM_WITHIN = timedelta(days=60)
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
        for door in _among(
            HomeDoor.objects.all(), "pk", {residence.home_door_id for residence in residences}
        )
    }
    paths: dict[int, list[Entrance]] = defaultdict(list)
    for step in _among(DoorPath.objects.all(), "home_door_id", doors).select_related("entrance"):
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


def needed_entrances(
    *, visible_to: Any = None, right: str = "see_consents", day: date | None = None
) -> QuerySet[Entrance]:
    """The entrances in use on the way to the home of somebody who is cared for.

    With a user, of those whom the user may see; without, of all but people with protected
    personal details: that an entrance stands in a list must not tell that somebody lives there.
    """
    day = day or clock.today()
    people = Recipient.objects.cared_for_on(day)
    if visible_to is None:
        people = people.filter(protection_level=ProtectionLevel.NONE)
    else:
        people = people.filter(pk__in=Recipient.objects.visible_to(visible_to, right).values("pk"))
    at_home = Residence.objects.on(day).filter(
        home_door__path__entrance=OuterRef("pk"), recipient__in=people
    )
    if visible_to is not None:
        at_home = at_home.hiding_nobody_from(visible_to)
    return Entrance.objects.in_use(day).filter(Exists(at_home))


def with_path(entrances: QuerySet[Entrance], day: date | None = None) -> Any:
    """Add `path`, where on the way to a yes each entrance is (ConsentPath), and its owner.

    Says the same as `entrance_needs`, in the database, for filters and counts. Each condition is a
    set that is found once for all entrances, not once for each.
    """
    day = day or clock.today()
    revoked = Consent.objects.filter(ended_because=ConsentEnd.REVOKED)
    return entrances.with_owner(day).annotate(  # type: ignore[attr-defined]
        path=Case(
            When(_covered_by(Consent.objects.in_force(day), day), then=Value(ConsentPath.YES)),
            *(
                When(_asked(day, _WAITS, case__state=state), then=Value(path))
                for state, path in reversed(PATH_OF_CASE.items())
            ),
            When(
                _asked(day, answer=AnswerChoice.NO) | _covered_by(revoked, day),
                then=Value(ConsentPath.NO),
            ),
            default=Value(ConsentPath.NOT_ASKED),
        )
    )


def _owned(day: date, to_property: str, by: str) -> Q:
    """The condition that the property is owned on `day` by whom the field `by` names."""
    held = f"{to_property}__ownerships__"
    return Q(
        Q(**{f"{held}ends_on": None}) | Q(**{f"{held}ends_on__gte": day}),
        **{f"{held}starts_on__lte": day, f"{held}owner": F(by)},
    )


# An item that the owner has not said yes or no to.
_WAITS = ~Q(answer__in=SETTLED)


def _asked(day: date, *conditions: Q, **of_item: Any) -> Q:
    """The condition on an entrance that its owner on `day` was asked about it in such an item."""
    owned = _owned(day, "entrance__real_property", "case__owner")
    return Q(pk__in=CaseItem.objects.filter(owned, *conditions, **of_item).values("entrance"))


def _covered_by(consents: QuerySet[Consent], day: date) -> Q:
    """The condition on an entrance that a consent of its owner on `day` is among these."""
    consents = consents.filter(kind=ConsentKind.FITTING_ENTRANCE, owner__isnull=False)
    covers = ConsentCover.objects.filter(consent__in=consents)
    doors = covers.filter(_owned(day, "entrance__real_property", "consent__owner"))
    properties = covers.filter(_owned(day, "real_property", "consent__owner"))
    blanket = consents.filter(covers_all_of_owner=True)
    all_of_owner = Ownership.objects.on(day).filter(owner__in=blanket.values("owner"))
    return (
        Q(pk__in=doors.values("entrance"))
        | Q(real_property__in=properties.values("real_property"))
        | Q(real_property__in=all_of_owner.values("real_property"))
    )


def entrances_to_ask(*, visible_to: Any = None, right: str = "ask_consents") -> Any:
    """Those on the way to a home that nobody has said yes to, nor is asked about just now, nor
    has said no to of late. Those without an owner in the register are not among them.
    """
    today = clock.today()
    lately = clock.now() - QUARANTINE
    revoked = Consent.objects.filter(ended_because=ConsentEnd.REVOKED, ended_at__gte=lately)
    return (
        with_path(needed_entrances(visible_to=visible_to, right=right))
        .filter(path__in=[ConsentPath.NOT_ASKED, ConsentPath.NO], owner_id_now__isnull=False)
        .exclude(_asked(today, case__state=CaseState.DRAFT))
        .exclude(_asked(today, answer=AnswerChoice.NO, answered_at__gte=lately))
        .exclude(_covered_by(revoked, today))
    )


def to_be_confirmed(day: date | None = None) -> Q:
    """The condition on an entrance that was sold lately with a yes of the owner before.

    What hangs there stays while the new owner is asked; after the time it comes down.
    """
    day = day or clock.today()
    new = Ownership.objects.on(day).filter(starts_on__gt=day - CONFIRM_WITHIN)
    consents = Consent.objects.in_force(day).filter(
        kind=ConsentKind.FITTING_ENTRANCE, owner__isnull=False
    )
    sold = Ownership.objects.filter(ends_on__lt=day, ends_on__gte=day - CONFIRM_WITHIN)
    covers = ConsentCover.objects.filter(consent__in=consents)
    blanket = consents.filter(covers_all_of_owner=True).values("owner")
    return Q(real_property__in=new.values("real_property")) & (
        Q(pk__in=covers.values("entrance"))
        | Q(real_property__in=covers.values("real_property"))
        | Q(real_property__in=sold.filter(owner__in=blanket).values("real_property"))
    )


def askable_entrances_of(owner: PropertyOwner) -> Any:
    """The owner's entrances that can be asked about: not covered, nor in a request already."""
    live = CaseItem.objects.filter(
        _WAITS, entrance=OuterRef("pk"), case__owner=owner, case__state__in=LIVE
    )
    return (
        with_path(entrances_of(owner))
        .exclude(path=ConsentPath.YES)
        .exclude(Exists(live))
        .order_by("address", "name", "pk")
    )


def entrances_of(owner: PropertyOwner) -> Any:
    """The entrances in use that the owner owns today."""
    doors: Any = Entrance.objects.in_use().with_owner().select_related("real_property")
    return doors.filter(owner_id_now=owner.pk).order_by("address", "name", "pk")


def properties_of(owner: PropertyOwner) -> Any:
    """The properties that the owner owns today."""
    owned: Any = Property.objects.with_owner()
    return owned.filter(owner_id_now=owner.pk).order_by("designation")


def path_counts(entrances: QuerySet[Entrance] | None = None) -> dict[str, int]:
    """How many entrances on the way to homes are where: ConsentPath → number. One query."""
    rows = with_path(needed_entrances() if entrances is None else entrances)
    counts = dict(rows.order_by().values_list("path").annotate(Count("pk")))
    return {str(place): counts.get(place, 0) for place in ConsentPath}


def owner_funnel(entrances: QuerySet[Entrance] | None = None) -> list[Bar]:
    """The entrances on the way to homes by what their owners have said: all, then each part.

    Without `entrances`, of the whole municipality, save those that only lead to people with
    protected personal details.
    """
    counts = path_counts(entrances)
    url = reverse("consent:coverage")
    return [
        Bar(_("Portar som behöver medgivande"), sum(counts.values()), "neutral", url),
        *(
            Bar(place.label, counts[place], PATH_TONES[place], f"{url}?path={place}")
            for place in reversed(ConsentPath)
        ),
    ]


def cases_for_handler(user: Any) -> QuerySet[ConsentCase]:
    """The requests whose next step is the user's: nobody has answered in spite of reminders."""
    return (
        ConsentCase.objects.workable_by(user)
        .filter(state=CaseState.NO_ANSWER, handler=user)
        .select_related("owner")
    )


def doors_covered_by(consent: Consent) -> list[Door]:
    """The doors that a consent covers or covered: named, of its properties, or all of the owner."""
    covers = list(consent.covers.select_related("entrance", "home_door"))
    doors: list[Door] = [one for cover in covers if (one := cover.entrance or cover.home_door)]
    owned = Q(real_property__in=[one.real_property_id for one in covers if one.real_property_id])
    if consent.covers_all_of_owner and consent.owner:
        owned |= Q(real_property__in=properties_of(consent.owner).values("pk"))
    model: Any = HomeDoor if consent.kind == ConsentKind.FITTING_HOME else Entrance
    return [*doors, *model.objects.filter(owned)]


def home_of(recipient: Recipient, *, seen_by: Any = None) -> HomeDoor:
    """The door of the recipient's present home. Refuses when there is none.

    Also when it is to be shown to a user who may not see somebody protected that lives there too.
    """
    living = Residence.objects.on(clock.today()).filter(recipient=recipient)
    if seen_by is not None and living.exists():
        living = living.hiding_nobody_from(seen_by)
        if not living.exists():
            raise RuleBroken(_("Bostaden visas inte. Fråga enhetschefen."))
    residence = living.select_related("home_door").first()
    if recipient.died_on or residence is None:
        raise RuleBroken(_("Personen har ingen bostad i registret i dag."))
    return residence.home_door


def recipient_consent_in_force(
    recipient: Recipient, kind: str, home: HomeDoor, contact_person: ContactPerson | None = None
) -> Consent | None:
    """The recipient's consent of that kind in force; the one for a former home does not count.

    With `contact_person`, that of somebody who lives with the recipient.
    """
    given = Consent.objects.in_force().filter(
        recipient=recipient, kind=kind, contact_person=contact_person
    )
    for consent in given.prefetch_related("covers"):
        doors = {cover.home_door_id for cover in consent.covers.all()}
        if not doors or home.pk in doors:
            return consent
    return None


def cohabitants(day: date | None = None) -> QuerySet[ContactPerson]:
    """Those close to recipients who live with them, on `day` (today)."""
    return ContactPerson.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=day or clock.today()), lives_with=True
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one thing that a recipient, or somebody who lives there, is asked."""

    kind: str
    state: str  # yes, no, withdrawn, not_asked
    since: datetime | None = None
    consent: Consent | None = None
    contact_person: ContactPerson | None = None

    @property
    def label(self) -> str:
        return str(ConsentKind(self.kind).label)

    @property
    def is_open(self) -> bool:
        """There is no yes in force, so it can be asked."""
        return self.consent is None


def standings_of(recipient: Recipient, home: HomeDoor) -> list[Standing]:
    """Every kind of consent that can be asked in the home, and what was last said of it."""
    consents = list(
        Consent.objects.filter(recipient=recipient)
        .select_related("contact_person", "representative", "text")
        .prefetch_related("covers")
    )
    refusals = list(RecipientRefusal.objects.filter(recipient=recipient))
    found = [
        _standing(
            kind,
            home,
            [one for one in consents if one.kind == kind and one.contact_person_id is None],
            [one.at for one in refusals if one.kind == kind],
        )
        for kind in OF_RECIPIENT
    ]
    for contact in cohabitants().filter(recipient=recipient):
        own = [one for one in consents if one.contact_person_id == contact.pk]
        # A no of somebody who lives there has no row of its own: the trail remembers it.
        said_no = TrailEntry.objects.about(contact).filter(verb="consent.declined")
        times = list(said_no.values_list("at", flat=True))
        found.append(_standing(ConsentKind.DATA, home, own, times, contact))
    return found


def _standing(
    kind: str,
    home: HomeDoor,
    consents: list[Consent],
    refused_at: list[datetime],
    contact: ContactPerson | None = None,
) -> Standing:
    day = clock.today()
    here = [
        one
        for one in consents
        if not (doors := {cover.home_door_id for cover in one.covers.all()}) or home.pk in doors
    ]
    in_force = [one for one in here if one.is_in_force(day)]
    if in_force:
        newest = max(in_force, key=lambda one: one.given_at)
        return Standing(kind, "yes", newest.given_at, newest, contact)
    revoked_at = max((one.ended_at for one in here if one.ended_at), default=None)
    no_at = max(refused_at, default=None)
    # Taking a consent back is kept as a no of the same moment too.
    if revoked_at and (no_at is None or revoked_at >= no_at):
        return Standing(kind, "withdrawn", revoked_at, contact_person=contact)
    if no_at:
        return Standing(kind, "no", no_at, contact_person=contact)
    return Standing(kind, "not_asked", contact_person=contact)


def objections_seen_by(user: Any) -> QuerySet[Representative]:
    """Mandates of today where the person does not want what the representative would agree to:
    for the unit manager to take up. Of people whose consents the user may see.
    """
    people = Recipient.objects.visible_to(user, "see_consents").cared_for_on(clock.today())
    return (
        Representative.objects.on(clock.today())
        .filter(own_view=OwnView.OBJECTS, recipient__in=people)
        .select_related("recipient")
        .order_by("recipient__last_name", "recipient__first_name", "pk")
    )


# --- how it is put together ----------------------------------------------------------------------


def _among(rows: QuerySet, field: str, wanted: Any) -> QuerySet:
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
            for held in _among(Ownership.objects.on(day), "real_property_id", properties)
            .select_related("owner")
            .order_by("starts_on")
        }
    )
    owners = {owner.pk for owner in facts.owner_of.values()}
    entrances = {door.pk for door in doors if isinstance(door, Entrance)}
    homes = {door.pk for door in doors if isinstance(door, HomeDoor)}
    _add_consents(facts, owners, entrances, homes, properties, day)
    items = (
        _among(CaseItem.objects.all(), "entrance_id", entrances)
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
    for consent in _among(blanket, "owner_id", owners):
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
        self.consents: dict[tuple[int, str, int | None], list[tuple[Consent, set[int]]]]
        self.consents = defaultdict(list)
        self.refusals: dict[tuple[int, str], datetime] = {}
        self.living_with: dict[int, list[ContactPerson]] = defaultdict(list)
        consents = Consent.objects.filter(recipient__isnull=False).prefetch_related("covers")
        for consent in _among(consents, "recipient_id", recipients):
            doors = {cover.home_door_id for cover in consent.covers.all() if cover.home_door_id}
            whose = (consent.recipient_id, consent.kind, consent.contact_person_id)
            self.consents[whose].append((consent, doors))
        refusals = RecipientRefusal.objects.order_by("at")
        for refusal in _among(refusals, "recipient_id", recipients):
            self.refusals[refusal.recipient_id, refusal.kind] = refusal.at
        if monitored:
            for contact in _among(cohabitants(day), "recipient_id", monitored):
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
        revoked = (one.ended_at for one, _doors in self.consents[who, kind, contact.pk])
        since = newest.given_at if newest else max(filter(None, revoked), default=None)
        state = NeedState.DECLINED if since else NeedState.MISSING
        if newest:
            state = NeedState.COVERED
        return Need(kind, home, None, who, state, since, newest, contact_person=contact)

    def _in_force(
        self, kind: str, recipient_id: int, contact_id: int | None, home: HomeDoor
    ) -> Consent | None:
        # A yes that names a door is for that door: who moves is asked anew.
        in_force = [
            consent
            for consent, doors in self.consents[recipient_id, kind, contact_id]
            if (not doors or home.pk in doors) and consent.is_in_force(self.day)
        ]
        return max(in_force, key=lambda consent: consent.given_at, default=None)
