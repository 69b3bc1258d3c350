"""The chain from consent to keyless, one step at a time."""

from datetime import date, timedelta

import pytest

from consent.queries import needed_entrances
from consent.states import CaseState
from homecare.accounts.roles import Role
from homecare.core import clock
from homecare.core.models import save_as
from homecare.recipients.models import Recipient
from locks.readiness import Stage, StepState, readiness_of
from locks.states import NotPossibleReason, OrderState
from tests import make

pytestmark = pytest.mark.django_db

DONE, TO_DO, WAITING, BLOCKED, LATER = (
    StepState.DONE,
    StepState.TO_DO,
    StepState.WAITING,
    StepState.BLOCKED,
    StepState.LATER,
)


@pytest.fixture
def entrance():
    return make.entrance()


@pytest.fixture
def person(entrance):
    provider = make.provider(has_support_all_hours=True, fallback_practised_on=make.LONG_AGO)
    return make.recipient(make.unit(provider=provider), home=make.home_door(entrance))


def chain(person):
    return readiness_of([person])[person.pk]


def states(person):
    return [step.state for step in chain(person).steps]


def owner_of(entrance):
    return entrance.real_property.ownerships.get().owner


def home_of(person):
    return person.residences.get().home_door


def consent_of_both(person, entrance):
    make.recipient_consent(person)
    make.owner_consent(owner_of(entrance), entrance)


def put_locks(person, entrance, *, in_operation):
    make.installation(entrance, in_operation=in_operation)
    make.installation(home_of(person), in_operation=in_operation)


def test_with_nothing_asked_both_consents_can_be_asked_for_and_the_rest_comes_later(person):
    assert states(person) == [TO_DO, TO_DO, LATER, LATER, LATER, LATER, LATER]
    assert chain(person).stage == Stage.KEY


def test_an_asked_owner_is_named_as_the_one_who_is_waited_for(person, entrance):
    owner = owner_of(entrance)
    case = make.case(owner, entrance, state=CaseState.SENT)

    step = chain(person).steps[1]

    assert (step.state, step.since) == (WAITING, case.sent_at)
    assert step.text == f"Väntar på {owner}. ({entrance})"
    assert step.link == ("consent:case", case.ref)


def test_an_owner_who_has_said_no_blocks(person, entrance):
    case = make.case(
        owner_of(entrance),
        entrance,
        state=CaseState.ANSWERED,
        answered_at=make.SOME_MOMENT,
        answered_by_name="Bo",
    )
    item = case.items.get()
    item.answer, item.answered_at = "no", case.answered_at
    save_as(item, None)

    assert states(person)[1] == BLOCKED


def test_an_entrance_without_an_owner_in_the_register_blocks(person, entrance):
    held = entrance.real_property.ownerships.get()
    held.ends_on = clock.today() - timedelta(days=1)
    save_as(held, None)

    step = chain(person).steps[1]

    assert (step.state, step.text) == (BLOCKED, f"{entrance} saknar ägare i registret.")


def test_an_owners_blanket_yes_covers_until_the_property_is_sold(person, entrance):
    make.owner_consent(owner_of(entrance), everything=True)
    assert states(person)[1] == DONE

    held = entrance.real_property.ownerships.get()
    held.ends_on = clock.today() - timedelta(days=1)
    save_as(held, None)
    save_as(
        held._meta.model(
            real_property=entrance.real_property, owner=make.owner(), starts_on=clock.today()
        ),
        None,
    )

    assert states(person)[1] == TO_DO


def test_with_consents_the_fitting_can_be_ordered(person, entrance):
    consent_of_both(person, entrance)

    assert states(person) == [DONE, DONE, TO_DO, LATER, LATER, LATER, LATER]
    assert chain(person).steps[2].text == f"Beställ montering: {entrance}, bostadsdörren."


def test_an_order_without_a_day_waits_for_booking_and_then_for_the_technician(person, entrance):
    consent_of_both(person, entrance)
    make.order(entrance)
    home = make.order(home_of(person))
    assert states(person)[2:4] == [DONE, TO_DO]

    technician = make.user("technician")
    for order in (entrance.orders.get(), home):
        order.state, order.assigned_to = OrderState.BOOKED, technician
        order.booked_on = date(2026, 3, 9)
        save_as(order, None)

    step = chain(person).steps[3]
    assert (step.state, step.text) == (WAITING, "Väntar på montören 2026-03-09.")


def test_a_door_where_it_was_not_possible_blocks_with_the_reason(person, entrance):
    consent_of_both(person, entrance)
    make.order(
        home_of(person),
        state=OrderState.NOT_POSSIBLE,
        not_possible_reason=NotPossibleReason.GLASS,
        finished_at=make.SOME_MOMENT,
    )

    step = chain(person).steps[2]

    assert step.state == BLOCKED
    assert step.text == "För mycket glas (bostadsdörren)."


