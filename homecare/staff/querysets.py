from datetime import date
from typing import Any, Self

from django.db.models import Exists, OuterRef, Prefetch, Q

from homecare.accounts.access import rights_of
from homecare.core import clock
from homecare.core.models import PeriodQuerySet, TrackedQuerySet


class StaffMemberQuerySet(TrackedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those who work, have worked or will work in a unit whose staff the user may see."""
        rights = rights_of(user)
        if "see_staff" in rights.everywhere:
            return self
        seen = self._employments().filter(
            rights.unit_filter("see_staff", "unit__"), staff_member=OuterRef("pk")
        )
        return self.filter(Exists(seen))

    def changeable_by(self, user: Any) -> Self:
        """Those who work or will work in a unit whose staff the user may change, and those who
        worked there last: a unit does not change the staff that went on to another one.
        """
        rights = rights_of(user)
        if "change_staff" in rights.everywhere:
            return self
        open_now = self._employments().open_now().filter(staff_member=OuterRef("pk"))
        here = rights.unit_filter("change_staff", "unit__")
        worked_here = self._employments().filter(here, staff_member=OuterRef("pk"))
        return self.filter(
            Exists(open_now.filter(here)) | (Exists(worked_here) & ~Exists(open_now))
        )

    def _employments(self) -> Any:
        related: Any = self.model._meta.get_field("employments").related_model
        return related._default_manager.all()

    def employed_on(self, day: date) -> Self:
        """Those with an employment that runs on `day`."""
        return self.filter(Exists(self._employments().on(day).filter(staff_member=OuterRef("pk"))))

    def employed_now(self) -> Self:
        return self.employed_on(clock.today())

    def left(self) -> Self:
        """Those whose last employment has ended, by the calendar or by hand today."""
        mine = self._employments().filter(staff_member=OuterRef("pk"))
        return self.filter(Exists(mine), ~Exists(mine.open_now()))

    def in_units(self, units: Any) -> Self:
        """Those who work in one of the units now."""
        return self.filter(
            Exists(
                self._employments()
                .on(clock.today())
                .filter(staff_member=OuterRef("pk"), unit__in=units)
            )
        )

    def ever_in(self, units: Any) -> Self:
        """Those who work, have worked or will work in one of the units."""
        return self.filter(
            Exists(self._employments().filter(staff_member=OuterRef("pk"), unit__in=units))
        )

    def without_agreement(self, version: str) -> Self:
        """Those who have not accepted this version of the user agreement."""
        agreements: Any = self.model._meta.get_field("agreements").related_model
        accepted = agreements._default_manager.filter(staff_member=OuterRef("pk"), version=version)
        return self.filter(~Exists(accepted))

    def found_by(self, text: str) -> Self:
        """By parts of the name, or by staff id."""
        found = self
        for word in text.split():
            found = found.filter(Q(name__icontains=word) | Q(staff_id__iexact=word))
        return found

    def with_employments(self) -> Self:
        """Each with all employments and their units: two queries however many the rows."""
        return self.prefetch_related(
            Prefetch("employments", self._employments().select_related("unit"))
        )

    def with_agreements(self) -> Self:
        return self.prefetch_related("agreements")


class EmploymentQuerySet(PeriodQuerySet):
    def on(self, day: date) -> Self:
        """Those that are true on `day`. One ended by hand today does not count for today."""
        rows = super().on(day)
        return rows.filter(ended_at=None) if day >= clock.today() else rows

    def open_now(self) -> Self:
        """Those that run, and those to come."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=clock.today()), ended_at=None)

    def ended(self) -> Self:
        """Those whose time is over, by the calendar or by hand today."""
        return self.filter(Q(ends_on__lt=clock.today()) | Q(ended_at__isnull=False))
