"""Lists on their way out: CSV and Excel, where no cell can ever run as a formula.

CSV has no types, so a text that a program could take for a formula gets an apostrophe in front,
as Excel itself writes it, also where it would begin a cell if the file were split at another
separator. `unguarded` takes the apostrophes away again when the file comes back.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Value = Any  # text, a number, a day, a moment, yes or no, or nothing; anything else as its text

_STARTS = r"(^|[,;|\t\r\n])"
_RUNS = r"(?=[\s'\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])"
_UNGUARDED = re.compile(_STARTS + _RUNS)
_GUARDED = re.compile(_STARTS + "'" + _RUNS)
LONGEST_IN_EXCEL = 32_767
WIDEST = 60


def guarded(text: str) -> str:
    """The text with an apostrophe wherever a program could begin to read a formula."""
    return _UNGUARDED.sub(r"\1'", text)


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return _GUARDED.sub(r"\1", text) if "'" in text else text


# --- CSV -----------------------------------------------------------------------------------------


def csv_lines(head: Sequence[Value], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The list line by line, to stream: semicolons, every cell quoted, CRLF, UTF-8 with BOM."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    yield "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
    for row in _all_rows(head, rows):
        writer.writerow([_in_csv(value) for value in row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def csv_bytes(head: Sequence[Value], rows: Iterable[Sequence[Value]]) -> bytes:
    return b"".join(csv_lines(head, rows))


def _all_rows(head: Sequence[Value], rows: Iterable[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    yield head
    yield from rows


def _in_csv(value: Value) -> str:
    if isinstance(value, bool):
        return _said(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    return guarded(_said(value))


def _said(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _local(moment: datetime) -> datetime:
    if timezone.is_naive(moment):
        return moment
    return timezone.make_naive(moment)


# --- Excel ---------------------------------------------------------------------------------------


def write_xlsx(
    file: BinaryIO, head: Sequence[Value], rows: Iterable[Sequence[Value]], *, title: str = "Lista"
) -> None:
    """Write the list to `file` as an Excel workbook, row by row, with typed cells."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Lista")
    sheet.freeze_panes = "A2"
    for place, label in enumerate(head, start=1):
        width = min(max(len(str(label)) + 4, 12), WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = width
    heading = [_in_excel(sheet, label) for label in head]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    for row in rows:
        sheet.append([_in_excel(sheet, value) for value in row])
    book.save(file)


def xlsx_bytes(
    head: Sequence[Value], rows: Iterable[Sequence[Value]], *, title: str = "Lista"
) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, head, rows, title=title)
    return out.getvalue()


def _in_excel(sheet: Any, value: Value) -> WriteOnlyCell:
    if isinstance(value, (int, float, date)) and not isinstance(value, bool):
        cell = WriteOnlyCell(sheet, _local(value) if isinstance(value, datetime) else value)
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", _said(value))[:LONGEST_IN_EXCEL]
    cell = WriteOnlyCell(sheet, text or None)
    if text:
        # openpyxl takes what begins with = for a formula, and #N/A for an error: say it is text,
        # and let Excel keep it as text also when somebody edits the cell.
        cell.data_type = "s"
        cell.number_format = "@"
        if _UNGUARDED.search(text):
            cell.quotePrefix = True
    return cell
