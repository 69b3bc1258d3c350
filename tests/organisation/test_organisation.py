"""Districts, providers and units: what is saved, what is refused, who may."""

from datetime import date

import pytest
from django.urls import reverse

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.organisation import actions
from homecare.organisation.models import CareUnit, District, Provider
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(at):
    at(2026, 3, 2, 9)


@pytest.fixture
def administrator(client):
    user = make.user(Role.SYSTEM_MANAGER)
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"organisation:{name}", args=args)


def change(client, address, **typed):
    """Open the form and send it, as a person does."""
    seen = client.get(address).context["form"]["version"].value()
    return client.post(address, {**typed, "version": seen})


# --- actions -------------------------------------------------------------------------------------


def test_a_unit_is_added_and_changed(administrator):
    provider, district = make.provider(), make.district()

    unit = actions.save_unit(
        by=administrator, code=" E1 ", name="Årsta hemtjänst", provider=provider
    )
    actions.save_unit(
        by=administrator,
        unit=unit,
        code="E1",
        name="Årsta hemtjänst",
        provider=provider,
        district=district,
    )

    saved = CareUnit.objects.get()
    assert (saved.code, saved.district) == ("E1", district)
    assert [entry.verb for entry in TrailEntry.objects.about(unit).order_by("pk")] == [
        "unit.added",
        "unit.changed",
    ]
    assert saved.history.first().history_user == administrator


def test_a_provider_is_added_and_changed(administrator):
    provider = actions.save_provider(by=administrator, name="Omsorg AB", kind="private")
    actions.save_provider(
        by=administrator,
        provider=provider,
        name="Omsorg AB",
        kind="private",
        organisation_number="5560360793",
        has_support_all_hours=True,
        fallback_practised_on=date(2026, 2, 1),
    )

    saved = Provider.objects.get()
    assert saved.has_support_all_hours
    entry = TrailEntry.objects.about(provider).get(verb="provider.changed")
    assert entry.facts == {
        "provider_kind": "private",
        "has_support_all_hours": True,
        "fallback_practised_on": "2026-02-01",
    }


def test_a_district_is_added_and_changed(administrator):
    district = actions.save_district(by=administrator, code="D1", name="Enskede")
    actions.save_district(by=administrator, district=district, code="D1", name="Enskede-Årsta")

    assert District.objects.get().name == "Enskede-Årsta"
    assert TrailEntry.objects.about(district).count() == 2


@pytest.mark.parametrize(
    ("save", "refusal"),
    [
        (
            lambda: actions.save_unit(by=None, code="e1", name="X", provider=make.provider()),
            "Det finns redan en enhet med den koden.",
        ),
        (
            lambda: actions.save_provider(by=None, name="omsorg ab", kind="private"),
            "Det finns redan en utförare med det namnet.",
        ),
        (
            lambda: actions.save_provider(
                by=None, name="Ny", kind="private", organisation_number="5560360793"
            ),
            "Det finns redan en utförare med det organisationsnumret.",
        ),
        (
            lambda: actions.save_provider(
                by=None, name="Ny", kind="private", fallback_practised_on=date(2026, 3, 3)
            ),
            "Dagen då reservrutinen övades har inte varit ännu.",
        ),
        (
            lambda: actions.save_district(by=None, code="d1", name="X"),
            "Det finns redan ett stadsdelsområde med den koden.",
        ),
    ],
)
def test_what_is_not_saved(save, refusal):
    make.unit(code="E1")
    make.provider(name="Omsorg AB", organisation_number="5560360793")
    make.district(code="D1")

    with pytest.raises(RuleBroken) as refused:
        save()

    assert str(refused.value) == refusal


def test_a_unit_is_closed_once_and_opened_again(administrator):
    unit = make.unit()

    actions.close_unit(unit=unit, on=date(2026, 4, 1), by=administrator, reason="Slås ihop")
    with pytest.raises(RuleBroken, match="Enheten är redan avslutad"):
        actions.close_unit(unit=unit, on=date(2026, 4, 1), by=administrator)

    assert CareUnit.objects.open_on(date(2026, 3, 31)).exists()
    assert not CareUnit.objects.open_on(date(2026, 4, 1)).exists()
    actions.reopen_unit(unit=unit, by=administrator)
    actions.reopen_unit(unit=unit, by=administrator)
    assert CareUnit.objects.open_on(date(2026, 4, 1)).exists()
    verbs = TrailEntry.objects.about(unit).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["unit.closed", "unit.reopened"]


# --- pages ---------------------------------------------------------------------------------------


