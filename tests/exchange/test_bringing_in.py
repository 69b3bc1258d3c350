"""Bringing in whole lists: the pilot's own files, the dry run, the second time, the undoing."""

import pytest
from django.db import connection

from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.exchange import actions, reading
from homecare.exchange.models import Import, ImportedRow
from homecare.exchange.pilot import FOLDER
from homecare.exchange.plan import people as named
from homecare.exchange.states import ImportState, ListKind
from homecare.organisation.models import CareUnit
from homecare.recipients.models import Recipient
from homecare.staff.models import StaffMember
from properties.models import Entrance
from tests import make
from tests.exchange.lists import (
    FILES,
    PEOPLE,
    brought_in,
    counted,
    csv,
    faults,
    of,
    pilot,
    told,
    tried,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make.user("system_manager")


def test_the_pilot_comes_in_whole_from_its_own_files(manager):
    pilot(manager)

    assert counted() == {
        "Provider": 2,
        "CareUnit": 3,
        "StaffMember": 10,
        "Employment": 10,
        "PropertyOwner": 11,
        "Property": 12,
        "Ownership": 12,
        "Entrance": 20,
        "HomeDoor": 24,
        "DoorPath": 26,
        "Recipient": 25,
        "Residence": 25,
        "Commission": 25,
        "Representative": 1,
        "Key": 29,
    }


def test_the_same_file_a_second_time_changes_nothing(manager):
    pilot(manager)
    before = counted(), Recipient.history.count(), Entrance.history.count()

    for kind, file in FILES.items():
        batch = brought_in((FOLDER / file).read_bytes(), kind, manager, file)
        assert (batch.counts["new"], batch.counts["changed"]) == (0, 0), kind

    assert (counted(), Recipient.history.count(), Entrance.history.count()) == before


def test_each_row_has_history_with_the_imports_name_and_a_line_in_the_trail(manager):
    batch = pilot(manager, until=ListKind.UNITS)

    made = CareUnit.history.get(code="ARSTA")
    assert (made.history_user, made.history_change_reason) == (manager, batch.name)
    entry = TrailEntry.objects.filter(verb="import.brought_in").latest("pk")
    assert batch.sha256 in entry.canonical


@pytest.mark.parametrize(("kind", "file"), FILES.items())
def test_a_list_is_recognised_by_its_columns(manager, kind, file):
    batch = actions.upload(content=(FOLDER / file).read_bytes(), file_name=file, by=manager)

    assert batch.kind == kind


def test_a_list_of_something_else_must_be_named(manager):
    with pytest.raises(RuleBroken, match="Det går inte att se vad det är för lista"):
        actions.upload(content=csv("Frukt;Pris", "Äpple;3"), file_name="x.csv", by=manager)

    assert Import.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_database_while_a_file_is_read(manager, monkeypatch):
    read, waits = reading.read, []

    def noting(*given):
        waits.append(connection.in_atomic_block)
        return read(*given)

    monkeypatch.setattr(reading, "read", noting)

    actions.upload(
        content=(FOLDER / "enheter.csv").read_bytes(), file_name="enheter.csv", by=manager
    )

    assert waits == [False]


def test_a_dry_run_changes_nothing(manager):
    tried((FOLDER / "enheter.csv").read_bytes(), ListKind.UNITS, manager)

    assert CareUnit.objects.count() == 0


def test_what_would_change_is_told_field_by_field(manager):
    pilot(manager, until=ListKind.UNITS)

    batch = tried(
        csv(
            "Enhetskod;Enhet;Utförare;Regi",
            "ARSTA;Årsta vård;Enskede-Årsta-Vantörs stadsdelsförvaltning;Kommunal",
        ),
        ListKind.UNITS,
        manager,
    )

    assert batch.counts == {"new": 0, "changed": 1, "unchanged": 0}
    assert told(batch) == {2: ["Namn ändras från ”Årsta hemtjänst” till ”Årsta vård”."]}


def test_an_empty_cell_never_wipes_what_is_known(manager):
    pilot(manager, until=ListKind.UNITS)

    brought_in(
        csv(
            "Enhetskod;Enhet;Utförare;Regi;Telefon",
            "ARSTA;Årsta hemtjänst;Enskede-Årsta-Vantörs stadsdelsförvaltning;Kommunal;",
        ),
        ListKind.UNITS,
        manager,
    )

    assert CareUnit.objects.get(code="ARSTA").phone != ""


@pytest.mark.parametrize(
    ("kind", "lines", "expected"),
    [
        pytest.param(
            ListKind.STAFF,
            ["Anställningsnr;Namn;Enhetskod;Anställd från", "M1;Ada;SAKNAS;2026-01-01"],
            (2, "Enhet", "Enheten finns inte bland dem du får läsa in till."),
            id="a unit that is not registered",
        ),
        pytest.param(
            ListKind.ENTRANCES,
            [
                "Fastighetsbeteckning;Ägare;Gatuadress;Postnr;Ort",
                "Ny 1;Ingen Ägare AB;Nygatan 1;12050;Årsta",
            ],
            (2, "Ägare", "Ägaren finns inte i registret."),
            id="an owner that is not registered",
        ),
        pytest.param(
            ListKind.ENTRANCES,
            [
                "Fastighetsbeteckning;Ägare;Gatuadress;Postnr;Ort",
                "Skagern 4;Brf Ymsen;Skagersvägen 12;12038;Årsta",
            ],
            (2, "Ägare", "Fastigheten ägs enligt registret av Årsta Bostäder AB."),
            id="a sale hidden in a list",
        ),
        pytest.param(
            ListKind.ENTRANCES,
            [
                "Fastighetsbeteckning;Ägare;Gatuadress;Postnr;Ort",
                "Ny 1;Brf Ymsen;Nygatan 1;12050;Årsta",
                "Ny 1;Brf Ymsen;Nygatan 1;12050;Årsta",
            ],
            (3, "Gatuadress", "Porten står på en tidigare rad i filen."),
            id="the same entrance twice",
        ),
        pytest.param(
            ListKind.RECIPIENTS,
            [
                PEOPLE,
                (
                    "19121212-1212;Tolvan;Tolvansson;Nygatan 1;1001;12050;Årsta;Nygatan 1;"
                    "ARSTA;2026-01-01"
                ),
            ],
            (2, "Portar", "Porten finns inte i registret."),
            id="a way through an unknown entrance",
        ),
        pytest.param(
            ListKind.RECIPIENTS,
            [
                PEOPLE,
                (
                    "19320414-9813;Birgitta;Malmsten;Ymsenvägen 9;1001;12050;Årsta;"
                    "Ymsenvägen 9;ARSTA;2023-02-02"
                ),
            ],
            (2, "Gatuadress", "Personen bor enligt registret någon annanstans."),
            id="a move hidden in a list",
        ),
        pytest.param(
            ListKind.RECIPIENTS,
            [
                PEOPLE,
                (
                    "19320414-9813;Birgitta;Malmsten;Skagersvägen 12;1101;12038;Årsta;"
                    "Skagersvägen 12;ARSTA;2026-02-02"
                ),
            ],
            (2, "Uppdrag från", "Ett uppdrag i enheten pågår redan, från ett annat datum."),
            id="a second commission in the same unit",
        ),
        pytest.param(
            ListKind.KEYS,
            [
                "Personnummer;Typ;Antal;Enhetskod;Mottagen",
                "19121212-1212;Metallnyckel;1;ARSTA;2026-01-01",
            ],
            (2, "Personnummer", "Personen finns inte bland dem du får ändra."),
            id="a key to nobody",
        ),
    ],
)
def test_what_the_register_says_against_is_a_fault_with_row_and_column(
    manager, kind, lines, expected
):
    pilot(manager, until=ListKind.REPRESENTATIVES)
    before = counted()

    batch = tried(csv(*lines), kind, manager)

    assert faults(batch) == [expected]
    with pytest.raises(RuleBroken, match="Rätta felen"):
        actions.start_bringing_in(batch=batch, by=manager)
    assert counted() == before


def test_a_coordinator_brings_in_to_the_own_unit_only(manager):
    pilot(manager, until=ListKind.ENTRANCES)
    coordinator = make.user("coordinator", CareUnit.objects.get(code="ARSTA"))

    batch = tried(
        csv(
            "Anställningsnr;Namn;Enhetskod;Anställd från",
            "M1;Ada;ARSTA;2026-01-01",
            "M2;Bea;OMTANKE;2026-01-01",
        ),
        ListKind.STAFF,
        coordinator,
    )

    assert faults(batch) == [(3, "Enhet", "Enheten finns inte bland dem du får läsa in till.")]


def test_a_protected_person_is_neither_changed_nor_revealed_by_a_list(manager):
    pilot(manager, until=ListKind.RECIPIENTS)
    alm = Recipient.objects.get(last_name="Alm")

    batch = tried(
        csv(
            "Personnummer;Ställföreträdare;Typ;Från;Underlag",
            f"{alm.personal_number};Mona;God man;2026-01-01;Förordnande",
            "19121212-1212;Mona;God man;2026-01-01;Förordnande",
        ),
        ListKind.REPRESENTATIVES,
        manager,
    )

    same = "Personen finns inte bland dem du får ändra."
    assert faults(batch) == [(2, "Personnummer", same), (3, "Personnummer", same)]
    assert alm.personal_number[-4:] not in batch.faults


def test_a_long_list_leaves_protected_people_alone_too(monkeypatch):
    monkeypatch.setattr(named, "NAMED_AT_MOST", 1)
    unit = make.unit()
    people = [make.recipient(unit, last_name="Ask") for _ in range(3)]
    people.append(make.recipient(unit, last_name="Öst", protection_level="marked"))
    lines = [of(person, first_name="Nytt") for person in people]

    batch = tried(csv(PEOPLE, *lines), ListKind.RECIPIENTS, make.user("coordinator", unit))

    assert batch.counts == {"new": 0, "changed": 3, "unchanged": 1}
    assert set(told(batch)) == {2, 3, 4}


def test_an_import_can_be_undone_and_done_again(manager):
    pilot(manager, until=ListKind.ENTRANCES)
    before = counted()
    batch = brought_in(
        (FOLDER / "medarbetare.csv").read_bytes(), ListKind.STAFF, manager, "medarbetare.csv"
    )

    actions.undo(batch=batch, by=manager)

    assert counted() == before
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by) == (ImportState.UNDONE, manager)
    assert StaffMember.history.filter(history_type="-").count() == 10
    brought_in((FOLDER / "medarbetare.csv").read_bytes(), ListKind.STAFF, manager, "m.csv")


