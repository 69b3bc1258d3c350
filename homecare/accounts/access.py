"""Who may what, and where. The only caller of django-guardian.

Rights are looked up once per request and user, never once per row. Forbidden and missing look
the same from outside: 404.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from guardian.models import UserObjectPermissionBase

from homecare.accounts.models import RoleAssignment, User
from homecare.organisation.models import (
    CareUnit,
    CareUnitUserObjectPermission,
    DistrictUserObjectPermission,
    ProviderUserObjectPermission,
)

View = Callable[..., HttpResponse]


class Rights:
    """What one user may do: per right the units, providers and districts, or everywhere."""

    def __init__(self, user: User) -> None:
        self.everywhere: set[str] = set()
        self.in_units: dict[str, set[int]] = {}
        self.in_providers: dict[str, set[int]] = {}
        self.in_districts: dict[str, set[int]] = {}
        if not user.is_active:
            return
        self.everywhere = set(
            user.user_permissions.filter(content_type__app_label="organisation").values_list(
                "codename", flat=True
            )
        )
        for model, into in (
            (CareUnitUserObjectPermission, self.in_units),
            (ProviderUserObjectPermission, self.in_providers),
            (DistrictUserObjectPermission, self.in_districts),
        ):
            _collect(model, user, into)

    def anywhere(self, right: str) -> bool:
        return (
            right in self.everywhere
            or right in self.in_units
            or right in self.in_providers
            or right in self.in_districts
        )

    def unit_filter(self, right: str, prefix: str = "") -> Q:
        """The condition on a unit (or on `prefix`, a path to one) for having the right there."""
        if right in self.everywhere:
            return Q()
        return (
            Q(**{f"{prefix}pk__in": self.in_units.get(right, set())})
            | Q(**{f"{prefix}provider__in": self.in_providers.get(right, set())})
            | Q(**{f"{prefix}district__in": self.in_districts.get(right, set())})
        )


def _collect(
    model: type[UserObjectPermissionBase], user: User, into: dict[str, set[int]]
) -> None:
    rows = model._default_manager.filter(user=user).values_list(
        "permission__codename", "content_object_id"
    )
    for codename, pk in rows:
        into.setdefault(codename, set()).add(pk)


def rights_of(user: Any) -> Rights:
    """The user's rights, read once and kept on the user object, which lives for one request."""
    kept: Rights | None = getattr(user, "_rights", None)
    if kept is None:
        kept = user._rights = Rights(user)
    return kept


def may(user: Any, right: str) -> bool:
    """Whether the user has the right in any scope."""
    return bool(user.is_authenticated) and rights_of(user).anywhere(right)


def may_everywhere(user: Any, right: str) -> bool:
    """Whether the user has the right in the whole municipality."""
    return bool(user.is_authenticated) and right in rights_of(user).everywhere


def units_where(user: Any, right: str) -> QuerySet[CareUnit]:
    """The units in which the user has the right."""
    if not user.is_authenticated:
        return CareUnit.objects.none()
    return CareUnit.objects.filter(rights_of(user).unit_filter(right))


def may_in(user: Any, right: str, unit: CareUnit) -> bool:
    """Whether the user has the right in this unit."""
    if not user.is_authenticated:
        return False
    rights = rights_of(user)
    return (
        right in rights.everywhere
        or unit.pk in rights.in_units.get(right, ())
        or unit.provider_id in rights.in_providers.get(right, ())
        or unit.district_id in rights.in_districts.get(right, ())
    )


def needs(right: str) -> Callable[[View], View]:
    """A view for those who have the right somewhere; 404 for all others.

    The view still asks for its object through a door: this only shuts out the roles that never
    have business here. The test of every route reads `view.needs`.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request.user, right):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.needs = right  # type: ignore[attr-defined]
        return guarded

    return mark


def signed_in(view: View) -> View:
    """A view for everybody with an account; it shows only what is their own."""
    view.needs = None  # type: ignore[attr-defined]
    return view


def open_to_all(why: str) -> Callable[[View], View]:
    """A view without sign-in. The reason is written where the decision is made."""

    def mark(view: View) -> View:
        view = login_not_required(view)
        view.open_because = why  # type: ignore[attr-defined]
        return view

    return mark


def account_to_change(user: Any, account_ref: Any) -> User:
    """The account whose roles `user` may change. Otherwise 404."""
    account = User.objects.filter(ref=account_ref).first() if may(user, "assign_roles") else None
    if account is None:
        raise Http404
    return account


def assignment_to_end(user: Any, assignment_ref: Any) -> RoleAssignment:
    """The role assignment that `user` may end. Otherwise 404."""
    if not may(user, "assign_roles"):
        raise Http404
    found = RoleAssignment.objects.select_related("user").filter(ref=assignment_ref).first()
    if found is None:
        raise Http404
    return found

