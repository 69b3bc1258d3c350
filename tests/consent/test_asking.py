"""An owner is asked: draft, sending, sending anew, cancelling."""

import re
from datetime import date

import pytest
from django.core import mail

from consent import actions, links
from consent.states import CaseState
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import MoveRefused
from homecare.mailing.models import Message, MessageState
from properties.models import OwnerContact
from tests import make


@pytest.fixture
def by(db):
    return make.user("coordinator", name="Maria Lindqvist")


@pytest.fixture
def owner(db):
    return make.owner(name="Årsta Allé AB")


@pytest.fixture
def entrances(owner):
    real_property = make.real_property(owner, designation="Årsta 1:14")
    return [
        make.entrance(real_property, address="Svärdlångsvägen 3"),
        make.entrance(real_property, address="Svärdlångsvägen 5"),
    ]


def verbs(case):
    return [entry.verb for entry in TrailEntry.objects.about(case).order_by("at", "pk")]


def test_an_owner_is_asked_by_e_mail_with_a_sealed_link(
    by, owner, entrances, committing, at, settings
):
    settings.BASE_URL = "https://las.example.se"
    moment = at(2026, 3, 2, 9)
    with committing():
        case = actions.ask_and_send(owner=owner, entrances=entrances, by=by)

    assert (case.state, case.link_number, case.sent_at) == (CaseState.SENT, 1, moment)
    assert case.answer_by_on == date(2026, 3, 23)
    [sent] = mail.outbox
    assert sent.subject == "Får vi montera låstillbehör på era 2 portar?"
    assert "- Svärdlångsvägen 3 (Årsta 1:14)\n- Svärdlångsvägen 5 (Årsta 1:14)" in sent.body
    assert "Svara senast 2026-03-23. Länken går att använda till och med 2026-05-31." in sent.body
    assert "Maria Lindqvist" in sent.body
    [link, english] = re.findall(r"https://\S+", sent.body)
    assert (link, english) == (links.url_of(case), f"{links.url_of(case)}?lang=en")
    assert verbs(case) == ["consent.drafted", "consent.asked"]


def test_the_day_to_answer_by_is_a_working_day(by, owner, entrances, at):
    at(2026, 11, 30, 9)  # 21 days on is Monday 21 December; 30 days earlier gives a Saturday
    assert actions.ask_and_send(owner=owner, entrances=entrances[:1], by=by).answer_by_on == date(
        2026, 12, 21
    )
    at(2026, 12, 5, 9)  # Saturday the 26th is a holiday, so is the weekend
    assert actions.ask_and_send(owner=owner, entrances=entrances[1:], by=by).answer_by_on == date(
        2026, 12, 28
    )


def test_the_request_can_be_in_english(by, owner, entrances):
    case = actions.ask_owner(owner=owner, entrances=entrances, by=by, language="en")

    assert case.text.language == "en"


def test_a_draft_sends_nothing(by, owner, entrances, committing):
    with committing():
        case = actions.ask_owner(owner=owner, entrances=entrances, by=by)

    assert (case.state, case.link_number, mail.outbox) == (CaseState.DRAFT, 0, [])


def test_an_owner_without_an_address_is_not_asked(by, entrances):
    owner = make.owner(name="Bolaget AB", email="")
    entrance = make.entrance(owner=owner)

    with pytest.raises(
        RuleBroken,
        match="Bolaget AB har varken en kontaktperson med e-postadress eller en postadress",
    ):
        actions.ask_owner(owner=owner, entrances=[entrance], by=by)


def test_a_contact_who_has_left_is_not_written_to(by, owner, entrances, at):
    OwnerContact.objects.get(owner=owner)
    for contact in OwnerContact.objects.filter(owner=owner):
        contact.ends_on = date(2026, 1, 31)
        save_as(contact, None)
    at(2026, 2, 1, 9)

    with pytest.raises(RuleBroken, match="varken en kontaktperson med e-postadress"):
        actions.ask_owner(owner=owner, entrances=entrances, by=by)


def test_an_owner_who_wants_no_contact_is_not_asked(by, owner, entrances):
    owner.do_not_contact = True
    save_as(owner, None)

    with pytest.raises(RuleBroken, match="kontakta ej"):
        actions.ask_owner(owner=owner, entrances=entrances, by=by)


def test_at_least_one_entrance_is_asked_about(by, owner):
    with pytest.raises(RuleBroken, match="Välj minst en port"):
        actions.ask_owner(owner=owner, entrances=[], by=by)


def test_an_owner_is_not_asked_about_what_others_own(by, owner, entrances):
    with pytest.raises(RuleBroken, match=r"Provgatan .* ägs inte av Årsta Allé AB i dag"):
        actions.ask_owner(owner=owner, entrances=[*entrances, make.entrance()], by=by)


def test_an_entrance_out_of_use_is_not_asked_about(by, owner, entrances, at):
    at(2026, 3, 2, 9)
    entrances[0].closed_on = date(2026, 3, 2)

    with pytest.raises(RuleBroken, match="Svärdlångsvägen 3 används inte längre"):
        actions.ask_owner(owner=owner, entrances=entrances, by=by)


@pytest.mark.parametrize("state", [CaseState.DRAFT, CaseState.SENT, CaseState.NO_ANSWER])
def test_an_entrance_is_in_one_request_at_a_time(by, owner, entrances, state):
    make.case(owner, entrances[1], state=state)

    with pytest.raises(RuleBroken, match="Svärdlångsvägen 5 är redan med i en förfrågan"):
        actions.ask_owner(owner=owner, entrances=entrances, by=by)


