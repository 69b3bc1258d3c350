"""Excel workbooks: what must not be in them, which sheet to read, and its rows.

openpyxl reads the cells, and makes room for every row, and in it for all that stands to the left of
a cell, empty or not. Before it sees the file, `_Scan` walks through the sheet's XML and refuses
formulas, too many rows or columns, and what a file made to do harm could hold.
"""

import io
import posixpath
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from homecare.exchange.reading.headers import (
    RawRow,
    empty,
    table_from,
    too_many_columns,
    too_many_rows,
)
from homecare.exchange.reading.kinds import has_macros
from homecare.exchange.reading.table import MAX_COLUMNS, MAX_ROWS, FileRefused, Table

MAX_UNPACKED = 300 * 1024 * 1024
MAX_STRINGS = 64 * 1024 * 1024  # what is not a sheet is read whole
MAX_PARTS = 2_000
LAST_ROW = 1_048_576
ROWS_ABOVE = 20  # titles and headers above the rows that are counted

# What openpyxl, zipfile and expat raise when a file is not what it should be.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, KeyError, ValueError, TypeError,
    IndexError, AttributeError, OverflowError, NotImplementedError, RuntimeError, SyntaxError,
    OSError,
)  # fmt: skip


def read_workbook(content: bytes) -> Table:
    """Read the first visible sheet with something in it. Refuses macros, formulas and damage."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_by_parts(archive)
            sheet, notes = _choose(archive, _sheets(archive))
        with warnings.catch_warnings():
            # Of formatting, validation and dates out of range; the last become #VALUE!, a fault.
            warnings.simplefilter("ignore")
            return table_from(_rows(content, sheet.name), notes, wide_rows_are_faults=False)
    except FileRefused:
        raise
    except _DAMAGED as error:
        raise FileRefused(
            _("Excelfilen är skadad och går inte att läsa. Öppna den i Excel och spara på nytt.")
        ) from error


# --- what is in the package ----------------------------------------------------------------------


def _refuse_by_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    _refuse_other_documents(names)
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused(
            _("Filen är skadad eller låst med lösenord. Spara den på nytt utan lösenord.")
        )
    rest = sum(part.file_size for part in parts if "/worksheets/" not in part.filename)
    if (
        len(parts) > MAX_PARTS
        or sum(part.file_size for part in parts) > MAX_UNPACKED
        or rest > MAX_STRINGS
    ):
        raise FileRefused(
            _("Filen blir orimligt stor när den packas upp. Spara bara listan i en ny fil.")
        )
    if any(name.endswith("vbaProject.bin") for name in names) or b"macroEnabled" in archive.read(
        "[Content_Types].xml"
    ):
        raise has_macros()
    for part in parts:
        if part.filename.endswith((".xml", ".rels")) and "/worksheets/" not in part.filename:
            _refuse_declarations(archive.read(part))


def _refuse_other_documents(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise FileRefused(_("Filen är i formatet .xlsb. Öppna den i Excel och spara som .xlsx."))
    if "mimetype" in names and "content.xml" in names:
        raise FileRefused(_("Filen är från LibreOffice (.ods). Öppna den där och spara som .xlsx."))
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise FileRefused(_("Filen är inte ett kalkylblad. Spara listan som .xlsx eller .csv."))
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise FileRefused(_("Filen är ett packat arkiv. Packa upp det och välj listan i det."))


def _refuse_declarations(xml: bytes) -> None:
    # Excel never writes these; they are how a small file makes a reader work for ever.
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise _harmful()


def _harmful() -> FileRefused:
    return FileRefused(
        _("Filen innehåller sådant som Excel aldrig skriver. Öppna den i Excel och spara på nytt.")
    )


# --- which sheet ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    part: str
    is_hidden: bool


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, given: found.append(
        (_local(name), {_local(key): value for key, value in given.items()})
    )
    parser.Parse(xml, True)  # noqa: FBT003 - the parser takes it by place only
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _targets(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Id → (type, part) of what `part` refers to."""
    folder, name = posixpath.split(part)
    relations = archive.read(posixpath.join(folder, "_rels", f"{name}.rels"))
    return {
        given["Id"]: (
            given["Type"].rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, given["Target"])).lstrip("/"),
        )
        for element, given in _elements(relations)
        if element == "Relationship"
    }


def _sheets(archive: zipfile.ZipFile) -> list[_Sheet]:
    book = next(
        target for kind, target in _targets(archive, "").values() if kind == "officeDocument"
    )
    xml = archive.read(book)
    if b"purl.oclc.org" in xml:
        raise FileRefused(
            _("Filen är sparad som strikt Open XML. Spara den som vanlig Excel-arbetsbok (.xlsx).")
        )
    targets = _targets(archive, book)
    return [
        _Sheet(given["name"], targets[given["id"]][1], given.get("state", "visible") != "visible")
        for element, given in _elements(xml)
        if element == "sheet" and targets[given["id"]][0] == "worksheet"
    ]


