"""Lists of property owners, and of entrances with their property and who owns it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.core import clock
from homecare.core.encryption import blind_index, blind_indexes
from homecare.exchange.plan.base import Line, Plan
from properties.models import (
    Entrance,
    OwnerContact,
    OwnerKind,
    Ownership,
    Property,
    PropertyOwner,
)

PURPOSE = "owner.personal_number"


class Owners:
    """The owners of the register, found by organisation number, personnummer or exact name."""

    def __init__(self) -> None:
        self.by_number: dict[str, PropertyOwner] = {}
        self.by_name: dict[str, list[PropertyOwner]] = {}
        for owner in PropertyOwner.objects.prefetch_related("contacts"):
            if owner.organisation_number:
                self.by_number[owner.organisation_number] = owner
            if owner.personal_number_index:
                self.by_number[owner.personal_number_index] = owner
            self.by_name.setdefault(owner.name.casefold(), []).append(owner)

    def find(self, number: str | None, name: str | None) -> PropertyOwner | None:
        if number:
            keys = [number] if len(number) == 10 else blind_indexes(PURPOSE, number)
            return next((self.by_number[key] for key in keys if key in self.by_number), None)
        named = self.by_name.get((name or "").casefold(), [])
        return named[0] if len(named) == 1 else None


def plan_owners(lines: Iterable[Line], by: User) -> Plan:
    """Owners with the contact to write to. An owner is known by its number, else by its name."""
    plan = Plan()
    owners = Owners()
    for model in (PropertyOwner, OwnerContact):
        plan.new[model] = []
    seen: set[str] = set()
    for line in lines:
        plan.begin(line)
        number, name = line.get("number"), line.get("name")
        key = number or name.casefold()
        if key in seen:
            plan.fault(
                line,
                _("Organisationsnummer"),
                _masked(number) or name,
                _("Ägaren står på en tidigare rad i filen."),
                _("Ta bort den ena raden."),
            )
            continue
        seen.add(key)
        is_person = number is not None and len(number) == 12
        address: dict[str, Any] = {
            "postal_address": line.get("postal_address") or "",
            "postal_code": line.get("postal_code") or "",
            "city": line.get("city") or "",
        }
        owner = owners.find(number, name)
        if owner is None:
            owner = plan.create(
                PropertyOwner(
                    name=name,
                    kind=line.get("kind") or (OwnerKind.PERSON if is_person else OwnerKind.COMPANY),
                    organisation_number=None if is_person else number,
                    personal_number=number if is_person else "",
                    personal_number_index=blind_index(PURPOSE, number) if is_person else None,
                    do_not_contact=bool(line.get("do_not_contact")),
                    **address,
                ),
                line,
            )
        else:
            plan.change(
                owner,
                line,
                name=name,
                kind=line.get("kind"),
                do_not_contact=line.get("do_not_contact"),
                **address,
            )
        _plan_contact(plan, line, owner)
    return plan


def _masked(number: str | None) -> str:
    return f"{number[:8]}-••••" if number and len(number) == 12 else number or ""


def _plan_contact(plan: Plan, line: Line, owner: PropertyOwner) -> None:
    email, phone = line.get("email") or "", line.get("phone") or ""
    name = line.get("contact_name") or owner.name
    if not (email or phone):
        return
    today = clock.today()
    held = [one for one in owner.contacts.all() if one.holds_on(today)] if owner.pk else []
    same = next((one for one in held if one.name.casefold() == name.casefold()), None)
    if same is not None:
        plan.change(same, line, title=line.get("contact_title"), email=email, phone=phone)
        return
    plan.create(
        OwnerContact(
            owner=owner,
            name=name,
            title=line.get("contact_title") or "",
            email=email,
            phone=phone,
            starts_on=today,
        ),
        line,
        is_main=owner.pk is None,
    )


def plan_entrances(lines: Iterable[Line], by: User) -> Plan:
    """Entrances with their property, and who owns it. A sale is not made by a list."""
    plan = Plan()
    owners = Owners()
    properties = {one.designation.casefold(): one for one in Property.objects.all()}
    owned = {
        one.real_property_id: one
        for one in Ownership.objects.on(clock.today()).select_related("owner")
    }
    entrances = {
        (one.real_property_id, one.address.casefold(), one.name.casefold()): one
        for one in Entrance.objects.all()
    }
    for model in (Property, Ownership, Entrance):
        plan.new[model] = []
    planned_owner: dict[str, PropertyOwner] = {}
    seen: set[tuple[str, str, str]] = set()
    for line in lines:
        plan.begin(line)
        designation, address = line.get("designation"), line.get("address")
        name = line.get("name") or ""
        key = (designation.casefold(), address.casefold(), name.casefold())
        if key in seen:
            plan.fault(
                line,
                _("Gatuadress"),
                address,
                _("Porten står på en tidigare rad i filen."),
                _("Ta bort raden, eller ge porten en benämning, till exempel gårdsport."),
            )
            continue
        seen.add(key)
        owner = owners.find(line.get("owner_number"), line.get("owner_name"))
        if owner is None:
            plan.fault(
                line,
                _("Ägare"),
                _masked(line.get("owner_number")) or line.get("owner_name") or "",
                _("Ägaren finns inte i registret."),
                _("Läs in fastighetsägarna först, eller rätta numret."),
            )
            continue
        real_property = properties.get(designation.casefold())
        if real_property is None:
            real_property = properties[designation.casefold()] = plan.create(
                Property(designation=designation), line
            )
            plan.create(
                Ownership(
                    real_property=real_property,
                    owner=owner,
                    starts_on=line.get("owned_from") or clock.today(),
                ),
                line,
            )
            planned_owner[designation.casefold()] = owner
        elif not _owner_agrees(plan, line, owner, real_property, owned, planned_owner):
            continue
        _plan_entrance(plan, line, real_property, entrances)
    return plan


def _owner_agrees(
    plan: Plan,
    line: Line,
    owner: PropertyOwner,
    real_property: Property,
    owned: dict[int, Ownership],
    planned_owner: dict[str, PropertyOwner],
) -> bool:
    """Whether the register, or an earlier line, says the same owner; else a fault."""
    if real_property.pk is None:
        now = planned_owner[real_property.designation.casefold()]
    elif real_property.pk in owned:
        now = owned[real_property.pk].owner
    else:
        starts_on: date = line.get("owned_from") or clock.today()
        plan.create(
            Ownership(real_property=real_property, owner=owner, starts_on=starts_on),
            line,
            is_main=False,
        )
        return True
    if now.pk == owner.pk:
        return True
    plan.fault(
        line,
        _("Ägare"),
        owner.name,
        _("Fastigheten ägs enligt registret av %(owner)s.") % {"owner": now},
        _("Registrera ägarbytet på fastighetens sida, så att medgivandena prövas på nytt."),
    )
    return False


def _plan_entrance(
    plan: Plan,
    line: Line,
    real_property: Property,
    entrances: dict[tuple[int, str, str], Entrance],
) -> None:
    address, name = line.get("address"), line.get("name") or ""
    values = {
        "postal_code": line.get("postal_code"),
        "city": line.get("city"),
        "access_solution": line.get("access_solution"),
        "homes": line.get("homes"),
    }
    found = (
        entrances.get((real_property.pk, address.casefold(), name.casefold()))
        if real_property.pk
        else None
    )
    if found is None:
        plan.create(
            Entrance(
                real_property=real_property,
                address=address,
                name=name,
                entrance_code=line.get("entrance_code") or "",
                **{key: value for key, value in values.items() if value},
            ),
            line,
        )
        return
    plan.change(found, line, **values)
    plan.change(found, line, secret=True, entrance_code=line.get("entrance_code"))
