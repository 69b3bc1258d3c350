"""What a trial tells of people, to whom, and what of it stays in the trail."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.models import save_as
from homecare.exchange import actions
from homecare.exchange.models import Import
from homecare.exchange.states import ImportState, ListKind
from homecare.recipients.models import Recipient
from tests import make
from tests.exchange.lists import PEOPLE, brought_in, csv, faults, of, told, tried

pytestmark = pytest.mark.django_db

WITH_FLOOR = f"{PEOPLE};Våning"
CLOSE = "Personnummer;Anhörig;Släktskap"


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def coordinator(unit):
    return make.user("coordinator", unit)


@pytest.fixture
def manager():
    return make.user("system_manager")


def person_in(unit, **given):
    return make.recipient(unit, **{"first_name": "Hemliga", "last_name": "Ask", **given})


def page_of(client, batch, user):
    client.force_login(user)
    return client.get(reverse("exchange:batch", args=[batch.ref])).text


def entries(verb):
    return list(TrailEntry.objects.filter(verb=verb).order_by("pk"))


def about(entry):
    return entry.person_ref, entry.unit_ref, entry.actor


# --- what the page shows, and the access log -----------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        pytest.param(
            "coordinator", "Förnamn ändras från ”Hemliga” till ”Quinna”.", id="who reads the person"
        ),
        pytest.param("manager", "Förnamn ändras.", id="who reads nobody"),
    ],
)
def test_values_are_told_only_to_those_who_read_the_person(client, unit, request, who, sentence):
    user = request.getfixturevalue(who)
    person = person_in(unit)

    batch = tried(csv(PEOPLE, of(person, first_name="Quinna")), ListKind.RECIPIENTS, user)
    page = page_of(client, batch, user)

    assert told(batch) == {2: [sentence]}
    assert sentence in page
    (entry,) = entries("import.trial_read")
    assert (entry.kind, entry.actor, entry.object_ref) == ("read", str(user.ref), str(batch.ref))
    assert (entry.facts["rows"], entry.details) == (1, {"shown": [str(person.ref)]})


def test_another_who_opens_the_trial_is_told_what_they_may_read(client, unit, coordinator, manager):
    person = person_in(unit)
    line = of(person, first_name="Quinna")
    batch = tried(csv(PEOPLE, line), ListKind.RECIPIENTS, coordinator)

    page = page_of(client, batch, manager)

    assert "Förnamn ändras." in page
    assert "visas bara för den som får läsa om personen" in page
    assert "Hemliga" not in page
    assert [entry.actor for entry in entries("import.trial_read")] == [str(manager.ref)]


def test_what_was_told_is_veiled_when_the_person_has_become_protected(client, unit, coordinator):
    person = person_in(unit)
    line = of(person, first_name="Quinna")
    batch = tried(csv(PEOPLE, line), ListKind.RECIPIENTS, coordinator)
    person.protection_level = "marked"
    save_as(person, None)

    assert "Hemliga" not in page_of(client, batch, coordinator)


def test_whom_the_faults_tell_of_is_in_the_access_log_and_of_whom_they_are_taken_out(
    client, unit, manager
):
    person = person_in(unit)
    elsewhere = make.home_door(make.entrance())
    line = of(person, address=elsewhere.address, entrances=elsewhere.path.get().entrance)
    batch = tried(csv(PEOPLE, line), ListKind.RECIPIENTS, manager)
    assert [message for _row, _column, message in faults(batch)] == [
        "Personen bor enligt registret någon annanstans."
    ]

    page_of(client, batch, manager)
    client.get(reverse("exchange:faults", args=[batch.ref]))

    shown = {"shown": [str(person.ref)]}
    assert [entry.details for entry in entries("import.trial_read")] == [shown]
    assert [(one.kind, one.details) for one in entries("import.faults")] == [("export", shown)]


def test_a_list_of_what_concerns_nobody_is_not_in_the_access_log(client, manager):
    units = csv("Enhetskod;Enhet;Utförare;Regi", "NY;Ny enhet;Ny utförare;Kommunal")

    page_of(client, tried(units, ListKind.UNITS, manager), manager)

    assert entries("import.trial_read") == []


@pytest.mark.parametrize("number", [1, 5])
def test_the_page_of_a_trial_costs_the_same_for_five_as_for_one(
    client, unit, coordinator, number, django_assert_max_num_queries
):
    lines = [of(person_in(unit), first_name="Quinna") for _ in range(number)]
    batch = tried(csv(PEOPLE, *lines), ListKind.RECIPIENTS, coordinator)
    client.force_login(coordinator)

    with django_assert_max_num_queries(14):
        page = client.get(reverse("exchange:batch", args=[batch.ref]))

    assert len(page.context["sentences"]) == number


# --- what stays in the trail ---------------------------------------------------------------------


def test_each_person_that_a_list_brings_in_or_changes_has_a_line_of_their_own(
    unit, coordinator, manager
):
    known, same = person_in(unit), person_in(unit)
    lines = [
        of(known, first_name="Quinna"),
        of(same),
        of(same, number=make.personal_number(), first_name="Nya", apartment_number="1407"),
    ]

    batch = brought_in(csv(PEOPLE, *lines), ListKind.RECIPIENTS, manager)

    new = Recipient.objects.get(first_name="Nya")
    (made,), (changed,) = entries("recipient.brought_in"), entries("recipient.changed_by_list")
    where = (str(unit.ref), str(manager.ref))
    assert about(made) == (str(new.ref), *where)
    assert about(changed) == (str(known.ref), *where)
    said = {"list": "recipients", "batch": str(batch.ref)}
    parts = ["commission", "recipient", "residence"]
    assert made.facts == {
        "new": [f"recipients.{part}" for part in parts],
        "fields": [],
        **said,
    }
    assert changed.facts == {"new": [], "fields": ["recipients.recipient.first_name"], **said}
    assert changed.reason == batch.name
    assert "Quinna" not in changed.canonical + changed.personal


def test_those_whom_a_list_gives_somebody_close_have_a_line_too(unit, manager):
    person = person_in(unit)

    brought_in(csv(CLOSE, f"{person.personal_number};Ulla Lund;Dotter"), "contacts", manager)

    (entry,) = entries("recipient.changed_by_list")
    assert about(entry) == (str(person.ref), str(unit.ref), str(manager.ref))
    assert entry.facts["new"] == ["recipients.contactperson"]


def test_a_protection_that_a_list_raises_stands_in_the_trail_as_one(unit, coordinator):
    person = person_in(unit)
    line = f"{of(person)};Sekretessmarkering"

    brought_in(csv(f"{PEOPLE};Skyddade personuppgifter", line), ListKind.RECIPIENTS, coordinator)

    (entry,) = entries("recipient.protection_raised")
    assert about(entry) == (str(person.ref), str(unit.ref), str(coordinator.ref))
    assert (entry.facts["before"], entry.facts["after"]) == ("none", "marked")


def test_each_person_has_a_line_when_the_list_is_undone(unit, coordinator):
    known = person_in(unit)
    lines = [
        of(known, first_name="Quinna"),
        of(known, number=make.personal_number(), apartment_number="1407"),
    ]
    batch = brought_in(csv(PEOPLE, *lines), ListKind.RECIPIENTS, coordinator)
    refs = {str(known.ref), str(Recipient.objects.exclude(pk=known.pk).get().ref)}

    actions.undo(batch=batch, by=coordinator)

    undone = entries("recipient.import_undone")
    assert {entry.person_ref for entry in undone} == refs
    assert {entry.unit_ref for entry in undone} == {str(unit.ref)}
    assert list(Recipient.objects.values_list("first_name", flat=True)) == ["Hemliga"]


def test_who_tries_numbers_of_others_is_refused_and_that_is_kept(unit, coordinator):
    other = person_in(make.unit(), customer_number="KN-77")
    mine = person_in(unit)
    lines = [f"{of(mine)};KN-77", f"{of(other, unit=unit.code)};"]

    batch = tried(csv(f"{PEOPLE};Kundnummer", *lines), ListKind.RECIPIENTS, coordinator)

    assert [(row, message) for row, _column, message in faults(batch)] == [
        (2, "Kundnumret används redan."),
        (3, "Personen finns inte bland dem du får ändra."),
    ]
    kept = TrailEntry.objects.filter(kind="denied").order_by("verb")
    assert [(one.verb, one.person_ref, one.actor) for one in kept] == [
        ("import.person_refused", str(other.ref), str(coordinator.ref)),
        ("recipient.customer_number_taken", str(other.ref), str(coordinator.ref)),
    ]


def test_nobody_brings_in_for_another_what_they_may_not_change(unit, coordinator, manager):
    person = person_in(unit, protection_level="marked")
    make.named_grant(person, coordinator)
    line = of(person, first_name="Quinna")
    batch = tried(csv(PEOPLE, line), ListKind.RECIPIENTS, coordinator)
    actions.start_bringing_in(batch=batch, by=manager)

    actions.bring_in(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.refusal) == (
        ImportState.FAILED,
        "Bara den som laddade upp listan får läsa in den. Inget är inläst.",
    )
    person.refresh_from_db()
    assert person.first_name == "Hemliga"


# --- homes ---------------------------------------------------------------------------------------


def at_home_of(person, unit, **changed):
    """The line of somebody invented, who is said to live with `person`, on floor 99."""
    return of(person, number=make.personal_number(), unit=unit.code, **changed) + ";99"


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param({"protection_level": "protected_registration"}, id="protected"),
        pytest.param({}, id="cared for by another unit"),
    ],
)
@pytest.mark.parametrize("line", ["somebody new", "somebody who lives elsewhere"])
def test_nothing_tells_that_a_home_of_others_is_there(unit, coordinator, hidden, line):
    entrance = make.entrance()
    door = make.home_door(entrance, floor="4", apartment_number="1402")
    person = person_in(make.unit(), home=door, **hidden)
    mine = person_in(unit)

    def try_at(apartment_number):
        if line == "somebody new":
            content = at_home_of(person, unit, apartment_number=apartment_number)
        else:
            content = of(
                mine,
                address=door.address,
                entrances=entrance,
                apartment_number=apartment_number,
            )
            content += ";99"
        batch = tried(csv(WITH_FLOOR, content), ListKind.RECIPIENTS, coordinator)
        return batch, (told(batch), faults(batch), batch.counts)

    there, at_the_door = try_at("1402")
    _nowhere, beside_it = try_at("1403")

    assert at_the_door == beside_it
    assert entries("import.trial_read") == []
    (kept,) = entries("import.home_passed_over")
    assert (kept.kind, kept.person_ref) == ("denied", str(person.ref))
    if line == "somebody new":
        actions.start_bringing_in(batch=there, by=coordinator)
        actions.bring_in(there.pk)
        assert Import.objects.get(pk=there.pk).state == ImportState.DONE
    door.refresh_from_db()
    assert door.floor == "4"


def test_a_home_one_may_see_is_changed_and_told(unit, coordinator):
    person = person_in(unit, home=make.home_door(make.entrance(), floor="4"))

    batch = brought_in(csv(WITH_FLOOR, f"{of(person)};5"), ListKind.RECIPIENTS, coordinator)

    assert batch.counts["changed"] == 1
    assert person.residences.get().home_door.floor == "5"
    (entry,) = entries("recipient.changed_by_list")
    assert (entry.person_ref, entry.facts["fields"]) == (
        str(person.ref),
        ["properties.homedoor.floor"],
    )


def test_a_home_shared_with_somebody_hidden_is_left_as_it_is(unit, coordinator):
    door = make.home_door(make.entrance(), floor="4")
    person = person_in(unit, home=door)
    person_in(unit, home=door, protection_level="marked")

    batch = tried(csv(WITH_FLOOR, f"{of(person)};5"), ListKind.RECIPIENTS, coordinator)

    assert (told(batch), faults(batch)) == ({}, [])
    assert batch.counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("level", "sentences", "floor"),
    [
        pytest.param("none", {2: ["Våning ändras."]}, "5", id="changed, and not told from what"),
        pytest.param("marked", {}, "4", id="somebody protected: passed over"),
    ],
)
def test_whole_lists_change_homes_that_their_reader_does_not_see(
    unit, manager, level, sentences, floor
):
    door = make.home_door(make.entrance(), floor="4")
    person = person_in(unit, home=door, protection_level=level)

    batch = tried(csv(WITH_FLOOR, f"{of(person)};5"), ListKind.RECIPIENTS, manager)
    actions.start_bringing_in(batch=batch, by=manager)
    actions.bring_in(batch.pk)

    assert told(batch) == sentences
    door.refresh_from_db()
    assert door.floor == floor


# --- the plan that was seen ----------------------------------------------------------------------


def test_a_value_that_was_not_told_stops_the_list_too_when_it_has_changed(unit, manager):
    person = person_in(unit)
    batch = tried(csv(PEOPLE, of(person, first_name="Quinna")), ListKind.RECIPIENTS, manager)
    person.first_name = "Annan"
    save_as(person, None)
    actions.start_bringing_in(batch=batch, by=manager)

    actions.bring_in(batch.pk)

    batch.refresh_from_db()
    assert batch.refusal.startswith("Registret har ändrats sedan listan provades.")


def test_a_line_with_a_fault_is_counted_as_nothing_else(unit, coordinator):
    person = person_in(unit)
    wrong = of(person, first_name="Quinna", starts_on=clock.today() + timedelta(days=1))

    batch = tried(csv(PEOPLE, wrong), ListKind.RECIPIENTS, coordinator)

    assert len(json.loads(batch.faults)) == 1
    assert batch.counts == {"new": 0, "changed": 0, "unchanged": 0}
