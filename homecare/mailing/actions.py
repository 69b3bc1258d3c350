"""Writing, sending and stopping messages."""

import smtplib
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.background import after_commit
from homecare.core.claims import claim
from homecare.core.errors import RuleBroken
from homecare.mailing.models import Attempt, Channel, Message, MessageState
from homecare.mailing.texts import compose, one_line, postal_code_of

# How long to wait after the first, second … try that failed. After the last one it is given up.
DELAYS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60)]
# Well above the mail server's time limit (settings: 20 seconds for each step of the talk).
CLAIM_LASTS = timedelta(minutes=10)
SWEEP_AT_MOST = 500


class ServerAway(Exception):
    """The mail server did not answer, or cannot take messages at the moment."""


class AddressRefused(Exception):
    """The mail server says that this message can never be delivered. The text says why."""


@transaction.atomic
def post(
    *,
    to_name: str,
    to_address: str,
    subject: str,
    body: str,
    purpose: str,
    once: str,
    about: Any,
    language: str = "sv",
    channel: str = Channel.EMAIL,
    by: User | None = None,
) -> Message:
    """Write a message to one receiver, to be sent when the running transaction is saved.

    By letter (`channel`) it waits until somebody prints it; `to_address` is then what
    `texts.postal_address` makes, and what the letter looks like is for the room to say that
    `about` is of (`mailing.letters`). `once` names the message: a second with the same name is not
    written, and the first is given back. `purpose` is Swedish text marked with gettext_noop.
    Without an address that can be used the message is kept as not sent, with the reason, for a
    coordinator to see.
    """
    to_address = to_address.strip()
    reason = _why_not(channel, to_address)
    message, is_new = Message.objects.get_or_create(
        once=once,
        defaults={
            "channel": channel,
            "to_name": one_line(to_name)[:160],
            "to_address": to_address,
            "subject": one_line(subject)[:200],
            "body": body,
            "purpose": purpose,
            "about_type": about._meta.label_lower,
            "about_ref": str(about.ref),
            "language": language,
            "state": MessageState.NOT_SENT if reason else MessageState.WAITING,
            "reason": reason,
            "written_at": clock.now(),
        },
    )
    if not is_new:
        return message
    record(by, "message.written", message, purpose=purpose, personal={"to": message.to_name})
    if message.state == MessageState.WAITING and message.channel == Channel.EMAIL:
        after_commit("mailing.send_message", message_id=message.pk)
    return message


def _why_not(channel: str, address: str) -> str:
    if channel == Channel.LETTER:
        if not address:
            return _("Mottagaren har ingen postadress.")
        return "" if postal_code_of(address) else _("Postadressen är inte fullständig.")
    if not address:
        return _("Mottagaren har ingen e-postadress.")
    try:
        validate_email(address)
    except ValidationError:
        return _("E-postadressen är inte giltig.")
    return ""


def send_message(message_id: int) -> bool:
    """Try to send one message; whether it left just now.

    Only a message that waits, is due and is nobody else's at the moment is tried, so this can run
    twice and at the same time. The talk with the mail server holds no lock. Raises ServerAway,
    after the try is written, when there is no sense in trying other messages now.
    """
    with claim(Message, message_id, lasting=CLAIM_LASTS) as message:
        if message is None or not _is_due(message):
            return False
        try:
            _hand_over(message)
        except AddressRefused as error:
            _note_try(message, error=str(error), for_good=True)
            return False
        except ServerAway as error:
            _note_try(message, error=str(error))
            raise
        return _note_sent(message)


def _is_due(message: Message) -> bool:
    return (
        message.channel == Channel.EMAIL
        and message.state == MessageState.WAITING
        and (message.try_after is None or message.try_after <= clock.now())
    )


