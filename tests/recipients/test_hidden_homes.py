"""Nobody finds out by trying where somebody lives whom they may not see."""

import pytest
from django.urls import reverse

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.core.versions import version_of
from homecare.recipients import actions
from homecare.recipients.models import Recipient
from properties.models import HomeDoor
from tests import make

pytestmark = pytest.mark.django_db

NEUTRAL = "Det går inte att ändra här. Fråga systemförvaltaren."
PROTECTED = "protected_registration"


@pytest.fixture(autouse=True)
def _today(at):
    at(2030, 1, 31, 12)


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def coordinator(client, unit):
    user = make.user(Role.COORDINATOR, unit)
    client.force_login(user)
    return user


@pytest.fixture
def entrance():
    return make.entrance(address="Gömda gränd 9")


@pytest.fixture
def mine(unit, entrance):
    return make.recipient(unit, home=make.home_door(entrance, apartment_number="1001"))


def live_at(entrance, who, unit, coordinator):
    """Flat 1402: where nobody but the register, or somebody of this sort, is."""
    flat = make.home_door(entrance, apartment_number="1402")
    if who == "own":
        make.recipient(unit, home=flat)
    elif who == "named":
        make.named_grant(make.recipient(unit, home=flat, protection_level=PROTECTED), coordinator)
    elif who != "nobody":
        make.recipient(
            make.unit(), home=flat, protection_level=PROTECTED if who == "protected" else "none"
        )
    return flat


def denied():
    return [
        (entry.verb, entry.actor, entry.person_ref)
        for entry in TrailEntry.objects.filter(kind="denied")
    ]


def to_flat(door, **given):
    return {
        "address": door.address,
        "postal_code": door.postal_code,
        "city": door.city,
        "apartment_number": "1402",
        "tenure": "rental",
        **given,
    }


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("own", "Bostadsdörren finns redan i registret."),
        ("named", "Bostadsdörren finns redan i registret."),
        ("another unit", NEUTRAL),
        ("protected", NEUTRAL),
        ("nobody", NEUTRAL),
    ],
)
def test_changing_a_door_to_one_that_is_there_tells_no_more_than_one_may_see(
    client, coordinator, unit, entrance, mine, who, said
):
    flat = live_at(entrance, who, unit, coordinator)
    door = mine.residences.get().home_door

    answer = client.post(
        reverse("recipients:home_door_change", args=[door.ref]),
        to_flat(door, version=version_of(door)),
    )

    assert answer.context["form"].non_field_errors() == [said]
    persons = [str(one.ref) for one in Recipient.objects.filter(residences__home_door=flat)]
    expected = [("home_door.change_refused", str(coordinator.ref), one) for one in persons or [""]]
    assert denied() == (expected if said == NEUTRAL else [])


@pytest.mark.parametrize(
    ("who", "moves"),
    [
        ("own", True),
        ("named", True),
        ("another unit", True),
        ("nobody", True),
        ("protected", False),
    ],
)
def test_nobody_moves_to_a_home_that_would_then_be_hidden(
    client, coordinator, unit, entrance, mine, who, moves
):
    flat = live_at(entrance, who, unit, coordinator)

    answer = client.post(
        reverse("recipients:move", args=[mine.ref]), to_flat(flat, on="2030-01-31")
    )

    assert mine.residences.filter(home_door=flat).exists() == moves
    if moves:
        assert denied() == []
    else:
        hidden = Recipient.objects.get(residences__home_door=flat)
        assert answer.context["form"].non_field_errors() == [NEUTRAL]
        assert denied() == [("recipient.home_refused", str(coordinator.ref), str(hidden.ref))]


def test_nobody_is_registered_in_a_home_that_would_then_be_hidden(coordinator, unit, entrance):
    flat = live_at(entrance, "protected", unit, coordinator)
    new = {"personal_number": "191212121212", "first_name": "Ada", "last_name": "Lund"}

    with pytest.raises(RuleBroken) as refused:
        actions.register_recipient(**new, unit=unit, home=flat, by=coordinator)

    assert str(refused.value) == NEUTRAL
    assert not Recipient.objects.with_number("191212121212").exists()
    assert [verb for verb, _actor, _person in denied()] == ["recipient.home_refused"]


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("own", "Porten ligger på vägen till en bostad. Ändra vägen dit först."),
        ("named", "Porten ligger på vägen till en bostad. Ändra vägen dit först."),
        ("another unit", NEUTRAL),
        ("protected", NEUTRAL),
        ("nobody", NEUTRAL),
    ],
)
def test_closing_an_entrance_tells_of_no_home_that_one_may_not_see(
    client, coordinator, unit, entrance, who, said
):
    live_at(entrance, who, unit, coordinator)

    answer = client.post(
        reverse("properties:entrance_close", args=[entrance.ref]), {"on": "2030-01-31"}
    )

    assert answer.context["form"].non_field_errors() == [said]
    entrance.refresh_from_db()
    assert entrance.closed_on is None
    expected = [("entrance.close_refused", str(coordinator.ref), "")]
    assert denied() == (expected if said == NEUTRAL else [])


def test_a_refused_change_leaves_the_door_as_it_was(coordinator, unit, entrance, mine):
    live_at(entrance, "protected", unit, coordinator)
    door = mine.residences.get().home_door

    with pytest.raises(RuleBroken):
        actions.change_home(home_door=door, by=coordinator, **to_flat(door))

    assert HomeDoor.objects.get(pk=door.pk).apartment_number == "1001"
