"""What the text of one cell says: the value that is saved, or what is wrong and what to do.

A parser takes a cell that is not blank and the day it is read on, and gives the value or raises
`ValueRefused`. A personnummer or phone number that Excel made a number of gets its zeros back;
one that became 1,98E+11 is refused, for its digits are lost.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from homecare.core import numbers
from homecare.exchange.cells import (
    FORMULA_STARTS,
    Cell,
    ValueRefused,
    is_blank,
    plain_key,
    text_of,
)

Parser = Callable[[Cell, date], Any]

EXCEL_DAY_ZERO = date(1899, 12, 30)
EXCEL_DAYS = range(10_000, 73_051)  # 1927 to 2099; a lower number is more likely a year or a count
YEARS = range(1900, 2101)
ADULT_AGE = 18
AMOUNTS = range(1, 101)
HOMES = range(1, 2001)

_LOST_DIGITS = re.compile(r"[-+]?\d([.,]\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)


# --- text ----------------------------------------------------------------------------------------


def text(longest: int) -> Parser:
    """A parser of text with at most `longest` characters, which must not look like a formula."""

    def parse(cell: Cell, on: date) -> str:
        value = text_of(cell)
        if value[0] in FORMULA_STARTS:
            raise ValueRefused(
                _("Texten börjar med ”%(sign)s”, som en formel i Excel.") % {"sign": value[0]},
                _("Ta bort tecknet. Är det en formel, ersätt den med dess värde."),
            )
        return _not_too_long(value, longest)

    return parse


def _not_too_long(value: str, longest: int) -> str:
    if len(value) > longest:
        raise ValueRefused(
            _("Texten är %(length)s tecken lång, och %(longest)s får plats.")
            % {"length": len(value), "longest": longest},
            _("Korta den."),
        )
    return value


def person_name(longest: int) -> Parser:
    """A parser of a person's name: letters, hyphens, apostrophes, full stops and a comma."""
    plain = text(longest)

    def parse(cell: Cell, on: date) -> str:
        value = plain(cell, on)
        if not any(c.isalpha() for c in value) or any(_is_strange_in_a_name(c) for c in value):
            raise ValueRefused(
                _("Namnet innehåller tecken som inte hör till ett namn."),
                _("Skriv bara namnet, utan siffror och anteckningar."),
            )
        return value

    return parse


def _is_strange_in_a_name(character: str) -> bool:
    return not (
        character.isalpha() or character in " -'’´`.,‐–" or unicodedata.combining(character)
    )


def floor(cell: Cell, on: date) -> str:
    """The floor of a home, as it is usually said: 3, 3 tr, BV, -1."""
    value = text_of(cell)
    if re.fullmatch(r"-\d", value, re.ASCII):
        return value
    return text(10)(cell, on)


def choice(words: Mapping[str, tuple[str, ...]]) -> Parser:
    """A parser of one of a few words. `words` has for each value its words, the usual one first."""
    values = {plain_key(word): value for value, some in words.items() for word in some}

    def parse(cell: Cell, on: date) -> str:
        try:
            return values[plain_key(text_of(cell))]
        except KeyError as error:
            raise ValueRefused(
                _("Ordet går inte att tolka."),
                _("Skriv ett av: %(words)s.")
                % {"words": ", ".join(some[0] for some in words.values())},
            ) from error

    return parse


_YES = {"ja", "j", "yes", "y", "x", "1", "sant", "true"}
_NO = {"nej", "n", "no", "0", "falskt", "false"}


def yes_or_no(cell: Cell, on: date) -> bool:
    word = plain_key(text_of(cell))
    if word not in _YES | _NO:
        raise ValueRefused(_("Det här är varken ja eller nej."), _("Skriv ja eller nej."))
    return word in _YES


def amount(cell: Cell, on: date) -> int:
    """How many keys: a whole number from 1."""
    return _whole(cell, AMOUNTS)


def homes(cell: Cell, on: date) -> int:
    """How many homes there are behind an entrance."""
    return _whole(cell, HOMES)


