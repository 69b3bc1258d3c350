"""Registering people and changing who they are."""

from datetime import date

import pytest
from django.urls import reverse

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.core.versions import ChangedMeanwhile, version_of
from homecare.recipients import actions
from homecare.recipients.models import Recipient
from properties.models import HomeDoor, Tenure
from tests import make

pytestmark = pytest.mark.django_db

NUMBER, OTHER_NUMBER = "191212121212", "193001011238"
ADA = {"personal_number": NUMBER, "first_name": "Ada", "last_name": "Lund"}


@pytest.fixture(autouse=True)
def _today(at):
    at(2030, 1, 31, 12)


def new_home(**given):
    real_property = make.real_property()
    return actions.NewHome(
        **{
            "real_property": real_property,
            "address": "Siljansvägen 12",
            "postal_code": "12054",
            "city": "Årsta",
            "apartment_number": "1102",
            **given,
        }
    )


def test_a_person_is_registered_with_home_and_commission():
    unit, by = make.unit(), make.user()
    home = new_home(tenure=Tenure.COOPERATIVE)

    added = actions.register_recipient(
        **ADA,
        unit=unit,
        home=home,
        starts_on=date(2030, 2, 1),
        customer_number=" K-17 ",
        phone="+46701740605",
        by=by,
    )

    added.refresh_from_db()
    assert (added.name, added.customer_number, added.phone) == ("Ada Lund", "K-17", "+46701740605")
    commission, residence = added.commissions.get(), added.residences.get()
    assert (commission.unit, commission.starts_on) == (unit, date(2030, 2, 1))
    assert residence.starts_on == date(2030, 2, 1)
    assert str(residence.home_door) == "Siljansvägen 12, lgh 1102"
    assert residence.home_door.tenure == "cooperative"
    assert {row.history_user for row in (added.history.get(), commission.history.get())} == {by}


def test_the_trail_tells_of_a_registration_without_naming_anybody():
    unit = make.unit()

    added = actions.register_recipient(**ADA, unit=unit, by=make.user())

    entry = TrailEntry.objects.get(verb="recipient.registered")
    assert (entry.person_ref, entry.unit_ref) == (str(added.ref), str(unit.ref))
    assert entry.facts == {
        "starts_on": "2030-01-31",
        "has_home": False,
        "protection_level": "none",
    }
    assert not [word for word in (NUMBER, "Lund") if word in entry.canonical + entry.personal]


def test_a_home_that_the_register_knows_is_used_and_not_written_over():
    port = make.entrance()
    known = make.home_door(port, apartment_number="1102", floor="2")

    added = actions.register_recipient(
        **ADA,
        unit=make.unit(),
        home=new_home(real_property=known.real_property, address=known.address.upper(), floor="7"),
        by=None,
    )

    known.refresh_from_db()
    assert added.residences.get().home_door == known
    assert (HomeDoor.objects.count(), known.floor) == (1, "2")


def test_a_known_home_without_a_way_gets_one():
    known = make.home_door(make.entrance(), apartment_number="1102")
    known.path.get().delete()
    port = make.entrance(known.real_property)

    actions.register_recipient(
        **ADA,
        unit=make.unit(),
        home=new_home(real_property=known.real_property, address=known.address, entrances=[port]),
        by=None,
    )

    assert [step.entrance for step in known.path.all()] == [port]


@pytest.mark.parametrize("protection_level", ["none", "marked"])
def test_a_person_is_registered_once_and_whoever_it_is_the_words_are_the_same(protection_level):
    known = make.recipient(personal_number=NUMBER, protection_level=protection_level)
    by = make.user()

    with pytest.raises(actions.AlreadyRegistered) as refused:
        actions.register_recipient(**ADA, unit=make.unit(), home=new_home(), by=by)

    assert str(refused.value) == "Personen finns redan registrerad. Kontakta systemförvaltaren."
    entry = TrailEntry.objects.get(kind="denied")
    assert (entry.verb, entry.actor, entry.person_ref) == (
        "recipient.already_registered",
        str(by.ref),
        str(known.ref),
    )
    assert Recipient.objects.count() == 1
    assert HomeDoor.objects.filter(address="Siljansvägen 12").count() == 0


