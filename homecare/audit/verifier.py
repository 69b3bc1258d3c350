#!/usr/bin/env python3
"""Verify the trail without the application. Needs this file and Python 3.11, nothing else.

    python verifier.py trail.jsonl        a file that `manage.py export_trail` wrote
    python verifier.py homecare.sqlite3   an SQLite database, opened for reading only
    python verifier.py FILE --head HEX    compare with a head that was kept elsewhere

Exit status: 0 intact, 1 not intact, 2 cannot be read. `manage.py verify_trail` calls the same
`verify`. What a digest is made of stands at the top of `models.py`.
"""

import argparse
import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Read = Callable[[str], Iterable[tuple[Any, ...]]]  # answers an SQL question


def _(text: str) -> str:
    return text  # marks what the application translates


FAULTS = {
    "changed": _("Post %(ref)s (id %(id)s) är ändrad: %(columns)s."),
    "rewritten": _("Post %(ref)s (id %(id)s) är ändrad: innehållet har inte sin kontrollsumma."),
    "replaced": _("Post %(ref)s (id %(id)s) är utbytt efter förseglingen."),
    "personal": _("Post %(ref)s (id %(id)s) är ändrad: personuppgifterna."),
    "erased": _("Post %(ref)s (id %(id)s): personuppgifterna är borttagna utan gallring."),
    "added": _("Post %(ref)s (id %(id)s) är tillagd: varken förseglad eller på väg att bli det."),
    "late": _("Post %(ref)s (id %(id)s) är tillagd i efterhand: daterad %(at)s, efter %(then)s."),
    "missing": _("Post med id %(id)s saknas, plats %(place)s i försegling %(seal)s."),
    "missing_unsealed": _("Post med id %(id)s saknas: borttagen innan den förseglades."),
    "leaf_missing": _("Blad saknas: plats %(place)s i försegling %(seal)s."),
    "leaf_added": _("Försegling %(seal)s har fler blad än den förseglade."),
    "tree": _("Bladen i försegling %(seal)s är ändrade eller omkastade: de ger inte dess rot."),
    "seal_changed": _("Försegling %(seal)s är ändrad: %(columns)s."),
    "seal_rewritten": _("Försegling %(seal)s är ändrad: innehållet har inte sin kontrollsumma."),
    "seal_missing": _("Försegling %(seal)s saknas."),
    "seal_missing_leaves": _("Försegling %(seal)s saknas, men dess blad finns kvar."),
    "chain": _("Kedjan är bruten: försegling %(seal)s bygger inte på den före."),
    "head": _("Huvudet %(head)s finns inte i kedjan: slutet är avklippt eller kedjan omskriven."),
}
SEALED = (
    "ref at kind verb actor role on_behalf_of unit_ref object_type object_ref person_ref request_id"
).split()
COLUMNS = {
    "audit_trailentry": ["id", *SEALED, "canonical", "digest", "personal", "salt"],
    "audit_leaf": ["entry", "seal", "position", "digest"],
    "audit_seal": ["number", "previous", "root", "size", "remaining", "at", "canonical", "digest"],
    "audit_waiting": ["entry"],
}
RETENTION = "trail.retention"  # the verb of the entry in which a retention run says what it took
# How long a transaction may run, or two clocks differ, before an entry counts as added afterwards.
LATE = timedelta(hours=1)

_ENTRY = ", ".join(f"e.{name}" for name in COLUMNS["audit_trailentry"])
# ruff: noqa: S608 - the questions are made of the names above
_SEALS = f"SELECT {', '.join(COLUMNS['audit_seal'])} FROM audit_seal ORDER BY number"
_LEAVES = f"""SELECT s.number, l.entry, l.position, l.digest, {_ENTRY} FROM audit_seal s
    LEFT JOIN audit_leaf l ON l.seal = s.number LEFT JOIN audit_trailentry e ON e.id = l.entry
    ORDER BY s.number, l.position"""
_UNSEALED = f"""SELECT w.entry, {_ENTRY} FROM audit_trailentry e
    LEFT JOIN audit_waiting w ON w.entry = e.id LEFT JOIN audit_leaf l ON l.entry = e.id
    WHERE l.entry IS NULL ORDER BY e.id"""
_GONE = """SELECT w.entry FROM audit_waiting w LEFT JOIN audit_trailentry e ON e.id = w.entry
    WHERE e.id IS NULL ORDER BY w.entry"""
_ORPHANS = """SELECT DISTINCT l.seal FROM audit_leaf l LEFT JOIN audit_seal s ON s.number = l.seal
    WHERE s.number IS NULL ORDER BY l.seal"""
_RUNS = f"SELECT canonical, digest FROM audit_trailentry WHERE verb = '{RETENTION}'"


