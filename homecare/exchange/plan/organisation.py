"""Lists of units and of staff."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from homecare.accounts.access import rights_of
from homecare.accounts.models import User
from homecare.core.models import Period
from homecare.exchange.plan.base import Line, Plan
from homecare.organisation.models import CareUnit, District, Provider
from homecare.staff.models import Employment, StaffMember, UserAgreement
from homecare.staff.texts import CURRENT


def plan_units(lines: Iterable[Line], by: User) -> Plan:
    """Units with their provider and district; the three come into being together."""
    plan = Plan()
    units = {one.code.casefold(): one for one in CareUnit.objects.select_related("provider")}
    providers = {one.name.casefold(): one for one in Provider.objects.all()}
    districts = {one.name.casefold(): one for one in District.objects.all()}
    # The order in which they are saved.
    for model in (District, Provider, CareUnit):
        plan.new[model] = []
    seen: set[str] = set()
    for line in lines:
        plan.begin(line)
        code = line.get("code")
        if code.casefold() in seen:
            _twice(plan, line, _("Enhetskod"), code)
            continue
        seen.add(code.casefold())
        district = _district(plan, line, districts)
        provider = _provider(plan, line, providers)
        unit = units.get(code.casefold())
        if unit is None:
            plan.create(
                CareUnit(
                    code=code,
                    name=line.get("name"),
                    provider=provider,
                    district=district,
                    phone=line.get("phone") or "",
                ),
                line,
            )
            continue
        if unit.provider.name.casefold() != provider.name.casefold():
            plan.fault(
                line,
                _("Utförare"),
                provider.name,
                _("Enheten hör redan till %(provider)s.") % {"provider": unit.provider},
                _("Ge enheten en ny kod om den har bytt utförare."),
            )
            continue
        plan.change(unit, line, name=line.get("name"), phone=line.get("phone"))
    return plan


def _district(plan: Plan, line: Line, known: dict[str, District]) -> District | None:
    name = line.get("district")
    if not name:
        return None
    found = known.get(name.casefold())
    if found is None:
        code = name[:20]
        found = known[name.casefold()] = plan.create(District(code=code, name=name), line)
    return found


def _provider(plan: Plan, line: Line, known: dict[str, Provider]) -> Provider:
    name = line.get("provider")
    found = known.get(name.casefold())
    if found is None:
        found = known[name.casefold()] = plan.create(
            Provider(
                name=name,
                kind=line.get("provider_kind"),
                organisation_number=line.get("provider_number") or None,
                has_support_all_hours=bool(line.get("has_support_all_hours")),
                fallback_practised_on=line.get("fallback_practised_on"),
            ),
            line,
        )
    elif found.pk:
        plan.change(
            found,
            line,
            kind=line.get("provider_kind"),
            organisation_number=line.get("provider_number"),
            has_support_all_hours=line.get("has_support_all_hours"),
            fallback_practised_on=line.get("fallback_practised_on"),
        )
    return found


def plan_staff(lines: Iterable[Line], by: User) -> Plan:
    """Staff with their employment; an end date ends the running employment in that unit."""
    plan = Plan()
    lines = list(lines)
    units = allowed_units(by)
    changeable = set(StaffMember.objects.changeable_by(by).values_list("pk", flat=True))
    staff = {
        one.staff_id.casefold(): one
        for one in StaffMember.objects.prefetch_related("employments", "agreements")
    }
    for model in (StaffMember, Employment, UserAgreement):
        plan.new[model] = []
    seen: set[tuple[str, str]] = set()
    for line in lines:
        plan.begin(line)
        unit = unit_of(plan, line, units)
        key = (line.get("staff_id").casefold(), str(line.get("unit")).casefold())
        if key in seen:
            _twice(plan, line, _("Anställningsnummer"), line.get("staff_id"))
            continue
        seen.add(key)
        if unit is None:
            continue
        member = staff.get(key[0])
        if member is None:
            member = staff[key[0]] = plan.create(
                StaffMember(
                    staff_id=line.get("staff_id"),
                    name=line.get("name"),
                    email=line.get("email") or "",
                    phone=line.get("phone") or "",
                ),
                line,
            )
        elif member.pk:
            if member.pk not in changeable:
                plan.fault(
                    line,
                    _("Anställningsnummer"),
                    line.get("staff_id"),
                    _("Numret används redan av någon du inte får ändra."),
                    _("Kontrollera numret, eller be systemförvaltaren läsa in raden."),
                )
                continue
            plan.change(
                member,
                line,
                name=line.get("name"),
                email=line.get("email"),
                phone=line.get("phone"),
            )
        _plan_employment(plan, line, member, unit)
        _plan_agreement(plan, line, member)
    return plan


def _plan_employment(plan: Plan, line: Line, member: StaffMember, unit: CareUnit) -> None:
    starts_on, ends_on = line.get("starts_on"), line.get("ends_on")
    if ends_on and ends_on < starts_on:
        plan.fault(
            line,
            _("Anställd till"),
            ends_on,
            _("Slutdatum ligger före startdatum."),
            _("Rätta datumen."),
        )
        return
    held = member.employments.all() if member.pk else ()
    here = [one for one in held if one.unit_id == unit.pk]
    same = next((one for one in here if one.starts_on == starts_on), None)
    if same is not None:
        plan.change(same, line, ends_on=ends_on)
        return
    if is_closed(plan, line, unit, starts_on):
        return
    # Whoever was stopped by hand this morning may be employed anew today.
    if any(
        overlap(one, starts_on, ends_on)
        for one in here
        if one.ended_at is None or one.ends_on != starts_on
    ):
        plan.fault(
            line,
            _("Anställd från"),
            starts_on,
            _("En anställning i enheten pågår redan, från ett annat datum."),
            _("Avsluta den först, eller skriv samma startdatum som i registret."),
        )
        return
    plan.create(
        Employment(staff_member=member, unit=unit, starts_on=starts_on, ends_on=ends_on),
        line,
        is_main=member.pk is None,
    )


def _plan_agreement(plan: Plan, line: Line, member: StaffMember) -> None:
    accepted_on = line.get("agreement_accepted_on")
    if not accepted_on:
        return
    if member.pk and any(True for _one in member.agreements.all()):
        return
    plan.create(
        UserAgreement(staff_member=member, version=CURRENT.version, accepted_on=accepted_on),
        line,
        is_main=member.pk is None,
    )


# --- shared by the kinds --------------------------------------------------------------------------


def allowed_units(by: User) -> dict[str, CareUnit]:
    """The units that `by` may bring lists into, by their code and by their name."""
    found: dict[str, CareUnit] = {}
    for unit in CareUnit.objects.filter(rights_of(by).unit_filter("import_lists")):
        found.setdefault(unit.name.casefold(), unit)
        found[unit.code.casefold()] = unit
    return found


def unit_of(plan: Plan, line: Line, units: dict[str, CareUnit]) -> CareUnit | None:
    """The unit the line names. A unit that is not yours looks like one that does not exist."""
    name = line.get("unit")
    unit = units.get(str(name).casefold())
    if unit is None:
        plan.fault(
            line,
            _("Enhet"),
            name,
            _("Enheten finns inte bland dem du får läsa in till."),
            _("Skriv enhetens kod som den står i registret, eller läs in enheterna först."),
        )
    return unit


def is_closed(plan: Plan, line: Line, unit: CareUnit, starts_on: date) -> bool:
    """Whether the unit is closed when something would begin in it. Then it is a fault."""
    if unit.closed_on is None or unit.closed_on > starts_on:
        return False
    plan.fault(
        line,
        _("Enhet"),
        unit,
        _("Enheten är avslutad från %(day)s.") % {"day": unit.closed_on},
        _("Rätta enheten eller startdatumet."),
    )
    return True


def overlap(held: Period, starts_on: date, ends_on: date | None) -> bool:
    """Whether a period shares a day with the one that the list names."""
    return (held.ends_on is None or held.ends_on >= starts_on) and (
        ends_on is None or held.starts_on <= ends_on
    )


def _twice(plan: Plan, line: Line, column: str, value: str) -> None:
    plan.fault(
        line,
        column,
        value,
        _("Samma värde står på en tidigare rad i filen."),
        _("Ta bort den ena raden eller rätta den."),
    )
