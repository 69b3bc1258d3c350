"""Verify the trail without the application: Python's standard library is all it needs.

    python verifier.py trail.jsonl [--head DIGEST]       (made by: manage.py export_trail)
    python verifier.py homecare.sqlite3 [--head DIGEST]  (opened for reading only)

Says whether the trail is intact, or names each entry and each seal that is not. `--head` is the
digest of a seal that was kept elsewhere, in a report or a mail: it shows whether seals have been
cut off since. Exit status: 0 intact, 1 not intact, 2 could not be read.
"""

import json
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

COLUMNS = [
    *("ref", "at", "kind", "verb", "actor", "role", "on_behalf_of", "unit_ref"),
    *("object_type", "object_ref", "person_ref", "request_id"),
]
TABLES = {
    "entry": "audit_trailentry",
    "leaf": "audit_leaf",
    "seal": "audit_seal",
    "waiting": "audit_waiting",
}
ERASED = "trail.details_erased"  # the entry of a retention run, with the moment it reached to
Row = dict[str, Any]


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


def faults_of_entry(row: Row) -> Iterator[str]:
    """What is wrong within one entry: its digest, its columns, its personal details."""
    if digest_of(row["canonical"]) != row["digest"]:
        yield "innehållet stämmer inte med dess kontrollsumma"
        return
    written = json.loads(row["canonical"])
    for name in COLUMNS:
        if _plain(name, row[name]) != _plain(name, written[name]):
            yield f"kolumnen {name} är ändrad"
    is_erased = not row["personal"] and not row["salt"]
    if not is_erased and digest_of(row["salt"] + row["personal"]) != written["personal_hash"]:
        yield "personuppgifterna är ändrade"


def _erased_before(entries: Iterable[Row]) -> str:
    """The moment to which the retention runs have erased personal details, "" where none has."""
    runs = [row for row in entries if row["verb"] == ERASED and not any(faults_of_entry(row))]
    reached = [json.loads(row["canonical"])["facts"]["before"] for row in runs]
    return max((_plain("at", moment) for moment in reached), default="")


def _plain(name: str, value: Any) -> str:
    """A column as text that is the same from every database: no dashes, zone or separators."""
    text = str(value)
    if name == "ref":
        return text.replace("-", "").lower()
    if name == "at":
        text = text.replace("T", " ").removesuffix("Z").removesuffix("+00:00")
        return text if "." in text else f"{text}.000000"
    return text


def faults(rows: Iterable[tuple[str, Row]], head: str = "") -> Iterator[str]:
    """Every fault of a trail, one sentence each, and last what cannot be shown (after "Obs:")."""
    entries: dict[int, Row] = {}
    leaves: dict[int, Row] = {}
    seals: list[Row] = []
    waiting: set[int] = set()
    for kind, row in rows:
        if kind == "entry":
            entries[row["id"]] = row
        elif kind == "leaf":
            leaves[row["entry"]] = row
        elif kind == "waiting":
            waiting.add(row["entry"])
        else:
            seals.append(row)

    erased, erased_before = 0, _erased_before(entries.values())
    for pk, row in sorted(entries.items()):
        for fault in faults_of_entry(row):
            yield f"Rad {pk} ({row['verb']}, {row['at']}): {fault}."
        if not row["personal"]:
            erased += 1
            if _plain("at", row["at"]) >= erased_before:
                yield (
                    f"Rad {pk} ({row['verb']}, {row['at']}): personuppgifterna är borta, "
                    "men ingen gallring omfattar raden."
                )
        if pk in leaves and leaves[pk]["digest"] != row["digest"]:
            yield f"Rad {pk} ({row['verb']}, {row['at']}): är en annan än den som förseglades."
    for pk, leaf in sorted(leaves.items()):
        if pk not in entries:
            yield f"Rad {pk}: saknas, men är förseglad i sigill {leaf['seal']}."

    yield from faults_of_seals(seals, leaves, head)
    for pk, row in sorted(entries.items()):
        if pk not in leaves and pk not in waiting:
            yield (
                f"Rad {pk} ({row['verb']}, {row['at']}): är tillagd vid sidan av programmet. "
                "Den är varken förseglad eller väntar på det."
            )
    for pk in sorted(waiting - entries.keys()):
        yield f"Rad {pk}: saknas, och togs bort innan den förseglades."
    if waiting:
        yield f"Obs: {len(waiting)} rader är inte förseglade än, och kan inte styrkas."
    if erased:
        yield f"Obs: {erased} rader har gallrade personuppgifter. Det rubbar inte beviset."
    if not head:
        yield "Obs: utan --head syns det inte om de sista sigillen har tagits bort."


def faults_of_seals(seals: list[Row], leaves: dict[int, Row], head: str) -> Iterator[str]:
    """What is wrong with the seals: each by itself, their order, and what they sealed."""
    under: dict[int, list[Row]] = defaultdict(list)
    for leaf in leaves.values():
        under[leaf["seal"]].append(leaf)
    previous, expected = "0" * 64, 1
    for seal in sorted(seals, key=lambda row: row["number"]):
        number = seal["number"]
        for missing in range(expected, number):
            yield f"Sigill {missing}: saknas."
        written = json.loads(seal["canonical"])
        if digest_of(seal["canonical"]) != seal["digest"] or any(
            _plain(name, seal[name]) != _plain(name, written[name])
            for name in ("number", "previous", "root", "size", "remaining", "at")
        ):
            yield f"Sigill {number}: är ändrat."
        elif number == expected and seal["previous"] != previous:
            yield f"Sigill {number}: hör inte ihop med sigillet före."
        own = sorted(under.pop(number, []), key=lambda leaf: leaf["position"])
        digests = [bytes.fromhex(leaf["digest"]) for leaf in own]
        if len(own) != seal["size"] or root_of(digests).hex() != seal["root"]:
            yield f"Sigill {number}: raderna det förseglade är inte de som finns nu."
        previous, expected = seal["digest"], number + 1
    for number in sorted(under):
        yield f"Sigill {number}: saknas."
    if head and head not in {seal["digest"] for seal in seals}:
        yield (
            "Sigillet som uppgavs med --head finns inte: "
            "slutet av loggen har bytts eller tagits bort."
        )


def rows_in(path: str) -> Iterator[tuple[str, Row]]:
    """The rows of an exported file, or of an SQLite database."""
    with open(path, "rb") as file:  # noqa: PTH123 - a file by its name, whatever it is
        if file.read(16) != b"SQLite format 3\0":
            file.seek(0)
            for line in file:
                row = json.loads(line)
                yield row.pop("t"), row
            return
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        for kind, table in TABLES.items():
            for row in database.execute(f"SELECT * FROM {table}"):  # noqa: S608 - our own names
                yield kind, dict(row)


def main(arguments: list[str]) -> int:
    head = arguments[arguments.index("--head") + 1] if "--head" in arguments[:-1] else ""
    try:
        told = list(faults(rows_in(arguments[0]), head))
    except (IndexError, OSError, ValueError, KeyError, sqlite3.Error) as error:
        print(f"Loggen kunde inte läsas: {error}", file=sys.stderr)  # noqa: T201
        return 2
    found = [one for one in told if not one.startswith("Obs:")]
    lines = [*told, "INTE HEL." if found else "HEL: varje förseglad rad är som när den skrevs."]
    print("\n".join(lines))  # noqa: T201 - a program of its own
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