def _whole(cell: Cell, allowed: range) -> int:
    value = _number_text(cell)
    if not re.fullmatch(r"\d{1,9}", value, re.ASCII) or int(value) not in allowed:
        raise ValueRefused(
            _("Antalet är inget heltal mellan %(least)s och %(most)s.")
            % {"least": allowed[0], "most": allowed[-1]},
            _("Skriv antalet med siffror."),
        )
    return int(value)


def path(longest: int) -> Parser:
    """A parser of the entrances from the street to a home: ”Gatan 1 > gårdsport”."""
    plain = text(longest)

    def parse(cell: Cell, on: date) -> tuple[str, ...]:
        whole = cell.replace("\n", ";") if isinstance(cell, str) else text_of(cell)
        steps = tuple(plain(step, on) for step in re.split(r"[;|>→]", whole) if not is_blank(step))
        if len({plain_key(step) for step in steps}) < len(steps):
            raise ValueRefused(
                _("Samma port står två gånger."),
                _("Skriv portarna en gång var, i ordning från gatan, med > emellan."),
            )
        return steps

    return parse


# --- numbers, addresses of mail ------------------------------------------------------------------


def _number_text(cell: Cell, *, width: int = 0) -> str:
    """A number as it was written before Excel saw it, with its leading zeros to `width`."""
    if isinstance(cell, bool):
        raise ValueRefused(
            _("Cellen innehåller ja eller nej i stället för ett nummer."), _("Rätta cellen.")
        )
    text = text_of(cell)
    if isinstance(cell, str):
        text = re.sub(r"^'|(?<=\d)[.,]0$", "", text)  # Excel's mark for text, and others' 8.0
        lost = _LOST_DIGITS.fullmatch(text) is not None
    else:
        lost = "," in text or (len(text) > 9 and text.endswith("00000"))
        text = text.zfill(width)
    if lost:
        raise ValueRefused(
            _("Excel har gjort om numret till ett tal och siffror har gått förlorade."),
            _("Formatera kolumnen som Text i originalet, hämta numret igen och spara på nytt."),
        )
    return text


def _normal(function: Callable[..., str], text: str, **kwargs: Any) -> str:
    try:
        return function(text, **kwargs)
    except numbers.NumberRefused as refused:
        raise ValueRefused(refused.wrong, refused.remedy) from refused


def personal_number(cell: Cell, on: date) -> str:
    """A personnummer or samordningsnummer, as 12 digits."""
    written = _number_text(cell, width=10)
    return _old_enough(_normal(numbers.personal_id_number, written, on=on), written, on)


def owner_number(cell: Cell, on: date) -> str:
    """10 digits of an organisation, or 12 of a person."""
    written = _number_text(cell, width=10)
    number = _normal(numbers.organisation_or_personal_number, written, on=on)
    return number if len(number) == 10 else _old_enough(number, written, on)


def _old_enough(number: str, written: str, on: date) -> str:
    # Lists drop the + of those over a hundred. Nobody should become their own great-grandchild.
    digits = sum(character.isdigit() for character in written)
    age = on.year - int(number[:4])
    if digits == 10 and age < ADULT_AGE:
        raise ValueRefused(
            _("Personnumret kan vara för någon som är %(young)s år eller %(old)s år.")
            % {"young": age, "old": age + 100},
            _("Skriv det med tolv siffror."),
        )
    return number


def organisation_number(cell: Cell, on: date) -> str:
    return _normal(numbers.organisation_number, _number_text(cell, width=10))


def postal_code(cell: Cell, on: date) -> str:
    return _normal(numbers.postal_code, _number_text(cell))


def flat_number(cell: Cell, on: date) -> str:
    """A lägenhetsnummer of four digits. Only a cellar's begins with the zero that Excel eats."""
    written = _number_text(cell)
    if re.fullmatch(r"[89]\d\d", written, re.ASCII):
        written = f"0{written}"
    return _normal(numbers.flat_number, written)


def phone_number(cell: Cell, on: date) -> str:
    return _normal(numbers.phone_number, _number_text(cell))


