"""What the technician records at the door, and putting a lock in operation."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.signatures import is_drawn
from homecare.core.states import locked, move
from locks.actions._trail import record_at
from locks.models import FallbackRoute, Installation, LockModel, LockUnit, WorkOrder
from locks.queries import conditions_at, gate, missing_consents
from locks.states import (
    INSTALLATION_MOVES,
    ORDER_MOVES,
    InstallationState,
    OrderKind,
    OrderState,
    TestPoint,
)
from properties.models import Entrance, HomeDoor


class AlreadyRecorded(RuleBroken):
    """The button was pressed twice, or the page was sent again: what it asks for is done."""


class WrongSerial(RuleBroken):
    """The device with this number cannot be the one on this door."""


@transaction.atomic
def record_fitting(
    *,
    order: WorkOrder,
    serial: str,
    tests_passed: Iterable[str],
    by: User,
    minutes: int | None = None,
    damage: str = "",
    removed_parts: str = "",
    fallback: str = "",
    fallback_note: str = "",
    attended: str = "",
    signature: bytes | None = None,
) -> Installation:
    """Record that a lock was fitted, and sign the record (protokollet).

    The device, the lock on the door, the way in when it fails, the finished order and the trail
    are saved together. Points of the test that failed are recorded too, and keep the gate shut.
    Refused when the job is somebody else's or over, when a consent has been lost, while the
    conditions for a consent are unread, when the device cannot be the one on this door, and with
    an empty signature.
    """
    order = locked(order)
    _refuse_unless_mine(order, OrderKind.FITTING, by)
    door = order.door
    missing = missing_consents(door, order.lock_model)
    if missing:
        stop = _("Montera inte, medgivandet gäller inte längre.")
        what_now = _("Välj ”Gick inte” och orsaken ”Medgivande saknas”.")
        raise RuleBroken(" ".join([stop, *missing, what_now]))
    if "\n".join(conditions_at(door, order.lock_model)) != order.conditions_read:
        raise RuleBroken(_("Läs villkoren för medgivandet först. De kan ha ändrats."))
    if Installation.objects.sitting().at(door).exists():
        raise RuleBroken(_("Det sitter redan ett lås på dörren."))
    if isinstance(door, HomeDoor) and not fallback:
        raise RuleBroken(_("Välj reservväg: hur personalen kommer in om låset inte fungerar."))
    if signature is not None and not is_drawn(signature):
        raise RuleBroken(_("Underskriften är tom. Skriv under i rutan."))
    now = clock.now()
    installation = Installation(
        order=order,
        entrance=order.entrance,
        home_door=order.home_door,
        unit=_device(order.lock_model, serial, by),
        fitted_at=now,
        fitted_by=by,
        minutes=minutes,
        tests_passed=_points(tests_passed),
        damage=damage.strip(),
        removed_parts=removed_parts.strip(),
        attended=attended,
        signed_at=now,
        signature=signature,
    )
    save_as(installation, by)
    if isinstance(door, HomeDoor):
        _register_fallback(door, fallback, fallback_note, by)
    move(order, OrderState.DONE, moves=ORDER_MOVES, by=by, finished_at=now)
    record_at(
        door,
        by,
        "lock.fitted",
        installation,
        serial=installation.unit.serial,
        minutes=minutes,
        tests_passed=installation.tests_passed,
        order=str(order.ref),
    )
    return installation


def _refuse_unless_mine(order: WorkOrder, kind: str, by: User) -> None:
    if order.kind != kind:
        raise RuleBroken(_("Jobbet är av ett annat slag. Gå tillbaka till dagens lista."))
    if order.state == OrderState.DONE:
        raise AlreadyRecorded(_("Jobbet är redan registrerat. Du behöver inte göra något mer."))
    if order.state != OrderState.BOOKED:
        raise RuleBroken(
            _("Jobbet är inte längre bokat, läget är ”%(state)s”. Ring samordnaren.")
            % {"state": order.get_state_display()}
        )
    if order.assigned_to_id != by.pk:
        raise RuleBroken(_("Jobbet är bokat på en annan montör."))


def _points(passed: Iterable[str]) -> list[str]:
    passed = set(passed)
    return [str(point) for point in TestPoint if point in passed]


def normal_serial(serial: str) -> str:
    """A serial number as it is saved: capitals, without spaces."""
    return "".join(serial.split()).upper()


def _device(model: LockModel | None, serial: str, by: User) -> LockUnit:
    """The device with this number, put in the register when it is new there."""
    serial = normal_serial(serial)
    if not serial:
        raise WrongSerial(_("Skriv låsets serienummer."))
    numbered = LockUnit.objects.select_for_update(of=("self",)).filter(serial=serial)
    other = numbered.exclude(model=model).select_related("model").first()
    if other is not None:
        raise WrongSerial(
            _("Serienumret tillhör en annan modell, %(model)s. Kontrollera numret på låset.")
            % {"model": other.model}
        )
    unit = numbered.filter(model=model).first()
    if unit is None:
        new: LockUnit = save_as(LockUnit(model=model, serial=serial), by)
        return new
    if unit.installations.filter(removed_at=None).exists():
        raise WrongSerial(
            _("Låset med serienummer %(serial)s sitter redan på en annan dörr.")
            % {"serial": serial}
        )
    return unit


def _register_fallback(door: HomeDoor, kind: str, note: str, by: User) -> None:
    route = FallbackRoute.objects.filter(home_door=door).first() or FallbackRoute(home_door=door)
    route.kind, route.note = kind, note.strip()
    save_as(route, by)


@transaction.atomic
def record_not_possible(*, order: WorkOrder, reason: str, by: User, note: str = "") -> WorkOrder:
    """Record that the job could not be done, and why. The office sees it and decides."""
    order = locked(order)
    if order.state == OrderState.NOT_POSSIBLE:
        raise AlreadyRecorded(_("Det är redan registrerat. Du behöver inte göra något mer."))
    _refuse_unless_mine(order, order.kind, by)
    order = move(
        order,
        OrderState.NOT_POSSIBLE,
        moves=ORDER_MOVES,
        by=by,
        not_possible_reason=reason,
        end_note=note.strip(),
        finished_at=clock.now(),
    )
    record_at(order.door, by, "order.not_possible", order, because=reason, reason=note.strip())
    return order


@transaction.atomic
def record_test(
    *, installation: Installation, tests_passed: Iterable[str], by: User
) -> Installation:
    """Record a new function test of a lock that is fitted and not yet in operation.

    With every point passed, a new visit that was ordered for it is finished too.
    """
    installation = locked(installation)
    if installation.state != InstallationState.FITTED:
        raise RuleBroken(
            _("Låset provas inte igen nu: läget är ”%(state)s”.")
            % {"state": installation.get_state_display()}
        )
    installation.tests_passed = _points(tests_passed)
    save_as(installation, by, fields=["tests_passed"])
    record_at(
        installation.door,
        by,
        "lock.tested",
        installation,
        tests_passed=installation.tests_passed,
    )
    if not installation.test_failed:
        _end_new_visits(installation.door, by)
    return installation


def _end_new_visits(door: Entrance | HomeDoor, by: User) -> None:
    """The lock passed its test: a visit that was booked for it is done, and one that was not
    is not needed.
    """
    for order in WorkOrder.objects.open().at(door).filter(kind=OrderKind.FITTING):
        now = clock.now()
        if order.state == OrderState.BOOKED:
            move(order, OrderState.DONE, moves=ORDER_MOVES, by=by, finished_at=now)
        else:
            why = _("Låset har klarat provet.")
            move(
                order,
                OrderState.CANCELLED,
                moves=ORDER_MOVES,
                by=by,
                end_note=why,
                finished_at=now,
            )


@transaction.atomic
def put_in_operation(*, installation: Installation, by: User) -> Installation:
    """Let staff open the door with it from now on. Only when the gate is open (design, rule 1)."""
    installation = locked(installation)
    if installation.state == InstallationState.IN_OPERATION:
        raise AlreadyRecorded(_("Låset är redan i drift."))
    if installation.state == InstallationState.FITTED:
        missing = gate(installation)
        if missing:
            raise RuleBroken(" ".join([_("Låset kan inte tas i drift än."), *missing]))
    installation = move(
        installation,
        InstallationState.IN_OPERATION,
        moves=INSTALLATION_MOVES,
        by=by,
        in_operation_at=clock.now(),
    )
    record_at(installation.door, by, "lock.put_in_operation", installation)
    return installation


@transaction.atomic
def record_removal(
    *,
    order: WorkOrder,
    parts_restored: bool,
    by: User,
    note: str = "",
) -> Installation:
    """Record that the lock was taken down. The lock, the finished order and the trail are saved
    together. Original parts that are not back need a word on why.
    """
    order = locked(order)
    _refuse_unless_mine(order, OrderKind.REMOVAL, by)
    installation = (
        Installation.objects.select_for_update(of=("self",)).sitting().at(order.door).first()
    )
    if installation is None:
        raise RuleBroken(_("Det sitter inget lås på dörren enligt registret. Ring samordnaren."))
    if not parts_restored and not note.strip():
        raise RuleBroken(_("Skriv varför originaldelarna inte sitter på plats."))
    now = clock.now()
    changes: dict[str, Any] = {
        "removed_at": now,
        "removed_by": by,
        "removal_order": order,
        "parts_restored": parts_restored,
        "removal_note": note.strip(),
    }
    installation = move(
        installation, InstallationState.REMOVED, moves=INSTALLATION_MOVES, by=by, **changes
    )
    move(order, OrderState.DONE, moves=ORDER_MOVES, by=by, finished_at=now)
    record_at(
        order.door,
        by,
        "lock.removed",
        installation,
        serial=installation.unit.serial,
        order=str(order.ref),
        because=order.because,
    )
    return installation
