"""The pages of the register of properties."""

import pytest
from django.db import connection
from django.urls import reverse

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from properties.models import Entrance, OwnerContact, Ownership, Property, PropertyOwner
from tests import make

pytestmark = pytest.mark.django_db

PERSON = "191212121212"
OWNER = {"name": "Årstabostäder AB", "kind": "public_housing"}
ENTRANCE = {
    "address": "Siljansvägen 12",
    "postal_code": "120 54",
    "city": "Årsta",
    "access_solution": "code_lock",
}
CONTACT = {"name": "Eva Ek", "starts_on": "2026-01-01", "phone": "070-174 06 05"}


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def coordinator(client, unit):
    user = make.user(Role.COORDINATOR, unit)
    client.force_login(user)
    return user


def address_of(name, made=None):
    return reverse(f"properties:{name}", args=[made.ref] if made else [])


LOOK = ["property_list", "owner_list", "entrance_list", "real_property", "owner", "entrance"]
CHANGE = [
    "property_add",
    "owner_add",
    "property_change",
    "property_sell",
    "owner_change",
    "contact_add",
    "contact_change",
    "contact_end",
    "entrance_add",
    "entrance_change",
    "entrance_close",
]


@pytest.fixture
def things():
    owner = make.owner()
    real_property = make.real_property(owner)
    return {
        "owner": owner,
        "contact": owner.contacts.get(),
        "real_property": real_property,
        "property": real_property,
        "entrance": make.entrance(real_property),
    }


def page_of(name, things):
    about = {
        "owner": "owner",
        "owner_change": "owner",
        "contact_add": "owner",
        "contact_change": "contact",
        "contact_end": "contact",
        "real_property": "real_property",
        "property_change": "real_property",
        "property_sell": "real_property",
        "entrance_add": "real_property",
        "entrance": "entrance",
        "entrance_change": "entrance",
        "entrance_close": "entrance",
    }.get(name)
    return address_of(name, things[about] if about else None)


@pytest.mark.parametrize(
    ("role", "looks", "changes"),
    [
        pytest.param(Role.COORDINATOR, 200, 200, id="coordinator"),
        pytest.param(Role.SYSTEM_MANAGER, 200, 200, id="system manager"),
        pytest.param(Role.UNIT_MANAGER, 200, 404, id="unit manager may only look"),
        pytest.param(Role.TECHNICIAN, 404, 404, id="technician"),
        pytest.param(Role.CARE_WORKER, 404, 404, id="care worker"),
        pytest.param(Role.AUDITOR, 404, 404, id="auditor"),
    ],
)
def test_who_may_see_and_change_the_register(client, unit, things, role, looks, changes):
    client.force_login(make.user(role, None if role == Role.SYSTEM_MANAGER else unit))

    for names, status in ((LOOK, looks), (CHANGE, changes)):
        answers = {name: client.get(page_of(name, things)).status_code for name in names}
        assert answers == dict.fromkeys(names, status)


def test_nobody_sees_the_register_without_signing_in(client, things):
    for name in LOOK + CHANGE:
        answer = client.get(page_of(name, things))
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/konto/logga-in/")


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize(
    ("name", "queries"), [("property_list", 6), ("owner_list", 5), ("entrance_list", 5)]
)
def test_a_list_asks_as_often_for_five_rows_as_for_one(
    client, coordinator, name, rows, queries, django_assert_num_queries
):
    make.entrance()
    for _ in range(rows - 1):
        make.entrance()

    with django_assert_num_queries(queries):
        answer = client.get(address_of(name))

    assert answer.text.count('scope="row"') == rows


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize(("name", "queries"), [("owner", 12), ("real_property", 11)])
def test_a_page_asks_as_often_for_five_rows_as_for_one(
    client, coordinator, name, rows, queries, django_assert_num_queries
):
    owner = make.owner()
    first = make.real_property(owner)
    make.entrance(first)
    for _ in range(rows - 1):
        make.entrance(first)
        make.real_property(owner)

    with django_assert_num_queries(queries):
        client.get(address_of(name, {"owner": owner, "real_property": first}[name]))


def names_in(answer):
    return [row.name if hasattr(row, "name") else str(row) for row in answer.context["page"]]


