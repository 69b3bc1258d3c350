"""A recipient's own yes or no."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pypdf import PdfReader

from consent import actions
from consent.models import Consent, ConsentText, Proof, RecipientRefusal
from consent.queries import needs_of_homes
from consent.states import ConsentForm, ConsentKind, NeedState
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.recipients.models import ContactPerson, Residence
from tests import make

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture(autouse=True)
def _spring(db, at):
    at(2026, 3, 10, 9)


@pytest.fixture
def by():
    return make.user("coordinator", name="Maria Lindqvist")


@pytest.fixture
def ada():
    return make.recipient(first_name="Ada", last_name="Lund")


def text(party="recipient", language="sv"):
    return ConsentText.objects.current(party, language)


def say_yes(recipient, by, **given):
    if "scan" not in given:
        given.setdefault("signature", make.png())
    return actions.record_recipient_consent(
        **{
            "recipient": recipient,
            "kind": ConsentKind.FITTING_HOME,
            "text": text(),
            "by": by,
            **given,
        }
    )


def needs(recipient, **given):
    residence = recipient.residences.get(ends_on=None)
    return needs_of_homes([residence], **given)[residence.pk]


def test_a_yes_is_kept_with_the_signature_and_a_sealed_paper(ada, by):
    consent = say_yes(ada, by)

    assert (consent.form, consent.given_by_name, consent.recorded_by) == (
        ConsentForm.SIGNED_ON_SCREEN,
        "Ada Lund",
        by,
    )
    assert needs(ada)[0].state == NeedState.COVERED
    proofs = {proof.kind: proof for proof in Proof.objects.filter(consent=consent)}
    assert bytes(proofs["signature"].content) == make.png()
    pages = PdfReader(io.BytesIO(bytes(proofs["receipt"].content))).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    home = ada.residences.get().home_door
    for words in ["Ada Lund", str(home), "Maria Lindqvist", text().sha256, "Flyttar du frågar vi"]:
        assert words in said
    assert ada.personal_number not in said
    entry = TrailEntry.objects.about(consent).get(verb="consent.recorded")
    assert entry.person_ref == str(ada.ref)


def test_a_yes_can_be_on_paper(ada, by):
    consent = say_yes(ada, by, scan=PDF)

    assert consent.form == ConsentForm.PAPER
    assert sorted(consent.proofs.values_list("kind", "media_type")) == [
        ("receipt", "application/pdf"),
        ("scan", "application/pdf"),
    ]


def test_who_moves_is_asked_anew(ada, by):
    say_yes(ada, by)
    old = ada.residences.get()
    old.ends_on = date(2026, 3, 31)
    save_as(old, None)
    save_as(Residence(recipient=ada, home_door=make.home_door(), starts_on=date(2026, 4, 1)), None)

    assert needs(ada)[0].state == NeedState.MISSING


def test_a_lock_that_monitors_needs_a_consent_to_data_too(ada, by):
    home = ada.residences.get().home_door
    say_yes(ada, by)
    assert [need.kind for need in needs(ada)] == ["fitting_home", "fitting_entrance"]

    kinds = [(need.kind, need.state) for need in needs(ada, monitoring={home.pk})]
    assert kinds[:2] == [("fitting_home", "covered"), ("data", "missing")]
    say_yes(ada, by, kind=ConsentKind.DATA, text=text("data"))
    assert needs(ada, monitoring={home.pk})[1].state == NeedState.COVERED


def test_a_representative_can_say_yes_on_evidence(ada, by):
    guardian = make.representative(ada)

    consent = say_yes(ada, by, representative=guardian, own_view="agrees")

    assert (consent.given_by_name, consent.representative) == ("Gunnar God", guardian)
    paper = consent.proofs.get(kind="receipt")
    said = PdfReader(io.BytesIO(bytes(paper.content))).pages[0].extract_text()
    assert "God man – Förordnande" in said
    assert "Personen vill själv" in said


@pytest.mark.parametrize(
    ("given", "own_view", "words"),
    [
        ({}, "objects", "Ta upp det med\\s+enhetschefen"),
        ({}, "", "Ange personens egen inställning"),
        ({"evidence_seen_on": None}, "agrees", "är inte kontrollerat"),
        ({"ends_on": date(2026, 3, 9)}, "agrees", "gäller inte för personen i dag"),
    ],
)
def test_a_representative_is_refused(ada, by, given, own_view, words):
    guardian = make.representative(ada, **given)

    with pytest.raises(RuleBroken, match=words):
        say_yes(ada, by, representative=guardian, own_view=own_view)
    assert not Consent.objects.exists()


def test_the_representative_of_another_is_refused(ada, by):
    guardian = make.representative(make.recipient())

    with pytest.raises(RuleBroken, match="gäller inte för personen"):
        say_yes(ada, by, representative=guardian, own_view="agrees")


def png_of(picture):
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"signature": None}, "ska ha en underskrift"),
        ({"signature": make.png(), "scan": PDF}, "ska ha en underskrift"),
        ({"signature": b"not a picture"}, "kunde inte läsas"),
        ({"signature": png_of(Image.new("RGB", (300, 100), "white"))}, "Rutan är tom"),
        ({"signature": png_of(Image.new("RGBA", (300, 100), (0, 0, 0, 0)))}, "Rutan är tom"),
        ({"scan": b"GIF89a"}, "går inte att läsa"),
        ({"kind": ConsentKind.FITTING_ENTRANCE}, "hör inte till"),
        ({"kind": ConsentKind.DATA}, "hör inte till"),
    ],
)
def test_a_yes_without_what_it_needs_is_refused(ada, by, given, words):
    with pytest.raises(RuleBroken, match=words):
        say_yes(ada, by, **given)
    assert not Proof.objects.exists()


def test_a_person_without_a_home_is_not_asked(by):
    ada = make.recipient(died_on=date(2026, 3, 1))

    with pytest.raises(RuleBroken, match="ingen bostad i registret"):
        say_yes(ada, by)


def test_a_yes_is_given_once(ada, by):
    say_yes(ada, by)

    with pytest.raises(RuleBroken, match="redan ett sådant medgivande"):
        say_yes(ada, by)


def test_a_no_is_kept_with_its_reason(ada, by, at):
    moment = at(2026, 3, 11, 9)
    actions.record_recipient_refusal(
        recipient=ada, kind=ConsentKind.FITTING_HOME, reason="privacy", by=by
    )

    need = needs(ada)[0]
    assert (need.state, need.since) == (NeedState.DECLINED, moment)
    assert TrailEntry.objects.about_person(ada).get(verb="consent.declined")


def test_a_no_needs_a_reason_and_does_not_undo_a_yes(ada, by):
    with pytest.raises(RuleBroken, match="Välj en orsak"):
        actions.record_recipient_refusal(recipient=ada, kind="fitting_home", reason="", by=by)
    say_yes(ada, by)

    with pytest.raises(RuleBroken, match="Återkalla det i stället"):
        actions.record_recipient_refusal(
            recipient=ada, kind="fitting_home", reason="privacy", by=by
        )


def test_a_yes_after_a_no_counts(ada, by):
    actions.record_recipient_refusal(recipient=ada, kind="fitting_home", reason="wait", by=by)
    say_yes(ada, by)

    assert needs(ada)[0].state == NeedState.COVERED


def test_a_yes_can_be_taken_back(ada, by, at):
    consent = say_yes(ada, by)
    moment = at(2026, 5, 5, 10)

    consent = actions.end_recipient_consent(consent=consent, reason="privacy", by=by)

    need = needs(ada)[0]
    assert (need.state, need.since) == (NeedState.DECLINED, moment)
    assert RecipientRefusal.objects.get().reason == "privacy"
    assert needs(ada, on=date(2026, 5, 4))[0].state == NeedState.COVERED
    with pytest.raises(RuleBroken, match="gäller inte längre"):
        actions.end_recipient_consent(consent=consent, reason="privacy", by=by)


# --- several answers in one sitting --------------------------------------------------------------


def answer(recipient, by, answers, **given):
    if "scan" not in given:
        given.setdefault("signature", make.png())
    given.setdefault("understanding", "own_words")
    return actions.record_recipient_answer(
        recipient=recipient, answers=answers, **{"text": text(), "by": by, **given}
    )


def cohabitant(recipient, **given):
    return save_as(
        ContactPerson(**{"recipient": recipient, "name": "Eva Lund", "lives_with": True, **given}),
        None,
    )


def words_of(paper):
    pages = PdfReader(io.BytesIO(bytes(paper.content))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_each_yes_is_a_consent_of_its_own_with_the_same_proof(ada, by):
    answers = {"fitting_home": True, "spare_key": True, "alarm": False, "photo": True}

    given = answer(ada, by, answers, present="Eva Lund, dotter")

    assert [one.kind for one in given] == ["fitting_home", "spare_key", "photo"]
    papers = [one.proofs.get(kind="receipt").sha256 for one in given]
    assert len(set(papers)) == 1
    assert [one.proofs.get(kind="signature").sha256 for one in given] == [
        given[0].proofs.get(kind="signature").sha256
    ] * 3
    assert {(one.understanding, one.present) for one in given} == {
        ("own_words", "Eva Lund, dotter")
    }
    home = ada.residences.get().home_door
    assert {one.covers.get().home_door for one in given} == {home}
    refusal = RecipientRefusal.objects.get()
    assert (refusal.kind, refusal.reason) == ("alarm", "not_said")
    entries = TrailEntry.objects.about_person(ada).filter(verb="consent.recorded")
    assert len(entries) == 3
    assert entries[0].facts["understanding"] == "own_words"
    assert "Eva Lund" not in entries[0].canonical


def test_one_of_them_can_be_taken_back_alone(ada, by):
    fit, photo = answer(ada, by, {"fitting_home": True, "photo": True})

    actions.end_recipient_consent(consent=photo, reason="privacy", by=by)

    fit.refresh_from_db()
    assert fit.is_in_force_now
    assert needs(ada)[0].state == NeedState.COVERED


def test_the_paper_shows_each_answer_and_who_was_there(ada, by):
    guardian = make.representative(ada)
    (given,) = answer(
        ada,
        by,
        {"fitting_home": True, "photo": False},
        representative=guardian,
        own_view="agrees",
        understanding="simple_text",
        present="Eva Lund, dotter",
        text=text(language="sv-simple"),
    )

    said = words_of(given.proofs.get(kind="receipt"))

    for words in [
        "Får vi sätta ett tillbehör på låset i din dörr? JA",
        "Får vi ta ett foto av dörren? NEJ",
        "Personen vill själv",
        "Vi läste den lättlästa texten tillsammans",
        "Eva Lund, dotter",
        "underskrift räknas inte som personens medgivande",
        "God man – Förordnande",
        "2026-1 (sv-simple)",
    ]:
        assert words in said


def test_the_paper_speaks_the_language_of_its_text(ada, by):
    consent = say_yes(ada, by, text=text(language="en"))

    assert "Ada Lund" in words_of(consent.proofs.get(kind="receipt"))
    assert "lock accessory" in words_of(consent.proofs.get(kind="receipt"))


@pytest.mark.parametrize(
    ("answers", "given", "words"),
    [
        ({}, {}, "Svara på minst en fråga"),
        ({"fitting_home": True}, {"understanding": ""}, "såg att personen förstod"),
        ({"fitting_home": True}, {"understanding": "telepathy"}, "såg att personen förstod"),
        ({"fitting_home": True, "data": True}, {}, "hör inte till"),
        ({"fitting_entrance": True}, {}, "hör inte till"),
    ],
)
def test_a_sitting_is_refused(ada, by, answers, given, words):
    with pytest.raises(RuleBroken, match=words):
        answer(ada, by, answers, **given)
    assert not Consent.objects.exists()


def test_a_sitting_with_a_wrong_answer_saves_nothing(ada, by):
    answer(ada, by, {"photo": True})

    with pytest.raises(RuleBroken, match="redan ett sådant medgivande"):
        answer(ada, by, {"fitting_home": True, "photo": True})
    assert Consent.objects.count() == 1


def test_an_objection_is_a_no_and_stays_with_the_mandate(ada, by):
    guardian = make.representative(ada)

    actions.record_objection(recipient=ada, kinds=["fitting_home"], representative=guardian, by=by)

    guardian.refresh_from_db()
    assert guardian.own_view == "objects"
    assert needs(ada)[0].state == NeedState.DECLINED
    assert TrailEntry.objects.about(guardian).filter(verb="consent.objection").count() == 1
    with pytest.raises(RuleBroken, match="gäller inte för personen"):
        actions.record_objection(
            recipient=make.recipient(), kinds=["photo"], representative=guardian, by=by
        )


# --- those who live there ------------------------------------------------------------------------


def test_a_monitoring_lock_needs_the_yes_of_each_who_lives_there(ada, by):
    home = ada.residences.get().home_door
    eva = cohabitant(ada)
    cohabitant(ada, name="Bo", lives_with=False)
    cohabitant(ada, name="Per", ended_on=date(2026, 3, 1))
    answer(ada, by, {"data": True}, text=text("data"))

    def data():
        found = needs(ada, monitoring={home.pk})
        return [(one.contact_person, one.state) for one in found if one.kind == "data"]

    assert data() == [(None, NeedState.COVERED), (eva, NeedState.MISSING)]
    (given,) = answer(
        ada, by, {"data": True}, text=text("data"), contact_person=eva, understanding=""
    )
    assert given.given_by_name == "Eva Lund"
    assert "sig själv, bor i bostaden" in words_of(given.proofs.get(kind="receipt"))
    assert data() == [(None, NeedState.COVERED), (eva, NeedState.COVERED)]
    actions.end_recipient_consent(consent=given, reason="privacy", by=by)
    assert data() == [(None, NeedState.COVERED), (eva, NeedState.DECLINED)]
    assert not RecipientRefusal.objects.exists()
    assert [one.kind for one in needs(ada)] == ["fitting_home", "fitting_entrance"]


def test_the_yes_of_somebody_who_lives_there_is_not_the_persons_own(ada, by):
    home = ada.residences.get().home_door
    eva = cohabitant(ada)
    answer(ada, by, {"data": True}, text=text("data"), contact_person=eva, understanding="")

    assert needs(ada, monitoring={home.pk})[1].state == NeedState.MISSING
    assert answer(ada, by, {"data": True}, text=text("data"))


@pytest.mark.parametrize(
    ("contact", "answers", "words"),
    [
        ({}, {"fitting_home": True}, "bara svara för sig själv"),
        ({"lives_with": False}, {"data": True}, "Bara den som bor tillsammans"),
        ({"ended_on": date(2026, 3, 10)}, {"data": True}, "Bara den som bor tillsammans"),
    ],
)
def test_somebody_close_is_refused(ada, by, contact, answers, words):
    eva = cohabitant(ada, **contact)
    party = "data" if "data" in answers else "recipient"

    with pytest.raises(RuleBroken, match=words):
        answer(ada, by, answers, text=text(party), contact_person=eva)


def test_many_monitored_homes_cost_as_many_queries_as_one(by):
    def cost(number):
        people = [make.recipient() for _ in range(number)]
        for one in people:
            cohabitant(one)
        homes = [one.residences.get() for one in people]
        with CaptureQueriesContext(connection) as queries:
            needs_of_homes(homes, monitoring={one.home_door_id for one in homes})
        return len(queries)

    assert cost(1) == cost(5)
