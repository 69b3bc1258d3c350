from datetime import date
from typing import Any, Self

from django.db.models import Exists, OuterRef

from homecare.accounts.access import rights_of
from homecare.core import clock
from homecare.core.models import PeriodQuerySet, TrackedQuerySet


class StaffMemberQuerySet(TrackedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those who work, or have worked, in a unit whose staff the user may see."""
        return self._where(user, "see_staff")

    def changeable_by(self, user: Any) -> Self:
        return self._where(user, "change_staff")

    def _where(self, user: Any, right: str) -> Self:
        rights = rights_of(user)
        if right in rights.everywhere:
            return self
        employments = self.model._meta.get_field("employments").related_model
        seen = employments._default_manager.filter(
            rights.unit_filter(right, "unit__"), staff_member=OuterRef("pk")
        )
        return self.filter(Exists(seen))

    def employed_on(self, day: date) -> Self:
        """Those with an employment that runs on `day`."""
        employments = self.model._meta.get_field("employments").related_model
        return self.filter(
            Exists(employments._default_manager.on(day).filter(staff_member=OuterRef("pk")))
        )

    def employed_now(self) -> Self:
        return self.employed_on(clock.today())

    def with_current_units(self) -> Self:
        return self.prefetch_related("employments__unit")


class EmploymentQuerySet(PeriodQuerySet):
    pass
