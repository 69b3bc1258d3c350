"""A lock that was fitted and did not pass its test: seen by all, and mended or taken down."""

import pytest
from django.urls import reverse

from consent.states import ConsentEnd
from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from locks import actions
from locks.models import Installation, WorkOrder
from locks.readiness import StepCode, StepState, readiness_of
from locks.states import (
    Because,
    InstallationState,
    NotPossibleReason,
    OrderKind,
    OrderState,
    TestPoint,
)
from tests import make

pytestmark = pytest.mark.django_db
RED = "Monterad – provet underkänt"
EVERY_POINT = list(TestPoint)


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


@pytest.fixture
def order(port, technician):
    """A fitting that the technician has done, where one point failed."""
    return fitted_badly(port, technician)


def fitted_badly(door, technician):
    order = make.booked_order(door, technician=technician, lock_model=make.lock_model())
    actions.record_fitting(
        order=order, by=technician, serial="AB1234", tests_passed=EVERY_POINT[1:], minutes=20
    )
    order.refresh_from_db()
    return order


def take_down(order, by, **given):
    return actions.take_down(
        **{
            "order": order,
            "reason": NotPossibleReason.LOCK_CASE,
            "parts_restored": True,
            "by": by,
            **given,
        }
    )


def revisit(order, keeper, technician):
    visit = actions.order_new_visit(installation=order.installation, by=keeper)
    return actions.book_order(order=visit, technician=technician, on=clock.today(), by=keeper)


def url(name, thing):
    return reverse(f"locks:{name}", args=[thing.ref])


# --- taking it down ------------------------------------------------------------------------------


def test_the_technician_takes_the_lock_down_again(order, technician):
    lock = take_down(order, technician, note="Låskolven går trögt")

    order.refresh_from_db()
    assert (lock.state, lock.removed_at, lock.removed_by) == (
        InstallationState.REMOVED,
        clock.now(),
        technician,
    )
    assert (lock.parts_restored, lock.removal_note) == (True, "Låskolven går trögt")
    assert (order.state, order.not_possible_reason) == (OrderState.NOT_POSSIBLE, "lock_case")
    assert order.end_note == "Låskolven går trögt"
    facts = TrailEntry.objects.get(verb="lock.taken_down").facts
    assert (facts["serial"], facts["because"]) == ("AB1234", "lock_case")


def test_the_device_can_be_fitted_on_another_door(order, technician):
    take_down(order, technician)
    elsewhere = make.entrance()
    make.owner_consent(elsewhere.real_property.ownerships.get().owner, elsewhere)
    other = make.booked_order(elsewhere, technician=technician, lock_model=order.lock_model)

    again = actions.record_fitting(
        order=other, by=technician, serial="AB1234", tests_passed=EVERY_POINT
    )

    assert again.unit == order.installation.unit


def test_a_removal_that_was_ordered_meanwhile_is_called_off(order, technician, keeper):
    removal = actions.order_removal(
        installation=order.installation, because=Because.OTHER, by=keeper
    )

    take_down(order, technician)

    removal.refresh_from_db()
    assert (removal.state, removal.end_note) == (
        OrderState.CANCELLED,
        "Montören tog ned låset efter provet.",
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"reason": "other"}, r"^Skriv vad som var fel\.$", id="other, unsaid"),
        pytest.param(
            {"parts_restored": False}, "Skriv varför originaldelarna inte sitter", id="parts away"
        ),
    ],
)
def test_what_is_wrong_must_be_said(order, technician, given, words):
    with pytest.raises(RuleBroken, match=words):
        take_down(order, technician, **given)

    assert Installation.objects.get().state == InstallationState.FITTED


def test_another_technician_takes_nothing_down(order):
    with pytest.raises(RuleBroken, match="Jobbet är inte ditt"):
        take_down(order, make.user(Role.TECHNICIAN))


def test_a_lock_that_passed_is_not_taken_down_so(order, technician):
    actions.record_test(installation=order.installation, tests_passed=EVERY_POINT, by=technician)

    with pytest.raises(RuleBroken, match=r"Låset har klarat provet. Be samordnaren"):
        take_down(order, technician)