@dataclass
class Report:
    """What was found. A fault is a key of FAULTS and its values."""

    faults: list[tuple[str, Row]] = field(default_factory=list)
    entries: int = 0
    seals: int = 0
    number: int = 0  # of the last seal
    head: str = "0" * 64
    at: str = "–"
    kept: int | None = None  # the seal whose digest is the head that was kept elsewhere
    unsealed: int = 0
    since: str = "–"
    erased: int = 0
    removed: int = 0
    runs: int = 0


class Verifier:
    """One walk through the trail, seal by seal."""

    def __init__(self, read: Read) -> None:
        self.read, self.report = read, Report()
        self.complete_at: datetime | None = None  # when a seal last left nothing waiting
        self.taken: dict[str, dict[int, list[range]]] = {"erased": {}, "removed": {}}

    def fault(self, key: str, **values: Any) -> None:
        self.report.faults.append((key, values))

    def walk(self, head: str) -> Report:
        self.learn_what_retention_took()
        leaves = groupby(self.read(_LEAVES), key=itemgetter(0))
        for row, (_number, rows) in zip(self.read(_SEALS), leaves, strict=True):
            seal = dict(zip(COLUMNS["audit_seal"], row, strict=True))
            is_itself = self.check_seal(seal)
            digests = [self.check_leaf(row) for row in rows if row[1] is not None]
            if is_itself:
                self.check_tree(seal, digests)
            if seal["digest"] == head:
                self.report.kept = seal["number"]
            if not seal["remaining"]:
                self.complete_at = _moment(seal["at"])
            self.report.seals += 1
            self.report.number, self.report.head = seal["number"], seal["digest"]
            self.report.at = _moment(seal["at"]).isoformat(" ", "seconds")
        for (number,) in self.read(_ORPHANS):
            self.fault("seal_missing_leaves", seal=number)
        self.check_unsealed()
        if head and self.report.kept is None:
            self.fault("head", head=head)
        return self.report

    def learn_what_retention_took(self) -> None:
        for canonical, digest in self.read(_RUNS):
            content = _content(canonical)
            if _hash(canonical) != digest or content.get("verb") != RETENTION:
                continue
            self.report.runs += 1
            for what, seals in self.taken.items():
                for number, places in content["facts"].get(what, {}).items():
                    seals.setdefault(int(number), []).extend(_ranges(places))

    def was_taken(self, what: str, number: int, place: int) -> bool:
        return any(place in places for places in self.taken[what].get(number, ()))

    def check_seal(self, seal: Row) -> bool:
        number, expected = seal["number"], self.report.number + 1
        faults_before = len(self.report.faults)
        if _hash(seal["canonical"]) != seal["digest"]:
            self.fault("seal_rewritten", seal=number)
        if changed := _changed(seal, COLUMNS["audit_seal"][:6], _content(seal["canonical"])):
            self.fault("seal_changed", seal=number, columns=changed)
        is_itself = len(self.report.faults) == faults_before
        if number == expected and seal["previous"] != self.report.head:
            self.fault("chain", seal=number)
        elif number != expected:
            gap = f"{expected}–{number - 1}" if number - 1 > expected else expected
            self.fault("seal_missing", seal=gap)
        return is_itself

    def check_leaf(self, row: tuple[Any, ...]) -> tuple[int, str]:
        number, entry_id, place, digest, *columns = row
        entry = dict(zip(COLUMNS["audit_trailentry"], columns, strict=True))
        if entry["id"] is not None:
            self.check_entry(entry, digest, self.was_taken("erased", number, place))
        elif self.was_taken("removed", number, place):
            self.report.removed += 1
        else:
            self.fault("missing", id=entry_id, place=place, seal=number)
        return place, digest

    def check_tree(self, seal: Row, leaves: list[tuple[int, str]]) -> None:
        number, size, digests = seal["number"], seal["size"], dict(leaves)
        missing = [place for place in range(size) if place not in digests]
        for place in missing:
            self.fault("leaf_missing", place=place, seal=number)
        if len(leaves) > size - len(missing):
            self.fault("leaf_added", seal=number)
        elif not missing and _root(list(digests.values())) != seal["root"]:
            self.fault("tree", seal=number)

    def check_entry(self, entry: Row, sealed: str | None, may_be_erased: bool) -> None:
        self.report.entries += 1
        content, named = _content(entry["canonical"]), {"ref": entry["ref"], "id": entry["id"]}
        if _hash(entry["canonical"]) != entry["digest"]:
            self.fault("rewritten", **named)
        elif sealed is not None and entry["digest"] != sealed:
            self.fault("replaced", **named)
        if changed := _changed(entry, SEALED, content):
            self.fault("changed", columns=changed, **named)
        if entry["personal"] or entry["salt"]:
            if _hash(entry["salt"] + entry["personal"]) != content.get("personal_hash"):
                self.fault("personal", **named)
        elif may_be_erased:
            self.report.erased += 1
        else:
            self.fault("erased", **named)
        if self.complete_at and _moment(entry["at"]) < self.complete_at - LATE:
            then = self.complete_at.isoformat(" ", "seconds")
            self.fault("late", at=entry["at"], then=then, **named)

    def check_unsealed(self) -> None:
        since = None
        for waits, *columns in self.read(_UNSEALED):
            entry = dict(zip(COLUMNS["audit_trailentry"], columns, strict=True))
            self.check_entry(entry, None, may_be_erased=False)
            if waits is None:
                self.fault("added", ref=entry["ref"], id=entry["id"])
                continue
            self.report.unsealed += 1
            at = _moment(entry["at"])
            since = min(since or at, at)
        if since:
            self.report.since = since.isoformat(" ", "seconds")
        for (gone,) in self.read(_GONE):
            self.fault("missing_unsealed", id=gone)


