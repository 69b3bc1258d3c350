"""Numbers that people write in many ways and the register keeps in one.

Each function takes what a person wrote and gives the one form that is saved, or raises
`NumberRefused`, a `ValidationError`, so it serves as a validator and in a form's `clean_…`:

| function                          | kept as                     | shown by                    |
|-----------------------------------|-----------------------------|-----------------------------|
| `personal_id_number`              | 12 digits                   | `shown_personal_id_number`  |
| `organisation_number`             | 10 digits                   | `shown_organisation_number` |
| `organisation_or_personal_number` | 10 or 12 digits             | `shown_owner_number`        |
| `phone_number`                    | E.164, `+46701740605`       | `shown_phone_number`        |
| `postal_code`                     | 5 digits                    | `shown_postal_code`         |
| `flat_number`                     | 4 digits                    |                             |
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum import luhn

from homecare.core import clock

# The oldest test numbers of the Tax Agency are of people born in 1890.
OLDEST_YEAR_OF_BIRTH = 1880
COORDINATION_DAYS = 60  # what a samordningsnummer adds to the day of birth

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
_TEN_OR_TWELVE = re.compile(r"(\d\d)?(\d{6})([-+]?)(\d{4})", re.ASCII)


class NumberRefused(ValidationError):
    """What is wrong with a number, and what to do about it: both in one text, and each apart."""

    def __init__(self, wrong: str, remedy: str, code: str) -> None:
        super().__init__(f"{wrong} {remedy}", code=code)
        self.wrong = wrong
        self.remedy = remedy


def _plain(text: str) -> str:
    """The text with ordinary digits, hyphens and no spaces of any kind."""
    if text.isascii():
        return "".join(text.split())
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return "".join(character for character in text if not _is_invisible(character))


def _is_invisible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cf"


def personal_id_number(text: str, *, on: date | None = None) -> str:
    """A personnummer or samordningsnummer, as 12 digits.

    Ten digits are read as of the day `on` (today): with `-` or nothing between, the person is
    the youngest possible; with `+`, a hundred years older.
    """
    on = on or clock.today()
    plain = _plain(text)
    match = _TEN_OR_TWELVE.fullmatch(plain)
    if match is None:
        raise NumberRefused(
            _("Personnumret har inte 10 eller 12 siffror."),
            _("Skriv det som ÅÅÅÅMMDD-NNNN."),
            "shape",
        )
    century, short, separator, last = match.groups()
    if not luhn.is_valid(short + last):
        raise NumberRefused(
            _("Personnumrets kontrollsiffra stämmer inte."),
            _("Någon siffra är fel. Jämför med underlaget."),
            "check_digit",
        )
    if century is None:
        century = _century(short, on, hundred_or_older=separator == "+")
    number = century + short + last
    _refuse_impossible_birth(number, on)
    return number


def _century(short: str, on: date, *, hundred_or_older: bool) -> str:
    century, year = divmod(on.year, 100)
    month_and_day = (int(short[2:4]), int(short[4:6]) % COORDINATION_DAYS)
    if (int(short[:2]), *month_and_day) > (year, on.month, on.day):
        century -= 1
    return str(century - hundred_or_older)


def _refuse_impossible_birth(number: str, on: date) -> None:
    try:
        born = birth_date(number)
    except ValueError as error:
        raise NumberRefused(
            _("Personnumret innehåller ett datum som inte finns."),
            _("Jämför med underlaget. Reservnummer kan inte användas här."),
            "date",
        ) from error
    if born > on:
        raise NumberRefused(
            _("Personnumrets födelsedag har inte varit ännu."), _("Rätta århundradet."), "future"
        )
    if born.year < OLDEST_YEAR_OF_BIRTH:
        raise NumberRefused(
            _("Personnumret är för någon som föddes %(year)s.") % {"year": born.year},
            _("Rätta århundradet."),
            "too_old",
        )


def birth_date(number: str) -> date:
    """The day of birth in a saved number (12 digits)."""
    day = int(number[6:8])
    return date(
        int(number[:4]),
        int(number[4:6]),
        day - COORDINATION_DAYS if day > COORDINATION_DAYS else day,
    )


def shown_personal_id_number(number: str) -> str:
    """19121212-1212."""
    return f"{number[:8]}-{number[8:]}"


def organisation_number(text: str) -> str:
    """The number of a company, housing cooperative, authority or estate, as 10 digits."""
    digits = _plain(text).replace("-", "").replace(".", "")
    if re.fullmatch(r"16\d{10}", digits, re.ASCII):  # authorities write the "century" 16 in front
        digits = digits[2:]
    if not re.fullmatch(r"\d{10}", digits, re.ASCII):
        raise NumberRefused(
            _("Organisationsnumret har inte 10 siffror."), _("Skriv det som NNNNNN-NNNN."), "shape"
        )
    if not luhn.is_valid(digits):
        raise NumberRefused(
            _("Organisationsnumrets kontrollsiffra stämmer inte."),
            _("Någon siffra är fel. Jämför med underlaget."),
            "check_digit",
        )
    if not _belongs_to_an_organisation(digits):
        raise NumberRefused(
            _("Det här är ett personnummer, inte ett organisationsnummer."),
            _("Skriv organisationens eget nummer."),
            "personal",
        )
    return digits


def _belongs_to_an_organisation(digits: str) -> bool:
    # Where a personnummer has its month, an organisation number has at least 20.
    return digits[2] >= "2" and digits[0] != "0"


def organisation_or_personal_number(text: str, *, on: date | None = None) -> str:
    """The number of an owner: 10 digits for an organisation, 12 for a private person."""
    plain = _plain(text)
    digits = re.sub(r"\D", "", plain)
    if re.fullmatch(r"16\d{10}", digits) or (
        len(digits) == 10 and _belongs_to_an_organisation(digits)
    ):
        return organisation_number(plain)
    if len(digits) not in {10, 12}:
        raise NumberRefused(
            _("Numret har inte 10 eller 12 siffror."),
            _("Skriv ett organisationsnummer eller ett personnummer."),
            "shape",
        )
    return personal_id_number(plain, on=on)


def shown_organisation_number(number: str) -> str:
    """556036-0793."""
    return f"{number[:6]}-{number[6:]}"


def shown_owner_number(number: str) -> str:
    """As `organisation_or_personal_number` gave it."""
    if len(number) == 12:
        return shown_personal_id_number(number)
    return shown_organisation_number(number)


def phone_number(text: str) -> str:
    """One phone number, Swedish when nothing else is said, as E.164: +46701740605."""
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    # phonenumbers reads letters as the digits of an old keypad, or as the start of an extension.
    if re.search(r"\d.*[^\W\d_]", text):
        raise _not_one_phone_number()
    try:
        number = phonenumbers.parse(text, "SE")
    except phonenumbers.NumberParseException as error:
        if error.error_type == error.TOO_LONG:
            raise _not_one_phone_number() from error
        raise NumberRefused(
            _("Det här är inget telefonnummer."),
            _("Skriv det som 070-123 45 67, eller med landsnummer som +358 40 123 45 67."),
            "shape",
        ) from error
    if number.extension or not phonenumbers.is_valid_number(number):
        raise _not_one_phone_number()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _not_one_phone_number() -> NumberRefused:
    return NumberRefused(
        _("Telefonnumret finns inte eller är mer än ett nummer."),
        _("Skriv ett enda nummer, med riktnummer och utan anknytning eller kommentar."),
        "number",
    )


@lru_cache(maxsize=4096)
def shown_phone_number(number: str) -> str:
    """070-174 06 05 for a Swedish number, +358 40 1234567 for another."""
    parsed = phonenumbers.parse(number, "SE")
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if parsed.country_code == 46
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, form)


def postal_code(text: str) -> str:
    """A Swedish postal code, as 5 digits."""
    match = re.fullmatch(r"(?:SE|S)?-?([1-9]\d\d)-?(\d\d)", _plain(text).upper(), re.ASCII)
    if match is None:
        raise NumberRefused(
            _("Det här är inget svenskt postnummer."),
            _("Skriv fem siffror, som 120 54."),
            "shape",
        )
    return match[1] + match[2]


def shown_postal_code(number: str) -> str:
    """120 54."""
    return f"{number[:3]} {number[3:]}"


def flat_number(text: str) -> str:
    """A *lägenhetsnummer* of the national register: four digits, floor and then door."""
    match = re.fullmatch(
        r"(?:LGH|LÄGENHET)?\.?(?:NR)?\.?(\d\d)(\d\d)", _plain(text).upper(), re.ASCII
    )
    if match is None or "00" in match.groups():
        raise NumberRefused(
            _("Det här är inget lägenhetsnummer."),
            _("Skriv de fyra siffrorna från folkbokföringen, som 1102."),
            "shape",
        )
    return match[1] + match[2]