def test_a_person_is_known_again_after_the_field_key_was_changed(settings):
    make.recipient(personal_number=NUMBER)
    settings.FIELD_KEYS = ["bmV3LW9uZS1mb3ItdGhpcy1vbmUtdGVzdC0zMmJ5dGU=", *settings.FIELD_KEYS]

    with pytest.raises(actions.AlreadyRegistered):
        actions.register_recipient(**ADA, unit=make.unit(), by=None)


def test_a_customer_number_belongs_to_one_person():
    make.recipient(customer_number="K-17")

    with pytest.raises(RuleBroken, match="Kundnumret används redan"):
        actions.register_recipient(**ADA, unit=make.unit(), customer_number="K-17", by=None)
    other = make.recipient()
    with pytest.raises(RuleBroken, match="Kundnumret används redan"):
        actions.change_recipient(
            recipient=other, first_name="A", last_name="B", customer_number="K-17", by=None
        )


def test_a_start_more_than_a_year_away_is_a_slip_of_the_pen():
    with pytest.raises(RuleBroken, match="mer än ett år fram"):
        actions.register_recipient(**ADA, unit=make.unit(), starts_on=date(2203, 1, 1), by=None)


@pytest.mark.parametrize(
    ("given", "number", "phone"),
    [
        pytest.param({}, NUMBER, "+46701740605", id="kept"),
        pytest.param({"personal_number": OTHER_NUMBER}, OTHER_NUMBER, "+46701740605", id="number"),
        pytest.param({"phone": "+46701740606"}, NUMBER, "+46701740606", id="phone"),
        pytest.param({"phone": ""}, NUMBER, "", id="no phone"),
    ],
)
def test_a_change_keeps_what_it_is_not_told_of(given, number, phone):
    person = make.recipient(personal_number=NUMBER, phone="+46701740605")

    actions.change_recipient(recipient=person, first_name="Eva", last_name="Ek", by=None, **given)

    person.refresh_from_db()
    assert (person.name, person.personal_number, person.phone) == ("Eva Ek", number, phone)
    assert list(Recipient.objects.with_number(number)) == [person]
    assert TrailEntry.objects.get(verb="recipient.changed").facts == {
        "personal_number_changed": "personal_number" in given,
        "phone_changed": "phone" in given,
    }


def test_nobody_gets_the_number_of_somebody_else():
    make.recipient(personal_number=OTHER_NUMBER)
    person = make.recipient(personal_number=NUMBER)

    with pytest.raises(actions.AlreadyRegistered):
        actions.change_recipient(
            recipient=person,
            first_name="A",
            last_name="B",
            personal_number=OTHER_NUMBER,
            by=None,
        )


@pytest.mark.parametrize(
    ("typed", "verb"),
    [
        ({"personal_number": NUMBER}, "recipient.already_registered"),
        ({"customer_number": "K-17"}, "recipient.customer_number_taken"),
    ],
)
def test_trying_numbers_on_a_person_of_ones_own_leaves_a_trace(client, typed, verb):
    unit = make.unit()
    coordinator = make.user(Role.COORDINATOR, unit)
    mine = make.recipient(unit)
    hidden = make.recipient(
        make.unit(),
        personal_number=NUMBER,
        customer_number="K-17",
        protection_level="protected_registration",
    )
    client.force_login(coordinator)

    client.post(
        reverse("recipients:recipient_change", args=[mine.ref]),
        {"first_name": "Ada", "last_name": "Lund", "version": version_of(mine), **typed},
    )

    entry = TrailEntry.objects.get(kind="denied")
    assert (entry.verb, entry.actor, entry.person_ref, entry.unit_ref) == (
        verb,
        str(coordinator.ref),
        str(hidden.ref),
        str(unit.ref),
    )


def test_trying_customer_numbers_on_a_new_person_leaves_a_trace():
    hidden = make.recipient(customer_number="K-17")

    with pytest.raises(RuleBroken, match="Kundnumret används redan"):
        actions.register_recipient(**ADA, unit=make.unit(), customer_number="K-17", by=None)

    entry = TrailEntry.objects.get(kind="denied")
    assert (entry.verb, entry.person_ref) == ("recipient.customer_number_taken", str(hidden.ref))


def test_the_later_of_two_who_change_a_person_is_told():
    person = make.recipient()
    seen = version_of(person)
    actions.change_recipient(recipient=person, first_name="A", last_name="B", by=None)

    with pytest.raises(ChangedMeanwhile):
        actions.change_recipient(
            recipient=person, first_name="C", last_name="D", by=None, seen=seen
        )
