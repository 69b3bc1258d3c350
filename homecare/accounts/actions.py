"""Accounts and roles. Guardian's permissions are derived here, and nowhere else."""

from datetime import date, timedelta

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils.translation import gettext as _
from guardian.models import UserObjectPermissionBase

from homecare.accounts.models import RoleAssignment, Scope, User
from homecare.accounts.roles import RIGHTS_OF
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.organisation.models import (
    CareUnit,
    CareUnitUserObjectPermission,
    District,
    DistrictUserObjectPermission,
    Provider,
    ProviderUserObjectPermission,
)


@transaction.atomic
def create_account(*, email: str, name: str, by: User | None, password: str | None = None) -> User:
    """Open a personal account. Without a password it cannot be used until one is set."""
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise RuleBroken(_("Det finns redan ett konto med den e-postadressen."))
    user = User(email=email, name=name)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    save_as(user, by)
    record(by, "account.created", user, personal={"name": name, "email": email})
    return user


@transaction.atomic
def assign_role(
    *,
    user: User,
    role: str,
    scope: str,
    by: User | None,
    reason: str,
    starts_on: date,
    ends_on: date | None = None,
    unit: CareUnit | None = None,
    provider: Provider | None = None,
    district: District | None = None,
) -> RoleAssignment:
    """Give `user` a role in a scope. The assignment, its rights and the trail are saved together.

    Refused when the giver is the receiver (separation of duties, domain.md 10), when no reason
    is given, or when the scope lacks its unit, provider or district.
    """
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("Du kan inte ge dig själv en roll. Be en kollega besluta."))
    if not reason.strip():
        raise RuleBroken(_("Skriv varför personen behöver rollen."))
    target = {Scope.UNIT: unit, Scope.PROVIDER: provider, Scope.DISTRICT: district}.get(scope)
    if scope != Scope.WHOLE and target is None:
        raise RuleBroken(_("Välj vilken enhet, utförare eller stadsdel rollen gäller för."))
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken(_("Slutdatum kan inte ligga före startdatum."))
    assignment = RoleAssignment(
        user=user,
        role=role,
        scope=scope,
        unit=unit if scope == Scope.UNIT else None,
        provider=provider if scope == Scope.PROVIDER else None,
        district=district if scope == Scope.DISTRICT else None,
        decided_by=by,
        reason=reason.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    save_as(assignment, by)
    derive_rights(user)
    record(by, "role.assigned", assignment, reason=reason, role=role, scope=scope, to=str(user.ref))
    return assignment


@transaction.atomic
def end_role(*, assignment: RoleAssignment, by: User | None, reason: str) -> None:
    """End a role today: its rights are gone at once."""
    if by is not None and by.pk == assignment.user_id:
        raise RuleBroken(_("Du kan inte avsluta din egen roll. Be en kollega göra det."))
    if assignment.ended_at is not None:
        return
    assignment.ended_at = clock.now()
    assignment.ends_on = max(clock.today(), assignment.starts_on)
    save_as(assignment, by, reason=reason, fields=["ended_at", "ends_on"])
    derive_rights(assignment.user)
    record(by, "role.ended", assignment, reason=reason, role=assignment.role)


@transaction.atomic
def block_account(*, user: User, by: User | None, reason: str) -> None:
    """Shut the account: no sign-in from now on, and no right left."""
    if user.is_active:
        user.is_active = False
        save_as(user, by, reason=reason, fields=["is_active"])
        record(by, "account.blocked", user, reason=reason)
    derive_rights(user)


def derive_rights(user: User) -> None:
    """Make guardian's permissions what the role assignments of today say. Safe to repeat."""
    wanted: dict[tuple[type[UserObjectPermissionBase] | None, int], set[str]] = {}
    assignments = RoleAssignment.objects.in_force(clock.today()).filter(user=user)
    for held in assignments if user.is_active else ():
        model, pk = {
            Scope.UNIT: (CareUnitUserObjectPermission, held.unit_id),
            Scope.PROVIDER: (ProviderUserObjectPermission, held.provider_id),
            Scope.DISTRICT: (DistrictUserObjectPermission, held.district_id),
            Scope.WHOLE: (None, 0),
        }[Scope(held.scope)]
        wanted.setdefault((model, pk or 0), set()).update(RIGHTS_OF[held.role])

    permissions = {
        (one.content_type.model, one.codename): one
        for one in Permission.objects.filter(
            content_type__app_label="organisation"
        ).select_related("content_type")
    }
    for model, kind in (
        (CareUnitUserObjectPermission, "careunit"),
        (ProviderUserObjectPermission, "provider"),
        (DistrictUserObjectPermission, "district"),
    ):
        rows = {
            (permissions[kind, right].pk, pk)
            for (of, pk), rights in wanted.items()
            if of is model
            for right in rights
        }
        held_rows = {
            (row.permission_id, row.content_object_id): row
            for row in model._default_manager.filter(user=user)
        }
        model._default_manager.filter(
            pk__in=[row.pk for key, row in held_rows.items() if key not in rows]
        ).delete()
        model._default_manager.bulk_create(
            model(user=user, permission_id=permission, content_object_id=pk)
            for permission, pk in rows - held_rows.keys()
        )
    user.user_permissions.set(
        [permissions["careunit", right] for right in wanted.get((None, 0), set())]
    )
    for kept in ("_rights", "_roles"):
        if hasattr(user, kept):
            delattr(user, kept)


def derive_rights_of_the_day() -> int:
    """Rights that begin or end by the calendar. Looks a week back, so a late run misses nothing."""
    day = clock.today()
    turning = RoleAssignment.objects.turning(day - timedelta(days=7), day)
    users = User.objects.filter(assignments__in=turning).distinct()
    for user in users:
        with transaction.atomic():
            derive_rights(user)
    return len(users)
