"""Letters wait until somebody prints them: one file, each letter in one run."""

import hashlib
import io
import threading

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from homecare.audit.models import Kind, TrailEntry
from homecare.core.errors import RuleBroken
from homecare.mailing import actions, letters
from homecare.mailing.models import Channel, Message, MessageState, PrintRun
from homecare.mailing.texts import place_of, postal_address, postal_code_of
from tests import make

ADDRESS = "Årstavägen 1\n120 50 Årsta"
LIST = "/meddelanden/brev/"


def post(about=None, **given):
    n = Message.objects.count()
    return actions.post(
        **{
            "to_name": f"Mottagare {n}",
            "to_address": ADDRESS,
            "subject": "Fråga om porten",
            "body": "Hej!\n\n- Provgatan 1\n\nMed vänlig hälsning\nMaria",
            "purpose": "Förfrågan om medgivande",
            "once": f"brev{n}",
            # About an owner: drawn plainly, as no room has said how letters about owners look.
            "about": about or make.owner(),
            "channel": Channel.LETTER,
            **given,
        }
    )


@pytest.fixture
def by(db):
    return make.user("coordinator", name="Maria Lindqvist")


def pages_of(run):
    content = bytes(PrintRun.objects.get(pk=run.pk).content)
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "address"),
    [
        (("Årstavägen 1", "12050", "Årsta"), ADDRESS),
        ((" Årstavägen  1 ", "120 50", "Årsta\n"), ADDRESS),
        (("", "12050", "Årsta"), ""),
        (("Årstavägen 1", "", "Årsta"), ""),
        (("Årstavägen 1", "1205", "Årsta"), ""),
        (("Årstavägen 1", "12050", " "), ""),
    ],
)
def test_a_postal_address_is_whole_or_nothing(parts, address):
    assert postal_address(*parts) == address


@pytest.mark.parametrize(
    ("address", "code", "place"),
    [
        (ADDRESS, "12050", "120 50 Årsta"),
        ("c/o Ek\nAgatan 2\n12050 Årsta", "12050", "12050 Årsta"),
        ("120 50 Årsta", "", ""),
        ("Agatan 2\nÅrsta", "", ""),
        ("", "", ""),
    ],
)
def test_an_address_is_sorted_by_its_postal_code(address, code, place):
    assert (postal_code_of(address), place_of(address)) == (code, place)


# --- waiting -------------------------------------------------------------------------------------


def test_a_letter_waits_and_no_sweep_sends_it(by, committing):
    with committing():
        message = post()

    call_command("send_waiting")
    assert not actions.send_message(message.pk)

    message.refresh_from_db()
    assert (message.state, message.channel) == (MessageState.WAITING, Channel.LETTER)
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "Mottagaren har ingen postadress."),
        ("asa@example.se", "Postadressen är inte fullständig."),
    ],
)
def test_a_letter_without_an_address_is_not_sent_and_says_why(db, address, reason):
    message = post(to_address=address)

    assert (message.state, message.reason) == (MessageState.NOT_SENT, reason)


def test_a_letter_that_is_not_needed_any_more_is_stopped(by):
    owner = make.owner()
    post(owner)

    assert actions.withdraw(about=owner, reason="Ägaren har svarat.") == 1
    with pytest.raises(RuleBroken, match="inga brev"):
        letters.print_letters(by=by)


# --- printing ------------------------------------------------------------------------------------


def test_all_that_waits_goes_in_one_file_by_postal_code_and_name(by, at):
    moment = at(2026, 3, 10, 9)
    post(to_name="Öberg", to_address="Bgatan 1\n120 50 Årsta")
    post(to_name="Ek", to_address="Agatan 1\n120 50 Årsta")
    post(to_name="Alm", to_address="Cgatan 1\n121 04 Johanneshov")
    post(to_name="Per", channel=Channel.EMAIL, to_address="per@example.se")

    run = letters.print_letters(by=by)

    first, second, third = pages_of(run)
    assert "Ek\nAgatan 1\n120 50 Årsta" in first
    assert "Öberg" in second
    assert "Alm" in third
    run = PrintRun.objects.get()
    assert (run.number, run.letters, run.made_at, run.made_by) == (1, 3, moment, by)
    assert run.sha256 == hashlib.sha256(bytes(run.content)).hexdigest()
    sent = Message.objects.filter(print_run=run)
    assert set(sent.values_list("state", "sent_at", "tries", "claimed_until")) == {
        (MessageState.SENT, moment, 1, None)
    }
    assert Message.objects.get(to_name="Per").state == MessageState.WAITING


def test_what_was_printed_is_in_the_trail_as_a_run_and_letter_by_letter(by):
    message = post(to_name="Hemlige Ek")
    run = letters.print_letters(by=by, large=True)

    [entry] = TrailEntry.objects.filter(verb="letters.printed")
    assert (entry.actor, entry.object_ref) == (str(by.ref), str(run.ref))
    for fact in (run.sha256, '"large":true', '"letters":1'):
        assert fact in entry.canonical
    assert TrailEntry.objects.about(message).filter(verb="message.sent").count() == 1
    assert not TrailEntry.objects.filter(verb="letters.printed", canonical__contains="Ek").exists()


def test_a_letter_is_printed_once(by):
    post()
    letters.print_letters(by=by)

    with pytest.raises(RuleBroken, match="Det finns inga brev att skriva ut"):
        letters.print_letters(by=by)

    post()
    assert letters.print_letters(by=by).number == 2
    assert PrintRun.objects.count() == 2