def test_a_lock_in_operation_is_not_taken_down_so(order, technician):
    actions.record_test(installation=order.installation, tests_passed=EVERY_POINT, by=technician)
    actions.put_in_operation(installation=order.installation, by=technician)

    with pytest.raises(RuleBroken, match=r"Låset är i drift. Be samordnaren"):
        take_down(order, technician)


def test_taking_it_down_twice_says_that_it_is_done(order, technician):
    take_down(order, technician)

    with pytest.raises(actions.AlreadyRecorded, match="Låset är redan nedtaget"):
        take_down(order, technician)


# --- a new visit ---------------------------------------------------------------------------------


def test_the_office_orders_a_new_visit_for_the_same_model(order, keeper):
    visit = actions.order_new_visit(installation=order.installation, by=keeper, note=" Ta stegen ")

    assert (visit.kind, visit.state) == (OrderKind.FITTING, OrderState.PLANNED)
    assert (visit.door, visit.lock_model, visit.note) == (
        order.door,
        order.lock_model,
        "Ta stegen",
    )
    entry = TrailEntry.objects.filter(verb="order.placed").latest("pk")
    assert entry.facts["after_failed_test"] == str(order.installation.ref)


def test_a_new_visit_is_ordered_once(order, keeper):
    actions.order_new_visit(installation=order.installation, by=keeper)

    with pytest.raises(RuleBroken, match="Det finns redan en öppen order för dörren"):
        actions.order_new_visit(installation=order.installation, by=keeper)


def test_a_lock_that_passed_needs_no_new_visit(port, keeper):
    with pytest.raises(RuleBroken, match="Inget nytt besök behövs"):
        actions.order_new_visit(installation=make.installation(port), by=keeper)


def test_without_the_owners_yes_there_is_no_new_visit(order, port, keeper):
    consent = port.covers.get().consent
    consent.ended_because, consent.ended_at = ConsentEnd.REVOKED, clock.now()
    save_as(consent, None)

    with pytest.raises(RuleBroken, match=r"Ett nytt besök kan inte beställas. Årstahus AB har"):
        actions.order_new_visit(installation=order.installation, by=keeper)


def test_when_the_lock_passes_the_visit_is_done(order, keeper, technician):
    visit = revisit(order, keeper, technician)

    actions.record_test(installation=order.installation, tests_passed=EVERY_POINT, by=technician)

    visit.refresh_from_db()
    assert (visit.state, visit.finished_at) == (OrderState.DONE, clock.now())


def test_a_visit_that_nobody_has_booked_is_called_off_when_the_lock_passes(
    order, keeper, technician
):
    visit = actions.order_new_visit(installation=order.installation, by=keeper)

    actions.record_test(installation=order.installation, tests_passed=EVERY_POINT, by=technician)

    visit.refresh_from_db()
    assert (visit.state, visit.end_note) == (OrderState.CANCELLED, "Låset har klarat provet.")


def test_while_it_fails_the_visit_is_still_to_be_done(order, keeper, technician):
    visit = revisit(order, keeper, technician)

    actions.record_test(installation=order.installation, tests_passed=[], by=technician)

    visit.refresh_from_db()
    assert visit.state == OrderState.BOOKED


def test_on_the_visit_another_lock_is_fitted_instead(order, keeper, technician):
    visit = revisit(order, keeper, technician)
    take_down(visit, technician)

    again = actions.record_fitting(
        order=visit, by=technician, serial="CD5678", tests_passed=EVERY_POINT
    )

    order.refresh_from_db()
    assert order.state == OrderState.NOT_POSSIBLE
    assert (again.order, again.state) == (visit, InstallationState.FITTED)


def test_the_chain_waits_for_the_new_visit(home, keeper, technician):
    person = home.residences.get().recipient
    make.owner_consent(home.real_property.ownerships.get().owner, everything=True)
    make.installation(home.entrances.get(), in_operation=True)
    order = make.booked_order(home, technician=technician, lock_model=make.lock_model())
    lock = actions.record_fitting(
        order=order, by=technician, serial="A1", tests_passed=[], fallback="spare_key"
    )

    def step():
        return readiness_of([person])[person.pk].current

    assert (step().code, step().state) == (StepCode.FITTED, StepState.BLOCKED)
    actions.order_new_visit(installation=lock, by=keeper)
    assert (step().code, step().state) == (StepCode.FITTED, StepState.TO_DO)


