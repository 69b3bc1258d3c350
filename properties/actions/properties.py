"""Properties, and who owns them when."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.core.versions import refuse_if_changed
from properties.actions.rules import refuse_far_ahead
from properties.models import (
    Ownership,
    Property,
    PropertyOwner,
)


@transaction.atomic
def add_property(
    *, by: Any, designation: str, owner: PropertyOwner, owned_from: date | None = None
) -> Property:
    """Add a property with who owns it since when (today). Refused when the register has it."""
    real_property = Property(designation=" ".join(designation.split()))
    _refuse_taken_designation(real_property)
    owned_from = owned_from or clock.today()
    refuse_far_ahead(owned_from)
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
    refuse_far_ahead(on)
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
