from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from homecare.accounts.models import User
from homecare.core.encryption import EncryptedField
from homecare.core.models import Row
from homecare.exchange.querysets import ImportQuerySet
from homecare.exchange.states import ImportState, ListKind


class Import(Row):
    """One list on its way into the register: understood, tried, brought in, perhaps undone.

    The file is kept, encrypted, until the list is brought in or given up; then only its name and
    checksum remain.
    """

    kind = models.CharField(_("sort"), max_length=16, choices=ListKind)
    name = models.CharField(_("namn på ändringen"), max_length=120)
    file_name = models.CharField(_("fil"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    # Column of the file → field, as understood and as the person changed it.
    mapping = models.JSONField(default=dict)
    state = models.CharField(
        _("läge"), max_length=12, choices=ImportState, default=ImportState.READ
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("uppladdad av"),
    )
    uploaded_at = models.DateTimeField(_("uppladdad"))
    rows = models.PositiveIntegerField(_("rader"), default=0)
    # Of the dry run: how many lines are new, changed, unchanged; and the faults, which may hold
    # what somebody wrote in a cell, so they are encrypted and go with the file.
    counts = models.JSONField(default=dict)
    faults = EncryptedField(blank=True, default="")
    sentences = EncryptedField(blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True)
    # Who said that it be brought in: the author of what it changes. Not always the uploader.
    brought_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("inläst av"),
    )
    finished_at = models.DateTimeField(_("inläst"), null=True, blank=True)
    undone_at = models.DateTimeField(_("ångrad"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    refusal = models.CharField(_("hinder"), max_length=300, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("inläsning")

    def __str__(self):
        return self.name

    @property
    def author(self) -> User:
        """Who changes, or changed, the register with it."""
        return self.brought_in_by or self.uploaded_by


class ImportedRow(models.Model):
    """One row of the register that an import made or changed, and what it was before."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="imported")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    row_id = models.BigIntegerField()
    is_new = models.BooleanField()
    # Field → value before, for rows that were changed; encrypted, as it may be a person's.
    before = EncryptedField(blank=True, default="")
    # The newest history row when the import was done; a later one means that work built on it.
    history_id = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["content_type", "row_id"], name="exchange_row")]

    def __str__(self):
        return f"{self.content_type_id}:{self.row_id}"
