"""Messages are written with the action and sent after it, once."""

import smtplib
import threading
from datetime import timedelta
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection, transaction

from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.mailing import actions
from homecare.mailing.models import Attempt, Message, MessageState
from homecare.mailing.texts import paragraphs_of
from tests import make


def post(about, **given):
    return actions.post(
        **{
            "to_name": "Åsa Ägare",
            "to_address": "asa@example.se",
            "subject": "Får vi montera?",
            "body": "Hej!\n\n- Provgatan 1\n- Provgatan 3\n\nhttps://las.example.se/svar/x\n",
            "purpose": "Förfrågan om medgivande",
            "once": "case:1:link:1",
            "about": about,
            **given,
        }
    )


@pytest.fixture
def case(db):
    return make.case()


@pytest.fixture
def server(monkeypatch):
    """What the mail server answers: the errors given, one after the other, then all is well."""
    answers = []
    real = EmailBackend.send_messages

    def send_messages(self, messages):
        if answers:
            raise answers.pop(0)
        return real(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return answers


def verbs(message):
    return [entry.verb for entry in TrailEntry.objects.about(message).order_by("at", "pk")]


# --- writing -------------------------------------------------------------------------------------


def test_a_message_leaves_when_the_transaction_is_saved(case, committing, at):
    moment = at(2026, 3, 2, 9)
    with committing():
        message = post(case)
        assert mail.outbox == []

    message.refresh_from_db()
    assert (message.state, message.sent_at) == (MessageState.SENT, moment)
    [sent] = mail.outbox
    name, address = parseaddr(sent.to[0])
    assert (str(make_header(decode_header(name))), address) == ("Åsa Ägare", "asa@example.se")
    assert [attempt.error for attempt in message.attempts.all()] == [""]
    assert verbs(message) == ["message.written", "message.sent"]


def test_a_transaction_that_fails_leaves_no_message(case, committing):
    def fail():
        with committing(), transaction.atomic():
            post(case)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert not Message.objects.exists()
    assert mail.outbox == []


def test_the_same_message_is_written_once(case, committing):
    with committing():
        first = post(case)
        second = post(case, subject="En annan rubrik")

    assert second == first
    assert [message.subject for message in mail.outbox] == ["Får vi montera?"]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "Mottagaren har ingen e-postadress."),
        ("  ", "Mottagaren har ingen e-postadress."),
        ("asa", "E-postadressen är inte giltig."),
        ("asa@example.se\nBcc: alla@example.se", "E-postadressen är inte giltig."),
    ],
)
def test_without_an_address_it_is_kept_with_the_reason(case, committing, address, reason):
    with committing():
        message = post(case, to_address=address)

    message.refresh_from_db()
    assert (message.state, message.reason) == (MessageState.NOT_SENT, reason)
    assert mail.outbox == []


def test_no_header_can_be_put_into_a_name_or_a_subject(case, committing):
    with committing():
        post(case, to_name="Eva\r\nBcc: x@example.se", subject="Hej\nBcc: y@example.se\u2028!")

    [sent] = mail.outbox
    text = sent.message().as_string()
    assert "\nBcc:" not in text
    assert sent.subject == "Hej Bcc: y@example.se !"
    assert sent.recipients() == ['"Eva Bcc: x@example.se" <asa@example.se>']


def test_the_address_and_the_link_are_not_plain_in_the_database(case):
    message = post(case)

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_address, body FROM mailing_message WHERE id = %s", [message.pk])
        [row] = cursor.fetchall()
    assert "asa@example.se" not in row[0]
    assert "svar" not in row[1]


def test_the_mail_is_text_and_html_with_a_message_id_of_its_own(case, committing):
    with committing():
        message = post(case)

    [sent] = mail.outbox
    assert sent.body == message.body
    assert sent.extra_headers["Message-ID"] == f"<{message.ref}@127.0.0.1>"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    [(html, kind)] = [tuple(part) for part in sent.alternatives]
    assert kind == "text/html"
    assert '<a href="https://las.example.se/svar/x"' in html
    assert '<html lang="sv">' in html


def test_paragraphs_lists_and_links_are_told_apart():
    found = paragraphs_of(
        "Hej!\n\n- en\n- två\n\nhttps://x.example/\n\nIn English: https://x.example/?lang=en\n\n1\n2"
    )

    assert [(one.lines, one.link, one.is_list) for one in found] == [
        (("Hej!",), "", False),
        (("en", "två"), "", True),
        ((), "https://x.example/", False),
        (("In English",), "https://x.example/?lang=en", False),
        (("1", "2"), "", False),
    ]


# --- a server that is away -----------------------------------------------------------------------


