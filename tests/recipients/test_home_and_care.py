"""Moving, commissions, and a death."""

from datetime import date

import pytest

from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.recipients import actions
from homecare.recipients.models import Residence
from tests import make

pytestmark = pytest.mark.django_db

START = date(2029, 1, 1)


@pytest.fixture(autouse=True)
def _today(at):
    at(2030, 1, 31, 12)


@pytest.fixture
def unit():
    return make.unit(name="Årsta hemtjänst")


@pytest.fixture
def person(unit):
    return make.recipient(unit, starts_on=START)


def homes(person):
    return [
        (one.home_door, one.starts_on, one.ends_on)
        for one in person.residences.order_by("starts_on")
    ]


def test_a_move_ends_the_old_home_the_day_before(person, unit):
    old, new, by = person.residences.get().home_door, make.home_door(), make.user()

    actions.move(recipient=person, home_door=new, on=date(2030, 2, 1), by=by)

    assert homes(person) == [
        (old, START, date(2030, 1, 31)),
        (new, date(2030, 2, 1), None),
    ]
    entry = TrailEntry.objects.get(verb="recipient.moved")
    assert entry.facts == {"on": "2030-02-01", "first_home": False}
    assert (entry.person_ref, entry.unit_ref) == (str(person.ref), str(unit.ref))
    assert new.address not in entry.canonical + entry.personal


def test_somebody_without_a_home_gets_the_first(unit):
    person = make.recipient(unit)
    Residence._base_manager.all().delete()
    door = make.home_door()

    actions.move(recipient=person, home_door=door, by=None)

    assert homes(person) == [(door, date(2030, 1, 31), None)]


def test_a_move_to_a_new_address_adds_its_door(person):
    port = make.entrance(address="Nya gatan 1")
    home = actions.NewHome(
        real_property=port.real_property,
        address="Nya gatan 1",
        postal_code="12054",
        city="Årsta",
        entrances=[port],
    )

    residence = actions.move(recipient=person, home_door=home, by=None)

    assert str(residence.home_door) == "Nya gatan 1"
    assert [step.entrance for step in residence.home_door.path.all()] == [port]


@pytest.mark.parametrize(
    ("on", "says"),
    [
        (START, "flyttade in i sin bostad 2029-01-01"),
        (date(2028, 1, 1), "flyttade in i sin bostad 2029-01-01"),
        (date(2303, 1, 1), "mer än ett år fram"),
    ],
)
def test_a_move_on_a_day_that_cannot_be_is_refused(person, on, says):
    with pytest.raises(RuleBroken, match=says):
        actions.move(recipient=person, home_door=make.home_door(), on=on, by=None)

    assert person.residences.count() == 1


def test_a_move_to_the_same_door_is_refused(person):
    door = person.residences.get().home_door

    with pytest.raises(RuleBroken, match="bor redan där"):
        actions.move(recipient=person, home_door=door, by=None)


def test_a_move_into_the_time_of_an_ended_home_is_refused(person):
    home = person.residences.get()
    home.ends_on = date(2030, 3, 31)
    home.save()

    with pytest.raises(RuleBroken, match="till och med 2030-03-31"):
        actions.move(recipient=person, home_door=make.home_door(), by=None)


# --- commissions ---------------------------------------------------------------------------------


def test_another_unit_gets_a_commission(person):
    other = make.unit()

    added = actions.start_commission(
        recipient=person, unit=other, starts_on=date(2030, 3, 1), by=None
    )

    assert [one.unit for one in person.commissions.order_by("starts_on")][1] == other
    entry = TrailEntry.objects.get(verb="commission.started")
    assert (entry.object_ref, entry.unit_ref) == (str(added.ref), str(other.ref))
    assert entry.facts == {"starts_on": "2030-03-01"}


def test_a_commission_is_refused_where_it_runs_already_or_the_unit_is_closed(person, unit):
    with pytest.raises(RuleBroken, match="Årsta hemtjänst har redan uppdraget"):
        actions.start_commission(recipient=person, unit=unit, by=None)
    with pytest.raises(RuleBroken, match="avslutad från 2030-01-01"):
        actions.start_commission(
            recipient=person, unit=make.unit(closed_on=date(2030, 1, 1)), by=None
        )


