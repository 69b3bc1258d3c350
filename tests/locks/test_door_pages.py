"""Doors, orders and lock models, in the office."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.states import ConsentEnd
from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.models import save_as
from locks.models import LockModel, WorkOrder
from locks.states import InstallationState, OrderState
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


@pytest.fixture
def client(client, keeper):
    client.force_login(keeper)
    return client


def url(name, *things):
    return reverse(f"locks:{name}", args=[thing.ref for thing in things])


def readings(what):
    return list(TrailEntry.objects.filter(verb=what).values_list("person_ref", flat=True))


# --- the list of doors ---------------------------------------------------------------------------


def test_the_list_shows_each_entrance_with_its_lock_and_consent(client, port):
    make.installation(port, in_operation=True, unit=make.lock_unit(serial="NL-1"))
    make.entrance(owner=make.owner(name="Nej AB"), address="Ängsvägen 2")

    text = client.get(url("door_list")).text

    assert text.index("Sköntorpsvägen 10") < text.index("Ängsvägen 2")
    for shown in ("NL-1", "I drift", "Medgivande finns", "Nej AB", "Inget lås", "Saknas"):
        assert shown in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=skönt", {"Sköntorpsvägen 10"}),
        ("q=NL-1", {"Sköntorpsvägen 10"}),
        ("q=ingenting", set()),
        ("state=in_operation", {"Sköntorpsvägen 10"}),
        ("state=none", {"Ängsvägen 2", "Östgatan 3"}),
        ("state=ordered", {"Östgatan 3"}),
        ("state=fitted", set()),
    ],
)
def test_the_list_is_narrowed(client, port, query, found):
    make.installation(port, in_operation=True, unit=make.lock_unit(serial="NL-1"))
    make.entrance(address="Ängsvägen 2")
    make.order(make.entrance(address="Östgatan 3"))

    text = client.get(f"{url('door_list')}?{query}").text

    streets = ("Sköntorpsvägen 10", "Ängsvägen 2", "Östgatan 3")
    assert {street for street in streets if f">{street}<" in text} == found


def test_the_list_of_homes_is_logged_with_those_who_live_there(client, home):
    person = home.residences.get().recipient

    text = client.get(f"{url('door_list')}?kind=homes").text

    assert str(home) in text
    assert person.last_name not in text
    entry = TrailEntry.objects.get(verb="door.list")
    assert entry.details == {"shown": [str(person.ref)]}


@pytest.mark.parametrize("query", ["", "?kind=homes"])
def test_the_list_of_doors_costs_the_same_for_five_as_for_one(
    client, unit, query, django_assert_num_queries
):
    def one_more():
        door = make.home_door()
        make.recipient_consent(make.recipient(unit, home=door))
        make.installation(door)
        port = door.entrances.get()
        make.owner_consent(port.real_property.ownerships.get().owner, port)
        make.installation(port, in_operation=True)

    one_more()
    client.get(url("door_list") + query)
    with CaptureQueriesContext(connection) as for_one:
        client.get(url("door_list") + query)
    for _ in range(4):
        one_more()

    with django_assert_num_queries(len(for_one)):
        client.get(url("door_list") + query)
    assert len(for_one) <= 24


# --- the page of a door --------------------------------------------------------------------------


def test_the_page_of_an_entrance_says_what_keeps_the_gate_shut(client, port):
    make.installation(port, tests_passed=[])

    text = client.get(url("entrance_door", port)).text

    assert "Provet underkänt, låset får inte användas" in text
    assert "Funktionsprovet är inte godkänt" in text


def test_the_page_of_a_home_is_logged_for_everybody_who_lives_there(client, unit, home):
    other = make.recipient(unit, home=home)
    first = home.residences.exclude(recipient=other).get().recipient

    text = client.get(url("home_door", home)).text

    assert first.name in text
    assert other.name in text
    assert sorted(readings("home_door.read")) == sorted([str(first.ref), str(other.ref)])


def test_a_lock_without_consent_is_red_on_its_page(client, port):
    make.installation(port, in_operation=True)
    consent = port.covers.get().consent
    consent.ended_because, consent.ended_at = ConsentEnd.REVOKED, clock.now()
    save_as(consent, None)

    assert "Låset sitter här utan medgivande" in client.get(url("entrance_door", port)).text


def test_a_lock_is_put_in_operation_from_its_page(client, port):
    installation = make.installation(port)

    answer = client.post(url("put_in_operation", installation), follow=True)

    installation.refresh_from_db()
    assert installation.state == InstallationState.IN_OPERATION
    assert answer.redirect_chain == [(url("entrance_door", port), 302)]
    assert "Låset är i drift." in answer.text


def test_a_shut_gate_is_told_of_on_the_page(client, port):
    installation = make.installation(port, signed_at=None)

    answer = client.post(url("put_in_operation", installation), follow=True)

    assert "Låset kan inte tas i drift än. Protokollet är inte undertecknat." in answer.text


@pytest.mark.parametrize(
    ("role", "in_own_unit", "named", "status"),
    [
        pytest.param(Role.COORDINATOR, True, False, 200, id="coordinator"),
        pytest.param(Role.UNIT_MANAGER, True, False, 200, id="unit manager"),
        pytest.param(Role.COORDINATOR, False, False, 404, id="coordinator of another unit"),
        pytest.param(
            Role.SYSTEM_MANAGER, True, False, 404, id="system manager, who sees no people"
        ),
        pytest.param(Role.TECHNICIAN, True, False, 404, id="technician"),
        pytest.param(Role.CARE_WORKER, True, False, 404, id="care worker"),
    ],
)
def test_who_may_see_the_door_of_a_home(client, unit, home, role, in_own_unit, named, status):
    client.force_login(make.user(role, unit if in_own_unit else make.unit()))

    assert client.get(url("home_door", home)).status_code == status


@pytest.mark.parametrize(("named", "status"), [(False, 404), (True, 200)])
def test_a_protected_persons_door_is_seen_by_the_named_only(client, home, keeper, named, status):
    person = home.residences.get().recipient
    person.protection_level = "marked"
    save_as(person, None)
    order = make.order(home)
    make.installation(
        home, unit=make.lock_unit(serial="HEMLIG-1"), order=make.order(home, state="done")
    )
    if named:
        make.named_grant(person, keeper)

    assert client.get(url("home_door", home)).status_code == status
    assert client.get(url("order", order)).status_code == status
    for query in ("?kind=homes", "?kind=homes&q=HEMLIG", "?q=HEMLIG"):
        assert (str(home) in client.get(url("door_list") + query).text) == (
            named and query != "?q=HEMLIG"
        )
    assert (str(home) in client.get(url("order_list")).text) == named


# --- orders --------------------------------------------------------------------------------------


def test_a_fitting_is_ordered_and_then_booked(client, port, technician):
    model = make.lock_model_for(port)

    client.post(url("order_entrance", port), {"lock_model": model.ref, "note": "Ring på"})
    order = WorkOrder.objects.get()
    answer = client.post(
        url("order_book", order),
        {"technician": technician.ref, "on": "2030-02-01", "starts": "09:00", "ends": "11:00"},
    )

    order.refresh_from_db()
    assert answer["Location"] == url("order", order)
    assert (order.lock_model, order.note, order.assigned_to) == (model, "Ring på", technician)
    assert (order.booked_on, order.window_from) == (date(2030, 2, 1), time(9))


def models_offered(answer):
    return [str(model) for model in answer.context["form"].fields["lock_model"].queryset]


def test_only_models_that_fit_the_door_are_offered(client, port, home):
    make.lock_model(supplier="Nordlås", name="Port 2", kind="entrance_unit")
    make.lock_model(supplier="Nordlås", name="C4", kind="cylinder")
    make.lock_model(supplier="Nordlås", name="Vred 1", kind="turn_knob")

    assert models_offered(client.get(url("order_entrance", port))) == ["Nordlås Port 2"]
    assert models_offered(client.get(url("order_home", home))) == ["Nordlås C4", "Nordlås Vred 1"]


def test_the_only_model_is_chosen_beforehand_and_so_is_one_that_is_asked_for(client, port):
    first = make.lock_model_for(port)
    page = url("order_entrance", port)

    assert client.get(page).context["form"]["lock_model"].value() == str(first.ref)
    other = make.lock_model_for(port)
    assert client.get(page).context["form"]["lock_model"].value() is None
    asked = client.get(f"{page}?model={other.ref}")
    assert asked.context["form"]["lock_model"].value() == str(other.ref)
    assert client.get(f"{page}?model=x").context["form"]["lock_model"].value() is None


def test_where_no_model_fits_the_page_says_where_to_add_one(client, port):
    make.lock_model(kind="cylinder")

    text = client.get(url("order_entrance", port)).text

    assert "Ingen låsmodell passar dörren" in text
    assert url("lock_model_add") in text


def test_a_model_that_does_not_fit_is_refused_when_it_is_sent(client, port):
    model = make.lock_model(kind="cylinder")

    text = client.post(url("order_entrance", port), {"lock_model": model.ref}).text

    assert "has-errors" in text
    assert not WorkOrder.objects.exists()


def test_what_is_missing_is_said_before_the_order_and_when_it_is_sent(client, keeper):
    port = make.entrance(owner=make.owner(name="Tysta AB"))
    model = make.lock_model_for(port)

    shown = client.get(url("order_entrance", port)).text
    refused = client.post(url("order_entrance", port), {"lock_model": model.ref}).text

    assert "Tysta AB är inte tillfrågad." in shown
    assert "Montering kan inte beställas än. Tysta AB är inte tillfrågad." in refused
    assert not WorkOrder.objects.exists()


def test_one_time_without_the_other_is_no_window(client, port, technician):
    order = make.order(port, lock_model=make.lock_model())

    text = client.post(
        url("order_book", order),
        {"technician": technician.ref, "on": "2030-02-01", "starts": "09:00", "ends": ""},
    ).text

    assert "Ange båda tiderna, eller ingen." in text


def test_the_page_of_an_order_shows_the_conditions(client, technician):
    owner = make.owner()
    port = make.entrance(owner=owner)
    make.owner_consent(owner, port, conditions="Bara på tisdagar")
    order = make.booked_order(port, technician=technician, lock_model=make.lock_model())

    assert "Bara på tisdagar" in client.get(url("order", order)).text


def again(client, order):
    return client.get(url("order", order)).context["order_again_url"]


def test_what_was_not_possible_is_ordered_again_with_the_same_model(client, port):
    model = make.lock_model_for(port)
    order = make.order(port, lock_model=model, state="not_possible", not_possible_reason="glass")

    text = client.get(url("order", order)).text

    assert "Beställ ny montering" in text
    assert f'{url("order_entrance", port)}?model={model.ref}"' in text


def test_what_was_not_possible_at_a_home_is_ordered_again(client, home):
    order = make.order(home, state="not_possible", not_possible_reason="not_at_home")

    assert again(client, order) == url("order_home", home)


def test_a_removal_that_was_not_possible_is_ordered_again(client, port):
    lock = make.installation(port)
    order = make.order(
        port, kind="removal", state="not_possible", not_possible_reason="not_at_home"
    )

    assert again(client, order) == url("order_removal", lock)
    assert "Beställ ny demontering" in client.get(url("order", order)).text


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param(make.order, id="ordered"),
        pytest.param(make.installation, id="fitted"),
    ],
)
def test_it_is_not_ordered_again_when_that_is_done(client, port, meanwhile):
    order = make.order(port, state="not_possible", not_possible_reason="glass")
    meanwhile(port)

    assert again(client, order) == ""


def test_those_who_may_not_order_are_offered_nothing(client, port, unit):
    order = make.order(port, state="not_possible", not_possible_reason="glass")
    client.force_login(make.user(Role.UNIT_MANAGER, unit))

    assert "Beställ ny montering" not in client.get(url("order", order)).text


@pytest.mark.parametrize("page", ["order", "order_book"])
def test_whose_home_it_is_stands_on_the_pages_of_the_order(client, home, page):
    person = home.residences.get().recipient
    order = make.order(home)

    text = client.get(url(page, order)).text

    assert person.name in text
    assert reverse("desk:recipient", args=[person.ref]) in text


def test_who_sees_no_people_sees_no_name_on_an_order(client, home, unit):
    """A home's door is not theirs to see at all; at a port nobody is named to anybody."""
    client.force_login(make.user(Role.SYSTEM_MANAGER))
    at_port = make.order(home.entrances.get())

    assert client.get(url("order", make.order(home))).status_code == 404
    assert home.residences.get().recipient.name not in client.get(url("order", at_port)).text


