"""The pages of people in home care."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core.versions import version_of
from homecare.recipients.actions import add_contact_person, end_contact_person
from homecare.recipients.models import NamedGrant, Recipient
from homecare.recipients.queries import card_of
from tests import make

pytestmark = pytest.mark.django_db

NUMBER = "191212121212"


@pytest.fixture(autouse=True)
def _today(at):
    at(2030, 1, 31, 12)


@pytest.fixture
def unit():
    return make.unit(name="Årsta hemtjänst")


@pytest.fixture
def coordinator(client, unit):
    user = make.user(Role.COORDINATOR, unit, name="Sam Ordnare")
    client.force_login(user)
    return user


@pytest.fixture
def manager(client, unit):
    user = make.user(Role.UNIT_MANAGER, unit, name="Chefen")
    client.force_login(user)
    return user


def url(name, thing=None):
    return reverse(f"recipients:{name}", args=[thing.ref] if thing else [])


def names(answer):
    return [one.name for one in answer.context["page"]]


def read(verb):
    return [
        (entry.actor, entry.facts, entry.details.get("shown", []))
        for entry in TrailEntry.objects.filter(verb=verb)
    ]


# --- the list ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 5])
def test_the_list_asks_as_often_for_five_people_as_for_one(
    client, coordinator, unit, rows, django_assert_num_queries
):
    for _ in range(rows):
        make.recipient(unit)

    # session, account, roles, rights, units to choose from, people, their commissions; and the
    # trail, which is written in a transaction of its own
    with django_assert_num_queries(10):
        answer = client.get(url("recipient_list"))

    assert answer.text.count('scope="row"') == rows


def test_a_list_of_people_is_one_reading_that_says_whom_it_showed(client, coordinator, unit):
    people = {str(make.recipient(unit).ref) for _ in range(3)}
    make.recipient()

    client.get(url("recipient_list"))

    [(actor, facts, shown)] = read("recipient.list_read")
    assert (actor, facts, set(shown)) == (str(coordinator.ref), {"rows": 3}, people)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ada Berg", "Åke Öst"]),
        ("?sort=-name", ["Åke Öst", "Ada Berg"]),
        ("?sort=address", ["Åke Öst", "Ada Berg"]),
        ("?care=coming", ["Eva Snart"]),
        ("?care=ended", ["Bo Avslutad", "Per Död"]),
        ("?care=all", ["Bo Avslutad", "Ada Berg", "Per Död", "Eva Snart", "Åke Öst"]),
        ("?care=nonsense", ["Ada Berg", "Åke Öst"]),
    ],
)
def test_the_list_is_narrowed_and_sorted_by_its_address(client, coordinator, unit, query, found):
    def person(first, last, *, address="Bgatan 1", **given):
        home = make.home_door(make.entrance(address=address))
        return make.recipient(unit, home=home, first_name=first, last_name=last, **given)

    person("Ada", "Berg")
    person("Åke", "Öst", address="Agatan 1")
    person("Eva", "Snart", starts_on=date(2030, 3, 1))
    person("Bo", "Avslutad", ends_on=date(2030, 1, 1))
    person("Per", "Död", died_on=date(2030, 1, 30), ends_on=date(2030, 1, 30))

    assert sorted(names(client.get(url("recipient_list") + query))) == sorted(found)
    if "sort" in query:
        assert names(client.get(url("recipient_list") + query)) == found


def test_the_list_is_narrowed_to_a_unit_of_the_users_own(client, unit):
    other, foreign = make.unit(), make.unit()
    user = make.user(Role.COORDINATOR, unit)
    make.assignment(user, Role.COORDINATOR, other)
    client.force_login(user)
    make.recipient(unit)
    there = make.recipient(other)
    make.recipient(foreign)

    assert names(client.get(f"{url('recipient_list')}?unit={other.ref}")) == [there.name]
    assert len(names(client.get(f"{url('recipient_list')}?unit={foreign.ref}"))) == 2


def test_a_unit_sees_its_own_commissions_only(client, coordinator, unit):
    person = make.recipient(unit)
    person.commissions.create(unit=make.unit(name="Solhemmet"), starts_on=make.LONG_AGO)

    answer = client.get(url("recipient_list"))

    assert "Årsta hemtjänst" in answer.text
    assert "Solhemmet" not in answer.text


def test_the_protected_are_in_the_list_of_the_named_only(client, coordinator, unit):
    person = make.recipient(unit, last_name="Gömd", protection_level="marked")

    assert names(client.get(url("recipient_list"))) == []
    make.named_grant(person, coordinator)
    assert names(client.get(url("recipient_list"))) == [person.name]


# --- searching -----------------------------------------------------------------------------------


def test_a_search_shows_those_of_the_own_units_and_is_logged(client, coordinator, unit):
    found = make.recipient(unit, last_name="Sökt")
    make.recipient(make.unit(), last_name="Sökt")
    make.recipient(unit, last_name="Sökt", protection_level="marked")

    answer = client.post(url("recipient_search"), {"q": "sökt"})

    assert names(answer) == [found.name]
    assert "1 träff" in answer.text
    [entry] = TrailEntry.objects.filter(kind="search")
    assert entry.details == {"text": "sökt", "shown": [str(found.ref)]}


def test_a_search_finds_a_person_by_number_and_keeps_the_number_out_of_sight(
    client, coordinator, unit
):
    person = make.recipient(unit, personal_number=NUMBER)

    answer = client.post(url("recipient_search"), {"q": "121212+1212"})

    assert names(answer) == [person.name]
    [entry] = TrailEntry.objects.filter(kind="search")
    assert entry.facts == {"by_number": True, "rows": 1}
    assert entry.details == {"shown": [str(person.ref)]}


def test_a_search_in_an_address_is_no_search(client, coordinator):
    assert client.get(url("recipient_search"), {"q": "Lund"}).status_code == 405


@pytest.mark.parametrize("rows", [1, 5])
def test_a_search_asks_as_often_for_five_people_as_for_one(
    client, coordinator, unit, rows, django_assert_num_queries
):
    for _ in range(rows):
        make.recipient(unit, last_name="Sökt")

    with django_assert_num_queries(9):
        answer = client.post(url("recipient_search"), {"q": "Sökt"})

    assert answer.text.count('scope="row"') == rows


def test_a_search_for_one_letter_is_refused_beside_the_field(client, coordinator):
    answer = client.post(url("recipient_search"), {"q": "a"})

    assert answer.context["search"].errors == {"q": ["Skriv minst två tecken."]}
    assert not TrailEntry.objects.filter(kind="search").exists()


# --- registering ---------------------------------------------------------------------------------


def new_person(unit, **given):
    return {
        "personal_number": "121212+1212",
        "first_name": "Ada",
        "last_name": "Lund",
        "customer_number": "",
        "phone": "070-174 06 05",
        "address": "Siljansvägen 12",
        "postal_code": "120 54",
        "city": "Årsta",
        "apartment_number": "1102",
        "floor": "1",
        "tenure": "rental",
        "designation": "",
        "protection_level": "none",
        "unit": unit.ref,
        "starts_on": "2030-02-01",
        **given,
    }


@pytest.fixture
def port():
    return make.entrance(
        make.real_property(designation="Årsta 1:1"), address="Siljansvägen 12", postal_code="12054"
    )


def test_a_person_is_registered_and_the_way_home_is_found_by_the_address(
    client, coordinator, unit, port
):
    answer = client.post(url("recipient_add"), new_person(unit))

    person = Recipient.objects.get()
    door = person.residences.get().home_door
    assert answer.url == reverse("desk:recipient", args=[person.ref])
    assert (person.personal_number, person.phone) == (NUMBER, "+46701740605")
    assert (str(door), door.real_property) == ("Siljansvägen 12, lgh 1102", port.real_property)
    assert [step.entrance for step in door.path.all()] == [port]
    assert person.commissions.get().unit == unit


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param(
            {"address": "Okänd gata 1"}, "Ingen port är registrerad på den adressen", id="unknown"
        ),
        pytest.param(
            {"designation": "Finns Ej 1"}, "Fastigheten finns inte i registret", id="no property"
        ),
        pytest.param({}, "Adressen finns på flera fastigheter: Årsta 1:1, Årsta 2", id="several"),
    ],
)
def test_an_address_that_does_not_tell_the_property_is_asked_about(
    client, coordinator, unit, port, given, says
):
    make.entrance(
        make.real_property(designation="Årsta 2"), address="siljansvägen 12", postal_code="12054"
    )

    answer = client.post(url("recipient_add"), new_person(unit, **given))

    [error] = answer.context["form"].errors["designation"]
    assert error.startswith(says)
    assert 'value="121212+1212"' in answer.text
    assert not Recipient.objects.exists()


def test_a_house_without_a_port_is_registered_by_its_property(client, coordinator, unit):
    make.real_property(designation="Villan 3")

    client.post(url("recipient_add"), new_person(unit, designation="villan 3", tenure="owned"))

    assert not Recipient.objects.get().residences.get().home_door.path.exists()


@pytest.mark.parametrize(
    ("in_own_unit", "level", "says"),
    [
        pytest.param(True, "none", "Gå till personen", id="seen"),
        pytest.param(False, "none", "Kontakta systemförvaltaren", id="another unit"),
        pytest.param(True, "marked", "Kontakta systemförvaltaren", id="protected"),
    ],
)
def test_a_known_person_is_linked_to_those_who_see_it_and_only_to_them(
    client, coordinator, unit, port, in_own_unit, level, says
):
    known = make.recipient(
        unit if in_own_unit else make.unit(), personal_number=NUMBER, protection_level=level
    )

    answer = client.post(url("recipient_add"), new_person(unit))

    [error] = answer.context["form"].errors["personal_number"]
    assert error.startswith("Personen finns redan registrerad.")
    assert says in error
    assert (str(known.ref) in answer.text) == (says == "Gå till personen")
    assert [entry.person_ref for entry in TrailEntry.objects.filter(kind="denied")] == [
        str(known.ref)
    ]


def test_somebody_who_registers_a_protected_person_goes_to_the_list(
    client, coordinator, unit, port
):
    answer = client.post(url("recipient_add"), new_person(unit, protection_level="marked"))

    assert answer.url == url("recipient_list")
    assert Recipient.objects.get().is_protected


def test_a_person_is_registered_only_in_a_unit_of_the_users_own(client, coordinator, unit, port):
    answer = client.post(url("recipient_add"), new_person(make.unit()))

    assert set(answer.context["form"].errors) == {"unit"}


# --- changing ------------------------------------------------------------------------------------


def test_a_person_is_changed_and_no_secret_is_on_the_page(client, coordinator, unit):
    person = make.recipient(unit, personal_number=NUMBER, phone="+46701740605")
    page = client.get(url("recipient_change", person))

    assert not [secret for secret in (NUMBER, "12-1212", "701740605") if secret in page.text]
    client.post(
        url("recipient_change", person),
        {"first_name": "Eva", "last_name": "Ek", "version": version_of(person)},
    )

    person.refresh_from_db()
    assert (person.name, person.personal_number, person.phone) == (
        "Eva Ek",
        NUMBER,
        "+46701740605",
    )


def test_the_second_of_two_who_change_a_person_sees_what_the_first_wrote(client, coordinator, unit):
    person = make.recipient(unit, last_name="Lund")
    sent = {"first_name": person.first_name, "version": version_of(person)}
    client.post(url("recipient_change", person), {**sent, "last_name": "Första"})

    answer = client.post(url("recipient_change", person), {**sent, "last_name": "Andra"})

    assert answer.context["form"].errors["last_name"] == ["Nu står det: Första"]
    assert "Medan du skrev ändrade Sam Ordnare samma sak." in answer.text
    assert 'value="Andra"' in answer.text


def test_a_person_moves(client, coordinator, unit, port):
    person = make.recipient(unit)
    home = {
        name: value
        for name, value in new_person(unit).items()
        if name in ("address", "postal_code", "city", "apartment_number", "tenure")
    }

    answer = client.post(url("move", person), {**home, "on": "2030-02-01"})

    assert answer.url == reverse("desk:recipient", args=[person.ref])
    assert [str(one) for one in person.residences.filter(ends_on=None)] == [
        "Siljansvägen 12, lgh 1102"
    ]


def test_the_way_to_a_home_is_put_in_order_with_numbered_selects(client, coordinator, unit):
    gate, port = make.entrance(), make.entrance()
    person = make.recipient(unit, home=make.home_door(port))
    door = person.residences.get().home_door
    page = client.get(url("path_change", door))

    assert page.context["form"]["step_1"].value() == port.ref
    assert list(page.context["form"].fields) == ["version", "step_1", "step_2", "step_3"]
    client.post(
        url("path_change", door),
        {"step_1": gate.ref, "step_3": port.ref, "version": version_of(door.path)},
    )

    assert [step.entrance for step in door.path.order_by("position")] == [gate, port]


def test_the_door_of_a_home_is_changed(client, coordinator, unit):
    door = make.recipient(unit).residences.get().home_door
    sent = {
        "address": door.address,
        "postal_code": door.postal_code,
        "city": door.city,
        "apartment_number": "1305",
        "floor": "3",
        "tenure": "cooperative",
        "needs_owner_consent": "on",
        "version": version_of(door),
    }

    client.post(url("home_door_change", door), sent)

    door.refresh_from_db()
    assert (door.apartment_number, door.tenure, door.needs_owner_consent) == (
        "1305",
        "cooperative",
        True,
    )
    assert "Ändrade uppgifter" in client.get(url("home_door_change", door)).text


def test_a_commission_begins_and_ends(client, coordinator, unit):
    person = make.recipient(unit)
    client.post(
        url("commission_end", person.commissions.get()),
        {"on": "2030-01-30", "because": "service_ended"},
    )
    client.post(url("commission_add", person), {"unit": unit.ref, "starts_on": "2030-02-01"})

    assert [(one.starts_on, one.ends_on) for one in person.commissions.order_by("starts_on")] == [
        (make.LONG_AGO, date(2030, 1, 30)),
        (date(2030, 2, 1), None),
    ]


def test_a_death_is_recorded_and_taken_back(client, coordinator, unit):
    person = make.recipient(unit)
    answer = client.post(url("death", person), {"on": "2030-01-30"}, follow=True)
    person.refresh_from_db()
    assert person.died_on == date(2030, 1, 30)
    assert "Personen är avliden. Uppgifterna kan inte ändras." in answer.text

    client.post(url("death_take_back", person), {"reason": "Fel person"})
    person.refresh_from_db()
    assert person.died_on is None


def test_a_representative_is_added_changed_and_ended(client, coordinator, unit):
    person = make.recipient(unit)
    sent = {
        "kind": "good_man",
        "name": "Gunnar God",
        "evidence": "Förordnande",
        "starts_on": "2030-01-01",
        "phone": "070-174 06 05",
    }
    client.post(url("representative_add", person), sent)
    representative = person.representatives.get()
    client.post(
        url("representative_change", representative),
        {**sent, "phone": "", "own_view": "agrees", "version": version_of(representative)},
    )
    client.post(url("representative_end", representative), {"on": "2030-01-31"})

    representative.refresh_from_db()
    assert (representative.phone, representative.own_view, representative.ends_on) == (
        "+46701740605",
        "agrees",
        date(2030, 1, 31),
    )


def test_a_contact_person_is_added_changed_and_ended(client, coordinator, unit):
    person = make.recipient(unit)
    client.post(url("contact_add", person), {"name": "Karin", "phone": "070-174 06 05"})
    contact = person.contacts.get()
    client.post(
        url("contact_change", contact),
        {"name": "Karin Ek", "phone_gone": "on", "version": version_of(contact)},
    )
    client.post(url("contact_end", contact))

    contact.refresh_from_db()
    assert (contact.name, contact.phone, contact.ended_on) == ("Karin Ek", "", date(2030, 1, 31))


@pytest.mark.parametrize(
    ("name", "typed", "rows"),
    [
        ("contact_add", {"name": "Karin", "phone": "070-174 06 05"}, "contacts"),
        (
            "representative_add",
            {"kind": "power", "name": "Karin", "evidence": "Fullmakt", "starts_on": "2030-01-01"},
            "representatives",
        ),
    ],
)
def test_a_form_sent_twice_makes_one_and_another_makes_another(
    client, coordinator, unit, name, typed, rows
):
    person = make.recipient(unit)

    def send(token=None, **given):
        token = token or client.get(url(name, person)).context["form"]["once"].value()
        sent = {**typed, **given, "once": token}
        answer = client.post(url(name, person), sent, follow=True)
        return token, answer.redirect_chain, [str(said) for said in answer.context["messages"]]

    first = send()
    assert first[2] == ["Karin är registrerad."]
    assert send(first[0]) == first
    assert getattr(person, rows).count() == 1
    assert TrailEntry.objects.filter(verb__endswith=".added").count() == 1

    send(first[0], name="Olle")
    send()
    assert sorted(one.name for one in getattr(person, rows).all()) == ["Karin", "Karin", "Olle"]


def test_nobody_chooses_the_reference_of_a_row(client, coordinator, unit):
    person, other = make.recipient(unit), make.recipient(unit)
    for one in (person, other):
        client.post(url("contact_add", one), {"name": "Karin", "once": str(person.ref)})

    refs = {person.contacts.get().ref, other.contacts.get().ref}
    assert len(refs - {person.ref}) == 2


def test_the_second_of_two_who_end_a_contact_person_is_told(client, coordinator, unit):
    contact = add_contact_person(recipient=make.recipient(unit), name="Karin", by=None)
    end_contact_person(contact=contact, by=None)

    answer = client.post(url("contact_end", contact), follow=True)

    assert answer.redirect_chain[0][0] == reverse("desk:recipient", args=[contact.recipient.ref])
    assert [str(said) for said in answer.context["messages"]] == [
        "Kontaktpersonen är redan borttagen."
    ]


# --- secrets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("name", "shown", "verb"),
    [
        ("reveal_personal_number", "19121212-1212", "recipient.personal_number_revealed"),
        ("reveal_phone", "070-174 06 05", "recipient.phone_revealed"),
        ("representative_reveal_phone", "070-174 06 06", "representative.phone_revealed"),
        ("representative_reveal_email", "gunnar@example.se", "representative.email_revealed"),
        ("contact_reveal_phone", "070-174 06 07", "contact_person.phone_revealed"),
    ],
)
def test_a_secret_is_masked_until_asked_for_and_each_asking_is_logged(
    client, coordinator, unit, name, shown, verb, htmx
):
    person = make.recipient(unit, personal_number=NUMBER, phone="+46701740605")
    things = {
        "reveal": person,
        "representative": make.representative(
            person, phone="+46701740606", email="gunnar@example.se"
        ),
        "contact": person.contacts.create(name="Karin", phone="+46701740607"),
    }
    page = reverse("desk:recipient", args=[person.ref])

    assert shown not in client.get(page).text
    answer = client.post(
        url(name, things[name.split("_")[0]]), headers={"HX-Request": "true"} if htmx else {}
    )

    assert f">{shown}<" in answer.text
    assert ("<html" in answer.text) != htmx
    entry = TrailEntry.objects.get(verb=verb)
    assert (entry.kind, entry.actor, entry.person_ref, entry.unit_ref) == (
        "read",
        str(coordinator.ref),
        str(person.ref),
        str(unit.ref),
    )
    assert shown not in entry.canonical + entry.personal


@pytest.mark.parametrize("history", ["", "historical"], ids=["now", "history"])
def test_secrets_are_encrypted_in_the_database(history):
    person = make.recipient(personal_number=NUMBER, phone="+46701740605")
    make.representative(person, phone="+46701740606", email="gunnar@example.se")
    person.contacts.create(name="Karin", phone="+46701740607")

    columns = {
        "recipient": "personal_number, personal_number_index, phone",
        "representative": "phone, email",
        "contactperson": "phone",
    }
    for table, named in columns.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {named} FROM recipients_{history}{table}")
            stored = str(cursor.fetchall())
        assert len(stored) > 100
        assert not [word for word in (NUMBER, "7017406", "gunnar") if word in stored]


# --- protection ----------------------------------------------------------------------------------


def test_whoever_protects_a_person_is_told_and_sees_the_list(client, coordinator, unit):
    person = make.recipient(unit)

    answer = client.post(url("protection", person), {"level": "marked"}, follow=True)

    assert answer.request["PATH_INFO"] == url("recipient_list")
    assert "Skyddet gäller nu." in answer.text
    assert client.get(url("protection", person)).status_code == 404


def test_a_manager_sees_name_and_customer_number_of_the_protected_and_nothing_else(
    client, manager, unit
):
    home = make.home_door(address="Hemliga vägen 1")
    person = make.recipient(
        unit,
        last_name="Gömd",
        customer_number="K-17",
        phone="+46701740605",
        home=home,
        protection_level="marked",
    )
    make.recipient(unit, last_name="Oskyddad")
    make.recipient(make.unit(), last_name="Annanstans", protection_level="marked")
    make.named_grant(person, make.user(name="Eva Namngiven"))

    for page in (url("named_grants"), url("name_staff", person)):
        text = client.get(page).text
        assert "Gömd" in text
        assert not [
            word
            for word in ("Hemliga", "1740605", person.personal_number, "Oskyddad", "Annanstans")
            if word in text
        ]
    text = client.get(url("named_grants")).text
    assert "K-17" in text
    assert "Eva Namngiven" in text
    assert [facts for _actor, facts, _shown in read("recipient.protected_list_read")] == [
        {"rows": 1}
    ] * 2


@pytest.mark.parametrize("rows", [1, 5])
def test_the_list_of_protected_asks_as_often_for_five_as_for_one(
    client, manager, unit, rows, django_assert_num_queries
):
    for _ in range(rows):
        make.named_grant(make.recipient(unit, protection_level="marked"), make.user())

    with django_assert_num_queries(9):
        client.get(url("named_grants"))


def test_a_manager_names_somebody_of_the_own_unit_and_ends_it(client, manager, unit):
    person = make.recipient(unit, protection_level="marked")
    coordinator = make.user(Role.COORDINATOR, unit, name="Sam Ordnare")
    make.user(Role.COORDINATOR, make.unit(), name="Från Annanstans")
    make.user(Role.CARE_WORKER, unit, name="Utan Rätt")
    page = client.get(url("name_staff", person))

    offered = [str(one) for one in page.context["form"].fields["user"].queryset]
    assert offered == ["Sam Ordnare"]
    sent = {
        "user": coordinator.ref,
        "starts_on": "2030-01-31",
        "ends_on": "2030-06-30",
        "reason": "Sköter besöken",
    }
    client.post(url("name_staff", person), sent)
    grant = NamedGrant.objects.get()
    assert (grant.user, grant.decided_by) == (coordinator, manager)
    assert list(Recipient.objects.visible_to(coordinator)) == [person]

    client.post(url("named_grant_end", grant), {"reason": "Bytt område"})
    grant.refresh_from_db()
    assert grant.ended_at is not None


# --- the card ------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [1, 5])
def test_the_card_asks_as_often_for_five_parts_as_for_one(unit, parts, django_assert_num_queries):
    user = make.user(Role.COORDINATOR, unit)
    entrances = [make.entrance() for _ in range(parts)]
    person = make.recipient(unit, home=make.home_door(*entrances))
    for number in range(parts):
        make.representative(person)
        person.contacts.create(name=f"Karin {number}")
        person.commissions.create(
            unit=unit, starts_on=date(2000 + number, 1, 1), ends_on=date(2000 + number, 2, 1)
        )
    user.held_today()

    with django_assert_num_queries(16):
        card = card_of(person, user)

    assert len(card.path) == len(card.representatives) == len(card.contacts) == parts


def test_the_card_hides_what_would_tell_of_somebody_protected(unit):
    user, home = make.user(Role.COORDINATOR, unit), make.home_door(address="Hemliga vägen 1")
    person = make.recipient(unit, home=home)
    assert card_of(person, user).home.home_door == home

    make.recipient(make.unit(), home=home, protection_level="marked")
    card = card_of(person, user)

    assert (card.home, card.path, card.home_is_hidden) == (None, [], True)
    assert not [event for event in card.events if "Hemliga" in event.what]


def test_the_card_shows_a_unit_its_own_commissions_only(unit):
    person = make.recipient(unit)
    person.commissions.create(unit=make.unit(name="Solhemmet"), starts_on=make.LONG_AGO)

    card = card_of(person, make.user(Role.COORDINATOR, unit))

    assert [str(one.row) for one in card.commissions] == ["Årsta hemtjänst"]
    assert not [event for event in card.events if "Solhemmet" in event.what]
