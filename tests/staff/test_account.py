"""The account of a staff member."""

from datetime import date

import pytest

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.staff import actions
from homecare.staff.models import StaffMember
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(at):
    at(2026, 3, 2, 9)


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def manager(unit):
    return make.user(Role.UNIT_MANAGER, unit)


def test_a_new_account_has_the_role_of_a_care_worker_in_each_unit_of_the_giver(unit, manager):
    member = make.staff_member(unit, ends_on=date(2026, 6, 30), email="Eva@example.se", name="Eva")
    make.employment(make.unit(), staff_member=member)

    user = actions.open_account(staff_member=member, by=manager)

    assert (user.email, user.name, user.has_usable_password()) == ("eva@example.se", "Eva", False)
    assert [
        (held.role, held.unit, held.starts_on, held.ends_on) for held in user.assignments.all()
    ] == [(Role.CARE_WORKER, unit, date(2026, 3, 2), date(2026, 6, 30))]
    member.refresh_from_db()
    assert member.user == user
    assert TrailEntry.objects.about(member).get(verb="staff.account_connected").facts == {
        "account": str(user.ref)
    }


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"email": ""}, "Skriv in medarbetarens e-postadress först."),
        ({"email": "taken@example.se"}, "Det finns redan ett konto med den e-postadressen."),
        ({"ends_on": date(2026, 3, 1)}, "Medarbetaren har ingen anställning som pågår"),
        ({"user": "somebody"}, "Medarbetaren har redan ett konto."),
    ],
)
def test_an_account_that_is_not_opened(unit, manager, given, refusal):
    taken = make.user(email="taken@example.se")
    if "user" in given:
        given = {"user": taken}
    member = make.staff_member(unit, **given)

    with pytest.raises(RuleBroken, match=refusal):
        actions.open_account(staff_member=member, by=manager)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.UNIT_MANAGER])
def test_who_does_not_open_an_account(unit, role):
    member = make.staff_member(unit)
    by = make.user(role, unit if role == Role.COORDINATOR else make.unit())

    with pytest.raises(RuleBroken, match="Du kan bara öppna konton för medarbetare i dina egna"):
        actions.open_account(staff_member=member, by=by)


def test_an_account_that_exists_is_connected(unit, manager):
    member, user = make.staff_member(unit), make.user(Role.CARE_WORKER, unit)

    actions.connect_account(staff_member=member, user=user, by=manager)

    assert StaffMember.objects.get(user=user) == member


def test_accounts_that_are_not_connected(unit, manager):
    taken = make.user()
    make.staff_member(unit, user=taken)
    administrator = make.user(Role.SYSTEM_MANAGER)
    member = make.staff_member(unit)

    with pytest.raises(RuleBroken, match="Kontot hör redan till en annan medarbetare"):
        actions.connect_account(staff_member=member, user=taken, by=manager)
    with pytest.raises(RuleBroken, match="Du kan inte koppla ditt eget konto"):
        actions.connect_account(staff_member=member, user=manager, by=manager)
    with pytest.raises(RuleBroken, match="Kontot har roller utanför ditt område"):
        actions.connect_account(staff_member=member, user=administrator, by=manager)
    actions.connect_account(staff_member=member, user=make.user(Role.CARE_WORKER, unit), by=manager)
    with pytest.raises(RuleBroken, match="Medarbetaren har redan ett konto"):
        actions.connect_account(
            staff_member=member, user=make.user(Role.CARE_WORKER, unit), by=manager
        )
