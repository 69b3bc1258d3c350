from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from homecare.core import clock
from homecare.core.models import Period, Row, TrackedQuerySet, ends_after_it_starts
from homecare.organisation.models import CareUnit
from homecare.staff.querysets import EmploymentQuerySet, StaffMemberQuerySet
from homecare.staff.texts import CURRENT


class StaffMember(Row):
    """A person who works in home care, with or without an account of their own."""

    staff_id = models.CharField(_("anställningsnummer"), max_length=20, unique=True)
    name = models.CharField(_("namn"), max_length=120)
    email = models.EmailField(_("e-postadress"), blank=True)
    phone = models.CharField(_("telefon"), max_length=20, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="staff_member",
        null=True,
        blank=True,
        verbose_name=_("konto"),
    )

    objects = StaffMemberQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("medarbetare")

    def __str__(self):
        return self.name

    def works_on(self, day: date) -> bool:
        return any(one.holds_on(day) for one in self.employments.all())

    @property
    def works_now(self) -> bool:
        return self.works_on(clock.today())

    @property
    def employments_now(self) -> list["Employment"]:
        today = clock.today()
        return [one for one in self.employments.all() if one.holds_on(today)]

    @property
    def has_left(self) -> bool:
        """Whether the last employment has ended. Somebody who is yet to begin has not left."""
        employments = list(self.employments.all())
        return bool(employments) and all(one.has_ended for one in employments)

    @property
    def accepted(self) -> "UserAgreement | None":
        """The newest version of the user agreement that was accepted, or None."""
        return next(iter(self.agreements.all()), None)

    @property
    def has_accepted_current(self) -> bool:
        return any(one.version == CURRENT.version for one in self.agreements.all())


class Employment(Row, Period):
    """Where a staff member works, from the first day to the last. Two units are two rows."""

    staff_member = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="employments"
    )
    unit = models.ForeignKey(
        CareUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("enhet")
    )
    # Ended by a person on its last day: not in force from this moment, whatever the days say.
    ended_at = models.DateTimeField(_("avslutad"), null=True, blank=True)

    objects = EmploymentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("anställning")
        constraints = [
            ends_after_it_starts("staff_employment_ends_after_start"),
            models.UniqueConstraint(
                fields=["staff_member", "unit"],
                condition=models.Q(ends_on=None),
                name="staff_one_open_employment_per_unit",
            ),
            models.CheckConstraint(
                name="staff_ended_employment_has_a_last_day",
                condition=models.Q(ended_at=None) | models.Q(ends_on__isnull=False),
            ),
        ]

    def __str__(self):
        return str(self.unit)

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None or (
            self.ends_on is not None and self.ends_on < clock.today()
        )

    def holds_on(self, day: date) -> bool:
        return super().holds_on(day) and not (self.ended_at and day >= clock.today())


class UserAgreement(Row):
    """That a staff member has accepted a version of the user agreement (användaravtal)."""

    staff_member = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="agreements"
    )
    version = models.CharField(_("version"), max_length=20)
    accepted_on = models.DateField(_("accepterat"))

    objects = TrackedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-accepted_on", "-pk"]
        verbose_name = _("användaravtal")
        constraints = [
            models.UniqueConstraint(
                fields=["staff_member", "version"], name="staff_agreement_once_per_version"
            )
        ]

    def __str__(self):
        return self.version
