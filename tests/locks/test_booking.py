"""Who comes when: the technician's day beside the booking, and what is at the same time."""

from datetime import date, time
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core.models import save_as
from locks import actions
from locks.models import WorkOrder
from locks.states import OrderState
from tests import make

TODAY, TOMORROW = date(2030, 1, 31), date(2030, 2, 1)
BUSY = r"^Montören har redan jobb den tiden: 09\.00–11\.00\.$"


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9, 30)


@pytest.fixture
def client(client, keeper):
    client.force_login(keeper)
    return client


@pytest.fixture
def order(port):
    return make.order(port, lock_model=make.lock_model_for(port))


@pytest.fixture
def morning(technician):
    """The technician's job from nine to eleven tomorrow."""
    return job(technician, make.entrance(address="Morgongatan 1"), 9, 11)


def job(technician, door, starts=None, ends=None, **given):
    window = {"window_from": time(starts), "window_to": time(ends)} if starts else {}
    return make.booked_order(door, technician=technician, on=TOMORROW, **window, **given)


def book(order, technician, by, window=(time(10), time(12)), **given):
    return actions.book_order(
        order=order, technician=technician, on=TOMORROW, window=window, by=by, **given
    )


def page_of(order):
    return reverse("locks:order_book", args=[order.ref])


def sent(technician, starts="10:00", ends="12:00", on=TOMORROW, **more):
    return {"technician": technician.ref, "on": on, "starts": starts, "ends": ends, **more}


# --- at the same time ----------------------------------------------------------------------------


def test_a_technician_is_not_booked_twice_at_the_same_time(order, morning, technician, keeper):
    with pytest.raises(actions.TechnicianBusy, match=BUSY) as refused:
        book(order, technician, keeper)

    assert refused.value.jobs == [morning]
    order.refresh_from_db()
    assert order.state == OrderState.PLANNED


def test_one_who_has_seen_it_books_all_the_same(order, morning, technician, keeper):
    assert book(order, technician, keeper, despite=[morning.ref]).state == OrderState.BOOKED


def test_having_seen_another_job_is_not_enough(order, morning, technician, keeper):
    with pytest.raises(actions.TechnicianBusy):
        book(order, technician, keeper, despite=[order.ref])


@pytest.mark.parametrize(
    "window",
    [
        pytest.param((time(11), time(12)), id="after"),
        pytest.param((time(8), time(9)), id="before"),
        pytest.param(None, id="without a time"),
    ],
)
def test_what_is_not_at_the_same_time_is_booked_at_once(order, morning, technician, keeper, window):
    assert book(order, technician, keeper, window).state == OrderState.BOOKED


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({}, id="without a time"),
        pytest.param({"starts": 10, "ends": 12, "booked_on": TODAY}, id="another day"),
        pytest.param({"starts": 10, "ends": 12, "state": "done"}, id="done"),
        pytest.param({"starts": 10, "ends": 12, "state": "cancelled"}, id="called off"),
    ],
)
def test_these_jobs_are_in_nobodys_way(order, technician, keeper, other):
    made = job(technician, make.entrance(), other.pop("starts", None), other.pop("ends", None))
    for name, value in other.items():
        setattr(made, name, value)
    save_as(made, None)

    assert book(order, technician, keeper).state == OrderState.BOOKED


def test_another_technicians_job_is_in_nobodys_way(order, morning, keeper):
    assert book(order, make.user(Role.TECHNICIAN), keeper).state == OrderState.BOOKED


def test_a_job_is_not_in_its_own_way_when_it_is_moved(order, technician, keeper):
    book(order, technician, keeper)

    moved = book(order, technician, keeper, (time(11), time(13)))

    assert moved.window_from == time(11)


@pytest.mark.django_db(transaction=True)
def test_two_who_book_the_same_technician_at_once_are_told_of_each_other(technician, keeper):
    """On SQLite one waits for the other; on PostgreSQL the technician's row is what is locked."""
    owner = make.owner()
    doors = [make.entrance(owner=owner) for _ in range(2)]
    make.owner_consent(owner, *doors)
    orders = [make.order(door, lock_model=make.lock_model_for(door)) for door in doors]
    ready, ended = Barrier(2), []

    def press(one):
        try:
            ready.wait()
            book(one, technician, keeper)
            ended.append("booked")
        except actions.TechnicianBusy:
            ended.append("busy")
        finally:
            connection.close()

    threads = [Thread(target=press, args=[one]) for one in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended) == ["booked", "busy"]


# --- the page ------------------------------------------------------------------------------------


