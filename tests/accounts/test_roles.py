"""Giving and ending roles."""

from datetime import date

import pytest

from homecare.accounts import actions
from homecare.accounts.access import may
from homecare.accounts.models import RoleAssignment, Scope, User
from homecare.accounts.roles import PRIVILEGED, Role
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from tests import make

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _today(at):
    at(2026, 3, 2, 9)


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def administrator():
    return make.user(Role.SYSTEM_MANAGER)


@pytest.fixture
def manager(unit):
    return make.user(Role.UNIT_MANAGER, unit)


def give(user, by, *, role=Role.COORDINATOR, unit=None, **given):
    return actions.assign_role(
        **{
            "user": user,
            "role": role,
            "scope": Scope.UNIT if unit else Scope.WHOLE,
            "unit": unit,
            "by": by,
            "reason": "Ersätter en kollega",
            "starts_on": TODAY,
            **given,
        }
    )


def end(assignment, by, reason="Har bytt arbete"):
    actions.end_role(assignment=assignment, by=by, reason=reason)


def test_a_role_gives_its_rights_at_once(unit, administrator):
    user = make.user()

    given = give(user, administrator, unit=unit, ends_on=date(2026, 6, 30))

    assert may(user, "see_keys")
    assert (given.decided_by, given.reason) == (administrator, "Ersätter en kollega")
    assert given.place == unit.name
    assert given.history.get().history_user == administrator


def test_giving_a_role_is_told_of_in_the_trail(unit, administrator):
    user = make.user()

    given = give(user, administrator, unit=unit)

    entry = TrailEntry.objects.about(given).get()
    assert (entry.verb, entry.actor) == ("role.assigned", str(administrator.ref))
    assert entry.unit_ref == str(unit.ref)
    assert entry.facts == {"role": "coordinator", "scope": "unit", "to": str(user.ref)}
    assert entry.reason == "Ersätter en kollega"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        pytest.param({"reason": "  "}, "Skriv varför personen behöver rollen.", id="no reason"),
        pytest.param(
            {"scope": Scope.UNIT},
            "Välj vilken enhet, utförare eller stadsdel rollen gäller för.",
            id="a scope without its unit",
        ),
        pytest.param(
            {"ends_on": date(2026, 3, 1)},
            "Slutdatum kan inte ligga före startdatum.",
            id="ends before it starts",
        ),
    ],
)
def test_a_role_that_is_not_given(administrator, changed, refusal):
    user = make.user()

    with pytest.raises(RuleBroken) as refused:
        give(user, administrator, **changed)

    assert str(refused.value) == refusal
    assert not RoleAssignment.objects.filter(user=user).exists()


def test_nobody_gives_themselves_a_role(administrator, unit):
    with pytest.raises(RuleBroken, match="Du kan inte ge dig själv en roll"):
        give(administrator, administrator, unit=unit)


@pytest.mark.parametrize("role", sorted(PRIVILEGED))
def test_a_privileged_role_is_for_the_whole_municipality(administrator, unit, role):
    with pytest.raises(RuleBroken, match="Den rollen gäller alltid hela kommunen"):
        give(make.user(), administrator, role=role, unit=unit)


def test_a_unit_manager_decides_in_the_own_unit_only(manager, unit):
    user = make.user()
    outside = "Du kan bara ge roller inom ditt eget område"

    give(user, manager, unit=unit)
    with pytest.raises(RuleBroken, match=outside):
        give(user, manager, unit=make.unit(provider=unit.provider))
    with pytest.raises(RuleBroken, match=outside):
        give(user, manager, scope=Scope.PROVIDER, provider=unit.provider)
    with pytest.raises(RuleBroken, match=outside):
        give(user, manager, role=Role.AUDITOR)
    with pytest.raises(RuleBroken, match=outside):
        give(user, manager, role=Role.SYSTEM_MANAGER)

    assert [held.place for held in user.assignments.all()] == [unit.name]


def test_somebody_without_the_right_gives_no_roles(unit):
    coordinator = make.user(Role.COORDINATOR, unit)

    with pytest.raises(RuleBroken, match="Du kan bara ge roller inom ditt eget område"):
        give(make.user(), coordinator, unit=unit)


def test_the_same_role_is_not_given_twice_for_the_same_time(administrator, unit):
    user = make.user()
    first = give(user, administrator, unit=unit, ends_on=date(2026, 3, 31))

    with pytest.raises(RuleBroken, match="Personen har redan den rollen där"):
        give(user, administrator, unit=unit, starts_on=date(2026, 3, 31))

    give(user, administrator, unit=unit, starts_on=date(2026, 4, 1))
    give(user, administrator, unit=make.unit())
    end(first, administrator)
    give(user, administrator, unit=unit, ends_on=date(2026, 3, 31))
    assert user.assignments.count() == 4


def test_a_blocked_account_gets_no_role(administrator, unit):
    user = make.user()
    actions.block_account(user=user, by=administrator, reason="Slutat")

    with pytest.raises(RuleBroken, match="Kontot är spärrat"):
        give(user, administrator, unit=unit)


def test_ending_a_role_takes_its_rights_at_once(administrator, unit):
    user = make.user(Role.COORDINATOR, unit)
    held = user.assignments.get()

    end(held, administrator)

    held.refresh_from_db()
    assert held.ends_on == TODAY
    assert not may(User.objects.get(pk=user.pk), "see_keys")
    entry = TrailEntry.objects.about(held).get(verb="role.ended")
    assert entry.facts == {"role": "coordinator", "scope": "unit", "to": str(user.ref)}
    assert entry.reason == "Har bytt arbete"
    assert held.history.first().history_change_reason == "Har bytt arbete"


def test_a_role_to_come_is_ended_before_it_begins(administrator, unit):
    user = make.user(Role.COORDINATOR, unit, starts_on=date(2026, 5, 1))
    held = user.assignments.get()

    end(held, administrator)

    held.refresh_from_db()
    assert (held.starts_on, held.ends_on) == (date(2026, 5, 1), date(2026, 5, 1))
    assert not RoleAssignment.objects.in_force(date(2026, 5, 1)).exists() or (
        held not in RoleAssignment.objects.in_force(date(2026, 5, 1))
    )


def test_a_role_that_has_ended_stays_as_it_is(administrator, unit):
    user = make.user(Role.COORDINATOR, unit, ends_on=date(2026, 2, 1))
    held = user.assignments.get()

    end(held, administrator)

    held.refresh_from_db()
    assert (held.ends_on, held.ended_at) == (date(2026, 2, 1), None)
    assert not TrailEntry.objects.filter(verb="role.ended").exists()


def test_who_does_not_end_a_role(administrator, manager, unit):
    elsewhere = make.user(Role.COORDINATOR, make.unit()).assignments.get()

    with pytest.raises(RuleBroken, match="Du kan inte avsluta din egen roll"):
        end(administrator.assignments.get(), administrator)
    with pytest.raises(RuleBroken, match="Du kan bara avsluta roller inom ditt eget område"):
        end(elsewhere, manager)
    with pytest.raises(RuleBroken, match="Skriv varför rollen avslutas"):
        end(elsewhere, administrator, reason="")
