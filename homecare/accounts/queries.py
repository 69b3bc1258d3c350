"""Reading accounts and their roles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from homecare.accounts.access import accounts_within_reach, may_assign
from homecare.accounts.models import RoleAssignment, User
from homecare.audit.models import TrailEntry
from homecare.core import clock

# What the trail calls a password link to an account that already had a password.
LINK_RENEWED = "account.password_link_renewed"
LINKS_SHOWN = 5


def accounts(user: Any, *, q: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """The accounts within the user's reach, each with the roles of today as `roles_today`."""
    today = clock.today()
    in_force = RoleAssignment.objects.in_force(today)
    found = User.objects.filter(accounts_within_reach(user))
    for word in q.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if role:
        found = found.filter(Exists(in_force.filter(user=OuterRef("pk"), role=role)))
    if state:
        found = found.filter(is_active=state == "active")
    return found.prefetch_related(
        Prefetch(
            "assignments",
            in_force.select_related("unit", "provider", "district").order_by("role", "pk"),
            to_attr="roles_today",
        )
    )


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role as a row of the account's page."""

    assignment: RoleAssignment
    may_end: bool


@dataclass(frozen=True, slots=True)
class RolesOfAccount:
    in_force: list[HeldRole]
    to_come: list[HeldRole]
    earlier: list[HeldRole]


def roles_of(account: User, *, seen_by: Any) -> RolesOfAccount:
    """All roles of an account, by whether they hold today, newest first."""
    today = clock.today()
    held = RolesOfAccount([], [], [])
    rows = account.assignments.select_related("unit", "provider", "district", "decided_by")
    for one in rows.order_by("-starts_on", "-pk"):
        if one.ended_at is not None or (one.ends_on is not None and one.ends_on < today):
            held.earlier.append(HeldRole(one, may_end=False))
            continue
        may_end = account.pk != seen_by.pk and may_assign(seen_by, one.role, one.target)
        (held.in_force if one.starts_on <= today else held.to_come).append(HeldRole(one, may_end))
    return held


@dataclass(frozen=True, slots=True)
class GivenLink:
    """A password link that somebody else made to an account in use."""

    at: datetime
    by: str


def links_given_to(account: User, *, since: datetime | None = None) -> list[GivenLink]:
    """The newest links that others made to the account after it had a password, from the trail.

    With `since` those made after that moment. Two queries.
    """
    entries = TrailEntry.objects.about(account).filter(verb=LINK_RENEWED)
    if since is not None:
        entries = entries.filter(at__gt=since)
    shown = list(entries.order_by("-at", "-pk")[:LINKS_SHOWN])
    makers = User.objects.filter(ref__in=[one.actor for one in shown if one.actor != "system"])
    names = {str(one.ref): one.name for one in makers}
    return [GivenLink(one.at, names.get(one.actor, "")) for one in shown]
