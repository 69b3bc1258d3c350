"""The texts to agree to."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consent.querysets import TextQuerySet
from consent.states import TextLanguage, TextState
from consent.texts import Block, Section, blocks_of, checksum, sections_of
from homecare.core.errors import RuleBroken
from homecare.core.models import Row


class ConsentText(Row):
    """One version of a text to agree to: drafted by one person, approved by another, then frozen.

    What was sent is what is shown and proved for ever, so an approved text is never changed.
    """

    class Party(models.TextChoices):
        OWNER = "owner", _("Fastighetsägare")
        RECIPIENT = "recipient", _("Hemtjänsttagare")
        DATA = "data", _("Hemtjänsttagare, om personuppgifter")

    party = models.CharField(_("till"), max_length=10, choices=Party)
    language = models.CharField(_("språk"), max_length=9, choices=TextLanguage)
    version = models.CharField(_("version"), max_length=20)
    title = models.CharField(_("rubrik"), max_length=160)
    body = models.TextField(_("text"))
    sha256 = models.CharField(_("kontrollsumma"), max_length=64, editable=False)
    valid_from = models.DateField(_("gäller från"))
    state = models.CharField(_("läge"), max_length=8, choices=TextState, default=TextState.DRAFT)
    # Nobody for the texts that come with the application.
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    approved_at = models.DateTimeField(_("godkänd"), null=True, blank=True)

    objects = TextQuerySet.as_manager()

    class Meta:
        ordering = ["party", "language", "-valid_from", "-pk"]
        verbose_name = _("medgivandetext")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "language", "version"], name="consent_text_version_once"
            ),
            models.CheckConstraint(
                name="consent_text_approved_is_dated",
                condition=Q(state="approved", approved_at__isnull=False)
                | Q(state="draft", approved_at=None),
            ),
            models.CheckConstraint(
                name="consent_text_approved_by_another",
                condition=Q(drafted_by=None) | ~Q(approved_by=F("drafted_by")),
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.version})"

    def save(self, *args, **kwargs):
        """Refuses to change a text that is approved."""
        self._refuse_frozen(_("Texten är godkänd och kan inte ändras. Gör en ny version."))
        self.sha256 = checksum(self.title, self.body)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self._refuse_frozen(_("Texten är godkänd och kan inte tas bort."))
        return super().delete(*args, **kwargs)

    def _refuse_frozen(self, why: Any) -> None:
        kept = type(self).objects.filter(pk=self.pk, state=TextState.APPROVED)
        if not self._state.adding and kept.exists():
            raise RuleBroken(why)

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.body)

    @property
    def sections(self) -> list[Section]:
        return sections_of(self.body)