def test_undoing_gives_changed_rows_back_what_they_were(manager):
    pilot(manager, until=ListKind.RECIPIENTS)
    content = (FOLDER / "hemtjansttagare.csv").read_bytes().decode("utf-8-sig")
    batch = brought_in(
        content.replace(";Malmsten;", ";Malmström;").encode(), ListKind.RECIPIENTS, manager
    )
    assert Recipient.objects.filter(last_name="Malmström").count() == 1

    actions.undo(batch=batch, by=manager)

    assert Recipient.objects.filter(last_name="Malmsten").count() == 1


def test_an_import_that_both_made_and_changed_people_can_be_undone():
    unit = make.unit()
    known = make.recipient(unit, first_name="Anna", last_name="Ask")
    lines = [
        of(known, first_name="Quinna"),
        of(known, number=make.personal_number(), apartment_number="1407"),
    ]
    by = make.user("coordinator", unit)
    batch = brought_in(csv(PEOPLE, *lines), ListKind.RECIPIENTS, by)

    actions.undo(batch=batch, by=by)

    assert [person.name for person in Recipient.objects.all()] == ["Anna Ask"]


@pytest.mark.parametrize("how", ["changed", "pointed at"])
def test_what_others_have_built_on_cannot_be_undone(manager, how):
    batch = pilot(manager, until=ListKind.STAFF)
    member = StaffMember.objects.get(name="Fatima Haddad")
    if how == "changed":
        member.phone = "+46701740699"
        save_as(member, manager)
    else:
        make.employment(staff_member=member)
    before = counted()

    with pytest.raises(RuleBroken, match="kan inte ångras"):
        actions.undo(batch=batch, by=manager)

    assert counted() == before


