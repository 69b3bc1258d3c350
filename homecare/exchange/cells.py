"""A cell as it was read: what can be in it, and its text.

Knows what Excel does to cells: errors, dates where there were none, signs that cannot be seen.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

Cell = str | int | float | bool | date | datetime | time | timedelta | None

FORMULA_STARTS = "=+-@＝＋－＠"
_EXCEL_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"} | {
    "#SAKNAS!", "#NAMN?", "#SKÄRNING!", "#OGILTIGT!", "#REFERENS!", "#VÄRDEFEL!"
}  # fmt: skip
# å, ä, ö, Å, Ä, Ö and é in UTF-8 that somebody read as Windows-1252.
_MISREAD_UTF8 = re.compile("Ã[¥¤¶…„–©]")


# Signs with nothing to look for: no controls, no invisible ones, no other spaces than the plain.
_ORDINARY = re.compile(r"[\x20-\x7e\xa1-\xac\xae-\xff–’”]*")


class ValueRefused(Exception):
    """What is wrong with a value, and what to do about it."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(f"{wrong} {remedy}")
        self.wrong = wrong
        self.remedy = remedy


def is_blank(cell: Cell) -> bool:
    """Whether the cell says nothing: empty, only spaces, or the dash that stands for nothing."""
    if isinstance(cell, str):
        return not cell[:1].isalnum() and _visible(cell) in {"", "-", "–", "—"}
    return cell is None


def plain_key(text: str) -> str:
    """The text as a key: no case, accents, punctuation or spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def shown(cell: Cell) -> str:
    """The cell as it is shown beside a fault: short, on one line, nothing invisible."""
    if isinstance(cell, str):
        text = "".join(c if c.isprintable() else "�" for c in " ".join(cell.split()))
    elif isinstance(cell, float):
        text = f"{cell:.15g}".replace(".", ",")
    elif isinstance(cell, datetime):
        text = cell.date().isoformat() if cell.time() == time.min else f"{cell:%Y-%m-%d %H:%M}"
    else:
        text = "" if cell is None else str(cell)
    return text if len(text) <= 60 else f"{text[:59]}…"


# --- from cell to text ---------------------------------------------------------------------------


def _visible(text: str) -> str:
    if text.isascii():
        return text.strip()
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


def text_of(cell: Cell) -> str:
    """The cell's text on one line, without what cannot be seen."""
    if isinstance(cell, str):
        return _clean(cell)
    if isinstance(cell, bool):
        return _("Ja") if cell else _("Nej")
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}".replace(".", ",")
    raise ValueRefused(
        _("Excel har gjort om värdet till ett datum eller klockslag."),
        _("Formatera kolumnen som Text och skriv värdet igen."),
    )


def _clean(raw: str) -> str:
    text = " ".join(raw.split()) if _ORDINARY.fullmatch(raw) else _without_oddities(raw)
    if "\N{REPLACEMENT CHARACTER}" in text or _MISREAD_UTF8.search(text):
        raise ValueRefused(
            _("Å, ä eller ö har blivit fel tecken."),
            _("Spara filen på nytt från källan som xlsx, eller som csv i UTF-8."),
        )
    if text.startswith("#") and text in _EXCEL_ERRORS:
        raise ValueRefused(
            _("Cellen innehåller ett fel från Excel."), _("Skriv in värdet i stället.")
        )
    return text


def _without_oddities(raw: str) -> str:
    text = unicodedata.normalize("NFC", _visible(raw))
    if len(text.splitlines()) > 3:
        raise ValueRefused(
            _("Cellen innehåller flera rader text."),
            _("Skriv en sak per cell. I en csv-fil kan ett citattecken saknas."),
        )
    text = " ".join(text.split())
    for character in text:
        if unicodedata.category(character) == "Cc":
            raise ValueRefused(
                _("Cellen innehåller ett osynligt styrtecken (U+%(code)s).")
                % {"code": f"{ord(character):04X}"},
                _("Radera cellen och skriv värdet för hand."),
            )
    return text
