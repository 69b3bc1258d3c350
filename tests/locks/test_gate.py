"""The gate before operation, locks that lost their consent, and what is done about them."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection

from consent.models import Consent
from consent.states import ConsentEnd, ConsentKind
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from locks import actions, queries
from locks.models import Installation, WorkOrder
from locks.states import (
    INSTALLATION_MOVES,
    Because,
    InstallationState,
    OrderKind,
    OrderState,
    TestPoint,
)
from properties.models import Ownership
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


def take_back(consent):
    consent.ended_because, consent.ended_at = ConsentEnd.REVOKED, clock.now()
    save_as(consent, None)


def sell(entrance):
    held = Ownership.objects.get(real_property=entrance.real_property)
    held.ends_on = date(2030, 1, 30)
    save_as(held, None)
    save_as(
        Ownership(
            real_property=entrance.real_property,
            owner=make.owner(name="Nya ägaren AB"),
            starts_on=date(2030, 1, 31),
        ),
        None,
    )


# --- the gate ------------------------------------------------------------------------------------


def test_the_gate_of_an_entrance_is_open(port):
    assert queries.gate(make.installation(port)) == []


def test_the_gate_of_a_home_is_open(home):
    make.fallback(home)

    assert queries.gate(make.installation(home)) == []


def test_the_gate_names_all_that_is_missing(home):
    take_back(Consent.objects.get(recipient__isnull=False))
    installation = make.installation(
        home,
        signed_at=None,
        tests_passed=[TestPoint.LOCK, TestPoint.OWN_KEY],
        unit=make.lock_unit(model=make.lock_model(has_monitoring_function=True)),
    )

    assert queries.gate(installation) == [
        "Hemtjänsttagarens medgivande saknas.",
        "Samtycke enligt 9 § lagen (2001:454) saknas, och låset övervakar.",
        "Protokollet är inte undertecknat.",
        (
            "Funktionsprovet är inte godkänt: Låser upp utifrån med digital nyckel; "
            "Öppnas inifrån för hand; Går att öppna vid strömavbrott."
        ),
        "Reservväg är inte registrerad.",
    ]


def test_the_gate_costs_the_same_for_five_locks_as_for_one(
    unit, django_assert_num_queries, django_assert_max_num_queries
):
    def fit():
        door = make.home_door()
        make.recipient_consent(make.recipient(unit, home=door))
        make.fallback(door)
        owner = make.owner()
        port = make.entrance(owner=owner)
        make.owner_consent(owner, port)
        make.installation(port)
        return make.installation(door)

    fit()
    locks = Installation.objects.select_related("entrance", "home_door", "unit__model")
    with django_assert_max_num_queries(20) as asked:
        queries.gates(locks.all())
    for _ in range(4):
        fit()

    with django_assert_num_queries(len(asked)):
        found = queries.gates(locks.all())

    assert set(map(tuple, found.values())) == {()}
    assert len(found) == 10


# --- in operation --------------------------------------------------------------------------------


def test_a_lock_is_put_in_operation_when_the_gate_is_open(port, keeper):
    installation = make.installation(port)

    now_on = actions.put_in_operation(installation=installation, by=keeper)

    assert now_on.state == InstallationState.IN_OPERATION
    assert now_on.in_operation_at == clock.now()
    assert TrailEntry.objects.get(verb="lock.put_in_operation").object_ref == str(installation.ref)


def test_a_lock_behind_a_shut_gate_is_not_put_in_operation(port, keeper):
    installation = make.installation(port)
    take_back(port.covers.get().consent)

    with pytest.raises(
        RuleBroken,
        match=r"^Låset kan inte tas i drift än\. Årstahus AB har sagt nej eller återkallat",
    ):
        actions.put_in_operation(installation=installation, by=keeper)

    installation.refresh_from_db()
    assert installation.state == InstallationState.FITTED


def test_a_lock_is_put_in_operation_once(port, keeper):
    installation = make.installation(port, in_operation=True)

    with pytest.raises(actions.AlreadyRecorded, match="Låset är redan i drift"):
        actions.put_in_operation(installation=installation, by=keeper)


def test_a_lock_that_is_down_is_not_put_in_operation(port, keeper):
    installation = make.installation(port, state="removed", removed_at=clock.now())

    with pytest.raises(RuleBroken, match="Demonterad"):
        actions.put_in_operation(installation=installation, by=keeper)


@pytest.mark.parametrize("now", InstallationState)
@pytest.mark.parametrize("to", InstallationState)
def test_the_table_of_moves_is_this_and_no_other(now, to):
    allowed = {("fitted", "in_operation"), ("fitted", "removed"), ("in_operation", "removed")}

    assert (to in INSTALLATION_MOVES[now]) == ((now, to) in allowed)


# --- consents that are lost ----------------------------------------------------------------------


def test_locks_with_their_consents_are_not_listed(port, home):
    make.installation(port, in_operation=True)
    make.installation(home, in_operation=True)

    assert not queries.without_consent().exists()


LOSSES = [
    pytest.param(lambda door: take_back(door.covers.get().consent), id="taken back"),
    pytest.param(sell, id="sold"),
]


@pytest.mark.parametrize("lose", LOSSES)
def test_an_entrance_that_lost_its_consent_is_listed_the_same_day(port, lose):
    installation = make.installation(port, in_operation=True)

    lose(port)

    assert list(queries.without_consent()) == [installation]


def test_a_consent_that_runs_out_is_lost_the_day_after(port):
    installation = make.installation(port, in_operation=True)
    consent = port.covers.get().consent
    consent.ends_on = date(2030, 1, 31)
    save_as(consent, None)

    assert not queries.without_consent().exists()
    assert list(queries.without_consent(on=date(2030, 2, 1))) == [installation]


def test_a_home_that_lost_its_consent_is_listed(home):
    installation = make.installation(home, in_operation=True)

    take_back(Consent.objects.get(recipient__isnull=False))

    assert list(queries.without_consent()) == [installation]


def test_a_home_whose_person_moved_is_listed(home):
    installation = make.installation(home, in_operation=True)
    residence = home.residences.get()
    residence.ends_on = date(2030, 1, 30)
    save_as(residence, None)

    assert list(queries.without_consent()) == [installation]


def test_a_model_that_turns_out_to_monitor_needs_the_data_consent_at_once(home, keeper):
    installation = make.installation(home, in_operation=True)
    model = installation.unit.model

    actions.change_lock_model(
        lock_model=model,
        supplier=model.supplier,
        name=model.name,
        kind=model.kind,
        has_monitoring_function=True,
        by=keeper,
    )

    assert list(queries.without_consent()) == [installation]
    make.recipient_consent(home.residences.get().recipient, kind=ConsentKind.DATA)
    assert not queries.without_consent().exists()


def test_a_lock_that_is_only_fitted_is_not_listed_as_in_operation(port):
    make.installation(port)
    take_back(port.covers.get().consent)

    assert not queries.without_consent().exists()


def test_the_list_costs_the_same_for_five_locks_as_for_one(
    django_assert_num_queries, django_assert_max_num_queries
):
    def lose():
        owner = make.owner()
        make.installation(make.entrance(owner=owner), in_operation=True)

    lose()
    with django_assert_max_num_queries(12) as asked:
        assert queries.without_consent().count() == 1
    for _ in range(4):
        lose()

    with django_assert_num_queries(len(asked)):
        assert queries.without_consent().count() == 5


def end(consent, **changes):
    for name, value in changes.items():
        setattr(consent, name, value)
    save_as(consent, None)


def entrance_with(cover):
    """An entrance with a lock, whose owner's consent covers it by `cover`."""
    owner = make.owner()
    entrance = make.entrance(owner=owner)
    covered = {"door": [entrance], "property": [entrance.real_property], "all": [], "none": []}
    consent = make.owner_consent(owner, *covered[cover], everything=cover == "all")
    make.installation(entrance, in_operation=True)
    return entrance, consent


