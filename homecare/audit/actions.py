"""Sealing the trail."""

from django.db import connection, transaction

from homecare.audit import merkle, triggers
from homecare.audit.models import (
    GENESIS,
    Leaf,
    Seal,
    TrailEntry,
    Waiting,
    canonical,
    digest_of,
    utc,
)
from homecare.core import clock

SEAL_SIZE = 10_000
# Any number that no other advisory lock of this database has: "seal" in ASCII.
_LOCK = 0x7365616C


class TrailNotGuarded(Exception):
    """The triggers are gone: what is written now can be changed, and is not put among the waiting.

    A fault for whoever runs the database, hence no text for the user. `manage.py migrate` puts
    them back.
    """


def seal_trail(*, at_most: int = SEAL_SIZE) -> list[Seal]:
    """Seal all entries that wait, `at_most` in each seal. Nothing waiting, no seal.

    Can be run by several at once: one seals, the others find that it is being done.
    """
    if triggers.are_missing(connection):
        raise TrailNotGuarded("The triggers of the trail are not in place: run manage.py migrate.")
    made: list[Seal] = []
    while seal := _seal_next(at_most):
        made.append(seal)
    return made


@transaction.atomic
def _seal_next(at_most: int) -> Seal | None:
    """Seal the oldest that wait: the seal, its leaves and the waiting are saved together."""
    if not _is_alone():
        return None
    ids = list(Waiting.objects.order_by("entry").values_list("entry", flat=True)[:at_most])
    entries = TrailEntry.objects.filter(pk__in=ids).order_by("pk")
    waiting = list(entries.values_list("pk", "digest"))
    if not waiting:
        return None
    seal = _next_seal([digest for _, digest in waiting], remaining=Waiting.objects.count())
    seal.save(force_insert=True)
    Leaf.objects.bulk_create(
        Leaf(entry=pk, seal=seal.number, position=position, digest=digest)
        for position, (pk, digest) in enumerate(waiting)
    )
    sealed = Leaf.objects.filter(seal=seal.number)
    Waiting.objects.filter(entry__in=sealed.values("entry")).delete()
    return seal


def _is_alone() -> bool:
    """Whether nobody else is sealing, until the end of this transaction."""
    if connection.vendor != "postgresql":
        return True  # SQLite has one writer at a time
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return cursor.fetchone()[0]


def _next_seal(digests: list[str], *, remaining: int) -> Seal:
    last = Seal.objects.order_by("-number").first()
    seal = Seal(
        number=last.number + 1 if last else 1,
        previous=last.digest if last else GENESIS,
        root=merkle.root(map(bytes.fromhex, digests)).hex(),
        size=len(digests),
        remaining=max(remaining - len(digests), 0),
        at=clock.now(),
    )
    columns = ["number", "previous", "root", "size", "remaining"]
    content = {name: getattr(seal, name) for name in columns}
    seal.canonical = canonical({**content, "at": utc(seal.at), "v": 1})
    seal.digest = digest_of(seal.canonical)
    return seal
