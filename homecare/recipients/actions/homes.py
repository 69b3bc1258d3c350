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
from homecare.organisation.models import CareUnit
from homecare.recipients.access import (
    homes_seen_by,
    may_know_of,
    note_home_refused,
    unit_of,
)
from homecare.recipients.actions.rules import refuse_dead, refuse_far_ahead
from homecare.recipients.models import Recipient, Residence
from properties.actions import (
    NOT_HERE,
    HomeDoorTaken,
    add_home_door,
    change_home_door,
    set_path,
)
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


class HomeIsHidden(RuleBroken):
    """Somebody protected lives behind the door whom the user is not named for.

    That the person's home would then be hidden tells that, so nobody moves there either; the
    words do not tell why.
    """

    def __init__(self, home_door: HomeDoor) -> None:
        super().__init__(str(NOT_HERE))
        self.home_door = home_door

    def note(self, by: Any, unit: CareUnit | None) -> None:
        """Outside the transaction: what is written in one that is undone goes with it."""
        note_home_refused(by, self.home_door, what="recipient.home_refused", unit=unit)


def door_of(home: Home, by: Any) -> HomeDoor:
    """The door of a home. Refused when it hides somebody from `by`."""
    door = home if isinstance(home, HomeDoor) else home.door(by)
    if by is not None and not may_know_of(by, door):
        raise HomeIsHidden(door)
    return door


def change_home(*, home_door: HomeDoor, by: Any, **facts: Any) -> HomeDoor:
    """Change the facts of a home's door, as `properties.actions.change_home_door` does.

    That there is such a door already is told only to those who may see that door; the others'
    try stays in the trail.
    """
    try:
        return change_home_door(home_door=home_door, by=by, **facts)
    except HomeDoorTaken as taken:
        if by is None or homes_seen_by(by).filter(pk=taken.home_door.pk).exists():
            raise
        note_home_refused(by, taken.home_door, what="home_door.change_refused", unit=None)
        raise RuleBroken(str(NOT_HERE)) from taken


def move(*, recipient: Recipient, home_door: Home, by: Any, on: date | None = None) -> Residence:
    """Let a person live behind a door from a day on (today), and end the old home the day before.

    Refused when the person lives there already, has died, or has a home that began later, and
    where somebody protected lives whom `by` is not named for.
    """
    try:
        return _move(recipient, home_door, by, on)
    except HomeIsHidden as hidden:
        hidden.note(by, unit_of(recipient, by))
        raise


@transaction.atomic
def _move(recipient: Recipient, home: Home, by: Any, on: date | None) -> Residence:
    recipient = locked(recipient)
    refuse_dead(recipient)
    on = on or clock.today()
    refuse_far_ahead(on)
    latest = recipient.residences.order_by("-starts_on", "-pk").first()
    door = door_of(home, by)
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