def test_owners_are_narrowed_and_sorted(client, coordinator):
    make.owner(name="Örnen AB", kind="company", organisation_number="5560360793")
    make.owner(name="Ankan BRF", kind="cooperative", do_not_contact=True)

    def asked(query):
        return names_in(client.get(address_of("owner_list") + query))

    assert asked("") == ["Ankan BRF", "Örnen AB"]
    assert asked("?sort=-name") == ["Örnen AB", "Ankan BRF"]
    assert asked("?q=örn") == ["Örnen AB"]
    assert asked("?q=556036-0793") == ["Örnen AB"]
    assert asked("?kind=cooperative") == ["Ankan BRF"]
    assert asked("?contact=yes") == ["Örnen AB"]
    assert asked("?q=finns-inte") == []


def test_entrances_are_narrowed(client, coordinator, at):
    at(2030, 1, 31, 12)
    real_property = make.real_property(designation="Skogen 7")
    make.entrance(real_property, address="Provgatan 1", access_solution="key")
    make.entrance(address="Provgatan 2", closed_on="2030-01-01")

    def asked(query):
        return [
            one.address for one in client.get(address_of("entrance_list") + query).context["page"]
        ]

    assert asked("") == ["Provgatan 1"]
    assert asked("?state=closed") == ["Provgatan 2"]
    assert asked("?state=all") == ["Provgatan 1", "Provgatan 2"]
    assert asked("?q=skogen+7") == ["Provgatan 1"]
    assert asked("?access_solution=key") == ["Provgatan 1"]
    assert asked("?access_solution=code_lock") == []


def test_properties_are_narrowed_by_owner(client, coordinator):
    owner = make.owner()
    mine = make.real_property(owner)
    make.real_property()

    answer = client.get(f"{address_of('property_list')}?owner={owner.ref}")

    assert list(answer.context["page"]) == [mine]


def test_an_owner_a_property_and_an_entrance_are_registered(client, coordinator):
    client.post(address_of("owner_add"), {**OWNER, "organisation_number": "556036-0793"})
    owner = PropertyOwner.objects.get()
    client.post(
        address_of("property_add"),
        {"designation": "Skogen 1:2", "owner": owner.ref, "owned_from": "2020-01-01"},
    )
    real_property = Property.objects.get()
    answer = client.post(
        address_of("entrance_add", real_property), {**ENTRANCE, "entrance_code": "47XY"}
    )

    entrance = Entrance.objects.get()
    assert answer.url == address_of("real_property", real_property)
    assert (entrance.postal_code, entrance.entrance_code) == ("12054", "47XY")
    assert entrance.history.get().history_user == coordinator
    assert real_property.ownerships.get().owner == owner


def test_a_wrong_number_stands_beside_its_field_and_nothing_typed_is_lost(client, coordinator):
    answer = client.post(address_of("owner_add"), {**OWNER, "organisation_number": "556036-0794"})

    form = answer.context["form"]
    assert form.errors == {
        "organisation_number": [
            (
                "Organisationsnumrets kontrollsiffra stämmer inte. Någon siffra är fel. "
                "Jämför med underlaget."
            )
        ]
    }
    assert 'value="556036-0794"' in answer.text
    assert 'value="Årstabostäder AB"' in answer.text
    assert not PropertyOwner.objects.exists()


def test_a_rule_that_forbids_it_is_said_on_the_page(client, coordinator, things):
    answer = client.post(
        address_of("property_sell", things["property"]),
        {"to": things["owner"].ref, "on": "2026-11-01"},
    )

    assert answer.context["form"].non_field_errors() == [
        f"{things['owner']} äger redan fastigheten."
    ]
    assert Ownership.objects.count() == 1


def test_a_sale_is_registered(client, coordinator, things, at):
    at(2026, 11, 24, 12)
    new = make.owner(name="Nya AB")

    answer = client.post(
        address_of("property_sell", things["property"]),
        {"to": new.ref, "on": "2026-12-01", "reason": "Lagfart"},
        follow=True,
    )

    assert "Nya AB äger" in answer.text
    assert Ownership.objects.get(owner=new).starts_on.isoformat() == "2026-12-01"


def test_a_contact_is_added_changed_and_ended(client, coordinator, things, at):
    at(2026, 11, 24, 12)
    owner = things["owner"]
    client.post(address_of("contact_add", owner), CONTACT)
    contact = OwnerContact.objects.get(name="Eva Ek")
    shown = client.get(address_of("contact_change", contact))
    client.post(
        address_of("contact_change", contact),
        {**CONTACT, "name": "Eva Ekman", "version": shown.context["form"]["version"].value()},
    )
    client.post(address_of("contact_end", contact), {"on": "2026-11-30"})

    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("Eva Ekman", "+46701740605")
    assert contact.ends_on.isoformat() == "2026-11-30"