def email(cell: Cell, on: date) -> str:
    value = re.sub(r"^mailto:", "", text_of(cell), flags=re.IGNORECASE)
    if value.count("@") > 1:
        raise ValueRefused(
            _("Cellen innehåller mer än en e-postadress."), _("Skriv en enda adress.")
        )
    try:
        validate_email(value)
    except ValidationError as error:
        raise ValueRefused(
            _("Det här är ingen e-postadress."), _("Skriv den som namn@exempel.se.")
        ) from error
    mailbox, domain = value.split("@")
    return _not_too_long(f"{mailbox}@{domain.lower()}", 254)


# --- days ----------------------------------------------------------------------------------------

_MONTHS = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
_DASHES = re.compile("[‐‑‒–—−]")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d\d?)\2(\d\d?)(?:[T ][\d:.]+Z?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d\d?)[-/. ]+(\d\d?)[-/. ]+(\d{4})(?: [\d:.]+)?", re.ASCII)
_IN_WORDS = re.compile(r"(?:den )?(\d\d?)(?::?e)?\.? ?([^\W\d_]{3,9})\.? ?(\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{6}|\d\d?[-/. ]+\d\d?[-/. ]+\d\d?", re.ASCII)


def day(cell: Cell, on: date) -> date:
    """A day, as Excel keeps it or as people write it; the day stands before the month."""
    if isinstance(cell, datetime):
        return _reasonable(cell.date())
    if isinstance(cell, date):
        return _reasonable(cell)
    if isinstance(cell, (bool, time, timedelta)):
        raise _not_a_day()
    value = _DASHES.sub("-", text_of(cell))
    if _is_serial(cell):
        value = re.sub(r"^'|(?<=\d)[.,]\d+$", "", value)
    if re.fullmatch(r"\d{5}", value, re.ASCII) and int(value) in EXCEL_DAYS:
        return EXCEL_DAY_ZERO + timedelta(days=int(value))
    if re.fullmatch(r"\d{4}", value, re.ASCII):
        raise ValueRefused(_("Det här är bara ett årtal."), _remedy_for_a_day())
    if _SHORT_YEAR.fullmatch(value):
        raise ValueRefused(_("Årtalet har bara två siffror."), _remedy_for_a_day())
    return _reasonable(_day_of(*_year_month_day(value)))


def _is_serial(cell: Cell) -> bool:
    # A moment is kept as a day with decimals: 46350,375 is nine o'clock.
    return isinstance(cell, float) or (
        isinstance(cell, str) and re.fullmatch(r"'?\d{5}[.,]\d+", cell.strip()) is not None
    )


def _year_month_day(value: str) -> tuple[int, int, int]:
    match = _YEAR_FIRST.fullmatch(value)
    # Without signs between there must be eight digits.
    if match and (match[2] or len(match[3]) == len(match[4]) == 2):
        return int(match[1]), int(match[3]), int(match[4])
    if match := _DAY_FIRST.fullmatch(value):
        return int(match[3]), int(match[2]), int(match[1])
    if (match := _IN_WORDS.fullmatch(value)) and match[2][:3].casefold() in _MONTHS:
        return int(match[3]), _MONTHS.index(match[2][:3].casefold()) + 1, int(match[1])
    raise _not_a_day()


def _day_of(year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError as error:
        raise ValueRefused(
            _("Datumet finns inte i kalendern."),
            _("Rätta dagen eller månaden. Skriv som 2026-11-24."),
        ) from error


def _reasonable(value: date) -> date:
    if value.year not in YEARS:
        raise ValueRefused(
            _("Året %(year)s är inte rimligt.") % {"year": f"{value.year:04}"},
            _("Rätta året. Skriv datumet som 2026-11-24."),
        )
    return value


def _not_a_day() -> ValueRefused:
    return ValueRefused(_("Det här är inget datum."), _remedy_for_a_day())


def _remedy_for_a_day() -> str:
    return _("Skriv hela datumet, som 2026-11-24.")


def past_day(cell: Cell, on: date) -> date:
    """A day on which something has already happened."""
    value = day(cell, on)
    if value > on:
        raise ValueRefused(_("Datumet har inte varit ännu."), _("Rätta datumet."))
    return value