def test_a_register_that_changed_since_the_trial_stops_the_import(manager):
    batch = tried((FOLDER / "enheter.csv").read_bytes(), ListKind.UNITS, manager)
    make.unit(code="ARSTA", provider=make.provider(name="Någon annan"))
    actions.start_bringing_in(batch=batch, by=manager)

    actions.bring_in(batch.pk)

    batch.refresh_from_db()
    assert batch.state == ImportState.FAILED
    assert batch.refusal.startswith("Registret har ändrats sedan listan provades.")
    assert CareUnit.objects.count() == 1


def test_bringing_in_twice_does_it_once(manager):
    batch = pilot(manager, until=ListKind.UNITS)

    actions.bring_in(batch.pk)

    assert CareUnit.objects.count() == 3


def test_work_that_a_dead_worker_left_is_done_by_the_sweep(manager):
    batch = actions.upload(
        content=(FOLDER / "enheter.csv").read_bytes(),
        file_name="enheter.csv",
        kind=ListKind.UNITS,
        by=manager,
    )
    actions.start_trial(batch=batch, mapping=batch.mapping, by=manager)

    actions.resume()

    batch.refresh_from_db()
    assert batch.state == ImportState.TRIED


def test_the_file_is_encrypted_while_kept_and_gone_when_brought_in(manager):
    pilot(manager, until=ListKind.ENTRANCES)
    content = (FOLDER / "hemtjansttagare.csv").read_bytes()
    batch = tried(content, ListKind.RECIPIENTS, manager)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content, faults, sentences FROM exchange_import WHERE id = %s", [batch.pk]
        )
        stored = b"".join(
            bytes(part) if not isinstance(part, str) else part.encode()
            for part in cursor.fetchone()
        )
    assert b"Malmsten" not in stored

    actions.start_bringing_in(batch=batch, by=manager)
    actions.bring_in(batch.pk)

    batch.refresh_from_db()
    assert (batch.content, batch.faults) == (None, "")
    assert ImportedRow.objects.filter(batch=batch).count() == 24 + 26 + 3 * 25


