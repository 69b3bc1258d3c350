"""The pages of accounts and roles."""

import re

import pytest
from django.urls import reverse

from homecare.accounts.access import account_to_see
from homecare.accounts.links import account_of_link
from homecare.accounts.models import RoleAssignment, User
from homecare.accounts.roles import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return make.unit(name="Årsta hemtjänst")


@pytest.fixture
def manager(unit, client):
    user = make.user(Role.UNIT_MANAGER, unit, name="Chefen")
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"accounts:{name}", args=args)


def names(response):
    return [account.name for account in response.context["page"]]


def test_a_manager_sees_the_accounts_of_the_own_unit(client, manager, unit):
    make.user(Role.COORDINATOR, unit, name="Samordnaren")
    make.user(Role.COORDINATOR, make.unit(), name="I en annan enhet")
    make.user(name="Utan roll")

    assert names(client.get(url("account_list"))) == ["Chefen", "Samordnaren"]


def test_an_administrator_sees_all_accounts(client, unit):
    administrator = make.user(Role.SYSTEM_MANAGER, name="Förvaltaren")
    make.user(name="Utan roll")
    client.force_login(administrator)

    assert names(client.get(url("account_list"))) == ["Förvaltaren", "Utan roll"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=eva", ["Eva Ek"]),
        ("q=bo@", ["Bo Bok"]),
        ("role=coordinator", ["Eva Ek"]),
        ("state=blocked", ["Bo Bok"]),
        ("state=nonsense", ["Bo Bok", "Chefen", "Eva Ek"]),
        ("sort=-name", ["Eva Ek", "Chefen", "Bo Bok"]),
        ("q=nobody", []),
    ],
)
def test_the_list_is_narrowed_by_its_address(client, manager, unit, query, found):
    make.user(Role.COORDINATOR, unit, name="Eva Ek", email="e@example.se")
    blocked = make.user(Role.CARE_WORKER, unit, name="Bo Bok", email="bo@example.se")
    User._base_manager.filter(pk=blocked.pk).update(is_active=False)

    assert names(client.get(f"{url('account_list')}?{query}")) == found


def test_the_list_costs_the_same_for_one_row_as_for_five(
    client, manager, unit, django_assert_num_queries
):
    def look():
        # session, account, roles, rights; accounts, their roles; the open-ended cost is nothing
        with django_assert_num_queries(6):
            client.get(url("account_list"))

    look()
    for _ in range(4):
        make.user(Role.COORDINATOR, unit)
    look()


def test_the_page_of_an_account_costs_the_same_for_one_role_as_for_five(
    client, unit, django_assert_max_num_queries
):
    client.force_login(make.user(Role.SYSTEM_MANAGER))
    user = make.user(Role.COORDINATOR, unit)

    with django_assert_max_num_queries(16) as one:
        client.get(url("account", user.ref))
    for role in (Role.TECHNICIAN, Role.AUDITOR, Role.CARE_WORKER, Role.UNIT_MANAGER):
        RoleAssignment(
            user=user, role=role, scope="unit", unit=unit, reason="x", starts_on=make.LONG_AGO
        ).save()
    with django_assert_max_num_queries(len(one)):
        client.get(url("account", user.ref))


def test_a_new_account_gets_its_role_and_a_link(client, manager, unit):
    response = client.post(
        url("account_add"),
        {
            "name": "Nya Nilsson",
            "email": "nya@example.se",
            "role": "care_worker",
            "place": f"unit:{unit.ref}",
            "starts_on": "2026-01-01",
            "reason": "Vikarie",
        },
    )

    made = User.objects.get(email="nya@example.se")
    held = made.assignments.get()
    assert (held.role, held.unit, held.decided_by) == (Role.CARE_WORKER, unit, manager)
    token = re.search(rf"/konto/losenord/{made.ref}/([^/]+)/", response.content.decode())[1]
    assert account_of_link(made.ref, token) == made
    assert response["Cache-Control"] == "no-store"


def test_nothing_is_left_of_an_account_whose_role_is_refused(client, manager, unit):
    response = client.post(
        url("account_add"),
        {
            "name": "Nya Nilsson",
            "email": "nya@example.se",
            "role": "care_worker",
            "place": f"unit:{unit.ref}",
            "starts_on": "2026-02-01",
            "ends_on": "2026-01-01",
            "reason": "Vikarie",
        },
    )

    assert response.context["form"].non_field_errors() == [
        "Slutdatum kan inte ligga före startdatum."
    ]
    assert not User.objects.filter(email="nya@example.se").exists()


def test_the_form_offers_only_what_the_giver_may_give(client, manager, unit):
    form = client.get(url("account_add")).context["form"]

    assert list(form.fields["place"].places) == [f"unit:{unit.ref}"]
    roles = {value for value, _label in form.fields["role"].choices}
    assert roles == {"", "coordinator", "technician", "unit_manager", "auditor", "care_worker"}


