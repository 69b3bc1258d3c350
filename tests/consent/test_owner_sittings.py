"""An owner's page over time: saved, signed with a code, passed on, withdrawn, opened anew."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from consent import actions, links
from consent.models import Consent, ContactProposal, Withdrawal
from consent.queries import entrance_needs
from consent.states import CaseState, ConsentEnd, NeedState
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.mailing.models import Message
from tests import make
from tests.consent.test_owner_page import asked, filled, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring(at):
    at(2026, 3, 10, 9)


@pytest.fixture
def signing(settings):
    settings.SIGN_WITH_CODE = True


def code_sent(case):
    body = Message.objects.filter(purpose="Kod för att skriva under svar").latest("pk").body
    return re.search(r"\b\d{6}\b", body).group()


# --- saved for another day -----------------------------------------------------------------------


def test_what_is_filled_in_can_be_saved_and_is_there_the_next_time(client):
    case = asked("Agatan 1", "Bgatan 2")
    first, _ = case.items.all()
    half = {f"choice_{first.pk}": "yes", f"conditions_{first.pk}": "Svart kulör", "save": "1"}

    assert client.post(url(case), half).status_code == 302

    page = client.get(url(case)).text
    assert "Inget är skickat än" in page
    assert "Svart kulör" in page
    assert f'name="choice_{first.pk}" value="yes" id="id_choice_{first.pk}_0" checked' in page
    case.refresh_from_db()
    assert (case.state, Consent.objects.count()) == (CaseState.SENT, 0)

    client.post(url(case), filled(case, "yes", "no"))
    case.refresh_from_db()
    assert (case.state, case.draft) == (CaseState.ANSWERED, {})


def test_only_the_fields_of_the_page_are_saved(client):
    case = asked()
    client.post(url(case), {"save": "1", "name": "x" * 9999, "state": "answered"})

    case.refresh_from_db()
    assert case.draft == {"name": "x" * 500}


def test_an_owner_answers_in_three_sittings(client):
    case = asked("Agatan 1", "Bgatan 2", "Cgatan 3")
    first, second, third = case.items.all()
    client.post(url(case), {"save": "1", f"choice_{first.pk}": "yes"})
    later = {f"decision_{second.pk}": "2026-04-01", f"decision_{third.pk}": "2026-05-01"}
    client.post(url(case), filled(case, "yes", "board", "board", **later))

    page = " ".join(client.get(url(case)).text.split())
    assert "Svara här när beslutet finns, senast 2026-05-01" in page
    assert f"choice_{first.pk}" not in page
    answers = {f"choice_{second.pk}": "yes", f"choice_{third.pk}": "no"}
    client.post(url(case), {"name": "Bo Ek", "title": "Ordförande", **answers})

    case.refresh_from_db()
    assert (case.state, case.answered_by_title) == (CaseState.ANSWERED, "Ordförande")
    page = client.get(url(case)).text
    assert [f"kvitto-{n}.pdf" in page for n in (1, 2, 3)] == [True, True, False]


# --- signed with a code --------------------------------------------------------------------------


def test_an_answer_is_signed_with_the_code_sent_to_the_address_in_the_register(client, signing):
    case = asked("Agatan 1")

    response = client.post(url(case), filled(case, "yes"))
    assert response["Location"] == url(case) + "underskrift/"
    case.refresh_from_db()
    assert case.state == CaseState.SENT
    page = client.get(url(case) + "underskrift/").text
    assert "Agatan 1" in page
    assert code_sent(case) not in page

    client.post(url(case) + "underskrift/", {"code": code_sent(case)})

    case.refresh_from_db()
    assert (case.state, case.answered_by_name) == (CaseState.ANSWERED, "Bo Ek")


def test_a_code_that_has_signed_an_answer_signs_nothing_more(client, signing):
    case = asked()
    client.post(url(case), filled(case, "yes"))
    code = code_sent(case)
    client.post(url(case) + "underskrift/", {"code": code})
    entrance = case.items.get().entrance

    data = {"entrances": [entrance.pk], "name": "Bo", "title": "VD", "code": code}
    page = client.post(url(case) + "aterkalla/", data).text

    assert "Be om en ny kod" in page
    assert Consent.objects.in_force().count() == 1


@pytest.mark.parametrize(
    ("typed", "minutes", "words"),
    [
        pytest.param("000000", 1, "Koden stämmer inte", id="wrong"),
        pytest.param("", 1, "Skriv koden", id="none"),
        pytest.param(None, 21, "Be om en ny kod", id="too late"),
    ],
)
def test_a_wrong_or_old_code_signs_nothing(client, signing, at, typed, minutes, words):
    case = asked()
    client.post(url(case), filled(case, "yes"))
    typed = code_sent(case) if typed is None else typed
    at(2026, 3, 10, 9, minutes)

    page = client.post(url(case) + "underskrift/", {"code": typed}).text

    assert words in page
    case.refresh_from_db()
    assert case.state == CaseState.SENT


def test_after_five_wrong_tries_the_right_code_is_refused_too(client, signing):
    case = asked()
    client.post(url(case), filled(case, "yes"))
    right = code_sent(case)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(5):
        client.post(url(case) + "underskrift/", {"code": wrong})

    page = client.post(url(case) + "underskrift/", {"code": right}).text

    assert "Be om en ny kod" in page
    case.refresh_from_db()
    assert case.state == CaseState.SENT


def test_a_code_pressed_for_twice_is_sent_once_and_a_new_one_closes_the_old(client, signing, at):
    case = asked()
    for _ in range(2):
        client.post(url(case), filled(case, "yes"))
    codes = Message.objects.filter(purpose="Kod för att skriva under svar")
    assert codes.count() == 1
    old = code_sent(case)

    at(2026, 3, 10, 9, 2)
    client.post(url(case) + "underskrift/", {"again": "1"})

    assert codes.count() == 2
    if old != code_sent(case):
        with pytest.raises(RuleBroken, match="stämmer inte"):
            actions.check_sign_code(case=case, typed=old)


def test_nobody_gets_more_than_a_few_codes_a_day(client, signing, at):
    case = asked()
    for minute in range(0, 20, 2):
        at(2026, 3, 10, 9, minute)
        client.post(url(case), filled(case, "yes"))

    codes = Message.objects.filter(purpose="Kod för att skriva under svar")
    assert codes.count() == 8
    page = client.get(url(case) + "underskrift/").text
    assert "många koder i dag" in page
    at(2026, 3, 11, 10)
    client.post(url(case) + "underskrift/", {"again": "1"})
    assert codes.count() == 9


def test_without_something_filled_in_there_is_nothing_to_sign(client, signing):
    case = asked()

    assert client.get(url(case) + "underskrift/")["Location"] == url(case)


# --- somebody else -------------------------------------------------------------------------------


def test_another_person_is_proposed_and_written_to_only_when_a_coordinator_takes_it(client):
    case = asked()
    given = {"name": "Ann Ny", "title": "Ordförande", "email": "ann@brf.example"}
    for _ in range(2):
        client.post(url(case) + "kontakt/", given)

    proposal = ContactProposal.objects.get()
    assert (proposal.name, proposal.should_answer) == ("Ann Ny", True)
    assert not Message.objects.exists()

    contact = actions.take_proposal(proposal=proposal, by=case.handler)

    assert contact.owner == case.owner
    message = Message.objects.get()
    assert (message.to_name, message.to_address) == ("Ann Ny", "ann@brf.example")
    assert client.get(url(case)).status_code == 410
    case.refresh_from_db()
    assert client.get(url(case)).status_code == 200
    with pytest.raises(RuleBroken, match="redan tagit hand om"):
        actions.refuse_proposal(proposal=proposal, by=case.handler)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "Skriv namnet."),
        ({"email": "ann"}, "Skriv en hel e-postadress"),
        ({"email": ""}, "Skriv e-postadressen."),
    ],
)
def test_half_a_contact_is_refused(client, given, words):
    case = asked()
    data = {"name": "Ann", "email": "ann@brf.example", **given}

    assert words in client.post(url(case) + "kontakt/", data).text
    assert not ContactProposal.objects.exists()


# --- taken back ----------------------------------------------------------------------------------


def test_an_owner_withdraws_for_some_entrances_and_the_rest_goes_on(client):
    case = asked("Agatan 1", "Bgatan 2")
    client.post(url(case), filled(case, "yes", "yes"))
    first, second = (item.entrance for item in case.items.all())
    make.installation(first, in_operation=True)
    page = client.get(url(case)).text
    assert "Det här sitter på era portar" in page

    data = {"entrances": [first.pk], "name": "Bo Ek", "title": "Förvaltare", "reason": "Bygger om"}
    response = client.post(url(case) + "aterkalla/", data)

    assert response["Location"] == url(case)
    needs = entrance_needs([first, second])
    assert [needs[one.pk].state for one in (first, second)] == [
        NeedState.DECLINED,
        NeedState.COVERED,
    ]
    ended = Consent.objects.exclude(ended_because="").get()
    assert ended.ended_because == ConsentEnd.REVOKED
    assert Withdrawal.objects.get().consent == ended
    assert TrailEntry.objects.get(verb="consent.withdrawn").reason == ""
    assert Message.objects.filter(purpose="Kvitto på återkallelse").count() == 1


def test_nothing_is_opened_where_no_lock_hangs(client):
    case = asked()
    client.post(url(case), filled(case, "yes"))
    data = {"entrances": [case.items.get().entrance.pk], "name": "Bo Ek", "title": "Förvaltare"}
    client.post(url(case) + "aterkalla/", data)

    assert not Withdrawal.objects.exists()


def test_a_withdrawal_is_signed_with_a_code_too(client, signing):
    case = asked()
    actions.answer_case(
        case=case,
        link_number=case.link_number,
        answers={case.items.get().pk: actions.Answer("yes")},
        name="Bo Ek",
        title="Förvaltare",
        text=case.text,
    )
    data = {"entrances": [case.items.get().entrance.pk], "name": "Bo Ek", "title": "Förvaltare"}
    address = url(case) + "aterkalla/"

    assert "Skriv koden." in client.post(address, data).text
    client.post(address, {"again": "1"})
    wrong = {**data, "code": "12"}
    assert "stämmer inte" in client.post(address, wrong).text
    assert Consent.objects.in_force().count() == 1

    client.post(address, {**data, "code": code_sent(case)})
    assert Consent.objects.in_force().count() == 0


def test_an_entrance_of_another_case_cannot_be_withdrawn(client):
    case, other = asked(), asked("Bgatan 2", designation="Årsta 1:15")
    for one in (case, other):
        client.post(url(one), filled(one, "yes"))
    data = {"entrances": [other.items.get().entrance.pk], "name": "Bo", "title": "Chef"}

    assert client.post(url(case) + "aterkalla/", data).status_code == 200
    assert Consent.objects.in_force().count() == 2


# --- links ---------------------------------------------------------------------------------------


def test_an_old_link_can_be_exchanged_for_a_new_one_to_the_address_in_the_register(client, at):
    case = asked()
    at(2026, 7, 1, 9)
    old = url(case)
    assert client.get(old).status_code == 410

    page = client.post(old + "ny-lank/").text

    case.refresh_from_db()
    message = Message.objects.get(purpose="Ny länk till ägarens sida")
    assert url(case) in message.body
    assert client.get(url(case)).status_code == 200
    assert client.get(old).status_code == 410
    at(2026, 7, 1, 9, 5)
    client.post(old + "ny-lank/")
    assert Message.objects.count() == 1
    assert re.sub(r'value="[^"]*"', "", client.post("/medgivanden/svar/nonsens/ny-lank/").text) == (
        re.sub(r'value="[^"]*"', "", page)
    )


def test_the_code_of_a_letter_opens_the_same_page(client):
    case = asked()
    case.short_code = links.new_short_code()
    case.save()

    response = client.post(
        "/medgivanden/svar/", {"code": case.short_code.lower().replace("-", " ")}
    )

    assert response["Location"] == url(case)


def test_a_guessed_code_is_refused_and_guessing_is_stopped(client, monkeypatch):
    monkeypatch.setattr("consent.views.owner_page.MOST_CODES", 3)
    for _ in range(3):
        page = client.post("/medgivanden/svar/", {"code": links.new_short_code()}).text
        assert "Koden stämmer inte" in page

    case = asked()
    case.short_code = links.new_short_code()
    case.save()
    assert "För många försök" in client.post("/medgivanden/svar/", {"code": case.short_code}).text


def test_the_text_can_be_saved(client):
    case = asked(language="en")
    response = client.get(url(case) + "text.pdf")

    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
    assert "The municipality owns the accessory." in " ".join(words.split())
    assert case.text.sha256[:40] in words.replace("\n", "")


def test_a_request_sent_has_a_code_for_paper_and_a_new_link_a_new_code():
    case = asked()
    case = actions.send_again(case=case, by=case.handler)
    first = case.short_code
    assert links.token_of_code(first) == links.token_for(case)

    case = actions.send_again(case=case, by=case.handler)
    assert links.token_of_code(first) is None
    assert clock.now() - case.sent_at < timedelta(minutes=1)