def test_a_commission_ends_on_its_last_day_for_a_reason(person, unit):
    commission = person.commissions.get()

    actions.end_commission(
        commission=commission,
        on=date(2030, 2, 28),
        because="other_provider",
        by=None,
        reason="Valde Solhemmet",
    )

    commission.refresh_from_db()
    assert (commission.ends_on, commission.ended_because) == (date(2030, 2, 28), "other_provider")
    entry = TrailEntry.objects.get(verb="commission.ended")
    assert entry.facts == {"ends_on": "2030-02-28", "because": "other_provider"}
    assert entry.reason == "Valde Solhemmet"
    assert entry.unit_ref == str(unit.ref)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"on": date(2028, 12, 31)}, "började 2029-01-01"),
        ({"on": date(2303, 1, 1)}, "mer än ett år fram"),
        ({"because": "died"}, "Registrera dödsfallet i stället"),
    ],
)
def test_a_wrong_end_is_refused(person, given, says):
    with pytest.raises(RuleBroken, match=says):
        actions.end_commission(
            **{
                "commission": person.commissions.get(),
                "on": date(2030, 1, 31),
                "because": "moved",
                "by": None,
                **given,
            }
        )


def test_a_commission_that_has_ended_stays_ended(unit):
    person = make.recipient(unit, starts_on=START, ends_on=date(2030, 1, 30))

    with pytest.raises(RuleBroken, match="redan avslutat den 2030-01-30"):
        actions.end_commission(
            commission=person.commissions.get(), on=date(2030, 2, 1), because="moved", by=None
        )


def test_the_last_day_can_be_moved_until_it_has_been(unit):
    person = make.recipient(unit, starts_on=START, ends_on=date(2030, 2, 28))

    actions.end_commission(
        commission=person.commissions.get(), on=date(2030, 2, 15), because="moved", by=None
    )

    assert person.commissions.get().ends_on == date(2030, 2, 15)


# --- death ---------------------------------------------------------------------------------------


def test_a_death_ends_commissions_home_and_representatives(person, unit):
    make.representative(person)
    coming = actions.start_commission(
        recipient=person, unit=make.unit(), starts_on=date(2030, 3, 1), by=None
    )

    actions.record_death(recipient=person, on=date(2030, 1, 30), by=None)

    person.refresh_from_db()
    assert person.died_on == date(2030, 1, 30)
    assert sorted((one.ends_on, one.ended_because) for one in person.commissions.all()) == [
        (date(2030, 1, 30), "died"),
        (coming.starts_on, "died"),
    ]
    assert person.residences.get().ends_on == date(2030, 1, 30)
    assert person.representatives.get().ends_on == date(2030, 1, 30)
    entry = TrailEntry.objects.get(verb="recipient.died")
    assert (entry.facts, entry.details) == ({}, {"on": "2030-01-30"})
    assert entry.unit_ref == str(unit.ref)


@pytest.mark.parametrize(
    "change",
    [
        lambda it: actions.change_recipient(recipient=it, first_name="A", last_name="B", by=None),
        lambda it: actions.move(recipient=it, home_door=make.home_door(), by=None),
        lambda it: actions.start_commission(recipient=it, unit=make.unit(), by=None),
        lambda it: actions.end_commission(
            commission=it.commissions.get(), on=date(2030, 1, 31), because="moved", by=None
        ),
        lambda it: actions.add_representative(
            recipient=it, kind="power", name="A", evidence="B", by=None
        ),
        lambda it: actions.add_contact_person(recipient=it, name="A", by=None),
    ],
)
def test_after_a_death_nothing_is_changed(person, change):
    actions.record_death(recipient=person, on=date(2030, 1, 31), by=None)

    with pytest.raises(RuleBroken, match="Personen är avliden"):
        change(person)


