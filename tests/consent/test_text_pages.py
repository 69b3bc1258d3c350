"""Drafting and approving the texts to agree to, and their pages."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent import actions, texts, validation
from consent.actions.texts import agreed
from consent.models import ConsentText
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from tests import make


@pytest.fixture(autouse=True)
def _spring(db, at):
    at(2026, 3, 10, 9)


@pytest.fixture
def writer():
    return make.user("coordinator", name="Maria Lindqvist")


@pytest.fixture
def manager():
    return make.user("unit_manager", make.unit(), name="Åsa Berglund")


def draft(by, **given):
    return actions.draft_text(
        **{
            "party": "owner",
            "language": "sv",
            "version": "2026-2",
            "title": "Medgivande till låstillbehör",
            "body": "{{kommun}} ber {{ägare}} om medgivande.\n\n- Det kostar ingenting.",
            "valid_from": date(2026, 4, 1),
            "by": by,
            **given,
        }
    )


def said(**given):
    return {
        "party": "owner",
        "language": "sv",
        "version": "2026-2",
        "valid_from": "2026-04-01",
        "title": "Medgivande till låstillbehör",
        "body": "Vi ber om ditt medgivande.",
        **given,
    }


def verbs(text):
    entries = TrailEntry.objects.about(text).order_by("pk")
    return list(entries.values_list("verb", "actor"))


# --- the actions ---------------------------------------------------------------------------------


def test_a_draft_is_approved_by_another_and_then_used_from_its_day(writer, manager, at):
    text = draft(writer)

    approved = actions.approve_text(text=text, by=manager)

    assert (approved.state, approved.drafted_by, approved.approved_by) == (
        "approved",
        writer,
        manager,
    )
    assert verbs(text) == [
        ("consent_text.drafted", str(writer.ref)),
        ("consent_text.approved", str(manager.ref)),
    ]
    assert TrailEntry.objects.about(text).first().facts["sha256"] == text.sha256
    assert ConsentText.objects.current("owner", "sv") != approved
    at(2026, 4, 1)
    assert ConsentText.objects.current("owner", "sv") == approved


def test_nobody_approves_what_they_have_written_in(writer, manager):
    text = draft(writer)
    with pytest.raises(RuleBroken, match="Be någon annan att läsa den"):
        actions.approve_text(text=text, by=writer)

    changed = actions.change_draft(
        text=text,
        version="2026-2",
        title=text.title,
        body="Ändrat.",
        valid_from=text.valid_from,
        by=manager,
    )

    assert changed.drafted_by == manager
    for who in (writer, manager):
        with pytest.raises(RuleBroken, match="Be någon annan att läsa den"):
            actions.approve_text(text=changed, by=who)
    assert actions.approve_text(text=changed, by=make.user("system_manager")).body == "Ändrat."


def test_a_draft_that_waited_past_its_day_is_valid_from_the_approval(writer, manager, at):
    text = draft(writer, valid_from=date(2026, 3, 10))

    at(2026, 3, 14, 9)

    assert actions.approve_text(text=text, by=manager).valid_from == date(2026, 3, 14)


def test_an_approved_text_is_neither_changed_nor_removed_nor_approved_again(writer, manager):
    text = actions.approve_text(text=draft(writer), by=manager)

    with pytest.raises(RuleBroken, match="Gör en ny version"):
        actions.change_draft(
            text=text, version="3", title="A", body="B", valid_from=text.valid_from, by=writer
        )
    with pytest.raises(RuleBroken, match="kan inte tas bort"):
        actions.remove_draft(text=text, by=writer)
    with pytest.raises(RuleBroken, match="redan godkänd"):
        actions.approve_text(text=text, by=make.user("system_manager"))


def test_a_removed_draft_leaves_a_line_in_the_trail(writer):
    text = draft(writer)
    kept = str(text.ref)

    actions.remove_draft(text=text, by=writer)

    assert not ConsentText.objects.filter(version="2026-2").exists()
    entry = TrailEntry.objects.get(verb="consent_text.removed")
    assert (entry.object_ref, entry.facts["version"]) == (kept, "2026-2")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"version": "2026-1"}, "redan en text med den versionen"),
        ({"valid_from": date(2026, 3, 9)}, "Dagen har varit"),
        ({"body": "Till {{personnummer}}."}, r"Fältet \{\{personnummer\}\} går inte att använda"),
        ({"body": "{{ recipient.name }}"}, r"Fältet \{\{recipient.name\}\} går inte"),
        ({"body": "{{kommun}"}, "inte rätt skrivet"),
        ({"body": "{% load x %}"}, "inte rätt skrivet"),
        ({"title": "{{kommun}} frågar"}, "Rubriken kan inte ha några fält"),
        ({"body": "I varje hyreslägenhet."}, "”hyreslägenhet” får inte stå"),
        ({"body": "Hos hemtjänsttagaren."}, "”hemtjänsttagaren” får inte stå"),
        ({"body": "In your flat.", "language": "en", "version": "9"}, "”flat” får inte stå"),
        ({"body": "Ditt samtycke."}, "”samtycke” hör till behandling av personuppgifter"),
    ],
)
def test_a_draft_is_refused(writer, given, words):
    with pytest.raises(RuleBroken, match=words):
        draft(writer, **given)
    assert not ConsentText.objects.filter(state="draft").exists()


def test_a_fault_is_found_at_the_approval_too(writer, manager):
    text = draft(writer)
    text.body = "Till {{lägenhet}}."
    text.save()

    with pytest.raises(RuleBroken, match=r"Fältet \{\{lägenhet\}\} går inte att använda"):
        actions.approve_text(text=text, by=manager)


def test_a_text_about_data_may_speak_of_consent_and_of_the_flat():
    assert validation.faults_of("data", "Samtycke", "Låset i din lägenhet, {{kommun}}.") == []
    assert validation.faults_of("recipient", "Lås", "{{ägare}}")[0].startswith("Fältet {{ägare}}")


def test_the_texts_of_this_version_have_no_faults():
    for text in texts.TEXTS:
        assert validation.faults_of(text.party, text.title, text.body) == []


def test_fields_are_filled_in_alike_on_pages_and_paper(writer, settings):
    settings.MUNICIPALITY, settings.CONTACT = "Årsta kommun", "las@arsta.example"
    text = draft(writer, body="{{kommun}} frågar {{ ägare }}. Svara {{Kontakt}}.")

    words = "Årsta kommun frågar fastighetsägaren. Svara las@arsta.example."
    assert text.sections[0].blocks[0].lines == (words,)
    assert agreed(text).blocks == [("paragraph", (words,))]
    assert "frågar Brf Eken." in agreed(text, owner="Brf Eken").blocks[0][1][0]


def test_the_easy_read_texts_have_short_lines():
    simple = [text for text in texts.TEXTS if text.language == "sv-simple"]

    assert sorted(text.party for text in simple) == ["data", "recipient"]
    for text in simple:
        lines = [line.removeprefix("- ") for line in text.body.splitlines()]
        assert [line for line in lines if len(line.split()) > 13] == []
        assert ConsentText.objects.current(text.party, "sv-simple").title == text.title


# --- the pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "sees", "drafts", "approves"),
    [
        pytest.param("coordinator", True, True, False, id="coordinator"),
        pytest.param("unit_manager", True, False, True, id="unit manager"),
        pytest.param("system_manager", True, True, True, id="system manager"),
        pytest.param("technician", False, False, False, id="technician"),
        pytest.param("security_officer", False, False, False, id="security officer"),
    ],
)
def test_who_may_see_draft_and_approve(client, writer, role, sees, drafts, approves):
    text = draft(writer)
    client.force_login(make.user(role, make.unit()))

    def opens(name, *args):
        return client.get(reverse(f"consent:{name}", args=args)).status_code == 200

    assert opens("text_list") == sees
    assert opens("text", text.ref) == sees
    assert opens("text_add") == drafts
    assert opens("text_change", text.ref) == drafts
    assert opens("text_remove", text.ref) == drafts
    assert opens("text_approve", text.ref) == approves


def test_the_list_says_how_it_stands_with_each_text(client, writer, manager):
    draft(writer, title="Ny text som väntar")
    actions.approve_text(text=draft(writer, version="2026-3"), by=manager)
    make.consent_text(valid_from="2025-01-01", title="En äldre text")
    client.force_login(writer)

    page = client.get(reverse("consent:text_list")).content.decode()

    for words in ["Utkast", "Godkänd, börjar senare", "Ersatt", "Används nu", "Lättläst svenska"]:
        assert words in page


def test_the_list_costs_the_same_for_one_text_and_for_five(client, writer):
    client.force_login(writer)
    address = reverse("consent:text_list")
    client.get(address)
    make.consent_text()
    with CaptureQueriesContext(connection) as for_one:
        client.get(address)
    for _ in range(4):
        make.consent_text()
    with CaptureQueriesContext(connection) as for_five:
        client.get(address)

    assert len(for_one) == len(for_five)


def test_a_text_is_drafted_changed_and_approved_by_another(client, writer, manager):
    client.force_login(writer)
    old = ConsentText.objects.current("owner", "sv")
    start = f"{reverse('consent:text_add')}?fran={old.ref}"
    assert "Låset, nycklarna, koderna" in client.get(start).content.decode()

    client.post(start, said())
    text = ConsentText.objects.get(version="2026-2")
    assert TrailEntry.objects.about(text).get().facts["based_on"] == str(old.ref)
    client.post(reverse("consent:text_change", args=[text.ref]), said(body="Bättre ord."))
    page = client.get(reverse("consent:text", args=[text.ref])).content.decode()
    assert "Bättre ord." in page
    assert "Väntar på att någon annan godkänner" in page
    client.force_login(manager)
    approve = reverse("consent:text_approve", args=[text.ref])
    assert "Då ersätter den version 2026-1." in client.get(approve).content.decode()
    client.post(approve)

    text.refresh_from_db()
    assert (text.state, text.approved_by) == ("approved", manager)
    page = client.get(reverse("consent:text", args=[text.ref])).content.decode()
    for words in [text.sha256, "Maria Lindqvist", "Åsa Berglund", "Utkastet ändrat"]:
        assert words in page
    assert client.get(approve).status_code == 404


def test_the_drafter_cannot_approve_on_the_page_either(client):
    both = make.user("system_manager")
    text = draft(both)
    client.force_login(both)

    assert (
        "Läs och godkänn"
        not in client.get(reverse("consent:text", args=[text.ref])).content.decode()
    )
    page = client.post(reverse("consent:text_approve", args=[text.ref])).content.decode()
    assert "Du har skrivit i texten." in page
    assert ConsentText.objects.get(pk=text.pk).state == "draft"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"body": "Till {{namn}}."}, "Fältet {{namn}} går inte att använda."),
        ({"body": "I din lägenhet."}, "”lägenhet” får inte stå"),
        ({"valid_from": "2026-03-01"}, "Dagen har varit."),
        ({"version": "2026-1"}, "redan en text med den versionen"),
    ],
)
def test_a_draft_that_is_not_right_is_shown_again(client, writer, given, words):
    client.force_login(writer)

    page = client.post(reverse("consent:text_add"), said(**given)).content.decode()

    assert words in page
    assert "Medgivande till låstillbehör" in page
    assert not ConsentText.objects.filter(state="draft").exists()


def test_a_draft_is_removed_after_a_question(client, writer):
    text = draft(writer)
    client.force_login(writer)
    address = reverse("consent:text_remove", args=[text.ref])

    assert "Ingen har tillfrågats med det." in client.get(address).content.decode()
    client.post(address)

    assert not ConsentText.objects.filter(pk=text.pk).exists()


def test_an_address_with_nonsense_in_it_leads_nowhere(client, writer):
    client.force_login(writer)

    assert client.get(f"{reverse('consent:text_add')}?fran=x").status_code == 404