def verify(read: Read, *, head: str = "") -> Report:
    """Verify all that `read` reads, which must be of one moment."""
    return Verifier(read).walk(head.strip().lower())


def told(report: Report) -> Iterator[tuple[str, Row]]:
    """The report in words, line by line: a text and its values."""
    for key, values in report.faults:
        yield FAULTS[key], values
    counted = {"entries": report.entries, "seals": report.seals, "faults": len(report.faults)}
    if report.faults:
        yield _("SPÅRET ÄR INTE HELT. %(faults)s fel bland %(entries)s poster."), counted
    else:
        yield _("Spåret är helt: %(entries)s poster, %(seals)s förseglingar."), counted
    yield _("Huvud: försegling %(number)s, %(at)s, %(head)s"), vars(report)
    if report.runs:
        taken = _("Gallrat i %(runs)s gallringar: %(removed)s poster, personuppgifter i %(erased)s.")
        yield taken, vars(report)
    yield (
        _("Visas inte: ändringar i de %(unsealed)s poster som ännu inte förseglats, sedan %(since)s."),
        vars(report),
    )
    if report.kept is not None:
        yield _("Huvudet du angav är försegling %(kept)s: dit är kedjan densamma."), vars(report)
    else:
        yield (
            _("Visas inte: om kedjans slut är avklippt eller allt omskrivet. Ange ett bevarat --head."),
            {},
        )


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _content(canonical: str) -> Row:
    try:
        content = json.loads(canonical)
    except ValueError:
        return {}
    return content if isinstance(content, dict) and content.get("v") == 1 else {}


def _changed(row: Row, names: list[str], content: Row) -> str:
    return ", ".join(name for name in names if _plain(name, row[name]) != content.get(name))


def _plain(name: str, value: Any) -> Any:
    if name == "at":
        return _moment(value).isoformat(timespec="microseconds")
    if name == "ref":
        digits = str(value).replace("-", "")
        return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
    return value


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _ranges(places: str) -> Iterator[range]:
    for part in places.split(","):
        first, _dash, last = part.partition("-")
        yield range(int(first), int(last or first) + 1)


def _root(digests: list[str]) -> str:
    """RFC 6962 by its definition: split at the largest power of two below the number of leaves."""

    def tree(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return sha256(b"\x00" + leaves[0]).digest()
        half = 1 << ((len(leaves) - 1).bit_length() - 1)
        return sha256(b"\x01" + tree(leaves[:half]) + tree(leaves[half:])).digest()

    try:
        return tree([bytes.fromhex(digest) for digest in digests]).hex()
    except ValueError:
        return ""  # a leaf that is no digest at all


def open_file(path: Path) -> sqlite3.Connection:
    """An SQLite database as it is, or an export read into a temporary one."""
    with path.open("rb") as file:
        is_database = file.read(16) == b"SQLite format 3\x00"
    if is_database:
        return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    database = sqlite3.connect("")
    for table, columns in COLUMNS.items():
        database.execute(f"CREATE TABLE {table} ({', '.join(columns)}, PRIMARY KEY ({columns[0]}))")
    database.execute("CREATE INDEX leaf_place ON audit_leaf (seal, position)")
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            ((table, row),) = json.loads(line).items()
            values = [row[name] for name in COLUMNS[table]]
            places = ", ".join("?" * len(values))
            database.execute(f"INSERT INTO {table} VALUES ({places})", values)
    return database


def main() -> int:
    parser = argparse.ArgumentParser(description="Kontrollerar att spåret är helt.")
    parser.add_argument("file", type=Path, help="export (.jsonl) eller SQLite-databas")
    parser.add_argument("--head", default="", help="huvud som förvarats någon annanstans")
    chosen = parser.parse_args()
    try:
        database = open_file(chosen.file)
        database.execute("BEGIN" if not database.in_transaction else "SELECT 1")
        report = verify(database.execute, head=chosen.head)
    except (OSError, sqlite3.Error, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"Filen kan inte läsas: {error}", file=sys.stderr)  # noqa: T201
        return 2
    for text, values in told(report):
        print(text % values)  # noqa: T201
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
