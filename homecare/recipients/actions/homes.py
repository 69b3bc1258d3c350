"""Where people live."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.recipients.access import unit_of
from homecare.recipients.actions.rules import refuse_dead, refuse_far_ahead
from homecare.recipients.models import Recipient, Residence
from properties.actions import add_home_door, set_path
from properties.models import Entrance, HomeDoor, Property, Tenure


@dataclass(frozen=True, slots=True)
class NewHome:
    """A home as somebody describes it: its door is looked up in the register, or added to it."""

    real_property: Property
    address: str
    postal_code: str
    city: str
    apartment_number: str = ""
    floor: str = ""
    tenure: str = Tenure.RENTAL
    needs_owner_consent: bool = False
    entrances: Sequence[Entrance] = field(default=())

    def door(self, by: Any) -> HomeDoor:
        """The door in the register. What the register knows of it already is not written over."""
        known = HomeDoor.objects.filter(
            real_property=self.real_property,
            address__iexact=" ".join(self.address.split()),
            apartment_number=self.apartment_number,
        ).first()
        if known is None:
            return add_home_door(
                real_property=self.real_property,
                address=self.address,
                postal_code=self.postal_code,
                city=self.city,
                apartment_number=self.apartment_number,
                floor=self.floor,
                tenure=self.tenure,
                needs_owner_consent=self.needs_owner_consent,
                entrances=self.entrances,
                by=by,
            )
        if self.entrances and not known.path.exists():
            set_path(home_door=known, entrances=self.entrances, by=by)
        return known


Home = HomeDoor | NewHome


def door_of(home: Home, by: Any) -> HomeDoor:
    return home if isinstance(home, HomeDoor) else home.door(by)


@transaction.atomic
def move(*, recipient: Recipient, home_door: Home, by: Any, on: date | None = None) -> Residence:
    """Let a person live behind a door from a day on (today), and end the old home the day before.

    Refused when the person lives there already, has died, or has a home that began later.
    """
    recipient = locked(recipient)
    refuse_dead(recipient)
    on = on or clock.today()
    refuse_far_ahead(on)
    latest = recipient.residences.order_by("-starts_on", "-pk").first()
    door = door_of(home_door, by)
    if latest is not None:
        _refuse_wrong_move(latest, door, on)
        if latest.ends_on is None:
            latest.ends_on = on - timedelta(days=1)
            save_as(latest, by, fields=["ends_on"])
    residence: Residence = save_as(Residence(recipient=recipient, home_door=door, starts_on=on), by)
    record(
        by,
        "recipient.moved",
        residence,
        person=recipient,
        unit=unit_of(recipient, by),
        on=on,
        first_home=latest is None,
    )
    return residence


def _refuse_wrong_move(latest: Residence, door: HomeDoor, on: date) -> None:
    if latest.ends_on is None and latest.home_door_id == door.pk:
        raise RuleBroken(_("Personen bor redan där."))
    if on <= latest.starts_on:
        raise RuleBroken(
            _("Personen flyttade in i sin bostad %(day)s. Flytten måste vara senare.")
            % {"day": latest.starts_on}
        )
    if latest.ends_on is not None and on <= latest.ends_on:
        raise RuleBroken(
            _("Personen har en bostad till och med %(day)s. Flytten måste vara senare.")
            % {"day": latest.ends_on}
        )
