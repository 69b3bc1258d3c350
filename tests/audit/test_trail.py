"""Writing the trail, keeping it as written, and sealing it."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from homecare.audit import actions, merkle, verifier
from homecare.audit.models import Leaf, Seal, TrailEntry, Waiting
from homecare.audit.queries import head
from homecare.audit.trail import note_many_denied, note_reading, record, record_many
from homecare.core import clock
from homecare.core.errors import RuleBroken
from tests import make

TABLES = ("audit_trailentry", "audit_leaf", "audit_seal")


@pytest.mark.django_db
def test_an_entry_says_who_did_what_with_what_about_whom_and_when(at):
    moment = at(2030, 1, 31, 12)
    unit = make.unit()
    by, person = make.user("coordinator", unit, name="Åsa"), make.recipient(unit)

    record(by, "key.handed_out", unit, person=person, unit=unit, reason="Byte", keys=2)

    entry = TrailEntry.objects.latest("pk")
    assert (entry.verb, entry.kind, entry.at) == ("key.handed_out", "change", moment)
    assert (entry.actor, entry.role, entry.actor_name) == (str(by.ref), "coordinator", "Åsa")
    assert (entry.object_type, entry.object_ref) == ("organisation.careunit", str(unit.ref))
    assert (entry.person_ref, entry.unit_ref) == (str(person.ref), str(unit.ref))
    assert (entry.facts, entry.reason) == ({"keys": 2}, "Byte")


@pytest.mark.django_db
def test_names_and_reasons_are_not_in_the_part_that_can_never_be_erased():
    by = make.user(name="Åsa Berglund")

    record(by, "key.lost", by, reason="Tappad hos Ada", personal={"to": "Bo Ek"})

    entry = TrailEntry.objects.latest("pk")
    for word in ("Berglund", "Ada", "Ek"):
        assert word not in entry.canonical
        assert word in entry.personal


@pytest.mark.django_db
def test_many_entries_are_written_as_each_would_have_been(at):
    at(2030, 1, 31, 12)
    unit = make.unit()
    by, people = make.user("coordinator", unit, name="Åsa"), [make.recipient(unit) for _ in "123"]
    said = {"unit": unit, "reason": "Byte", "kind": "metal"}
    alone = record(by, "recipient.changed", people[0], person=people[0], **said)

    many = record_many(
        by, "recipient.changed", [{"obj": one, "person": one, **said} for one in people]
    )

    written = list(TrailEntry.objects.filter(pk__gt=alone.pk).order_by("pk"))
    assert [entry.pk for entry in many] == [entry.pk for entry in written]
    assert [entry.person_ref for entry in written] == [str(one.ref) for one in people]
    own = {"ref", "personal_hash"}
    first, same = (json.loads(entry.canonical) for entry in (written[0], alone))
    assert {name: first[name] for name in first.keys() - own} == {
        name: same[name] for name in same.keys() - own
    }
    assert (written[0].reason, written[0].actor_name) == ("Byte", "Åsa")
    assert [list(verifier.faults_of_entry(vars(entry))) for entry in written] == [[], [], []]
    assert set(Waiting.objects.values_list("entry", flat=True)) >= {one.pk for one in written}


@pytest.mark.django_db(transaction=True)
def test_many_refusals_are_written_in_a_transaction_of_their_own():
    by, people = make.user(), [make.recipient() for _ in "12"]

    note_many_denied(by, what="recipient.refused", entries=[{"person": one} for one in people])

    entries = TrailEntry.objects.filter(kind="denied").order_by("pk")
    assert [(one.verb, one.actor, one.person_ref) for one in entries] == [
        ("recipient.refused", str(by.ref), str(one.ref)) for one in people
    ]


@pytest.mark.django_db
def test_recording_of_nothing_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert record_many(None, "recipient.changed", []) == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_the_transaction_of_what_it_tells_of():
    by = make.user()

    with pytest.raises(transaction.TransactionManagementError, match=r"key\.lost"):
        record(by, "key.lost", by)
    with pytest.raises(transaction.TransactionManagementError, match=r"key\.lost"):
        record_many(by, "key.lost", [{"obj": by}])


@pytest.mark.django_db
def test_what_is_undone_leaves_no_entry_but_a_reading_does():
    by, person = make.user(), make.recipient()
    before = TrailEntry.objects.count()

    with transaction.atomic():
        record(by, "key.lost", by)
        transaction.set_rollback(True)
    note_reading(by, person, what="recipient.read")

    assert [entry.verb for entry in TrailEntry.objects.order_by("pk")[before:]] == [
        "recipient.read"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("what", ["UPDATE {} SET digest = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_what_is_written(table, what):
    if what.startswith("TRUNCATE") and connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    make.user("auditor")
    actions.seal_trail()

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(what.format(table))


@pytest.mark.django_db
def test_sealing_takes_each_entry_once_and_chains_the_seals():
    by = make.user()
    actions.seal_trail()
    first = head()
    assert (actions.seal_trail(), head()) == ([], first)

    record(by, "key.lost", by)
    record(by, "key.found", by)
    actions.seal_trail(at_most=1)

    seals = list(Seal.objects.order_by("number"))
    assert [seal.previous for seal in seals[1:]] == [seal.digest for seal in seals[:-1]]
    assert Leaf.objects.count() == TrailEntry.objects.count()
    assert (Waiting.objects.count(), head().unsealed) == (0, 0)


@pytest.mark.django_db
def test_an_entry_saved_late_gets_into_the_next_seal():
    by = make.user()
    late = record(by, "key.lost", by)
    other = record(by, "key.found", by)
    with connection.cursor() as cursor:  # as if its transaction had not been saved yet
        cursor.execute("DELETE FROM audit_waiting WHERE entry = %s", [late.pk])
    actions.seal_trail()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_waiting (entry) VALUES (%s)", [late.pk])

    actions.seal_trail()

    seals = dict(Leaf.objects.filter(entry__in=[late.pk, other.pk]).values_list("entry", "seal"))
    assert seals[late.pk] == seals[other.pk] + 1


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_seal_everything_once():
    by = make.user()
    with transaction.atomic():
        for number in range(50):
            record(by, "key.lost", by, number=number)
    start, faults = Barrier(2), []

    def seal():
        start.wait()
        try:
            actions.seal_trail(at_most=10)
        except Exception as error:  # noqa: BLE001 - shown by the test
            faults.append(error)
        finally:
            connection.close()

    threads = [Thread(target=seal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    actions.seal_trail()

    assert faults == []
    assert Leaf.objects.count() == TrailEntry.objects.count()
    seals = Seal.objects.order_by("number")
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70))
def test_the_application_and_the_verifier_build_the_same_tree(leaves):
    assert merkle.root(leaves) == verifier.root_of(leaves)


@pytest.mark.django_db
def test_the_head_is_told_for_reports():
    assert head().number == 0
    make.user("auditor")

    actions.seal_trail()

    assert (head().number, head().hash) == (1, Seal.objects.get().digest)
    assert head().at <= clock.now()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "reason", "words"),
    [
        pytest.param(1, "Beslut 12", "en tid som har gått", id="not past"),
        pytest.param(-1, " ", "Ange varför", id="no reason"),
        pytest.param(0, "Beslut 12", "inte är förseglade än", id="not sealed"),
    ],
)
def test_personal_details_are_not_erased(at, days, reason, words):
    at(2030, 1, 31, 12)
    entry = record(make.user(), "key.handed_out", personal={"till": "Ada"})
    now = at(2030, 1, 31, 13)

    with pytest.raises(RuleBroken, match=words):
        actions.erase_details(before=now + timedelta(days=days), by=None, reason=reason)

    entry.refresh_from_db()
    assert entry.details == {"till": "Ada"}
    assert not TrailEntry.objects.filter(verb="trail.details_erased").exists()


@pytest.mark.django_db
def test_who_erased_personal_details_and_why_is_in_the_trail(at):
    at(2030, 1, 31, 12)
    by = make.user()
    record(by, "key.handed_out", personal={"till": "Ada"})
    actions.seal_trail()
    now = at(2030, 1, 31, 13)

    erased = actions.erase_details(before=now, by=by, reason="Beslut 12")

    entry = TrailEntry.objects.get(verb="trail.details_erased")
    assert (entry.actor, entry.reason, entry.facts["count"]) == (str(by.ref), "Beslut 12", erased)


@pytest.mark.django_db
def test_taking_out_the_whole_trail_is_in_it(tmp_path):
    call_command("export_trail", str(tmp_path / "trail.jsonl"))

    assert TrailEntry.objects.get(verb="trail.exported").kind == "export"
