"""Whatever is changed behind the application's back is named, by a program of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from homecare.audit import actions, triggers, verifier
from homecare.audit.models import Leaf, Seal, TrailEntry
from homecare.audit.queries import exported, head
from homecare.audit.trail import record
from tests import make

pytestmark = pytest.mark.django_db

LATER = "Obs: utan --head syns det inte om de sista sigillen har tagits bort."


@pytest.fixture
def trail():
    """Two seals of three entries each; what the making of the objects wrote is sealed first."""
    by, unit = make.user(), make.unit()
    actions.seal_trail()
    for number in range(6):
        record(by, "key.handed_out", unit, unit=unit, number=number, personal={"till": "Ada"})
        if number in {2, 5}:
            actions.seal_trail()
    return list(TrailEntry.objects.order_by("-pk")[:6][::-1])


@pytest.fixture
def behind():
    """Do something to the tables as somebody with the database's own password could."""

    def run(sql, *values):
        triggers.remove(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        triggers.install(connection)

    return run


def told():
    return [one for one in verifier.faults(exported()) if not one.startswith("Obs:")]


def test_an_untouched_trail_is_whole(trail):
    assert list(verifier.faults(exported())) == [LATER]
    assert list(verifier.faults(exported(), head().hash)) == []


@pytest.mark.parametrize("column", ["verb", "actor", "person_ref", "object_ref", "role", "kind"])
def test_a_changed_column_is_named(trail, behind, column):
    behind(f"UPDATE audit_trailentry SET {column} = 'x' WHERE id = %s", trail[1].pk)

    assert [f"Rad {trail[1].pk} " in one and column in one for one in told()] == [True]


def test_an_entry_moved_in_time_is_named(trail, behind):
    behind("UPDATE audit_trailentry SET at = '2020-01-01' WHERE id = %s", trail[1].pk)

    assert told()[0].endswith("kolumnen at är ändrad.")


def test_an_entry_written_anew_with_a_digest_that_fits_is_named(trail, behind):
    entry = trail[4]
    text = entry.canonical.replace('"number":4', '"number":9')
    behind(
        "UPDATE audit_trailentry SET canonical = %s, digest = %s WHERE id = %s",
        text,
        verifier.digest_of(text),
        entry.pk,
    )

    assert [one.split(":")[0].split(" (")[0] for one in told()] == [f"Rad {entry.pk}"]
    assert "är en annan än den som förseglades" in told()[0]


def test_an_entry_and_its_leaf_written_anew_break_the_seal(trail, behind):
    entry = trail[4]
    text = entry.canonical.replace('"number":4', '"number":9')
    digest = verifier.digest_of(text)
    behind(
        "UPDATE audit_trailentry SET canonical = %s, digest = %s WHERE id = %s",
        text,
        digest,
        entry.pk,
    )
    behind("UPDATE audit_leaf SET digest = %s WHERE entry = %s", digest, entry.pk)

    number = Leaf.objects.get(entry=entry.pk).seal
    assert told() == [f"Sigill {number}: raderna det förseglade är inte de som finns nu."]


def test_a_removed_entry_is_named_with_its_seal(trail, behind):
    number = Leaf.objects.get(entry=trail[0].pk).seal
    behind("DELETE FROM audit_trailentry WHERE id = %s", trail[0].pk)

    assert told() == [f"Rad {trail[0].pk}: saknas, men är förseglad i sigill {number}."]


def test_a_removed_leaf_is_named_by_its_seal_and_its_entry(trail, behind):
    number = Leaf.objects.get(entry=trail[0].pk).seal
    behind("DELETE FROM audit_leaf WHERE entry = %s", trail[0].pk)

    assert f"Sigill {number}: raderna det förseglade är inte de som finns nu." in told()


def test_an_entry_added_to_the_past_is_named(trail, behind):
    entry = trail[0]
    behind(
        "INSERT INTO audit_trailentry (ref, at, kind, verb, actor, role, on_behalf_of, unit_ref, "
        "object_type, object_ref, person_ref, request_id, canonical, digest, personal, salt) "
        "SELECT %s, at, kind, verb, actor, role, on_behalf_of, unit_ref, object_type, "
        "object_ref, person_ref, request_id, canonical, digest, personal, salt "
        "FROM audit_trailentry WHERE id = %s",
        "0" * 32,
        entry.pk,
    )

    added = TrailEntry.objects.latest("pk").pk
    assert all(one.startswith(f"Rad {added} ") for one in told())
    assert "är tillagd vid sidan av programmet" in told()[-1]


def test_an_entry_removed_before_it_was_sealed_is_named(trail, behind):
    unsealed = record(make.user(), "key.returned", trail[0])

    behind("DELETE FROM audit_trailentry WHERE id = %s", unsealed.pk)

    assert told() == [f"Rad {unsealed.pk}: saknas, och togs bort innan den förseglades."]


def test_changed_personal_details_are_named(trail, behind):
    behind("UPDATE audit_trailentry SET personal = '{}' WHERE id = %s", trail[0].pk)

    assert [one.rpartition(": ")[2] for one in told()] == ["personuppgifterna är ändrade."]


def test_personal_details_erased_behind_the_application_are_named(trail, behind):
    behind("UPDATE audit_trailentry SET personal = '', salt = '' WHERE id = %s", trail[1].pk)

    assert [one.rpartition(": ")[2] for one in told()] == [
        "personuppgifterna är borta, men ingen gallring omfattar raden."
    ]


def test_after_a_retention_run_the_rest_is_still_proved(trail, behind, at):
    now = at(2099, 1, 31, 12)
    count = actions.erase_details(before=now, by=make.user(), reason="Beslut 12/2030")

    assert count == TrailEntry.objects.filter(personal="").count() >= len(trail)
    assert TrailEntry.objects.get(pk=trail[0].pk).actor_name == ""
    assert told() == []
    assert any("har gallrade personuppgifter" in one for one in verifier.faults(exported()))

    late = record(make.user(), "key.returned", trail[0])
    actions.seal_trail()
    behind("UPDATE audit_trailentry SET personal = '', salt = '' WHERE id = %s", late.pk)
    assert [one.partition(" (")[0] for one in told()] == [f"Rad {late.pk}"]


def test_a_changed_a_missing_and_a_cut_seal_are_named(trail, behind):
    last, kept = Seal.objects.latest("number"), head().hash
    behind("UPDATE audit_seal SET size = 7 WHERE number = %s", last.number)
    assert told()[0] == f"Sigill {last.number}: är ändrat."

    behind("DELETE FROM audit_seal WHERE number = %s", last.number)
    assert told() == [f"Sigill {last.number}: saknas."]

    behind("DELETE FROM audit_leaf WHERE seal = %s", last.number)
    cut = [one for one in verifier.faults(exported(), kept) if "--head" in one]
    assert cut == [
        "Sigillet som uppgavs med --head finns inte: slutet av loggen har bytts eller tagits bort."
    ]


def test_what_is_not_sealed_yet_is_said_and_is_no_fault(trail):
    record(make.user(), "key.returned", trail[0])

    assert told() == []
    assert any("inte förseglade än" in one for one in verifier.faults(exported()))


def test_the_program_runs_on_an_exported_file_with_python_alone(trail, behind, tmp_path):
    file = tmp_path / "trail.jsonl"

    def verify():
        call_command("export_trail", str(file))
        return subprocess.run(
            [sys.executable, "-I", "-S", str(Path(verifier.__file__)), str(file)],
            capture_output=True,
            text=True,
            check=False,
            env={"PYTHONIOENCODING": "utf-8"},
        )

    whole = verify()
    assert (whole.returncode, whole.stdout.splitlines()[-1][:4]) == (0, "HEL:")

    behind("DELETE FROM audit_trailentry WHERE id = %s", trail[2].pk)
    broken = verify()
    assert broken.returncode == 1
    assert f"Rad {trail[2].pk}: saknas" in broken.stdout

    file.write_text(json.dumps({"t": "entry"}), encoding="utf-8")
    assert verifier.main([str(file)]) == 2


def test_the_command_says_the_same_as_the_program(trail, behind, capsys):
    call_command("verify_trail")
    assert "HEL:" in capsys.readouterr().out

    behind("UPDATE audit_trailentry SET verb = 'x' WHERE id = %s", trail[0].pk)
    with pytest.raises(CommandError, match="INTE HEL"):
        call_command("verify_trail")
