import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from homecare.audit.models import canonical, digest_of
from homecare.core import clock
from homecare.core.models import Row, TrackedQuerySet
from homecare.organisation.models import CareUnit
from homecare.recipients.models import Recipient
from homecare.staff.models import StaffMember
from locks.querysets import (
    HandoutQuerySet,
    InstallationQuerySet,
    KeyQuerySet,
    ReceiptQuerySet,
    SignedQuerySet,
    WorkOrderQuerySet,
)
from locks.states import (
    Attended,
    Because,
    InstallationState,
    NotPossibleReason,
    OrderKind,
    OrderState,
    TestPoint,
)
from properties.models import Entrance, HomeDoor


def one_door(name: str) -> models.CheckConstraint:
    """The row is about an entrance or a home door, never both and never neither."""
    return models.CheckConstraint(
        name=name,
        condition=Q(entrance__isnull=False, home_door=None)
        | Q(entrance=None, home_door__isnull=False),
    )


class LockKind(models.TextChoices):
    TURN_KNOB = "turn_knob", _("Vredenhet")
    CYLINDER = "cylinder", _("Cylindertillbehör")
    ENTRANCE_UNIT = "entrance_unit", _("Portenhet")
    KEY_BOX = "key_box", _("Nyckelgömma")

    @classmethod
    def for_door(cls, door: Entrance | HomeDoor) -> set["LockKind"]:
        """What can sit on such a door: a shared entrance takes other things than a home's door."""
        if isinstance(door, Entrance):
            return {cls.ENTRANCE_UNIT, cls.KEY_BOX}
        return {cls.TURN_KNOB, cls.CYLINDER, cls.KEY_BOX}


class LockModel(Row):
    """A product that a supplier sells (låsmodell)."""

    supplier = models.CharField(_("leverantör"), max_length=80)
    name = models.CharField(_("modell"), max_length=80)
    kind = models.CharField(_("typ"), max_length=14, choices=LockKind)
    has_monitoring_function = models.BooleanField(
        _("övervakar"),
        default=False,
        help_text=_("Då krävs även samtycke enligt 9 § lagen (2001:454)."),
    )

    objects = TrackedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["supplier", "name"]
        verbose_name = _("låsmodell")
        constraints = [
            models.UniqueConstraint(fields=["supplier", "name"], name="locks_model_once")
        ]

    def __str__(self):
        return f"{self.supplier} {self.name}"


class LockUnit(Row):
    """One device, known by its serial number. Where it sits is in `Installation`."""

    model = models.ForeignKey(
        LockModel, on_delete=models.PROTECT, related_name="units", verbose_name=_("modell")
    )
    serial = models.CharField(_("serienummer"), max_length=60)

    objects = TrackedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["serial"]
        verbose_name = _("låsenhet")
        constraints = [
            models.UniqueConstraint(fields=["model", "serial"], name="locks_serial_once")
        ]

    def __str__(self):
        return self.serial