def _hand_over(message: Message) -> None:
    """Give the message to the mail server; its answers become our own errors."""
    try:
        mail = compose(
            ref=str(message.ref),
            to_name=message.to_name,
            to_address=message.to_address,
            subject=message.subject,
            body=message.body,
            language=message.language,
        )
        mail.connection = get_connection()
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        if any(code < 500 for code, _text in error.recipients.values()):
            raise ServerAway(_("Mottagarens e-postserver kan inte ta emot just nu.")) from error
        raise AddressRefused(
            _("Mottagarens e-postserver tar inte emot adressen. Kontrollera att den är rätt.")
        ) from error
    except smtplib.SMTPDataError as error:
        if error.smtp_code < 500:
            raise ServerAway(_("E-postservern kan inte ta emot just nu.")) from error
        raise AddressRefused(
            _("E-postservern tog inte emot meddelandet (svar %(code)s).")
            % {"code": error.smtp_code}
        ) from error
    except (ValueError, UnicodeError) as error:
        # Django refuses a header that cannot be written, such as one with a line break.
        raise AddressRefused(_("E-postadressen kan inte användas.")) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(_("E-postservern svarar inte.")) from error


@transaction.atomic
def _note_sent(message: Message) -> bool:
    now = clock.now()
    moved = Message.objects.filter(pk=message.pk, state=MessageState.WAITING).update(
        state=MessageState.SENT, sent_at=now, reason="", tries=F("tries") + 1, try_after=None
    )
    Attempt.objects.create(message=message, at=now)
    record(None, "message.sent", message, purpose=message.purpose)
    return bool(moved)


@transaction.atomic
def _note_try(message: Message, *, error: str, for_good: bool = False) -> None:
    """Write down a try that failed: when the next one is, or that it is given up."""
    now = clock.now()
    Attempt.objects.create(message=message, at=now, error=error[:200])
    tries = message.tries + 1
    given_up = for_good or tries > len(DELAYS)
    Message.objects.filter(pk=message.pk, state=MessageState.WAITING).update(
        tries=tries,
        reason=error[:200],
        state=MessageState.FAILED if given_up else MessageState.WAITING,
        try_after=None if given_up else now + DELAYS[tries - 1],
    )
    if given_up:
        record(None, "message.failed", message, purpose=message.purpose, tries=tries)


def send_waiting() -> int:
    """Send what waits and is due; how many messages left. Safe to run twice, late and at once.

    Stops at the first sign that the mail server is away: each of the others would only wait for
    the same silence.
    """
    now = clock.now()
    due = (
        Message.objects.filter(
            Q(try_after=None) | Q(try_after__lte=now),
            Q(claimed_until=None) | Q(claimed_until__lte=now),
            channel=Channel.EMAIL,
            state=MessageState.WAITING,
        )
        .order_by("written_at", "pk")
        .values_list("pk", flat=True)[:SWEEP_AT_MOST]
    )
    sent = 0
    for message_id in list(due):
        try:
            sent += send_message(message_id)
        except ServerAway:
            break
    return sent


@transaction.atomic
def withdraw(*, about: models.Model, reason: str, by: User | None = None) -> int:
    """Stop the messages about `about` that still wait; how many. They are kept, with `reason`.

    One that is on its way to the mail server, or into print, at this very moment cannot be stopped.
    """
    now = clock.now()
    waiting = Message.objects.select_for_update(of=("self",)).filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now),
        about_type=about._meta.label_lower,
        about_ref=str(about.ref),  # type: ignore[attr-defined]
        state=MessageState.WAITING,
    )
    stopped = list(waiting)
    for message in stopped:
        message.state = MessageState.STOPPED
        message.reason = reason[:200]
        message.save(update_fields=["state", "reason"])
        record(by, "message.withdrawn", message, purpose=message.purpose, reason=reason)
    return len(stopped)


@transaction.atomic
def send_again(*, message: Message, by: User | None) -> Message:
    """Let a message that failed wait anew, with all its tries. Refuses one that did not fail."""
    moved = Message.objects.filter(pk=message.pk, state=MessageState.FAILED).update(
        state=MessageState.WAITING, tries=0, try_after=None, reason=""
    )
    if not moved:
        raise RuleBroken(_("Bara meddelanden som har misslyckats kan skickas igen."))
    message.refresh_from_db()
    record(by, "message.sent_again", message, purpose=message.purpose)
    after_commit("mailing.send_message", message_id=message.pk)
    return message
