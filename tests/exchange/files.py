"""Files as people have them, for the tests of bringing in lists."""

import io
import zipfile
from datetime import date, datetime

from openpyxl import Workbook

DAY = date(2026, 11, 24)

HEADERS = [
    "Personnummer", "Förnamn", "Efternamn", "Telefon", "Skyddade uppgifter", "Gatuadress",
    "Lgh nr", "Postnr", "Postort", "Inflyttad", "Portar", "Enhetskod", "Uppdrag från",
    "Uppdrag till",
]  # fmt: skip
ROW = [
    "19410708-8967", "Elsa", "Lindgren", "070-174 06 05", "Nej", "Skagersvägen 12",
    "1102", "120 38", "Årsta", "1979-02-01", "Skagersvägen 12", "ARSTA", "2023-02-02", "",
]  # fmt: skip


def naive(*parts):
    """A moment as Excel has it, without a time zone."""
    return datetime(*parts)  # noqa: DTZ001


def row(**changed):
    """A row of a list of recipients without faults, except for what is `changed`."""
    names = {
        "number": 0, "first": 1, "last": 2, "phone": 3, "protection": 4, "address": 5, "flat": 6,
        "postal_code": 7, "city": 8, "moved": 9, "entrances": 10, "unit": 11, "from_": 12, "to": 13,
    }  # fmt: skip
    cells = list(ROW)
    for name, value in changed.items():
        cells[names[name]] = value
    return cells


def text(*rows, separator=";", encoding="utf-8", newline="\r\n"):
    """A text file of rows, exactly as they are: nothing is quoted."""
    return newline.join(separator.join(map(str, cells)) for cells in rows).encode(encoding)


def xlsx(*rows, sheet="Blad1", more=None, change=None):
    """A workbook with the rows in its first sheet. `more`: sheets after it, title → rows.
    `change` is called with the workbook before it is saved.
    """
    book = Workbook()
    book.active.title = sheet
    for cells in rows:
        book.active.append(list(cells))
    for title, others in (more or {}).items():
        other = book.create_sheet(title)
        for cells in others:
            other.append(list(cells))
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content, *, replace=None, add=None, leave_out=()):
    """The same package with parts replaced (name → function of the bytes), added or left out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename not in leave_out:
                kept = old.read(part)
                new.writestr(part.filename, (replace or {}).get(part.filename, bytes)(kept))
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def packed(**parts):
    """A zip file with these parts; __ in a name stands for /, and the first _ for a full stop."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()
