"""Owners and their contacts."""

from datetime import date

import pytest

from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from properties import actions
from properties.models import PropertyOwner
from tests import make

pytestmark = pytest.mark.django_db

PERSON = "191212121212"


def told(verb):
    """The entries in the trail of one verb: facts and personal details."""
    return [(entry.facts, entry.details) for entry in TrailEntry.objects.filter(verb=verb)]


def test_an_owner_is_added_and_the_trail_says_so():
    by = make.user()

    owner = actions.add_owner(
        name=" Årstabostäder AB ",
        kind="public_housing",
        organisation_number="5560360793",
        postal_address="Box 1",
        postal_code="12054",
        city="Årsta",
        by=by,
    )

    assert PropertyOwner.objects.get() == owner
    assert (owner.name, owner.organisation_number) == ("Årstabostäder AB", "5560360793")
    assert owner.history.get().history_user == by
    assert told("owner.added") == [
        ({"owner_kind": "public_housing"}, {"name": "Årstabostäder AB"}),
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": "company", "personal_number": PERSON}, "privatperson eller ett dödsbo"),
        ({"kind": "person", "organisation_number": "5560360793"}, "har inget organisationsnummer"),
        ({"kind": "company", "organisation_number": "2120000142"}, "finns redan en ägare"),
        ({"kind": "estate", "personal_number": PERSON}, "finns redan en ägare"),
    ],
)
def test_an_owner_with_a_wrong_or_known_number_is_refused(given, says):
    make.owner(organisation_number="2120000142")
    make.owner(kind="person", personal_number=PERSON)

    with pytest.raises(RuleBroken, match=says):
        actions.add_owner(name="Ny", by=None, **given)

    assert PropertyOwner.objects.count() == 2


def test_a_personnummer_is_known_again_also_after_the_field_key_was_changed(settings):
    make.owner(kind="person", personal_number=PERSON)
    settings.FIELD_KEYS = ["bmV3LW9uZS1mb3ItdGhpcy1vbmUtdGVzdC0zMmJ5dGU=", *settings.FIELD_KEYS]

    with pytest.raises(RuleBroken, match="finns redan en ägare"):
        actions.add_owner(name="Ny", kind="person", personal_number=PERSON, by=None)


def test_owners_without_a_number_do_not_stand_in_each_others_way():
    for _ in range(2):
        actions.add_owner(name="Ny", kind="person", by=None)

    assert PropertyOwner.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "kept"), [(None, PERSON), ("", ""), ("193001011238", "193001011238")]
)
def test_a_change_keeps_takes_away_or_renews_the_personnummer(typed, kept):
    owner = make.owner(kind="person", personal_number=PERSON)

    actions.change_owner(owner=owner, name="B", kind="person", personal_number=typed, by=None)

    owner.refresh_from_db()
    assert (owner.name, owner.personal_number) == ("B", kept)
    assert told("owner.changed") == [
        ({"owner_kind": "person", "do_not_contact": False}, {"name": "B"})
    ]


def test_a_contact_is_added_changed_and_ended(at):
    at(2030, 1, 31, 12)
    owner = make.owner()

    contact = actions.add_contact(owner=owner, name="Eva Ek", phone="+46701740605", by=None)
    actions.change_contact(contact=contact, name="Eva Ekman", starts_on=date(2030, 1, 1), by=None)
    actions.end_contact(contact=contact, on=date(2030, 2, 28), by=None)

    contact.refresh_from_db()
    assert (contact.name, contact.starts_on, contact.ends_on) == (
        "Eva Ekman",
        date(2030, 1, 1),
        date(2030, 2, 28),
    )
    assert told("owner.contact_ended") == [({"owner": str(owner.ref), "ends_on": "2030-02-28"}, {})]


def test_a_contact_cannot_end_before_it_began_nor_twice(at):
    at(2030, 1, 31, 12)
    contact = actions.add_contact(owner=make.owner(), name="Eva", by=None)

    with pytest.raises(RuleBroken, match="före den första"):
        actions.end_contact(contact=contact, on=date(2030, 1, 30), by=None)
    actions.end_contact(contact=contact, on=date(2030, 1, 31), by=None)
    at(2030, 2, 1, 12)
    with pytest.raises(RuleBroken, match="redan avslutad"):
        actions.end_contact(contact=contact, on=date(2030, 3, 1), by=None)


def test_owners_are_found_by_name_and_by_number():
    company = make.owner(name="Östberga Bostäder AB", organisation_number="5560360793")
    person = make.owner(name="Per Person", kind="person", personal_number=PERSON)

    assert list(PropertyOwner.objects.found_by("bostäder öst")) == [company]
    assert list(PropertyOwner.objects.found_by("556036-0793")) == [company]
    assert list(PropertyOwner.objects.found_by("121212+1212")) == [person]
    assert list(PropertyOwner.objects.found_by_name("556036-0793")) == [company]
    assert list(PropertyOwner.objects.found_by_name(PERSON)) == []