def test_a_unit_comes_and_goes_through_the_pages(client, administrator):
    provider = make.provider(name="Egen regi")

    added = client.post(
        url("unit_add"),
        {"name": "Årsta", "code": "E1", "provider": provider.ref, "phone": "08-508 000 00"},
    )
    unit = CareUnit.objects.get()
    assert added.url == url("unit", unit.ref)
    assert client.get(added.url).context["phone"] == "08-508 000 00"

    change(
        client,
        url("unit_change", unit.ref),
        name="Årsta norra",
        code="E1",
        provider=provider.ref,
    )
    client.post(url("unit_close", unit.ref), {"on": "2026-03-02"})
    unit.refresh_from_db()
    assert (unit.name, unit.closed_on) == ("Årsta norra", date(2026, 3, 2))
    client.post(url("unit_reopen", unit.ref))
    unit.refresh_from_db()
    assert unit.closed_on is None


def test_a_refusal_is_shown_in_the_form(client, administrator):
    make.unit(code="E1")
    provider = make.provider()

    page = client.post(url("unit_add"), {"name": "X", "code": "E1", "provider": provider.ref})

    assert page.context["form"].non_field_errors() == ["Det finns redan en enhet med den koden."]


def test_a_provider_is_saved_through_the_pages(client, administrator):
    added = client.post(
        url("provider_add"),
        {"name": "Omsorg AB", "kind": "private", "organisation_number": "556036-0793"},
    )

    provider = Provider.objects.get()
    assert client.get(added.url).context["number"] == "556036-0793"
    change(
        client,
        url("provider_change", provider.ref),
        name="Omsorg AB",
        kind="private",
        has_support_all_hours="on",
    )
    assert Provider.objects.get().has_support_all_hours


def test_a_wrong_organisation_number_is_named(client, administrator):
    page = client.post(
        url("provider_add"), {"name": "X", "kind": "private", "organisation_number": "556036-0794"}
    )

    assert "kontrollsiffra" in str(page.context["form"].errors["organisation_number"])


def test_a_district_is_saved_through_the_pages(client, administrator):
    client.post(url("district_add"), {"name": "Enskede", "code": "D1"})
    district = District.objects.get()
    change(client, url("district_change", district.ref), name="Enskede-Årsta", code="D1")

    assert District.objects.get().name == "Enskede-Årsta"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Årsta", "Östberga"]),
        ("state=closed", ["Stängd"]),
        ("state=all", ["Stängd", "Årsta", "Östberga"]),
        ("q=e2", ["Östberga"]),
        ("q=års", ["Årsta"]),
        ("sort=-code", ["Östberga", "Årsta"]),
    ],
)
def test_the_list_of_units_is_narrowed_by_its_address(client, administrator, query, found):
    make.unit(name="Årsta", code="E1")
    make.unit(name="Östberga", code="E2")
    make.unit(name="Stängd", code="E3", closed_on=date(2026, 3, 1))

    page = client.get(f"{url('unit_list')}?{query}").context["page"]

    # Which of Å and Ö comes first is the database's matter.
    names = [unit.name for unit in page]
    assert names == found if query.startswith("sort") else sorted(names) == sorted(found)


@pytest.mark.parametrize("name", ["unit_list", "provider_list", "district_list"])
def test_a_list_costs_the_same_for_one_row_as_for_five(
    client, administrator, name, django_assert_max_num_queries
):
    make.unit(district=make.district())

    with django_assert_max_num_queries(7) as one:
        client.get(url(name))
    for _ in range(4):
        make.unit(district=make.district())
    with django_assert_max_num_queries(len(one)):
        client.get(url(name))


@pytest.mark.parametrize(
    ("role", "sees", "changes"),
    [
        (Role.SYSTEM_MANAGER, 200, 200),
        (Role.COORDINATOR, 200, 404),
        (Role.UNIT_MANAGER, 200, 404),
        (Role.SECURITY_OFFICER, 200, 404),
        (Role.TECHNICIAN, 404, 404),
        (Role.CARE_WORKER, 404, 404),
        (None, 404, 404),
    ],
)
def test_who_sees_and_changes_the_organisation(client, role, sees, changes):
    unit = make.unit(district=make.district())
    client.force_login(make.user(role, unit) if role else make.user())

    seen = [url(name) for name in ("unit_list", "provider_list", "district_list")]
    seen += [url("unit", unit.ref), url("provider", unit.provider.ref)]
    changed = [url(name) for name in ("unit_add", "provider_add", "district_add")]
    changed += [
        url("unit_change", unit.ref),
        url("unit_close", unit.ref),
        url("provider_change", unit.provider.ref),
        url("district_change", unit.district.ref),
    ]

    assert {client.get(address).status_code for address in seen} == {sees}
    assert {client.get(address).status_code for address in changed} == {changes}