def test_giving_and_ending_a_role(client, manager, unit):
    user = make.user(Role.CARE_WORKER, unit)

    client.post(
        url("role_add", user.ref),
        {
            "role": "coordinator",
            "place": f"unit:{unit.ref}",
            "starts_on": "2026-01-01",
            "reason": "Semestervikariat",
        },
    )
    given = user.assignments.get(role=Role.COORDINATOR)
    response = client.post(url("role_end", given.ref), {"reason": "Semestern är slut"})

    assert response.url == url("account", user.ref)
    given.refresh_from_db()
    assert given.ended_at is not None
    shown = client.get(response.url).context["roles"]
    assert [one.assignment.role for one in shown.in_force] == ["care_worker"]
    assert [one.assignment.role for one in shown.earlier] == ["coordinator"]


def test_blocking_and_unblocking(client, manager, unit):
    user = make.user(Role.CARE_WORKER, unit)

    client.post(url("account_block", user.ref), {"reason": "Borttappad telefon"})
    assert not User.objects.get(pk=user.pk).is_active

    client.post(url("account_unblock", user.ref), {"reason": "Hittad"})
    assert User.objects.get(pk=user.pk).is_active


def test_a_new_link_is_shown_once(client, manager, unit):
    user = make.user(Role.CARE_WORKER, unit, has_password=False)

    response = client.post(url("password_link", user.ref))

    assert f"/konto/losenord/{user.ref}/" in response.content.decode()
    assert client.get(url("password_link", user.ref)).status_code == 405


def test_a_manager_who_names_somebody_does_not_sign_in_as_them(client, manager, unit):
    named = make.user(Role.COORDINATOR, unit, email="eva@example.se")
    protected = make.recipient(unit, protection_level="protected_registration")
    make.named_grant(protected, named)

    response = client.post(url("password_link", named.ref), follow=True)
    form = client.get(url("account_change", named.ref)).context["form"]

    assert f"/konto/losenord/{named.ref}/" not in response.content.decode()
    assert [str(said) for said in response.context["messages"]] == [
        "Kontot används och har ett lösenord. Be en systemförvaltare om en ny länk."
    ]
    assert not response.context["may_give_link"]
    assert form.fields["email"].disabled
    assert "Be en systemförvaltare" in form.fields["email"].help_text


def test_the_owner_of_an_account_is_told_of_a_new_link_when_signing_in_and_afterwards(client, at):
    administrator = make.user(Role.SYSTEM_MANAGER, name="Förvaltaren")
    owner = make.user(email="eva@example.se")
    at(2026, 3, 2, 9, 15)
    client.force_login(administrator)
    assert (
        f"/konto/losenord/{owner.ref}/"
        in client.post(url("password_link", owner.ref)).content.decode()
    )
    client.logout()
    told = (
        "En ny lösenordslänk skapades den 2026-03-02 09:15 av Förvaltaren. Har du inte bett om "
        "den, säg till din chef genast."
    )

    def sign_in():
        response = client.post(
            url("sign_in"), {"username": owner.email, "password": make.PASSWORD}, follow=True
        )
        return [str(said) for said in response.context["messages"]]

    at(2026, 3, 3, 8)
    assert sign_in() == [told]
    assert client.get(url("my_account")).context["links"] == [told]

    client.logout()
    at(2026, 3, 4, 8)
    assert sign_in() == []
    assert client.get(url("my_account")).context["links"] == [told]


PAGES = ["account", "account_change", "account_block", "role_add"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("role", "whose", "status"),
    [
        pytest.param(Role.UNIT_MANAGER, "own unit", 200, id="manager, own unit"),
        pytest.param(Role.UNIT_MANAGER, "other unit", 404, id="manager, another unit"),
        pytest.param(Role.UNIT_MANAGER, "nobody", 404, id="manager, an account without roles"),
        pytest.param(Role.COORDINATOR, "own unit", 404, id="coordinator"),
        pytest.param(Role.SYSTEM_MANAGER, "nobody", 200, id="administrator"),
        pytest.param(None, "own unit", 404, id="no role"),
    ],
)
def test_who_may_open_the_pages_of_an_account(client, unit, page, role, whose, status):
    place = {"own unit": unit, "other unit": make.unit(), "nobody": None}[whose]
    user = make.user(Role.CARE_WORKER if place else None, place)
    client.force_login(make.user(role, unit) if role else make.user())

    assert client.get(url(page, user.ref)).status_code == status


def test_an_account_with_wider_rights_is_seen_and_not_changed(client, manager, unit):
    both = make.user(Role.CARE_WORKER, unit)
    make.assignment(both, Role.SECURITY_OFFICER)

    assert account_to_see(manager, both.ref) == both
    page = client.get(url("account", both.ref))
    assert (page.status_code, page.context["may_change"]) == (200, False)
    assert client.get(url("account_block", both.ref)).status_code == 404
    assert client.post(url("password_link", both.ref)).status_code == 404


def test_my_account_shows_my_roles_in_words(client, manager, unit):
    make.assignment(manager, Role.COORDINATOR, ends_on=make.LONG_AGO)

    page = client.get("/konto/")

    assert [str(role) for role in page.context["roles"]] == ["Enhetschef – Årsta hemtjänst"]
