"""Every page of the room in a real browser: axe finds nothing, and nothing runs off the screen."""

from datetime import time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from homecare.accounts.roles import Role
from homecare.core import clock
from locks import actions
from locks.states import TestPoint
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [pytest.param("light", 320, id="light phone"), pytest.param("dark", 1440, id="dark desk")]


def url(name, *things):
    return reverse(f"locks:{name}", args=[thing.ref for thing in things])


def enter(new_page, user, theme, width):
    page = new_page(
        viewport={"width": width, "height": 800}, color_scheme=theme, reduced_motion="reduce"
    )
    page.goto("/konto/logga-in/?next=/konto/")
    page.get_by_label("E-postadress").fill(user.email)
    page.get_by_label("Lösenord").fill(make.PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    page.wait_for_url("**/konto/")
    return page


def faults(page, width, address):
    page.goto(address)
    return faults_here(page, width)


def faults_here(page, width):
    found = [
        f"{page.url}: {violation['id']} {node['target']}"
        for violation in Axe().run(page, options={"runOnly": RULES}).response["violations"]
        for node in violation["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{page.url}: wider than {width} px")
    return found


@pytest.fixture
def place():
    """A unit with a home, its entrance, a technician, and something in every state."""

    class Place:
        unit = make.unit()
        coordinator = make.user(Role.COORDINATOR, unit)
        technician = make.user(Role.TECHNICIAN)
        worker = make.user(Role.CARE_WORKER, unit)

    Place.staff = make.staff_member(Place.unit, user=Place.worker)
    owner = make.owner()
    Place.port = make.entrance(owner=owner, entrance_code="4711", access_solution="code_lock")
    make.owner_consent(owner, Place.port, conditions="Bara på vardagar. " * 5)
    Place.home = make.home_door(Place.port, floor="3")
    person = make.recipient(Place.unit, home=Place.home)
    make.recipient_consent(person)
    model = make.lock_model()
    later = {"window_from": time(13), "window_to": time(15)}
    Place.job = make.booked_order(Place.home, technician=Place.technician, lock_model=model)
    Place.with_conditions = make.booked_order(
        Place.port, technician=Place.technician, lock_model=model, **later
    )
    make.booked_order(
        make.entrance(), technician=Place.technician, on=clock.today() - timedelta(days=3)
    )
    other = make.entrance(owner=owner)
    make.owner_consent(owner, other)
    done = make.booked_order(other, technician=Place.technician, lock_model=model)
    Place.fitted = actions.record_fitting(
        order=done, serial="NL-1", tests_passed=[TestPoint.LOCK], by=Place.technician, damage="Repa"
    )
    Place.done = done
    lost = make.installation(in_operation=True)
    Place.against = lost.entrance
    actions.react_to_lost_consents()
    Place.key, out, gone = (make.key(Place.unit, person) for _ in range(3))
    Place.receipt = actions.hand_out_keys(
        keys=[out],
        to=Place.staff,
        by=Place.coordinator,
        due_back_at=clock.now() + timedelta(hours=8),
        signature_png=make.png(),
    )
    wrong = actions.hand_out_keys(
        keys=[gone],
        to=Place.staff,
        by=Place.coordinator,
        due_back_at=clock.now() + timedelta(hours=8),
        signature_png=make.png(),
    )
    Place.reversal = actions.reverse_receipt(receipt=wrong, reason="Fel", by=Place.coordinator)
    actions.give_back_key(key=gone, to_name="Ada", by=Place.coordinator)
    Place.out, Place.gone, Place.person = out, gone, person
    return Place


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_in_the_office(new_page, place, theme, width):
    page = enter(new_page, place.coordinator, theme, width)

    found = []
    for address in (
        url("door_list"),
        url("door_list") + "?kind=homes",
        url("door_list") + "?q=finns-inte",
        url("entrance_door", place.port),
        url("entrance_door", place.against),
        url("entrance_door", place.fitted.entrance),
        url("home_door", place.home),
        url("order_entrance", place.against),
        url("order_removal", place.fitted),
        url("new_visit", place.fitted),
        url("order_list"),
        url("order", place.with_conditions),
        url("order_book", place.job),
        url("order_cancel", place.job),
        url("lock_model_list"),
        url("lock_model_add"),
        url("key_list"),
        url("key_list") + "?state=gone",
        url("key_add"),
        f"{url('key_add')}?recipient={place.person.ref}",
        url("key", place.out),
        url("key", place.gone),
        url("key_change", place.key),
        url("key_give_back", place.key),
        url("key_destroy", place.key),
        f"{url('hand_out')}?key={place.key.code}&key={place.out.code}",
        url("take_back"),
        url("receipt", place.receipt),
        url("receipt", place.reversal),
        url("receipt_reverse", place.receipt),
    ):
        found += faults(page, width, address)
    page.goto(url("hand_out"))
    page.get_by_role("button", name="Lämna ut mot kvittens").click()
    page.locator(".error-summary").wait_for()
    found += faults_here(page, width)

    assert found == []


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_on_the_technicians_phone(new_page, place, theme, width):
    page = enter(new_page, place.technician, theme, width)

    found = []
    for address in (
        url("my_day"),
        url("my_day") + "?day=2030-01-01",
        url("job", place.job),
        url("job", place.with_conditions),
        url("job", place.done),
        url("record_not_possible", place.job),
        url("record_test", place.done),
        url("take_down", place.done),
        url("record_fitting", place.job),
    ):
        found += faults(page, width, address)
    page.get_by_role("button", name="Spara protokollet").click()
    page.locator(".error-summary").wait_for()
    found += faults_here(page, width)

    assert found == []


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_among_my_keys(new_page, place, theme, width):
    page = enter(new_page, place.worker, theme, width)

    found = faults(page, width, url("my_keys")) + faults(page, width, url("receipt", place.receipt))

    assert found == []


def test_the_code_of_the_entrance_is_shown_where_it_was_hidden(new_page, place):
    page = enter(new_page, place.technician, "light", 375)
    page.goto(url("job", place.job))
    assert page.get_by_text("4711").count() == 0

    page.get_by_role("button", name="Visa portkod").click()

    page.get_by_text("4711").wait_for()
    assert page.url.endswith(url("job", place.job))


def test_a_job_is_begun_in_three_taps(new_page, place):
    page = enter(new_page, place.technician, "light", 375)
    page.goto(url("my_day"))

    page.get_by_role("link", name=place.home.address).last.click()
    page.get_by_role("link", name="Börja").click()

    page.get_by_label("Låsets serienummer").wait_for()


def test_what_one_types_in_is_never_behind_the_bar_at_the_bottom(new_page, place):
    page = enter(new_page, place.technician, "light", 375)
    page.set_viewport_size({"width": 375, "height": 500})
    page.goto(url("record_fitting", place.job))

    hidden = []
    for _ in range(40):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            """() => {
                const at = document.activeElement
                const bar = document.querySelector(".bottom-bar")
                if (!at.closest(".record") || at.type === "hidden") return ""
                const shown = at.closest(".segment") ?? at
                const over = shown.getBoundingClientRect().bottom - bar.getBoundingClientRect().top
                return over > 1 ? `${at.name}: ${over}` : ""
            }"""
        )
        hidden += [covered] if covered else []

    assert hidden == []
