"""Consents that were given or refused, and what stands behind them."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from consent.models.cases import ConsentCase, RecordedAnswer
from consent.models.texts import ConsentText
from consent.querysets import ConsentQuerySet, ProofQuerySet, WithdrawalQuerySet
from consent.states import (
    ConsentEnd,
    ConsentForm,
    ConsentKind,
    RefusalReason,
    StepKind,
    Understanding,
)
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import Period, Row, TrackedQuerySet, ends_after_it_starts
from homecare.recipients.models import ContactPerson, Recipient, Representative
from properties.models import Entrance, HomeDoor, Property, PropertyOwner


class Proof(Row):
    """What stands behind an answer: a sealed PDF, a drawn signature or a scan. Never changed.

    Kept in the database, in the transaction of the answer: an answer without its proof, or a
    proof without its answer, cannot be left behind.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Kvitto på svaret")
        SIGNATURE = "signature", _("Underskrift")
        SCAN = "scan", _("Inskannat papper")

    kind = models.CharField(_("typ"), max_length=10, choices=Kind)
    media_type = models.CharField(max_length=60)
    content = models.BinaryField()
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    made_at = models.DateTimeField(_("upprättat"))
    case = models.ForeignKey(
        ConsentCase, on_delete=models.PROTECT, related_name="proofs", null=True, blank=True
    )
    consent = models.ForeignKey(
        "Consent", on_delete=models.PROTECT, related_name="proofs", null=True, blank=True
    )
    recorded_answer = models.ForeignKey(
        RecordedAnswer, on_delete=models.PROTECT, related_name="proofs", null=True, blank=True
    )

    objects = ProofQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("underlag")
        constraints = [
            models.CheckConstraint(
                name="consent_proof_of_one_thing",
                condition=Q(case__isnull=False, consent=None, recorded_answer=None)
                | Q(case=None, consent__isnull=False, recorded_answer=None)
                | Q(case=None, consent=None, recorded_answer__isnull=False),
            )
        ]

    def __str__(self):
        return str(self.get_kind_display())

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise RuleBroken(_("Ett underlag kan inte ändras."))
        super().save(*args, **kwargs)

    @property
    def file_name(self) -> str:
        ending = {"application/pdf": "pdf", "image/png": "png"}.get(self.media_type, "jpg")
        return f"underlag-{str(self.ref)[:8]}.{ending}"


