"""Staff members, their employments, agreements and accounts."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from homecare.accounts import actions as accounts
from homecare.accounts.access import may_assign, may_change_account, may_in
from homecare.accounts.models import RoleAssignment, Scope, User
from homecare.accounts.roles import Role
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.core.versions import refuse_if_changed
from homecare.organisation.models import CareUnit
from homecare.staff.access import roles_left_to_others
from homecare.staff.models import Employment, StaffMember, UserAgreement
from homecare.staff.texts import agreement_of

# --- who works here ------------------------------------------------------------------------------


@transaction.atomic
def add_staff_member(
    *,
    staff_id: str,
    name: str,
    unit: CareUnit,
    starts_on: date,
    by: User | None,
    ends_on: date | None = None,
    email: str = "",
    phone: str = "",
) -> StaffMember:
    """Register somebody who works in `unit` from a day on, with the employment.

    Somebody who is registered already, in another unit or from before, gets the employment: the
    staff id and the name must both be theirs. Refused when the id belongs to another name.
    """
    staff_id, name = staff_id.strip(), " ".join(name.split())
    known = StaffMember.objects.filter(staff_id__iexact=staff_id).first()
    if known is not None and known.name.casefold() != name.casefold():
        raise RuleBroken(
            _(
                "Anställningsnumret finns redan, med ett annat namn. Kontrollera numret. "
                "Stämmer det, rätta namnet så att det är likadant som i lönesystemet."
            )
        )
    if known is None:
        known = StaffMember(staff_id=staff_id, name=name, email=email.strip(), phone=phone)
        save_as(known, by)
        record(by, "staff.added", known, unit=unit, personal={"staff_member": name})
    start_employment(staff_member=known, unit=unit, starts_on=starts_on, ends_on=ends_on, by=by)
    return known


@transaction.atomic
def change_staff_member(
    *,
    staff_member: StaffMember,
    staff_id: str,
    name: str,
    by: User | None,
    email: str = "",
    phone: str = "",
    seen: str | None = None,
) -> StaffMember:
    """Correct who somebody is and how to reach them.

    Refused when another has the staff id, and when they were changed since `seen`.
    """
    staff_id = staff_id.strip()
    staff_member = locked(staff_member)
    refuse_if_changed(staff_member, seen)
    others = StaffMember.objects.exclude(pk=staff_member.pk).filter(staff_id__iexact=staff_id)
    if others.exists():
        raise RuleBroken(_("En annan medarbetare har det anställningsnumret."))
    before = {field: getattr(staff_member, field) for field in ("name", "email", "phone")}
    staff_member.staff_id, staff_member.name = staff_id, " ".join(name.split())
    staff_member.email, staff_member.phone = email.strip(), phone
    save_as(staff_member, by, fields=["staff_id", "name", "email", "phone"])
    record(by, "staff.changed", staff_member, staff_id=staff_id, personal={"before": before})
    return staff_member


# --- employments ---------------------------------------------------------------------------------


@transaction.atomic
def start_employment(
    *,
    staff_member: StaffMember,
    unit: CareUnit,
    starts_on: date,
    by: User | None,
    ends_on: date | None = None,
) -> Employment:
    """Let somebody work in a unit from a day on.

    Refused outside the giver's units, in a unit that is closed by then, when it would end before
    it starts, and when they already work there during that time.
    """
    if by is not None and not may_in(by, "change_staff", unit):
        raise RuleBroken(_("Du kan bara anställa i dina egna enheter."))
    if unit.closed_on is not None and unit.closed_on <= starts_on:
        raise RuleBroken(_("Enheten är avslutad den dagen."))
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken(_("Sista dagen kan inte ligga före första dagen."))
    staff_member = locked(staff_member)
    same_place = staff_member.employments.overlapping(starts_on, ends_on).filter(unit=unit)
    # Ended by hand today, and back again today: the two share a day and nothing else.
    if same_place.exclude(ended_at__isnull=False, ends_on=starts_on).exists():
        raise RuleBroken(_("Personen arbetar redan i enheten under den tiden."))
    employment = Employment(
        staff_member=staff_member, unit=unit, starts_on=starts_on, ends_on=ends_on
    )
    save_as(employment, by)
    record(
        by,
        "employment.started",
        employment,
        unit=unit,
        staff_member=str(staff_member.ref),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return employment


@transaction.atomic
def end_employment(
    *, employment: Employment, ends_on: date, by: User | None, reason: str = ""
) -> Employment:
    """Set the last day of an employment.

    Today, or a day that has been, ends it at once: roles in the unit end, and with the last
    employment the account is blocked and every role ends, all saved together. A day to come is a
    plan that `end_what_has_expired` carries out when the day is over; it can be set anew. Roles
    that reach beyond whoever ends it stay, and the account with them (`roles_left_to_others`).
    Refused before the first day, outside the giver's units, and for one that has ended.
    """
    if by is not None and not may_in(by, "change_staff", employment.unit):
        raise RuleBroken(_("Du kan bara avsluta anställningar i dina egna enheter."))
    staff_member = locked(employment.staff_member)
    employment.refresh_from_db(fields=["ends_on", "ended_at", "starts_on"])
    if employment.has_ended:
        raise RuleBroken(_("Anställningen är redan avslutad."))
    if ends_on < employment.starts_on:
        raise RuleBroken(
            _("Sista dagen kan inte ligga före första dagen, %(day)s.")
            % {"day": employment.starts_on.isoformat()}
        )
    employment.ends_on = ends_on
    if ends_on <= clock.today():
        employment.ended_at = clock.now()
    save_as(employment, by, reason=reason, fields=["ends_on", "ended_at"])
    record(
        by,
        "employment.ended",
        employment,
        unit=employment.unit,
        reason=reason,
        staff_member=str(staff_member.ref),
        ends_on=ends_on,
        at_once=employment.ended_at is not None,
    )
    if employment.ended_at is not None:
        _take_back_access(staff_member)
        _record_what_is_left(staff_member, employment, by)
    return employment


def _record_what_is_left(staff_member: StaffMember, ended: Employment, by: User | None) -> None:
    left = roles_left_to_others(staff_member, ended)
    if left and StaffMember.objects.left().filter(pk=staff_member.pk).exists():
        record(
            by,
            "account.left_to_others",
            staff_member.user,
            unit=ended.unit,
            staff_member=str(staff_member.ref),
            roles=sorted({role.role for role in left}),
        )


def _take_back_access(staff_member: StaffMember) -> bool:
    """Block the account of somebody who has left, and end the roles in units that they left.

    The system does it, so that it does not wait for somebody with the right to; only what reaches
    beyond whoever ended the employment waits. Safe to repeat. Says whether anything was done.
    """
    user = staff_member.user
    if user is None:
        return False
    reason = _("Anställningen har upphört")
    staff_member = StaffMember.objects.with_employments().get(pk=staff_member.pk)
    if staff_member.has_left:
        left = roles_left_to_others(staff_member)
        stays = Q(pk__in=[role.pk for role in left])
        ended = accounts.end_roles(user=user, by=None, reason=reason, of=~stays)
        blocks = user.is_active and not left
        if blocks:
            accounts.block_account(user=user, by=None, reason=reason)
        return bool(ended) or blocks
    left_units = Q()
    for employment in staff_member.employments.all():
        if employment.has_ended and not _works_in(staff_member, employment.unit_id):
            stays = Q(pk__in=[role.pk for role in roles_left_to_others(staff_member, employment)])
            # A role given after that is for another reason than the employment: it stays.
            there = Q(unit=employment.unit_id, starts_on__lte=employment.ends_on)
            left_units |= there & ~stays
    if not left_units:
        return False
    return bool(accounts.end_roles(user=user, by=None, reason=reason, of=left_units))


def _works_in(staff_member: StaffMember, unit_id: int) -> bool:
    return any(
        one.unit_id == unit_id and not one.has_ended for one in staff_member.employments.all()
    )


def end_what_has_expired() -> int:
    """The sweep of the day: what ended by the calendar loses its effect, also in the rights.

    Looks at what is so, not at what has happened since last time: it may run late, or twice.
    Each person is a transaction of their own. Says how many persons and accounts it changed.
    """
    open_roles = RoleAssignment.objects.open_on(clock.today())
    gone = StaffMember.objects.left().filter(
        Q(user__is_active=True) | Exists(open_roles.filter(user=OuterRef("user")))
    )
    still_there = Employment.objects.open_now().filter(
        staff_member=OuterRef("staff_member"), unit=OuterRef("unit")
    )
    role_there = open_roles.filter(
        user=OuterRef("staff_member__user"),
        unit=OuterRef("unit"),
        starts_on__lte=OuterRef("ends_on"),
    )
    left_a_unit = Employment.objects.ended().filter(~Exists(still_there), Exists(role_there))
    changed = 0
    for staff_member in StaffMember.objects.filter(
        Q(pk__in=gone.values("pk")) | Q(pk__in=left_a_unit.values("staff_member"))
    ):
        with transaction.atomic():
            changed += _take_back_access(locked(staff_member))
    return changed + accounts.derive_rights_of_the_day()


# --- the user agreement --------------------------------------------------------------------------


@transaction.atomic
def accept_agreement(
    *, staff_member: StaffMember, version: str, on: date, by: User | None
) -> UserAgreement:
    """Keep that somebody accepted a version of the user agreement, on screen or on paper.

    Refused for a version that does not exist, a day that has not been, and for another person's
    agreement by somebody who may not change them. One already accepted stays as it is.
    """
    if agreement_of(version) is None:
        raise RuleBroken(_("Den versionen av användaravtalet finns inte."))
    if on > clock.today():
        raise RuleBroken(_("Dagen då avtalet godkändes har inte varit ännu."))
    is_own = by is not None and staff_member.user_id == by.pk
    if (
        by is not None
        and not is_own
        and not StaffMember.objects.changeable_by(by).filter(pk=staff_member.pk).exists()
    ):
        raise RuleBroken(_("Du kan bara registrera avtal för medarbetare i dina enheter."))
    staff_member = locked(staff_member)
    accepted = staff_member.agreements.filter(version=version).first()
    if accepted is not None:
        return accepted
    accepted = UserAgreement(staff_member=staff_member, version=version, accepted_on=on)
    save_as(accepted, by)
    record(
        by,
        "agreement.accepted",
        accepted,
        staff_member=str(staff_member.ref),
        version=version,
        on=on,
        in_person=is_own,
    )
    return accepted


# --- the account ---------------------------------------------------------------------------------


@transaction.atomic
def open_account(*, staff_member: StaffMember, by: User | None) -> User:
    """Open a personal account for a staff member, with the role of a care worker in each unit.

    Refused when they have one, have left, have no e-mail address, or the address has an account:
    then that account is connected instead.
    """
    staff_member = locked(staff_member)
    if staff_member.user_id is not None:
        raise RuleBroken(_("Medarbetaren har redan ett konto."))
    employments = list(staff_member.employments.open_now().select_related("unit"))
    if not employments:
        raise RuleBroken(_("Medarbetaren har ingen anställning som pågår eller kommer."))
    if not staff_member.email:
        raise RuleBroken(_("Skriv in medarbetarens e-postadress först."))
    within = [
        one for one in employments if by is None or may_assign(by, Role.CARE_WORKER, one.unit)
    ]
    if not within:
        raise RuleBroken(_("Du kan bara öppna konton för medarbetare i dina egna enheter."))
    user = accounts.create_account(email=staff_member.email, name=staff_member.name, by=by)
    for employment in within:
        accounts.assign_role(
            user=user,
            role=Role.CARE_WORKER,
            scope=Scope.UNIT,
            unit=employment.unit,
            starts_on=max(employment.starts_on, clock.today()),
            ends_on=employment.ends_on,
            by=by,
            reason=_("Arbetar i enheten"),
        )
    _connect(staff_member, user, by)
    return user


@transaction.atomic
def connect_account(*, staff_member: StaffMember, user: User, by: User | None) -> StaffMember:
    """Say that an account that exists belongs to the staff member.

    Refused when either is connected already, or the account has a role beyond the giver's reach.
    """
    staff_member = locked(staff_member)
    if staff_member.user_id is not None:
        raise RuleBroken(_("Medarbetaren har redan ett konto."))
    if StaffMember.objects.filter(user=user).exists():
        raise RuleBroken(_("Kontot hör redan till en annan medarbetare."))
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("Du kan inte koppla ditt eget konto. Be en kollega göra det."))
    if by is not None and not may_change_account(by, user):
        raise RuleBroken(
            _("Kontot har roller utanför ditt område. Be en systemförvaltare om hjälp.")
        )
    _connect(staff_member, user, by)
    return staff_member


def _connect(staff_member: StaffMember, user: User, by: Any) -> None:
    staff_member.user = user
    save_as(staff_member, by, fields=["user"])
    record(by, "staff.account_connected", staff_member, account=str(user.ref))
