"""Ordering work at a door, booking it, and ordering a lock down when a consent is lost."""

from collections.abc import Collection
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from consent.queries import waiting_for_new_owner
from homecare.accounts.models import User
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked, move
from locks.actions._trail import record_at
from locks.models import Installation, LockKind, LockModel, WorkOrder
from locks.queries import (
    clashes,
    conditions_at,
    consents_missing,
    lost_consents,
    may_do,
    missing_consents,
)
from locks.states import ORDER_MOVES, Because, OrderKind, OrderState
from properties.models import Entrance, HomeDoor

# From and to, on the day of the visit.
Window = tuple[time, time]


def _on(door: Entrance | HomeDoor) -> dict[str, Entrance | HomeDoor]:
    return {"entrance": door} if isinstance(door, Entrance) else {"home_door": door}


@transaction.atomic
def order_fitting(
    *, door: Entrance | HomeDoor, lock_model: LockModel, by: User | None, note: str = ""
) -> WorkOrder:
    """Order that a lock of this model be fitted on the door.

    Refused while a consent that the door needs is missing, while a lock sits there, while an
    order is open, and for a model of another sort than the door takes.
    """
    door = locked(door)
    if isinstance(door, Entrance) and door.closed_on and door.closed_on <= clock.today():
        raise RuleBroken(_("Porten används inte längre."))
    if Installation.objects.sitting().at(door).exists():
        raise RuleBroken(_("Det sitter redan ett lås på dörren."))
    if WorkOrder.objects.open().at(door).exists():
        raise RuleBroken(_("Det finns redan en öppen order för dörren."))
    if lock_model.kind not in LockKind.for_door(door):
        raise RuleBroken(
            _("%(model)s (%(kind)s) passar inte på den här dörren. Välj en annan modell.")
            % {"model": lock_model, "kind": lock_model.get_kind_display().lower()}
        )
    refuse_without_consents(door, lock_model, _("Montering kan inte beställas än."))
    order = WorkOrder(
        kind=OrderKind.FITTING,
        lock_model=lock_model,
        note=note.strip(),
        ordered_by=by,
        ordered_at=clock.now(),
        **_on(door),
    )
    save_as(order, by)
    record_at(door, by, "order.placed", order, kind=order.kind, model=str(lock_model))
    return order


def refuse_without_consents(
    door: Entrance | HomeDoor, lock_model: LockModel | None, what: str
) -> None:
    """Refuse, beginning with `what`, when a consent for this model on the door is missing."""
    missing = missing_consents(door, lock_model)
    if missing:
        raise RuleBroken(" ".join([what, *missing]))


@transaction.atomic
def order_removal(
    *, installation: Installation, because: str, by: User | None, note: str = ""
) -> WorkOrder:
    """Order that a lock be taken down. Refused when it is down, or already ordered down."""
    installation = locked(installation)
    if installation.removed_at is not None:
        raise RuleBroken(_("Låset är redan demonterat."))
    if _removal_is_ordered(installation):
        raise RuleBroken(_("Demontering är redan beställd."))
    order = WorkOrder(
        kind=OrderKind.REMOVAL,
        lock_model=installation.unit.model,
        because=because,
        note=note.strip(),
        ordered_by=by,
        ordered_at=clock.now(),
        **_on(installation.door),
    )
    save_as(order, by)
    record_at(installation.door, by, "order.placed", order, kind=order.kind, because=because)
    return order


def _removal_is_ordered(installation: Installation) -> bool:
    orders = WorkOrder.objects.open().at(installation.door)
    return orders.filter(kind=OrderKind.REMOVAL).exists()


class TechnicianBusy(RuleBroken):
    """The technician has other jobs at that time: `jobs`. One may book all the same."""

    def __init__(self, jobs: list[WorkOrder]) -> None:
        # Times only: the doors may be of homes that the reader is not to know of.
        times = ", ".join(f"{job.window_from:%H.%M}–{job.window_to:%H.%M}" for job in jobs)
        super().__init__(_("Montören har redan jobb den tiden: %(times)s.") % {"times": times})
        self.jobs = jobs


