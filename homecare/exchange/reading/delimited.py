"""Text files with separators: which encoding, which separator, and the rows."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from homecare.exchange.columns import known_names
from homecare.exchange.reading.headers import RawRow, empty, table_from
from homecare.exchange.reading.table import FileRefused, Table
from homecare.exchange.writing import unguarded

SEPARATORS = {";": "semikolon", ",": "komma", "\t": "tabb"}
SAMPLE = 64 * 1024
SAMPLED_ROWS = 50
LONGEST_CELL = 32_767  # as in Excel; a longer one is a quote that never ends
_SEPARATOR_LINE = re.compile(r'"?sep=([;,\t])"?[ \t]*(\r\n|\r|\n)', re.IGNORECASE)
# å, ä, ö, Å, Ä, Ö in UTF-8, read as Windows-1252.
_MISREAD_UTF8 = re.compile("Ã[¥¤¶…„–]")


def read_text(content: bytes) -> Table:
    """Read a text file as a table. Refuses what is no text, and quotes that do not match."""
    text, encoding = _decode(content)
    _refuse_binary(text)
    if not text.strip(" ;,\t\r\n"):
        raise empty()
    said = _SEPARATOR_LINE.match(text)
    if said:
        # Excel does not show this line, and counts from the next.
        separator, text = said[1], text[said.end() :]
    else:
        separator = _separator(text[:SAMPLE], is_whole=len(text) <= SAMPLE)
    note = _("Filen är läst som text med %(separator)s mellan kolumnerna, i %(encoding)s.")
    notes = [note % {"separator": SEPARATORS[separator], "encoding": encoding}]
    return table_from(_rows(text, separator), notes, wide_rows_are_faults=True)


# --- encoding ------------------------------------------------------------------------------------


def _decode(content: bytes) -> tuple[str, str]:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16"), "UTF-16"
        if content.startswith(b"\xef\xbb\xbf"):
            return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        raise _damaged_text() from error
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    if b"\0" in content:
        raise _binary()
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _damaged_text() from error
    if mixed := _MISREAD_UTF8.search(text):
        raise FileRefused(
            _("Filen blandar två teckenkodningar, först på rad %(row)s. Spara om den i UTF-8.")
            % {"row": text.count("\n", 0, mixed.start()) + 1}
        )
    return text, "Windows-1252"


def _damaged_text() -> FileRefused:
    return FileRefused(
        _("Filens teckenkodning går inte att läsa. Spara den som csv i UTF-8, eller som .xlsx.")
    )


def _binary() -> FileRefused:
    return FileRefused(
        _("Filen är ingen textfil: den innehåller binära tecken. Spara listan på nytt som .xlsx.")
    )


def _refuse_binary(text: str) -> None:
    if "\0" in text:
        raise _binary()
    strange = sum(
        count
        for character, count in Counter(text).items()
        if unicodedata.category(character) == "Cc" and character not in "\t\r\n"
    )
    if strange > 10 and strange * 100 > len(text):
        raise _binary()


# --- separator -----------------------------------------------------------------------------------


def _separator(sample: str, *, is_whole: bool) -> str:
    """The separator with which the first rows have most known headers, else the most even rows."""
    return max(SEPARATORS, key=lambda separator: _evenness(sample, separator, is_whole=is_whole))


def _evenness(sample: str, separator: str, *, is_whole: bool) -> tuple[int, float, int]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) > SAMPLED_ROWS:
                break
    except csv.Error:
        pass
    if len(rows) > 1 and not is_whole:
        rows.pop()  # may be cut off
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return (0, 0.0, 0)
    width, times = Counter(map(len, filled)).most_common(1)[0]
    if width == 1:
        return (0, 0.0, 1)
    known = max(known_names(row) for row in filled)
    return (known, times / len(filled), width)


# --- rows ----------------------------------------------------------------------------------------


def _rows(text: str, separator: str) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise _endless_quote(number)
            yield number, [unguarded(cell) for cell in cells]
    except csv.Error as error:
        raise _endless_quote(number + 1) from error


def _endless_quote(number: int) -> FileRefused:
    return FileRefused(
        _(
            "Citattecknen går inte ihop på rad %(row)s. "
            "Ta bort citattecknet där, eller spara listan som .xlsx."
        )
        % {"row": number}
    )