def test_the_second_of_two_who_change_an_owner_sees_what_the_first_wrote(
    client, coordinator, things
):
    owner = things["owner"]
    version = client.get(address_of("owner_change", owner)).context["form"]["version"].value()
    sent = {**OWNER, "version": version}
    client.post(address_of("owner_change", owner), {**sent, "name": "Den första"})

    answer = client.post(address_of("owner_change", owner), {**sent, "name": "Den andra"})

    owner.refresh_from_db()
    assert owner.name == "Den första"
    assert "Nu står det: Den första" in answer.text
    assert 'value="Den andra"' in answer.text
    again = {**sent, "name": "Den andra", "version": answer.context["form"]["version"].value()}
    client.post(address_of("owner_change", owner), again)
    owner.refresh_from_db()
    assert owner.name == "Den andra"


def test_an_entrance_is_changed_closed_and_opened(client, coordinator, at):
    at(2026, 11, 24, 12)
    entrance = make.entrance(entrance_code="47XY")
    page = client.get(address_of("entrance_change", entrance))
    version = page.context["form"]["version"].value()

    assert "47XY" not in page.text
    client.post(address_of("entrance_change", entrance), {**ENTRANCE, "version": version})
    entrance.refresh_from_db()
    assert (entrance.address, entrance.entrance_code) == ("Siljansvägen 12", "47XY")

    client.post(address_of("entrance_close", entrance), {"on": "2026-11-24"})
    entrance.refresh_from_db()
    assert (entrance.closed_on.isoformat(), entrance.entrance_code) == ("2026-11-24", "")
    assert "används inte från 2026-11-24" in client.get(address_of("entrance", entrance)).text

    client.post(address_of("entrance_reopen", entrance))
    entrance.refresh_from_db()
    assert entrance.closed_on is None


# --- secrets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
def test_an_entrance_code_is_masked_until_asked_for_and_the_asking_is_logged(
    client, coordinator, htmx
):
    entrance = make.entrance(entrance_code="47XY")
    headers = {"HX-Request": "true"} if htmx else {}

    assert "47XY" not in client.get(address_of("entrance", entrance)).text
    assert not TrailEntry.objects.filter(kind="read").exists()
    answer = client.post(address_of("entrance_reveal", entrance), headers=headers)

    entry = TrailEntry.objects.get(kind="read")
    assert 'data-autohide="30" data-hint="••••">47XY<' in answer.text
    assert ("<html" in answer.text) != htmx
    assert answer["Cache-Control"] == "no-store"
    assert (entry.verb, entry.actor, entry.object_ref) == (
        "entrance.code_revealed",
        str(coordinator.ref),
        str(entrance.ref),
    )
    assert "47XY" not in entry.canonical + entry.personal


def test_a_personnummer_of_an_owner_is_masked_until_asked_for(client, coordinator):
    owner = make.owner(kind="person", personal_number=PERSON)

    for name in ("owner", "owner_change"):
        text = client.get(address_of(name, owner)).text
        assert not [one for one in (PERSON, "19121212", "12-1212") if one in text]
    answer = client.post(address_of("owner_reveal", owner))

    assert ">19121212-1212<" in answer.text
    assert [entry.verb for entry in TrailEntry.objects.filter(kind="read").order_by("pk")] == [
        "owner.read",
        "owner.read",
        "owner.personal_number_revealed",
    ]


def test_there_is_nothing_to_reveal_where_there_is_no_secret(client, coordinator):
    assert client.post(address_of("entrance_reveal", make.entrance())).status_code == 404
    assert client.post(address_of("owner_reveal", make.owner())).status_code == 404
    assert not TrailEntry.objects.filter(kind="read").exists()


def test_looking_is_not_revealing(client, coordinator):
    entrance = make.entrance(entrance_code="47XY")

    assert client.get(address_of("entrance_reveal", entrance)).status_code == 405


@pytest.mark.parametrize(
    "table", ["propertyowner", "historicalpropertyowner"], ids=["now", "history"]
)
def test_secrets_are_encrypted_in_the_database(table):
    owner = make.owner(kind="person", personal_number=PERSON, email="")
    owner.contacts.update_or_create(
        name="Eva", defaults={"phone": "+46701740605", "starts_on": make.LONG_AGO}
    )
    make.entrance(owner=owner, entrance_code="port 47XY")

    tables = {
        table: "personal_number, personal_number_index",
        table.replace("propertyowner", "ownercontact"): "phone",
        table.replace("propertyowner", "entrance"): "entrance_code",
    }
    for name, columns in tables.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM properties_{name}")
            stored = str(cursor.fetchall())
        assert len(stored) > 60
        assert not [secret for secret in (PERSON, "701740605", "port 47XY") if secret in stored]
