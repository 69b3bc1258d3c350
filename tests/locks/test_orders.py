from datetime import date, time

import pytest

from consent.states import CaseState, ConsentEnd, ConsentKind
from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from locks import actions
from locks.models import WorkOrder
from locks.states import ORDER_MOVES, Because, OrderKind, OrderState
from tests import make

NOW = (2030, 1, 31, 9)


@pytest.fixture(autouse=True)
def _now(at):
    at(*NOW)


def order_at(door, by, **given):
    return actions.order_fitting(
        door=door,
        lock_model=given.pop("lock_model", None) or make.lock_model_for(door),
        by=by,
        **given,
    )


# --- ordering a fitting --------------------------------------------------------------------------


def test_a_fitting_is_ordered_where_the_owner_has_said_yes(port, keeper):
    model = make.lock_model_for(port)

    order = order_at(port, keeper, lock_model=model, note=" Ring på hos vaktmästaren ")

    assert (order.kind, order.state) == (OrderKind.FITTING, OrderState.PLANNED)
    assert (order.door, order.lock_model, order.ordered_by) == (port, model, keeper)
    assert order.note == "Ring på hos vaktmästaren"


def test_the_order_of_a_home_is_in_the_trail_with_the_person(home, keeper):
    person = home.residences.get().recipient

    order = order_at(home, keeper)

    entry = TrailEntry.objects.get(verb="order.placed")
    assert (entry.object_ref, entry.person_ref) == (str(order.ref), str(person.ref))
    assert entry.facts["kind"] == "fitting"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param(None, "Årstahus AB är inte tillfrågad.", id="not asked"),
        pytest.param(
            CaseState.SENT, "Årstahus AB är tillfrågad men har inte svarat.", id="waiting"
        ),
    ],
)
def test_an_entrance_without_the_owners_yes_gets_no_order(keeper, asked, words):
    owner = make.owner(name="Årstahus AB")
    entrance = make.entrance(owner=owner)
    if asked:
        make.case(owner, entrance, state=asked)

    with pytest.raises(RuleBroken, match=f"^Montering kan inte beställas än. {words}$"):
        order_at(entrance, keeper)

    assert not WorkOrder.objects.exists()


def test_an_entrance_whose_owner_took_the_yes_back_gets_no_order(port, keeper):
    consent = port.covers.get().consent
    consent.ended_because, consent.ended_at = ConsentEnd.REVOKED, clock.now()
    save_as(consent, None)

    with pytest.raises(RuleBroken, match=r"Årstahus AB har sagt nej eller återkallat"):
        order_at(port, keeper)


def test_a_home_without_the_persons_yes_gets_no_order(unit, keeper):
    door = make.home_door()
    make.recipient(unit, home=door)

    with pytest.raises(RuleBroken, match=r"Hemtjänsttagarens medgivande saknas\.$"):
        order_at(door, keeper)


def test_everybody_in_the_home_must_have_said_yes(home, unit, keeper):
    make.recipient(unit, home=home)

    with pytest.raises(RuleBroken, match=r"Hemtjänsttagarens medgivande saknas\.$"):
        order_at(home, keeper)


def test_a_home_where_nobody_lives_gets_no_order(keeper):
    with pytest.raises(RuleBroken, match="Ingen hemtjänsttagare bor bakom dörren"):
        order_at(make.home_door(), keeper)


def test_a_home_whose_person_has_died_gets_no_order(home, keeper):
    person = home.residences.get().recipient
    person.died_on = date(2030, 1, 30)
    save_as(person, None)

    with pytest.raises(RuleBroken, match="Ingen hemtjänsttagare bor bakom dörren"):
        order_at(home, keeper)


@pytest.mark.parametrize("kind", ["turn_knob", "cylinder"])
def test_what_belongs_on_a_flat_is_not_ordered_for_an_entrance(port, keeper, kind):
    model = make.lock_model(kind=kind, supplier="Nordlås", name="C4")

    with pytest.raises(RuleBroken, match=r"^Nordlås C4 \(.*\) passar inte på den här dörren\."):
        order_at(port, keeper, lock_model=model)


def test_an_entrance_unit_is_not_ordered_for_a_flat(home, keeper):
    model = make.lock_model(kind="entrance_unit")

    with pytest.raises(RuleBroken, match=r"\(portenhet\) passar inte på den här dörren"):
        order_at(home, keeper, lock_model=model)


