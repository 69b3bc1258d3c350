"""How the asking of owners stands: by place, kind of owner and month. Every number has its list."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.models import CaseItem, Consent, ConsentCase, ConsentCover
from consent.queries import PATH_TONES, needed_entrances, with_path
from consent.states import OPEN, SETTLED, CaseState, ConsentPath
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.organisation.models import District
from homecare.recipients.models import Commission, Residence
from homecare.ui.parts import Tone
from properties.models import DoorPath, OwnerKind, PropertyOwner

MONTHS = 12


@dataclass(slots=True)
class Row:
    """One kind of owner: how many entrances are where on the way to a yes."""

    kind: str
    label: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def all(self) -> int:
        return sum(self.counts[path] for path in ConsentPath)

    @property
    def cells(self) -> list[tuple[str, str, int]]:
        """Each column's place, label and number."""
        return [
            (place, label, self.counts[place])
            for place, label in zip(COLUMNS, column_labels(), strict=True)
        ]


# The columns of the table, in the order of the way; "opened" and "conditions" are parts of others.
COLUMNS = (
    ConsentPath.NOT_ASKED,
    ConsentPath.ASKED,
    ConsentPath.REMINDED,
    "opened",
    ConsentPath.DEFERRED,
    ConsentPath.NO_ANSWER,
    ConsentPath.YES,
    "conditions",
    ConsentPath.NO,
)


def column_labels() -> list[str]:
    named = {"opened": _("Öppnad men inte besvarad"), "conditions": _("Varav med villkor")}
    return [named[place] if place in named else str(ConsentPath(place).label) for place in COLUMNS]


@dataclass(frozen=True, slots=True)
class Port:
    """An entrance in the schematic of streets."""

    entrance: Any
    path: str
    label: str
    tone: Tone
    unlocks: int


@dataclass(frozen=True, slots=True)
class Street:
    name: str
    ports: list[Port]


@dataclass(frozen=True, slots=True)
class Unlocking:
    """An owner whose yes would open the way for so many."""

    owner: PropertyOwner
    recipients: int
    entrances: int


@dataclass(frozen=True, slots=True)
class Month:
    """The requests sent in one month, and what came of them until now."""

    month: str  # 2026-11
    sent: int
    answered: int
    days: int | None  # the median from sent to answered

    @property
    def percent(self) -> int:
        return round(100 * self.answered / self.sent) if self.sent else 0


def entrances_seen_by(user: Any, district: District | None = None) -> list[Any]:
    """Each entrance on the way to a home of somebody `user` sees, with path and owner; with
    `district`, of those whom its units care for.
    """
    rows = with_path(needed_entrances(visible_to=user))
    if district is not None:
        rows = in_district(rows, district)
    return list(rows.select_related("real_property").order_by("address", "name", "pk"))


def opened() -> QuerySet[CaseItem]:
    """The items that wait for an answer and whose page has been opened, by the owner or a filter
    of its mail: a hint, not a proof.
    """
    looked_at = TrailEntry.objects.filter(verb="consent.page_opened").values("object_ref")
    refs = [
        str(ref) for ref in ConsentCase.objects.filter(state__in=OPEN).values_list("ref", flat=True)
    ]
    seen = set(looked_at.filter(object_ref__in=refs).values_list("object_ref", flat=True))
    return CaseItem.objects.exclude(answer__in=SETTLED).filter(
        case__state__in=OPEN, case__ref__in=seen
    )


def with_conditions() -> QuerySet[ConsentCover]:
    """What is covered by a consent in force that has conditions."""
    return ConsentCover.objects.filter(
        consent__in=Consent.objects.in_force().exclude(conditions="")
    )


def by_owner_kind(entrances: Iterable[Any]) -> list[Row]:
    """The table: a row for each kind of owner that has entrances, and last all of them."""
    entrances = list(entrances)
    kinds = dict(
        PropertyOwner.objects.filter(
            pk__in={one.owner_id_now for one in entrances if one.owner_id_now}
        ).values_list("pk", "kind")
    )
    seen = set(opened().values_list("entrance", flat=True))
    conditional = set(with_conditions().values_list("entrance", flat=True))
    rows: dict[str, Row] = {}
    total = Row("", _("Alla"))
    for one in entrances:
        kind = kinds.get(one.owner_id_now, "")
        label = str(OwnerKind(kind).label) if kind else _("Ägare saknas i registret")
        row = rows.setdefault(kind, Row(kind or "none", label))
        for counted in (row, total):
            counted.counts[one.path] += 1
            counted.counts["opened"] += one.pk in seen
            counted.counts["conditions"] += one.path == ConsentPath.YES and one.pk in conditional
    return [*sorted(rows.values(), key=lambda row: -row.all), total]


