"""The start page, the page of a recipient and the search: each reader sees their own."""

from datetime import timedelta

import pytest
from django.urls import reverse

from consent.states import CaseState
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.models import save_as
from homecare.recipients.actions import record_death
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def coordinator(client, unit):
    user = make.user("coordinator", unit, name="Åsa")
    client.force_login(user)
    return user


def titles(response):
    return {(group.title, row.title) for group in response.context["groups"] for row in group.rows}


def start(client):
    return client.get(reverse("desk:start"))


def search(client, text):
    return client.post(reverse("desk:search"), {"q": text})


def test_the_start_page_says_what_to_do_for_whom(client, unit, coordinator):
    entrance = make.entrance()
    person = make.recipient(unit, home=make.home_door(entrance))
    owner = entrance.real_property.ownerships.get().owner

    assert titles(start(client)) == {
        ("Fråga personen", person.name),
        ("Fråga ägaren", owner.name),
    }


def test_an_owner_who_does_not_answer_is_to_be_called(client, unit, coordinator):
    case = make.case(state=CaseState.NO_ANSWER)

    assert ("Ring ägaren", case.owner.name) in titles(start(client))


def test_a_lock_without_consent_stands_first(client, unit, coordinator):
    entrance = make.entrance()
    make.recipient(unit, home=make.home_door(entrance))
    make.installation(entrance, in_operation=True)

    assert start(client).context["groups"][0].title == "Medgivande saknas"


def test_a_key_held_by_somebody_who_has_left_is_to_be_fetched(client, unit, coordinator, at):
    at(2026, 3, 2, 12)
    key = make.key(unit)
    member = make.staff_member(unit)
    make.handout(key, member)
    assert ("Försenad nyckel", f"{key.code}, {member}") not in titles(start(client))

    employment = member.employments.get()
    employment.ends_on = make.SOME_MOMENT.date().replace(day=1)
    save_as(employment, None)

    assert ("Försenad nyckel", f"{key.code}, {member}") in titles(start(client))


def test_another_units_people_and_the_protected_are_not_there(client, unit, coordinator):
    make.recipient(first_name="Annan", last_name="Enhet")
    make.recipient(unit, first_name="Kanarie", last_name="Fågel", protection_level="marked")

    page = start(client)

    assert page.context["people"] == 0
    assert "Kanarie" not in page.text
    assert "Annan" not in page.text


def test_whom_the_start_page_showed_is_in_the_access_log(client, unit, coordinator):
    person = make.recipient(unit)

    start(client)

    entry = TrailEntry.objects.filter(verb="desk.start").latest("pk")
    assert (entry.kind, entry.details) == ("read", {"shown": [str(person.ref)]})


def test_whose_lock_must_come_down_is_in_the_access_log_also_after_a_death(
    client, unit, coordinator
):
    person = make.recipient(unit)
    home = person.residences.get().home_door
    make.installation(home, in_operation=True)
    record_death(recipient=person, on=clock.today() - timedelta(days=1), by=coordinator)

    page = start(client)

    assert ("Medgivande saknas", str(home)) in titles(page)
    entry = TrailEntry.objects.get(verb="desk.locks_without_consent")
    assert (entry.kind, entry.details) == ("read", {"shown": [str(person.ref)]})


def test_a_lock_found_by_its_number_is_a_reading_of_those_who_live_there(client, unit, coordinator):
    person = make.recipient(unit)
    home = person.residences.get().home_door
    lock = make.installation(home)

    page = search(client, lock.unit.serial)

    assert str(home) in page.text
    entry = TrailEntry.objects.get(verb="desk.locks_found")
    assert (entry.kind, entry.details) == ("read", {"shown": [str(person.ref)]})


@pytest.mark.parametrize("people", [1, 5])
def test_the_start_page_costs_the_same_for_five_people_as_for_one(
    client, unit, coordinator, people, django_assert_num_queries
):
    for _ in range(people):
        entrance = make.entrance()
        make.recipient(unit, home=make.home_door(entrance))
    start(client)

    with django_assert_num_queries(35):
        start(client)


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("auditor", "Det här kan du göra"),
        ("care_worker", "Det här kan du göra"),
        ("system_manager", "Det här kan du göra"),
        ("unit_manager", "Vad väntar på mig"),
    ],
)
def test_each_role_gets_a_start_page_of_its_own(client, unit, role, text):
    client.force_login(make.user(role, unit))

    assert text in start(client).text


def test_a_technician_starts_with_the_day(client):
    client.force_login(make.user("technician"))

    assert start(client).url == reverse("locks:my_day")


def test_the_page_of_a_person_shows_the_way_and_logs_the_reading(client, unit, coordinator):
    person = make.recipient(unit)
    make.key(unit, person)

    page = client.get(reverse("desk:recipient", args=[person.ref]))

    assert "Personen är inte tillfrågad." in page.text
    assert person.personal_number not in page.text
    entry = TrailEntry.objects.filter(verb="recipient.read").latest("pk")
    assert (entry.person_ref, entry.actor) == (str(person.ref), str(coordinator.ref))


def test_a_lock_that_lost_its_consent_is_red_among_the_persons_doors(client, unit, coordinator):
    entrance = make.entrance()
    person = make.recipient(unit, home=make.home_door(entrance))
    make.installation(entrance, in_operation=True)

    page = client.get(reverse("desk:recipient", args=[person.ref]))

    assert [(door.state, door.tone) for door in page.context["doors"]] == [
        ("Lås utan medgivande", "bad"),
        ("Inget lås", "neutral"),
    ]


def test_people_are_found_by_name_and_number_and_the_search_is_logged(client, unit, coordinator):
    person = make.recipient(unit, first_name="Birgitta", last_name="Malmsten")

    for text in ("malmsten", person.personal_number, "Birgitta Malm"):
        assert search(client, text).context["found"]["recipients"] == [person], text

    kinds = TrailEntry.objects.filter(verb="recipient.search").values_list("kind", flat=True)
    assert list(kinds) == ["search"] * 3
    assert not TrailEntry.objects.filter(personal__contains=person.personal_number).exists()


def test_people_are_not_found_by_where_they_live(client, unit, coordinator):
    person = make.recipient(unit)
    home = person.residences.get().home_door

    assert search(client, home.address).context["found"]["recipients"] == []


def test_doors_locks_and_keys_are_found_by_their_own_codes(client, unit, coordinator):
    entrance = make.entrance(address="Ymsenvägen 9")
    installation = make.installation(entrance)
    key = make.key(unit)

    assert list(search(client, "ymsen").context["found"]["entrances"]) == [entrance]
    assert list(search(client, installation.unit.serial).context["found"]["installations"]) == [
        installation
    ]
    assert list(search(client, key.code).context["found"]["keys"]) == [key]


def test_a_protected_person_is_found_by_nobody_without_a_named_grant(client, unit, coordinator):
    person = make.recipient(unit, last_name="Fågel", protection_level="marked")
    assert search(client, "Fågel").context["found"]["recipients"] == []

    make.named_grant(person, coordinator)

    assert search(client, "Fågel").context["found"]["recipients"] == [person]


def test_looking_at_the_search_page_searches_for_nothing(client, coordinator):
    page = client.get(reverse("desk:search"))

    assert page.context["found"] == {}
