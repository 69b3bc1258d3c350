from datetime import date
from typing import Self

from django.db.models import Q

from homecare.core.models import TrackedQuerySet


class CareUnitQuerySet(TrackedQuerySet):
    def open_on(self, day: date) -> Self:
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day))