def test_a_key_box_can_hang_at_either_door(port, home, keeper):
    model = make.lock_model(kind="key_box")

    assert order_at(port, keeper, lock_model=model).lock_model == model
    assert order_at(home, keeper, lock_model=model).lock_model == model


def test_a_lock_that_monitors_needs_the_data_consent_too(home, keeper):
    model = make.lock_model(has_monitoring_function=True)

    with pytest.raises(RuleBroken, match=r"Samtycke enligt 9 § lagen \(2001:454\) saknas"):
        order_at(home, keeper, lock_model=model)

    make.recipient_consent(home.residences.get().recipient, kind=ConsentKind.DATA)
    assert order_at(home, keeper, lock_model=model).lock_model == model


def test_a_home_door_that_is_marked_by_the_fitting_needs_the_owner_too(home, keeper):
    home.needs_owner_consent = True
    save_as(home, None)
    owner = home.real_property.ownerships.get().owner

    with pytest.raises(RuleBroken, match=f"{owner} är inte tillfrågad"):
        order_at(home, keeper)

    make.owner_consent(owner, home, kind=ConsentKind.FITTING_HOME)
    assert order_at(home, keeper).door == home


def test_the_entrance_on_the_way_does_not_stop_the_home(home, keeper):
    assert order_at(home, keeper).door == home


def test_a_door_with_a_lock_gets_no_order(port, keeper):
    make.installation(port)

    with pytest.raises(RuleBroken, match="Det sitter redan ett lås på dörren"):
        order_at(port, keeper)


def test_a_door_with_an_open_order_gets_no_other(port, keeper):
    order_at(port, keeper)

    with pytest.raises(RuleBroken, match="Det finns redan en öppen order för dörren"):
        order_at(port, keeper)


def test_an_entrance_that_is_closed_gets_no_order(port, keeper):
    port.closed_on = date(2030, 1, 31)
    save_as(port, None)

    with pytest.raises(RuleBroken, match="Porten används inte längre"):
        order_at(port, keeper)


# --- booking -------------------------------------------------------------------------------------


def test_an_order_is_booked_on_a_technician_and_a_day(port, keeper, technician):
    order = order_at(port, keeper)

    booked = actions.book_order(
        order=order,
        technician=technician,
        on=date(2030, 2, 1),
        window=(time(9), time(11)),
        by=keeper,
    )

    assert (booked.state, booked.assigned_to) == (OrderState.BOOKED, technician)
    assert (booked.booked_on, booked.window_from, booked.window_to) == (
        date(2030, 2, 1),
        time(9),
        time(11),
    )
    assert TrailEntry.objects.get(verb="order.booked").facts["on"] == "2030-02-01"


def test_a_booked_order_can_be_moved(port, keeper, technician):
    order = make.booked_order(port, technician=technician, on=date(2030, 2, 1))
    other = make.user(Role.TECHNICIAN)

    moved = actions.book_order(order=order, technician=other, on=date(2030, 2, 2), by=keeper)

    assert (moved.assigned_to, moved.booked_on) == (other, date(2030, 2, 2))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"on": date(2030, 1, 30)}, "Dagen har redan varit", id="past day"),
        pytest.param(
            {"window": (time(11), time(9))},
            "Tiden måste sluta senare än den börjar",
            id="window the wrong way round",
        ),
    ],
)
def test_a_booking_that_cannot_be_is_refused(port, keeper, technician, changes, words):
    order = order_at(port, keeper)

    with pytest.raises(RuleBroken, match=words):
        actions.book_order(
            **{
                "order": order,
                "technician": technician,
                "on": date(2030, 2, 1),
                "by": keeper,
                **changes,
            }
        )

    order.refresh_from_db()
    assert order.state == OrderState.PLANNED


def test_only_a_technician_is_booked(port, keeper):
    with pytest.raises(RuleBroken, match="får inte utföra arbete vid den här dörren"):
        actions.book_order(
            order=order_at(port, keeper), technician=keeper, on=date(2030, 2, 1), by=keeper
        )


def test_a_technician_whose_role_has_ended_is_not_booked(port, keeper):
    former = make.user(Role.TECHNICIAN, ends_on=date(2030, 1, 30))

    with pytest.raises(RuleBroken, match="får inte utföra arbete"):
        actions.book_order(
            order=order_at(port, keeper), technician=former, on=date(2030, 2, 1), by=keeper
        )


