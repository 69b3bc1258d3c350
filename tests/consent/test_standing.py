"""The page of how it stands: each number is what its list holds."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import actions
from consent.states import CaseState
from homecare.core.models import save_as
from tests import make
from tests.consent.test_owner_page import url

pytestmark = pytest.mark.django_db

PAGE = "/medgivanden/laget/"


@pytest.fixture(autouse=True)
def _spring(at):
    at(2026, 3, 10, 9)


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def user(client, unit):
    one = make.user("coordinator", unit)
    client.force_login(one)
    return one


def port(unit, kind, address, **given):
    """An entrance on the way to somebody's home, of an owner of this kind."""
    owner = make.owner(name=f"Ägaren av {address}", kind=kind)
    entrance = make.entrance(owner=owner, address=address)
    make.recipient(unit, home=make.home_door(entrance), **given)
    return owner, entrance


def linked_numbers(page):
    """(address, number) of every number that is a link in the table."""
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    return [
        (address.replace("&amp;", "&"), int(number))
        for address, number in re.findall(r'<a href="([^"]+)">(\d+)</a>', table)
    ]


def test_every_number_opens_a_list_of_so_many(client, unit, user):
    owner, yes = port(unit, "cooperative", "Agatan 1")
    make.owner_consent(owner, yes, conditions="Bara vardagar")
    port(unit, "cooperative", "Agatan 3")
    owner, asked = port(unit, "company", "Bgatan 2")
    case = make.case(owner, asked, state=CaseState.SENT)
    client.get(url(case))  # opened, not answered
    owner, no = port(unit, "company", "Bgatan 4")
    declined = make.case(owner, no, state=CaseState.ANSWERED, answered_at=make.SOME_MOMENT)
    item = declined.items.get()
    item.answer, item.answered_at = "no", make.SOME_MOMENT
    save_as(item, None)

    numbers = linked_numbers(client.get(PAGE).text)

    assert len(numbers) == 15
    for address, number in numbers:
        rows = client.get(address).text.count('<th scope="row"')
        assert (address, rows) == (address, number)


def test_who_unlocks_most_stands_first(client, unit, user):
    _owner, entrance = port(unit, "company", "Bgatan 2")
    make.recipient(unit, home=make.home_door(entrance))
    port(unit, "company", "Agatan 1")

    page = client.get(PAGE).text

    assert page.index("Ägaren av Bgatan 2") < page.index("Ägaren av Agatan 1")
    assert "2 personer" in page


def test_streets_show_each_entrance_with_its_state_in_words(client, unit, user):
    for address in ("Agatan 12", "Agatan 2"):
        port(unit, "company", address)

    page = client.get(PAGE).text

    street = page[page.index('class="streets"') :]
    assert street.index("Agatan 2: Inte tillfrågad") < street.index("Agatan 12: Inte tillfrågad")


def test_months_tell_how_many_were_sent_answered_and_how_fast(client, unit, user):
    owner, entrance = port(unit, "company", "Agatan 1")
    case = make.case(owner, entrance, state=CaseState.SENT)
    actions.answer_case(
        case=case,
        link_number=1,
        answers={case.items.get().pk: actions.Answer("yes")},
        name="Bo",
        title="VD",
        text=case.text,
    )
    page = " ".join(client.get(PAGE).text.split())

    assert "month=2026-03" in page
    assert "100 %" in page
    listed = client.get(reverse("consent:case_list"), {"state": "", "month": "2026-03"}).text
    assert "Ägaren av Agatan 1" in listed
    other = client.get(reverse("consent:case_list"), {"state": "", "month": "2026-02"}).text
    assert "Ägaren av Agatan 1" not in other


def test_what_the_user_may_not_see_is_in_no_number(client, unit, user):
    port(make.unit(), "company", "Agatan 1")
    port(unit, "company", "Bgatan 2", protection_level="marked")

    page = client.get(PAGE).text
    assert "Agatan 1" not in page
    assert "Bgatan 2" not in page
    assert linked_numbers(page) == [("/medgivanden/?kind=", 0)]


def test_the_numbers_can_be_of_one_area(client, unit, user):
    district = make.district(name="Årsta")
    other = make.unit(district=district)
    make.assignment(user, "coordinator", other)
    port(unit, "company", "Agatan 1")
    port(other, "company", "Bgatan 2")

    page = client.get(PAGE, {"area": district.ref}).text

    assert "Bgatan 2" in page
    assert "Agatan 1" not in page
    for address, number in linked_numbers(page):
        assert client.get(address).text.count('<th scope="row"') == number == 1
    assert client.get(PAGE, {"area": "nonsens"}).status_code == 200


def test_the_page_costs_the_same_for_five_entrances_as_for_one(client, unit, user):
    port(unit, "company", "Agatan 1")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    for number in range(4):
        port(unit, "company", f"Bgatan {number}")
    with CaptureQueriesContext(connection) as five:
        client.get(PAGE)

    assert len(five) == len(one)


def test_any_past_day_shows_what_was_in_force_that_day(client, unit, user, at):
    owner, entrance = port(unit, "company", "Agatan 1")
    consent = make.owner_consent(owner, entrance, starts_on=date(2026, 2, 1))
    consent.ends_on, consent.ended_because = date(2026, 2, 20), "expired"
    save_as(consent, None)

    def state(day):
        page = client.get(reverse("consent:coverage"), {"day": day}).text
        return "Medgivande fanns" in page, "Inget medgivande" in page

    assert state("2026-01-31") == (False, True)
    assert state("2026-02-01") == (True, False)
    assert state("2026-02-20") == (True, False)
    assert state("2026-02-21") == (False, True)
    today = client.get(reverse("consent:coverage"), {"day": "2026-03-10"}).text
    assert "Så långt har det kommit" in today
