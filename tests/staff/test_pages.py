"""The pages of staff."""

from datetime import date

import pytest
from django.urls import reverse

from homecare.accounts.models import User
from homecare.accounts.roles import Role
from homecare.staff import actions
from homecare.staff.models import StaffMember
from homecare.staff.texts import CURRENT
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(at):
    at(2026, 3, 2, 9)


@pytest.fixture
def unit():
    return make.unit(name="Årsta hemtjänst")


@pytest.fixture
def manager(unit, client):
    user = make.user(Role.UNIT_MANAGER, unit)
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"staff:{name}", args=args)


def names(response):
    return [member.name for member in response.context["page"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Bo Bok", "Eva Ek"]),
        ("q=eva", ["Eva Ek"]),
        ("q=B200", ["Bo Bok"]),
        ("state=agreement", ["Bo Bok"]),
        ("state=left", ["Cia Cederblad"]),
        ("state=all", ["Bo Bok", "Cia Cederblad", "Eva Ek", "Ny Nilsson"]),
        ("sort=-staff_id", ["Bo Bok", "Eva Ek"]),
        ("unit=nonsense", ["Bo Bok", "Eva Ek"]),
    ],
)
def test_the_list_is_narrowed_by_its_address(client, manager, unit, query, found):
    make.staff_member(unit, name="Eva Ek", staff_id="A100")
    make.staff_member(unit, name="Bo Bok", staff_id="B200", agreement=False)
    make.staff_member(unit, name="Cia Cederblad", ends_on=date(2026, 3, 1))
    make.staff_member(unit, name="Ny Nilsson", starts_on=date(2026, 4, 1))
    make.staff_member(name="I en annan enhet")

    assert names(client.get(f"{url('staff_list')}?{query}")) == found


def test_the_list_shows_one_unit_at_a_time(client, unit):
    client.force_login(make.user(Role.SYSTEM_MANAGER))
    make.staff_member(unit, name="Eva Ek")
    make.staff_member(unit, name="Cia Cederblad", ends_on=date(2026, 3, 1))
    make.staff_member(name="I en annan enhet")
    here = f"{url('staff_list')}?unit={unit.ref}"

    assert names(client.get(here)) == ["Eva Ek"]
    assert names(client.get(f"{here}&state=all")) == ["Cia Cederblad", "Eva Ek"]


def test_the_list_costs_the_same_for_one_row_as_for_five(
    client, manager, unit, django_assert_max_num_queries
):
    make.staff_member(unit, user=make.user())

    with django_assert_max_num_queries(8) as one:
        client.get(url("staff_list"))
    for _ in range(4):
        make.employment(make.unit(), staff_member=make.staff_member(unit, user=make.user()))
    with django_assert_max_num_queries(len(one)):
        client.get(url("staff_list"))


def test_the_page_costs_the_same_for_one_employment_as_for_five(
    client, manager, unit, django_assert_max_num_queries
):
    member = make.staff_member(unit, user=make.user())

    with django_assert_max_num_queries(20) as one:
        client.get(url("staff_member", member.ref))
    for year in range(2021, 2025):
        make.employment(
            make.unit(),
            staff_member=member,
            starts_on=date(year, 1, 1),
            ends_on=date(year, 6, 30),
        )
    with django_assert_max_num_queries(len(one)):
        client.get(url("staff_member", member.ref))


def test_somebody_new_is_registered(client, manager, unit):
    response = client.post(
        url("staff_member_add"),
        {
            "name": "Eva Ek",
            "staff_id": "A100",
            "phone": "070-174 06 05",
            "unit": unit.ref,
            "starts_on": "2026-03-01",
        },
    )

    member = StaffMember.objects.get()
    assert response.url == url("staff_member", member.ref)
    assert (member.phone, member.works_now) == ("+46701740605", True)
    assert client.get(response.url).context["phone"] == "070-174 06 05"


