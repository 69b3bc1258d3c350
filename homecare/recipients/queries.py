"""What the pages show of a person, and of those who are named for a protected one."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from homecare.accounts.access import may_in
from homecare.accounts.models import RoleAssignment, User
from homecare.accounts.roles import RIGHTS_OF
from homecare.core import clock
from homecare.core.history import Entry, timeline
from homecare.recipients.access import CHANGE, SEE, may_change
from homecare.recipients.models import (
    Commission,
    ContactPerson,
    NamedGrant,
    Recipient,
    Representative,
    Residence,
)
from homecare.recipients.querysets import running_or_closing
from properties.models import Entrance


@dataclass(frozen=True, slots=True)
class SeenCommission:
    """A commission as the reader sees it."""

    row: Commission
    runs: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class RecipientCard:
    """What there is to know of a person, for the fragments in templates/recipients/.

    `home` is None where the person has none, and where `home_is_hidden`: somebody protected lives
    there too whom the reader is not named for.
    """

    recipient: Recipient
    home: Residence | None = None
    home_is_hidden: bool = False
    path: list[Entrance] = field(default_factory=list)
    earlier_homes: list[Residence] = field(default_factory=list)
    commissions: list[SeenCommission] = field(default_factory=list)
    representatives: list[Representative] = field(default_factory=list)
    earlier_representatives: list[Representative] = field(default_factory=list)
    contacts: list[ContactPerson] = field(default_factory=list)
    events: list[Entry] = field(default_factory=list)
    may_change: bool = False

    @property
    def is_frozen(self) -> bool:
        """After a death nothing is changed."""
        return self.recipient.died_on is not None

    @property
    def can_be_changed(self) -> bool:
        return self.may_change and not self.is_frozen


def card_of(recipient: Recipient, user: Any = None) -> RecipientCard:
    """The card of a person whom an access door gave, as `user` may see it.

    Without a user nothing is hidden and nothing may be changed. The number of queries is the same
    however much there is. A unit sees its own commissions and no others.
    """
    today = clock.today()
    residences = list(recipient.residences.select_related("home_door__real_property"))
    hidden = _hidden(recipient, residences, user)
    shown = [one for one in residences if one.pk not in hidden]
    home = next((one for one in shown if one.holds_on(today)), None)
    commissions = _commissions(recipient, user)
    representatives = list(recipient.representatives.all())
    return RecipientCard(
        recipient=recipient,
        home=home,
        home_is_hidden=any(one.holds_on(today) and one.pk in hidden for one in residences),
        path=_path_to(home),
        earlier_homes=[one for one in shown if not one.holds_on(today)],
        commissions=commissions,
        representatives=[one for one in representatives if not _is_over(one)],
        earlier_representatives=[one for one in representatives if _is_over(one)],
        contacts=list(recipient.contacts.current()),
        events=_events(recipient, commissions, show_homes=not hidden),
        may_change=user is not None and may_change(user, recipient),
    )


def _hidden(recipient: Recipient, residences: list[Residence], user: Any) -> set[int]:
    if user is None or not residences:
        return set()
    seen = recipient.residences.hiding_nobody_from(user).values_list("pk", flat=True)
    return {one.pk for one in residences} - set(seen)


def _is_over(period: Any) -> bool:
    return period.ends_on is not None and period.ends_on < clock.today()


def _commissions(recipient: Recipient, user: Any) -> list[SeenCommission]:
    rows = recipient.commissions.select_related("unit__provider")
    if user is not None:
        rows = rows.in_units_of(user, SEE)
    return [
        SeenCommission(
            one,
            runs=not _is_over(one),
            may_end=user is not None and not _is_over(one) and may_in(user, CHANGE, one.unit),
        )
        for one in rows
    ]


def _path_to(home: Residence | None) -> list[Entrance]:
    if home is None:
        return []
    steps = home.home_door.path.select_related("entrance").order_by("position")
    return [step.entrance for step in steps]


def _events(
    recipient: Recipient, commissions: list[SeenCommission], *, show_homes: bool
) -> list[Entry]:
    sources = [
        recipient,
        recipient.commissions,
        recipient.representatives,
        recipient.contacts,
        *([recipient.residences] if show_homes else []),
    ]
    return timeline(*sources, only={Commission: {one.row.pk for one in commissions}})


# --- those who are named for a protected person ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A protected person with those who are named: all that whoever names staff gets to see."""

    ref: Any
    name: str
    customer_number: str
    grants: list[NamedGrant]


def named_for(people: QuerySet[Recipient]) -> list[Named]:
    """The people, by name, with the grants that hold or will hold. Two queries."""
    grants: dict[int, list[NamedGrant]] = {}
    found = list(people.only("ref", "first_name", "last_name", "customer_number"))
    rows = NamedGrant.objects.not_over().filter(recipient__in=[one.pk for one in found])
    for grant in rows.select_related("user", "decided_by").order_by("starts_on", "pk"):
        grants.setdefault(grant.recipient_id, []).append(grant)
    return [
        Named(one.ref, one.name, one.customer_number or "", grants.get(one.pk, []))
        for one in sorted(found, key=lambda one: (one.last_name, one.first_name, one.pk))
    ]


def accounts_to_name(recipient: Recipient) -> QuerySet[User]:
    """The accounts with a role that sees recipients where the person is cared for."""
    units = [
        one.unit
        for one in recipient.commissions.filter(running_or_closing()).select_related("unit")
    ]
    seeing = [role for role, rights in RIGHTS_OF.items() if SEE in rights]
    where = (
        Q(scope="whole")
        | Q(unit__in=[unit.pk for unit in units])
        | Q(provider__in={unit.provider_id for unit in units})
        | Q(district__in={unit.district_id for unit in units if unit.district_id})
    )
    held = RoleAssignment.objects.in_force(clock.today()).filter(where, role__in=seeing)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("name", "pk")
