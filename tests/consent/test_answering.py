"""The owner's answer: consents, proof, trail; given once."""

import hashlib
import io
import threading
from datetime import date

import pytest
from django.core import mail
from django.db import connection
from pypdf import PdfReader

from consent import actions
from consent.actions import AlreadyAnswered, Answer, LinkClosed
from consent.models import Consent, ConsentText, Proof
from consent.queries import entrance_needs
from consent.states import CaseState, ConsentForm, NeedState
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.mailing.models import Message, MessageState
from tests import make

pytestmark = pytest.mark.django_db


def ask(*addresses, owner=None, **given):
    owner = owner or make.owner(name="Årsta Allé AB", organisation_number="5560360793")
    real_property = make.real_property(owner)
    entrances = [make.entrance(real_property, address=one) for one in addresses]
    text = ConsentText.objects.current("owner", "sv")
    return make.case(owner, *entrances, state=CaseState.SENT, text=text, **given)


def answer(case, *answers, **given):
    """Answers for the items, in the order of their addresses."""
    return actions.answer_case(
        **{
            "case": case,
            "link_number": case.link_number,
            "answers": dict(zip([item.pk for item in case.items.all()], answers, strict=False)),
            "name": "Bo Ek",
            "title": "Förvaltare",
            "text": case.text,
            **given,
        }
    )


YES, NO = Answer("yes"), Answer("no", refusal_reason="heritage")


def text_of(proof):
    pages = PdfReader(io.BytesIO(bytes(proof.content))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture(autouse=True)
def _spring(at):
    at(2026, 3, 10, 9)


def test_an_answer_is_kept_for_each_entrance(at):
    moment = at(2026, 3, 11, 10)
    case = answer(ask("Agatan 1", "Bgatan 2"), YES, NO)

    assert (case.state, case.answered_at) == (CaseState.ANSWERED, moment)
    assert (case.answered_by_name, case.answered_by_title) == ("Bo Ek", "Förvaltare")
    assert list(case.items.values_list("answer", "refusal_reason")) == [
        ("yes", ""),
        ("no", "heritage"),
    ]


def test_an_answer_makes_one_consent_for_all_yes_with_the_same_conditions():
    case = ask("Agatan 1", "Bgatan 2", "Cgatan 3", "Dgatan 4")
    answer(case, YES, Answer("yes", "Svart kulör. "), NO, YES)

    covered = {
        consent.conditions: [str(cover) for cover in consent.covers.order_by("pk")]
        for consent in Consent.objects.filter(case=case)
    }
    assert covered == {"": ["Agatan 1", "Dgatan 4"], "Svart kulör.": ["Bgatan 2"]}
    consent = Consent.objects.filter(case=case).first()
    assert (consent.form, consent.given_by_name, consent.text) == (
        ConsentForm.LINK,
        "Bo Ek",
        case.text,
    )


def test_an_answer_is_what_coverage_sees():
    case = ask("Agatan 1", "Bgatan 2")
    entrances = [item.entrance for item in case.items.all()]
    assert [need.state for need in entrance_needs(entrances).values()] == ["waiting"] * 2

    answer(case, YES, NO)

    needs = entrance_needs(entrances)
    assert [needs[one.pk].state for one in entrances] == [
        NeedState.COVERED,
        NeedState.DECLINED,
    ]


def test_an_answer_has_a_sealed_pdf_behind_it():
    case = answer(ask("Agatan 1", "Bgatan 2"), Answer("yes", "Inte nätter"), NO)

    [proof] = Proof.objects.filter(case=case)
    assert proof.sha256 == hashlib.sha256(bytes(proof.content)).hexdigest()
    said = text_of(proof)
    for words in [
        "Årsta Allé AB",
        "5560360793",
        "Bo Ek, Förvaltare",
        "2026-03-10 09:00:00",
        "Förseglad länk nummer 1",
        str(case.ref),
        "JA Agatan 1, Årsta",
        "Villkor: Inte nätter",
        "NEJ Bgatan 2, Årsta",
        "Orsak: Kulturhistorisk dörr",
        "2026-1 (sv)",
        case.text.sha256,
        "Kommunen äger tillbehöret.",
    ]:
        assert words in said
    [entry] = TrailEntry.objects.about(case).filter(verb="consent.answered")
    assert entry.actor == "owner"
    assert proof.sha256 in entry.canonical
    assert "Bo Ek" not in entry.canonical


def test_an_answer_in_english_has_its_proof_in_english():
    case = ask("Agatan 1")
    english = ConsentText.objects.current("owner", "en")
    answer(case, YES, text=english)

    said = text_of(Proof.objects.get(case=case))
    assert "The municipality owns the accessory." in said
    assert english.sha256 in said
    assert Consent.objects.get(case=case).text == english


def test_an_answer_stops_what_waits_and_thanks(committing):
    case = ask("Agatan 1", "Bgatan 2")
    actions.send_again(case=case, by=case.handler)
    case.refresh_from_db()
    with committing():
        answer(case, YES, NO)

    assert [(m.purpose, m.state) for m in Message.objects.about(case).order_by("pk")] == [
        ("Förfrågan om medgivande", MessageState.STOPPED),
        ("Kvitto på svar om medgivande", MessageState.SENT),
    ]
    [sent] = mail.outbox
    assert "ja för 1 och nej för 1 av portarna" in sent.body


def test_an_answer_is_given_once():
    case = ask("Agatan 1")
    answer(case, YES)

    with pytest.raises(AlreadyAnswered, match="redan besvarad"):
        answer(case, NO)
    assert case.items.get().answer == "yes"
    assert Consent.objects.filter(case=case).count() == 1


def test_an_answer_by_a_replaced_link_is_refused():
    case = ask("Agatan 1")
    actions.send_again(case=case, by=case.handler)

    with pytest.raises(LinkClosed, match="gäller inte längre"):
        answer(case, YES, link_number=1)


def test_an_answer_to_a_cancelled_request_is_refused():
    case = ask("Agatan 1")
    actions.cancel_case(case=case, reason="Fel ägare", by=case.handler)

    with pytest.raises(LinkClosed, match="gäller inte längre"):
        answer(case, YES)


def test_an_answer_may_come_late():
    case = ask("Agatan 1")
    case.state = CaseState.NO_ANSWER
    save_as(case, None)

    assert answer(case, YES).state == CaseState.ANSWERED


@pytest.mark.parametrize(
    ("answers", "given", "words"),
    [
        ({}, {}, "Svara för varje port"),
        ({1: YES}, {}, "Svara för varje port"),
        ({0: Answer("")}, {}, "Svara för varje port"),
        ({0: Answer("no")}, {}, "Välj en orsak"),
        ({0: YES}, {"name": " "}, "Skriv ditt namn och din roll"),
        ({0: YES}, {"title": ""}, "Skriv ditt namn och din roll"),
    ],
)
def test_an_answer_is_whole_or_refused(answers, given, words):
    case = ask("Agatan 1")
    pk = case.items.get().pk

    with pytest.raises(RuleBroken, match=words):
        answer(case, YES, answers={pk + n: said for n, said in answers.items()}, **given)
    case.refresh_from_db()
    assert case.state == CaseState.SENT


def test_an_answer_on_another_version_of_the_text_is_refused():
    with pytest.raises(RuleBroken, match="Texten har ändrats"):
        answer(ask("Agatan 1"), YES, text=make.consent_text(version="2020-1"))


def test_an_answer_is_not_asked_for_what_was_sold_or_covered_meanwhile():
    case = ask("Agatan 1", "Bgatan 2")
    first, second = case.items.all()
    make.owner_consent(case.owner, first.entrance)

    assert actions.askable_items(case) == [second]
    answer(case, answers={second.pk: NO})
    first.refresh_from_db()
    assert first.answer == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_is_refused():
    case = ask("Agatan 1")
    both = threading.Barrier(2)
    came_out = []

    def work(said):
        both.wait()
        try:
            answer(case, said)
            came_out.append("answered")
        except AlreadyAnswered:
            came_out.append("refused")
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=[said]) for said in (YES, NO)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(came_out) == ["answered", "refused"]
    assert Proof.objects.filter(case=case).count() == 1
    said = case.items.get().answer
    assert Consent.objects.filter(case=case).count() == (1 if said == "yes" else 0)