@transaction.atomic
def book_order(
    *,
    order: WorkOrder,
    technician: User,
    on: date,
    by: User | None,
    window: Window | None = None,
    despite: Collection[UUID] = (),
) -> WorkOrder:
    """Give the job to a technician on a day, or move it to another.

    Refused for a day that has been, for somebody who may not do work at this door today, and for
    a fitting whose consents have been lost since it was ordered. Refused too while the technician
    has other jobs at that time, apart from those that one has seen: `despite`.
    """
    if on < clock.today():
        raise RuleBroken(_("Dagen har redan varit. Välj i dag eller en senare dag."))
    if window and window[1] <= window[0]:
        raise RuleBroken(_("Tiden måste sluta senare än den börjar."))
    if not may_do(technician, order.door):
        raise RuleBroken(
            _("%(name)s får inte utföra arbete vid den här dörren.") % {"name": technician}
        )
    if order.kind == OrderKind.FITTING:
        refuse_without_consents(order.door, order.lock_model, _("Jobbet kan inte bokas."))
    if window:
        # Two who book the same technician at once are told of each other.
        busy = list(clashes(locked(technician), on, *window).exclude(pk=order.pk))
        if not {job.ref for job in busy} <= set(despite):
            raise TechnicianBusy(busy)
    start, end = window or (None, None)
    order = move(
        order,
        OrderState.BOOKED,
        moves=ORDER_MOVES,
        by=by,
        assigned_to=technician,
        booked_on=on,
        window_from=start,
        window_to=end,
    )
    record_at(
        order.door,
        by,
        "order.booked",
        order,
        on=on,
        technician=str(technician.ref),
        personal={"technician": str(technician)},
    )
    return order


@transaction.atomic
def unbook_order(*, order: WorkOrder, by: User | None) -> WorkOrder:
    """Take the job back from the technician; it is to be booked again."""
    order = move(
        order,
        OrderState.PLANNED,
        moves=ORDER_MOVES,
        by=by,
        assigned_to=None,
        booked_on=None,
        window_from=None,
        window_to=None,
    )
    record_at(order.door, by, "order.unbooked", order)
    return order


@transaction.atomic
def cancel_order(*, order: WorkOrder, reason: str, by: User | None) -> WorkOrder:
    """Call the job off. The technician sees on the day's list that it is off."""
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("Skriv varför jobbet avbryts."))
    order = move(
        order,
        OrderState.CANCELLED,
        moves=ORDER_MOVES,
        by=by,
        end_note=reason,
        finished_at=clock.now(),
    )
    record_at(order.door, by, "order.cancelled", order, reason=reason)
    return order


@transaction.atomic
def read_conditions(*, order: WorkOrder, by: User) -> WorkOrder:
    """The technician has read the conditions for the consents, as they are now."""
    order = locked(order)
    order.conditions_read = "\n".join(conditions_at(order.door, order.lock_model))
    order.conditions_read_at = clock.now()
    save_as(order, by, fields=["conditions_read", "conditions_read_at"])
    record_at(order.door, by, "order.conditions_read", order)
    return order


def react_to_lost_consents() -> int:
    """Order down every lock whose consents are not, or no longer, in force (design, rule 1).

    Save those whose property was sold lately: they stay while the new owner is asked. Safe to run
    twice, at once and late: a door has one open removal order. Gives the number of orders placed.
    """
    lost = lost_consents().exclude(entrance__in=waiting_for_new_owner().values("pk"))
    return sum(_order_down(installation) for installation in lost)


@transaction.atomic
def _order_down(installation: Installation) -> bool:
    installation = locked(installation)
    if installation.removed_at is not None or _removal_is_ordered(installation):
        return False
    if not consents_missing([installation])[installation.pk]:
        return False
    order_removal(installation=installation, because=Because.CONSENT_LOST, by=None)
    return True