# --- what is shown -------------------------------------------------------------------------------


def test_the_technician_sees_red_and_both_ways_on(client, order, technician):
    client.force_login(technician)

    job, day = client.get(url("job", order)).text, client.get(reverse("locks:my_day")).text

    assert RED in job
    assert RED in day
    assert str(TestPoint.UNLOCK_OUTSIDE.label) in job
    assert "Prova igen" in job
    assert "Ta ned låset nu" in job
    assert "Ta i drift" not in job


def test_the_technician_takes_it_down_on_the_page(client, order, technician):
    client.force_login(technician)

    answer = client.post(
        url("take_down", order),
        {"reason": "other", "parts_restored": "yes", "note": "Axeln är för kort"},
        follow=True,
    )

    assert "Låset är nedtaget. Samordnaren ser varför." in answer.text
    assert "Låset AB1234 är nedtaget och kan monteras på en annan dörr." in answer.text
    assert "Annat: Axeln är för kort" in answer.text


def test_on_the_new_visit_the_lock_that_sits_there_is_shown(client, order, keeper, technician):
    visit = revisit(order, keeper, technician)
    client.force_login(technician)

    text = client.get(url("job", visit)).text

    assert "Det här sitter på dörren" in text
    assert "AB1234" in text
    assert "Ta ned låset nu" in text
    assert client.get(url("record_fitting", visit)).status_code == 302
    assert client.get(url("record_test", visit)).status_code == 200
    assert client.get(url("take_down", visit)).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"),
    [
        pytest.param(Role.TECHNICIAN, 404, id="another technician"),
        pytest.param(Role.COORDINATOR, 404, id="the office"),
    ],
)
def test_who_may_not_take_it_down(client, order, role, status):
    client.force_login(make.user(role))

    assert client.get(url("take_down", order)).status_code == status


def test_a_lock_that_passed_has_no_page_to_take_it_down(client, order, technician):
    actions.record_test(installation=order.installation, tests_passed=EVERY_POINT, by=technician)
    client.force_login(technician)

    assert client.get(url("take_down", order)).status_code == 302
    answer = client.post(url("take_down", order), {}, follow=True)
    assert "Det finns inget lås att ta ned här." in answer.text


def test_the_office_sees_red_in_lists_and_on_the_pages(client, order, keeper):
    client.force_login(keeper)

    for path in (
        url("order", order),
        url("entrance_door", order.door),
        reverse("locks:order_list") + "?state=all",
        reverse("locks:door_list"),
    ):
        assert f"</svg>{RED}</span>" in client.get(path).text, path


@pytest.mark.parametrize("name", ["order_list", "door_list"])
def test_the_lists_are_narrowed_to_those_that_failed(client, order, keeper, technician, name):
    passed = make.entrance(address="Godkänd gata 1")
    make.installation(passed)
    client.force_login(keeper)

    text = client.get(reverse(f"locks:{name}") + "?state=test_failed").text

    assert order.door.address in text
    assert "Godkänd gata 1" not in text


def test_the_office_books_a_new_visit_from_the_page_of_the_door(client, order, keeper):
    client.force_login(keeper)
    page = url("new_visit", order.installation)
    assert page in client.get(url("entrance_door", order.door)).text

    answer = client.post(page, {"note": "Ta stegen"})

    visit = WorkOrder.objects.get(state=OrderState.PLANNED)
    assert answer.url == url("order_book", visit)
    assert page not in client.get(url("entrance_door", order.door)).text


def test_a_visit_that_cannot_be_ordered_says_why(client, order, keeper):
    actions.order_new_visit(installation=order.installation, by=keeper)
    client.force_login(keeper)

    answer = client.post(url("new_visit", order.installation), {"note": ""})

    assert "Det finns redan en öppen order för dörren." in answer.text


@pytest.mark.parametrize(
    ("role", "status"), [(Role.COORDINATOR, 200), (Role.UNIT_MANAGER, 404), (Role.TECHNICIAN, 404)]
)
def test_who_may_order_a_new_visit(client, order, unit, role, status):
    client.force_login(make.user(role, unit))

    assert client.get(url("new_visit", order.installation)).status_code == status
