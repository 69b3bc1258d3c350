"""Requests to property owners."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from consent.models.texts import ConsentText
from consent.querysets import CaseQuerySet
from consent.states import AnswerChoice, CaseKind, CaseState, ConsentForm, RefusalReason
from homecare.core.models import Row, TrackedQuerySet
from homecare.mailing.models import Channel
from homecare.organisation.models import District
from properties.models import Entrance, PropertyOwner


class Campaign(Row):
    """A mailing to the owners of an area's entrances. Run again, it asks only the difference.

    The area is the homes cared for by the units of a district, those with certain postal codes,
    or those that are both.
    """

    name = models.CharField(_("namn"), max_length=80)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("stadsdelsområde"),
    )
    # In full or their first digits, as in "120 5"; digits and commas only, as saved.
    postal_codes = models.CharField(_("postnummer"), max_length=200, blank=True)
    language = models.CharField(_("språk"), max_length=5, choices=settings.LANGUAGES, default="sv")
    # A letter about fewer homes than this would single one out (domain.md 3.6).
    least_homes = models.PositiveSmallIntegerField(_("minsta antal bostäder"), default=3)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("skapad"))
    # Each sending is asked for by a person and done by a worker.
    asked_to_send_at = models.DateTimeField(null=True, blank=True)
    asked_to_send_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    sent_at = models.DateTimeField(_("senast skickat"), null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    objects = TrackedQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["claimed_until"])

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("utskick")

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("consent:campaign", kwargs={"campaign": self.ref})

    @property
    def area(self) -> str:
        """The area in words: "Årsta, postnummer 120 57, 120 5"."""
        codes = ", ".join(
            f"{code[:3]} {code[3:]}".strip() for code in self.postal_codes.split(",") if code
        )
        named = _("postnummer %(codes)s") % {"codes": codes} if codes else ""
        return ", ".join(str(part) for part in (self.district, named) if part)

    @property
    def is_sending(self) -> bool:
        """Asked for and not done yet."""
        return self.asked_to_send_at is not None and (
            self.sent_at is None or self.sent_at < self.asked_to_send_at
        )


class LeftOut(models.Model):
    """An entrance that a person has taken out of a mailing, and why."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="left_out")
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("orsak"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "entrance"], name="consent_left_out_once")
        ]

    def __str__(self):
        return str(self.entrance)


class ConsentCase(Row):
    """One request to one property owner, for one or several entrances.

    `state` is changed only by `consent.actions`. `link_number` is raised each time a new link goes
    out, so that only the newest link works.
    """

    owner = models.ForeignKey(
        PropertyOwner, on_delete=models.PROTECT, related_name="cases", verbose_name=_("ägare")
    )
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("gäller"), max_length=10, choices=CaseKind, default=CaseKind.FITTING)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="cases", null=True, blank=True
    )
    channel = models.CharField(
        _("skickas med"), max_length=8, choices=Channel, default=Channel.EMAIL
    )
    state = models.CharField(_("läge"), max_length=10, choices=CaseState, default=CaseState.DRAFT)
    link_number = models.PositiveSmallIntegerField(default=0)
    # Opens the same page as the link, for who has it on paper. A new one with each link.
    short_code = models.CharField(max_length=12, null=True, blank=True, unique=True)
    # What the owner has filled in and not yet sent: item pk → what stands in its fields.
    draft = models.JSONField(default=dict, blank=True)
    sent_to_name = models.CharField(_("skickad till"), max_length=120, blank=True)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("handläggare"),
    )
    sent_at = models.DateTimeField(_("skickad"), null=True, blank=True)
    answer_by_on = models.DateField(_("svar senast"), null=True, blank=True)
    # The last of the days on which the owner's board decides.
    decision_on = models.DateField(_("beslut den"), null=True, blank=True)
    answered_at = models.DateTimeField(_("besvarad"), null=True, blank=True)
    answered_by_name = models.CharField(_("besvarad av"), max_length=120, blank=True)
    answered_by_title = models.CharField(_("roll"), max_length=80, blank=True)
    cancelled_because = models.CharField(_("avbruten därför att"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("skapad"))

    objects = CaseQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("förfrågan")
        constraints = [
            models.CheckConstraint(
                name="consent_answer_is_dated",
                condition=Q(state="answered", answered_at__isnull=False)
                | (~Q(state="answered") & Q(answered_at=None)),
            ),
            models.CheckConstraint(
                name="consent_sent_is_dated",
                condition=Q(state__in=["draft", "cancelled"]) | Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.owner} ({self.get_state_display()})"

    @property
    def number(self) -> str:
        """The beginning of the reference: what is said on the phone."""
        return str(self.ref)[:8].upper()

    def get_absolute_url(self) -> str:
        return reverse("consent:case", kwargs={"case": self.ref})


class CaseItem(models.Model):
    """One entrance in a request, and the owner's answer for it."""

    case = models.ForeignKey(ConsentCase, on_delete=models.PROTECT, related_name="items")
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, related_name="case_items")
    answer = models.CharField(_("svar"), max_length=5, choices=AnswerChoice, blank=True)
    answered_at = models.DateTimeField(_("besvarad"), null=True, blank=True)
    decision_on = models.DateField(_("beslut den"), null=True, blank=True)
    conditions = models.CharField(_("villkor"), max_length=500, blank=True)
    refusal_reason = models.CharField(
        _("orsak till nej"), max_length=14, choices=RefusalReason, blank=True
    )

    objects = TrackedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["case", "entrance__address", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "entrance"], name="consent_entrance_once")
        ]

    def __str__(self):
        return str(self.entrance)


