"""The owner's page: without an account, in two languages, and never a word of a recipient."""

import io
import re

import pytest
from django.core import mail
from pypdf import PdfReader

from consent import actions, links
from consent.models import Consent, ConsentText
from consent.states import CaseState
from homecare.mailing.models import Message
from tests import make

CANARY = "Kanariefågelsson"


@pytest.fixture(autouse=True)
def _spring(at):
    at(2026, 3, 10, 9)


def asked(*addresses, language="sv", designation="Årsta 1:14", **given):
    owner = make.owner(name="Årsta Allé AB")
    real_property = make.real_property(owner, designation=designation)
    entrances = [make.entrance(real_property, address=one) for one in addresses or ["Agatan 1"]]
    text = ConsentText.objects.current("owner", language)
    return make.case(owner, *entrances, state=CaseState.SENT, text=text, **given)


def url(case):
    return f"/medgivanden/svar/{links.token_for(case)}/"


def filled(case, *choices, **given):
    data = {"name": "Bo Ek", "title": "Förvaltare"}
    for item, choice in zip(case.items.all(), choices, strict=True):
        data[f"choice_{item.pk}"] = choice
        if choice == "no":
            data[f"reason_{item.pk}"] = "wait"
    return {**data, **given}


def test_the_page_shows_what_is_asked_and_of_which_entrances(client, db):
    case = asked("Agatan 1", "Bgatan 2")

    response = client.get(url(case))

    page = response.content.decode()
    assert response.status_code == 200
    for words in [
        "Får vi montera låstillbehör på era 2 portar?",
        "Årsta Allé AB",
        "Agatan 1",
        "Bgatan 2",
        "Årsta 1:14",
        "Svara senast <strong>2026-03-23</strong>",
        "Kommunen äger tillbehöret.",
        "Version 2026-1",
        "Sidan går att öppna till och med 2026-05-31",
        case.handler.name,
    ]:
        assert words in page
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_opening_the_page_answers_nothing(client, db):
    case = asked()

    for method in (client.get, client.head):
        method(url(case))

    case.refresh_from_db()
    assert (case.state, Consent.objects.count()) == (CaseState.SENT, 0)


def test_an_owner_says_yes_and_no_without_an_account(client, db):
    case = asked("Agatan 1", "Bgatan 2")
    first = case.items.first()

    response = client.post(
        url(case), filled(case, "yes", "no", **{f"conditions_{first.pk}": "Svart kulör"})
    )

    assert (response.status_code, response["Location"]) == (302, url(case))
    page = client.get(url(case)).content.decode()
    for words in ["Tack, svaret är mottaget", "Bo Ek, Förvaltare", "Villkor: Svart kulör"]:
        assert words in " ".join(page.split())
    assert "<form method" not in page.split("<main", 1)[1]
    [consent] = Consent.objects.all()
    assert (consent.conditions, consent.text.language) == ("Svart kulör", "sv")


def test_the_receipt_can_be_saved(client, db):
    case = asked()
    assert client.get(url(case) + "kvitto.pdf").status_code == 410
    client.post(url(case), filled(case, "yes"))

    response = client.get(url(case) + "kvitto.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="kvitto-1.pdf"'
    assert response.content == bytes(case.proofs.get().content)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "Skriv ditt namn."),
        ({"title": ""}, "Skriv din roll."),
        ({"choice": ""}, "Svara för porten."),
        ({"choice": "board"}, "Skriv vilken dag styrelsen beslutar."),
        ({"choice": "board", "decision": "2026-03-09"}, "Dagen ska vara inom ett år från i dag."),
        ({"conditions": "x" * 501}, "500"),
    ],
)
def test_half_an_answer_is_shown_again_with_all_that_was_typed(client, db, given, words):
    case = asked("Agatan 1", "Bgatan 2")
    first, second = case.items.all()
    data = filled(case, "yes", "yes", **{f"conditions_{second.pk}": "Bara vardagar"})
    named = {key if key in data else f"{key}_{first.pk}": value for key, value in given.items()}

    response = client.post(url(case), {**data, **named})

    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert "Bara vardagar" in page
    case.refresh_from_db()
    assert case.state == CaseState.SENT