def home_with(people=1, monitors=False, **given):
    """A home with a lock, and the consents of those who live there."""
    door = make.home_door(**given)
    consents = [make.recipient_consent(make.recipient(home=door)) for _ in range(people)]
    model = make.lock_model(has_monitoring_function=monitors)
    make.installation(door, in_operation=True, unit=make.lock_unit(model=model))
    return door, consents


def test_the_database_finds_the_same_locks_as_the_gate_names():
    """`without_consent` and `consents_missing` are two tellings of one rule."""
    kept, lost = [], []
    for cover in ("door", "property", "all"):
        kept.append(entrance_with(cover)[0])
        for change in (
            {"ended_because": ConsentEnd.REVOKED, "ended_at": clock.now()},
            {"ends_on": date(2030, 1, 30), "ended_because": ConsentEnd.EXPIRED},
            {"starts_on": date(2030, 2, 1)},
        ):
            entrance, consent = entrance_with(cover)
            end(consent, **change)
            lost.append(entrance)
        entrance, _consent = entrance_with(cover)
        sell(entrance)
        lost.append(entrance)
    lost.append(entrance_with("none")[0])

    kept += [home_with()[0], home_with(people=2)[0]]
    lost.append(home_with(people=0)[0])
    door, _consents = home_with()
    make.recipient(home=door)
    lost.append(door)
    door, (consent,) = home_with()
    end(consent, ended_because=ConsentEnd.REVOKED, ended_at=clock.now())
    lost.append(door)
    for on_this_door, into in ((True, kept), (False, lost)):
        door, (consent,) = home_with()
        named = door if on_this_door else make.home_door()
        save_as(consent.covers.model(consent=consent, home_door=named), None)
        into.append(door)
    for field, value in (("died_on", date(2030, 1, 30)), ("died_on", date(2030, 2, 1))):
        door, (consent,) = home_with()
        end(consent.recipient, **{field: value})
        (lost if value < date(2030, 1, 31) else kept).append(door)
    door, _consents = home_with()
    end(door.residences.get(), ends_on=date(2030, 1, 30))
    lost.append(door)

    lost.append(home_with(monitors=True)[0])
    door, (consent,) = home_with(monitors=True)
    make.recipient_consent(consent.recipient, kind=ConsentKind.DATA)
    kept.append(door)

    lost.append(home_with(needs_owner_consent=True)[0])
    for cover in ("door", "property", "all"):
        door, _consents = home_with(needs_owner_consent=True)
        owner = door.real_property.ownerships.get().owner
        covered = {"door": [door], "property": [door.real_property], "all": []}[cover]
        make.owner_consent(
            owner, *covered, everything=cover == "all", kind=ConsentKind.FITTING_HOME
        )
        kept.append(door)
    door, _consents = home_with(needs_owner_consent=True)
    make.owner_consent(make.owner(), door, kind=ConsentKind.FITTING_HOME)
    lost.append(door)

    locks = list(Installation.objects.select_related("entrance", "home_door", "unit__model"))
    missing = queries.consents_missing(locks)
    found = {lock.door for lock in queries.without_consent().with_door()}

    assert found == set(lost)
    assert {lock.door for lock in locks if missing[lock.pk]} == set(lost)
    assert {lock.door for lock in locks if not missing[lock.pk]} == set(kept)


