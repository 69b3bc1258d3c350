"""What the list of doors and the page of a door show of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from consent import fitted
from consent.queries import Need
from consent.states import NeedState
from locks.models import FallbackRoute, Installation, WorkOrder
from locks.queries.consents import Door, gates, needs_at
from locks.states import InstallationState, OrderKind
from properties.models import Entrance, HomeDoor


@dataclass(frozen=True, slots=True)
class DoorRow:
    """One door: the lock on it, the open order, and how it stands with the consents."""

    door: Door
    installation: Installation | None
    order: WorkOrder | None
    needs: list[Need] | None  # None for a home where nobody lives

    @property
    def is_home(self) -> bool:
        return isinstance(self.door, HomeDoor)

    @property
    def in_operation(self) -> bool:
        return (
            self.installation is not None
            and self.installation.state == InstallationState.IN_OPERATION
        )

    @property
    def consent_state(self) -> str:
        """The worst of the needs: one "no" is enough to stop the door."""
        if self.needs is None:
            return ""
        worst = (NeedState.DECLINED, NeedState.MISSING, NeedState.WAITING, NeedState.COVERED)
        states = {need.state for need in self.needs}
        return next((str(state) for state in worst if state in states), "")

    @property
    def is_against_consent(self) -> bool:
        """A lock sits here without the consents it needs."""
        return self.installation is not None and self.consent_state != NeedState.COVERED


def rows_of(doors: Iterable[Door]) -> list[DoorRow]:
    """The rows of these doors, in their order. The same number of queries for any number."""
    doors = list(doors)
    locks = _by_door(
        Installation.objects.sitting()
        .filter(_here(doors))
        .select_related("unit__model", "fitted_by")
        .defer("signature")
    )
    orders = _by_door(
        WorkOrder.objects.open().filter(_here(doors)).select_related("lock_model", "assigned_to")
    )
    wanted = []
    for door in doors:
        lock, order = locks.get(_key(door)), orders.get(_key(door))
        model = lock.unit.model if lock else order and order.lock_model
        wanted.append((door, bool(model and model.has_monitoring_function)))
    needs = needs_at(wanted)
    return [
        DoorRow(door, locks.get(_key(door)), orders.get(_key(door)), needs[_key(door)])
        for door in doors
    ]


def _key(door: Door) -> tuple[str, int]:
    return (type(door).__name__, door.pk)


def _here(doors: list[Door]) -> Q:
    return Q(entrance__in=[one for one in doors if isinstance(one, Entrance)]) | Q(
        home_door__in=[one for one in doors if isinstance(one, HomeDoor)]
    )


def _by_door(rows: QuerySet) -> dict[tuple[str, int], Any]:
    return {
        ("Entrance", row.entrance_id) if row.entrance_id else ("HomeDoor", row.home_door_id): row
        for row in rows
    }


def narrowed(doors: QuerySet, field: str, *, text: str = "", state: str = "") -> QuerySet:
    """The doors whose address or lock has `text` in it, and whose lock is in this state.

    `field` is what points at such a door: "entrance" or "home_door".
    """
    here = {field: OuterRef("pk")}
    sitting = Installation.objects.sitting().filter(**here)
    if text:
        has_serial = Exists(sitting.filter(unit__serial__icontains=text))
        doors = doors.filter(Q(address__icontains=text) | Q(has_serial))
    if state == "none":
        return doors.filter(~Exists(sitting))
    if state == "test_failed":
        return doors.filter(Exists(sitting.with_failed_test()))
    if state == "ordered":
        fittings = WorkOrder.objects.open().filter(kind=OrderKind.FITTING, **here)
        return doors.filter(Exists(fittings))
    if state:
        return doors.filter(Exists(sitting.filter(state=state)))
    return doors


@dataclass(frozen=True, slots=True)
class DoorCard:
    """All that the page of one door tells, apart from its history."""

    row: DoorRow
    missing: list[str]  # before the lock may be in operation
    past: list[Installation]
    orders: list[WorkOrder]
    fallback: FallbackRoute | None


def card_of(door: Door) -> DoorCard:
    (row,) = rows_of([door])
    locks = Installation.objects.at(door).with_door()
    fallback = None
    if isinstance(door, HomeDoor):
        fallback = FallbackRoute.objects.filter(home_door=door).first()
    return DoorCard(
        row=row,
        missing=gates([row.installation])[row.installation.pk] if row.installation else [],
        past=list(
            locks.exclude(removed_at=None)
            .select_related("unit__model", "fitted_by", "removed_by", "order")
            .defer("signature")
            .order_by("-removed_at", "-pk")
        ),
        orders=list(
            WorkOrder.objects.at(door)
            .select_related("assigned_to", "lock_model", "installation")
            .defer("installation__signature")
            .order_by("-ordered_at", "-pk")
        ),
        fallback=fallback,
    )


def fitted_on(doors: Iterable[Door]) -> list[fitted.Fitted]:
    """The locks that hang on doors, in the words of the consent room (`consent.fitted`)."""
    doors = list(doors)
    here = Q(entrance__in=[one for one in doors if isinstance(one, Entrance)]) | Q(
        home_door__in=[one for one in doors if isinstance(one, HomeDoor)]
    )
    hanging = Installation.objects.sitting().filter(here).select_related("unit__model")
    return [
        fitted.Fitted(
            door=one.door,
            product=str(one.unit.model),
            since=one.fitted_at,
            state=str(one.get_state_display()),
        )
        for one in hanging.select_related("entrance", "home_door").order_by("fitted_at", "pk")
    ]