def test_the_form_offers_open_units_where_one_may_employ(client, manager, unit):
    make.unit()
    make.assignment(manager, Role.UNIT_MANAGER, make.unit(closed_on=date(2026, 1, 1)))

    form = client.get(url("staff_member_add")).context["form"]

    assert list(form.fields["unit"].queryset) == [unit]


def test_an_employment_is_added_and_ended(client, manager, unit):
    member = make.staff_member(unit, ends_on=date(2026, 2, 1), user=make.user())

    client.post(url("employment_add", member.ref), {"unit": unit.ref, "starts_on": "2026-03-01"})
    started = member.employments.get(ends_on=None)
    page = client.get(url("employment_end", started.ref))
    assert page.context["is_last"] is True
    client.post(url("employment_end", started.ref), {"ends_on": "2026-03-02"})

    started.refresh_from_db()
    assert started.has_ended
    assert not User.objects.get(pk=member.user_id).is_active
    assert client.get(url("employment_end", started.ref)).status_code == 404


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 3, 2), "Chefen har slutat i {unit}."),
        (date(2026, 3, 3), "Chefen slutar i {unit} efter 2026-03-03."),
    ],
)
def test_it_is_said_what_a_system_manager_must_decide(client, unit, at, day, first):
    at(2026, 3, 2, 9)
    account = make.user(Role.UNIT_MANAGER, unit)
    employment = make.staff_member(unit, user=account, name="Chefen").employments.get()
    client.force_login(make.user(Role.COORDINATOR, unit))

    answer = client.post(
        reverse("staff:employment_end", args=[employment.ref]), {"ends_on": day}, follow=True
    )

    assert [str(said) for said in answer.context["messages"]] == [
        first.format(unit=unit.name),
        (
            "Kontot har roller som du inte beslutar om, och de finns kvar: Enhetschef – "
            f"{unit.name}. En systemförvaltare måste besluta om dem och om kontot."
        ),
    ]


def test_what_is_wrong_is_said_in_the_form(client, manager, unit):
    member = make.staff_member(unit)
    employment = member.employments.get()

    twice = client.post(
        url("employment_add", member.ref), {"unit": unit.ref, "starts_on": "2026-03-01"}
    )
    early = client.post(url("employment_end", employment.ref), {"ends_on": "2019-01-01"})

    assert twice.context["form"].non_field_errors() == [
        "Personen arbetar redan i enheten under den tiden."
    ]
    assert early.context["form"].non_field_errors() == [
        "Sista dagen kan inte ligga före första dagen, 2020-01-01."
    ]


def test_who_somebody_is_is_changed(client, manager, unit):
    member = make.staff_member(unit, phone="+46701740605")
    form = client.get(url("staff_member_change", member.ref)).context["form"]
    assert form["phone"].value() == "070-174 06 05"

    client.post(
        url("staff_member_change", member.ref),
        {"name": "Eva Alm", "staff_id": member.staff_id, "version": form["version"].value()},
    )

    member.refresh_from_db()
    assert (member.name, member.phone) == ("Eva Alm", "")


def test_two_who_change_the_same_person_do_not_write_over_each_other(client, manager, unit):
    member = make.staff_member(unit, name="Eva Ek")
    address = url("staff_member_change", member.ref)
    seen = client.get(address).context["form"]["version"].value()
    typed = {"name": "Eva Alm", "staff_id": member.staff_id, "version": seen}
    actions.change_staff_member(
        staff_member=member, staff_id=member.staff_id, name="Eva Bok", by=make.user(name="Kollegan")
    )

    told = client.post(address, typed)
    again = client.post(address, {**typed, "version": told.context["form"]["version"].value()})

    assert "Kollegan" in told.context["form"].non_field_errors()[0]
    assert told.context["form"].errors["name"] == ["Nu står det: Eva Bok"]
    assert again.url == url("staff_member", member.ref)
    member.refresh_from_db()
    assert member.name == "Eva Alm"


