"""The pages of accounts, staff and the organisation in a real browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from homecare.accounts.links import password_token
from homecare.accounts.models import User
from homecare.accounts.roles import Role
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [pytest.param("light", 320, id="light phone"), pytest.param("dark", 1440, id="dark desk")]


def sign_in(page, user, password=make.PASSWORD):
    page.goto("/konto/logga-in/?next=/konto/")
    page.get_by_label("E-postadress").fill(user.email)
    page.get_by_label("Lösenord").fill(password)
    page.get_by_role("button", name="Logga in").click()


def faults(page, url, width):
    """What axe finds on the page, and whether it runs off the screen."""
    page.goto(url)
    found = [
        f"{url}: {violation['id']} {node['target']}"
        for violation in Axe().run(page, options={"runOnly": RULES}).response["violations"]
        for node in violation["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{url}: wider than {width} px")
    return found


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_without_signing_in(new_page, theme, width):
    page = new_page(
        viewport={"width": width, "height": 800}, color_scheme=theme, reduced_motion="reduce"
    )
    user = make.user()

    found = faults(page, "/konto/logga-in/", width)
    page.get_by_label("E-postadress").fill(user.email)
    page.get_by_label("Lösenord").fill("fel")
    page.get_by_role("button", name="Logga in").click()
    page.get_by_text("hör inte ihop").first.wait_for()
    found += [
        violation["id"]
        for violation in Axe().run(page, options={"runOnly": RULES}).response["violations"]
    ]
    link = reverse("accounts:set_password", args=[user.ref, password_token(user)])
    found += faults(page, link, width)
    found += faults(page, link[:-2] + "x/", width)

    assert found == []


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_on_any_page(new_page, theme, width):
    unit = make.unit(district=make.district(), name="Årsta hemtjänst")
    administrator = make.user(Role.SYSTEM_MANAGER)
    other = make.user(Role.COORDINATOR, unit)
    make.assignment(other, Role.TECHNICIAN, ends_on=make.LONG_AGO)
    member = make.staff_member(unit, user=other, agreement=False)
    make.staff_member(unit)
    make.staff_member(unit, user=administrator, agreement=False)
    page = new_page(
        viewport={"width": width, "height": 800}, color_scheme=theme, reduced_motion="reduce"
    )
    sign_in(page, administrator)
    addresses = [
        reverse(f"accounts:{name}") for name in ("my_account", "my_password", "account_list")
    ]
    addresses += [
        reverse("accounts:account_add"),
        reverse("accounts:role_end", args=[other.assignments.get(role=Role.COORDINATOR).ref]),
        reverse("organisation:unit_close", args=[unit.ref]),
        reverse("organisation:provider", args=[unit.provider.ref]),
        reverse("organisation:provider_change", args=[unit.provider.ref]),
        reverse("organisation:district_list"),
        reverse("organisation:unit_list"),
        reverse("organisation:unit", args=[unit.ref]),
        reverse("staff:staff_list"),
        reverse("staff:staff_member_add"),
        reverse("staff:my_agreement"),
        reverse("staff:employment_end", args=[member.employments.get().ref]),
    ]
    addresses += [
        reverse(f"accounts:{name}", args=[other.ref])
        for name in ("account", "account_change", "account_block", "role_add")
    ]
    addresses += [
        reverse(f"staff:{name}", args=[member.ref])
        for name in ("staff_member", "agreement_record", "account_open")
    ]

    assert [fault for url in addresses for fault in faults(page, url, width)] == []


def test_a_new_account_is_opened_by_one_and_taken_into_use_by_another(new_page):
    unit = make.unit(name="Årsta hemtjänst")
    manager = make.user(Role.UNIT_MANAGER, unit)
    office, phone = new_page(), new_page(viewport={"width": 375, "height": 740})
    sign_in(office, manager)

    office.get_by_role("link", name="Konton och roller").first.click()
    office.get_by_role("link", name="Nytt konto").click()
    office.get_by_label("Namn", exact=True).fill("Nya Nilsson")
    office.get_by_label("E-postadress").fill("nya@example.se")
    office.get_by_label("Roll", exact=True).select_option(label="Omsorgspersonal")
    office.get_by_label("Gäller för").select_option(label="Årsta hemtjänst")
    office.get_by_label("Motivering").fill("Vikarie")
    office.get_by_role("button", name="Skapa kontot").click()
    link = re.search(r"https?://\S+/konto/losenord/\S+/", office.locator("main").inner_text())[0]
    office.goto("/konto/")
    assert link not in office.content()

    phone.goto(link)
    phone.get_by_label("Nytt lösenord", exact=True).fill("fyra nya goda ord")
    phone.get_by_label("Samma lösenord igen").fill("fyra nya goda ord")
    phone.get_by_role("button", name="Spara lösenordet").click()
    phone.get_by_text("Logga in med det nu").wait_for()
    sign_in(phone, User(email="nya@example.se"), "fyra nya goda ord")
    phone.get_by_role("heading", name="Nya Nilsson").wait_for()
    assert phone.get_by_text("Omsorgspersonal").first.is_visible()
