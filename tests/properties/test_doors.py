"""Entrances, home doors and the way between them."""

from datetime import date

import pytest

from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.core.versions import ChangedMeanwhile, version_of
from properties import actions
from properties.models import DoorPath, Entrance, HomeDoor
from tests import make

pytestmark = pytest.mark.django_db

PLACE = {"address": "Siljansvägen 12", "postal_code": "12054", "city": "Årsta"}


def way(door):
    return [step.entrance for step in door.path.order_by("position")]


def test_an_entrance_is_added_and_its_code_stays_out_of_the_trail():
    entrance = actions.add_entrance(
        real_property=make.real_property(), entrance_code="47XY", by=None, **PLACE
    )

    entry = TrailEntry.objects.get(verb="entrance.added")
    assert entrance.entrance_code == "47XY"
    assert entry.facts == {"address": "Siljansvägen 12", "has_code": True}
    assert "47XY" not in entry.canonical + entry.personal


def test_two_entrances_at_one_address_have_names_of_their_own():
    real_property = make.real_property()
    actions.add_entrance(real_property=real_property, by=None, **PLACE)

    with pytest.raises(RuleBroken, match="redan en sådan port"):
        actions.add_entrance(
            real_property=real_property, by=None, **{**PLACE, "address": "siljansvägen 12"}
        )
    actions.add_entrance(real_property=real_property, name="Gårdsport", by=None, **PLACE)


@pytest.mark.parametrize(("typed", "kept"), [(None, "47XY"), ("", ""), ("1234", "1234")])
def test_a_change_keeps_takes_away_or_renews_the_code(typed, kept):
    entrance = make.entrance(entrance_code="47XY")

    actions.change_entrance(entrance=entrance, entrance_code=typed, by=None, **PLACE)

    entrance.refresh_from_db()
    assert (entrance.address, entrance.entrance_code) == ("Siljansvägen 12", kept)


def test_a_closed_entrance_forgets_its_code_and_can_be_opened_again(at):
    at(2030, 1, 31, 12)
    entrance = make.entrance(entrance_code="47XY")

    actions.close_entrance(entrance=entrance, on=date(2030, 1, 31), by=None, reason="Igenbyggd")

    assert list(Entrance.objects.in_use()) == []
    assert Entrance.objects.get().entrance_code == ""
    with pytest.raises(RuleBroken, match="redan avslutad"):
        actions.close_entrance(entrance=entrance, on=date(2030, 1, 31), by=None)
    actions.reopen_entrance(entrance=entrance, by=None)
    assert list(Entrance.objects.in_use()) == [entrance]
    assert TrailEntry.objects.get(verb="entrance.closed").reason == "Igenbyggd"


def test_an_entrance_on_the_way_to_a_home_is_not_closed():
    entrance = make.entrance()
    make.home_door(entrance)

    with pytest.raises(RuleBroken, match="på vägen till en bostad"):
        actions.close_entrance(entrance=entrance, on=date(2026, 1, 31), by=None)


def test_a_home_door_is_added_with_its_way_and_without_its_address_in_the_trail():
    real_property = make.real_property()
    gate, port = make.entrance(real_property), make.entrance(real_property)

    door = actions.add_home_door(
        real_property=real_property,
        apartment_number="1102",
        entrances=[gate, port],
        by=None,
        **PLACE,
    )

    assert way(door) == [gate, port]
    entry = TrailEntry.objects.get(verb="home_door.added")
    assert entry.facts == {"tenure": "rental"}
    assert entry.details == {}


def test_a_home_door_is_in_the_register_once():
    real_property = make.real_property()
    same = {"real_property": real_property, "apartment_number": "1102", "by": None, **PLACE}
    actions.add_home_door(**same)

    with pytest.raises(RuleBroken, match="finns redan"):
        actions.add_home_door(**same)
    other = actions.add_home_door(**{**same, "apartment_number": "1103"})
    with pytest.raises(RuleBroken, match="finns redan"):
        actions.change_home_door(home_door=other, apartment_number="1102", by=None, **PLACE)


def test_a_home_door_is_changed():
    door = make.home_door()

    actions.change_home_door(
        home_door=door, tenure="cooperative", needs_owner_consent=True, floor="2", by=None, **PLACE
    )

    door.refresh_from_db()
    assert (door.tenure, door.needs_owner_consent, door.floor) == ("cooperative", True, "2")
    assert TrailEntry.objects.get(verb="home_door.changed").facts == {
        "tenure": "cooperative",
        "needs_owner_consent": True,
    }


@pytest.mark.parametrize(
    ("before", "after", "made_anew"),
    [
        pytest.param([0, 1], [0, 1], 0, id="unchanged"),
        pytest.param([0, 1], [1, 0], 2, id="turned round"),
        pytest.param([0, 1], [0], 0, id="shorter"),
        pytest.param([0], [0, 1], 1, id="longer"),
        pytest.param([0, 1], [0, 2], 1, id="another last one"),
        pytest.param([0], [], 0, id="none, a house"),
    ],
)
def test_the_way_is_set_and_what_stays_is_left_alone(before, after, made_anew):
    entrances = [make.entrance() for _ in range(3)]
    door = make.home_door(*(entrances[n] for n in before))
    made_before = DoorPath.history.filter(history_type="+").count()

    actions.set_path(home_door=door, entrances=[entrances[n] for n in after], by=None)

    assert way(door) == [entrances[n] for n in after]
    assert DoorPath.history.filter(history_type="+").count() - made_before == made_anew
    assert TrailEntry.objects.filter(verb="home_door.path_set").count() == (before != after)


def test_an_entrance_is_on_a_way_once_and_only_while_it_is_used(at):
    at(2030, 1, 31, 12)
    door, entrance = make.home_door(), make.entrance()
    closed = make.entrance(closed_on=date(2030, 1, 31), address="Grinden 1")

    with pytest.raises(RuleBroken, match="bara finnas en gång"):
        actions.set_path(home_door=door, entrances=[entrance, entrance], by=None)
    with pytest.raises(RuleBroken, match="Grinden 1 används inte längre"):
        actions.set_path(home_door=door, entrances=[closed], by=None)


def test_two_people_who_change_the_way_at_once_do_not_undo_each_other():
    door, entrance = make.home_door(), make.entrance()
    seen = version_of(door.path)
    actions.set_path(home_door=door, entrances=[entrance], by=None)

    with pytest.raises(ChangedMeanwhile):
        actions.set_path(home_door=door, entrances=[], by=None, seen=seen)

    assert way(HomeDoor.objects.get()) == [entrance]
