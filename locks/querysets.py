from typing import Any, Self

from django.db.models import F, FilteredRelation, Q

from homecare.accounts.access import may, rights_of
from homecare.core.models import TrackedQuerySet
from homecare.recipients.models import Recipient
from homecare.recipients.querysets import doors_visible_to


class DoorThingQuerySet(TrackedQuerySet):
    """Rows about one door: an `entrance`, or a `home_door` that only some may see."""

    def visible_to(self, user: Any, right: str = "see_locks") -> Self:
        if not may(user, right):
            return self.none()
        doors = doors_visible_to(user, Recipient.objects.all(), "see_recipients")
        return self.filter(Q(home_door=None) | Q(home_door__in=doors))


class WorkOrderQuerySet(DoorThingQuerySet):
    def to_do_by(self, user: Any) -> Self:
        """The orders given to this technician; at a protected person's only with a named grant."""
        if not may(user, "do_work"):
            return self.none()
        named = Recipient.objects.protected_and_not_named(user)
        return self.filter(assigned_to=user).exclude(home_door__residences__recipient__in=named)


class KeyQuerySet(TrackedQuerySet):
    def visible_to(self, user: Any, right: str = "see_keys") -> Self:
        """The keys of the user's units; never a protected person's without a named grant."""
        return self.filter(rights_of(user).unit_filter(right, "unit__")).exclude(
            recipient__in=Recipient.objects.protected_and_not_named(user)
        )

    def with_holder(self) -> Self:
        """Add `open_handout` and `holder`, the name of who has the key now, or None."""
        return self.annotate(
            open_handout=FilteredRelation(
                "handouts", condition=Q(handouts__returned_at=None)
            ),
            holder=F("open_handout__staff_member__name"),
            held_since=F("open_handout__handed_out_at"),
            due_back_at=F("open_handout__due_back_at"),
        )

    def in_keeping(self) -> Self:
        """Those the unit answers for: not given back, not destroyed."""
        return self.filter(given_back_at=None)
