"""The trail: what was done and read, by whom, and the seals that prove it.

Rows are added and never changed; the triggers of `triggers.py` see to it. References are plain
text, not foreign keys, since the trail outlives what it speaks of. `record` and `note_reading` in
`trail.py` write here, and nobody else does.

**The canonical form, version 1.** A JSON object with the keys sorted, no spaces, every character
written as itself in UTF-8, no NaN; times are UTC as `2030-01-31T11:00:00.000000+00:00`. The text
is stored as it was hashed and never built anew. An entry's digest is SHA-256 over it. Personal
details stand outside: their JSON text enters as SHA-256 over salt and text, and can be erased
together with the salt while the digest still proves the rest.
"""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from homecare.audit.querysets import TrailEntryQuerySet

GENESIS = "0" * 64


class Kind(models.TextChoices):
    """What sort of thing was done."""

    CHANGE = "change", _("Ändring")
    READ = "read", _("Läsning")
    SEARCH = "search", _("Sökning")
    EXPORT = "export", _("Export")
    PRINT = "print", _("Utskrift")
    DENIED = "denied", _("Nekad")
    BREAK_GLASS = "break_glass", _("Nödåtkomst")
    SYSTEM = "system", _("Systemhändelse")


class TrailEntry(models.Model):
    """One thing that was done or read: when, by whom, what, about whom."""

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    verb = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)  # a user's reference, "system", or e.g. "owner"
    role = models.CharField(max_length=64, blank=True)
    on_behalf_of = models.CharField(max_length=64, blank=True)
    unit_ref = models.CharField(max_length=64, blank=True)
    object_type = models.CharField(max_length=64, blank=True)
    object_ref = models.CharField(max_length=64, blank=True)
    person_ref = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    canonical = models.TextField()
    digest = models.CharField(max_length=64)
    # JSON as text, since the hash is over these very characters. Both are empty once erased.
    personal = models.TextField(blank=True)
    salt = models.CharField(max_length=64, blank=True)

    objects = TrailEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="audit_entry_at"),
            models.Index(fields=["person_ref", "at"], name="audit_entry_person"),
            models.Index(fields=["actor", "at"], name="audit_entry_actor"),
            models.Index(fields=["object_type", "object_ref", "at"], name="audit_entry_object"),
            models.Index(fields=["unit_ref", "at"], name="audit_entry_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.ref}"

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the action told of itself: small values without personal details."""
        return json.loads(self.canonical)["facts"]

    @cached_property
    def _personal(self) -> dict[str, Any]:
        return json.loads(self.personal) if self.personal else {}

    @property
    def actor_name(self) -> str:
        """The name the actor was shown with. Like all that follows empty once erased."""
        return self._personal.get("name", "")

    @property
    def on_behalf_of_name(self) -> str:
        return self._personal.get("on_behalf_of", "")

    @property
    def address(self) -> str:
        """From which network address."""
        return self._personal.get("address", "")

    @property
    def reason(self) -> str:
        return self._personal.get("reason", "")

    @property
    def details(self) -> dict[str, Any]:
        """The personal details that the action added."""
        return self._personal.get("details", {})

    @property
    def is_erased(self) -> bool:
        return not self.personal


class Waiting(models.Model):
    """An entry that no seal has taken yet. A trigger puts it here; the sealing takes it away."""

    entry = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.entry)


class Leaf(models.Model):
    """The place of one entry in one seal. Stays when retention removes the entry."""

    entry = models.BigIntegerField(primary_key=True)
    seal = models.PositiveBigIntegerField()
    position = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "position"], name="audit_leaf_one_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.seal}:{self.position}"


class Seal(models.Model):
    """A batch of entries: the root of their Merkle tree (RFC 6962), chained to the seal before.

    The digest is SHA-256 over the canonical form of `v`, `number`, `previous` (the digest of the
    seal before; zeros for the first), `root`, `size`, `remaining` (entries that still waited) and
    `at`.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    previous = models.CharField(max_length=64, unique=True)
    root = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    remaining = models.PositiveIntegerField()
    at = models.DateTimeField()
    canonical = models.TextField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number} {self.digest}"


class Permit(models.Model):
    """Leave to erase or remove entries, for the transaction that holds it and no longer.

    The row refers to a row that cannot exist, and the database checks that when the transaction
    ends: a transaction that has not given its permit back cannot be saved.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    never = models.ForeignKey("self", on_delete=models.DO_NOTHING, default=2, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="audit_permit_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return "permit"


def canonical(content: dict[str, Any]) -> str:
    """The one way to write `content` down, see the top of this module."""
    return json.dumps(
        content,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
        default=_as_json,
    )


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _as_json(value: Any) -> str:
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Decimal | Promise):
        return str(value)
    raise TypeError(f"The trail takes JSON, dates, UUIDs and decimals, not {type(value).__name__}.")
