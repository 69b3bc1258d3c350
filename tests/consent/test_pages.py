"""The office's pages of consents."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import actions
from consent.models import Consent, ConsentCase, ConsentText
from consent.states import CaseState
from tests import make

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture(autouse=True)
def _spring(db, at):
    at(2026, 3, 10, 9)


@pytest.fixture
def coordinator(client):
    user = make.user("coordinator", name="Maria Lindqvist")
    client.force_login(user)
    return user


@pytest.fixture
def owner():
    return make.owner(name="Årsta Allé AB")


def asked(owner, *entrances, **given):
    given.setdefault("text", ConsentText.objects.current("owner", "sv"))
    given.setdefault("state", CaseState.SENT)
    return make.case(owner, *entrances, **given)


def addresses(owner):
    """Every page of the office that shows or changes an owner's consents."""
    case = asked(owner)
    consent = make.owner_consent(owner, everything=True)
    return {
        "coverage": reverse("consent:coverage"),
        "case_list": reverse("consent:case_list"),
        "case": reverse("consent:case", args=[case.ref]),
        "consent_list": reverse("consent:consent_list"),
        "consent": reverse("consent:consent", args=[consent.ref]),
        "ask": reverse("consent:ask", args=[owner.ref]),
        "owner_consent_add": reverse("consent:owner_consent_add", args=[owner.ref]),
        "case_cancel": reverse("consent:case_cancel", args=[case.ref]),
        "consent_end": reverse("consent:consent_end", args=[consent.ref]),
    }


SEEING = {"coverage", "case_list", "case", "consent_list", "consent"}


@pytest.mark.parametrize(
    ("role", "may_open"),
    [
        ("coordinator", "all"),
        ("unit_manager", "seeing"),
        ("system_manager", "none"),
        ("security_officer", "none"),
        ("auditor", "none"),
        ("technician", "none"),
        ("care_worker", "none"),
    ],
)
def test_who_may_open_which_page(client, owner, role, may_open):
    client.force_login(make.user(role))
    pages = addresses(owner)
    expected = {"all": set(pages), "seeing": SEEING, "none": set()}[may_open]

    opened = {name for name, address in pages.items() if client.get(address).status_code == 200}

    assert opened == expected


def test_without_an_account_one_is_asked_to_sign_in(client, owner):
    for address in addresses(owner).values():
        assert client.get(address).status_code == 302


# --- coverage ------------------------------------------------------------------------------------


def test_coverage_shows_each_entrance_under_its_owner(client, coordinator, owner):
    missing = make.entrance(owner=owner, address="Agatan 1")
    covered = make.entrance(owner=owner, address="Bgatan 2")
    for entrance in (missing, covered):
        make.recipient(home=make.home_door(entrance))
    make.owner_consent(owner, covered, conditions="Svart kulör")

    page = client.get("/medgivanden/").content.decode()

    assert "Fråga om 1 port" in page
    assert page.index("Agatan 1") < page.index("Inte tillfrågad</span>")
    assert "Svart kulör" in page
    filtered = client.get("/medgivanden/", {"path": "yes"}).content.decode()
    assert "Agatan 1" not in filtered
    assert "Bgatan 2" in filtered


def test_coverage_can_be_searched_by_owner_and_address(client, coordinator):
    for name, address in (("Alfa AB", "Agatan 1"), ("Beta AB", "Bgatan 2")):
        entrance = make.entrance(owner=make.owner(name=name), address=address)
        make.recipient(home=make.home_door(entrance))

    assert "Beta AB" not in client.get("/medgivanden/", {"q": "alfa"}).content.decode()
    assert "Alfa AB" not in client.get("/medgivanden/", {"q": "bgat"}).content.decode()


def test_coverage_names_no_recipient(client, coordinator):
    person = make.recipient(last_name="Kanariefågelsson")

    page = client.get("/medgivanden/").content.decode()

    assert "Kanariefågelsson" not in page
    assert f"lgh {person.residences.get().home_door.apartment_number}" not in page


# --- the number of queries -----------------------------------------------------------------------


def one_more(owner):
    entrance = make.entrance(owner=owner)
    make.recipient(home=make.home_door(entrance))
    asked(owner, entrance)
    make.owner_consent(owner, entrance)
    make.recipient(home=make.home_door(make.entrance()))


@pytest.mark.parametrize("name", ["coverage", "case_list", "consent_list"])
def test_a_list_costs_the_same_for_five_as_for_one(
    client, coordinator, owner, django_assert_num_queries, name
):
    address = reverse(f"consent:{name}")
    one_more(owner)
    client.get(address)
    with CaptureQueriesContext(connection) as for_one:
        client.get(address)
    for _ in range(4):
        one_more(owner)

    with django_assert_num_queries(len(for_one)):
        client.get(address)
    assert len(for_one) <= 20


# --- asking --------------------------------------------------------------------------------------


def test_what_needs_consent_is_chosen_already(client, coordinator, owner):
    needed = make.entrance(owner=owner, address="Agatan 1")
    make.entrance(owner=owner, address="Bgatan 2")
    covered = make.entrance(owner=owner, address="Cgatan 3")
    make.recipient(home=make.home_door(needed))
    make.owner_consent(owner, covered)

    response = client.get(reverse("consent:ask", args=[owner.ref]))

    form = response.context["form"]
    assert [str(one) for one in form.fields["entrances"].queryset] == ["Agatan 1", "Bgatan 2"]
    assert form.initial["entrances"] == [needed]


