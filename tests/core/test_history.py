"""The timeline: history rows as sentences."""

from datetime import date

import pytest

from homecare.core.history import Change, Entry, timeline
from homecare.core.models import save_as
from tests import make

pytestmark = pytest.mark.django_db


def told(*sources, **kwargs):
    return [(one.who, one.what, one.changes) for one in timeline(*sources, **kwargs)]


def test_what_was_added_and_changed_is_told_newest_first_with_who_did_it(at):
    anna = make.user(name="Anna Berg")
    at(2030, 1, 31, 12)
    owner = make.owner(name="Årstabostäder AB", kind="public_housing")
    moment = at(2030, 2, 1, 9)
    owner.name = "Årsta Bostäder AB"
    owner.do_not_contact = True
    owner.kind = "company"
    save_as(owner, anna, reason="Bolaget har bytt namn")

    assert timeline(owner) == [
        Entry(
            at=moment,
            who="Anna Berg",
            what="Ändrade namn, typ och kontakta ej",
            changes=(
                Change("namn", "Årstabostäder AB", "Årsta Bostäder AB"),
                Change("typ", "Allmännyttigt bostadsbolag", "Privat bolag"),
                Change("kontakta ej", "nej", "ja"),
            ),
            note="Bolaget har bytt namn",
            icon="edit",
        ),
        Entry(
            at=timeline(owner)[1].at, who="Systemet", what="Lade till fastighetsägare", icon="plus"
        ),
    ]


def test_parts_are_told_of_by_name_and_with_their_days(at):
    at(2030, 1, 31, 12)
    unit = make.unit(name="Årsta hemtjänst")
    recipient = make.recipient(unit, starts_on=date(2030, 1, 1))
    at(2030, 3, 1, 12)
    commission = recipient.commissions.get()
    commission.ends_on, commission.ended_because = date(2030, 2, 28), "moved"
    save_as(commission, None)

    assert told(recipient.commissions) == [
        (
            "Systemet",
            "Avslutade uppdrag Årsta hemtjänst den 2030-02-28",
            (
                Change("till och med", "", "2030-02-28"),
                Change("upphörde därför att", "", "Flytt"),
            ),
        ),
        ("Systemet", "Lade till uppdrag Årsta hemtjänst från 2030-01-01", ()),
    ]


def test_what_is_encrypted_is_told_of_without_its_value():
    recipient = make.recipient(phone="+46701740605")
    recipient.phone = "+46701740606"
    save_as(recipient, None)
    recipient.phone = ""
    save_as(recipient, None)

    assert told(recipient)[:2] == [
        ("Systemet", "Ändrade telefon", (Change("telefon", "", "togs bort"),)),
        ("Systemet", "Ändrade telefon", (Change("telefon", "", "ändrades"),)),
    ]


def test_what_points_at_something_else_is_told_by_name():
    old, new = make.real_property(designation="Skogen 1"), make.real_property(designation="Ängen 2")
    entrance = make.entrance(old)
    entrance.real_property = new
    save_as(entrance, None)

    assert told(entrance)[0][1:] == (
        "Ändrade fastighet",
        (Change("fastighet", "Skogen 1", "Ängen 2"),),
    )


def test_a_part_that_was_taken_away_is_still_told_of():
    door = make.home_door(make.entrance(address="Provgatan 9"))
    door.path.get().delete()

    assert [entry.what for entry in timeline(door.path)] == [
        "Tog bort port på vägen 1. Provgatan 9",
        "Lade till port på vägen 1. Provgatan 9",
    ]


def test_saving_without_a_change_tells_nothing():
    owner = make.owner()
    save_as(owner, None)

    assert len(timeline(owner)) == 1


def test_hidden_fields_are_left_out_and_others_get_the_names_they_are_given():
    owner = make.owner(name="A", city="Årsta")
    owner.name, owner.city = "B", "Enskede"
    save_as(owner, None)

    assert told(owner, hide=["city"], labels={"name": "firma"})[0][1:] == (
        "Ändrade firma",
        (Change("firma", "A", "B"),),
    )


def test_many_changes_at_once_are_summed_up():
    owner = make.owner()
    owner.name, owner.city, owner.postal_address, owner.postal_code = "B", "Årsta", "Väg 1", "12050"
    save_as(owner, None)

    assert told(owner)[0][1] == "Ändrade uppgifter"


@pytest.mark.parametrize("rows", [1, 5])
def test_it_asks_as_often_for_five_parts_as_for_one(rows, django_assert_num_queries):
    recipient = make.recipient()
    for _ in range(rows):
        make.representative(recipient)
        commission = recipient.commissions.model(
            recipient=recipient, unit=make.unit(), starts_on=make.LONG_AGO
        )
        save_as(commission, make.user())

    # Three sources, and the recipient and the units that they point at.
    with django_assert_num_queries(5):
        timeline(recipient, recipient.commissions, recipient.representatives)


def test_parts_that_the_reader_may_not_know_of_are_left_out():
    recipient = make.recipient(make.unit(name="Ett"))
    other = recipient.commissions.model(
        recipient=recipient, unit=make.unit(name="Två"), starts_on=make.LONG_AGO
    )
    save_as(other, None)

    known = {type(other): [other.pk]}
    assert [one.what for one in timeline(recipient.commissions, only=known)] == [
        "Lade till uppdrag Två från 2020-01-01"
    ]


def test_of_what_happened_at_one_moment_the_object_was_first(at):
    at(2030, 1, 31, 12)
    recipient = make.recipient(make.unit(name="Ett"))

    assert [one.what for one in timeline(recipient, recipient.commissions)] == [
        "Lade till uppdrag Ett från 2020-01-01",
        "Lade till hemtjänsttagare",
    ]
