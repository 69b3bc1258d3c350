"""What the technician records at the door."""

import io
from threading import Barrier, Thread

import pytest
from django.db import connection
from PIL import Image

from consent.states import ConsentEnd
from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from locks import actions
from locks.models import FallbackKind, FallbackRoute, Installation, LockUnit
from locks.states import Because, InstallationState, NotPossibleReason, OrderState, TestPoint
from tests import make

pytestmark = pytest.mark.django_db
EVERY_POINT = list(TestPoint)


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


def booked(door, technician, **given):
    given.setdefault("lock_model", make.lock_model())
    return make.booked_order(door, technician=technician, **given)


def record(order, by, **given):
    return actions.record_fitting(
        order=order,
        by=by,
        serial=given.pop("serial", "AB 12-34"),
        tests_passed=given.pop("tests_passed", EVERY_POINT),
        **given,
    )


# --- a fitting -----------------------------------------------------------------------------------


def test_a_fitting_at_an_entrance_is_recorded(port, technician):
    order = booked(port, technician)

    fitted = record(
        order,
        technician,
        serial=" ab12 34 ",
        minutes=25,
        damage="Repa vid slutblecket",
        removed_parts="Påse 7, förrådet",
        attended="owner",
        signature=make.png(),
    )

    order.refresh_from_db()
    assert (order.state, order.finished_at) == (OrderState.DONE, clock.now())
    assert (fitted.door, fitted.unit.serial, fitted.unit.model) == (
        port,
        "AB1234",
        order.lock_model,
    )
    assert (fitted.state, fitted.fitted_by, fitted.minutes) == (
        InstallationState.FITTED,
        technician,
        25,
    )
    assert (fitted.damage, fitted.removed_parts) == ("Repa vid slutblecket", "Påse 7, förrådet")
    assert fitted.tests_passed == [str(point) for point in TestPoint]
    assert (fitted.signed_at, bytes(fitted.signature)) == (clock.now(), make.png())


def test_a_fitting_at_a_home_is_recorded_with_its_way_in(home, technician):
    make.fallback(home, kind=FallbackKind.RELATIVE)

    record(
        booked(home, technician),
        technician,
        fallback=FallbackKind.SPARE_KEY,
        fallback_note="Skåp A",
    )

    route = FallbackRoute.objects.get()
    assert (route.home_door, route.kind, route.note) == (home, FallbackKind.SPARE_KEY, "Skåp A")


def test_a_fitting_is_in_the_trail_with_the_person_who_lives_there(home, technician):
    fitted = record(booked(home, technician), technician, fallback=FallbackKind.ON_CALL)

    entry = TrailEntry.objects.get(verb="lock.fitted")
    assert (entry.actor, entry.object_ref) == (str(technician.ref), str(fitted.ref))
    assert entry.person_ref == str(home.residences.get().recipient.ref)
    assert entry.facts["serial"] == "AB12-34"


def test_a_device_that_was_taken_down_elsewhere_is_used_again(port, technician):
    unit = make.lock_unit(serial="AB12-34")
    make.installation(unit=unit, state="removed", removed_at=clock.now())

    fitted = record(booked(port, technician, lock_model=unit.model), technician)

    assert fitted.unit == unit
    assert LockUnit.objects.count() == 1


def test_an_empty_signature_is_refused(port, technician):
    empty = io.BytesIO()
    Image.new("RGB", (60, 20), "white").save(empty, "PNG")

    with pytest.raises(RuleBroken) as refused:
        record(booked(port, technician), technician, signature=empty.getvalue())

    assert str(refused.value) == "Underskriften är tom. Skriv under i rutan."
    assert not Installation.objects.exists()


def test_points_that_failed_are_recorded_too(port, technician):
    fitted = record(booked(port, technician), technician, tests_passed=[TestPoint.LOCK, "made up"])

    assert fitted.tests_passed == ["lock"]


def test_sent_twice_it_is_recorded_once(port, technician):
    order = booked(port, technician)
    record(order, technician)

    with pytest.raises(actions.AlreadyRecorded, match="Jobbet är redan registrerat"):
        record(order, technician)

    assert Installation.objects.count() == 1


