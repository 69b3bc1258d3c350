"""Sealing the trail, and erasing the personal details in it."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from homecare.audit import merkle, triggers
from homecare.audit.models import (
    GENESIS,
    Leaf,
    Permit,
    Seal,
    TrailEntry,
    Waiting,
    canonical,
    digest_of,
    utc,
)
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken

SEAL_SIZE = 10_000
ERASED = "trail.details_erased"
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


@transaction.atomic
def erase_details(*, before: datetime, by: Any, reason: str) -> int:
    """Erase names, addresses and reasons in all entries older than `before`; gives how many.

    The entries stay, and prove who (by reference) did what. That it was done is an entry too,
    saved together with it: the verifier accepts no erased details that no such entry covers.
    Refuses a moment that is not past, an empty reason, and while older entries wait for a seal.
    """
    if before > clock.now():
        raise RuleBroken(_("Bara uppgifter från en tid som har gått kan gallras."))
    if not reason.strip():
        raise RuleBroken(_("Ange varför uppgifterna gallras, till exempel beslutets nummer."))
    old = TrailEntry.objects.filter(at__lt=before).exclude(personal="")
    if old.filter(pk__in=Waiting.objects.values("entry")).exists():
        raise RuleBroken(_("Det finns rader som inte är förseglade än. Försök igen om en minut."))
    permit = Permit.objects.create()
    count = old.update(personal="", salt="")
    permit.delete()
    record(by, ERASED, reason=reason, before=utc(before), count=count)
    return count
