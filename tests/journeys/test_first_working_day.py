"""The first working day: from a municipality's own lists to a manager's report.

Each role signs in in turn, in a real browser, and does its part. The lists are the pilot's files.
"""

import re

import pytest
from django.core import mail

from homecare.accounts.actions import assign_role
from homecare.accounts.models import Scope, User
from homecare.accounts.roles import Role
from homecare.core import clock
from homecare.exchange.pilot import FOLDER
from homecare.organisation.models import CareUnit
from homecare.staff.actions import connect_account
from homecare.staff.models import StaffMember
from locks.models import Handout
from tests import make
from tests.journeys.acts import PHONE, draw, pdf_text, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILES = (
    ("enheter.csv", 3),
    ("medarbetare.csv", 10),
    ("fastighetsagare.csv", 11),
    ("portar.csv", 20),
    ("hemtjansttagare.csv", 25),
    ("stallforetradare.csv", 1),
    ("nycklar.csv", 29),
)


def heading(page):
    return page.get_by_role("heading", level=1).inner_text()


def test_from_the_pilots_lists_to_the_report(enter, new_page):
    manager_of_system = make.user(Role.SYSTEM_MANAGER, name="Eva Systemsson")
    bring_in_the_lists(enter(manager_of_system))
    people = give_roles(manager_of_system)

    office = enter(people[Role.COORDINATOR])
    see_what_waits(office)
    record_the_persons_yes(office)
    ask_the_owner(office)
    answer_as_owner(new_page, link_in(mail.outbox[-1]))
    order_and_book(office)

    field = enter(people[Role.TECHNICIAN], viewport=PHONE, has_touch=True)
    fit_both_doors(field)

    hand_out_the_key(office)
    see_my_key(enter(people[Role.CARE_WORKER], viewport=PHONE))
    take_back_the_key(office)

    take_the_report(enter(people[Role.UNIT_MANAGER]))
    only_read_reports(enter(people[Role.AUDITOR]))
    only_read_reports(enter(people[Role.SECURITY_OFFICER]))


def bring_in_the_lists(page):
    for file, rows in FILES:
        page.get_by_role("link", name="Läs in listor").first.click()
        page.locator("input[type=file]").set_input_files(FOLDER / file)
        page.get_by_role("button", name="Ladda upp och granska").click()
        page.get_by_role("button", name="Prova").click()
        page.get_by_text("Inga fel").wait_for()
        assert page.locator(".stat-number").first.inner_text() == str(rows if rows != 29 else 24)
        page.get_by_role("button", name="Läs in", exact=True).click()
        page.get_by_text("Listan är inläst").wait_for()


def give_roles(by):
    """The accounts of the others; one of each role, in the unit of the lists."""
    unit = CareUnit.objects.get(code="ARSTA")
    people = {}
    for role, name, where in (
        (Role.COORDINATOR, "Åsa Berglund", unit),
        (Role.UNIT_MANAGER, "Tomas Ekman", unit),
        (Role.CARE_WORKER, "Fatima Haddad", unit),
        (Role.TECHNICIAN, "Jonas Bergman", None),
        (Role.AUDITOR, "Gun Granskare", None),
        (Role.SECURITY_OFFICER, "Nils Säker", None),
    ):
        user = make.user(name=name)
        assign_role(
            user=user,
            role=role,
            scope=Scope.UNIT if where else Scope.WHOLE,
            unit=where,
            by=by,
            reason="Piloten",
            starts_on=make.LONG_AGO,
        )
        people[role] = User.objects.get(pk=user.pk)
        member = StaffMember.objects.filter(name=name).first()
        if member:
            connect_account(staff_member=member, user=people[role], by=by)
    make.lock_model(supplier="Nordlås", name="Port 2", kind="entrance_unit")
    make.lock_model(supplier="Nordlås", name="Cylinder C4", kind="cylinder")
    return people


def see_what_waits(page):
    assert heading(page) == "Hej Åsa Berglund"
    to_ask = page.locator("details", has_text="Fråga personen")
    to_ask.locator("summary").click()
    assert to_ask.get_by_text("Birgitta Malmsten").is_visible()
    # A person with a protected identity is nowhere.
    assert page.get_by_text("Kerstin Alm").count() == 0


def record_the_persons_yes(page):
    page.get_by_label("Sök").first.fill("320414-9813")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Birgitta Malmsten").click()
    assert heading(page) == "Birgitta Malmsten"
    page.get_by_role("link", name="Registrera medgivande").click()
    page.get_by_role("group", name="Får vi sätta ett tillbehör").get_by_text("Ja").click()
    page.get_by_role("group", name="Får vi ta ett foto").get_by_text("Ja").click()
    page.get_by_text("Personen berättade med egna ord").click()
    draw(page)
    page.get_by_role("button", name="Spara svaret").click()
    page.get_by_role("heading", name="Personens medgivanden").wait_for()


def ask_the_owner(page):
    page.get_by_role("link", name="Medgivanden").first.click()
    owner = page.locator(".card", has=page.get_by_role("heading", name="Årsta Bostäder AB"))
    owner.get_by_role("link", name=re.compile("Fråga om")).click()
    assert heading(page) == "Fråga Årsta Bostäder AB"
    page.get_by_role("button", name="Skicka").click()
    page.get_by_text("Lena Sandahl").first.wait_for()


