"""Which consents homes need, and how it stands with each."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent import queries
from consent.queries import (
    entrance_needs,
    entrances_to_ask,
    needed_entrances,
    needs_of_homes,
    owner_funnel,
    path_counts,
    with_path,
)
from consent.states import CaseState, ConsentKind, ConsentPath, NeedState
from homecare.core.models import save_as
from properties.models import Entrance, Ownership
from tests import make


@pytest.fixture(autouse=True)
def _spring(db, at):
    at(2026, 3, 10, 9)


@pytest.fixture
def owner():
    return make.owner()


@pytest.fixture
def entrance(owner):
    return make.entrance(owner=owner)


def need(entrance, **given):
    return entrance_needs([entrance], **given)[entrance.pk]


def answered(owner, entrance, answer, when=(2026, 3, 5)):
    case = make.case(
        owner,
        entrance,
        state=CaseState.ANSWERED,
        answered_at=make.SOME_MOMENT.replace(month=when[1], day=when[2]),
    )
    item = case.items.get()
    item.answer, item.answered_at = answer, case.answered_at
    save_as(item, None)
    return case


# --- one entrance --------------------------------------------------------------------------------


def test_an_entrance_nobody_was_asked_about_lacks_consent(owner, entrance):
    assert (need(entrance).state, need(entrance).owner) == (NeedState.MISSING, owner)


def test_a_draft_is_not_a_question(owner, entrance):
    case = make.case(owner, entrance)

    assert (need(entrance).state, need(entrance).case) == (NeedState.MISSING, case)


@pytest.mark.parametrize("state", [CaseState.SENT, CaseState.REMINDED, CaseState.NO_ANSWER])
def test_an_open_request_is_waited_for(owner, entrance, state):
    case = make.case(owner, entrance, state=state)

    found = need(entrance)
    assert (found.state, found.since, found.case) == (NeedState.WAITING, case.sent_at, case)
    assert found.waits_for_handler == (state == CaseState.NO_ANSWER)


def test_a_cancelled_request_counts_for_nothing(owner, entrance):
    make.case(owner, entrance, state=CaseState.CANCELLED)

    assert need(entrance).state == NeedState.MISSING


def test_a_no_is_a_no_until_a_yes(owner, entrance):
    case = answered(owner, entrance, "no")
    assert (need(entrance).state, need(entrance).since) == (NeedState.DECLINED, case.answered_at)

    make.owner_consent(owner, entrance)

    assert need(entrance).state == NeedState.COVERED


def test_who_is_asked_again_after_a_no_is_waited_for(owner, entrance):
    answered(owner, entrance, "no")
    make.case(owner, entrance, state=CaseState.SENT)

    assert need(entrance).state == NeedState.WAITING


@pytest.mark.parametrize("covered", ["entrance", "real_property", "everything"])
def test_a_yes_covers_the_entrance_its_property_or_all(owner, entrance, covered):
    consent = {
        "entrance": lambda: make.owner_consent(owner, entrance),
        "real_property": lambda: make.owner_consent(owner, entrance.real_property),
        "everything": lambda: make.owner_consent(owner, everything=True),
    }[covered]()

    found = need(entrance)
    assert (found.state, found.consent, found.since) == (
        NeedState.COVERED,
        consent,
        consent.given_at,
    )
    assert need(make.entrance()).state == NeedState.MISSING


def test_the_most_exact_yes_and_its_conditions_are_shown(owner, entrance):
    make.owner_consent(owner, everything=True, conditions="Bara vardagar")
    exact = make.owner_consent(owner, entrance, conditions="Svart kulör")

    assert (need(entrance).consent, need(entrance).conditions) == (exact, "Svart kulör")


@pytest.mark.parametrize(
    "given",
    [
        {"kind": ConsentKind.FITTING_HOME},
        {"starts_on": date(2026, 3, 11)},
        {"ends_on": date(2026, 3, 9)},
    ],
)
def test_a_yes_of_another_kind_or_time_does_not_cover(owner, entrance, given):
    make.owner_consent(owner, entrance, **given)

    assert need(entrance).state == NeedState.MISSING


def test_the_yes_of_who_is_not_the_owner_does_not_cover(entrance):
    make.owner_consent(make.owner(), entrance)

    assert need(entrance).state == NeedState.MISSING


def test_an_entrance_without_an_owner_in_the_register_lacks_consent(entrance):
    ownership = Ownership.objects.get(real_property=entrance.real_property)
    ownership.ends_on = date(2026, 1, 1)
    save_as(ownership, None)

    assert (need(entrance).state, need(entrance).owner) == (NeedState.MISSING, None)


# --- homes ---------------------------------------------------------------------------------------


def test_the_needs_of_a_home_come_in_the_order_of_the_way(owner):
    gate, door = make.entrance(owner=owner), make.entrance()
    home = make.home_door(gate, door, needs_owner_consent=True)
    recipient = make.recipient(home=home)
    residence = recipient.residences.get()

    needs = needs_of_homes([residence], monitoring={home.pk})[residence.pk]

    assert [(one.kind, one.door, one.owner, one.recipient_id) for one in needs] == [
        ("fitting_home", home, None, recipient.pk),
        ("data", home, None, recipient.pk),
        ("fitting_entrance", gate, owner, None),
        ("fitting_entrance", door, door.real_property.ownerships.get().owner, None),
        ("fitting_home", home, home.real_property.ownerships.get().owner, None),
    ]


def test_one_entrance_serves_many_homes(owner, entrance):
    residences = [make.recipient(home=make.home_door(entrance)).residences.get() for _ in range(3)]
    make.owner_consent(owner, entrance)

    needs = needs_of_homes(residences)

    assert {needs[one.pk][1].state for one in residences} == {NeedState.COVERED}


def test_many_homes_cost_as_many_queries_as_one(owner):
    def homes(number):
        for _ in range(number):
            door = make.entrance(owner=owner)
            person = make.recipient(home=make.home_door(door, needs_owner_consent=True))
            make.recipient_consent(person)
            make.owner_consent(owner, door)
            yield person.residences.get()

    with CaptureQueriesContext(connection) as for_one:
        needs_of_homes(list(homes(1)))
    first = list(homes(1))
    with CaptureQueriesContext(connection) as for_one:
        needs_of_homes(first)
    more = list(homes(5))
    with CaptureQueriesContext(connection) as for_five:
        needs_of_homes(more)

    assert len(for_one) == len(for_five) <= 9


def test_very_many_homes_are_looked_up_without_naming_each(owner, entrance, monkeypatch):
    residence = make.recipient(home=make.home_door(entrance)).residences.get()
    other = make.recipient().residences.get()
    make.owner_consent(owner, entrance)
    named = needs_of_homes([residence, other])

    monkeypatch.setattr(queries, "NAMED_AT_MOST", 0)

    assert needs_of_homes([residence, other]) == named


# --- the same in the database --------------------------------------------------------------------


def _nothing(owner, entrance):
    pass


def _sent(owner, entrance):
    make.case(owner, entrance, state=CaseState.SENT)


def _reminded(owner, entrance):
    make.case(owner, entrance, state=CaseState.REMINDED)


def _no_answer(owner, entrance):
    make.case(owner, entrance, state=CaseState.NO_ANSWER)


def _said_no(owner, entrance):
    answered(owner, entrance, "no")


def _revoked(owner, entrance):
    make.owner_consent(
        owner,
        entrance,
        ended_at=make.SOME_MOMENT,
        ended_because="revoked",
        ends_on=date(2026, 3, 2),
    )


def _said_yes(owner, entrance):
    make.owner_consent(owner, entrance.real_property)


def _asked_another(owner, entrance):
    make.case(make.owner(), entrance, state=CaseState.SENT)


SITUATIONS = [
    (_nothing, ConsentPath.NOT_ASKED, NeedState.MISSING, True),
    (_asked_another, ConsentPath.NOT_ASKED, NeedState.MISSING, True),
    (_sent, ConsentPath.ASKED, NeedState.WAITING, False),
    (_reminded, ConsentPath.REMINDED, NeedState.WAITING, False),
    (_no_answer, ConsentPath.NO_ANSWER, NeedState.WAITING, False),
    (_said_no, ConsentPath.NO, NeedState.DECLINED, False),
    (_revoked, ConsentPath.NO, NeedState.DECLINED, False),
    (_said_yes, ConsentPath.YES, NeedState.COVERED, False),
]


@pytest.mark.parametrize(("situation", "path", "state", "is_to_ask"), SITUATIONS)
def test_the_database_says_the_same(owner, entrance, situation, path, state, is_to_ask):
    make.recipient(home=make.home_door(entrance))
    situation(owner, entrance)

    assert with_path(Entrance.objects.filter(pk=entrance.pk)).get().path == path
    assert (need(entrance).state, need(entrance).path) == (state, path)
    assert (entrance in entrances_to_ask()) == is_to_ask
    assert path_counts() == {str(one): int(one == path) for one in ConsentPath}


def test_after_half_a_year_a_no_can_be_asked_about_again(owner, entrance, at):
    make.recipient(home=make.home_door(entrance))
    answered(owner, entrance, "no")

    at(2026, 9, 2, 9)
    assert entrance not in entrances_to_ask()
    at(2026, 9, 10, 9)
    assert entrance in entrances_to_ask()


def test_an_entrance_in_a_draft_is_not_asked_about_twice(owner, entrance):
    make.recipient(home=make.home_door(entrance))
    make.case(owner, entrance)

    assert not entrances_to_ask().exists()


def test_only_entrances_on_the_way_to_somebody_cared_for_are_needed(entrance):
    assert not needed_entrances().exists()
    make.recipient(home=make.home_door(entrance), ends_on=date(2026, 3, 9))
    assert not needed_entrances().exists()
    make.recipient(home=make.home_door(entrance), died_on=date(2026, 3, 1))
    assert not needed_entrances().exists()
    make.recipient(home=make.home_door(entrance))
    assert list(needed_entrances()) == [entrance]


def test_a_home_of_a_protected_person_changes_no_list(entrance):
    """Rule 5: that an entrance is asked about must not tell that somebody lives behind it."""
    person = make.recipient(
        home=make.home_door(entrance), protection_level="protected_registration"
    )
    coordinator, named = make.user("coordinator"), make.user("coordinator")
    make.named_grant(person, named)

    assert list(entrances_to_ask()) == []
    assert list(entrances_to_ask(visible_to=coordinator)) == []
    assert owner_funnel()[0].value == 0
    assert list(entrances_to_ask(visible_to=named)) == [entrance]


def test_a_unit_sees_what_its_own_recipients_need():
    unit, other = make.unit(), make.unit()
    own = make.entrance()
    make.recipient(unit, home=make.home_door(own))
    make.recipient(other)
    manager = make.user("unit_manager", unit)

    assert list(needed_entrances(visible_to=manager)) == [own]


def test_the_funnel_adds_up(owner):
    for situation, *_rest in SITUATIONS:
        door = make.entrance(owner=owner)
        make.recipient(home=make.home_door(door))
        situation(owner, door)

    whole, *parts = owner_funnel()

    assert whole.value == sum(part.value for part in parts) == len(SITUATIONS)
    assert parts[0].url == "/medgivanden/?path=yes"


def test_the_funnel_costs_one_query(owner, entrance, django_assert_num_queries):
    make.recipient(home=make.home_door(entrance))

    with django_assert_num_queries(1):
        owner_funnel()
