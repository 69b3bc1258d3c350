"""Who may what, and where: the guards of every room, and the doors to accounts and roles.

The rights themselves are `homecare.organisation.access`, where the places are that they hold in.
"""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from homecare.accounts.models import RoleAssignment, Scope, User
from homecare.accounts.roles import PRIVILEGED, RIGHTS_OF
from homecare.core import clock
from homecare.organisation.access import (
    Rights,
    View,
    may,
    may_everywhere,
    may_in,
    may_visit,
    needs,
    open_to_all,
    rights_of,
    signed_in,
    units_where,
)
from homecare.organisation.models import CareUnit, District, Provider

__all__ = [
    "Rights",
    "View",
    "account_by_email",
    "account_to_change",
    "account_to_see",
    "assignment_to_end",
    "could_assign",
    "may",
    "may_assign",
    "may_change_account",
    "may_everywhere",
    "may_in",
    "may_open_to_others",
    "may_see_account",
    "may_visit",
    "needs",
    "open_to_all",
    "rights_of",
    "signed_in",
    "units_where",
]

ASSIGN = "assign_roles"


def may_assign(user: Any, role: str, place: CareUnit | Provider | District | None) -> bool:
    """Whether `user` decides on this role there (None is the whole municipality).

    Nobody gives more than they reach themselves: a unit manager decides in the own unit, and on
    privileged roles only somebody decides who assigns roles everywhere.
    """
    if may_everywhere(user, ASSIGN):
        return True
    if role in PRIVILEGED or place is None:
        return False
    if isinstance(place, CareUnit):
        return may_in(user, ASSIGN, place)
    rights = rights_of(user)
    reached = rights.in_providers if isinstance(place, Provider) else rights.in_districts
    return place.pk in reached.get(ASSIGN, ())


def could_assign(
    user: User, role: str, place: CareUnit | Provider | District | None, on: date
) -> bool:
    """Whether `user` decided on this role there on a day, which may have been: as `may_assign`."""
    deciding = [name for name, rights in RIGHTS_OF.items() if ASSIGN in rights]
    held = RoleAssignment.objects.on(on).filter(user=user, role__in=deciding)
    if held.filter(scope=Scope.WHOLE).exists():
        return True
    if role in PRIVILEGED or place is None:
        return False
    if isinstance(place, Provider):
        return held.filter(provider=place).exists()
    if isinstance(place, District):
        return held.filter(district=place).exists()
    there = Q(unit=place) | Q(provider=place.provider_id)
    if place.district_id:
        there |= Q(district=place.district_id)
    return held.filter(there).exists()


def may_change_account(user: Any, account: User) -> bool:
    """Whether `user` may block the account or renew its password.

    Only somebody who decides on every role that the account has: else a unit manager could take
    over the account of somebody with wider rights.
    """
    if not may(user, ASSIGN):
        return False
    today = clock.today()
    held = account.assignments.filter(
        Q(ends_on=None) | Q(ends_on__gte=today), ended_at=None
    ).select_related("unit", "provider", "district")
    return all(may_assign(user, one.role, one.target) for one in held)


def may_open_to_others(user: Any, account: User) -> bool:
    """Whether `user` may do what could let somebody else in: a password link, another address.

    Whoever holds the link signs in as its owner. An account that has never had a password is
    opened by those who decide on its roles; one in use only by somebody who assigns roles
    everywhere, or a manager who may not name themselves would become the one they named.
    """
    if account.has_usable_password():
        return may_everywhere(user, ASSIGN)
    return may_change_account(user, account)


def accounts_within_reach(user: Any) -> Q:
    """The condition on an account: it has, or has had, a role where `user` assigns roles."""
    if may_everywhere(user, ASSIGN):
        return Q()
    rights = rights_of(user)
    within = RoleAssignment.objects.filter(
        Q(rights.unit_filter(ASSIGN, "unit__"), scope=Scope.UNIT)
        | Q(provider__in=rights.in_providers.get(ASSIGN, set()))
        | Q(district__in=rights.in_districts.get(ASSIGN, set())),
        user=OuterRef("pk"),
    )
    return Q(Exists(within))


def account_to_see(user: Any, account_ref: Any) -> User:
    """An account that has, or has had, a role where `user` assigns roles. Otherwise 404."""
    found = (
        User.objects.filter(accounts_within_reach(user), ref=account_ref).first()
        if may(user, ASSIGN)
        else None
    )
    if found is None:
        raise Http404
    return found


def account_by_email(user: Any, email: str) -> User | None:
    """The account with the address, when it is within the reach of `user`. Otherwise None."""
    if not may(user, ASSIGN):
        return None
    return User.objects.filter(accounts_within_reach(user), email__iexact=email.strip()).first()


def may_see_account(user: Any, account: User) -> bool:
    """Whether `account_to_see` would give it."""
    return account_by_email(user, account.email) is not None


def account_to_change(user: Any, account_ref: Any) -> User:
    """The account that `user` may block or give a new password link. Otherwise 404."""
    account = account_to_see(user, account_ref)
    if not may_change_account(user, account):
        raise Http404
    return account


def assignment_to_end(user: Any, assignment_ref: Any) -> RoleAssignment:
    """The role that `user` may end: one that they could have decided on. Otherwise 404."""
    found = (
        RoleAssignment.objects.select_related("user", "unit", "provider", "district")
        .filter(ref=assignment_ref)
        .first()
    )
    if found is None or not may_assign(user, found.role, found.target):
        raise Http404
    return found
