"""Opening, changing, blocking accounts, and their passwords."""

import pytest

from homecare.accounts import actions
from homecare.accounts.access import may
from homecare.accounts.links import account_of_link
from homecare.accounts.models import User
from homecare.accounts.queries import links_given_to
from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def administrator():
    return make.user(Role.SYSTEM_MANAGER)


@pytest.fixture
def manager(unit):
    return make.user(Role.UNIT_MANAGER, unit)


def test_a_new_account_cannot_be_used_before_a_password_is_set(administrator):
    made = actions.create_account(email=" Eva@Example.SE ", name="Eva Ek", by=administrator)

    assert (made.email, made.has_usable_password()) == ("eva@example.se", False)
    entry = TrailEntry.objects.about(made).get()
    assert (entry.verb, entry.facts) == ("account.created", {})
    assert entry.details["email"] == "eva@example.se"
    assert "eva" not in entry.canonical


def test_two_accounts_never_share_an_address(administrator):
    make.user(email="eva@example.se")

    with pytest.raises(RuleBroken, match="Det finns redan ett konto"):
        actions.create_account(email="EVA@example.se", name="Eva Ek", by=administrator)


def test_an_account_is_corrected(administrator):
    user = make.user(email="eva@example.se")
    make.user(email="bo@example.se")

    actions.change_account(
        account=user, name="Eva Alm", email="eva.alm@example.se", by=administrator
    )
    with pytest.raises(RuleBroken, match="Det finns redan ett konto"):
        actions.change_account(account=user, name="Eva", email="bo@example.se", by=administrator)

    changed = User.objects.get(pk=user.pk)
    assert (changed.name, changed.email) == ("Eva Alm", "eva.alm@example.se")


def test_blocking_takes_sign_in_and_rights_and_unblocking_gives_them_back(
    administrator, unit, client
):
    user = make.user(Role.COORDINATOR, unit)
    client.force_login(user)

    actions.block_account(user=user, by=administrator, reason="Misstänkt intrång")

    blocked = User.objects.get(pk=user.pk)
    assert not may(blocked, "see_keys")
    assert client.get("/konto/").status_code == 302  # the session it had has ended
    assert TrailEntry.objects.about(user).get(verb="account.blocked").reason == "Misstänkt intrång"

    actions.unblock_account(user=blocked, by=administrator, reason="Utrett")

    assert may(User.objects.get(pk=user.pk), "see_keys")
    assert TrailEntry.objects.about(user).get(verb="account.unblocked").reason == "Utrett"


def test_blocking_twice_tells_of_it_once(administrator):
    user = make.user()

    actions.block_account(user=user, by=administrator, reason="Slutat")
    actions.block_account(user=user, by=administrator, reason="Slutat")

    assert TrailEntry.objects.about(user).filter(verb="account.blocked").count() == 1


@pytest.mark.parametrize("action", [actions.block_account, actions.unblock_account])
def test_what_is_refused_of_blocking(action, administrator, manager, unit):
    elsewhere = make.user(Role.COORDINATOR, make.unit())

    with pytest.raises(RuleBroken, match="ditt eget konto"):
        action(user=administrator, by=administrator, reason="Prov")
    with pytest.raises(RuleBroken, match="Skriv varför"):
        action(user=elsewhere, by=administrator, reason=" ")
    with pytest.raises(RuleBroken, match="Kontot har roller utanför ditt område"):
        action(user=elsewhere, by=manager, reason="Prov")


def test_a_manager_cannot_take_over_an_account_with_wider_rights(manager, unit, administrator):
    actions.assign_role(
        user=administrator,
        role=Role.CARE_WORKER,
        scope="unit",
        unit=unit,
        by=manager,
        reason="Hoppar in",
        starts_on=make.LONG_AGO,
    )

    with pytest.raises(RuleBroken, match="Kontot har roller utanför ditt område"):
        actions.give_password_link(user=administrator, by=manager)
    with pytest.raises(RuleBroken, match="Kontot har roller utanför ditt område"):
        actions.change_account(account=administrator, name="X", email="x@example.se", by=manager)


def test_a_link_sets_the_password_once(manager, unit):
    user = make.user(Role.CARE_WORKER, unit, has_password=False)
    token = actions.give_password_link(user=user, by=manager)

    assert account_of_link(user.ref, token) == user
    actions.set_password(user=user, password="fyra nya goda ord")

    assert account_of_link(user.ref, token) is None
    assert User.objects.get(pk=user.pk).check_password("fyra nya goda ord")
    entry = TrailEntry.objects.about(user).get(verb="account.password_set")
    assert entry.actor == str(user.ref)
    assert token not in entry.canonical + entry.personal


def test_a_link_ends_with_the_block_of_the_account(administrator):
    user = make.user()
    token = actions.give_password_link(user=user, by=administrator)

    actions.block_account(user=user, by=administrator, reason="Slutat")

    assert account_of_link(user.ref, token) is None
    with pytest.raises(RuleBroken, match="Kontot är spärrat"):
        actions.give_password_link(user=user, by=administrator)


def test_a_manager_gives_a_link_to_an_account_that_has_never_been_used(manager, unit):
    new = make.user(Role.COORDINATOR, unit, has_password=False)

    actions.give_password_link(user=new, by=manager)

    assert links_given_to(new) == []
    assert TrailEntry.objects.about(new).get(verb="account.password_link_given")


def test_a_manager_gets_no_link_to_an_account_in_use(manager, unit):
    user = make.user(Role.COORDINATOR, unit)

    with pytest.raises(RuleBroken) as refused:
        actions.give_password_link(user=user, by=manager)

    assert str(refused.value) == (
        "Kontot används och har ett lösenord. Be en systemförvaltare om en ny länk."
    )
    assert not TrailEntry.objects.about(user).filter(verb__contains="link").exists()


def test_a_manager_does_not_change_the_address_of_an_account_in_use(manager, unit):
    user = make.user(Role.COORDINATOR, unit, email="eva@example.se")
    new = make.user(Role.COORDINATOR, unit, has_password=False)

    with pytest.raises(RuleBroken) as refused:
        actions.change_account(account=user, name="Eva", email="min@example.se", by=manager)
    actions.change_account(account=user, name="Eva Alm", email="EVA@example.se", by=manager)
    actions.change_account(account=new, name="Ny", email="ny@example.se", by=manager)

    assert str(refused.value) == (
        "Kontot används. Be en systemförvaltare om personen ska ha en annan adress."
    )
    assert User.objects.get(pk=user.pk).name == "Eva Alm"
    assert User.objects.get(pk=new.pk).email == "ny@example.se"


def test_the_owner_of_an_account_can_see_who_made_links_to_it(administrator, at):
    user = make.user()
    at(2026, 3, 2, 9)
    actions.give_password_link(user=user, by=administrator)
    noon = at(2026, 3, 2, 12)
    actions.give_password_link(user=user, by=None)

    newest, oldest = links_given_to(user)
    assert (newest.by, newest.at, oldest.by) == ("", noon, administrator.name)
    assert len(links_given_to(user, since=at(2026, 3, 2, 11))) == 1


def test_nobody_makes_a_link_for_themselves(administrator):
    with pytest.raises(RuleBroken, match="Byt ditt eget lösenord"):
        actions.give_password_link(user=administrator, by=administrator)


def test_the_password_is_in_no_history(administrator):
    user = make.user()

    actions.set_password(user=user, password="fyra nya goda ord")

    assert "password" not in {field.name for field in user.history.model._meta.get_fields()}