class WorkOrder(Row):
    """A job for a technician at one door. `state` is changed only by `locks.actions`."""

    kind = models.CharField(_("arbete"), max_length=10, choices=OrderKind)
    entrance = models.ForeignKey(
        Entrance, on_delete=models.PROTECT, related_name="orders", null=True, blank=True
    )
    home_door = models.ForeignKey(
        HomeDoor, on_delete=models.PROTECT, related_name="orders", null=True, blank=True
    )
    state = models.CharField(
        _("läge"), max_length=14, choices=OrderState, default=OrderState.PLANNED
    )
    lock_model = models.ForeignKey(
        LockModel,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("låsmodell"),
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="orders",
        null=True,
        blank=True,
        verbose_name=_("montör"),
    )
    booked_on = models.DateField(_("dag"), null=True, blank=True)
    window_from = models.TimeField(_("från klockan"), null=True, blank=True)
    window_to = models.TimeField(_("till klockan"), null=True, blank=True)
    note = models.CharField(
        _("till montören"),
        max_length=300,
        blank=True,
        help_text=_("Skriv inget om personen eller vården."),
    )
    # Why an order came about by itself, for example because a consent was withdrawn.
    because = models.CharField(_("anledning"), max_length=40, choices=Because, blank=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ordered_at = models.DateTimeField(_("beställd"))
    finished_at = models.DateTimeField(_("avslutad"), null=True, blank=True)
    not_possible_reason = models.CharField(
        _("orsak"), max_length=12, choices=NotPossibleReason, blank=True
    )
    # Why it was not possible or was cancelled, in the words of whoever ended it.
    end_note = models.CharField(_("anteckning"), max_length=300, blank=True)
    # The conditions for the consent as the technician read them; the work starts after that.
    conditions_read = models.TextField(_("lästa villkor"), blank=True)
    conditions_read_at = models.DateTimeField(null=True, blank=True)

    objects = WorkOrderQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["booked_on", "window_from", "pk"]
        verbose_name = _("arbetsorder")
        constraints = [
            one_door("locks_order_one_door"),
            models.CheckConstraint(
                name="locks_booked_order_has_a_day_and_a_technician",
                condition=~Q(state="booked")
                | Q(booked_on__isnull=False, assigned_to__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["kind", "entrance"],
                condition=Q(state__in=["planned", "booked"], entrance__isnull=False),
                name="locks_one_open_order_per_entrance",
            ),
            models.UniqueConstraint(
                fields=["kind", "home_door"],
                condition=Q(state__in=["planned", "booked"], home_door__isnull=False),
                name="locks_one_open_order_per_home_door",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.door}"

    @property
    def door(self) -> Entrance | HomeDoor:
        return cast(Entrance | HomeDoor, self.entrance or self.home_door)

    @property
    def test_failed(self) -> bool:
        """The work is done, but what was fitted did not pass the test: shown in red."""
        lock: Installation | None = getattr(self, "installation", None)
        return self.state == OrderState.DONE and lock is not None and lock.test_failed


class Installation(Row):
    """One lock unit on one door, from fitting to removal. At most one per door and per unit."""

    entrance = models.ForeignKey(
        Entrance, on_delete=models.PROTECT, related_name="installations", null=True, blank=True
    )
    home_door = models.ForeignKey(
        HomeDoor, on_delete=models.PROTECT, related_name="installations", null=True, blank=True
    )
    unit = models.ForeignKey(
        LockUnit,
        on_delete=models.PROTECT,
        related_name="installations",
        verbose_name=_("låsenhet"),
    )
    order = models.OneToOneField(
        WorkOrder, on_delete=models.PROTECT, related_name="installation", verbose_name=_("order")
    )
    state = models.CharField(
        _("läge"), max_length=12, choices=InstallationState, default=InstallationState.FITTED
    )
    fitted_at = models.DateTimeField(_("monterad"))
    fitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField(_("minuter"), null=True, blank=True)
    # The points of the function test that were passed (`TestPoint`).
    tests_passed = models.JSONField(_("funktionsprov"), default=list)
    damage = models.CharField(_("skador"), max_length=300, blank=True)
    removed_parts = models.CharField(
        _("originaldelar"), max_length=200, blank=True, help_text=_("Påsnummer och förvaring.")
    )
    attended = models.CharField(_("var med"), max_length=10, choices=Attended, blank=True)
    signed_at = models.DateTimeField(_("protokollet undertecknat"), null=True, blank=True)
    # Drawn on the screen; a technician may also sign by ticking that the record is right.
    signature = models.BinaryField(null=True, blank=True)
    in_operation_at = models.DateTimeField(_("driftsatt"), null=True, blank=True)
    removed_at = models.DateTimeField(_("demonterad"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    removal_order = models.OneToOneField(
        WorkOrder, on_delete=models.PROTECT, related_name="removed", null=True, blank=True
    )
    parts_restored = models.BooleanField(_("originaldelarna är tillbaka"), null=True, blank=True)
    removal_note = models.CharField(_("om demonteringen"), max_length=300, blank=True)

    objects = InstallationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["signature"])

    class Meta:
        ordering = ["-fitted_at", "-pk"]
        verbose_name = _("montering")
        constraints = [
            one_door("locks_installation_one_door"),
            models.UniqueConstraint(
                fields=["entrance"],
                condition=Q(removed_at=None, entrance__isnull=False),
                name="locks_one_lock_per_entrance",
            ),
            models.UniqueConstraint(
                fields=["home_door"],
                condition=Q(removed_at=None, home_door__isnull=False),
                name="locks_one_lock_per_home_door",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(removed_at=None), name="locks_unit_in_one_place"
            ),
            models.CheckConstraint(
                name="locks_operation_is_dated",
                condition=~Q(state="in_operation") | Q(in_operation_at__isnull=False),
            ),
            models.CheckConstraint(
                name="locks_removal_is_dated",
                condition=Q(state="removed", removed_at__isnull=False)
                | (~Q(state="removed") & Q(removed_at=None)),
            ),
        ]

    def __str__(self):
        return f"{self.unit}, {self.door}"

    @property
    def door(self) -> Entrance | HomeDoor:
        return cast(Entrance | HomeDoor, self.entrance or self.home_door)

    @property
    def test_failed(self) -> bool:
        """It sits on the door, and a point of the function test was not passed."""
        return self.state == InstallationState.FITTED and bool(self.failed_points)

    @property
    def failed_points(self) -> list[TestPoint]:
        return [point for point in TestPoint if point not in self.tests_passed]


class FallbackKind(models.TextChoices):
    SPARE_KEY = "spare_key", _("Reservnyckel hos enheten")
    KEY_BOX = "key_box", _("Nyckelgömma")
    RELATIVE = "relative", _("Närstående med nyckel")
    ON_CALL = "on_call", _("Jour eller låssmed")


class FallbackRoute(Row):
    """How staff get in to one home when the digital key does not work (reservväg)."""

    home_door = models.OneToOneField(HomeDoor, on_delete=models.PROTECT, related_name="fallback")
    kind = models.CharField(_("reservväg"), max_length=10, choices=FallbackKind)
    note = models.CharField(_("anteckning"), max_length=200, blank=True)

    objects = TrackedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("reservväg")

    def __str__(self):
        return str(self.get_kind_display())


class KeyKind(models.TextChoices):
    METAL = "metal", _("Metallnyckel")
    TAG = "tag", _("Tagg")
    ENTRANCE = "entrance", _("Portnyckel")


class KeyEnd(models.TextChoices):
    GIVEN_BACK = "given_back", _("Återlämnad till ägaren")
    DESTROYED = "destroyed", _("Makulerad")


class Key(Row):
    """One physical key or tag, known by a random code that says nothing (domain.md 4.5).

    Whether it is out is not stored: it is out when an open `Handout` exists.
    """

    code = models.CharField(_("kod"), max_length=12, unique=True)
    kind = models.CharField(_("typ"), max_length=10, choices=KeyKind)
    unit = models.ForeignKey(
        CareUnit, on_delete=models.PROTECT, related_name="keys", verbose_name=_("enhet")
    )
    # Whose key it is; shown only to those who may see the person.
    recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, related_name="keys", verbose_name=_("hemtjänsttagare")
    )
    cabinet = models.CharField(_("nyckelskåp"), max_length=40, blank=True)
    hook = models.CharField(_("krok"), max_length=10, blank=True)
    received_on = models.DateField(_("mottagen"))
    given_back_at = models.DateTimeField(_("lämnade förvaret"), null=True, blank=True)
    ended_because = models.CharField(_("varför"), max_length=10, choices=KeyEnd, blank=True)
    given_back_to = models.CharField(_("lämnad till"), max_length=120, blank=True)
    end_note = models.CharField(_("anteckning"), max_length=200, blank=True)

    objects = KeyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]
        verbose_name = _("nyckel")
        constraints = [
            models.CheckConstraint(
                name="locks_key_end_is_dated",
                condition=Q(ended_because="", given_back_at=None)
                | (~Q(ended_because="") & Q(given_back_at__isnull=False)),
            )
        ]

    def __str__(self):
        return self.code


def duties() -> str:
    """What a staff member undertakes when signing for keys, in the language of the page."""
    return "\n".join(
        [
            gettext("Jag bär nyckeln på mig och lämnar den aldrig i en bil eller utan uppsikt."),
            gettext("Jag skriver inget namn och ingen adress på eller vid nyckeln."),
            gettext("Jag lånar inte ut nyckeln och lämnar den inte vidare utan kvittens."),
            gettext("Jag kopierar inte nyckeln."),
            gettext("Jag lämnar tillbaka nyckeln senast den tid som står på kvittensen."),
            gettext("Jag anmäler genast till min chef om nyckeln är borta."),
        ]
    )


# The pad on the screen draws a PNG of at most this size; what is larger was scanned.
LARGEST_DRAWING = 240 * 1024


def scan_type_of(signature: bytes | memoryview) -> str:
    """The media type of a scanned paper; "" for a signature that was drawn on the screen."""
    content = bytes(signature)
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG"):
        return "" if len(content) <= LARGEST_DRAWING else "image/png"
    return "image/jpeg" if content else ""


class ReceiptSeries(models.Model):
    """The last number given to a receipt. The row is locked while the next is given, and a
    hand-out that is undone gives its number back, so there is no gap.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="locks_one_series", condition=Q(id=1))]

    def __str__(self):
        return str(self.last)


class Receipt(Row):
    """A signed receipt (nyckelkvittens) for keys handed out together. Never edited or deleted;
    what was wrong is reversed by another receipt, with a reason.

    `content` holds, in the canonical form of the trail, all that was signed, with names and codes
    as they were then; `sha256` is over that very text. The PDF is drawn from it.
    """

    number = models.PositiveIntegerField(_("nummer"), unique=True)
    staff_member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="receipts")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    # The exact duties that were signed, as they read then.
    duties = models.TextField(_("åtaganden"))
    signature = models.BinaryField()
    content = models.TextField(editable=False)
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    signed_at = models.DateTimeField(_("undertecknad"))
    handed_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="reversed_by", null=True, blank=True
    )
    reversal_reason = models.CharField(_("orsak"), max_length=200, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("nyckelkvittens")
        constraints = [
            models.CheckConstraint(
                name="locks_reversal_has_reason",
                condition=Q(reverses=None) | ~Q(reversal_reason=""),
            )
        ]

    def __str__(self):
        return _("Kvittens %(number)s") % {"number": self.number}

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("A receipt is never changed. Reverse it instead.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("A receipt is never deleted. Reverse it instead.")

    def seal(self, keys: Iterable[tuple[Key, datetime]]) -> None:
        """Write down what is signed, before the receipt is saved: each key and when it is due."""
        self.content = canonical(
            {
                "v": 1,
                "ref": self.ref,
                "number": self.number,
                "signed_at": self.signed_at,
                "unit": self.unit.ref,
                "unit_name": self.unit.name,
                "staff_member": self.staff_member.ref,
                "staff_id": self.staff_member.staff_id,
                "staff_name": self.staff_member.name,
                "handed_out_by": self.handed_out_by.ref,
                "handed_out_by_name": str(self.handed_out_by),
                "keys": [
                    {"code": key.code, "kind": key.kind, "due_back_at": due} for key, due in keys
                ],
                "duties": self.duties,
                "signature_sha256": hashlib.sha256(self.signature).hexdigest(),
                "reverses": self.reverses.number if self.reverses else None,
                "reason": self.reversal_reason,
            }
        )
        self.sha256 = digest_of(self.content)

    @property
    def signed(self) -> dict[str, Any]:
        """What was signed, as it read then."""
        signed: dict[str, Any] = json.loads(self.content)
        return signed

    @property
    def scan_type(self) -> str:
        return scan_type_of(self.signature)

    @property
    def is_intact(self) -> bool:
        """Whether text and signature are what the checksum was made over."""
        return (
            digest_of(self.content) == self.sha256
            and self.signed.get("signature_sha256")
            == hashlib.sha256(bytes(self.signature)).hexdigest()
        )


class SlipKind(models.TextChoices):
    RECEIVED = "received", _("Kvitto på mottagen nyckel")
    GIVEN_BACK = "given_back", _("Kvitto på återlämnad nyckel")


class KeySlip(Row):
    """What was signed when a recipient's key came into our keeping, or left it for good, by the
    one who handed it over or got it. Only added, as a `Receipt` is, which is for the staff.

    `content` holds in the canonical form of the trail what was signed; `sha256` is over that text.
    """

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="slips")
    kind = models.CharField(_("kvitto"), max_length=10, choices=SlipKind)
    name = models.CharField(_("undertecknat av"), max_length=120)
    # Drawn on the screen, or the scan of a paper.
    signature = models.BinaryField()
    content = models.TextField(editable=False)
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    signed_at = models.DateTimeField(_("undertecknad"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = SignedQuerySet.as_manager()

    class Meta:
        ordering = ["signed_at", "pk"]
        verbose_name = _("nyckelkvitto")
        constraints = [
            models.UniqueConstraint(fields=["key", "kind"], name="locks_slip_once_each_way")
        ]

    def __str__(self):
        return str(self.get_kind_display())

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("What was signed is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("What was signed is never deleted.")

    def seal(self) -> None:
        """Write down what is signed, before the row is saved."""
        self.content = canonical(
            {
                "v": 1,
                "ref": self.ref,
                "kind": self.kind,
                "signed_at": self.signed_at,
                "key": self.key.ref,
                "code": self.key.code,
                "key_kind": self.key.kind,
                "unit": self.key.unit.ref,
                "unit_name": self.key.unit.name,
                "person": self.key.recipient.ref,
                "person_name": self.key.recipient.name,
                "name": self.name,
                "recorded_by_name": str(self.recorded_by or ""),
                "signature_sha256": hashlib.sha256(self.signature).hexdigest(),
            }
        )
        self.sha256 = digest_of(self.content)

    @property
    def signed(self) -> dict[str, Any]:
        """What was signed, as it read then."""
        signed: dict[str, Any] = json.loads(self.content)
        return signed

    @property
    def scan_type(self) -> str:
        return scan_type_of(self.signature)


class Handout(Row):
    """One loan of one key to one staff member, from handing out to return."""

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="handouts")
    staff_member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="handouts")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="handouts")
    handed_out_at = models.DateTimeField(_("utlämnad"))
    handed_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,  # accountability outlives the account
        related_name="+",
    )
    due_back_at = models.DateTimeField(_("åter senast"))
    returned_at = models.DateTimeField(_("återlämnad"), null=True, blank=True)
    returned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = HandoutQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-handed_out_at", "-pk"]
        verbose_name = _("utlämning")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(returned_at=None), name="locks_key_out_once"
            ),
            models.CheckConstraint(
                name="locks_returned_after_handout",
                condition=Q(returned_at=None) | Q(returned_at__gte=F("handed_out_at")),
            ),
        ]

    def __str__(self):
        return f"{self.key} → {self.staff_member}"

    @property
    def is_overdue(self) -> bool:
        return self.returned_at is None and self.due_back_at < clock.now()
