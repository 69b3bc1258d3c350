from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from homecare.core import clock
from homecare.core.models import Period, Row, TrackedQuerySet, ends_after_it_starts
from homecare.organisation.models import CareUnit
from homecare.staff.querysets import EmploymentQuerySet, StaffMemberQuerySet


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


class Employment(Row, Period):
    """Where a staff member works, from the first day to the last. Several units are several rows."""

    staff_member = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="employments"
    )
    unit = models.ForeignKey(
        CareUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("enhet")
    )

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
        ]

    def __str__(self):
        return str(self.unit)


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
