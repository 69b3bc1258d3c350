from datetime import date
from typing import Self

from django.db.models import Count, Q

from homecare.core import clock
from homecare.core.models import TrackedQuerySet


class CareUnitQuerySet(TrackedQuerySet):
    def open_on(self, day: date) -> Self:
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))

    def closed_by(self, day: date) -> Self:
        return self.filter(closed_on__lte=day)

    def found_by(self, text: str) -> Self:
        """By parts of the name, or by the code."""
        found = self
        for word in text.split():
            found = found.filter(Q(name__icontains=word) | Q(code__iexact=word))
        return found


class WithUnitsQuerySet(TrackedQuerySet):
    """Districts and providers: what units belong to."""

    def with_number_of_units(self) -> Self:
        """Add `number_of_units`, those open today."""
        today = clock.today()
        is_open = Q(units__closed_on=None) | Q(units__closed_on__gt=today)
        return self.annotate(
            number_of_units=Count("units", filter=is_open & Q(units__isnull=False))
        )
