"""A whole list, checked row by row: the values that can be used, and every fault there is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from homecare.core import clock
from homecare.exchange import columns
from homecare.exchange.cells import Cell, ValueRefused, is_blank, shown
from homecare.exchange.columns import Field, ListOf
from homecare.exchange.reading import Row, Table

TELL_EVERY = 500  # rows
SHOWN_IN_PART = {"personal_number", "number", "owner_number"}
NEVER_SHOWN = {"entrance_code"}
# Pairs of days of which the second may not come before the first.
PERIODS = [
    ("starts_on", "ends_on"),
    ("commission_from", "commission_to"),
]
PARTICLES = {"af", "av", "da", "de", "del", "den", "der", "di", "du", "la", "le", "ten", "van",
             "vande", "von", "zu", "al", "el", "bin", "ibn"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, and what to do. `row` and `column` as the person sees them.

    `person`: the reference of the recipient about whom it tells something of the register.
    """

    row: int
    column: str
    value: str
    message: str
    remedy: str
    person: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row without faults: its number in the file, and its values by field."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """A list after the check. `rows` are those without faults; each other has one or more."""

    rows: list[CheckedRow]
    faults: list[Fault]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class _Column:
    place: int
    header: str
    field: Field


def check(
    table: Table,
    kind: str,
    mapping: Mapping[str, str],
    *,
    on: date | None = None,
    tell: Callable[[int], None] | None = None,
) -> Checked:
    """Check every cell of a table whose columns are understood by `mapping` (header → field).

    Every fault of a row is told, not only the first. `tell` gets the number of rows done now and
    then, for a progress bar. `mapping` must be one that `columns.faults_of` finds no fault with.
    """
    on = on or clock.today()
    the_list = columns.list_of(kind)
    used = [
        _Column(place, header, the_list.field(mapping[header]))
        for place, header in enumerate(table.headers)
        if header in mapping
    ]
    rows: list[CheckedRow] = []
    faults: list[Fault] = []
    for done, row in enumerate(table.rows):
        values, found = _check_row(row, used, the_list, on)
        faults.extend(found)
        if not found:
            rows.append(CheckedRow(row.number, values))
        if tell is not None and done % TELL_EVERY == 0:
            tell(done)
    return Checked(rows, faults, [*table.notes, *_restored(table, used)])


def _check_row(
    row: Row, used: list[_Column], the_list: ListOf, on: date
) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    filled: set[str] = set()
    faults: list[Fault] = []
    if row.too_long:
        faults.append(_too_long(row))
    for column in used:
        cell = row.cells[column.place]
        if is_blank(cell):
            continue
        filled.add(column.field.name)
        try:
            values[column.field.name] = column.field.parse(cell, on)
        except ValueRefused as refused:
            faults.append(
                Fault(
                    row.number,
                    column.header,
                    _shown(cell, column.field),
                    refused.wrong,
                    refused.remedy,
                )
            )
    faults.extend(_missing(row, used, filled, the_list))
    faults.extend(_turned_periods(row, used, values))
    faults.extend(_join_names(row, used, values, the_list))
    return values, faults


def _too_long(row: Row) -> Fault:
    return Fault(
        row.number,
        "",
        "",
        _("Raden har fler celler än rubrikraden."),
        _("Ett skiljetecken står inne i en cell. Sätt citattecken runt den, eller spara som xlsx."),
    )


def _shown(cell: Cell, field: Field) -> str:
    """The value beside its fault: what helps to find it, but no whole personnummer and no code."""
    text = shown(cell)
    if field.name in NEVER_SHOWN:
        return "••••"
    places = [place for place, character in enumerate(text) if character.isdigit()]
    if field.name in SHOWN_IN_PART and len(places) > 8 and not _is_an_organisations(text, places):
        hidden = set(places[-4:])
        return "".join("•" if place in hidden else c for place, c in enumerate(text))
    return text


def _is_an_organisations(text: str, places: list[int]) -> bool:
    # Where a personnummer has its month, an organisation number has at least 20.
    return len(places) == 10 and text[places[2]] >= "2"


def _missing(row: Row, used: list[_Column], filled: set[str], the_list: ListOf) -> Iterator[Fault]:
    needed = [column.field.name for column in used if column.field.required]
    for group in the_list.either:
        if not any(filled.issuperset(names) for names in group):
            needed.extend(_most_likely(group, filled, used))
    for name in needed:
        if name not in filled:
            yield Fault(
                row.number,
                next(column.header for column in used if column.field.name == name),
                "",
                _("Cellen är tom."),
                _("Fyll i den, eller ta bort raden."),
            )


def _most_likely(
    group: tuple[tuple[str, ...], ...], filled: set[str], used: list[_Column]
) -> tuple[str, ...]:
    """Of several ways to say the same, the one that this file uses."""
    given = {column.field.name for column in used}
    there = [names for names in group if given.issuperset(names)]
    return max(there, key=lambda names: len(filled.intersection(names)))


def _turned_periods(row: Row, used: list[_Column], values: dict[str, Any]) -> Iterator[Fault]:
    for first, last in PERIODS:
        if first in values and last in values and values[last] < values[first]:
            column = next(column for column in used if column.field.name == last)
            yield Fault(
                row.number,
                column.header,
                shown(row.cells[column.place]),
                _("Slutdagen ligger före startdagen, %(day)s.") % {"day": values[first]},
                _("Rätta den av dagarna som är fel."),
            )


# --- names ---------------------------------------------------------------------------------------


def _join_names(
    row: Row, used: list[_Column], values: dict[str, Any], the_list: ListOf
) -> Iterator[Fault]:
    """Give a name the form its list keeps: a person cared for has two names, others one."""
    names = {field.name for field in the_list.fields}
    if "whole_name" not in names:
        return
    whole = values.pop("whole_name", None)
    turned = values.pop("whole_name_reversed", None)
    if the_list.name == "staff" and whole is not None and "," not in whole:
        values["name"] = whole
        return
    if "first_name" not in values or "last_name" not in values:
        if whole is None and turned is None:
            return
        first, last = _first_and_last(whole) if whole is not None else _last_and_first(turned)
        if not (first and last):
            name = "whole_name" if whole is not None else "whole_name_reversed"
            column = next(column for column in used if column.field.name == name)
            yield Fault(
                row.number,
                column.header,
                shown(row.cells[column.place]),
                _("Namnet går inte att dela i förnamn och efternamn."),
                _("Skriv båda, eller gör två kolumner."),
            )
            return
        values["first_name"], values["last_name"] = first, last
    if the_list.name == "staff":
        values["name"] = f"{values.pop('first_name')} {values.pop('last_name')}"


def _first_and_last(whole: str) -> tuple[str, str]:
    """”Eva Maria von Berg”, or ”von Berg, Eva Maria”, as it is also written."""
    if "," in whole:
        return _last_and_first(whole)
    words = whole.split()
    at = len(words) - 1
    while at > 1 and words[at - 1].casefold() in PARTICLES:
        at -= 1
    return " ".join(words[:at]), " ".join(words[at:])


def _last_and_first(turned: str) -> tuple[str, str]:
    if "," in turned:
        last, first = turned.split(",", 1)
        return first.strip(), last.strip()
    words = turned.split()
    at = 1
    while at < len(words) - 1 and words[at - 1].casefold() in PARTICLES:
        at += 1
    return " ".join(words[at:]), " ".join(words[:at])


# --- what Excel did -------------------------------------------------------------------------------


def _restored(table: Table, used: list[_Column]) -> Iterator[str]:
    """Tell of columns where Excel had made numbers of what are none, and that it is mended."""
    for column in used:
        if column.field.name not in {"personal_number", "phone", "apartment_number"}:
            continue
        count = sum(isinstance(row.cells[column.place], (int, float)) for row in table.rows)
        if count:
            yield _(
                "I kolumnen ”%(header)s” hade Excel gjort om %(count)s värden till tal. "
                "De är lästa som text igen, med sina nollor."
            ) % {"header": column.header, "count": count}