# --- the sweep -----------------------------------------------------------------------------------


@pytest.mark.parametrize("in_operation", [True, False])
def test_a_lock_that_lost_its_consent_is_ordered_down(port, in_operation):
    make.installation(port, in_operation=in_operation)
    take_back(port.covers.get().consent)

    assert actions.react_to_lost_consents() == 1

    order = WorkOrder.objects.get(kind=OrderKind.REMOVAL)
    assert (order.door, order.state, order.because) == (
        port,
        OrderState.PLANNED,
        Because.CONSENT_LOST,
    )
    assert order.ordered_by is None
    entry = TrailEntry.objects.get(verb="order.placed")
    assert (entry.actor, entry.facts["because"]) == ("system", "consent_lost")


def test_the_sweep_run_again_and_later_orders_once(port, at):
    make.installation(port, in_operation=True)
    take_back(port.covers.get().consent)
    actions.react_to_lost_consents()

    at(2030, 2, 3, 3)
    assert actions.react_to_lost_consents() == 0
    assert WorkOrder.objects.filter(kind=OrderKind.REMOVAL).count() == 1


def test_the_sweep_leaves_locks_with_their_consents_alone(port, home):
    make.installation(port, in_operation=True)
    make.installation(home)

    assert actions.react_to_lost_consents() == 0
    assert not WorkOrder.objects.filter(kind=OrderKind.REMOVAL).exists()


def test_a_cancelled_removal_is_ordered_anew_while_the_consent_is_gone(port, keeper):
    make.installation(port, in_operation=True)
    take_back(port.covers.get().consent)
    actions.react_to_lost_consents()
    order = WorkOrder.objects.get(kind=OrderKind.REMOVAL)
    actions.cancel_order(order=order, reason="Fel", by=keeper)

    assert actions.react_to_lost_consents() == 1


def test_the_command_sweeps_and_says_how_many(port, capsys):
    make.installation(port, in_operation=True)
    take_back(port.covers.get().consent)

    call_command("react_to_lost_consents")
    call_command("react_to_lost_consents")

    assert capsys.readouterr().out == "1 removal ordered.\n0 removals ordered.\n"


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_order_once():
    owner = make.owner()
    make.installation(make.entrance(owner=owner), in_operation=True)
    start, placed = Barrier(2), []

    def sweep():
        start.wait()
        try:
            placed.append(actions.react_to_lost_consents())
        finally:
            connection.close()

    threads = [Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(placed) == [0, 1]
    assert WorkOrder.objects.filter(kind=OrderKind.REMOVAL).count() == 1


# --- counts --------------------------------------------------------------------------------------


def test_fittings_are_counted_by_month():
    january = clock.now() - timedelta(days=1)
    for at in (january, january, january - timedelta(days=31), january - timedelta(days=800)):
        make.installation(fitted_at=at)

    assert queries.fittings_per_month(date(2029, 12, 1)) == {
        date(2029, 12, 1): 1,
        date(2030, 1, 1): 2,
    }
