"""Requests to property owners."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from consent.models.texts import ConsentText
from consent.querysets import CaseQuerySet
from consent.states import AnswerChoice, CaseState, RefusalReason
from homecare.core.models import Row, TrackedQuerySet
from properties.models import Entrance, PropertyOwner


class ConsentCase(Row):
    """One request to one property owner, for one or several entrances.

    `state` is changed only by `consent.actions`. `link_number` is raised each time a new link goes
    out, so that only the newest link works.
    """

    owner = models.ForeignKey(
        PropertyOwner, on_delete=models.PROTECT, related_name="cases", verbose_name=_("ägare")
    )
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("läge"), max_length=10, choices=CaseState, default=CaseState.DRAFT)
    link_number = models.PositiveSmallIntegerField(default=0)
    sent_to_name = models.CharField(_("skickad till"), max_length=120, blank=True)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("handläggare"),
    )
    sent_at = models.DateTimeField(_("skickad"), null=True, blank=True)
    answer_by_on = models.DateField(_("svar senast"), null=True, blank=True)
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
    answer = models.CharField(_("svar"), max_length=4, choices=AnswerChoice, blank=True)
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
