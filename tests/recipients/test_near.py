"""Representatives and contact persons."""

from datetime import date

import pytest

from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.core.versions import ChangedMeanwhile, version_of
from homecare.recipients import actions
from homecare.recipients.models import ContactPerson, Representative
from tests import make

pytestmark = pytest.mark.django_db

GUNNAR = {"kind": "good_man", "name": "Gunnar God", "evidence": "Förordnande 2029"}


@pytest.fixture(autouse=True)
def _today(at):
    at(2030, 1, 31, 12)


def add(**given):
    return actions.add_representative(
        **{"recipient": make.recipient(), "by": None, **GUNNAR, **given}
    )


def test_a_representative_is_added_with_evidence_and_the_persons_own_view():
    added = add(
        evidence_seen_on=date(2030, 1, 30),
        own_view="agrees",
        phone="+46701740605",
        email="g@example.se",
        ends_on=date(2030, 12, 31),
    )

    added.refresh_from_db()
    assert (added.starts_on, added.ends_on) == (date(2030, 1, 31), date(2030, 12, 31))
    assert (added.phone, added.email) == ("+46701740605", "g@example.se")
    entry = TrailEntry.objects.get(verb="representative.added")
    assert entry.facts == {"mandate": "good_man", "own_view": "agrees", "ends_on": "2030-12-31"}
    assert entry.person_ref == str(added.recipient.ref)
    assert "Gunnar" not in entry.canonical + entry.personal


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"ends_on": date(2030, 1, 30)}, "kan inte vara före den första"),
        ({"evidence_seen_on": date(2030, 2, 1)}, "har inte varit ännu"),
    ],
)
def test_days_that_cannot_be_are_refused(given, says):
    with pytest.raises(RuleBroken, match=says):
        add(**given)

    assert not Representative.objects.exists()


@pytest.mark.parametrize(("typed", "kept"), [(None, "+46701740605"), ("", "")])
def test_a_change_keeps_or_takes_away_the_phone(typed, kept):
    representative = add(phone="+46701740605", email="g@example.se")

    actions.change_representative(
        representative=representative,
        by=None,
        **{**GUNNAR, "name": "Gunilla God"},
        starts_on=date(2030, 1, 1),
        phone=typed,
    )

    representative.refresh_from_db()
    assert (representative.name, representative.phone) == ("Gunilla God", kept)
    assert representative.email == "g@example.se"


def test_the_later_of_two_who_change_a_representative_is_told():
    representative = add()
    seen, same = version_of(representative), {**GUNNAR, "starts_on": date(2030, 1, 31)}
    actions.change_representative(representative=representative, by=None, **{**same, "name": "A"})

    with pytest.raises(ChangedMeanwhile):
        actions.change_representative(representative=representative, by=None, **same, seen=seen)


def test_a_mandate_ends_once(at):
    representative = add()

    actions.end_representative(representative=representative, on=date(2030, 1, 31), by=None)

    at(2030, 2, 1, 12)
    with pytest.raises(RuleBroken, match="redan avslutat"):
        actions.end_representative(representative=representative, on=date(2030, 3, 1), by=None)


def test_a_contact_person_is_added_changed_and_ended():
    person = make.recipient()
    contact = actions.add_contact_person(
        recipient=person, name="Karin", relation="dotter", phone="+46701740605", by=None
    )
    actions.change_contact_person(contact=contact, name="Karin Ek", lives_with=True, by=None)
    assert list(person.contacts.current()) == [contact]

    actions.end_contact_person(contact=contact, by=None)

    contact.refresh_from_db()
    assert (contact.name, contact.phone, contact.lives_with) == ("Karin Ek", "+46701740605", True)
    assert list(ContactPerson.objects.current()) == []
    assert [
        (entry.verb, entry.facts)
        for entry in TrailEntry.objects.filter(kind="change").order_by("pk")
    ] == [
        ("contact_person.added", {"lives_with": False}),
        ("contact_person.changed", {"lives_with": True}),
        ("contact_person.ended", {"lives_with": True}),
    ]
    with pytest.raises(RuleBroken, match="redan borttagen"):
        actions.end_contact_person(contact=contact, by=None)