def test_an_order_is_unbooked_and_cancelled(client, port, technician):
    order = make.booked_order(port, technician=technician)

    client.post(url("order_unbook", order))
    order.refresh_from_db()
    assert order.state == OrderState.PLANNED

    client.post(url("order_cancel", order), {"reason": "Porten byts"})
    order.refresh_from_db()
    assert (order.state, order.end_note) == (OrderState.CANCELLED, "Porten byts")


def test_a_lock_is_ordered_down_from_its_page(client, port):
    installation = make.installation(port)

    client.post(url("order_removal", installation), {"because": "other", "note": ""})

    assert WorkOrder.objects.get(kind="removal").door == port


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"A 1", "B 2", "C 3"}),
        ("state=planned", {"A 1", "C 3"}),
        ("state=done", {"D 4"}),
        ("state=all", {"A 1", "B 2", "C 3", "D 4"}),
        ("day=2030-02-01", {"B 2"}),
        ("kind=removal", {"C 3"}),
        ("technician={technician}", {"B 2"}),
        ("state=nonsense", {"A 1", "B 2", "C 3"}),
    ],
)
def test_the_list_of_orders_is_narrowed(client, technician, query, found):
    make.order(make.entrance(address="A 1"))
    make.booked_order(make.entrance(address="B 2"), technician=technician, on=date(2030, 2, 1))
    make.order(make.entrance(address="C 3"), kind="removal")
    make.order(make.entrance(address="D 4"), state="done")

    text = client.get(f"{url('order_list')}?{query.format(technician=technician.ref)}").text

    assert {street for street in ("A 1", "B 2", "C 3", "D 4") if f">{street}<" in text} == found


