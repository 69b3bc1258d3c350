"""What the pages of the register show of one owner and of one property."""

from dataclasses import dataclass

from homecare.core import clock
from properties.models import Entrance, OwnerContact, Ownership, Property, PropertyOwner


@dataclass(frozen=True, slots=True)
class OwnerCard:
    """Whom to write to at an owner, and what the owner owns: now, and earlier."""

    contacts: list[OwnerContact]
    earlier_contacts: list[OwnerContact]
    owned: list[Ownership]
    earlier_owned: list[Ownership]


@dataclass(frozen=True, slots=True)
class PropertyCard:
    """Who owns a property, and its entrances: now, and earlier."""

    ownerships: list[Ownership]
    entrances: list[Entrance]
    closed: list[Entrance]


def owner_card(owner: PropertyOwner) -> OwnerCard:
    """Two queries. What is yet to begin counts as now."""
    today = clock.today()
    contacts = list(owner.contacts.order_by("name", "pk"))
    owned = list(owner.ownerships.select_related("real_property").order_by("-starts_on", "-pk"))
    return OwnerCard(
        contacts=[one for one in contacts if one.ends_on is None or one.ends_on >= today],
        earlier_contacts=[one for one in contacts if one.ends_on and one.ends_on < today],
        owned=[one for one in owned if one.ends_on is None or one.ends_on >= today],
        earlier_owned=[one for one in owned if one.ends_on and one.ends_on < today],
    )


def property_card(real_property: Property) -> PropertyCard:
    """Two queries."""
    today = clock.today()
    entrances = list(real_property.entrances.order_by("address", "name", "pk"))
    return PropertyCard(
        ownerships=list(real_property.ownerships.select_related("owner")),
        entrances=[one for one in entrances if one.closed_on is None or one.closed_on > today],
        closed=[one for one in entrances if one.closed_on and one.closed_on <= today],
    )
