from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from homecare.core.models import Row


class Report(Row):
    """One report as it was taken: numbers, when, by whom, and the head of the trail. Never changed.

    `content` is what the PDF, the workbook and the page are drawn from, so that they agree for
    ever; `sha256` is over its canonical JSON.
    """

    number = models.PositiveIntegerField(_("nummer"), unique=True)
    made_at = models.DateTimeField(_("framtagen"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("framtagen av"),
    )
    content = models.JSONField()
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("rapport")

    def __str__(self):
        return _("Läget i införandet, nr %(number)s") % {"number": self.number}

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("A report is a snapshot and is never changed. Make a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("A report is a snapshot and is never deleted by hand.")
