"""The texts to agree to."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from consent.querysets import TextQuerySet
from consent.texts import Block, Section, blocks_of, checksum, sections_of
from homecare.core.errors import RuleBroken
from homecare.core.models import Row


class ConsentText(Row):
    """One version of a text to agree to. Never changed once something points at it."""

    class Party(models.TextChoices):
        OWNER = "owner", _("Fastighetsägare")
        RECIPIENT = "recipient", _("Hemtjänsttagare")
        DATA = "data", _("Hemtjänsttagare, om personuppgifter")

    party = models.CharField(_("till"), max_length=10, choices=Party)
    language = models.CharField(_("språk"), max_length=5, choices=settings.LANGUAGES)
    version = models.CharField(_("version"), max_length=20)
    title = models.CharField(_("rubrik"), max_length=160)
    body = models.TextField(_("text"))
    sha256 = models.CharField(_("kontrollsumma"), max_length=64, editable=False)
    valid_from = models.DateField(_("gäller från"))

    objects = TextQuerySet.as_manager()

    class Meta:
        ordering = ["party", "language", "-valid_from", "-pk"]
        verbose_name = _("medgivandetext")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "language", "version"], name="consent_text_version_once"
            )
        ]

    def __str__(self):
        return f"{self.title} ({self.version})"

    def save(self, *args, **kwargs):
        """Refuses to change a text that somebody was asked with or agreed to."""
        if not self._state.adding and self.is_used():
            raise RuleBroken(
                _("Texten har använts och kan inte ändras. Lägg till en ny version i stället.")
            )
        self.sha256 = checksum(self.title, self.body)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        if self.is_used():
            raise RuleBroken(_("Texten har använts och kan inte tas bort."))
        return super().delete(*args, **kwargs)

    def is_used(self) -> bool:
        return (
            _rows("ConsentCase").filter(text=self).exists()
            or _rows("Consent").filter(text=self).exists()
        )

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.body)

    @property
    def sections(self) -> list[Section]:
        return sections_of(self.body)


def _rows(model: str) -> Any:
    """The rows of another model of the room, which stands on this one."""
    return apps.get_model("consent", model)._default_manager
