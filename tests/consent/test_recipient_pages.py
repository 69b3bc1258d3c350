"""The pages beside a recipient: asking, the paper, what was said, taking it back."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from consent import actions
from consent.models import Consent, ConsentText
from homecare.audit.models import Kind, TrailEntry
from homecare.core.models import save_as
from homecare.recipients.models import ContactPerson
from tests import make


@pytest.fixture(autouse=True)
def _spring(db, at):
    at(2026, 3, 10, 9)


@pytest.fixture
def coordinator(client):
    user = make.user("coordinator", name="Maria Lindqvist")
    client.force_login(user)
    return user


@pytest.fixture
def person():
    return make.recipient(first_name="Ada", last_name="Lund")


def talk(person, query=""):
    return reverse("consent:recipient_consent", args=[person.ref]) + query


def yes(**given):
    return {
        "kind": "fitting_home",
        "answer_fitting_home": "yes",
        "giver": "self",
        "understanding": "own_words",
        "signature": make.signature(),
        **given,
    }


def contact(person, **given):
    return save_as(
        ContactPerson(**{"recipient": person, "name": "Eva Lund", "relation": "dotter", **given}),
        None,
    )


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize(
    ("role", "in_own_unit", "protected", "named", "status"),
    [
        pytest.param("coordinator", True, False, False, 200, id="own unit"),
        pytest.param("coordinator", False, False, False, 404, id="another unit"),
        pytest.param("coordinator", True, True, False, 404, id="protected"),
        pytest.param("coordinator", True, True, True, 200, id="protected and named"),
        pytest.param("unit_manager", True, False, False, 404, id="may only see"),
    ],
)
def test_who_may_ask_a_recipient(client, role, in_own_unit, protected, named, status):
    unit = make.unit()
    level = "marked" if protected else "none"
    person = make.recipient(unit if in_own_unit else make.unit(), protection_level=level)
    user = make.user(role, unit)
    if named:
        make.named_grant(person, user)
    consent = make.recipient_consent(person)
    client.force_login(user)

    assert client.get(talk(person)).status_code == status
    end = reverse("consent:recipient_consent_end", args=[consent.ref])
    assert client.get(end).status_code == status
    paper = reverse("consent:recipient_form", args=[person.ref])
    assert client.get(paper).status_code == status
    read = TrailEntry.objects.about_person(person).filter(kind=Kind.READ).count()
    assert read == (3 if status == 200 else 0)


# --- asking --------------------------------------------------------------------------------------


def test_a_recipient_says_yes_on_the_screen(client, coordinator, person):
    page = text_of(client.get(talk(person)))
    assert "Din egen nyckel fungerar som förut" in page
    assert "räknas inte som medgivande" in page

    response = client.post(talk(person), yes())

    assert response.status_code == 302
    consent = Consent.objects.get(recipient=person)
    assert (consent.kind, consent.understanding) == ("fitting_home", "own_words")
    assert consent.proofs.count() == 2
    assert "Registrera återkallande" in text_of(client.get(talk(person)))


def test_each_answer_of_the_sitting_stands_alone(client, coordinator, person):
    contact(person)

    client.post(
        talk(person),
        yes(
            answer_spare_key="yes",
            answer_alarm="",
            answer_photo="no",
            near=["Eva Lund (dotter)"],
            present="Bo Ek, granne",
        ),
    )

    given = Consent.objects.filter(recipient=person)
    assert sorted(given.values_list("kind", flat=True)) == ["fitting_home", "spare_key"]
    assert {one.present for one in given} == {"Eva Lund (dotter); Bo Ek, granne"}
    assert person.refusals.get().kind == "photo"
    page = text_of(client.get(talk(person)))
    for words in ["Inte tillfrågad", "Nej", "Eva Lund (dotter); Bo Ek, granne"]:
        assert words in page


def test_what_was_not_answered_can_be_asked_later(client, coordinator, person):
    make.recipient_consent(person)
    assert "answer_photo" not in text_of(client.get(talk(person)))

    page = text_of(client.get(talk(person, "?kind=fitting_home&fraga=1")))
    assert "answer_photo" in page
    assert "answer_fitting_home" not in page
    said = yes(answer_photo="yes")
    del said["answer_fitting_home"]
    client.post(talk(person), said)

    assert Consent.objects.filter(recipient=person, kind="photo").exists()


@pytest.mark.parametrize(
    ("query", "words", "language"),
    [
        ("?kind=data&lang=en", "act 2001:454", "en"),
        (
            "?kind=data&lang=sv-simple",
            "Det kan till exempel visa om dörren står öppen.",
            "sv-simple",
        ),
        ("?kind=data&lang=tok", "9 § lagen", "sv"),
    ],
)
def test_the_text_can_be_chosen(client, coordinator, person, query, words, language):
    address = talk(person, query)
    assert words in text_of(client.get(address))
    said = yes(kind="data", answer_data="yes")
    del said["answer_fitting_home"]

    client.post(address, said)

    consent = Consent.objects.get(recipient=person)
    assert (consent.kind, consent.text.party, consent.text.language) == ("data", "data", language)


def test_the_type_can_be_made_bigger(client, coordinator, person):
    assert "talk-large" not in text_of(client.get(talk(person)))
    page = text_of(client.get(talk(person, "?stor=1&lang=sv-simple")))

    assert "talk-large" in page
    assert "Vanlig text" in page
    assert "lang=en&amp;fraga=1&amp;stor=1" in page


def test_the_page_costs_the_same_for_one_answer_and_for_five(client, coordinator):
    one, five = make.recipient(), make.recipient()
    make.recipient_consent(one)
    for kind in ("fitting_home", "spare_key", "alarm", "photo", "data"):
        make.recipient_consent(five, kind=kind)

    def cost(person):
        client.get(talk(person))
        with CaptureQueriesContext(connection) as queries:
            client.get(talk(person))
        return len(queries)

    assert cost(five) == cost(one)


# --- no ------------------------------------------------------------------------------------------


def test_after_a_no_the_page_tells_of_the_other_way_in(client, coordinator, person):
    said = {"kind": "fitting_home", "answer_fitting_home": "no", "giver": "self"}
    assert "Välj en orsak till nej." in text_of(client.post(talk(person), said))

    page = text_of(client.post(talk(person), {**said, "reason": "privacy"}, follow=True))

    assert person.refusals.get().reason == "privacy"
    for words in ["Hjälpen fortsätter som förut", "nyckel av metall", "nyckelbox"]:
        assert words in page
    assert not Consent.objects.exists()


def test_a_no_to_the_lock_may_go_with_a_yes_to_a_spare_key(client, coordinator, person):
    client.post(
        talk(person),
        yes(answer_fitting_home="no", reason="wait", answer_spare_key="yes"),
    )

    assert Consent.objects.get(recipient=person).kind == "spare_key"
    assert person.refusals.get().kind == "fitting_home"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"signature": ""}, "Skriv under i rutan, eller välj ett skannat papper."),
        ({"signature": "data:image/png;base64,xxxx"}, "Underskriften kunde inte läsas."),
        ({"signature": "https://example.se/a.png"}, "Underskriften kunde inte läsas."),
        ({"understanding": ""}, "Ange hur ni såg att personen förstod frågan."),
        ({"answer_fitting_home": ""}, "Välj ja eller nej."),
        ({"answer_fitting_home": "board"}, "Välj ett giltigt alternativ"),
        ({"present": "x" * 201}, "200 tecken"),
        ({"giver": "with-somebody"}, "Välj ett giltigt alternativ"),
    ],
)
def test_a_yes_that_is_not_whole_is_shown_again(client, coordinator, person, given, words):
    assert words in text_of(client.post(talk(person), yes(**given)))
    assert not Consent.objects.exists()


def test_a_yes_on_paper_needs_no_note_of_understanding(client, coordinator, person):
    scan = SimpleUploadedFile("papper.pdf", b"%PDF-1.7\n%%EOF\n")

    client.post(talk(person), yes(signature="", understanding="", scan=scan))

    assert Consent.objects.get(recipient=person).form == "paper"


def test_the_paper_form_has_the_text_and_the_questions(client, coordinator, person):
    address = reverse("consent:recipient_form", args=[person.ref])

    response = client.get(f"{address}?kind=fitting_home&lang=sv-simple")

    pages = PdfReader(io.BytesIO(response.content)).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    text = ConsentText.objects.current("recipient", "sv-simple")
    for words in [
        "Ada Lund",
        "Du kan alltid öppna dörren inifrån.",
        "Får vi ta ett foto av dörren?",
        "underskrift räknas inte",
        text.sha256,
    ]:
        assert words in said
    assert person.personal_number not in said
    assert TrailEntry.objects.about_person(person).filter(verb="consent.form_printed").exists()


def test_the_paper_form_comes_in_large_print_too(client, coordinator, person):
    address = reverse("consent:recipient_form", args=[person.ref])

    def pages(query):
        return len(PdfReader(io.BytesIO(client.get(address + query).content)).pages)

    assert f"{address}?kind=fitting_home&amp;lang=sv&amp;stor=1" in text_of(
        client.get(talk(person, "?stor=1"))
    )
    assert pages("?stor=1") > pages("")


# --- a representative ----------------------------------------------------------------------------


def test_a_representative_says_yes_on_evidence(client, coordinator, person):
    guardian = make.representative(person)
    assert "Förordnande, kontrollerat 2020-01-01" in text_of(client.get(talk(person)))
    said = yes(giver=str(guardian.ref), understanding="")
    assert "Ange personens egen inställning." in text_of(client.post(talk(person), said))

    client.post(talk(person), {**said, "own_view": "not_possible"})

    assert Consent.objects.get().representative == guardian
    guardian.refresh_from_db()
    assert guardian.own_view == "not_possible"


def test_when_the_person_objects_the_unit_manager_takes_it_up(client, coordinator):
    unit = make.unit()
    person = make.recipient(unit, first_name="Ada", last_name="Lund")
    guardian = make.representative(person)
    said = yes(giver=str(guardian.ref), own_view="objects", answer_photo="yes")

    page = text_of(client.post(talk(person), said, follow=True))

    assert not Consent.objects.exists()
    assert "Ta upp med enhetschefen" in page
    assert "Ada Lund vill inte själv." in page
    assert sorted(person.refusals.values_list("kind", flat=True)) == ["fitting_home", "photo"]
    entry = TrailEntry.objects.about_person(person).get(verb="consent.objection")
    assert entry.facts["kinds"] == ["fitting_home", "photo"]

    client.force_login(make.user("unit_manager", unit))
    listed = client.get(reverse("consent:objection_list"))
    assert "Ada Lund" in text_of(listed)
    client.force_login(make.user("unit_manager", make.unit()))
    assert "Ada Lund" not in text_of(client.get(reverse("consent:objection_list")))


def test_the_list_of_objections_costs_the_same_for_one_and_for_five(client):
    unit = make.unit()
    client.force_login(make.user("unit_manager", unit))
    address = reverse("consent:objection_list")

    def cost(number):
        for _ in range(number):
            make.representative(make.recipient(unit), own_view="objects")
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    assert cost(1) == cost(4)


# --- somebody who lives there --------------------------------------------------------------------


def test_somebody_who_lives_there_says_yes_for_themselves(client, coordinator, person):
    make.recipient_consent(person, kind="data")
    make.recipient_consent(person)
    eva = contact(person, relation="maka", lives_with=True)
    page = text_of(client.get(talk(person, "?kind=data")))
    assert "Eva Lund" in page
    address = talk(person, "?kind=data&fraga=1")
    assert "answer_data" in text_of(client.get(address))

    client.post(
        address,
        {
            "kind": "data",
            "answer_data": "yes",
            "giver": f"with-{eva.ref}",
            "signature": make.signature(),
        },
    )

    consent = Consent.objects.get(contact_person=eva)
    assert (consent.kind, consent.recipient, consent.given_by_name) == ("data", person, "Eva Lund")
    page = text_of(client.get(talk(person, "?kind=data&fraga=1")))
    assert "answer_data" not in page  # nobody is left to ask


def test_the_no_of_somebody_who_lives_there_is_not_the_persons(client, coordinator, person):
    eva = contact(person, lives_with=True)
    client.post(
        talk(person, "?kind=data"),
        {"kind": "data", "answer_data": "no", "giver": f"with-{eva.ref}", "reason": "privacy"},
    )

    assert not person.refusals.exists()
    entry = TrailEntry.objects.about(eva).get(verb="consent.declined")
    assert entry.person_ref == str(person.ref)
    assert "Nej" in text_of(client.get(talk(person, "?kind=fitting_home")))


# --- what there is -------------------------------------------------------------------------------


def test_somebody_without_a_home_cannot_be_asked(client, coordinator, person):
    person.residences.get().delete()

    assert "ingen bostad i registret" in text_of(client.get(talk(person)))
    paper = reverse("consent:recipient_form", args=[person.ref])
    assert "ingen bostad i registret" in text_of(client.get(paper))


def test_who_moves_is_asked_anew_on_the_page_too(client, coordinator, person):
    make.recipient_consent(person)
    Consent.objects.get().covers.create(home_door=person.residences.get().home_door)
    assert "answer_fitting_home" not in text_of(client.get(talk(person)))
    home = person.residences.get()
    home.home_door = make.home_door()
    save_as(home, None)

    assert "answer_fitting_home" in text_of(client.get(talk(person)))


def test_a_recipient_takes_the_consent_back(client, coordinator, person):
    consent = make.recipient_consent(person)
    make.recipient_consent(person, kind="spare_key")
    address = reverse("consent:recipient_consent_end", args=[consent.ref])

    page = text_of(client.post(address, {"reason": "privacy"}, follow=True))

    consent.refresh_from_db()
    assert consent.ended_because == "revoked"
    assert client.get(address).status_code == 404
    assert "Återkallat" in page
    assert "Hjälpen fortsätter som förut" in page
    assert Consent.objects.in_force().get().kind == "spare_key"  # that one stands


def test_a_recipients_papers_are_for_those_who_may_see_the_person(client, coordinator):
    unit = make.unit()
    person = make.recipient(unit)
    consent = actions.record_recipient_consent(
        recipient=person,
        kind="fitting_home",
        text=ConsentText.objects.current("recipient", "sv"),
        by=coordinator,
        signature=make.png(),
    )
    paper = reverse("consent:proof", args=[consent.proofs.get(kind="receipt").ref])

    assert client.get(paper)["Content-Type"] == "application/pdf"
    assert TrailEntry.objects.about_person(person).filter(verb="proof.read").count() == 1
    client.force_login(make.user("unit_manager", make.unit()))
    assert client.get(paper).status_code == 404
    client.force_login(make.user("unit_manager", unit))
    assert client.get(paper).status_code == 200
    assert date(2026, 3, 10) == consent.starts_on