class Consent(Row, Period):
    """A yes that is or was in force: who gave it, for what, on which text, from and to.

    An owner's yes covers its entrances, its properties, or all that the owner owns; that it stops
    covering when a property is sold follows from `Ownership` and is not stored.
    """

    kind = models.CharField(_("gäller"), max_length=16, choices=ConsentKind)
    owner = models.ForeignKey(
        PropertyOwner, on_delete=models.PROTECT, related_name="consents", null=True, blank=True
    )
    recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, related_name="consents", null=True, blank=True
    )
    representative = models.ForeignKey(
        Representative, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    # Whose own consent to the processing of data it is, when of somebody who lives with the
    # recipient (lag 2001:454, 9 §).
    contact_person = models.ForeignKey(
        ContactPerson, on_delete=models.PROTECT, related_name="consents", null=True, blank=True
    )
    understanding = models.CharField(
        _("så kontrollerades förståelsen"), max_length=12, choices=Understanding, blank=True
    )
    # Who else was in the room, by name and relation: present, not consenting.
    present = models.CharField(_("närvarande"), max_length=200, blank=True)
    covers_all_of_owner = models.BooleanField(_("alla ägarens fastigheter"), default=False)
    case = models.ForeignKey(
        ConsentCase, on_delete=models.PROTECT, related_name="consents", null=True, blank=True
    )
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(_("form"), max_length=16, choices=ConsentForm)
    conditions = models.CharField(_("villkor"), max_length=500, blank=True)
    given_by_name = models.CharField(_("lämnat av"), max_length=120)
    given_at = models.DateTimeField(_("lämnat"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    # The last day on which whoever gave it said that it still holds.
    confirmed_on = models.DateField(_("stämt av"), null=True, blank=True)
    ended_because = models.CharField(
        _("upphörde därför att"), max_length=10, choices=ConsentEnd, blank=True
    )
    # Ended by a person: not in force from this moment, whatever the days say.
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-given_at", "-pk"]
        verbose_name = _("medgivande")
        constraints = [
            ends_after_it_starts("consent_ends_after_start"),
            models.CheckConstraint(
                name="consent_has_one_party",
                condition=Q(kind="fitting_entrance", owner__isnull=False, recipient=None)
                | Q(kind="fitting_home", owner__isnull=False, recipient=None)
                | Q(
                    kind__in=["fitting_home", "data", "spare_key", "alarm", "photo"],
                    owner=None,
                    recipient__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="consent_of_contact_is_for_data",
                condition=Q(contact_person=None) | Q(kind="data", representative=None),
            ),
            models.CheckConstraint(
                name="consent_ended_with_reason",
                condition=Q(ended_at=None) | ~Q(ended_because=""),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.owner or self.recipient}"

    @property
    def covered(self) -> str:
        """The doors and properties it covers, by name. With `covers` prefetched, no question."""
        return ", ".join(str(cover) for cover in self.covers.all())

    def is_for(self, home: HomeDoor) -> bool:
        """Whether a recipient's yes holds in this home: one that names a door is for that door, so
        that who moves is asked anew. With `covers` prefetched, no question.
        """
        doors = {cover.home_door_id for cover in self.covers.all()}
        return not doors or home.pk in doors

    @property
    def is_in_force_now(self) -> bool:
        return self.is_in_force(clock.today())

    def is_in_force(self, day: date) -> bool:
        """The same as the queryset's `in_force`, for a row at hand."""
        return self.holds_on(day) and (
            self.ended_at is None or timezone.localtime(self.ended_at).date() > day
        )


class ConsentCover(models.Model):
    """One door or one property that a consent covers."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="covers")
    entrance = models.ForeignKey(
        Entrance, on_delete=models.PROTECT, related_name="covers", null=True, blank=True
    )
    home_door = models.ForeignKey(
        HomeDoor, on_delete=models.PROTECT, related_name="covers", null=True, blank=True
    )
    real_property = models.ForeignKey(
        Property, on_delete=models.PROTECT, related_name="covers", null=True, blank=True
    )

    objects = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_cover_is_one_thing",
                condition=Q(entrance__isnull=False, home_door=None, real_property=None)
                | Q(entrance=None, home_door__isnull=False, real_property=None)
                | Q(entrance=None, home_door=None, real_property__isnull=False),
            )
        ]

    def __str__(self):
        return str(self.entrance or self.home_door or self.real_property)


class Withdrawal(Row):
    """A yes that was taken back or lost, and what must be done before that is over."""

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="withdrawal")
    opened_at = models.DateTimeField(_("öppnad"))
    due_on = models.DateField(_("klart senast"))
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField(_("avslutad"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = WithdrawalQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("återkallelse")

    def __str__(self):
        return str(self.consent)

    @property
    def steps_left(self) -> int:
        """With `steps` prefetched, without a question to the database."""
        return len(StepKind) - len(self.steps.all())


class WithdrawalStep(models.Model):
    """That one of the steps of a withdrawal was done, by whom and when."""

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind)
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    note = models.CharField(_("anteckning"), max_length=200, blank=True)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        ordering = ["done_at"]
        constraints = [
            models.UniqueConstraint(fields=["withdrawal", "kind"], name="consent_step_once")
        ]

    def __str__(self):
        return str(self.get_kind_display())


class RecipientRefusal(Row):
    """That a recipient has said no, or taken it back: asked again only after a while."""

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="refusals")
    kind = models.CharField(
        _("gäller"), max_length=16, choices=ConsentKind, default=ConsentKind.FITTING_HOME
    )
    at = models.DateTimeField(_("tidpunkt"))
    reason = models.CharField(_("orsak"), max_length=14, choices=RefusalReason)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("avböjande")

    def __str__(self):
        return str(self.get_reason_display())