def test_a_second_answer_is_refused_and_shows_the_first(client, db):
    case = asked()
    client.post(url(case), filled(case, "yes"))

    response = client.post(url(case), filled(case, "no", name="Någon Annan"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "Frågan var redan besvarad" in page
    assert "Bo Ek" in page
    assert "Någon Annan" not in page
    assert case.items.get().answer == "yes"


# --- links that open nothing ---------------------------------------------------------------------


def test_links_that_open_nothing_look_the_same(client, db, at, settings):
    settings.CONTACT = "Medgivandegruppen, 08-000 00 00"
    case, cancelled, replaced, answered = (asked(designation=f"Årsta 1:{n}") for n in range(4))
    actions.cancel_case(case=cancelled, reason="Fel", by=cancelled.handler)
    old = url(replaced)
    actions.send_again(case=replaced, by=replaced.handler)
    client.post(url(answered), filled(answered, "yes"))

    def closed(address):
        response = client.get(address)
        assert response.status_code == 410
        page = response.content.decode()
        return re.sub(r'(value|action)="[^"]*"', "", page)

    pages = {closed(url(cancelled)), closed(old), closed("/medgivanden/svar/nonsens/")}
    at(2026, 6, 1, 9)
    assert client.get(url(answered)).status_code == 200  # 90 days from the answer
    at(2026, 6, 9, 9)
    pages |= {closed(url(case)), closed(url(answered)), closed(url(answered) + "kvitto.pdf")}

    [page] = pages
    assert "Medgivandegruppen, 08-000 00 00" in page


def test_a_post_to_a_closed_link_changes_nothing(client, db):
    case = asked()
    data = filled(case, "yes")
    actions.cancel_case(case=case, reason="Fel", by=case.handler)

    assert client.post(url(case), data).status_code == 410


# --- languages -----------------------------------------------------------------------------------


def test_the_page_is_in_the_language_of_the_request(client, db):
    page = client.get(url(asked(language="en"))).content.decode()

    assert '<html lang="en"' in page
    assert "The municipality owns the accessory." in page


def test_a_language_chosen_in_the_e_mail_is_kept(client, db):
    case = asked()

    response = client.get(url(case), {"lang": "en"})
    assert (response.status_code, response["Location"]) == (302, url(case))
    response = client.get(url(case))

    assert response["Content-Language"] == "en"
    assert "The municipality owns the accessory." in response.content.decode()
    client.post(url(case), filled(case, "yes"))
    assert Consent.objects.get().text.language == "en"


def test_a_language_that_is_not_ours_is_no_matter(client, db):
    assert client.get(url(asked()), {"lang": "xx"}).status_code == 200


# --- rule 4: nothing of a recipient --------------------------------------------------------------


@pytest.mark.parametrize("protection", ["none", "protected_registration"])
def test_nothing_that_an_owner_sees_tells_of_a_recipient(client, db, committing, protection):
    owner = make.owner()
    entrance = make.entrance(owner=owner, address="Agatan 1", entrance_code="HEMLIGKOD")
    home = make.home_door(entrance, apartment_number="9ÖÄ9", floor="tvåochhalv")
    unit = make.unit(name=f"{CANARY}s enhet")
    person = make.recipient(
        unit,
        home=home,
        first_name=CANARY,
        last_name=CANARY,
        phone="0700000000",
        customer_number="K-4242",
        protection_level=protection,
    )
    make.representative(person, name=f"God {CANARY}")
    by = make.user("coordinator")
    with committing():
        case = actions.ask_and_send(owner=owner, entrances=[entrance], by=by)
    page = client.get(url(case)).content.decode()
    with committing():
        client.post(url(case), filled(case, "yes"))
    receipt = client.get(url(case)).content.decode()
    pdf = client.get(url(case) + "kvitto.pdf").content
    paper = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages)
    mails = [
        " ".join([one.subject, *one.to, one.body, *(part.content for part in one.alternatives)])
        for one in mail.outbox
    ]
    assert len(mails) == 2

    secrets = [
        CANARY,
        "9ÖÄ9",
        "tvåochhalv",
        "0700000000",
        "K-4242",
        "HEMLIGKOD",
        "lgh ",
        "lägenhet",
    ]
    secrets += [person.personal_number, person.personal_number[2:], str(person.ref), str(home.ref)]
    for seen in [page, receipt, paper, *mails, *Message.objects.values_list("body", flat=True)]:
        assert [secret for secret in secrets if secret.lower() in seen.lower()] == []


def test_a_protected_person_behind_the_entrance_changes_nothing_an_owner_sees(client, db):
    """The same page, letter for letter, with and without somebody living there."""
    case = asked()
    client.get(url(case))  # the cookie is set
    before = client.get(url(case)).content

    make.recipient(
        home=make.home_door(case.items.get().entrance), protection_level="protected_registration"
    )

    def without_token(page):
        return re.sub(rb'value="[^"]*"', b"", page)

    assert without_token(client.get(url(case)).content) == without_token(before)