def test_fitted_and_tested_locks_can_be_put_in_operation(person, entrance):
    consent_of_both(person, entrance)
    put_locks(person, entrance, in_operation=False)

    assert states(person)[:5] == [DONE, DONE, DONE, DONE, TO_DO]
    assert chain(person).stage == Stage.KEY


def test_a_lock_whose_test_failed_is_not_done(person, entrance):
    consent_of_both(person, entrance)
    make.installation(entrance, tests_passed=["lock"])
    make.installation(home_of(person))

    step = chain(person).steps[3]

    assert (step.state, step.text) == (BLOCKED, f"Funktionsprovet är inte godkänt: {entrance}.")


def test_one_door_in_operation_of_two_is_partly_digital(person, entrance):
    consent_of_both(person, entrance)
    make.installation(entrance, in_operation=True)

    assert chain(person).stage == Stage.PARTLY


def test_the_keys_may_go_back_when_every_condition_is_met(person, entrance):
    consent_of_both(person, entrance)
    put_locks(person, entrance, in_operation=True)
    make.key(person.commissions.get().unit, person)
    assert chain(person).steps[5].text == "Reservväg saknas."
    assert chain(person).stage == Stage.DIGITAL

    make.fallback(home_of(person))

    assert states(person)[4:] == [DONE, DONE, TO_DO]
    assert chain(person).stage == Stage.KEYS_MAY_GO


def test_keys_are_kept_when_a_consent_is_lost_while_the_locks_still_work(person, entrance):
    consent_of_both(person, entrance)
    put_locks(person, entrance, in_operation=True)
    make.fallback(home_of(person))
    make.key(person.commissions.get().unit, person)
    held = entrance.real_property.ownerships.get()
    held.ends_on = clock.today() - timedelta(days=1)
    save_as(held, None)

    assert chain(person).stage == Stage.DIGITAL


def test_a_second_provider_that_is_not_ready_keeps_the_keys(person, entrance):
    consent_of_both(person, entrance)
    put_locks(person, entrance, in_operation=True)
    make.fallback(home_of(person))
    make.key(person.commissions.get().unit, person)
    late = make.unit(provider=make.provider(name="Sena Omsorgen"))
    save_as(person.commissions.model(recipient=person, unit=late, starts_on=make.LONG_AGO), None)

    assert chain(person).steps[5].text == (
        "Sena Omsorgen har inte stöd dygnet runt. Sena Omsorgen har inte övat reservrutinen."
    )


def test_without_keys_left_the_home_is_keyless(person, entrance):
    consent_of_both(person, entrance)
    put_locks(person, entrance, in_operation=True)
    make.fallback(home_of(person))

    assert states(person) == [DONE] * 7
    assert chain(person).stage == Stage.KEYLESS


def test_a_person_without_a_home_is_blocked_with_what_is_missing(person):
    held = person.residences.get()
    held.ends_on = clock.today() - timedelta(days=1)
    save_as(held, None)

    assert chain(person).steps[0].text == "Ingen bostad är registrerad."


def test_a_monitoring_lock_asks_for_the_consent_to_data_too(person, entrance):
    consent_of_both(person, entrance)
    make.order(home_of(person), lock_model=make.lock_model(has_monitoring_function=True))

    assert states(person)[0] == TO_DO


@pytest.mark.parametrize("people", [1, 5])
def test_the_chain_costs_the_same_for_five_as_for_one(people, django_assert_num_queries):
    for _ in range(people):
        entrance = make.entrance()
        person = make.recipient(home=make.home_door(entrance))
        consent_of_both(person, entrance)
        put_locks(person, entrance, in_operation=True)
    recipients = list(Recipient.objects.all())

    with django_assert_num_queries(16):
        readiness_of(recipients)


def test_a_home_shared_with_somebody_protected_shows_no_doors_to_those_not_named(person, entrance):
    hidden = make.recipient(
        person.commissions.get().unit, home=home_of(person), protection_level="marked"
    )
    user = make.user(Role.COORDINATOR, person.commissions.get().unit)

    seen = readiness_of([person], seen_by=user)[person.pk]
    assert (seen.doors, seen.needs) == ([], [])
    assert seen.steps[0].text == "Bostaden visas inte. Fråga enhetschefen."
    assert entrance not in needed_entrances(visible_to=user)

    make.named_grant(hidden, user)
    assert readiness_of([person], seen_by=user)[person.pk].doors != []
    assert entrance in needed_entrances(visible_to=user)