def test_another_technicians_job_is_not_recorded(port, technician):
    order = booked(port, make.user(Role.TECHNICIAN))

    with pytest.raises(RuleBroken, match="Jobbet är bokat på en annan montör"):
        record(order, technician)


@pytest.mark.parametrize(
    "state", [OrderState.PLANNED, OrderState.CANCELLED, OrderState.NOT_POSSIBLE]
)
def test_a_job_that_is_not_booked_is_not_recorded(port, technician, state):
    order = booked(port, technician)
    order.state = state
    save_as(order, None)

    with pytest.raises(RuleBroken, match=f"Jobbet är inte längre bokat.*{state.label}"):
        record(order, technician)


def test_a_removal_is_not_recorded_as_a_fitting(port, technician):
    with pytest.raises(RuleBroken, match="Jobbet är av ett annat slag"):
        record(booked(port, technician, kind="removal"), technician)


def test_a_fitting_whose_consent_was_lost_on_the_way_is_refused(port, technician):
    order = booked(port, technician)
    consent = port.covers.get().consent
    consent.ended_because, consent.ended_at = ConsentEnd.REVOKED, clock.now()
    save_as(consent, None)

    with pytest.raises(RuleBroken, match=r"^Montera inte.*Årstahus AB har sagt nej.*Gick inte"):
        record(order, technician)

    assert not Installation.objects.exists()


def test_a_fitting_on_a_door_that_has_a_lock_is_refused(port, technician):
    make.installation(port)

    with pytest.raises(RuleBroken, match="Det sitter redan ett lås på dörren"):
        record(booked(port, technician), technician)


def test_a_home_without_another_way_in_is_refused(home, technician):
    with pytest.raises(RuleBroken, match="Välj reservväg"):
        record(booked(home, technician), technician)


def test_a_fitting_without_a_serial_number_is_refused(port, technician):
    with pytest.raises(RuleBroken, match="Skriv låsets serienummer"):
        record(booked(port, technician), technician, serial="  ")


def test_the_serial_number_of_another_model_is_refused(port, technician):
    make.lock_unit(serial="AB12-34", model=make.lock_model(supplier="Annanlås", name="X1"))

    with pytest.raises(RuleBroken, match="tillhör en annan modell, Annanlås X1"):
        record(booked(port, technician), technician)


def test_a_device_that_sits_on_another_door_is_refused(port, technician):
    unit = make.lock_unit(serial="AB12-34")
    make.installation(unit=unit)

    with pytest.raises(RuleBroken, match="AB12-34 sitter redan på en annan dörr"):
        record(booked(port, technician, lock_model=unit.model), technician)


def test_nothing_is_left_of_a_fitting_that_is_refused(home, technician):
    unit = make.lock_unit(serial="AB12-34")
    make.installation(unit=unit)
    order = booked(home, technician, lock_model=unit.model)

    with pytest.raises(RuleBroken):
        record(order, technician, fallback=FallbackKind.ON_CALL)

    order.refresh_from_db()
    assert order.state == OrderState.BOOKED
    assert not FallbackRoute.objects.exists()
    assert not TrailEntry.objects.filter(verb="lock.fitted").exists()


# --- conditions ----------------------------------------------------------------------------------


@pytest.fixture
def port_with_conditions():
    owner = make.owner()
    entrance = make.entrance(owner=owner)
    make.owner_consent(owner, entrance, conditions="Vardagar 8–16, ring vaktmästaren.")
    return entrance


def test_conditions_are_read_before_the_work(port_with_conditions, technician):
    order = booked(port_with_conditions, technician)

    with pytest.raises(RuleBroken, match="Läs villkoren för medgivandet först"):
        record(order, technician)

    order = actions.read_conditions(order=order, by=technician)
    assert order.conditions_read == "Vardagar 8–16, ring vaktmästaren."
    assert record(order, technician).door == port_with_conditions
    assert TrailEntry.objects.filter(verb="order.conditions_read").count() == 1


def test_conditions_that_have_changed_are_read_again(port_with_conditions, technician):
    order = actions.read_conditions(order=booked(port_with_conditions, technician), by=technician)
    consent = port_with_conditions.covers.get().consent
    consent.conditions = "Bara på tisdagar."
    save_as(consent, None)

    with pytest.raises(RuleBroken, match="Läs villkoren för medgivandet först"):
        record(order, technician)


