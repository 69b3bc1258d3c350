"""Reading the trail as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Min

from homecare.audit.models import GENESIS, Seal, TrailEntry, Waiting
from homecare.audit.verifier import COLUMNS


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain. Kept elsewhere, it proves all that lies before it."""

    number: int
    digest: str
    at: datetime | None
    unsealed: int
    unsealed_since: datetime | None


def head() -> Head:
    """The last seal, and what no seal has taken yet."""
    last = Seal.objects.order_by("-number").only("number", "digest", "at").first()
    waiting = Waiting.objects.values("entry")
    oldest = TrailEntry.objects.filter(pk__in=waiting).aggregate(at=Min("at"))["at"]
    return Head(
        number=last.number if last else 0,
        digest=last.digest if last else GENESIS,
        at=last.at if last else None,
        unsealed=Waiting.objects.count(),
        unsealed_since=oldest,
    )


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is of one moment, and nobody who writes has to wait for it."""
    if connection.in_atomic_block:
        yield
        return
    # Not atomic(): on SQLite that would be a transaction for writing.
    kind = "ISOLATION LEVEL REPEATABLE READ, READ ONLY" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"BEGIN {kind}")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def read(question: str) -> Iterator[tuple[Any, ...]]:
    """The rows of an SQL question, a few thousand at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(question)
        while rows := cursor.fetchmany(2000):
            yield from rows


def everything() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of the trail as it is stored: the name of its table and its columns."""
    for table, columns in COLUMNS.items():
        names = ", ".join(columns)
        for row in read(f"SELECT {names} FROM {table} ORDER BY {columns[0]}"):  # noqa: S608
            yield table, dict(zip(columns, row, strict=True))
