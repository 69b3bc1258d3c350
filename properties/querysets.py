from datetime import date
from typing import Any, Self

from django.db.models import OuterRef, Q, Subquery

from homecare.accounts.access import may
from homecare.core import clock
from homecare.core.models import PeriodQuerySet, TrackedQuerySet


class OwnershipQuerySet(PeriodQuerySet):
    pass


class _RegisterQuerySet(TrackedQuerySet):
    """The property register is the municipality's: whoever may see it anywhere sees all of it."""

    def visible_to(self, user: Any) -> Self:
        return self if may(user, "see_properties") else self.none()

    def changeable_by(self, user: Any) -> Self:
        return self if may(user, "change_properties") else self.none()


class PropertyOwnerQuerySet(_RegisterQuerySet):
    pass


class PropertyQuerySet(_RegisterQuerySet):
    def with_owner(self, day: date | None = None) -> Self:
        """Add `owner_id_now` and `owner_name`, who owns it on `day` (today)."""
        ownerships = self.model._meta.get_field("ownerships").related_model
        held = ownerships._default_manager.on(day or clock.today()).filter(
            real_property=OuterRef("pk")
        )
        return self.annotate(
            owner_id_now=Subquery(held.values("owner_id")[:1]),
            owner_name=Subquery(held.values("owner__name")[:1]),
        )


class EntranceQuerySet(_RegisterQuerySet):
    def in_use(self, day: date | None = None) -> Self:
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day or clock.today()))

    def with_owner(self, day: date | None = None) -> Self:
        """Add `owner_id_now` and `owner_name`, who owns the property on `day` (today)."""
        ownerships = (
            self.model._meta.get_field("real_property")
            .related_model._meta.get_field("ownerships")
            .related_model
        )
        held = ownerships._default_manager.on(day or clock.today()).filter(
            real_property=OuterRef("real_property")
        )
        return self.annotate(
            owner_id_now=Subquery(held.values("owner_id")[:1]),
            owner_name=Subquery(held.values("owner__name")[:1]),
        )
