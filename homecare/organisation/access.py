"""Who may what, and where. The only caller of django-guardian, beside the action that derives.

Rights are looked up once per request and user, never once per row. Forbidden and missing look
the same from outside: 404. The room lies beneath the accounts, so a user is here whoever has
`user_permissions` and `rights_given_today()`; everybody else imports from `accounts.access`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import resolve

from homecare.organisation.models import (
    CareUnit,
    CareUnitUserObjectPermission,
    District,
    DistrictUserObjectPermission,
    Provider,
    ProviderUserObjectPermission,
)

View = Callable[..., HttpResponseBase]
Place = tuple[str, int]  # ("unit", pk), ("provider", pk), ("district", pk) or EVERYWHERE
EVERYWHERE: Place = ("whole", 0)
PERMISSION_MODELS: dict[str, Any] = {
    "unit": CareUnitUserObjectPermission,
    "provider": ProviderUserObjectPermission,
    "district": DistrictUserObjectPermission,
}


class Rights:
    """What one user may do: per right the units, providers and districts, or everywhere.

    A right counts when guardian holds it *and* an assignment of today gives it. So a role that
    ended at midnight gives nothing in the morning, whether or not the sweep has run.
    """

    def __init__(self, user: Any) -> None:
        self.everywhere: set[str] = set()
        self.in_units: dict[str, set[int]] = {}
        self.in_providers: dict[str, set[int]] = {}
        self.in_districts: dict[str, set[int]] = {}
        if not user.is_active:
            return
        given: Mapping[Place, Iterable[str]] = user.rights_given_today()
        if not given:
            return
        into = {
            "unit": self.in_units,
            "provider": self.in_providers,
            "district": self.in_districts,
        }
        for kind, right, pk in held_rows(user):
            if right not in given.get((kind, pk), ()):
                continue
            if (kind, pk) == EVERYWHERE:
                self.everywhere.add(right)
            else:
                into[kind].setdefault(right, set()).add(pk)

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


def held_rows(user: Any) -> list[tuple[str, str, int]]:
    """What guardian holds for the user: (kind of place, right, pk of the place). One query.

    Written out, since every request asks it: the ORM takes ten times as long to put it together.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _held_sql(user.user_permissions.through._meta.db_table),
            [user.pk] * (1 + len(PERMISSION_MODELS)),
        )
        return cursor.fetchall()


@cache
def _held_sql(whole: str) -> str:
    """The question, from the names of our own tables alone."""
    permission, content_type = (
        model._meta.db_table for model in (Permission, Permission.content_type.field.related_model)
    )
    parts = [
        (
            f"SELECT 'whole', p.codename, 0 FROM {whole} held"  # noqa: S608
            f" JOIN {permission} p ON p.id = held.permission_id"
            f" JOIN {content_type} kind ON kind.id = p.content_type_id"
            " WHERE held.user_id = %s AND kind.app_label = 'organisation'"
        )
    ]
    parts += [
        f"SELECT '{kind}', p.codename, held.content_object_id FROM {model._meta.db_table} held"  # noqa: S608
        f" JOIN {permission} p ON p.id = held.permission_id WHERE held.user_id = %s"
        for kind, model in PERMISSION_MODELS.items()
    ]
    return " UNION ALL ".join(parts)


def rights_of(user: Any) -> Rights:
    """The user's rights, read once and kept on the user object, which lives for one request."""
    kept: Rights | None = getattr(user, "kept_rights", None)
    if kept is None:
        kept = user.kept_rights = Rights(user)
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


def needs(right: str, *or_one_of: str) -> Callable[[View], View]:
    """A view for those who have the right (or one of the others) somewhere; 404 for the rest.

    The view still asks for its object through a door: this only shuts out the roles that never
    have business here. The test of every route reads `view.needs`.
    """
    rights = (right, *or_one_of)

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(may(request.user, one) for one in rights):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.needs = rights  # type: ignore[attr-defined]
        return guarded

    return mark


def may_visit(user: Any, url: str) -> bool:
    """Whether the page at `url` is one that the user's roles have business with."""
    rights: tuple[str, ...] = getattr(resolve(url).func, "needs", ())
    return not rights or any(may(user, right) for right in rights)


def signed_in(view: View) -> View:
    """A view for everybody with an account; it shows only what is their own."""
    view.needs = ()  # type: ignore[attr-defined]
    return view


def open_to_all(why: str) -> Callable[[View], View]:
    """A view without sign-in. The reason is written where the decision is made."""

    def mark(view: View) -> View:
        view = login_not_required(view)
        view.open_because = why  # type: ignore[attr-defined]
        return view

    return mark


# --- doors ---------------------------------------------------------------------------------------


def unit_to_see(unit_ref: Any) -> CareUnit:
    """A unit, with its provider and district. Units are no secret to those with an account."""
    found = CareUnit.objects.select_related("provider", "district").filter(ref=unit_ref).first()
    if found is None:
        raise Http404
    return found


def provider_to_see(provider_ref: Any) -> Provider:
    """A provider. Otherwise 404."""
    found = Provider.objects.filter(ref=provider_ref).first()
    if found is None:
        raise Http404
    return found


def district_to_see(district_ref: Any) -> District:
    """A district. Otherwise 404."""
    found = District.objects.filter(ref=district_ref).first()
    if found is None:
        raise Http404
    return found
