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

ENTRIES, WAITING, PERMIT = "audit_trailentry", "audit_waiting", "audit_permit"
# What is kept, and what no two rows of it share.
KEPT = {
    ENTRIES: "id = NEW.id OR ref = NEW.ref",
    "audit_leaf": "entry = NEW.entry OR (seal = NEW.seal AND position = NEW.position)",
    "audit_seal": "number = NEW.number OR previous = NEW.previous",
}
MAY_BE_EMPTIED = {"personal", "salt"}
NAMES = ["add", "change", "columns", "remove", "truncate", "replace"]

_POSTGRESQL_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION audit_wait_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO {WAITING} (entry) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The trail is append-only: % of % refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION audit_refuse_without_permit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM {PERMIT}) THEN
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
        f"CREATE TRIGGER {ENTRIES}_add AFTER INSERT ON {ENTRIES} "
        "FOR EACH ROW EXECUTE FUNCTION audit_wait_for_seal()",
        f"CREATE TRIGGER {ENTRIES}_columns BEFORE UPDATE OF {columns} ON {ENTRIES} "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    ]
    for table in KEPT:
        refuse = "audit_refuse_without_permit" if table == ENTRIES else "audit_refuse"
        made += [
            f"CREATE TRIGGER {table}_change BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {refuse}()",
            f"CREATE TRIGGER {table}_remove BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {refuse}()",
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
        ]
    return made


def _for_sqlite(columns: str) -> list[str]:
    made = [
        f"CREATE TRIGGER {ENTRIES}_add AFTER INSERT ON {ENTRIES} "
        f"BEGIN INSERT INTO {WAITING} (entry) VALUES (NEW.id); END",
        f"CREATE TRIGGER {ENTRIES}_columns BEFORE UPDATE OF {columns} ON {ENTRIES} "
        f"BEGIN {_refuse('UPDATE', ENTRIES)}; END",
    ]
    no_permit = f"NOT EXISTS (SELECT 1 FROM {PERMIT})"
    for table, same in KEPT.items():
        when_changed = when_removed = ""
        if table == ENTRIES:
            when_changed = f"WHEN {no_permit} OR NEW.personal <> '' OR NEW.salt <> '' "
            when_removed = f"WHEN {no_permit} "
        made += [
            f"CREATE TRIGGER {table}_change BEFORE UPDATE ON {table} {when_changed}"
            f"BEGIN {_refuse('UPDATE', table)}; END",
            f"CREATE TRIGGER {table}_remove BEFORE DELETE ON {table} {when_removed}"
            f"BEGIN {_refuse('DELETE', table)}; END",
            # INSERT OR REPLACE removes a row without asking the DELETE trigger.
            f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN {_refuse('REPLACE', table)}; END",
        ]
    return made


def _refuse(what: str, table: str) -> str:
    return f"SELECT RAISE(ABORT, 'The trail is append-only: {what} of {table} refused.')"


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