def test_a_care_worker_reads_and_accepts_the_agreement(client, unit):
    user = make.user(Role.CARE_WORKER, unit)
    member = make.staff_member(unit, user=user, agreement=False)
    client.force_login(user)

    page = client.get(url("my_agreement"))
    assert page.context["accepted"] is None
    assert "Tystnadsplikt" in page.content.decode()
    unread = client.post(url("my_agreement"), {"version": CURRENT.version})
    assert unread.context["form"].errors == {"has_read": ["Kryssa i att du har läst avtalet."]}
    old = client.post(url("my_agreement"), {"version": "1999-1", "has_read": "on"})
    assert "Avtalet har ändrats" in str(old.context["form"].errors["version"])
    client.post(url("my_agreement"), {"version": CURRENT.version, "has_read": "on"})

    assert member.agreements.get().accepted_on == date(2026, 3, 2)
    assert client.get(url("my_agreement")).context["accepted"] == member.agreements.get()


def test_the_agreement_can_be_read_without_being_staff(client):
    client.force_login(make.user(Role.AUDITOR))

    page = client.get(url("my_agreement"))
    assert page.context["member"] is None
    refused = client.post(url("my_agreement"), {"version": CURRENT.version, "has_read": "on"})
    assert refused.status_code == 200


def test_a_paper_is_recorded(client, unit):
    member = make.staff_member(unit, agreement=False)
    client.force_login(make.user(Role.COORDINATOR, unit))

    client.post(
        url("agreement_record", member.ref), {"version": CURRENT.version, "on": "2026-02-01"}
    )

    assert member.agreements.get().accepted_on == date(2026, 2, 1)


def test_an_account_is_opened_and_its_link_shown(client, manager, unit):
    member = make.staff_member(unit, email="eva@example.se")

    page = client.post(url("account_open", member.ref))

    account = User.objects.get(email="eva@example.se")
    assert f"/konto/losenord/{account.ref}/" in page.content.decode()
    again = client.post(url("account_open", member.ref))
    assert again.context["broken_rule"] == "Medarbetaren har redan ett konto."


def test_an_account_that_exists_is_connected(client, manager, unit):
    member = make.staff_member(unit)
    account = make.user(Role.COORDINATOR, unit, email="eva@example.se")
    make.user(Role.COORDINATOR, make.unit(), email="bo@example.se")

    unknown = client.post(url("account_connect", member.ref), {"email": "bo@example.se"})
    client.post(url("account_connect", member.ref), {"email": "Eva@example.se"})

    assert unknown.context["form"].errors == {"email": ["Du når inget konto med den adressen."]}
    member.refresh_from_db()
    assert member.user == account


READ = ["staff_member"]
CHANGE = ["staff_member_change", "employment_add", "agreement_record"]
ACCOUNT = ["account_open", "account_connect"]


@pytest.mark.parametrize(
    ("role", "in_own_unit", "may"),
    [
        pytest.param(Role.UNIT_MANAGER, True, READ + CHANGE + ACCOUNT, id="manager"),
        pytest.param(Role.COORDINATOR, True, READ + CHANGE, id="coordinator"),
        pytest.param(Role.SECURITY_OFFICER, True, READ, id="security officer"),
        pytest.param(Role.UNIT_MANAGER, False, [], id="manager of another unit"),
        pytest.param(Role.COORDINATOR, False, [], id="coordinator of another unit"),
        pytest.param(Role.CARE_WORKER, True, [], id="care worker"),
        pytest.param(Role.TECHNICIAN, True, [], id="technician"),
    ],
)
def test_who_may_open_the_pages_of_a_staff_member(client, unit, role, in_own_unit, may):
    member = make.staff_member(unit if in_own_unit else make.unit())
    client.force_login(make.user(role, unit))

    opened = {
        name: client.get(url(name, member.ref)).status_code for name in READ + CHANGE + ACCOUNT
    }
    ending = client.get(url("employment_end", member.employments.get().ref)).status_code

    assert opened == {name: 200 if name in may else 404 for name in opened}
    assert ending == (200 if "employment_add" in may else 404)