def link_in(message):
    assert message.to == ["Lena Sandahl <lena.sandahl@arstabostader.example>"]
    assert "Malmsten" not in message.body
    return re.search(r"https?://\S+/svar/\S+", message.body)[0]


def answer_as_owner(new_page, link):
    page = new_page(viewport=PHONE, locale="sv-SE")
    page.goto(link)
    assert page.get_by_text("Malmsten").count() == 0
    groups = page.locator(".ask-door")
    assert groups.count() == 5
    for place in range(groups.count()):
        groups.nth(place).get_by_text("Ja" if place < 4 else "Nej", exact=True).click()
    groups.nth(4).locator(".when-no select").select_option(label="Vill vänta")
    page.get_by_label("Ditt namn").fill("Lena Sandahl")
    page.get_by_label("Din roll").fill("Förvaltare")
    page.get_by_role("button", name="Skicka svaret").click()
    proof = pdf_text(saved(page, lambda: page.get_by_role("link", name="kvitto").click()))
    assert "Lena Sandahl" in proof
    assert "Malmsten" not in proof
    # The same link again shows what was answered, and asks no more.
    page.goto(link)
    assert page.get_by_role("button", name="Skicka svaret").count() == 0


def order_and_book(page):
    """Both doors on Birgitta Malmsten's way: the entrance, and her own."""
    for door in ("Skagersvägen 12", "Skagersvägen 12, lgh 1101"):
        find_person(page)
        page.get_by_role("link", name=door, exact=True).first.click()
        page.get_by_role("link", name="Beställ montering").click()
        model = "Nordlås Cylinder C4" if "lgh" in door else "Nordlås Port 2"
        page.get_by_label("Låsmodell").select_option(label=model)
        page.get_by_role("button", name="Beställ montering").click()
        page.get_by_label("Montör").select_option(label="Jonas Bergman")
        page.get_by_label("Dag", exact=True).fill(clock.today().isoformat())
        page.get_by_role("button", name="Boka", exact=True).click()
        page.wait_for_url(re.compile(r"/ordrar/[0-9a-f-]+/$"))


def find_person(page):
    page.get_by_label("Sök").first.fill("Malmsten")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Birgitta Malmsten").click()


def fit_both_doors(page):
    for serial in ("p2-4711", "c4-4712"):
        page.goto("/las/min-dag/")
        page.locator(".day-job.is-next a").click()
        page.get_by_role("link", name="Börja").click()
        page.get_by_label("Serienummer").fill(serial)
        for passed in page.locator(".record").get_by_text("Ja", exact=True).all():
            passed.click()
        if serial.startswith("c4"):
            fallback = page.get_by_label("Reservväg", exact=True)
            fallback.select_option(label="Reservnyckel hos enheten")
        draw(page)
        page.get_by_label("intygar att protokollet stämmer").check()
        page.get_by_role("button", name="Spara").click()
        page.get_by_role("button", name="Ta i drift").click()
        page.get_by_text("Låset är i drift", exact=True).wait_for()


def hand_out_the_key(page):
    find_person(page)
    assert page.get_by_role("list", name="Vägen till nyckelfri").get_by_text("Klart").count() == 6
    code = page.locator(".item-title", has_text=re.compile("^K-")).first.inner_text()
    page.get_by_role("link", name="Start").first.click()
    page.get_by_role("link", name="Lämna ut nyckel").click()
    page.get_by_label("Medarbetare").fill("Fatima Haddad")
    page.get_by_label("Nyckelkod").fill(code.lower().replace("-", ""))
    page.keyboard.press("Enter")
    page.get_by_role("list", name="Nycklar på disken").get_by_text(code, exact=True).wait_for()
    draw(page)
    page.get_by_role("button", name="Lämna ut mot kvittens").click()
    receipt = pdf_text(saved(page, lambda: page.get_by_role("link", name="Hämta PDF").click()))
    assert "Fatima Haddad" in receipt
    assert code in receipt
    assert "Malmsten" not in receipt


def see_my_key(page):
    page.goto("/las/mina-nycklar/")
    assert page.get_by_text(re.compile("^K-")).count() == 1
    assert page.get_by_text("Skagersvägen").count() == 0


def take_back_the_key(page):
    page.get_by_role("link", name="Nycklar", exact=True).first.click()
    page.get_by_role("link", name=re.compile("Ta emot")).first.click()
    code = Handout.objects.get(returned_at=None).key.code
    page.get_by_label("Nyckelns kod").fill(code)
    page.keyboard.press("Enter")
    page.get_by_role("table").get_by_text("Fatima Haddad").wait_for()
    assert not Handout.objects.filter(returned_at=None).exists()


def take_the_report(page):
    page.get_by_role("link", name="Rapporter").first.click()
    page.get_by_role("button", name="Ta fram läget i införandet").click()
    text = pdf_text(saved(page, lambda: page.get_by_role("link", name="Hämta PDF").click()))
    assert "Läget i införandet" in text
    assert "Lås i drift på portar Monterade, provade och driftsatta. 1" in text
    assert "Lås i drift på bostadsdörrar Monterade, provade och driftsatta. 1" in text
    assert text.count("0, som det ska") == 2


def only_read_reports(page):
    page.get_by_role("link", name="Rapporter").first.click()
    page.get_by_role("link", name="Läget i införandet, nr 1").click()
    assert heading(page) == "Läget i införandet"
    assert page.request.get("/hemtjansttagare/").status == 404
