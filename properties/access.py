"""The doors to owners, properties and entrances. Forbidden and missing look the same: 404."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from homecare.audit.models import Kind
from homecare.audit.trail import note
from properties.models import (
    Entrance,
    HomeDoor,
    OwnerContact,
    OwnerKind,
    Property,
    PropertyOwner,
)

# Owners that are people: that somebody looked at them is kept.
PEOPLE = frozenset({OwnerKind.PERSON, OwnerKind.ESTATE})


# Who may see which homes is known to the room above, which says it here when it starts.
HomesSeen = Callable[[Any], QuerySet[HomeDoor]]
_rules: list[HomesSeen] = []


def homes_are_seen_by(rule: HomesSeen) -> None:
    """Let `rule` give the home doors that a user may see. Until then nobody sees any."""
    _rules[:] = [rule]


def sees_home(user: Any, homes: QuerySet[HomeDoor]) -> bool:
    """Whether `user` may see one of the homes."""
    return any(homes.filter(pk__in=rule(user).values("pk")).exists() for rule in _rules)


def _the(rows: QuerySet, ref: UUID) -> Any:
    found = rows.filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


def owner_to_see(user: Any, ref: UUID, *, what: str = "owner.read") -> PropertyOwner:
    """An owner, for those who may see the register. The reading of a person is logged first."""
    owner: PropertyOwner = _the(PropertyOwner.objects.visible_to(user), ref)
    if owner.kind in PEOPLE:
        note(Kind.READ, user, what, owner)
    return owner


def owner_to_change(user: Any, ref: UUID) -> PropertyOwner:
    """An owner that `user` may change. Otherwise 404."""
    owner: PropertyOwner = _the(PropertyOwner.objects.changeable_by(user), ref)
    if owner.kind in PEOPLE:
        note(Kind.READ, user, "owner.read", owner)
    return owner


def owner_to_reveal(user: Any, ref: UUID) -> PropertyOwner:
    """An owner whose personnummer will be shown: that it was, is logged first."""
    owner: PropertyOwner = _the(
        PropertyOwner.objects.visible_to(user).exclude(personal_number=""), ref
    )
    note(Kind.READ, user, "owner.personal_number_revealed", owner)
    return owner


def contact_to_change(user: Any, ref: UUID) -> OwnerContact:
    """A contact of an owner that `user` may change. Otherwise 404."""
    contact: OwnerContact = _the(
        OwnerContact.objects.filter(
            owner__in=PropertyOwner.objects.changeable_by(user)
        ).select_related("owner"),
        ref,
    )
    return contact


def property_to_see(user: Any, ref: UUID) -> Property:
    """A property with its owner of today, for those who may see the register. Otherwise 404."""
    real_property: Property = _the(Property.objects.visible_to(user).with_owner(), ref)
    return real_property


def property_to_change(user: Any, ref: UUID) -> Property:
    """A property with its owner of today that `user` may change. Otherwise 404."""
    real_property: Property = _the(Property.objects.changeable_by(user).with_owner(), ref)
    return real_property


def entrance_to_see(user: Any, ref: UUID) -> Entrance:
    """An entrance with its owner of today, for those who may see the register. Otherwise 404."""
    entrance: Entrance = _the(
        Entrance.objects.visible_to(user).with_owner().select_related("real_property"), ref
    )
    return entrance


def entrance_to_change(user: Any, ref: UUID) -> Entrance:
    """An entrance that `user` may change. Otherwise 404."""
    entrance: Entrance = _the(
        Entrance.objects.changeable_by(user).with_owner().select_related("real_property"), ref
    )
    return entrance


def entrance_to_reveal(user: Any, ref: UUID) -> Entrance:
    """An entrance whose code will be shown: that it was, is logged first."""
    entrance: Entrance = _the(Entrance.objects.visible_to(user).exclude(entrance_code=""), ref)
    note(Kind.READ, user, "entrance.code_revealed", entrance)
    return entrance
