"""Whom a request to an owner goes to, and by which way."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from consent.queries.needs import among
from homecare.core import clock
from homecare.mailing.models import Channel
from homecare.mailing.texts import postal_address
from properties.models import OwnerContact, PropertyOwner


class Receiver(NamedTuple):
    """Whom an owner's request goes to, and by which way."""

    channel: str
    name: str
    address: str


def receivers_of(owners: Iterable[PropertyOwner]) -> dict[int, Receiver]:
    """Owner pk → its newest contact with an e-mail address; without one, the owner's postal address
    and newest contact. An owner that has neither is left out. One query for any number.
    """
    owners = list(owners)
    contacts: dict[int, list[OwnerContact]] = defaultdict(list)
    present = OwnerContact.objects.on(clock.today())
    for contact in among(present, "owner_id", {owner.pk for owner in owners}):
        contacts[contact.owner_id].append(contact)
    found = {owner.pk: _receiver(owner, contacts[owner.pk]) for owner in owners}
    return {pk: receiver for pk, receiver in found.items() if receiver}


def _receiver(owner: PropertyOwner, contacts: list[OwnerContact]) -> Receiver | None:
    for contact in contacts:
        if contact.email:
            return Receiver(Channel.EMAIL, contact.name, contact.email)
    address = postal_address(owner.postal_address, owner.postal_code, owner.city)
    if not address:
        return None
    return Receiver(Channel.LETTER, contacts[0].name if contacts else owner.name, address)