def _choose(archive: zipfile.ZipFile, sheets: list[_Sheet]) -> tuple[_Sheet, list[str]]:
    for sheet in sheets:
        if sheet.is_hidden:
            continue
        with archive.open(sheet.part) as xml:
            scan = _Scan(sheet.name).walk(xml)
        if scan.formulas:
            raise _has_formulas(scan)
        if scan.filled_rows:
            return sheet, _notes(sheet, sheets, scan)
    if any(sheet.is_hidden for sheet in sheets):
        raise FileRefused(
            _("Filens synliga blad är tomma. Visa det dolda bladet i Excel och spara på nytt.")
        )
    raise empty()


def _has_formulas(scan: "_Scan") -> FileRefused:
    words = {"cell": scan.first_formula, "sheet": scan.sheet, "more": scan.formulas - 1}
    remedy = _("Kopiera bladet, klistra in som värden och spara på nytt.")
    if words["more"]:
        where = _("Cell %(cell)s i bladet ”%(sheet)s”, och %(more)s till, innehåller en formel.")
    else:
        where = _("Cell %(cell)s i bladet ”%(sheet)s” innehåller en formel.")
    return FileRefused(f"{where % words} {remedy}")


def _notes(chosen: _Sheet, sheets: list[_Sheet], scan: "_Scan") -> list[str]:
    notes = []
    others = [one.name for one in sheets if one is not chosen and not one.is_hidden]
    hidden = [one.name for one in sheets if one.is_hidden]
    if others:
        notes.append(
            _("Bladet ”%(sheet)s” är läst. Andra blad läses inte: %(others)s.")
            % {"sheet": chosen.name, "others": ", ".join(others)}
        )
    if hidden:
        notes.append(_("Dolda blad läses inte: %(sheets)s.") % {"sheets": ", ".join(hidden)})
    if scan.hidden_rows:
        notes.append(
            _("%(count)s dolda rader i bladet är också lästa.") % {"count": scan.hidden_rows}
        )
    return notes


@dataclass
class _Scan:
    """A walk through one sheet's XML: counts, and stops at what must not be there."""

    sheet: str
    rows: int = 0
    filled_rows: int = 0
    hidden_rows: int = 0
    formulas: int = 0
    first_formula: str = ""
    _row: int = 0
    _cell: str = ""
    _column: int = 0
    _row_is_filled: bool = False

    def walk(self, xml: Any) -> "_Scan":
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._declaration
        parser.ParseFile(xml)
        return self

    def _declaration(self, *_given: Any) -> None:
        raise _harmful()

    def _start(self, name: str, given: dict[str, str]) -> None:
        name = name.rpartition(":")[2] if ":" in name else name
        if name == "c":
            self._begin_cell(given.get("r", ""))
        elif name in ("v", "is"):
            if not self._row_is_filled:
                self._fill_row()
        elif name == "row":
            self._begin_row(given)
        elif name == "f":
            self.formulas += 1
            self.first_formula = self.first_formula or self._cell or str(self._row)

    def _begin_cell(self, place: str) -> None:
        if len(place) > 10:
            raise _harmful()
        self._cell = place
        # As openpyxl counts: a cell that does not say where it is stands beside the one before.
        self._column = _column_of(place.rstrip("0123456789")) if place else self._column + 1
        if self._column > MAX_COLUMNS:
            raise too_many_columns()

    def _begin_row(self, given: dict[str, str]) -> None:
        number = int(given.get("r", self._row + 1))
        if not self._row < number <= LAST_ROW:
            raise _harmful()
        self._row = number
        self._column = 0
        self._row_is_filled = False
        self.rows += 1
        if self.rows > MAX_ROWS + ROWS_ABOVE:
            raise too_many_rows() if self.filled_rows * 2 > self.rows else _too_many_empty_rows()
        self.hidden_rows += given.get("hidden") in ("1", "true")

    def _fill_row(self) -> None:
        self._row_is_filled = True
        self.filled_rows += 1


@lru_cache(maxsize=MAX_COLUMNS)
def _column_of(letters: str) -> int:
    return column_index_from_string(letters)


def _too_many_empty_rows() -> FileRefused:
    return FileRefused(
        _("Bladet har för många tomma rader. Kopiera bara listan till en ny fil och spara den.")
    )


# --- its cells -----------------------------------------------------------------------------------


def _rows(content: bytes, sheet: str) -> Iterator[RawRow]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        cells = book[sheet]
        cells.reset_dimensions()  # what the file says of its size need not be true
        for number, row in enumerate(cells.iter_rows(values_only=True), start=1):
            if len(row) > MAX_COLUMNS and any(cell is not None for cell in row[MAX_COLUMNS:]):
                raise too_many_columns()
            yield number, [_mended(cell) for cell in row[:MAX_COLUMNS]]
    finally:
        book.close()


def _mended(cell: Any) -> Any:
    # Excel writes the line break of Windows as this in a cell.
    return cell.replace("_x000D_", "") if isinstance(cell, str) and "_x000D_" in cell else cell
