"""Doors to staff members and their employments. Forbidden and missing look the same: 404."""

from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.timezone import localdate

from homecare.accounts.access import ASSIGN, could_assign, may, rights_of
from homecare.accounts.models import RoleAssignment, Scope
from homecare.accounts.roles import RIGHTS_OF
from homecare.core import clock
from homecare.staff.models import Employment, StaffMember


def staff_member_to_see(user: Any, staff_member_ref: Any) -> StaffMember:
    """Somebody who works, or has worked, where `user` sees the staff. Otherwise 404."""
    if not may(user, "see_staff"):
        raise Http404
    return _one(StaffMember.objects.visible_to(user), staff_member_ref)


def staff_member_to_change(user: Any, staff_member_ref: Any) -> StaffMember:
    """Somebody who works, or last worked, where `user` changes the staff. Otherwise 404."""
    if not may(user, "change_staff"):
        raise Http404
    return _one(StaffMember.objects.changeable_by(user), staff_member_ref)


def may_change(user: Any, staff_member: StaffMember) -> bool:
    """Whether `staff_member_to_change` would give them."""
    return (
        may(user, "change_staff")
        and StaffMember.objects.changeable_by(user).filter(pk=staff_member.pk).exists()
    )


def employment_to_end(user: Any, employment_ref: Any) -> Employment:
    """An employment that runs, in a unit where `user` changes the staff. Otherwise 404."""
    found = (
        Employment.objects.open_now()
        .filter(rights_of(user).unit_filter("change_staff", "unit__"), ref=employment_ref)
        .select_related("staff_member__user", "unit")
        .first()
        if may(user, "change_staff")
        else None
    )
    if found is None:
        raise Http404
    return found


def roles_left_to_others(staff_member: StaffMember, ended: Employment | None = None) -> list[Any]:
    """The open roles of the account that whoever ended an employment did not decide on.

    Without `ended` it is the employment that was changed last. A role in one unit that decides on
    nobody follows the employment, whoever ends it; one that reaches further is ended by somebody
    who could have given it, or a coordinator could shut out the system manager. What the system
    ended leaves nothing to others.
    """
    if staff_member.user is None:
        return []
    rows = Employment.history.filter(staff_member=staff_member.pk).select_related("history_user")
    if ended is not None:
        rows = rows.filter(id=ended.pk)
    row = rows.order_by("-history_date", "-history_id").first()
    if row is None or row.history_user is None:
        return []
    day = localdate(row.history_date)
    held = RoleAssignment.objects.open_on(clock.today()).filter(user=staff_member.user)
    return [
        role
        for role in held.select_related("unit", "provider", "district")
        if (role.scope != Scope.UNIT or ASSIGN in RIGHTS_OF[role.role])
        and not could_assign(row.history_user, role.role, role.target, day)
    ]


def own_staff_member(user: Any) -> StaffMember | None:
    """The staff member that the signed-in account belongs to, or None."""
    return StaffMember.objects.with_employments().filter(Q(user=user)).first()


def _one(rows: Any, ref: Any) -> StaffMember:
    found: StaffMember | None = (
        rows.with_employments().select_related("user").filter(ref=ref).first()
    )
    if found is None:
        raise Http404
    return found