def test_what_is_to_be_booked_stands_first(client, technician):
    make.booked_order(make.entrance(address="Bokad 1"), technician=technician)
    make.order(make.entrance(address="Obokad 1"))

    text = client.get(url("order_list")).text

    assert text.index("Obokad 1") < text.index("Bokad 1")


def test_the_list_of_orders_costs_the_same_for_five_as_for_one(
    client, unit, technician, django_assert_num_queries
):
    def one_more():
        door = make.home_door()
        make.recipient(unit, home=door)
        make.booked_order(door, technician=technician, lock_model=make.lock_model())

    one_more()
    client.get(url("order_list"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(url("order_list"))
    for _ in range(4):
        one_more()

    with django_assert_num_queries(len(for_one)):
        client.get(url("order_list"))
    assert len(for_one) <= 12


# --- lock models ---------------------------------------------------------------------------------


def test_a_lock_model_is_added_and_changed(client):
    facts = {"supplier": "Nordlås", "name": "Port 2", "kind": "entrance_unit"}

    client.post(url("lock_model_add"), facts)
    model = LockModel.objects.get()
    page = client.get(url("lock_model_change", model))
    version = page.context["form"]["version"].value()
    client.post(
        url("lock_model_change", model),
        {**facts, "name": "Port 3", "has_monitoring_function": "on", "version": version},
    )

    model.refresh_from_db()
    assert (str(model), model.has_monitoring_function) == ("Nordlås Port 3", True)
    assert "Nordlås Port 3" in client.get(url("lock_model_list")).text


def test_who_changed_the_model_meanwhile_is_named(client, keeper):
    model = make.lock_model()
    page = client.get(url("lock_model_change", model))
    model.name = "Ändrad"
    save_as(model, make.user(name="Olle Annan"))

    text = client.post(
        url("lock_model_change", model),
        {
            "supplier": model.supplier,
            "name": "Min",
            "kind": model.kind,
            "version": page.context["form"]["version"].value(),
        },
    ).text

    assert "Medan du skrev ändrade Olle Annan samma sak" in text
    model.refresh_from_db()
    assert model.name == "Ändrad"


def test_the_list_of_models_costs_the_same_for_five_as_for_one(client, django_assert_num_queries):
    make.lock_model()
    client.get(url("lock_model_list"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(url("lock_model_list"))
    for _ in range(4):
        make.lock_model()

    with django_assert_num_queries(len(for_one)):
        client.get(url("lock_model_list"))
