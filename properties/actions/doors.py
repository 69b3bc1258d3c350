"""Entrances, home doors, and the way between them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.audit.trail import note_denied, record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import delete_as, save_as
from homecare.core.states import locked
from homecare.core.versions import refuse_if_changed
from properties.access import sees_home
from properties.actions.rules import NOT_HERE, refuse_far_ahead
from properties.models import (
    AccessSolution,
    DoorPath,
    Entrance,
    HomeDoor,
    Property,
    Tenure,
)

# --- entrances -----------------------------------------------------------------------------------


@transaction.atomic
def add_entrance(
    *,
    real_property: Property,
    by: Any,
    address: str,
    postal_code: str,
    city: str,
    name: str = "",
    access_solution: str = AccessSolution.UNKNOWN,
    homes: int | None = None,
    entrance_code: str = "",
) -> Entrance:
    """Add an entrance to a property. Refused when the property has one of the same name there."""
    entrance = Entrance(
        real_property=real_property,
        address=" ".join(address.split()),
        name=" ".join(name.split()),
        postal_code=postal_code,
        city=city.strip(),
        access_solution=access_solution,
        homes=homes,
        entrance_code=entrance_code.strip(),
    )
    _refuse_same_entrance(entrance)
    save_as(entrance, by)
    record(
        by,
        "entrance.added",
        entrance,
        address=str(entrance),
        has_code=bool(entrance.entrance_code),
    )
    return entrance


@transaction.atomic
def change_entrance(
    *,
    entrance: Entrance,
    by: Any,
    address: str,
    postal_code: str,
    city: str,
    name: str = "",
    access_solution: str = AccessSolution.UNKNOWN,
    homes: int | None = None,
    entrance_code: str | None = None,
    seen: str | None = None,
) -> Entrance:
    """Change an entrance. `entrance_code` None keeps the code there is, and "" takes it away.

    Refused when the property has another entrance of the same name there, and when the entrance
    was changed since `seen`.
    """
    entrance = locked(entrance)
    refuse_if_changed(entrance, seen)
    entrance.address, entrance.name = " ".join(address.split()), " ".join(name.split())
    entrance.postal_code, entrance.city = postal_code, city.strip()
    entrance.access_solution = access_solution
    entrance.homes = homes
    if entrance_code is not None:
        entrance.entrance_code = entrance_code.strip()
    _refuse_same_entrance(entrance)
    save_as(entrance, by)
    record(
        by,
        "entrance.changed",
        entrance,
        address=str(entrance),
        has_code=bool(entrance.entrance_code),
        code_given=entrance_code is not None,
    )
    return entrance


class OnTheWayHome(RuleBroken):
    """The entrance lies on the way to a home."""

    def __init__(self) -> None:
        super().__init__(_("Porten ligger på vägen till en bostad. Ändra vägen dit först."))


def close_entrance(*, entrance: Entrance, on: date, by: Any, reason: str = "") -> Entrance:
    """Say that an entrance is not used from `on` on. Its code is forgotten, its past stays.

    Refused while it lies on the way to a home: the way must be changed first. That there is one
    is told only to those who see such a home; the others' try stays in the trail.
    """
    try:
        return _close(entrance, on, by, reason)
    except OnTheWayHome as on_the_way:
        if by is None or sees_home(by, HomeDoor.objects.filter(path__entrance=entrance)):
            raise
        # Outside the transaction: what is written in one that is undone goes with it.
        note_denied(by, what="entrance.close_refused", obj=entrance)
        raise RuleBroken(str(NOT_HERE)) from on_the_way


@transaction.atomic
def _close(entrance: Entrance, on: date, by: Any, reason: str) -> Entrance:
    entrance = locked(entrance)
    if entrance.closed_on is not None:
        raise RuleBroken(_("Porten är redan avslutad."))
    refuse_far_ahead(on)
    if entrance.paths.exists():
        raise OnTheWayHome
    entrance.closed_on, entrance.entrance_code = on, ""
    save_as(entrance, by, fields=["closed_on", "entrance_code"], reason=reason)
    record(by, "entrance.closed", entrance, reason=reason, address=str(entrance), on=on)
    return entrance


@transaction.atomic
def reopen_entrance(*, entrance: Entrance, by: Any) -> Entrance:
    """Take a closing back. An entrance in use stays as it is."""
    entrance = locked(entrance)
    if entrance.closed_on is not None:
        entrance.closed_on = None
        save_as(entrance, by, fields=["closed_on"])
        record(by, "entrance.reopened", entrance, address=str(entrance))
    return entrance


def _refuse_same_entrance(entrance: Entrance) -> None:
    others = entrance.real_property.entrances.exclude(pk=entrance.pk)
    if others.filter(address__iexact=entrance.address, name__iexact=entrance.name).exists():
        raise RuleBroken(
            _("Fastigheten har redan en sådan port på adressen. Ge den här en egen benämning.")
        )


# --- home doors ----------------------------------------------------------------------------------
# Their addresses stay out of the trail: that the door is registered may tell that somebody there
# has help, and that somebody may be protected.


class HomeDoorTaken(RuleBroken):
    """The property has the door already. Who lives there may be hidden from whoever asked, so a
    room that knows shows the words only to those who may see `home_door`.
    """

    def __init__(self, home_door: HomeDoor) -> None:
        super().__init__(_("Bostadsdörren finns redan i registret."))
        self.home_door = home_door


@transaction.atomic
def add_home_door(
    *,
    real_property: Property,
    by: Any,
    address: str,
    postal_code: str,
    city: str,
    apartment_number: str = "",
    floor: str = "",
    tenure: str = Tenure.RENTAL,
    needs_owner_consent: bool = False,
    entrances: Sequence[Entrance] = (),
) -> HomeDoor:
    """Add the door of a home, and the entrances on the way to it from the street.

    Refused when the property already has the door.
    """
    home_door = HomeDoor(
        real_property=real_property,
        address=" ".join(address.split()),
        postal_code=postal_code,
        city=city.strip(),
        apartment_number=apartment_number,
        floor=floor.strip(),
        tenure=tenure,
        needs_owner_consent=needs_owner_consent,
    )
    _refuse_same_home_door(home_door)
    save_as(home_door, by)
    record(by, "home_door.added", home_door, tenure=tenure)
    set_path(home_door=home_door, entrances=entrances, by=by)
    return home_door


@transaction.atomic
def change_home_door(
    *,
    home_door: HomeDoor,
    by: Any,
    address: str,
    postal_code: str,
    city: str,
    apartment_number: str = "",
    floor: str = "",
    tenure: str = Tenure.RENTAL,
    needs_owner_consent: bool = False,
    seen: str | None = None,
) -> HomeDoor:
    """Change the facts of a home's door. Who moves gets another door instead (`recipients`).

    Refused when the property has another such door, and when this one was changed since `seen`.
    """
    home_door = locked(home_door)
    refuse_if_changed(home_door, seen)
    home_door.address, home_door.postal_code = " ".join(address.split()), postal_code
    home_door.city, home_door.apartment_number = city.strip(), apartment_number
    home_door.floor, home_door.tenure = floor.strip(), tenure
    home_door.needs_owner_consent = needs_owner_consent
    _refuse_same_home_door(home_door)
    save_as(home_door, by)
    record(
        by,
        "home_door.changed",
        home_door,
        tenure=tenure,
        needs_owner_consent=needs_owner_consent,
    )
    return home_door


@transaction.atomic
def set_path(
    *, home_door: HomeDoor, entrances: Sequence[Entrance], by: Any, seen: str | None = None
) -> HomeDoor:
    """Say which entrances lead to a home, in order from the street. None at all is a house.

    Steps that stay where they were are left alone. Refused when an entrance comes twice or is no
    longer used, and when the path was changed since `seen`.
    """
    home_door = locked(home_door)
    refuse_if_changed(home_door.path, seen)
    if len({entrance.pk for entrance in entrances}) != len(entrances):
        raise RuleBroken(_("Samma port kan bara finnas en gång på vägen."))
    today = clock.today()
    for entrance in entrances:
        if entrance.closed_on is not None and entrance.closed_on <= today:
            raise RuleBroken(_("%(entrance)s används inte längre.") % {"entrance": entrance})
    old = list(home_door.path.order_by("position"))
    same = 0
    for step, entrance in zip(old, entrances, strict=False):
        if step.entrance_id != entrance.pk or step.position != same + 1:
            break
        same += 1
    if same == len(old) == len(entrances):
        return home_door
    for step in old[same:]:
        delete_as(step, by)
    for position, entrance in enumerate(entrances[same:], start=same + 1):
        save_as(DoorPath(home_door=home_door, entrance=entrance, position=position), by)
    record(by, "home_door.path_set", home_door, entrances=len(entrances))
    return home_door


def _refuse_same_home_door(home_door: HomeDoor) -> None:
    others = home_door.real_property.home_doors.exclude(pk=home_door.pk)
    same = others.filter(
        address__iexact=home_door.address, apartment_number=home_door.apartment_number
    ).first()
    if same is not None:
        raise HomeDoorTaken(same)
