"""Owners, and whom to write to at them."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.core.versions import refuse_if_changed
from properties.models import (
    OwnerContact,
    OwnerKind,
    PropertyOwner,
)

PEOPLE = frozenset({OwnerKind.PERSON, OwnerKind.ESTATE})


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
