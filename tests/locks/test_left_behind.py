"""A lock that still hangs where nobody is cared for any more is not forgotten."""

from datetime import UTC, date, datetime

import pytest
from django.http import Http404

from homecare.accounts.roles import Role
from locks import access
from locks.models import Installation, WorkOrder
from locks.states import OrderState
from tests import make

ENDED = date(2029, 12, 31)
TAKEN_DOWN = datetime(2030, 2, 1, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _long_after(at):
    at(2030, 6, 30, 9)


def left(unit, **person):
    """The door of a home whose person the unit cared for until long ago."""
    door = make.home_door()
    make.recipient(unit, home=door, ends_on=ENDED, **person)
    return door


def opens(user, door):
    try:
        return access.home_door_to_order_at(user, door.ref) == door
    except Http404:
        return False


@pytest.mark.parametrize(
    ("hangs", "is_seen"),
    [
        pytest.param(lambda door: make.installation(door), True, id="a lock"),
        pytest.param(
            lambda door: make.installation(door, state="removed", removed_at=TAKEN_DOWN),
            False,
            id="a lock taken down",
        ),
        pytest.param(lambda door: make.order(door), True, id="an open order"),
        pytest.param(
            lambda door: make.order(door, state=OrderState.CANCELLED),
            False,
            id="a cancelled order",
        ),
        pytest.param(lambda door: None, False, id="nothing"),
    ],
)
def test_the_door_is_seen_as_long_as_something_of_ours_is_there(unit, keeper, hangs, is_seen):
    door = left(unit)
    hangs(door)

    assert opens(keeper, door) == is_seen
    assert access.homes_seen_by(keeper).filter(pk=door.pk).exists() == is_seen


def test_the_lock_and_its_order_are_seen_with_it_by_those_who_cared_there(unit, keeper):
    door = left(unit)
    lock, order = make.installation(door), make.order(door)
    other = make.user(Role.COORDINATOR, make.unit())

    assert list(Installation.objects.visible_to(keeper).filter(pk=lock.pk)) == [lock]
    assert list(WorkOrder.objects.visible_to(keeper).filter(pk=order.pk)) == [order]
    assert not Installation.objects.visible_to(other).filter(pk=lock.pk).exists()
    assert not WorkOrder.objects.visible_to(other).filter(pk=order.pk).exists()
    assert not opens(other, door)


def test_a_technician_can_still_take_the_lock_down(unit, technician):
    order = make.booked_order(left(unit), technician=technician)

    assert list(WorkOrder.objects.to_do_by(technician)) == [order]


def test_where_somebody_is_cared_for_by_another_unit_the_old_one_sees_nothing(unit, keeper):
    door = left(unit)
    make.installation(door)
    make.recipient(make.unit(), home=door)

    assert not opens(keeper, door)


def test_the_door_of_somebody_protected_is_seen_by_the_named_only(unit, keeper):
    door = left(unit, protection_level="marked")
    make.installation(door)
    person = door.residences.get().recipient
    named = make.user(Role.COORDINATOR, unit)
    make.named_grant(person, named)

    assert not opens(keeper, door)
    assert opens(named, door)