def test_after_a_cancelled_request_one_can_ask_again(by, owner, entrances):
    make.case(owner, entrances[1], state=CaseState.CANCELLED)

    assert actions.ask_owner(owner=owner, entrances=entrances, by=by).items.count() == 2


def test_an_entrance_that_is_covered_is_not_asked_about(by, owner, entrances):
    make.owner_consent(owner, entrances[0].real_property)

    with pytest.raises(RuleBroken, match="Svärdlångsvägen 3 har redan ett medgivande"):
        actions.ask_owner(owner=owner, entrances=entrances, by=by)


def test_a_refused_request_leaves_nothing(by, owner, entrances, committing):
    make.owner_consent(owner, entrances[1])

    with committing(), pytest.raises(RuleBroken):
        actions.ask_and_send(owner=owner, entrances=entrances, by=by)

    assert not owner.cases.exists()
    assert not Message.objects.exists()


def test_sending_anew_closes_the_old_link_and_stops_the_old_message(by, owner, entrances, at):
    at(2026, 3, 2, 9)
    case = actions.ask_and_send(owner=owner, entrances=entrances, by=by)  # still waits to leave
    old = links.token_for(case)
    moment = at(2026, 4, 1, 9)

    case = actions.send_again(case=case, by=by)

    assert (case.state, case.link_number, case.sent_at) == (CaseState.SENT, 2, moment)
    assert links.case_of(old) is None
    assert links.case_of(links.token_for(case)) == case
    first, second = Message.objects.about(case).order_by("pk")
    assert (first.state, second.state) == (MessageState.STOPPED, MessageState.WAITING)
    assert verbs(case)[-1] == "consent.asked_again"


@pytest.mark.parametrize("state", [CaseState.SENT, CaseState.REMINDED, CaseState.NO_ANSWER])
def test_any_open_request_can_be_sent_anew(by, owner, entrances, state):
    case = make.case(owner, *entrances, state=state)

    assert actions.send_again(case=case, by=by).state == CaseState.SENT


def test_what_was_never_sent_or_is_settled_is_not_sent_anew(by, owner, entrances):
    draft = make.case(owner, entrances[0])
    cancelled = make.case(owner, entrances[1], state=CaseState.CANCELLED)

    with pytest.raises(MoveRefused, match="inte skickad än"):
        actions.send_again(case=draft, by=by)
    with pytest.raises(MoveRefused, match="Avbruten"):
        actions.send_again(case=cancelled, by=by)


def test_nothing_is_sent_when_there_is_nothing_left_to_answer(by, owner, entrances):
    case = make.case(owner, *entrances, state=CaseState.SENT)
    make.owner_consent(owner, everything=True)

    with pytest.raises(RuleBroken, match="Ingen av portarna behöver svar"):
        actions.send_again(case=case, by=by)


def test_a_cancelled_request_has_no_link_and_sends_nothing(by, owner, entrances, at):
    at(2026, 3, 2, 9)
    case = actions.ask_and_send(owner=owner, entrances=entrances, by=by)
    token = links.token_for(case)

    case = actions.cancel_case(case=case, reason=" Ägaren ringde. ", by=by)

    assert (case.state, case.cancelled_because) == (CaseState.CANCELLED, "Ägaren ringde.")
    assert links.case_of(token) is None
    assert Message.objects.get().state == MessageState.STOPPED
    assert verbs(case)[-1] == "consent.cancelled"


def test_a_request_is_cancelled_with_a_reason(by, owner, entrances):
    case = make.case(owner, *entrances, state=CaseState.SENT)

    with pytest.raises(RuleBroken, match="Skriv varför"):
        actions.cancel_case(case=case, reason="  ", by=by)


def test_the_preview_is_the_e_mail_without_a_link(by, owner, entrances, committing):
    preview = actions.preview_of_request(owner=owner, entrances=entrances, by=by)
    with committing():
        case = actions.ask_and_send(owner=owner, entrances=entrances, by=by)

    [sent] = mail.outbox
    assert preview.body.replace("[länk till svarssidan]", links.url_of(case)) == sent.body
    assert preview.subject == sent.subject


# --- the link ------------------------------------------------------------------------------------


def test_the_link_opens_for_ninety_days(owner, entrances, at):
    case = make.case(owner, *entrances, state=CaseState.SENT)  # sent 2026-03-02

    at(2026, 5, 31, 23, 59)
    assert links.case_of(links.token_for(case)) == case
    at(2026, 6, 1, 0, 1)
    assert links.case_of(links.token_for(case)) is None


def test_a_false_link_opens_nothing(owner, entrances, at):
    at(2026, 3, 3, 9)
    case = make.case(owner, *entrances, state=CaseState.SENT)
    other = make.case(state=CaseState.SENT)
    token = links.token_for(case)
    body, seal = token.split(":")

    for false in [
        "",
        "x",
        body,
        f"{body}:{seal[:-2]}xx",
        f"{links.token_for(other).split(':')[0]}:{seal}",
    ]:
        assert links.case_of(false) is None
    assert links.case_of(token) == case


def test_a_draft_has_no_link_that_works(owner, entrances):
    case = make.case(owner, *entrances)

    assert links.case_of(links.token_for(case)) is None
