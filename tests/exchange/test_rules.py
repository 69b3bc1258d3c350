"""What no action allows, no list does either."""

from datetime import timedelta

import pytest

from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.exchange import actions
from homecare.exchange.models import Import
from homecare.exchange.states import ImportState, ListKind
from homecare.recipients.actions import record_death
from locks.models import Key
from tests import make
from tests.exchange.lists import PEOPLE, brought_in, csv, faults, of, tried

pytestmark = pytest.mark.django_db

KEYS = "Personnummer;Typ;Antal;Enhetskod;Mottagen"
STAFF = "Anställningsnr;Namn;E-post;Enhetskod;Anställd från"
OVER = (2, "Personnummer", "Personens uppgifter kan inte längre ändras.")
NOT_YOURS = "Numret används redan av någon du inte får ändra."


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def coordinator(unit):
    return make.user("coordinator", unit)


def days_from_now(days):
    return clock.today() + timedelta(days=days)


# --- the dead ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "system manager"])
@pytest.mark.parametrize("kind", ["recipients", "representatives", "contacts", "keys"])
def test_nothing_of_the_dead_is_changed(unit, coordinator, kind, who):
    person = make.recipient(unit, first_name="Anna", last_name="Ask")
    number = person.personal_number
    lines = {
        "recipients": (PEOPLE, of(person, last_name="Nytt", starts_on=clock.today())),
        "representatives": (
            "Personnummer;Ställföreträdare;Typ;Från;Underlag",
            f"{number};Mona;God man;2026-01-01;Förordnande",
        ),
        "contacts": ("Personnummer;Anhörig", f"{number};Ulla Lund"),
        "keys": (KEYS, f"{number};Metallnyckel;1;{unit.code};2026-01-01"),
    }[kind]
    record_death(recipient=person, on=days_from_now(-3), by=coordinator)
    by = coordinator if who == "coordinator" else make.user("system_manager")

    assert faults(tried(csv(*lines), kind, by)) == [OVER]


# --- keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "fault"),
    [
        pytest.param(-30, None, [], id="runs"),
        pytest.param(
            -30,
            -1,
            [(2, "Enhet", "Enheten har inget pågående uppdrag för personen.")],
            id="ended yesterday",
        ),
        pytest.param(
            1,
            None,
            [(2, "Enhet", "Enheten har inget pågående uppdrag för personen.")],
            id="begins tomorrow",
        ),
    ],
)
def test_a_key_needs_a_commission_that_runs(unit, coordinator, starts, ends, fault):
    person = make.recipient(
        unit,
        starts_on=days_from_now(starts),
        ends_on=None if ends is None else days_from_now(ends),
    )

    batch = tried(
        csv(KEYS, f"{person.personal_number};Metallnyckel;1;{unit.code};{clock.today()}"),
        ListKind.KEYS,
        coordinator,
    )

    assert faults(batch) == fault


def test_keys_that_are_registered_already_need_none(unit, coordinator):
    person = make.recipient(unit, starts_on=days_from_now(-30), ends_on=days_from_now(-1))
    key = make.key(unit, person)
    line = f"{person.personal_number};Metallnyckel;1;{unit.code};{key.received_on}"

    batch = brought_in(csv(KEYS, line), ListKind.KEYS, coordinator)

    assert (batch.counts["unchanged"], Key.objects.count()) == (1, 1)


# --- protection ----------------------------------------------------------------------------------

PROTECTED = f"{PEOPLE};Skyddade personuppgifter"


def test_an_import_that_protected_somebody_is_not_undone(unit, coordinator):
    person = make.recipient(unit, first_name="Anna", last_name="Ask")
    batch = brought_in(
        csv(PROTECTED, of(person) + ";Sekretessmarkering"), ListKind.RECIPIENTS, coordinator
    )
    person.refresh_from_db()
    assert person.protection_level == "marked"

    with pytest.raises(RuleBroken, match="den gav någon skydd för sina personuppgifter"):
        actions.undo(batch=batch, by=coordinator)

    person.refresh_from_db()
    assert person.protection_level == "marked"
    assert Import.objects.get().state == ImportState.DONE


@pytest.mark.parametrize("level", ["Nej", "Sekretessmarkering"])
def test_a_list_lowers_no_protection_by_any_step(unit, coordinator, level):
    person = make.recipient(
        unit, last_name="Ask", first_name="Anna", protection_level="protected_registration"
    )
    make.named_grant(person, coordinator)

    batch = tried(csv(PROTECTED, f"{of(person)};{level}"), ListKind.RECIPIENTS, coordinator)

    assert faults(batch) == [(2, "Skyddade personuppgifter", "Skyddet är högre i registret.")]


# --- staff ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("works_elsewhere", "fault"),
    [
        pytest.param(True, [(2, "Anställningsnummer", NOT_YOURS)], id="went on to another unit"),
        pytest.param(False, [], id="worked here last"),
    ],
)
def test_a_unit_changes_no_staff_that_went_on_to_another(unit, coordinator, works_elsewhere, fault):
    member = make.staff_member(unit, ends_on=days_from_now(-400), name="Eva Ek")
    if works_elsewhere:
        make.employment(make.unit(), staff_member=member)

    batch = tried(
        csv(STAFF, f"{member.staff_id};Eva Alm;eva@example.se;{unit.code};{clock.today()}"),
        ListKind.STAFF,
        coordinator,
    )

    assert faults(batch) == fault


# --- units and periods ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["staff", "recipients"])
def test_nothing_begins_in_a_unit_that_is_closed(kind):
    unit, manager = make.unit(closed_on=clock.today()), make.user("system_manager")
    person = make.recipient(make.unit(), first_name="Anna", last_name="Ask")
    lines = {
        "staff": (STAFF, f"M77;Eva Ek;;{unit.code};{clock.today()}"),
        "recipients": (PEOPLE, of(person, unit=unit.code, starts_on=clock.today())),
    }[kind]

    batch = tried(csv(*lines), kind, manager)

    assert faults(batch) == [(2, "Enhet", f"Enheten är avslutad från {clock.today()}.")]


@pytest.mark.parametrize(
    ("starts", "fault"),
    [
        pytest.param(
            10,
            [(2, "Uppdrag från", "Ett uppdrag i enheten pågår redan, från ett annat datum.")],
            id="while it runs",
        ),
        pytest.param(21, [], id="the day after"),
    ],
)
def test_a_commission_begins_when_the_one_before_it_has_ended(unit, coordinator, starts, fault):
    person = make.recipient(unit, first_name="Anna", last_name="Ask", ends_on=days_from_now(20))

    batch = tried(
        csv(PEOPLE, of(person, starts_on=days_from_now(starts))), ListKind.RECIPIENTS, coordinator
    )

    assert faults(batch) == fault