# --- what the board decides later ----------------------------------------------------------------

LATER = Answer("board", decision_on=date(2026, 4, 1))


def test_what_the_board_decides_later_stays_open_and_the_rest_counts():
    case = answer(ask("Agatan 1", "Agatan 2"), YES, LATER)
    first, second = case.items.all()

    assert (case.state, case.decision_on, case.answered_at) == (
        CaseState.DEFERRED,
        date(2026, 4, 1),
        None,
    )
    assert Consent.objects.get().covers.get().entrance == first.entrance
    assert [item.pk for item in actions.askable_items(case)] == [second.pk]
    needs = entrance_needs([first.entrance, second.entrance])
    assert [needs[one.entrance_id].state for one in (first, second)] == ["covered", "waiting"]

    case = answer(case, answers={second.pk: NO})

    assert (case.state, case.decision_on) == (CaseState.ANSWERED, None)
    assert list(case.items.values_list("answer", flat=True)) == ["yes", "no"]
    assert case.proofs.count() == 2
    thanks = Message.objects.filter(purpose="Kvitto på svar om medgivande").order_by("pk")
    assert ["väntar vi på styrelsens beslut" in one.body for one in thanks] == [True, False]


def test_the_paper_says_which_entrance_waits_for_the_board():
    case = answer(ask("Agatan 1", "Agatan 2"), YES, LATER)

    words = text_of(case.proofs.get())
    assert "SENARE Agatan 2" in words
    assert "Styrelsen beslutar: 2026-04-01" in words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Answer("board"), "vilken dag styrelsen"),
        (Answer("yes", decision_on=date(2026, 4, 1)), "vilken dag styrelsen"),
        (Answer("board", decision_on=date(2026, 3, 9)), "inom ett år"),
        (Answer("board", decision_on=date(2027, 3, 12)), "inom ett år"),
    ],
)
def test_a_decision_has_a_day_within_a_year(said, words):
    with pytest.raises(RuleBroken, match=words):
        answer(ask("Agatan 1"), said)


def test_an_answer_on_paper_says_who_wrote_it_down_and_when_it_was_given():
    by = make.user("coordinator", name="Åsa Berglund")
    case = answer(ask("Agatan 1"), YES, form=ConsentForm.PAPER, by=by, given_on=date(2026, 3, 6))

    consent = Consent.objects.get()
    assert (consent.form, consent.recorded_by) == (ConsentForm.PAPER, by)
    words = text_of(case.proofs.get())
    assert "På papper, daterat 2026-03-06, registrerat av Åsa Berglund" in words
    assert TrailEntry.objects.get(verb="consent.answered").actor == str(by.ref)