def test_the_page_warns_and_books_after_a_second_press(client, order, morning, technician):
    warned = client.post(page_of(order), sent(technician))

    order.refresh_from_db()
    assert order.state == OrderState.PLANNED
    assert "Montören har redan jobb den tiden" in warned.text
    assert "Boka ändå" in warned.text
    # Enter presses the first button of a form: that is "Boka".
    assert warned.text.index('<button type="submit" hidden>') < warned.text.index("Boka ändå")
    client.post(page_of(order), sent(technician, despite=warned.context["despite"]))
    order.refresh_from_db()
    assert order.state == OrderState.BOOKED


def test_a_second_press_does_not_cover_a_job_that_came_meanwhile(
    client, order, morning, technician
):
    warned = client.post(page_of(order), sent(technician))
    late = job(technician, make.entrance(), 11, 12)

    again = client.post(page_of(order), sent(technician, despite=warned.context["despite"]))

    order.refresh_from_db()
    assert order.state == OrderState.PLANNED
    assert set(again.context["despite"].split()) == {str(morning.ref), str(late.ref)}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param(
            {"on": TODAY, "starts": "08:00", "ends": "09:30"},
            "Tiden har redan varit. Välj en senare tid.",
            id="earlier today",
        ),
        pytest.param(
            {"starts": "11:00", "ends": "10:00"},
            "Tiden måste sluta senare än den börjar.",
            id="wrong way round",
        ),
        pytest.param({"ends": ""}, "Ange båda tiderna, eller ingen.", id="half a time"),
    ],
)
def test_a_time_that_cannot_be_is_said_beside_the_field(client, order, technician, given, words):
    answer = client.post(page_of(order), sent(technician, **given))

    assert answer.context["form"].errors["ends"] == [words]
    assert not WorkOrder.objects.filter(state=OrderState.BOOKED).exists()


def test_a_time_that_has_begun_today_is_booked(client, order, technician):
    client.post(page_of(order), sent(technician, on=TODAY, starts="09:00", ends="10:00"))

    order.refresh_from_db()
    assert order.state == OrderState.BOOKED


def test_the_only_technician_is_chosen_and_the_day_of_that_one_shown(client, order, technician):
    make.booked_order(make.entrance(address="Idagsgatan 1"), technician=technician, on=TODAY)

    answer = client.get(page_of(order))

    assert answer.context["form"]["technician"].value() == technician.ref
    assert "Idagsgatan 1" in answer.text


def test_another_day_is_shown_when_it_is_chosen(client, order, morning, technician):
    asked = {"technician": technician.ref, "on": TOMORROW.isoformat()}

    part = client.get(page_of(order), asked, headers={"HX-Request": "true"}).text

    assert "<html" not in part
    assert "Morgongatan 1" in part
    assert "09.00–11.00" in part


def test_without_script_a_button_shows_the_day_and_books_nothing(
    client, order, morning, technician
):
    answer = client.post(page_of(order), sent(technician, show="1"))

    order.refresh_from_db()
    assert order.state == OrderState.PLANNED
    assert "Morgongatan 1" in answer.text
    assert "has-errors" not in answer.text


@pytest.mark.parametrize(
    "asked", [{"technician": "x"}, {"on": "2030-02-31"}, {"technician": "", "on": ""}]
)
def test_what_is_no_choice_shows_no_day(client, order, technician, asked):
    make.user(Role.TECHNICIAN)

    assert "Välj montör och dag" in client.get(page_of(order), asked).text


def test_the_door_of_a_home_that_one_does_not_see_is_not_told(client, order, technician):
    elsewhere = make.home_door(address="Hemliga gatan 1")
    make.recipient(make.unit(), home=elsewhere)
    job(technician, elsewhere, 9, 11)
    asked = {"technician": technician.ref, "on": TOMORROW.isoformat()}

    text = client.get(page_of(order), asked).text
    warned = client.post(page_of(order), sent(technician)).text

    for one in (text, warned):
        assert "Hemliga gatan" not in one
        assert "09.00–11.00" in one
    assert "Jobb vid en annan dörr" in text


def test_showing_a_home_of_the_day_is_logged(client, order, home, technician):
    job(technician, home, 9, 11)

    client.get(page_of(order), {"technician": technician.ref, "on": TOMORROW.isoformat()})

    entry = TrailEntry.objects.get(verb="technician_day.read")
    assert str(home.residences.get().recipient.ref) in entry.personal


def test_the_day_costs_the_same_for_five_jobs_as_for_one(
    client, order, technician, unit, django_assert_num_queries
):
    asked = {"technician": technician.ref, "on": TOMORROW.isoformat()}

    def one_more():
        home = make.home_door()
        make.recipient(unit, home=home)
        job(technician, home, 9, 11)

    one_more()
    client.get(page_of(order), asked)
    with CaptureQueriesContext(connection) as for_one:
        client.get(page_of(order), asked)
    for _ in range(4):
        one_more()

    with django_assert_num_queries(len(for_one)):
        client.get(page_of(order), asked)
