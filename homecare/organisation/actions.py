"""Changing districts, providers and units."""

from datetime import date
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.core.versions import refuse_if_changed
from homecare.organisation.models import CareUnit, District, Provider

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def save_district(
    *,
    by: Any,
    code: str,
    name: str,
    district: District | None = None,
    seen: str | None = None,
) -> District:
    """Add a district, or change the given one.

    Refused when another has the code, and when it was changed since `seen`.
    """
    verb = "district.changed" if district else "district.added"
    code = code.strip()
    _refuse_taken(
        District.objects.filter(code__iexact=code),
        district,
        _("Det finns redan ett stadsdelsområde med den koden."),
    )
    saved = _saved(district, seen) or District()
    saved.code, saved.name = code, name.strip()
    save_as(saved, by)
    record(by, verb, saved, code=saved.code, name=saved.name)
    return saved


@transaction.atomic
def save_provider(
    *,
    by: Any,
    name: str,
    kind: str,
    organisation_number: str | None = None,
    has_support_all_hours: bool = False,
    fallback_practised_on: date | None = None,
    provider: Provider | None = None,
    seen: str | None = None,
) -> Provider:
    """Add a provider, or change the given one.

    Refused when another has the name or the organisation number, when the fallback routine would
    have been practised on a day that has not been, and when it was changed since `seen`.
    """
    verb = "provider.changed" if provider else "provider.added"
    name = name.strip()
    _refuse_taken(
        Provider.objects.filter(name__iexact=name),
        provider,
        _("Det finns redan en utförare med det namnet."),
    )
    if organisation_number:
        _refuse_taken(
            Provider.objects.filter(organisation_number=organisation_number),
            provider,
            _("Det finns redan en utförare med det organisationsnumret."),
        )
    if fallback_practised_on and fallback_practised_on > clock.today():
        raise RuleBroken(_("Dagen då reservrutinen övades har inte varit ännu."))
    saved = _saved(provider, seen) or Provider()
    saved.name, saved.kind = name, kind
    saved.organisation_number = organisation_number or None
    saved.has_support_all_hours = has_support_all_hours
    saved.fallback_practised_on = fallback_practised_on
    save_as(saved, by)
    record(
        by,
        verb,
        saved,
        provider_kind=kind,
        has_support_all_hours=has_support_all_hours,
        fallback_practised_on=fallback_practised_on,
    )
    return saved


@transaction.atomic
def save_unit(
    *,
    by: Any,
    code: str,
    name: str,
    provider: Provider,
    district: District | None = None,
    phone: str = "",
    unit: CareUnit | None = None,
    seen: str | None = None,
) -> CareUnit:
    """Add a unit, or change the given one.

    Refused when another has the code, and when it was changed since `seen`.
    """
    verb = "unit.changed" if unit else "unit.added"
    code = code.strip()
    _refuse_taken(
        CareUnit.objects.filter(code__iexact=code),
        unit,
        _("Det finns redan en enhet med den koden."),
    )
    saved = _saved(unit, seen) or CareUnit()
    saved.code, saved.name, saved.phone = code, name.strip(), phone
    saved.provider, saved.district = provider, district
    save_as(saved, by)
    record(
        by,
        verb,
        saved,
        unit=saved,
        code=saved.code,
        name=saved.name,
        provider=str(provider.ref),
        district=district and str(district.ref),
    )
    return saved


@transaction.atomic
def close_unit(*, unit: CareUnit, on: date, by: Any, reason: str = "") -> CareUnit:
    """Close the unit from a day on: it can no longer be chosen, and its past stays readable.

    Whether people still work or are cared for there is seen on its page, not refused here: a
    closing is planned long before the last key is home.
    """
    if unit.closed_on is not None:
        raise RuleBroken(_("Enheten är redan avslutad."))
    unit.closed_on = on
    save_as(unit, by, reason=reason, fields=["closed_on"])
    record(by, "unit.closed", unit, unit=unit, reason=reason, closed_on=on)
    return unit


@transaction.atomic
def reopen_unit(*, unit: CareUnit, by: Any) -> None:
    """Take a closing back. An open unit stays as it is."""
    if unit.closed_on is None:
        return
    unit.closed_on = None
    save_as(unit, by, fields=["closed_on"])
    record(by, "unit.reopened", unit, unit=unit)


def _saved(row: Row | None, seen: str | None) -> Row | None:
    """The row as it is now, locked; nothing for one that is new."""
    if row is None:
        return None
    row = locked(row)
    refuse_if_changed(row, seen)
    return row


def _refuse_taken(others: Any, saved: Any, text: str) -> None:
    if others.exclude(pk=saved and saved.pk).exists():
        raise RuleBroken(text)