# --- it did not go -------------------------------------------------------------------------------


def test_a_job_that_could_not_be_done_is_recorded(port, technician):
    order = booked(port, technician)

    order = actions.record_not_possible(
        order=order, reason=NotPossibleReason.GLASS, note="Bara glas", by=technician
    )

    assert (order.state, order.not_possible_reason, order.end_note) == (
        OrderState.NOT_POSSIBLE,
        "glass",
        "Bara glas",
    )
    assert TrailEntry.objects.get(verb="order.not_possible").facts["because"] == "glass"


def test_that_it_could_not_be_done_is_recorded_once(port, technician):
    order = booked(port, technician)
    actions.record_not_possible(order=order, reason=NotPossibleReason.GLASS, by=technician)

    with pytest.raises(actions.AlreadyRecorded, match="Det är redan registrerat"):
        actions.record_not_possible(order=order, reason=NotPossibleReason.OTHER, by=technician)


# --- the test, again -----------------------------------------------------------------------------


def test_a_new_test_is_recorded(port, technician):
    installation = make.installation(port, tests_passed=["lock"])

    actions.record_test(installation=installation, tests_passed=EVERY_POINT, by=technician)

    installation.refresh_from_db()
    assert installation.tests_passed == [str(point) for point in TestPoint]
    assert TrailEntry.objects.filter(verb="lock.tested").count() == 1


def test_a_lock_in_operation_is_not_tested_anew(port, technician):
    installation = make.installation(port, in_operation=True)

    with pytest.raises(RuleBroken, match="Låset provas inte igen nu"):
        actions.record_test(installation=installation, tests_passed=[], by=technician)


# --- a removal -----------------------------------------------------------------------------------


def removal(door, technician):
    return booked(door, technician, kind="removal", because=Because.CONSENT_LOST)


@pytest.mark.parametrize("in_operation", [True, False])
def test_a_lock_is_taken_down(port, technician, in_operation):
    installation = make.installation(port, in_operation=in_operation)
    order = removal(port, technician)

    actions.record_removal(order=order, parts_restored=True, by=technician)

    installation.refresh_from_db()
    order.refresh_from_db()
    assert (installation.state, installation.removed_at) == ("removed", clock.now())
    assert (installation.removed_by, installation.removal_order) == (technician, order)
    assert order.state == OrderState.DONE
    assert TrailEntry.objects.get(verb="lock.removed").facts["because"] == "consent_lost"


def test_a_lock_is_taken_down_once(port, technician):
    make.installation(port)
    order = removal(port, technician)
    actions.record_removal(order=order, parts_restored=True, by=technician)

    with pytest.raises(actions.AlreadyRecorded):
        actions.record_removal(order=order, parts_restored=True, by=technician)


def test_parts_that_are_not_back_need_a_word_on_why(port, technician):
    make.installation(port)
    order = removal(port, technician)

    with pytest.raises(RuleBroken, match="Skriv varför originaldelarna inte sitter på plats"):
        actions.record_removal(order=order, parts_restored=False, by=technician)

    removed = actions.record_removal(
        order=order, parts_restored=False, note="Vredet är borta", by=technician
    )
    assert (removed.parts_restored, removed.removal_note) == (False, "Vredet är borta")


def test_where_no_lock_sits_none_is_taken_down(port, technician):
    with pytest.raises(RuleBroken, match="Det sitter inget lås på dörren"):
        actions.record_removal(order=removal(port, technician), parts_restored=True, by=technician)


def test_the_door_can_get_a_new_lock_after_that(port, technician, keeper):
    make.installation(port)
    actions.record_removal(order=removal(port, technician), parts_restored=True, by=technician)

    order = actions.order_fitting(door=port, lock_model=make.lock_model_for(port), by=keeper)

    assert order.state == OrderState.PLANNED


# --- at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_recorded_once():
    technician = make.user(Role.TECHNICIAN)
    owner = make.owner()
    entrance = make.entrance(owner=owner)
    make.owner_consent(owner, entrance)
    order = booked(entrance, technician)
    start, refused = Barrier(2), []

    def send():
        start.wait()
        try:
            record(order, technician)
        except RuleBroken as broken:
            refused.append(type(broken))
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == [actions.AlreadyRecorded]
    assert Installation.objects.count() == 1