def test_a_letter_that_cannot_be_drawn_leaves_all_waiting(by, monkeypatch):
    message = post()

    def draw(_messages, _large):
        raise ZeroDivisionError

    monkeypatch.setitem(letters._DRAWN_BY, "properties.propertyowner", draw)
    with pytest.raises(ZeroDivisionError):
        letters.print_letters(by=by)

    message.refresh_from_db()
    assert (message.state, message.claimed_until) == (MessageState.WAITING, None)
    assert PrintRun.objects.count() == 0


def test_a_letter_that_was_stopped_while_it_was_drawn_is_not_said_to_be_sent(by, monkeypatch):
    message = post()

    def draw(messages, large):
        Message.objects.update(state=MessageState.STOPPED)
        return letters.plain(messages, large)

    monkeypatch.setitem(letters._DRAWN_BY, "properties.propertyowner", draw)
    with pytest.raises(RuleBroken, match="Breven ändrades under utskriften"):
        letters.print_letters(by=by)

    message.refresh_from_db()
    assert (message.state, message.print_run) == (MessageState.STOPPED, None)


def test_the_file_has_a_title_a_language_and_its_fonts(by):
    post()
    reader = PdfReader(io.BytesIO(bytes(letters.print_letters(by=by).content)))

    assert reader.metadata.title.startswith("Brev ")
    assert reader.root_object["/Lang"] == "sv"
    fonts = {
        str(font.get_object()["/BaseFont"])
        for font in reader.pages[0]["/Resources"]["/Font"].values()
    }
    assert any("Atkinson" in font for font in fonts)


def test_drawing_costs_the_same_number_of_questions_for_five_as_for_one(by):
    def cost(number):
        for _ in range(number):
            post()
        with CaptureQueriesContext(connection) as asked:
            letters.print_letters(by=by)
        return len(asked)

    cost(1)  # the styles and the like are there
    assert cost(1) == cost(5)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_print_at_once_one_is_refused():
    by = make.user("coordinator")
    for _ in range(3):
        post()
    ready, outcomes = threading.Barrier(2), []

    def print_them():
        try:
            ready.wait()
            outcomes.append(letters.print_letters(by=by).letters)
        except RuleBroken as broken:
            outcomes.append(str(broken))
        finally:
            connection.close()

    threads = [threading.Thread(target=print_them) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(outcomes, key=str) == [3, "Det finns inga brev att skriva ut."]
    assert PrintRun.objects.count() == 1


# --- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("coordinator", 200),
        ("system_manager", 200),
        ("unit_manager", 404),
        ("technician", 404),
        ("auditor", 404),
        ("care_worker", 404),
    ],
)
def test_who_may_see_and_print_letters(client, by, role, status):
    post()
    run = letters.print_letters(by=by)
    client.force_login(make.user(role))

    assert client.get(LIST).status_code == status
    assert client.get(f"{LIST}{run.ref}/").status_code == status
    assert client.get(f"{LIST}{run.ref}/brev.pdf").status_code == status
    assert client.post(f"{LIST}skriv-ut/").status_code == (302 if status == 200 else 404)


def test_letters_are_printed_from_the_page_and_fetched(client, by):
    post(to_name="Karin Ek")
    client.force_login(by)
    page = client.get(LIST).content.decode()
    assert "1 brev väntar på utskrift." in page
    assert "Karin Ek" in page
    assert "120 50 Årsta" in page
    assert "Årstavägen" not in page

    response = client.post(f"{LIST}skriv-ut/", {"large": "on"}, follow=True)

    run = PrintRun.objects.get()
    assert response.redirect_chain == [(f"{LIST}{run.ref}/", 302)]
    page = response.content.decode()
    for words in ["Breven är klara.", "Karin Ek", "Utskrift 1", "Maria Lindqvist", run.sha256]:
        assert words in page
    file = client.get(f"{LIST}{run.ref}/brev.pdf")
    assert file["Content-Disposition"] == 'attachment; filename="brev-1.pdf"'
    assert file.content == bytes(run.content)
    assert TrailEntry.objects.filter(kind=Kind.EXPORT, verb="letters.file").count() == 1
    page = client.get(LIST).content.decode()
    assert "Inga brev väntar" in page
    assert "Utskrift 1" in page


def test_with_nothing_to_print_the_page_says_so(client, by):
    client.force_login(by)

    response = client.post(f"{LIST}skriv-ut/", follow=True)

    assert "Det finns inga brev att skriva ut." in response.content.decode()


def test_the_list_of_messages_tells_of_letters_that_wait(client, by):
    client.force_login(by)
    assert "Brev väntar på utskrift" not in client.get("/meddelanden/").content.decode()
    post(to_name="Karin Ek")
    post(to_name="Per Al", channel=Channel.EMAIL, to_address="per@example.se")

    assert "Brev väntar på utskrift" in client.get("/meddelanden/").content.decode()
    by_letter = client.get("/meddelanden/", {"channel": "letter"}).content.decode()
    assert "Karin Ek" in by_letter
    assert "Per Al" not in by_letter


@pytest.mark.parametrize("is_printed", [True, False])
def test_a_list_of_letters_costs_the_same_for_five_as_for_one(
    client, by, django_assert_num_queries, is_printed
):
    def one_more(number):
        for _ in range(number):
            post(make.case())
        if not is_printed:
            return LIST
        run = letters.print_letters(by=by)
        return reverse("mailing:print_run", args=[run.ref])

    client.force_login(by)
    address = one_more(1)
    client.get(address)
    with CaptureQueriesContext(connection) as for_one:
        client.get(address)

    address = one_more(4)

    with django_assert_num_queries(len(for_one)):
        client.get(address)
