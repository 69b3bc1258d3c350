"""What the technician needs on the way to a door: the address, whom to call, whom one meets."""

import pytest
from django.urls import reverse

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.models import save_as
from locks.queries import units_to_call
from locks.states import OrderState
from tests import make

pytestmark = pytest.mark.django_db
PHONE, SHOWN = "+46701740605", "070-174 06 05"


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


@pytest.fixture
def client(client, technician):
    client.force_login(technician)
    return client


@pytest.fixture
def person(home):
    person = home.residences.get().recipient
    person.phone = PHONE
    return save_as(person, None)


def job(door, technician, **given):
    return make.booked_order(
        door, technician=technician, lock_model=make.lock_model_for(door), **given
    )


def page_of(order):
    return reverse("locks:job", args=[order.ref])


def call(order, person):
    return reverse("locks:job_call", args=[order.ref, person.ref])


def with_phone(unit, phone):
    unit.phone = phone
    return save_as(unit, None)


# --- the address ---------------------------------------------------------------------------------


def test_the_whole_address_and_a_map_of_it(client, technician, port):
    text = client.get(page_of(job(port, technician))).text

    assert "120 50 Årsta" in text
    assert "query=Sk%C3%B6ntorpsv%C3%A4gen+10%2C+120+50+%C3%85rsta" in text


def test_the_map_of_a_home_tells_neither_flat_nor_name(client, technician, home, person):
    answer = client.get(page_of(job(home, technician)))

    sent = answer.context["map_url"].partition("?query=")[2]
    assert sent.startswith("Provgatan")
    for secret in (home.apartment_number, person.first_name, person.last_name):
        assert secret not in sent


def test_of_a_protected_persons_home_there_is_no_map(client, technician, home, person):
    person.protection_level = "marked"
    save_as(person, None)
    make.named_grant(person, technician)

    answer = client.get(page_of(job(home, technician)))

    assert answer.context["map_url"] == ""
    assert "openstreetmap" not in answer.text
    assert home.address in answer.text


# --- whom to call --------------------------------------------------------------------------------


def test_the_unit_of_whoever_ordered_it_is_called(client, technician, port, unit, keeper):
    with_phone(unit, "+46846500401")

    text = client.get(page_of(job(port, technician, ordered_by=keeper))).text

    assert 'href="tel:+46846500401"' in text
    assert "08-465 004 01" in text
    assert "Årsta hemtjänst" in text


def test_what_the_system_ordered_is_asked_about_where_the_person_is_cared_for(
    technician, home, unit
):
    with_phone(unit, "+46846500401")
    with_phone(make.unit(), "+46846500402")

    assert list(units_to_call(job(home, technician))) == [unit]


@pytest.mark.parametrize(
    "ordered", [pytest.param(False, id="by the system"), pytest.param(True, id="by a unit without")]
)
def test_without_a_number_there_is_none_to_call(client, technician, port, keeper, ordered):
    order = job(port, technician, ordered_by=keeper if ordered else None)

    text = client.get(page_of(order)).text

    assert "Ring samordnaren" not in text
    assert "tel:" not in text


# --- whom one meets ------------------------------------------------------------------------------


def test_the_persons_number_is_hidden_until_it_is_asked_for_and_that_is_logged(
    client, technician, home, person
):
    order = job(home, technician)

    before, after = client.get(page_of(order)).text, client.post(call(order, person))

    assert SHOWN not in before
    assert f'<a href="tel:{PHONE}">{SHOWN}</a>' in after.text
    assert after["Cache-Control"] == "no-store"
    entry = TrailEntry.objects.get(verb="recipient.phone_revealed")
    assert (entry.person_ref, entry.object_ref) == (str(person.ref), str(order.ref))


def test_without_a_number_nothing_is_offered(client, technician, home):
    person = home.residences.get().recipient
    order = job(home, technician)

    assert call(order, person) not in client.get(page_of(order)).text
    assert "saknas" in client.post(call(order, person)).text


@pytest.mark.parametrize(
    ("mine", "over", "theirs", "status"),
    [
        pytest.param(True, False, False, 200, id="my job"),
        pytest.param(False, False, False, 404, id="another technician's"),
        pytest.param(True, True, False, 404, id="over"),
        pytest.param(True, False, True, 404, id="somebody who lives elsewhere"),
    ],
)
def test_whose_number_may_be_seen(client, technician, home, person, mine, over, theirs, status):
    order = job(home, technician if mine else make.user(Role.TECHNICIAN))
    if over:
        order.state, order.finished_at = OrderState.DONE, clock.now()
        save_as(order, None)
    asked = make.recipient(phone=PHONE) if theirs else person

    assert client.post(call(order, asked)).status_code == status


@pytest.mark.parametrize(("named", "status"), [(False, 404), (True, 200)])
def test_a_protected_persons_number_is_seen_by_the_named_only(
    client, technician, home, person, named, status
):
    person.protection_level = "marked"
    save_as(person, None)
    if named:
        make.named_grant(person, technician)

    assert client.post(call(job(home, technician), person)).status_code == status


def test_the_dead_are_not_called(client, technician, home, person):
    order = job(home, technician)
    person.died_on = clock.today()
    save_as(person, None)

    assert client.post(call(order, person)).status_code == 404