def test_the_preview_sends_nothing_and_shows_no_link(client, coordinator, owner):
    entrance = make.entrance(owner=owner, address="Agatan 1")
    address = reverse("consent:ask", args=[owner.ref])

    response = client.post(address, {"entrances": [entrance.pk], "language": "sv", "preview": "1"})

    page = response.content.decode()
    assert "[länk till svarssidan]" in page
    assert "Agatan 1 (" in page
    assert "/svar/" not in page
    assert not ConsentCase.objects.exists()


def test_a_question_is_sent_from_the_page(client, coordinator, owner):
    entrance = make.entrance(owner=owner)

    response = client.post(
        reverse("consent:ask", args=[owner.ref]), {"entrances": [entrance.pk], "language": "en"}
    )

    case = ConsentCase.objects.get()
    assert response["Location"] == case.get_absolute_url()
    assert (case.state, case.text.language, case.handler) == (CaseState.SENT, "en", coordinator)


def test_a_refusal_is_shown_on_the_page(client, coordinator):
    owner = make.owner(name="Bolaget", email="")
    entrance = make.entrance(owner=owner)

    page = client.post(
        reverse("consent:ask", args=[owner.ref]), {"entrances": [entrance.pk], "language": "sv"}
    ).content.decode()

    assert "Bolaget har varken en kontaktperson med e-postadress eller en postadress" in page


def test_an_entrance_of_another_cannot_be_slipped_in(client, coordinator, owner):
    make.entrance(owner=owner)
    foreign = make.entrance()

    client.post(
        reverse("consent:ask", args=[owner.ref]), {"entrances": [foreign.pk], "language": "sv"}
    )

    assert not ConsentCase.objects.exists()


# --- one request ---------------------------------------------------------------------------------


def test_the_page_of_a_request_shows_answers_history_and_papers(client, coordinator, owner):
    entrances = [make.entrance(owner=owner, address=one) for one in ("Agatan 1", "Bgatan 2")]
    case = actions.ask_and_send(owner=owner, entrances=entrances, by=coordinator)
    actions.answer_case(
        case=case,
        link_number=1,
        answers={
            item.pk: actions.Answer(choice, "Svart kulör", "heritage")
            for item, choice in zip(case.items.all(), ("yes", "no"), strict=True)
        },
        name="Bo Ek",
        title="Förvaltare",
        text=case.text,
    )

    page = client.get(case.get_absolute_url()).content.decode()

    for words in [
        "Svart kulör",
        "Kulturhistorisk dörr",
        "Ägaren har svarat",
        "Bo Ek, Förvaltare",
        "Förfrågan skickad",
        "Förfrågan om medgivande: Stoppat",
    ]:
        assert words in page
    assert reverse("consent:proof", args=[case.proofs.get().ref]) in page
    assert "/svar/" not in page


def test_a_request_is_sent_anew_and_cancelled_from_its_page(client, coordinator, owner):
    case = asked(owner, make.entrance(owner=owner))

    client.post(reverse("consent:case_send", args=[case.ref]))
    case.refresh_from_db()
    assert case.link_number == 2
    client.post(reverse("consent:case_cancel", args=[case.ref]), {"reason": "Fel ägare"})
    case.refresh_from_db()
    assert (case.state, case.cancelled_because) == (CaseState.CANCELLED, "Fel ägare")
    page = client.get(case.get_absolute_url()).content.decode()
    assert "Fel ägare" in page
    assert "Skicka ny länk" not in page


def test_who_waits_for_the_handler_is_told_of(client, coordinator, owner):
    case = asked(owner, state=CaseState.NO_ANSWER)

    page = client.get(reverse("consent:case_list")).content.decode()

    assert "1 ägare har inte svarat trots påminnelser" in " ".join(page.split())
    assert "Ring ägaren" in client.get(case.get_absolute_url()).content.decode()


# --- on paper, and the end -----------------------------------------------------------------------


def paper(**given):
    return {
        "covers": "everything",
        "given_on": "2026-03-01",
        "given_by_name": "Bo Ek",
        "scan": SimpleUploadedFile("medgivande.pdf", PDF),
        **given,
    }


def test_a_paper_is_recorded_and_its_scan_can_be_fetched(client, coordinator, owner):
    address = reverse("consent:owner_consent_add", args=[owner.ref])

    response = client.post(address, paper(conditions="Bara vardagar"))

    consent = Consent.objects.get()
    assert response["Location"] == reverse("consent:consent", args=[consent.ref])
    page = client.get(response["Location"]).content.decode()
    assert "Bara vardagar" in page
    assert "Alla fastigheter som ägaren äger" in page
    scan = client.get(reverse("consent:proof", args=[consent.proofs.get().ref]))
    assert (scan.content, scan["Content-Type"]) == (PDF, "application/pdf")
    assert scan["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"covers": "properties"}, "Välj minst en."),
        ({"covers": "entrances", "home_doors_too": "on"}, "Går bara för hela fastigheter."),
        ({"given_on": "2026-03-11"}, "Datumet har inte varit än."),
        ({"scan": SimpleUploadedFile("virus.pdf", b"MZ...")}, "Filen går inte att läsa."),
    ],
)
def test_a_paper_that_is_not_right_is_shown_again(client, coordinator, owner, given, words):
    page = client.post(
        reverse("consent:owner_consent_add", args=[owner.ref]), paper(**given)
    ).content.decode()

    assert words in page
    assert 'value="Bo Ek"' in page
    assert not Consent.objects.exists()


def test_a_revocation_is_recorded_with_its_reason(client, coordinator, owner):
    consent = make.owner_consent(owner, everything=True)

    client.post(reverse("consent:consent_end", args=[consent.ref]), {"reason": "De ringde"})

    page = client.get(reverse("consent:consent", args=[consent.ref])).content.decode()
    assert "Återkallat" in page
    assert "De ringde" in page
    assert client.get(reverse("consent:consent_end", args=[consent.ref])).status_code == 404