class SignCode(models.Model):
    """A code sent to the owner's registered e-mail address, with which an answer is signed."""

    case = models.OneToOneField(ConsentCase, on_delete=models.CASCADE, related_name="sign_code")
    digest = models.CharField(max_length=64)
    link_number = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self):
        return f"{self.case_id}"


class ContactProposal(Row):
    """Whom an owner's page says that the municipality should write to instead.

    Nobody is written to at an address from a page without sign-in: a coordinator looks at it and
    takes it into the register, or not.
    """

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("Införd")
        REFUSED = "refused", _("Inte införd")

    case = models.ForeignKey(ConsentCase, on_delete=models.PROTECT, related_name="proposals")
    name = models.CharField(_("namn"), max_length=120)
    title = models.CharField(_("roll"), max_length=80, blank=True)
    email = models.EmailField(_("e-postadress"))
    # Answers the request in place of who got it, or is the contact from now on.
    should_answer = models.BooleanField(_("ska svara på frågan"), default=False)
    at = models.DateTimeField(_("föreslagen"))
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = TrackedQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("föreslagen kontaktperson")

    def __str__(self):
        return self.name


class RecordedAnswer(Row):
    """An owner's answer that came on paper or by phone, as somebody of ours wrote it down.

    Counts once somebody else has checked it against what came, where the setting asks for that.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Väntar på kontroll")
        COUNTS = "counts", _("Kontrollerad")
        REFUSED = "refused", _("Underkänd")

    case = models.ForeignKey(ConsentCase, on_delete=models.PROTECT, related_name="recorded")
    form = models.CharField(_("kom"), max_length=16, choices=ConsentForm)  # paper or oral
    answers = models.JSONField()  # item pk → [choice, conditions, reason, day of decision]
    name = models.CharField(_("besvarad av"), max_length=120)
    title = models.CharField(_("roll"), max_length=80)
    given_on = models.DateField(_("datum"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.CharField(_("underkänd därför att"), max_length=200, blank=True)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("registrerat svar")
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(outcome="waiting"),
                name="consent_one_recorded_answer_waits",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.title}"


class CaseReminder(models.Model):
    """That a step of reminding was taken in a case. The unique row is the claim: a sweep that
    runs twice, or late, takes each step once.
    """

    case = models.ForeignKey(ConsentCase, on_delete=models.PROTECT, related_name="reminders")
    # The link's number is part of the claim: a request sent anew is reminded anew.
    link_number = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["case", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "link_number", "step"], name="consent_reminder_once"
            )
        ]

    def __str__(self):
        return f"{self.case} {self.step}"
