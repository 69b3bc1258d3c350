"""What follows when a lock that was fitted does not pass the function test."""

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked, move
from locks.actions._trail import record_at
from locks.actions.fitting import AlreadyRecorded
from locks.actions.orders import cancel_order, refuse_without_consents
from locks.models import Installation, WorkOrder
from locks.states import (
    INSTALLATION_MOVES,
    ORDER_MOVES,
    InstallationState,
    NotPossibleReason,
    OrderKind,
    OrderState,
)


@transaction.atomic
def take_down(
    *, order: WorkOrder, reason: str, parts_restored: bool, by: User, note: str = ""
) -> Installation:
    """The technician takes down again the lock that did not pass the test.

    The device is free for another door, the order that it was fitted on says why it was not
    possible, and a removal that was ordered meanwhile is called off: saved together. Refused when
    the job is somebody else's, and for a lock that passed the test or is in operation.
    """
    order = locked(order)
    if order.kind != OrderKind.FITTING or order.assigned_to_id != by.pk:
        raise RuleBroken(_("Jobbet är inte ditt. Gå tillbaka till dagens lista."))
    lock = Installation.objects.select_for_update(of=("self",)).sitting().at(order.door).first()
    if lock is None:
        raise AlreadyRecorded(_("Låset är redan nedtaget. Du behöver inte göra något mer."))
    if lock.state == InstallationState.IN_OPERATION:
        raise RuleBroken(_("Låset är i drift. Be samordnaren beställa demontering."))
    if not lock.test_failed:
        raise RuleBroken(_("Låset har klarat provet. Be samordnaren beställa demontering."))
    if order.state != OrderState.BOOKED and lock.order_id != order.pk:
        raise RuleBroken(_("Jobbet är avslutat. Be samordnaren boka ett nytt besök."))
    note = note.strip()
    if reason == NotPossibleReason.OTHER and not note:
        raise RuleBroken(_("Skriv vad som var fel."))
    if not parts_restored and not note:
        raise RuleBroken(_("Skriv varför originaldelarna inte sitter på plats."))
    now = clock.now()
    lock = move(
        lock,
        InstallationState.REMOVED,
        moves=INSTALLATION_MOVES,
        by=by,
        removed_at=now,
        removed_by=by,
        parts_restored=parts_restored,
        removal_note=note,
    )
    move(
        lock.order,
        OrderState.NOT_POSSIBLE,
        moves=ORDER_MOVES,
        by=by,
        not_possible_reason=reason,
        end_note=note,
        finished_at=now,
    )
    for removal in WorkOrder.objects.open().at(order.door).filter(kind=OrderKind.REMOVAL):
        cancel_order(order=removal, reason=_("Montören tog ned låset efter provet."), by=by)
    record_at(
        order.door,
        by,
        "lock.taken_down",
        lock,
        serial=lock.unit.serial,
        order=str(lock.order.ref),
        because=reason,
    )
    return lock


@transaction.atomic
def order_new_visit(*, installation: Installation, by: User | None, note: str = "") -> WorkOrder:
    """Send a technician once more to a lock that did not pass the test: to test it again, or to
    take it down and fit another.

    Refused for a lock that passed, while an order is open at the door, and without consents.
    """
    installation = locked(installation)
    if not installation.test_failed:
        raise RuleBroken(_("Låset har klarat provet. Inget nytt besök behövs."))
    if WorkOrder.objects.open().at(installation.door).exists():
        raise RuleBroken(_("Det finns redan en öppen order för dörren."))
    model = installation.unit.model
    refuse_without_consents(installation.door, model, _("Ett nytt besök kan inte beställas."))
    order = WorkOrder(
        kind=OrderKind.FITTING,
        entrance=installation.entrance,
        home_door=installation.home_door,
        lock_model=model,
        note=note.strip(),
        ordered_by=by,
        ordered_at=clock.now(),
    )
    save_as(order, by)
    record_at(
        order.door,
        by,
        "order.placed",
        order,
        kind=order.kind,
        model=str(model),
        after_failed_test=str(installation.ref),
    )
    return order
