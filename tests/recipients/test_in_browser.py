"""The registers of people and properties in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from homecare.accounts.models import Scope
from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [pytest.param("light", 320, id="light phone"), pytest.param("dark", 1440, id="dark desk")]


def sign_in(page, user):
    page.goto("/konto/logga-in/?next=/konto/")
    page.get_by_label("E-postadress").fill(user.email)
    page.get_by_label("Lösenord").fill(make.PASSWORD)
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
def test_axe_finds_nothing_on_any_page(new_page, theme, width):
    unit = make.unit(name="Årsta hemtjänst")
    owner = make.owner(kind="person", personal_number="191212121212")
    port = make.entrance(owner=owner, entrance_code="4711")
    person = make.recipient(unit, home=make.home_door(port), phone="+46701740605")
    person.contacts.create(name="Karin", relation="dotter", phone="+46701740606", lives_with=True)
    representative = make.representative(person, phone="+46701740607", email="g@example.se")
    protected = make.recipient(unit, protection_level="marked")
    user = make.user(Role.UNIT_MANAGER, unit)
    make.assignment(user, Role.COORDINATOR, scope=Scope.WHOLE)
    grant = make.named_grant(protected, make.user(Role.COORDINATOR, unit))
    things = {
        "recipient_change": person,
        "move": person,
        "commission_add": person,
        "commission_end": person.commissions.get(),
        "death": person,
        "protection": person,
        "representative_add": person,
        "representative_change": representative,
        "representative_end": representative,
        "contact_add": person,
        "contact_change": person.contacts.get(),
        "contact_end": person.contacts.get(),
        "home_door_change": person.residences.get().home_door,
        "path_change": person.residences.get().home_door,
        "name_staff": protected,
        "named_grant_end": grant,
    }
    register = {
        "owner": owner,
        "owner_change": owner,
        "contact_add": owner,
        "contact_end": owner.contacts.get(),
        "real_property": port.real_property,
        "property_sell": port.real_property,
        "entrance_add": port.real_property,
        "entrance": port,
        "entrance_change": port,
        "entrance_close": port,
    }
    addresses = [
        reverse("desk:recipient", args=[person.ref]),
        *(
            reverse(f"recipients:{name}")
            for name in ("recipient_list", "recipient_add", "named_grants")
        ),
        *(
            reverse(f"properties:{name}")
            for name in ("property_list", "owner_list", "entrance_list", "owner_add")
        ),
        *(reverse(f"recipients:{name}", args=[thing.ref]) for name, thing in things.items()),
        *(reverse(f"properties:{name}", args=[thing.ref]) for name, thing in register.items()),
    ]
    page = new_page(
        viewport={"width": width, "height": 800}, color_scheme=theme, reduced_motion="reduce"
    )
    sign_in(page, user)

    assert [fault for url in addresses for fault in faults(page, url, width)] == []


def test_a_secret_is_shown_in_its_place_and_hides_again(new_page):
    unit = make.unit()
    person = make.recipient(unit, personal_number="191212121212")
    page = new_page()
    page.clock.install()
    sign_in(page, make.user(Role.COORDINATOR, unit))
    page.goto(reverse("desk:recipient", args=[person.ref]))

    page.get_by_role("button", name="Visa personnummer").click()
    page.get_by_text("19121212-1212").wait_for()

    assert "Visa igen" in page.evaluate("document.activeElement.textContent")
    assert TrailEntry.objects.filter(verb="recipient.personal_number_revealed").count() == 1
    page.clock.run_for(31_000)
    page.get_by_text("19••••••-••12").wait_for()
    assert page.get_by_text("19121212-1212").count() == 0


def test_a_secret_is_shown_without_script_too(new_page):
    unit = make.unit()
    person = make.recipient(unit, personal_number="191212121212")
    page = new_page(java_script_enabled=False)
    sign_in(page, make.user(Role.COORDINATOR, unit))
    page.goto(reverse("desk:recipient", args=[person.ref]))

    page.get_by_role("button", name="Visa personnummer").click()

    page.get_by_text("19121212-1212").wait_for()
    page.get_by_role("link", name="Tillbaka").click()
    page.get_by_role("heading", name=person.name).wait_for()


def test_a_person_is_searched_registered_and_moved_by_hand(new_page):
    unit = make.unit(name="Årsta hemtjänst")
    for address in ("Siljansvägen 12", "Skagersvägen 4"):
        make.entrance(address=address, postal_code="12054")
    page = new_page(viewport={"width": 375, "height": 740})
    sign_in(page, make.user(Role.COORDINATOR, unit))

    page.goto(reverse("recipients:recipient_list"))
    page.get_by_role("main").get_by_label("Namn, personnummer eller kundnummer").fill("Lund")
    page.get_by_role("main").get_by_role("button", name="Sök").click()
    page.get_by_text("Ingen hittades").wait_for()
    page.get_by_role("link", name="Registrera person").click()
    page.get_by_role("textbox", name="Personnummer eller").fill("19121212-1213")
    page.get_by_label("Förnamn").fill("Ada")
    page.get_by_label("Efternamn").fill("Lund")
    page.get_by_label("Gatuadress").fill("Siljansvägen 12")
    page.get_by_label("Postnummer").fill("120 54")
    page.get_by_label("Ort").fill("Årsta")
    page.get_by_role("button", name="Registrera personen").click()
    page.get_by_text("kontrollsiffra stämmer inte").first.wait_for()
    page.get_by_role("textbox", name="Personnummer eller").fill("19121212-1212")
    page.get_by_role("button", name="Registrera personen").click()
    page.get_by_role("heading", name="Ada Lund").wait_for()

    page.get_by_role("link", name="Personen flyttar").click()
    page.get_by_label("Gatuadress").fill("skagersvägen 4")
    page.get_by_label("Postnummer").fill("12054")
    page.get_by_label("Ort").fill("Årsta")
    page.get_by_role("button", name="Spara bostaden").click()
    # The home began today, and the move must be later.
    page.get_by_text("Flytten måste vara senare").first.wait_for()
    assert page.get_by_label("Gatuadress").input_value() == "skagersvägen 4"
