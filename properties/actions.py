"""Changing the register of owners, properties and doors. What ends is kept, with its last day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import delete_as, save_as
from homecare.core.states import locked
from homecare.core.versions import refuse_if_changed
from properties.models import (
    AccessSolution,
    DoorPath,
    Entrance,
    HomeDoor,
    OwnerContact,
    OwnerKind,
    Ownership,
    Property,
    PropertyOwner,
    Tenure,
)

# A day further away than this is a slip of the pen.
FURTHEST_AHEAD = timedelta(days=366)
PEOPLE = frozenset({OwnerKind.PERSON, OwnerKind.ESTATE})

# --- owners --------------------------------------------------------------------------------------


@transaction.atomic
def add_owner(
    *,
    by: Any,
    name: str,
    kind: str,
    organisation_number: str | None = None,
    personal_number: str = "",
    postal_address: str = "",
    postal_code: str = "",
    city: str = "",
    do_not_contact: bool = False,
) -> PropertyOwner:
    """Add an owner. Refused when the register already has one with the same number."""
    owner = PropertyOwner(
        name=name.strip(),
        kind=kind,
        organisation_number=organisation_number or None,
        personal_number=personal_number,
        postal_address=postal_address.strip(),
        postal_code=postal_code,
        city=city.strip(),
        do_not_contact=do_not_contact,
    )
    _refuse_wrong_number(owner)
    save_as(owner, by)
    record(by, "owner.added", owner, personal={"name": owner.name}, owner_kind=kind)
    return owner


@transaction.atomic
def change_owner(
    *,
    owner: PropertyOwner,
    by: Any,
    name: str,
    kind: str,
    organisation_number: str | None = None,
    personal_number: str | None = None,
    postal_address: str = "",
    postal_code: str = "",
    city: str = "",
    do_not_contact: bool = False,
    seen: str | None = None,
) -> PropertyOwner:
    """Change an owner. `personal_number` None keeps the one there is, and "" takes it away.

    Refused when another owner has the number, and when the owner was changed since `seen`.
    """
    owner = locked(owner)
    refuse_if_changed(owner, seen)
    owner.name, owner.kind = name.strip(), kind
    owner.organisation_number = organisation_number or None
    if personal_number is not None:
        owner.personal_number = personal_number
    owner.postal_address, owner.postal_code = postal_address.strip(), postal_code
    owner.city, owner.do_not_contact = city.strip(), do_not_contact
    _refuse_wrong_number(owner)
    save_as(owner, by)
    record(
        by,
        "owner.changed",
        owner,
        personal={"name": owner.name},
        owner_kind=kind,
        do_not_contact=do_not_contact,
    )
    return owner


def _refuse_wrong_number(owner: PropertyOwner) -> None:
    if owner.personal_number and owner.kind not in PEOPLE:
        raise RuleBroken(
            _("Ett personnummer hör till en privatperson eller ett dödsbo. Välj rätt typ av ägare.")
        )
    if owner.organisation_number and owner.kind == OwnerKind.PERSON:
        raise RuleBroken(
            _("En privatperson har inget organisationsnummer. Välj en annan typ av ägare.")
        )
    others = PropertyOwner.objects.exclude(pk=owner.pk)
    for number in filter(None, [owner.organisation_number, owner.personal_number]):
        if others.with_number(number).exists():
            raise RuleBroken(_("Det finns redan en ägare med det numret. Sök fram ägaren."))


# --- contacts ------------------------------------------------------------------------------------


@transaction.atomic
def add_contact(
    *,
    owner: PropertyOwner,
    by: Any,
    name: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    title: str = "",
    email: str = "",
    phone: str = "",
) -> OwnerContact:
    """Add somebody to write to at the owner, from a day on (today). Several may hold at once."""
    contact = OwnerContact(
        owner=owner,
        name=name.strip(),
        title=title.strip(),
        email=email.strip(),
        phone=phone,
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
    )
    _refuse_wrong_days(contact.starts_on, contact.ends_on)
    save_as(contact, by)
    record(
        by, "owner.contact_added", contact, personal={"name": contact.name}, owner=str(owner.ref)
    )
    return contact


@transaction.atomic
def change_contact(
    *,
    contact: OwnerContact,
    by: Any,
    name: str,
    starts_on: date,
    ends_on: date | None = None,
    title: str = "",
    email: str = "",
    phone: str = "",
    seen: str | None = None,
) -> OwnerContact:
    """Change a contact, or its days. Refused when it was changed since `seen`."""
    contact = locked(contact)
    refuse_if_changed(contact, seen)
    _refuse_wrong_days(starts_on, ends_on)
    contact.name, contact.title = name.strip(), title.strip()
    contact.email, contact.phone = email.strip(), phone
    contact.starts_on, contact.ends_on = starts_on, ends_on
    save_as(contact, by)
    record(
        by,
        "owner.contact_changed",
        contact,
        personal={"name": contact.name},
        owner=str(contact.owner.ref),
    )
    return contact


@transaction.atomic
def end_contact(*, contact: OwnerContact, on: date, by: Any) -> OwnerContact:
    """Let `on` be the last day of a contact. It stays readable, and gets no more mail."""
    contact = locked(contact)
    if contact.ends_on is not None and contact.ends_on < clock.today():
        raise RuleBroken(_("Kontaktpersonen är redan avslutad."))
    _refuse_wrong_days(contact.starts_on, on)
    contact.ends_on = on
    save_as(contact, by, fields=["ends_on"])
    record(by, "owner.contact_ended", contact, owner=str(contact.owner.ref), ends_on=on)
    return contact


def _refuse_wrong_days(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken(_("Den sista dagen kan inte vara före den första."))


# --- properties and who owns them ----------------------------------------------------------------


@transaction.atomic
def add_property(
    *, by: Any, designation: str, owner: PropertyOwner, owned_from: date | None = None
) -> Property:
    """Add a property with who owns it since when (today). Refused when the register has it."""
    real_property = Property(designation=" ".join(designation.split()))
    _refuse_taken_designation(real_property)
    owned_from = owned_from or clock.today()
    _refuse_far_ahead(owned_from)
    save_as(real_property, by)
    save_as(Ownership(real_property=real_property, owner=owner, starts_on=owned_from), by)
    record(
        by,
        "property.added",
        real_property,
        designation=real_property.designation,
        owner=str(owner.ref),
        owned_from=owned_from,
    )
    return real_property


@transaction.atomic
def change_property(
    *, real_property: Property, designation: str, by: Any, seen: str | None = None
) -> Property:
    """Give a property its right designation. Refused when another has it."""
    real_property = locked(real_property)
    refuse_if_changed(real_property, seen)
    real_property.designation = " ".join(designation.split())
    _refuse_taken_designation(real_property)
    save_as(real_property, by)
    record(by, "property.changed", real_property, designation=real_property.designation)
    return real_property


@transaction.atomic
def sell_property(
    *, real_property: Property, to: PropertyOwner, on: date, by: Any, reason: str = ""
) -> Ownership:
    """Let `to` own the property from `on`, and end the present ownership the day before.

    What the old owner consented to no longer covers the doors from that day. Refused when `to`
    owns it already, and when the day is not after the one on which the present owner began.
    """
    real_property = locked(real_property)
    _refuse_far_ahead(on)
    latest = real_property.ownerships.order_by("-starts_on", "-pk").first()
    if latest is not None:
        if latest.ends_on is None and latest.owner_id == to.pk:
            raise RuleBroken(_("%(owner)s äger redan fastigheten.") % {"owner": to})
        if on <= latest.starts_on:
            raise RuleBroken(
                _("Den ägare som är registrerad tog över %(day)s. Ägarbytet måste vara senare.")
                % {"day": latest.starts_on}
            )
        if latest.ends_on is not None and on <= latest.ends_on:
            raise RuleBroken(
                _("Fastigheten har en ägare till och med %(day)s. Ägarbytet måste vara senare.")
                % {"day": latest.ends_on}
            )
        if latest.ends_on is None:
            latest.ends_on = on - timedelta(days=1)
            save_as(latest, by, fields=["ends_on"], reason=reason)
    ownership = save_as(
        Ownership(real_property=real_property, owner=to, starts_on=on), by, reason=reason
    )
    record(
        by,
        "property.sold",
        real_property,
        reason=reason,
        from_owner=latest and str(latest.owner.ref),
        to_owner=str(to.ref),
        on=on,
    )
    return ownership


def _refuse_taken_designation(real_property: Property) -> None:
    others = Property.objects.exclude(pk=real_property.pk)
    if others.filter(designation__iexact=real_property.designation).exists():
        raise RuleBroken(_("Fastigheten finns redan i registret."))


def _refuse_far_ahead(day: date) -> None:
    if day > clock.today() + FURTHEST_AHEAD:
        raise RuleBroken(_("Dagen ligger mer än ett år fram. Kontrollera årtalet."))


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


@transaction.atomic
def close_entrance(*, entrance: Entrance, on: date, by: Any, reason: str = "") -> Entrance:
    """Say that an entrance is not used from `on` on. Its code is forgotten, its past stays.

    Refused while it lies on the way to a home: the way must be changed first.
    """
    entrance = locked(entrance)
    if entrance.closed_on is not None:
        raise RuleBroken(_("Porten är redan avslutad."))
    _refuse_far_ahead(on)
    if entrance.paths.exists():
        raise RuleBroken(_("Porten ligger på vägen till en bostad. Ändra vägen dit först."))
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
    if others.filter(
        address__iexact=home_door.address, apartment_number=home_door.apartment_number
    ).exists():
        raise RuleBroken(_("Bostadsdörren finns redan i registret."))
