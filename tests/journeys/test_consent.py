"""Consent in the browser: an owner over weeks, a kitchen table, a house that is sold."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail

from consent import actions
from consent.models import Consent, ConsentCase
from consent.queries import entrance_needs
from consent.states import CaseState
from homecare.core import clock
from homecare.core.models import save_as
from locks import actions as locks
from properties.models import Ownership
from tests import make
from tests.journeys.acts import PHONE, draw, pdf_text, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def link_in(message):
    return re.search(r"http://\S+/medgivanden/svar/\S+", message.body).group()


def path_of(link):
    return "/" + link.split("/", 3)[3]


def press(door, word):
    door.get_by_text(word, exact=True).click()


def sign(page):
    """Write the code from the newest e-mail."""
    page.get_by_role("heading", name="Skriv under svaret").wait_for()
    page.get_by_label("Koden i e-postmeddelandet").fill(
        re.search(r"\b\d{6}\b", mail.outbox[-1].body).group()
    )
    page.get_by_role("button", name="Skriv under och skicka").click()


def test_an_owner_of_forty_entrances_answers_in_three_sittings_on_a_phone(new_page, settings, at):
    settings.SIGN_WITH_CODE = True
    at(2030, 3, 11, 9)
    by = make.user("coordinator", name="Åsa Berglund")
    owner = make.owner(name="Stora Bostäder AB")
    real_property = make.real_property(owner)
    entrances = [make.entrance(real_property, address=f"Långa gatan {n}") for n in range(1, 41)]
    case = actions.ask_and_send(owner=owner, entrances=entrances, by=by)
    address = path_of(link_in(mail.outbox[-1]))

    # Monday, on the bus: ten are marked, and the rest is left for later.
    page = new_page(viewport=PHONE)
    page.goto(address)
    page.get_by_role("heading", name="Får vi montera låstillbehör på era 40 portar?").wait_for()
    doors = page.locator(".ask-door")
    assert doors.count() == 40
    for number in range(10):
        press(doors.nth(number), "Ja")
    page.get_by_role("button", name="Spara och fortsätt senare").click()
    page.get_by_text("Inget är skickat än.", exact=False).first.wait_for()
    assert case.items.filter(answer="").count() == 40

    # Wednesday: what was marked is there. All but two get a yes; those are the board's to decide.
    at(2030, 3, 13, 12)
    page = new_page(viewport=PHONE)
    page.goto(address)
    doors = page.locator(".ask-door")
    assert page.locator(".ask-door input[value=yes]:checked").count() == 10
    page.get_by_role("button", name="Ja till alla 40").click()
    for number in (38, 39):
        press(doors.nth(number), "Styrelsen beslutar")
        doors.nth(number).locator("input[type=date]").fill("2030-04-10")
    first = doors.nth(0)
    first.get_by_text("Lägg till villkor").click()
    first.locator("textarea").fill("Bara vardagar")
    page.get_by_label("Ditt namn").fill("Mikaela Brandt")
    page.get_by_label("Din roll").fill("Förvaltare")
    page.get_by_role("button", name="Gå vidare och skriv under").click()
    sign(page)
    page.get_by_text("Svara här när beslutet finns, senast", exact=False).wait_for()
    case.refresh_from_db()
    assert case.state == CaseState.DEFERRED
    needs = entrance_needs(entrances)
    assert sum(needs[one.pk].is_covered for one in entrances) == 38

    # After the board's meeting: the last two, one yes and one no. The page then tells it all.
    at(2030, 4, 11, 9)
    page = new_page(viewport=PHONE)
    page.goto(address)
    doors = page.locator(".ask-door")
    assert doors.count() == 2
    press(doors.nth(0), "Ja")
    press(doors.nth(1), "Nej")
    page.get_by_label("Ditt namn").fill("Bo Ek")
    page.get_by_label("Din roll").fill("Ordförande")
    page.get_by_role("button", name="Gå vidare och skriv under").click()
    sign(page)
    page.get_by_role("heading", name="Tack, svaret är mottaget").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    receipt = pdf_text(saved(page, page.get_by_role("link", name="Kvitto 1 (PDF)").click))
    assert "Bara vardagar" in receipt
    assert "Mikaela Brandt, Förvaltare" in receipt
    case.refresh_from_db()
    assert case.state == CaseState.ANSWERED
    assert case.items.filter(answer="yes").count() == 39


def test_a_representative_and_the_person_answer_at_the_kitchen_table(enter):
    unit = make.unit()
    coordinator = make.user("coordinator", unit)
    person = make.recipient(unit, first_name="Greta", last_name="Viklund")
    make.representative(person, name="Monica Ahl", own_view="")
    page = enter(coordinator, viewport={"width": 820, "height": 1180}, has_touch=True)

    page.goto(f"/medgivanden/hemtjansttagare/{person.ref}/")
    page.get_by_role("link", name="Lättläst svenska").click()
    page.get_by_role("link", name="Större text").click()
    page.locator("label.segment:has(input[value=yes])").first.click()
    page.get_by_text("Monica Ahl", exact=False).first.click()
    page.get_by_label("Personen vill själv").check()
    page.get_by_label("Personen berättade med egna ord").check()
    page.locator("[name=present]").fill("Eva Viklund, dotter")
    draw(page)
    page.get_by_role("button", name="Spara svaret").click()

    page.get_by_text("Medgivandet är sparat", exact=False).first.wait_for()
    consent = Consent.objects.get(kind="fitting_home")
    assert (consent.representative.name, consent.present) == ("Monica Ahl", "Eva Viklund, dotter")
    assert consent.text.language == "sv-simple"
    paper = pdf_text(bytes(consent.proofs.get(kind="receipt").content))
    for words in ["Monica Ahl", "Personen vill själv", "Eva Viklund, dotter"]:
        assert words in paper


def test_a_house_is_sold_and_the_new_owner_lets_the_lock_stay(new_page, enter, at):
    at(2030, 3, 11, 9)
    unit = make.unit()
    coordinator = make.user("coordinator", unit)
    old = make.owner(name="Gamla Hus AB")
    port = make.entrance(owner=old, address="Agatan 1")
    make.recipient(unit, home=make.home_door(port))
    make.owner_consent(old, port, recorded_by=coordinator)
    make.installation(port, in_operation=True)
    held = port.real_property.ownerships.get()
    held.ends_on = clock.today() - timedelta(days=1)
    save_as(held, None)
    new = make.owner(name="Nya Hus AB")
    save_as(Ownership(real_property=port.real_property, owner=new, starts_on=clock.today()), None)

    office = enter(coordinator)
    office.get_by_text("Låset sitter kvar medan den nya ägaren tillfrågas", exact=False).wait_for()
    actions.ask_new_owners()
    assert locks.react_to_lost_consents() == 0

    page = new_page(viewport=PHONE)
    page.goto(path_of(link_in(mail.outbox[-1])))
    page.get_by_role("heading", name="Får låstillbehöret sitta kvar?").wait_for()
    press(page.locator(".ask-door"), "Ja")
    page.get_by_label("Ditt namn").fill("Nils Ny")
    page.get_by_label("Din roll").fill("VD")
    page.get_by_role("button", name="Skicka svaret").click()
    page.get_by_role("heading", name="Det här sitter på era portar").wait_for()

    assert ConsentCase.objects.get().state == CaseState.ANSWERED
    assert entrance_needs([port])[port.pk].is_covered
    office.goto("/")
    office.get_by_role("heading", level=1).wait_for()
    assert office.get_by_text("Låset sitter kvar", exact=False).count() == 0
    assert date(2030, 3, 11) == clock.today()
