"""The triggers that keep the trail append-only, for PostgreSQL and SQLite.

An entry, a leaf and a seal can be added and nothing else. Only a transaction that holds the permit
(see `models.Permit`) may remove an entry, or empty its personal part. Each new entry is also put
among those that wait for a seal, so that sealing never searches the whole trail.

`install` runs after every migration: SQLite drops the triggers of a table that is rebuilt.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

ENTRIES = "audit_trailentry"
# What is kept, and what no two rows of it share.
KEPT = {
    ENTRIES: "id = NEW.id OR ref = NEW.ref",
    "audit_leaf": "entry = NEW.entry OR (seal = NEW.seal AND position = NEW.position)",
    "audit_seal": "number = NEW.number OR previous = NEW.previous",
}
MAY_BE_EMPTIED = {"personal", "salt"}
NAMES = ["add", "change", "columns", "remove", "truncate", "replace"]

_POSTGRESQL_FUNCTIONS = """
CREATE OR REPLACE FUNCTION audit_wait_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_waiting (entry) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The trail is append-only: % of % refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION audit_refuse_without_permit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM audit_permit) THEN
    IF TG_OP = 'DELETE' THEN
      RETURN OLD;
    ELSIF NEW.personal = '' AND NEW.salt = '' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'The trail is append-only: % of % refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def install(connection: Any) -> None:
    """Put the triggers in place, anew where they are there already."""
    make = {"postgresql": _for_postgresql, "sqlite": _for_sqlite}[connection.vendor]
    with connection.cursor() as cursor:
        columns = [
            column.name
            for column in connection.introspection.get_table_description(cursor, ENTRIES)
            if column.name not in MAY_BE_EMPTIED
        ]
    # In one step: an entry written in between would never be sealed.
    with transaction.atomic(using=connection.alias):
        remove(connection)
        _run(connection, make(", ".join(columns)))


def remove(connection: Any) -> None:
    """Take the triggers away. For a migration of these tables, and for tests; they come back."""
    on_table = " ON {table}" if connection.vendor == "postgresql" else ""
    _run(
        connection,
        [
            f"DROP TRIGGER IF EXISTS {table}_{name}{on_table.format(table=table)}"
            for table in KEPT
            for name in NAMES
        ],
    )


def are_missing(connection: Any) -> bool:
    """Whether entries are not put among the waiting, or a table is not guarded."""
    catalogue = {
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'D' AND tgname IN",
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN",
    }[connection.vendor]
    wanted = [f"{ENTRIES}_add", *(f"{table}_change" for table in KEPT)]
    with connection.cursor() as cursor:
        cursor.execute(f"{catalogue} ({', '.join(['%s'] * len(wanted))})", wanted)
        return cursor.fetchone()[0] != len(wanted)


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """No triggers inside the block."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)


def _for_postgresql(columns: str) -> list[str]:
    made = [
        _POSTGRESQL_FUNCTIONS,
        _trigger(ENTRIES, "add", "AFTER INSERT", _call("audit_wait_for_seal")),
        _trigger(ENTRIES, "columns", f"BEFORE UPDATE OF {columns}", _call("audit_refuse")),
    ]
    for table in KEPT:
        refuse = _call("audit_refuse_without_permit" if table == ENTRIES else "audit_refuse")
        made += [
            _trigger(table, "change", "BEFORE UPDATE", refuse),
            _trigger(table, "remove", "BEFORE DELETE", refuse),
            _trigger(table, "truncate", "BEFORE TRUNCATE", _call("audit_refuse", each="STATEMENT")),
        ]
    return made


def _call(function: str, *, each: str = "ROW") -> str:
    return f"FOR EACH {each} EXECUTE FUNCTION {function}()"


def _for_sqlite(columns: str) -> list[str]:
    wait = "BEGIN INSERT INTO audit_waiting (entry) VALUES (NEW.id); END"
    made = [
        _trigger(ENTRIES, "add", "AFTER INSERT", wait),
        _trigger(ENTRIES, "columns", f"BEFORE UPDATE OF {columns}", _refuse("UPDATE", ENTRIES)),
    ]
    for table, same in KEPT.items():
        refuse_change, refuse_removal = _refuse("UPDATE", table), _refuse("DELETE", table)
        if table == ENTRIES:
            without = "WHEN NOT EXISTS (SELECT 1 FROM audit_permit)"
            refuse_change = f"{without} OR NEW.personal <> '' OR NEW.salt <> '' {refuse_change}"
            refuse_removal = f"{without} {refuse_removal}"
        # INSERT OR REPLACE removes a row without asking the DELETE trigger.
        taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our own names
        made += [
            _trigger(table, "change", "BEFORE UPDATE", refuse_change),
            _trigger(table, "remove", "BEFORE DELETE", refuse_removal),
            _trigger(table, "replace", "BEFORE INSERT", f"{taken} {_refuse('REPLACE', table)}"),
        ]
    return made


def _refuse(what: str, table: str) -> str:
    said = f"The trail is append-only: {what} of {table} refused."
    return f"BEGIN SELECT RAISE(ABORT, '{said}'); END"


def _trigger(table: str, name: str, when: str, what: str) -> str:
    return f"CREATE TRIGGER {table}_{name} {when} ON {table} {what}"


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
