"""The counter, with a keyboard, a scanner and a finger: what needs a real browser to be seen."""

import re

import pytest

from homecare.accounts.roles import Role
from locks.models import Handout, Receipt
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counter(new_page):
    """A coordinator at the counter of a unit, with Eva and three keys."""
    unit = make.unit()
    keeper = make.user(Role.COORDINATOR, unit)
    make.staff_member(unit, name="Eva Lind", staff_id="M4711")
    make.staff_member(unit, name="Nils Ny", staff_id="M4712", agreement=False)
    page = new_page()
    page.goto("/las/nycklar/lamna-ut/")
    page.get_by_label("E-postadress").fill(keeper.email)
    page.get_by_label("Lösenord").fill(make.PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_url("**/lamna-ut/")
    page.keys = [make.key(unit) for _ in range(3)]
    return page


def draw(page):
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 30 + step * 14, box["y"] + 40 + step % 3 * 18)
    page.mouse.up()


def scan(page, code):
    """A scanner types the code and presses Enter."""
    page.keyboard.type(code.replace("-", "").lower())
    page.keyboard.press("Enter")
    page.locator(".basket").get_by_text(code).wait_for()


def test_two_keys_are_handed_out_without_leaving_the_keyboard_but_to_sign(counter):
    first, second, _third = counter.keys
    assert counter.evaluate("document.activeElement.name") == "to"

    counter.keyboard.type("M4711")
    counter.keyboard.press("Tab")
    scan(counter, first.code)
    scan(counter, second.code)
    assert counter.evaluate("document.activeElement.name") == "code"
    draw(counter)
    counter.get_by_role("button", name="Lämna ut mot kvittens").click()

    counter.get_by_role("heading", name="Nyckelkvittens 1").wait_for()
    assert {loan.key for loan in Handout.objects.all()} == {first, second}
    assert len(Receipt.objects.get().signature) > 100


def test_a_signature_stays_while_more_keys_are_added(counter):
    first, second, _third = counter.keys
    counter.get_by_label("Medarbetare").fill("M4711")
    counter.get_by_label("Nyckelkod").click()
    scan(counter, first.code)
    draw(counter)

    counter.get_by_label("Nyckelkod").click()
    scan(counter, second.code)
    counter.get_by_role("button", name="Lämna ut mot kvittens").click()

    counter.get_by_role("heading", name="Nyckelkvittens 1").wait_for()
    assert Handout.objects.count() == 2


def test_who_it_is_decides_at_once_what_is_stopped(counter):
    key = counter.keys[0]
    counter.get_by_label("Nyckelkod").click()
    scan(counter, key.code)

    counter.get_by_label("Medarbetare").fill("M4712")
    counter.keyboard.press("Tab")
    counter.get_by_text("Nils Ny har inte accepterat användaravtalet.").wait_for()
    counter.get_by_label("Medarbetare").fill("M4711")
    counter.keyboard.press("Tab")
    counter.locator(".basket-stop").wait_for(state="detached")

    counter.get_by_role("button", name=f"Ta bort {key.code}").click()
    counter.get_by_text(re.compile("Skanna eller skriv nyckelns kod")).wait_for()