def test_with_the_server_away_it_waits_longer_and_longer(case, committing, server, at):
    start = at(2026, 3, 2, 9)
    server += [ConnectionRefusedError(), smtplib.SMTPServerDisconnected()]
    with committing():
        message = post(case)
    message.refresh_from_db()
    assert (message.state, message.try_after) == (
        MessageState.WAITING,
        start + timedelta(minutes=1),
    )

    assert actions.send_waiting() == 0  # not due yet
    assert len(server) == 1
    at(2026, 3, 2, 9, 1)
    assert actions.send_waiting() == 0
    message.refresh_from_db()
    assert (message.try_after, message.reason) == (
        start + timedelta(minutes=6),
        "E-postservern svarar inte.",
    )
    at(2026, 3, 2, 9, 6)
    assert actions.send_waiting() == 1
    message.refresh_from_db()
    assert (message.state, message.reason) == (MessageState.SENT, "")
    assert message.attempts.count() == 3


def test_after_the_last_try_it_has_failed(case, server, at):
    at(2026, 3, 2, 9)
    server += [OSError()] * 20
    message = post(case)
    for day in range(3, 22):
        at(2026, 3, day, 9)
        actions.send_waiting()

    message.refresh_from_db()
    assert (message.state, message.tries) == (MessageState.FAILED, len(actions.DELAYS) + 1)
    assert verbs(message) == ["message.written", "message.failed"]


def test_a_sweep_stops_at_the_first_silence(case, server):
    server += [OSError(), OSError()]
    post(case)
    post(case, once="case:2")

    assert actions.send_waiting() == 0
    assert len(server) == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            smtplib.SMTPRecipientsRefused({"asa@example.se": (550, b"no such user")}),
            "Mottagarens e-postserver tar inte emot adressen. Kontrollera att den är rätt.",
        ),
        (
            smtplib.SMTPDataError(554, b"spam"),
            "E-postservern tog inte emot meddelandet (svar 554).",
        ),
    ],
)
def test_a_refusal_for_good_is_not_tried_again(case, committing, server, error, reason):
    server.append(error)
    with committing():
        message = post(case)

    message.refresh_from_db()
    assert (message.state, message.reason, message.tries) == (MessageState.FAILED, reason, 1)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"asa@example.se": (450, b"greylisted")}),
        smtplib.SMTPDataError(451, b"later"),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        smtplib.SMTPSenderRefused(553, b"not ours", "no-reply@example.se"),
    ],
)
def test_a_refusal_that_may_pass_is_tried_again(case, committing, server, error):
    server.append(error)
    with committing():
        message = post(case)

    message.refresh_from_db()
    assert (message.state, message.tries) == (MessageState.WAITING, 1)


# --- twice, at once, stopped, again --------------------------------------------------------------


def test_sending_twice_sends_once(case, committing):
    with committing():
        message = post(case)

    assert actions.send_message(message.pk) is False
    assert len(mail.outbox) == 1


def test_a_message_that_somebody_is_at_is_left(case):
    message = post(case)
    Message.objects.filter(pk=message.pk).update(claimed_until=clock.now() + timedelta(minutes=5))

    assert actions.send_message(message.pk) is False
    assert actions.send_waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_message_once(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    case = make.case()
    message = post(case, to_address="")  # written without being sent at once
    Message.objects.update(state=MessageState.WAITING, to_address="asa@example.se", reason="")
    both = threading.Barrier(2)

    def work():
        both.wait()
        actions.send_message(message.pk)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(mail.outbox) == 1
    assert Attempt.objects.count() == 1


def test_what_is_no_longer_needed_is_stopped(case):
    message = post(case)
    other = post(make.case(), once="case:other")

    assert actions.withdraw(about=case, reason="Ägaren har svarat.") == 1
    assert actions.send_waiting() == 1
    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.state, message.reason) == (MessageState.STOPPED, "Ägaren har svarat.")
    assert other.state == MessageState.SENT
    assert verbs(message) == ["message.written", "message.withdrawn"]


def test_a_failed_message_is_sent_again_by_hand(case, committing, server):
    server.append(smtplib.SMTPDataError(554, b"spam"))
    with committing():
        message = post(case)
    by = make.user("coordinator")

    with committing():
        actions.send_again(message=message, by=by)

    message.refresh_from_db()
    assert (message.state, message.tries, message.attempts.count()) == (MessageState.SENT, 1, 2)
    assert TrailEntry.objects.about(message).filter(verb="message.sent_again").exists()


def test_a_message_that_did_not_fail_is_not_sent_again(case):
    with pytest.raises(RuleBroken, match="Bara meddelanden som har misslyckats"):
        actions.send_again(message=post(case), by=None)


def test_the_command_sends_what_waits(case, capsys):
    post(case)

    call_command("send_waiting")

    assert capsys.readouterr().out == "Skickade: 1\n"
