"""Answers on paper and by phone: written down by one, checked by another, and then they count."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import actions
from consent.actions import Answer
from consent.models import Consent, ConsentText, Proof, RecordedAnswer
from consent.states import CaseState, ConsentForm
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from tests import make

PDF = b"%PDF-1.7\n%%EOF\n"
YES, NO = Answer("yes"), Answer("no", refusal_reason="heritage")
LATER = Answer("board", decision_on=date(2026, 4, 1))
Outcome = RecordedAnswer.Outcome


@pytest.fixture(autouse=True)
def _spring(db, at, settings):
    settings.FOUR_EYES = True
    at(2026, 3, 10, 9)


@pytest.fixture
def writer():
    return make.user("coordinator", name="Maria Lindqvist")


@pytest.fixture
def checker():
    return make.user("coordinator", name="Åsa Berglund")


def asked(*addresses, **given):
    owner = make.owner(name="Brf Linden")
    real_property = make.real_property(owner)
    entrances = [make.entrance(real_property, address=one) for one in addresses or ["Agatan 1"]]
    text = ConsentText.objects.current("owner", "sv")
    return make.case(owner, *entrances, **{"state": CaseState.SENT, "text": text, **given})


def recorded(case, by, *answers, **given):
    return actions.record_answer(
        **{
            "case": case,
            "form": ConsentForm.PAPER,
            "answers": dict(
                zip([item.pk for item in case.items.all()], answers or [YES], strict=False)
            ),
            "name": "Bo Ek ",
            "title": "Förvaltare",
            "given_on": date(2026, 3, 6),
            "scan": PDF,
            "by": by,
            **given,
        }
    )


def verbs(thing):
    return [entry.verb for entry in TrailEntry.objects.about(thing).order_by("at", "pk")]


# --- writing down --------------------------------------------------------------------------------


def test_an_answer_on_paper_waits_and_nothing_counts_yet(writer):
    case = asked("Agatan 1", "Bgatan 2", "Cgatan 3")
    made = recorded(case, writer, Answer("yes", "Svart kulör "), NO, LATER)

    case.refresh_from_db()
    assert (made.outcome, made.name, made.recorded_by) == (Outcome.WAITING, "Bo Ek", writer)
    assert (case.state, Consent.objects.count(), case.proofs.count()) == (CaseState.SENT, 0, 0)
    assert list(case.items.values_list("answer", flat=True)) == ["", "", ""]
    [proof] = made.proofs.all()
    assert (proof.kind, proof.media_type, bytes(proof.content)) == (
        Proof.Kind.SCAN,
        "application/pdf",
        PDF,
    )
    said = actions.answers_of(made)
    assert list(said.values()) == [Answer("yes", "Svart kulör"), NO, LATER]


def test_writing_down_is_in_the_trail_without_the_name(writer):
    made = recorded(asked(), writer)

    [entry] = TrailEntry.objects.about(made)
    assert (entry.verb, entry.actor) == ("consent.answer_recorded", str(writer.ref))
    assert made.proofs.get().sha256 in entry.canonical
    assert "Bo Ek" not in entry.canonical


def test_an_answer_by_phone_needs_no_paper(writer):
    made = recorded(asked(), writer, form=ConsentForm.ORAL, scan=None)

    assert (made.form, made.proofs.count()) == (ConsentForm.ORAL, 0)


@pytest.mark.parametrize(
    ("answers", "given", "words"),
    [
        ([], {"answers": {}}, "Svara för varje port"),
        ([YES], {}, "Svara för varje port"),
        ([YES, Answer("maybe")], {}, "Svara för varje port"),
        ([YES, Answer("no")], {}, "Välj en orsak"),
        ([YES, Answer("board")], {}, "vilken dag styrelsen"),
        ([YES, YES], {"name": " "}, "namn och din roll"),
        ([YES, YES], {"form": ConsentForm.LINK}, "på papper eller per telefon"),
        ([YES, YES], {"scan": None}, "Välj det inskannade papperet"),
        ([YES, YES], {"scan": b"GIF89a"}, "Välj en PDF, PNG eller JPEG"),
        ([YES, YES], {"given_on": date(2026, 3, 11)}, "Datumet har inte varit än"),
        ([YES, YES], {"given_on": date(2026, 3, 1)}, "innan frågan ställdes"),
    ],
)
def test_what_could_not_count_is_refused_when_it_is_written_down(writer, answers, given, words):
    case = asked("Agatan 1", "Bgatan 2")

    with pytest.raises(RuleBroken, match=words):
        recorded(case, writer, *answers, **given)

    assert (RecordedAnswer.objects.count(), Proof.objects.count()) == (0, 0)


@pytest.mark.parametrize("state", [CaseState.DRAFT, CaseState.CANCELLED])
def test_only_a_request_that_waits_can_be_answered(writer, state):
    with pytest.raises(RuleBroken, match="Förfrågan väntar inte på svar"):
        recorded(asked(state=state), writer)


def test_one_answer_waits_at_a_time(writer):
    case = asked()
    recorded(case, writer)

    with pytest.raises(RuleBroken, match="väntar redan på kontroll"):
        recorded(case, writer)


def test_without_four_eyes_it_counts_at_once(writer, settings):
    settings.FOUR_EYES = False
    case = asked()
    made = recorded(case, writer)

    case.refresh_from_db()
    assert (made.outcome, made.checked_by) == (Outcome.COUNTS, None)
    assert (case.state, case.answered_by_name) == (CaseState.ANSWERED, "Bo Ek")
    assert Consent.objects.get().form == ConsentForm.PAPER


# --- checking ------------------------------------------------------------------------------------


def test_a_checked_answer_is_the_owners_answer(writer, checker, at):
    case = asked("Agatan 1", "Bgatan 2")
    made = recorded(case, writer, Answer("yes", "Svart kulör"), NO)
    moment = at(2026, 3, 12, 10)

    made = actions.approve_answer(recorded=made, by=checker)

    case.refresh_from_db()
    assert (made.outcome, made.checked_by, made.checked_at) == (Outcome.COUNTS, checker, moment)
    assert (case.state, case.answered_at, case.answered_by_title) == (
        CaseState.ANSWERED,
        moment,
        "Förvaltare",
    )
    assert list(case.items.values_list("answer", "refusal_reason")) == [
        ("yes", ""),
        ("no", "heritage"),
    ]
    consent = Consent.objects.get()
    assert (consent.form, consent.conditions, consent.given_by_name) == (
        ConsentForm.PAPER,
        "Svart kulör",
        "Bo Ek",
    )
    assert case.proofs.count() == 1
    assert verbs(made) == ["consent.answer_recorded", "consent.answer_approved"]
    [entry] = TrailEntry.objects.filter(verb="consent.answer_approved")
    assert (entry.actor, str(writer.ref) in entry.canonical) == (str(checker.ref), True)


def test_what_the_board_decides_later_stays_open(writer, checker):
    case = asked("Agatan 1", "Bgatan 2")
    made = recorded(case, writer, YES, LATER)

    actions.approve_answer(recorded=made, by=checker)

    case.refresh_from_db()
    assert (case.state, case.decision_on) == (CaseState.DEFERRED, date(2026, 4, 1))
    rest = {case.items.last().pk: NO}
    recorded(case, writer, answers=rest)


def test_nobody_checks_what_they_wrote_down_themselves(writer):
    made = recorded(asked(), writer)

    with pytest.raises(RuleBroken, match="Du registrerade svaret själv"):
        actions.approve_answer(recorded=made, by=writer)

    assert Consent.objects.count() == 0


def test_an_answer_is_checked_once(writer, checker):
    made = recorded(asked(), writer)
    actions.approve_answer(recorded=made, by=checker)

    for check in (
        lambda: actions.approve_answer(recorded=made, by=checker),
        lambda: actions.refuse_answer(recorded=made, by=checker, reason="Fel"),
    ):
        with pytest.raises(RuleBroken, match="redan kontrollerat"):
            check()


def test_it_counts_for_the_newest_link(writer, checker):
    case = asked()
    made = recorded(case, writer)
    actions.send_again(case=case, by=writer)

    actions.approve_answer(recorded=made, by=checker)

    case.refresh_from_db()
    assert (case.state, case.link_number) == (CaseState.ANSWERED, 2)


def test_an_answer_through_the_link_comes_before_one_that_waits(writer, checker):
    case = asked()
    made = recorded(case, writer)
    answers = dict.fromkeys(case.items.values_list("pk", flat=True), NO)
    actions.answer_case(
        case=case, link_number=1, answers=answers, name="Bo", title="Vd", text=case.text
    )

    with pytest.raises(RuleBroken, match="läget är ”Besvarad”"):
        actions.approve_answer(recorded=made, by=checker)

    actions.refuse_answer(recorded=made, by=checker, reason="Besvarat via länken.")
    assert case.items.get().answer == "no"


def test_what_needs_no_answer_any_more_is_left_out(writer, checker):
    case = asked("Agatan 1", "Bgatan 2")
    first, second = case.items.all()
    made = recorded(case, writer, YES, YES)
    make.owner_consent(case.owner, first.entrance)

    actions.approve_answer(recorded=made, by=checker)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.answer, second.answer) == ("", "yes")


def test_when_nothing_needs_an_answer_it_is_to_be_turned_down(writer, checker):
    case = asked()
    made = recorded(case, writer)
    make.owner_consent(case.owner, everything=True)

    with pytest.raises(RuleBroken, match="behöver svar längre"):
        actions.approve_answer(recorded=made, by=checker)


@pytest.mark.parametrize("is_own", [True, False])
def test_an_answer_is_turned_down_with_a_reason_and_can_be_recorded_anew(writer, checker, is_own):
    case = asked()
    made = recorded(case, writer)
    by = writer if is_own else checker

    made = actions.refuse_answer(recorded=made, by=by, reason=" Papperet gäller en annan port. ")

    assert (made.outcome, made.refused_because, made.checked_by) == (
        Outcome.REFUSED,
        "Papperet gäller en annan port.",
        by,
    )
    assert Consent.objects.count() == 0
    assert verbs(made)[-1] == "consent.answer_turned_down"
    recorded(case, writer)


def test_to_turn_an_answer_down_takes_a_reason(writer, checker):
    made = recorded(asked(), writer)

    with pytest.raises(RuleBroken, match="Skriv vad som inte stämmer"):
        actions.refuse_answer(recorded=made, by=checker, reason=" ")


# --- pages ---------------------------------------------------------------------------------------


def filled(case, **given):
    data = {"form": "paper", "name": "Bo Ek", "title": "Förvaltare", "given_on": "2026-03-06"}
    data |= {f"choice_{item.pk}": "yes" for item in case.items.all()}
    if given.get("form", "paper") == "paper":
        data["scan"] = SimpleUploadedFile("papper.pdf", PDF, "application/pdf")
    return {**data, **given}


def add_url(case):
    return reverse("consent:recorded_add", args=[case.ref])


@pytest.mark.parametrize(
    ("role", "add", "see", "check"),
    [
        ("coordinator", 200, 200, 200),
        ("unit_manager", 404, 200, 404),
        ("system_manager", 404, 404, 404),
        ("technician", 404, 404, 404),
        ("care_worker", 404, 404, 404),
    ],
)
def test_who_may_write_down_see_and_check(client, writer, role, add, see, check):
    made = recorded(asked(), writer)
    client.force_login(make.user(role))
    proof = reverse("consent:proof", args=[made.proofs.get().ref])

    assert client.get(add_url(asked())).status_code == add
    assert client.get(reverse("consent:recorded", args=[made.ref])).status_code == see
    assert client.get(proof).status_code == see
    assert client.get(reverse("consent:recorded_refuse", args=[made.ref])).status_code == check
    approve = reverse("consent:recorded_approve", args=[made.ref])
    assert client.post(approve).status_code == check


def test_an_answer_is_written_down_and_checked_on_the_pages(client, writer, checker):
    case = asked("Agatan 1", "Bgatan 2")
    client.force_login(writer)
    assert add_url(case) in client.get(case.get_absolute_url()).content.decode()

    response = client.post(add_url(case), filled(case), follow=True)

    made = RecordedAnswer.objects.get()
    page = response.content.decode()
    assert "gäller när en kollega har kontrollerat det" in page
    assert "Ett svar väntar på kontroll" in page
    assert add_url(case) not in page
    own = client.get(reverse("consent:recorded", args=[made.ref])).content.decode()
    assert "En kollega ska kontrollera svaret" in own
    assert "Godkänn svaret" not in own

    client.force_login(checker)
    page = client.get(reverse("consent:recorded", args=[made.ref])).content.decode()
    proof = reverse("consent:proof", args=[made.proofs.get().ref])
    assert page.index(proof) < page.index("Godkänn svaret")
    approve = reverse("consent:recorded_approve", args=[made.ref])
    response = client.post(approve)
    assert "Jämför svaret med underlaget och kryssa i rutan." in response.content.decode()
    case.refresh_from_db()
    assert case.state == CaseState.SENT

    response = client.post(approve, {"has_looked": "on"}, follow=True)

    page = response.content.decode()
    assert "Svaret är godkänt och gäller." in page
    case.refresh_from_db()
    assert case.state == CaseState.ANSWERED
    assert page.count("Inskannat papper") == 1


def test_a_photographed_paper_is_shown_on_the_page(client, writer, checker):
    made = recorded(asked(), writer, scan=make.png())
    client.force_login(checker)

    page = client.get(reverse("consent:recorded", args=[made.ref])).content.decode()

    assert f'src="{reverse("consent:proof", args=[made.proofs.get().ref])}"' in page


def test_an_answer_by_phone_is_gone_through_with_who_took_the_call(client, writer, checker):
    made = recorded(asked(), writer, form=ConsentForm.ORAL, scan=None)
    client.force_login(checker)

    page = client.get(reverse("consent:recorded", args=[made.ref])).content.decode()

    assert "Gå igenom det med Maria Lindqvist, som tog emot samtalet." in page
    assert "Jag har gått igenom svaret med den som tog emot samtalet" in page


def test_an_answer_is_turned_down_on_its_page(client, writer, checker):
    made = recorded(asked(), writer)
    client.force_login(checker)
    refuse = reverse("consent:recorded_refuse", args=[made.ref])
    assert "field" in client.post(refuse, {"reason": ""}).content.decode()

    response = client.post(refuse, {"reason": "Fel port"}, follow=True)

    assert "Svaret är underkänt." in response.content.decode()
    page = client.get(reverse("consent:recorded", args=[made.ref])).content.decode()
    assert "Fel port" in page
    assert "Godkänn svaret" not in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"form": ""}, "Välj om svaret kom på papper eller per telefon."),
        ({"scan": ""}, "Välj det inskannade papperet."),
        ({"given_on": ""}, "Skriv datumet."),
        ({"given_on": "2026-03-11"}, "Datumet har inte varit än."),
        ({"given_on": "2026-03-01"}, "innan frågan ställdes"),
        ({"name": ""}, "Skriv namnet."),
        ({"title": ""}, "Skriv rollen."),
        ({"scan": SimpleUploadedFile("virus.exe", b"MZ")}, "Välj en PDF, PNG eller JPEG."),
    ],
)
def test_half_an_answer_is_shown_again(client, writer, given, words):
    case = asked()
    client.force_login(writer)

    response = client.post(add_url(case), filled(case, **given))

    assert response.status_code == 200
    assert words in response.content.decode()
    assert RecordedAnswer.objects.count() == 0


def test_a_request_that_is_answered_takes_no_answer_more(client, writer):
    case = asked(state=CaseState.CANCELLED)
    client.force_login(writer)

    response = client.get(add_url(case), follow=True)

    assert "Förfrågan väntar inte på något svar." in response.content.decode()


def test_the_list_shows_which_answers_wait_for_a_check(client, writer):
    waiting, other = asked(), asked()
    recorded(waiting, writer)
    client.force_login(writer)

    page = client.get(reverse("consent:case_list")).content.decode()
    assert "1 svar på papper eller per telefon väntar på kontroll." in page
    found = client.get(reverse("consent:case_list"), {"state": "to_check"}).content.decode()

    assert waiting.get_absolute_url() in found
    assert other.get_absolute_url() not in found


def test_a_request_that_waits_for_the_board_is_shown(client, writer):
    case = asked(state=CaseState.DEFERRED, decision_on=date(2026, 4, 1))
    client.force_login(writer)

    assert client.get(case.get_absolute_url()).status_code == 200
    page = client.get(reverse("consent:case_list")).content.decode()
    assert case.get_absolute_url() in page


def test_the_list_costs_the_same_with_answers_that_wait(client, writer, django_assert_num_queries):
    client.force_login(writer)
    address = reverse("consent:case_list")
    recorded(asked(), writer)
    client.get(address)
    with CaptureQueriesContext(connection) as for_one:
        client.get(address)
    for _ in range(4):
        recorded(asked(), writer)

    with django_assert_num_queries(len(for_one)):
        client.get(address)
