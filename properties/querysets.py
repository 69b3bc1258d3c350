from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from homecare.accounts.access import may
from homecare.core import clock
from homecare.core.encryption import blind_indexes
from homecare.core.models import TrackedQuerySet
from homecare.core.numbers import (
    NumberRefused,
    organisation_number,
    organisation_or_personal_number,
)


def _rows(model: str) -> Any:
    """All rows of another model of the room, which cannot be imported from beneath the models."""
    return apps.get_model("properties", model)._default_manager.all()


def _held_on(day: date | None) -> Any:
    """The ownerships of `day` (today)."""
    return _rows("Ownership").on(day or clock.today())


class _RegisterQuerySet(TrackedQuerySet):
    """The property register is the municipality's: whoever may see it anywhere sees all of it."""

    def visible_to(self, user: Any) -> Self:
        return self if may(user, "see_properties") else self.none()

    def changeable_by(self, user: Any) -> Self:
        return self if may(user, "change_properties") else self.none()

    def with_words(self, text: str, fields: Sequence[str]) -> Self:
        """Those where each word of the text stands in one of the fields."""
        found = self
        for word in text.split():
            anywhere = Q()
            for field in fields:
                anywhere |= Q(**{f"{field}__icontains": word})
            found = found.filter(anywhere)
        return found


class PropertyOwnerQuerySet(_RegisterQuerySet):
    def found_by(self, text: str) -> Self:
        """By parts of the name, or by the whole organisation number or personnummer.

        Only for what was posted: a personnummer must not stand in an address.
        """
        try:
            return self.with_number(organisation_or_personal_number(text))
        except NumberRefused:
            return self.with_words(text, ["name"])

    def found_by_name(self, text: str) -> Self:
        """By parts of the name, or by the whole organisation number."""
        try:
            return self.with_number(organisation_number(text))
        except NumberRefused:
            return self.with_words(text, ["name"])

    def with_number(self, number: str) -> Self:
        """The one with this number: 10 digits for an organisation, 12 for a person."""
        if len(number) == 12:
            return self.filter(
                personal_number_index__in=blind_indexes("owner.personal_number", number)
            )
        return self.filter(organisation_number=number)

    def with_properties_owned(self) -> Self:
        """Add `properties_owned`, how many properties each owns today."""
        held = _held_on(None).filter(owner=OuterRef("pk")).order_by().values("owner")
        counted = held.annotate(number=Count("pk")).values("number")
        return self.annotate(properties_owned=Coalesce(Subquery(counted), Value(0)))


class PropertyQuerySet(_RegisterQuerySet):
    def found_by(self, text: str) -> Self:
        """By parts of the designation."""
        return self.with_words(text, ["designation"])

    def with_owner(self, day: date | None = None) -> Self:
        """Add `owner_ref`, `owner_id_now` and `owner_name`: who owns it on `day` (today)."""
        held = _held_on(day).filter(real_property=OuterRef("pk"))
        return self.annotate(**_owner_of(held))

    def with_entrances_in_use(self) -> Self:
        """Add `entrances_in_use`, how many entrances each has today."""
        used = _rows("Entrance").in_use().filter(real_property=OuterRef("pk")).order_by()
        counted = used.values("real_property").annotate(number=Count("pk")).values("number")
        return self.annotate(entrances_in_use=Coalesce(Subquery(counted), Value(0)))


class EntranceQuerySet(_RegisterQuerySet):
    def found_by(self, text: str) -> Self:
        """By parts of the address, of its own name and of the property's designation."""
        return self.with_words(text, ["address", "name", "real_property__designation"])

    def in_use(self, day: date | None = None) -> Self:
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day or clock.today()))

    def at_address(self, address: str, postal_code: str = "") -> Self:
        """Those at this street address, however upper and lower case were used."""
        found = self.filter(address__iexact=" ".join(address.split()))
        return found.filter(postal_code=postal_code) if postal_code else found

    def with_owner(self, day: date | None = None) -> Self:
        """Add `owner_ref`, `owner_id_now` and `owner_name`: of the property on `day` (today)."""
        held = _held_on(day).filter(real_property=OuterRef("real_property"))
        return self.annotate(**_owner_of(held))


def _owner_of(held: Any) -> dict[str, Any]:
    return {
        "owner_id_now": Subquery(held.values("owner_id")[:1]),
        "owner_ref": Subquery(held.values("owner__ref")[:1]),
        # "" and not NULL, so that a list can be sorted by it
        "owner_name": Coalesce(Subquery(held.values("owner__name")[:1]), Value("")),
    }
