"""From roles to rights, and from rights to units."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from homecare.accounts import actions
from homecare.accounts.access import may, may_everywhere, may_in, rights_of, units_where
from homecare.accounts.models import RoleAssignment, Scope, User
from homecare.accounts.roles import RIGHTS_OF, Role
from homecare.audit.models import TrailEntry
from homecare.core.models import save_as
from homecare.organisation.access import held_rows
from homecare.organisation.models import RIGHTS, CareUnit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make.unit(district=make.district())


def fresh(user):
    """The account as the next request has it."""
    return User.objects.get(pk=user.pk)


def test_every_right_of_a_role_exists():
    assert set().union(*RIGHTS_OF.values()) == {right for right, _name in RIGHTS}


def test_every_role_has_its_line_in_the_table():
    assert set(RIGHTS_OF) == set(Role)


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        pytest.param(Scope.UNIT, "one", id="the unit"),
        pytest.param(Scope.PROVIDER, "of provider", id="the units of the provider"),
        pytest.param(Scope.DISTRICT, "in district", id="the units of the district"),
        pytest.param(Scope.WHOLE, "all", id="every unit"),
    ],
)
def test_a_role_reaches_the_units_of_its_scope(unit, scope, reached):
    sister = make.unit(provider=unit.provider)
    neighbour = make.unit(district=unit.district)
    stranger = make.unit()
    user = make.user()
    actions.assign_role(
        user=user,
        role=Role.COORDINATOR,
        scope=scope,
        unit=unit,
        provider=unit.provider,
        district=unit.district,
        by=None,
        reason="Behövs",
        starts_on=make.LONG_AGO,
    )

    found = set(units_where(user, "see_keys"))

    expected = {
        "one": {unit},
        "of provider": {unit, sister},
        "in district": {unit, neighbour},
        "all": {unit, sister, neighbour, stranger},
    }
    assert found == expected[reached]
    assert found == {one for one in CareUnit.objects.all() if may_in(user, "see_keys", one)}
    assert may(user, "see_keys")
    assert may_everywhere(user, "see_keys") == (scope == Scope.WHOLE)
    assert not may(user, "assign_roles")


def test_nobody_has_rights_without_signing_in(unit):
    nobody = AnonymousUser()

    assert not may(nobody, "see_keys")
    assert not may_everywhere(nobody, "see_keys")
    assert not may_in(nobody, "see_keys", unit)
    assert not units_where(nobody, "see_keys").exists()


def test_two_roles_add_up(unit):
    other = make.unit()
    user = make.user(Role.COORDINATOR, unit)
    actions.assign_role(
        user=user,
        role=Role.UNIT_MANAGER,
        scope=Scope.UNIT,
        unit=other,
        by=None,
        reason="Behövs",
        starts_on=make.LONG_AGO,
    )

    assert set(units_where(user, "see_keys")) == {unit, other}
    assert set(units_where(user, "hand_out_keys")) == {unit}
    assert set(units_where(user, "name_protected")) == {other}


def test_rights_cost_two_queries_however_often_they_are_asked(unit, django_assert_num_queries):
    user = make.user(Role.COORDINATOR, unit)

    with django_assert_num_queries(2):
        rights_of(user)
        assert may(user, "see_keys")
        assert may_in(user, "see_keys", unit)
        assert user.trail_role == "coordinator"


def test_a_role_of_tomorrow_gives_nothing_until_the_sweep_of_tomorrow(unit, at):
    at(2026, 3, 1, 12)
    user = make.user(Role.COORDINATOR, unit, starts_on=date(2026, 3, 2))

    assert not may(user, "see_keys")

    at(2026, 3, 2, 0, 5)
    assert actions.derive_rights_of_the_day() == 1
    assert may(fresh(user), "see_keys")


def test_a_role_ends_at_midnight_even_when_no_sweep_has_run(unit, at):
    at(2026, 3, 1, 12)
    user = make.user(Role.COORDINATOR, unit, ends_on=date(2026, 3, 2))

    at(2026, 3, 2, 23, 59)
    assert may(fresh(user), "see_keys")

    at(2026, 3, 3, 0, 1)
    assert not may(fresh(user), "see_keys")
    assert fresh(user).roles == frozenset()


def test_the_sweep_of_the_day_takes_away_what_has_ended_and_tells_of_it_once(unit, at):
    at(2026, 3, 1, 12)
    user = make.user(Role.COORDINATOR, unit, ends_on=date(2026, 3, 2))
    at(2026, 9, 1, 12)  # half a year late

    assert actions.derive_rights_of_the_day() == 1
    assert actions.derive_rights_of_the_day() == 0

    assert set(held_rows(user)) == set()
    entry = TrailEntry.objects.get(verb="account.rights_derived")
    assert entry.actor == "system"
    assert entry.facts == {"gained": [], "lost": sorted(RIGHTS_OF[Role.COORDINATOR])}


def test_the_sweep_mends_rights_that_nobody_gave(unit):
    user = make.user(Role.TECHNICIAN)
    manager = make.user(Role.SYSTEM_MANAGER)
    user.user_permissions.set(manager.user_permissions.all())

    assert not may(fresh(user), "assign_roles")  # guardian holds it, but no role gives it
    assert actions.derive_rights_of_the_day() == 1
    assert {right for _kind, right, _pk in held_rows(user)} == {"do_work"}


def test_deriving_again_writes_nothing(unit, django_assert_num_queries):
    user = make.user(Role.COORDINATOR, unit)
    before = set(held_rows(user))

    with django_assert_num_queries(5):  # savepoint, account, roles, what is held, release
        actions.derive_rights(user)

    assert set(held_rows(user)) == before


def test_nobody_gives_themselves_a_role_even_behind_the_application():
    user = make.user()

    with pytest.raises(IntegrityError), transaction.atomic():
        save_as(
            RoleAssignment(
                user=user,
                role=Role.AUDITOR,
                scope=Scope.WHOLE,
                decided_by=user,
                reason="Jag vill",
                starts_on=make.LONG_AGO,
            ),
            user,
        )


def test_many_roles_fit_in_the_trail(unit):
    user = make.user()
    for role in Role:
        actions.assign_role(
            user=user,
            role=role,
            scope=Scope.WHOLE,
            by=None,
            reason="Liten kommun",
            starts_on=make.LONG_AGO,
        )

    assert len(user.trail_role) <= TrailEntry._meta.get_field("role").max_length