# --- those close to a person ---------------------------------------------------------------------

CLOSE = "Personnummer;Anhörig;Släktskap;Telefon;Sammanboende"


def contacts_of(person):
    return list(person.contacts.values_list("name", "relation", "lives_with"))


def test_contact_persons_come_in_and_the_same_name_is_the_same_person(manager):
    person = make.recipient()
    first = csv(CLOSE, f"{person.personal_number};Ulla Lund;Dotter;070-174 06 45;nej")

    batch = brought_in(first, "", manager)
    assert (batch.kind, contacts_of(person)) == (
        ListKind.CONTACTS,
        [("Ulla Lund", "Dotter", False)],
    )
    assert brought_in(first, "", manager).counts == {"new": 0, "changed": 0, "unchanged": 1}

    changed = csv(CLOSE, f"{person.personal_number};ULLA LUND;;070-174 06 46;ja")
    batch = tried(changed, "", manager)
    assert told(batch) == {2: ["Bor tillsammans med personen ändras.", "Telefon ändras."]}
    brought_in(changed, "", manager)
    assert contacts_of(person) == [("Ulla Lund", "Dotter", True)]


def test_a_contact_of_somebody_not_registered_is_a_fault(manager):
    batch = tried(csv(CLOSE, f"{make.personal_number()};Ulla Lund;Dotter;;"), "", manager)

    assert faults(batch) == [(2, "Personnummer", "Personen finns inte bland dem du får ändra.")]


def test_how_many_homes_there_are_behind_an_entrance_comes_in(manager):
    owner = make.owner(name="Brf Tallen", organisation_number="5560360793")
    lines = csv(
        "Fastighetsbeteckning;Ägarens org.nr;Ägare;Gatuadress;Postnr;Ort;Antal lägenheter",
        f"Tallen 1;556036-0793;{owner.name};Tallvägen 1;12057;Årsta;2",
    )

    brought_in(lines, ListKind.ENTRANCES, manager)

    assert Entrance.objects.get().homes == 2
    wrong = lines.replace(b";2", "\u003bmånga".encode())
    assert faults(tried(wrong, ListKind.ENTRANCES, manager))[0][:2] == (2, "Antal lägenheter")
