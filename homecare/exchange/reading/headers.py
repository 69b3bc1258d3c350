"""Finding the row of headers, and making a table of the rows below it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from homecare.exchange.cells import Cell, is_blank
from homecare.exchange.columns import known_names
from homecare.exchange.reading.table import MAX_COLUMNS, MAX_ROWS, FileRefused, Row, Table

RawRow = tuple[int, Sequence[Cell]]  # number, cells

LOOKED_AT = 20  # rows in which the headers are looked for
ENOUGH_KNOWN = 2
LONGEST_HEADER = 80


def table_from(raw: Iterable[RawRow], notes: list[str], *, wide_rows_are_faults: bool) -> Table:
    """Make a table of numbered rows. `wide_rows_are_faults`: a row longer than the headers has a
    stray separator in it (CSV); otherwise it has a column without a header (Excel).
    """
    rows = (row for row in raw if not all(map(is_blank, row[1])))
    head = list(islice(rows, LOOKED_AT))
    if not head:
        raise empty()
    place = _header_place(head)
    names, used = _names(head, place)
    data = _at_most(MAX_ROWS, _chain(head[used:], rows))
    width = _width(names)
    kept = [
        _row(number, cells, width, wide_rows_are_faults=wide_rows_are_faults)
        for number, cells in data
    ]
    if not kept:
        raise FileRefused(_("Filen har bara rubriker. Fyll i minst en rad under rubrikerna."))
    return _without_empty_columns(names, kept, [*notes, *_skipped(head[:place])])


def _chain(first: list[RawRow], rest: Iterable[RawRow]) -> Iterator[RawRow]:
    yield from first
    yield from rest


def _at_most(most: int, rows: Iterator[RawRow]) -> Iterator[RawRow]:
    for count, row in enumerate(rows):
        if count == most:
            raise too_many_rows()
        yield row


def empty() -> FileRefused:
    return FileRefused(_("Filen är tom. Kontrollera att rätt fil är vald."))


def too_many_rows() -> FileRefused:
    return FileRefused(
        _("Filen har fler än %(most)s rader. Dela upp den i flera filer.")
        % {"most": f"{MAX_ROWS:,}".replace(",", "\N{NO-BREAK SPACE}")}
    )


def too_many_columns() -> FileRefused:
    return FileRefused(
        _("Filen har fler än %(most)s kolumner. Ta bort dem som inte hör till listan.")
        % {"most": MAX_COLUMNS}
    )


# --- which row -----------------------------------------------------------------------------------


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell for cell in cells if isinstance(cell, str) and not is_blank(cell)]


def _header_place(head: list[RawRow]) -> int:
    """Where among the first rows the headers are: where most names are known, else the first row
    that is as wide as the rest and has only words.
    """
    known = [known_names(_texts(cells)) for _number, cells in head]
    best = max(known)
    widths = [sum(not is_blank(cell) for cell in cells) for _number, cells in head]
    if best >= min(ENOUGH_KNOWN, max(widths)):
        return known.index(best)
    for place, (_number, cells) in enumerate(head):
        if widths[place] * 2 > max(widths):
            if _looks_like_data(cells):
                break
            return place
    raise FileRefused(
        _("Filen saknar rubriker. Skriv vad varje kolumn innehåller i den första raden.")
    )


def _looks_like_data(cells: Sequence[Cell]) -> bool:
    return any(
        not isinstance(cell, str) or re.search(r"\d{4}|\d-\d|@", cell)
        for cell in cells
        if not is_blank(cell)
    )


def _skipped(above: list[RawRow]) -> list[str]:
    if not above:
        return []
    return [
        _("Rubrikerna är hittade under %(count)s rader som inte läses in.") % {"count": len(above)}
    ]


# --- the names -----------------------------------------------------------------------------------


def _names(head: list[RawRow], place: int) -> tuple[list[str], int]:
    """The name of each column ("" where there is none), and how many of the rows they took.

    Headers in two rows, as merged cells make them: ”Namn” over ”Förnamn” and ”Efternamn”.
    """
    names = [_name(cell) for cell in head[place][1]]
    below = head[place + 1][1] if place + 1 < len(head) else []
    said = _texts(below)
    filled = sum(not is_blank(cell) for cell in below)
    if said and len(said) == filled == known_names(said):
        names += [""] * (len(below) - len(names))
        names = [
            names[at] if at >= len(below) or is_blank(below[at]) else _name(below[at])
            for at in range(len(names))
        ]
        return names, place + 2
    if place:
        above = [_name(cell) for cell in head[place - 1][1]]
        names = [
            name or (above[at] if at < len(above) and known_names([above[at]]) else "")
            for at, name in enumerate(names + [""] * (len(above) - len(names)))
        ]
    return names, place + 1


def _name(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell).split())[:LONGEST_HEADER]


def _width(names: list[str]) -> int:
    width = max(at for at, name in enumerate(names, start=1) if name)
    if width > MAX_COLUMNS:
        raise too_many_columns()
    return width


# --- the rows ------------------------------------------------------------------------------------


def _row(number: int, cells: Sequence[Cell], width: int, *, wide_rows_are_faults: bool) -> Row:
    extra = len(cells) > width and not all(map(is_blank, cells[width:]))
    if extra and not wide_rows_are_faults:
        width = len(cells)
    filled = tuple(cells[:width]) + (None,) * (width - len(cells))
    return Row(number, filled, too_long=extra and wide_rows_are_faults)


def _without_empty_columns(names: list[str], rows: list[Row], notes: list[str]) -> Table:
    """Every row as wide as the widest, less the columns that have neither a name nor a value."""
    width = max(len(row.cells) for row in rows)
    if width > MAX_COLUMNS:
        raise too_many_columns()
    names = names[:width] + [""] * (width - len(names))
    places = [
        at
        for at in range(width)
        if names[at] or any(len(row.cells) > at and not is_blank(row.cells[at]) for row in rows)
    ]
    headers = _unique([names[at] or _by_letter(at) for at in places], places)
    if places == list(range(width)) and all(len(row.cells) == width for row in rows):
        return Table(headers, rows, notes)
    same = [
        Row(
            row.number,
            tuple(row.cells[at] if at < len(row.cells) else None for at in places),
            row.too_long,
        )
        for row in rows
    ]
    return Table(headers, same, notes)


def _by_letter(at: int) -> str:
    return _("Kolumn %(letter)s") % {"letter": get_column_letter(at + 1)}


def _with_letter(name: str, at: int) -> str:
    return _("%(name)s (kolumn %(letter)s)") % {"name": name, "letter": get_column_letter(at + 1)}


def _unique(names: list[str], places: list[int]) -> list[str]:
    """Names that are all different: the second ”Telefon” becomes ”Telefon (kolumn F)”."""
    seen: set[str] = set()
    unique = []
    for name, at in zip(names, places, strict=True):
        own = name if name.casefold() not in seen else _with_letter(name, at)
        seen.add(own.casefold())
        unique.append(own)
    return unique