def test_a_technician_of_another_unit_is_not_booked_at_a_home(home, unit, keeper):
    order = order_at(home, keeper)
    theirs = make.user(Role.TECHNICIAN, make.unit())
    ours = make.user(Role.TECHNICIAN, unit)

    with pytest.raises(RuleBroken, match="får inte utföra arbete"):
        actions.book_order(order=order, technician=theirs, on=date(2030, 2, 1), by=keeper)
    booked = actions.book_order(order=order, technician=ours, on=date(2030, 2, 1), by=keeper)

    assert booked.assigned_to == ours


def test_at_a_protected_persons_only_a_named_technician_is_booked(home, keeper, technician):
    person = home.residences.get().recipient
    person.protection_level = "marked"
    save_as(person, None)
    order = order_at(home, keeper)

    with pytest.raises(RuleBroken, match="får inte utföra arbete"):
        actions.book_order(order=order, technician=technician, on=date(2030, 2, 1), by=keeper)

    make.named_grant(person, technician)
    booked = actions.book_order(order=order, technician=technician, on=date(2030, 2, 1), by=keeper)
    assert booked.assigned_to == technician


def test_a_fitting_whose_consent_is_lost_is_not_booked(port, keeper, technician):
    order = order_at(port, keeper)
    consent = port.covers.get().consent
    consent.ended_because, consent.ended_at = ConsentEnd.REVOKED, clock.now()
    save_as(consent, None)

    with pytest.raises(RuleBroken, match=r"^Jobbet kan inte bokas\. Årstahus AB har sagt nej"):
        actions.book_order(order=order, technician=technician, on=date(2030, 2, 1), by=keeper)


def test_a_booking_is_taken_back(port, keeper, technician):
    order = make.booked_order(port, technician=technician, on=date(2030, 2, 1))

    order = actions.unbook_order(order=order, by=keeper)

    assert (order.state, order.assigned_to, order.booked_on) == (OrderState.PLANNED, None, None)
    assert TrailEntry.objects.filter(verb="order.unbooked").count() == 1


def test_an_order_is_cancelled_with_a_reason(port, keeper, technician):
    order = make.booked_order(port, technician=technician)

    with pytest.raises(RuleBroken, match="Skriv varför jobbet avbryts"):
        actions.cancel_order(order=order, reason=" ", by=keeper)
    order = actions.cancel_order(order=order, reason="Porten byts ut", by=keeper)

    assert (order.state, order.end_note) == (OrderState.CANCELLED, "Porten byts ut")
    assert TrailEntry.objects.get(verb="order.cancelled").reason == "Porten byts ut"


def test_a_cancelled_job_is_still_on_the_technicians_list(port, keeper, technician):
    order = make.booked_order(port, technician=technician)

    actions.cancel_order(order=order, reason="Porten byts ut", by=keeper)

    assert list(WorkOrder.objects.to_do_by(technician)) == [order]


@pytest.mark.parametrize("now", OrderState)
@pytest.mark.parametrize("to", OrderState)
def test_the_table_of_moves_is_this_and_no_other(now, to):
    closed = {OrderState.DONE, OrderState.NOT_POSSIBLE, OrderState.CANCELLED}
    allowed = {
        (OrderState.PLANNED, OrderState.BOOKED),
        (OrderState.PLANNED, OrderState.CANCELLED),
        (OrderState.BOOKED, OrderState.BOOKED),
        (OrderState.BOOKED, OrderState.PLANNED),
        (OrderState.DONE, OrderState.NOT_POSSIBLE),
    } | {(OrderState.BOOKED, end) for end in closed}

    assert (to in ORDER_MOVES[now]) == ((now, to) in allowed)


# --- ordering a lock down ------------------------------------------------------------------------


def test_a_lock_is_ordered_down(port, keeper):
    installation = make.installation(port, in_operation=True)

    order = actions.order_removal(installation=installation, because=Because.OTHER, by=keeper)

    assert (order.kind, order.door, order.because) == (OrderKind.REMOVAL, port, Because.OTHER)
    assert order.lock_model == installation.unit.model


def test_a_lock_is_ordered_down_once(port, keeper):
    installation = make.installation(port)
    actions.order_removal(installation=installation, because=Because.OTHER, by=keeper)

    with pytest.raises(RuleBroken, match="Demontering är redan beställd"):
        actions.order_removal(installation=installation, because=Because.OTHER, by=keeper)


def test_a_lock_that_is_down_is_not_ordered_down(port, keeper):
    installation = make.installation(port, state="removed", removed_at=clock.now())

    with pytest.raises(RuleBroken, match="Låset är redan demonterat"):
        actions.order_removal(installation=installation, because=Because.OTHER, by=keeper)
