from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from homecare.core.encryption import EncryptedField
from homecare.core.models import Row, TrackedQuerySet
from homecare.mailing.querysets import MessageQuerySet


class Channel(models.TextChoices):
    EMAIL = "email", _("E-post")
    LETTER = "letter", _("Brev")


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Väntar")
    SENT = "sent", _("Skickat")
    FAILED = "failed", _("Misslyckades")
    # Never tried: without an address that can be used. Somebody must see to it.
    NOT_SENT = "not_sent", _("Skickades inte")
    # Not needed any more, such as a reminder to somebody who has answered.
    STOPPED = "stopped", _("Stoppat")


class PrintRun(Row):
    """Letters printed together: one file, sorted by postal code, kept as it was printed."""

    number = models.PositiveIntegerField(_("nummer"), unique=True)
    made_at = models.DateTimeField(_("utskriven"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    letters = models.PositiveIntegerField(_("brev"))
    content = models.BinaryField()
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("utskrift")

    def __str__(self):
        return str(_("Utskrift %(number)d") % {"number": self.number})


class Message(Row):
    """One message to one receiver: written in the action's transaction, sent by a task.

    `once` names what the message is about; a second message with the same name is refused by the
    database, so that an action that runs twice writes once.
    """

    channel = models.CharField(_("kanal"), max_length=8, choices=Channel, default=Channel.EMAIL)
    purpose = models.CharField(_("ärende"), max_length=40)
    to_name = models.CharField(_("mottagare"), max_length=160)
    to_address = EncryptedField(_("adress"))
    language = models.CharField(max_length=5, default="sv")
    subject = models.CharField(_("rubrik"), max_length=200)
    # Holds the sealed link, which opens a door: encrypted as an address is.
    body = EncryptedField(_("text"))
    once = models.CharField(max_length=120, unique=True)
    about_type = models.CharField(max_length=60)
    about_ref = models.CharField(max_length=36)
    state = models.CharField(
        _("läge"), max_length=8, choices=MessageState, default=MessageState.WAITING
    )
    written_at = models.DateTimeField(_("skrivet"))
    sent_at = models.DateTimeField(_("skickat"), null=True, blank=True)
    # Tries since it was written or sent again; each has its Attempt.
    tries = models.PositiveSmallIntegerField(_("försök"), default=0)
    try_after = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("orsak"), max_length=200, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    print_run = models.ForeignKey(
        PrintRun, on_delete=models.PROTECT, related_name="messages", null=True, blank=True
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = _("meddelande")
        indexes = [
            models.Index(
                fields=["try_after"], condition=Q(state="waiting"), name="mailing_waiting"
            ),
            models.Index(fields=["about_type", "about_ref"], name="mailing_about"),
        ]
        constraints = [
            models.CheckConstraint(
                name="mailing_sent_is_dated",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"),
            )
        ]

    def __str__(self):
        return self.subject


class Attempt(models.Model):
    """One try to send one message, and what came of it."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField(_("tidpunkt"))
    error = models.CharField(_("fel"), max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self):
        return self.error or str(_("Skickat"))