def streets(entrances: Iterable[Any], unlocks: dict[int, int]) -> list[Street]:
    """The schematic: the entrances street by street, in the order of their numbers."""
    found: dict[str, list[Port]] = defaultdict(list)
    for one in entrances:
        street = one.address.rstrip("0123456789 ABCDEFGH") or one.address
        found[street].append(
            Port(
                one,
                one.path,
                str(ConsentPath(one.path).label),
                PATH_TONES[one.path],
                unlocks.get(one.pk, 0),
            )
        )
    return [
        Street(name, sorted(ports, key=lambda port: _number(port.entrance.address)))
        for name, ports in sorted(found.items())
    ]


def _number(address: str) -> tuple[int, str]:
    digits = "".join(one for one in address.rpartition(" ")[2] if one.isdecimal())
    return (int(digits or 0), address)


def who_unlocks_most(
    entrances: Iterable[Any], behind: dict[int, set[int]], most: int = 10
) -> list[Unlocking]:
    """The owners without whose yes most people wait."""
    people: dict[int, set[int]] = defaultdict(set)
    doors: Counter[int] = Counter()
    for one in entrances:
        if one.path != ConsentPath.YES and one.owner_id_now:
            people[one.owner_id_now] |= behind.get(one.pk, set())
            doors[one.owner_id_now] += 1
    first = sorted(people, key=lambda pk: (-len(people[pk]), pk))[:most]
    owners = PropertyOwner.objects.in_bulk(first)
    return [Unlocking(owners[pk], len(people[pk]), doors[pk]) for pk in first]


def by_month() -> list[Month]:
    """The last twelve months of requests, the newest first."""
    today = clock.today()
    first = today.replace(day=1)
    for _back in range(MONTHS - 1):
        first = (first.replace(day=1) - timedelta(days=1)).replace(day=1)
    sent: dict[str, list[ConsentCase]] = defaultdict(list)
    cases = ConsentCase.objects.filter(sent_at__date__gte=first).exclude(
        state__in=[CaseState.DRAFT, CaseState.CANCELLED]
    )
    for case in cases.only("sent_at", "answered_at", "state"):
        sent[f"{timezone.localtime(case.sent_at):%Y-%m}"].append(case)
    months = []
    for month in sorted(sent, reverse=True):
        answered = [case for case in sent[month] if case.state == CaseState.ANSWERED]
        days = [
            (case.answered_at - case.sent_at).days
            for case in answered
            if case.answered_at and case.sent_at
        ]
        months.append(
            Month(month, len(sent[month]), len(answered), round(median(days)) if days else None)
        )
    return months


def filtered(rows: Any, place: str) -> Any:
    """The entrances of one column, for the list that its number links to."""
    if place == "opened":
        return rows.filter(pk__in=opened().values("entrance"))
    if place == "conditions":
        return rows.filter(path=ConsentPath.YES, pk__in=with_conditions().values("entrance"))
    return rows.filter(path=place)


def in_district(rows: Any, district: District) -> Any:
    """The entrances on the way to the homes of those whom the units of a district care for."""
    today = clock.today()
    cared_for = Commission.objects.on(today).filter(unit__district=district)
    homes = Residence.objects.on(today).filter(recipient__in=cared_for.values("recipient"))
    steps = DoorPath.objects.filter(home_door__in=homes.values("home_door"))
    return rows.filter(pk__in=steps.values("entrance"))


def of_owner_kind(rows: Any, kind: str) -> Any:
    """The entrances whose owner today is of a kind; "none" for those without an owner."""
    if kind == "none":
        return rows.filter(owner_id_now=None)
    owners = PropertyOwner.objects.filter(kind=kind)
    return rows.filter(Exists(owners.filter(pk=OuterRef("owner_id_now"))))
