"""The components in a real browser: axe, narrow screens, both themes, and the small scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["components", "sample_start", "sample_recipient", "sample_owner", "sample_field"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 320])
def test_axe_finds_nothing_and_nothing_runs_off_the_screen(new_page, theme, width):
    page = new_page(
        viewport={"width": width, "height": 800}, color_scheme=theme, reduced_motion="reduce"
    )

    for name in PAGES:
        page.goto(reverse(f"ui:{name}"))
        page.evaluate("document.querySelectorAll('details').forEach(part => (part.open = true))")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]

        assert [(name, fault["id"], fault["nodes"][0]["target"]) for fault in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_pressed_on_a_phone_is_large_enough(new_page):
    page = new_page(viewport={"width": 375, "height": 800}, has_touch=True)
    page.goto(reverse("ui:components"))

    small = page.evaluate(
        """() => [...document.querySelectorAll(".button, .bar-button, .segment, .tab, .nav a, "
            + ".field input:not([type=hidden], [type=radio], [type=checkbox]), select, .menu-link")]
          .map((part) => [part.textContent.trim(), part.getBoundingClientRect()])
          .filter(([, frame]) => frame.height && frame.height < 44)
          .map(([text]) => text)"""
    )
    assert small == []


def test_the_theme_is_remembered_on_the_next_page(new_page):
    page = new_page(color_scheme="light")
    page.goto(reverse("ui:sample_start"))

    page.get_by_role("button", name="Mörkt").click()
    page.goto(reverse("ui:sample_owner"))

    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.get_by_role("button", name="Ljust").is_visible()


def test_a_drawn_name_lands_in_the_form_and_can_be_taken_back(new_page):
    page = new_page()
    page.goto(reverse("ui:components"))
    box = page.locator("[data-signature]").first
    value = box.locator("input")
    pad = box.locator("canvas")
    pad.scroll_into_view_if_needed()
    frame = pad.bounding_box()

    page.mouse.move(frame["x"] + 20, frame["y"] + 40)
    page.mouse.down()
    page.mouse.move(frame["x"] + 160, frame["y"] + 90, steps=8)
    page.mouse.up()
    assert value.input_value().startswith("data:image/png;base64,")

    box.get_by_role("button", name="Rensa").click()
    assert value.input_value() == ""


def test_the_faults_of_a_form_have_the_focus_when_it_opens(new_page):
    page = new_page()
    page.goto(reverse("ui:components"))

    assert page.evaluate("document.activeElement.className") == "error-summary"


def test_a_revealed_secret_hides_again(new_page):
    page = new_page()
    page.clock.install()
    page.goto(reverse("ui:sample_recipient"))
    assert page.get_by_text("08-000 00 02", exact=True).first.is_visible()

    page.clock.fast_forward("00:31")

    assert page.locator("[data-hint]").all_inner_texts() == ["08-•••• 02"]


def test_the_rooms_can_be_reached_on_a_phone_without_script(new_page):
    page = new_page(viewport={"width": 375, "height": 800}, java_script_enabled=False)
    page.goto(reverse("ui:sample_start"))
    way = page.get_by_role("link", name="Nycklar", exact=True)
    assert not way.is_visible()

    page.locator(".nav-fold > summary").click()

    assert way.is_visible()