def test_a_death_is_recorded_once_and_never_ahead(person):
    with pytest.raises(RuleBroken, match="har inte varit ännu"):
        actions.record_death(recipient=person, on=date(2030, 2, 1), by=None)
    actions.record_death(recipient=person, on=date(2030, 1, 31), by=None)
    with pytest.raises(RuleBroken, match="redan registrerat"):
        actions.record_death(recipient=person, on=date(2030, 1, 31), by=None)


def test_a_death_of_the_wrong_person_is_taken_back_with_what_it_ended(person):
    make.representative(person)
    ended_before = make.representative(person, starts_on=START, ends_on=date(2029, 6, 30))
    actions.record_death(recipient=person, on=date(2030, 1, 30), by=None)

    actions.take_back_death(recipient=person, by=None, reason="Förväxlade personer")

    person.refresh_from_db()
    ended_before.refresh_from_db()
    assert person.died_on is None
    assert (person.commissions.get().ends_on, person.commissions.get().ended_because) == (None, "")
    assert person.residences.get().ends_on is None
    assert person.representatives.filter(ends_on=None).count() == 1
    assert ended_before.ends_on == date(2029, 6, 30)
    assert TrailEntry.objects.get(verb="recipient.death_taken_back").reason == "Förväxlade personer"


def test_what_had_a_last_day_before_the_death_gets_that_day_back(person, unit, at):
    first = person.commissions.get()
    actions.end_commission(
        commission=first, on=date(2030, 3, 1), because="moved", reason="", by=None
    )
    coming = actions.start_commission(
        recipient=person, unit=unit, starts_on=date(2030, 3, 15), by=None
    )
    until_june = make.representative(person, ends_on=date(2030, 6, 30))
    for_good = make.representative(person)
    new_home = make.home_door()
    actions.move(recipient=person, home_door=new_home, on=date(2030, 2, 10), by=None)
    old_homes = homes(person)
    at(2030, 2, 1, 9)
    actions.record_death(recipient=person, on=date(2030, 1, 31), by=None)
    at(2030, 2, 2, 9)

    actions.take_back_death(recipient=person, by=None, reason="Förväxlade personer")

    for row in (first, coming, until_june, for_good):
        row.refresh_from_db()
    assert (first.ends_on, first.ended_because) == (date(2030, 3, 1), "moved")
    assert (coming.ends_on, coming.ended_because) == (None, "")
    assert (until_june.ends_on, for_good.ends_on) == (date(2030, 6, 30), None)
    assert homes(person) == old_homes


def test_what_ended_by_itself_on_the_day_of_the_death_stays_ended(person, at):
    last_day = date(2030, 1, 31)
    ended = make.representative(person, ends_on=last_day)
    at(2030, 2, 1, 9)
    actions.record_death(recipient=person, on=last_day, by=None)

    actions.take_back_death(recipient=person, by=None, reason="Förväxlade personer")

    ended.refresh_from_db()
    assert ended.ends_on == last_day


def test_a_death_that_was_taken_back_can_be_recorded_and_taken_back_again(person, at):
    mandate = make.representative(person, ends_on=date(2030, 6, 30))
    for day in (1, 2):
        at(2030, 2, day, 9)
        actions.record_death(recipient=person, on=date(2030, 1, 31), by=None)
        actions.change_protection(
            recipient=person, level=["marked", "none"][day - 1], by=None, reason="Prov"
        )
        at(2030, 2, day, 15)
        actions.take_back_death(recipient=person, by=None, reason="Förväxlade personer")

    mandate.refresh_from_db()
    assert mandate.ends_on == date(2030, 6, 30)
    assert person.commissions.get().ends_on is None
    assert person.residences.get().ends_on is None


def test_taking_back_needs_a_death_and_a_reason(person):
    with pytest.raises(RuleBroken, match="Inget dödsfall"):
        actions.take_back_death(recipient=person, by=None, reason="Fel")
    actions.record_death(recipient=person, on=date(2030, 1, 31), by=None)
    with pytest.raises(RuleBroken, match="Skriv varför"):
        actions.take_back_death(recipient=person, by=None, reason=" ")
