"""Numbers as people write them. Every personnummer here is one of the Tax Agency's test numbers,
made after their pattern, or the well-known 19121212-1212."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from homecare.core import clock, numbers

DAY = date(2026, 11, 24)


def refusal(function, text, **kwargs):
    with pytest.raises(ValidationError) as refused:
        function(text, **kwargs)
    return refused.value.messages[0]


@pytest.mark.parametrize(
    ("written", "saved"),
    [
        ("19121212-1212", "191212121212"),
        ("191212121212", "191212121212"),
        ("19121212 1212", "191212121212"),
        ("1912 12 12 12 12", "191212121212"),
        ("  191212121212\n", "191212121212"),
        ("19121212–1212", "191212121212"),  # an en dash, as Word makes it
        ("19121212\N{NON-BREAKING HYPHEN}1212", "191212121212"),
        ("19121212\N{NO-BREAK SPACE}1212", "191212121212"),
        ("\N{ZERO WIDTH SPACE}19121212-1212", "191212121212"),
        ("１９１２１２１２－１２１２", "191212121212"),  # full width
        ("121212+1212", "191212121212"),
        ("121212-1212", "201212121212"),  # without +, the youngest possible
        ("1212121212", "201212121212"),
        ("19121212+1212", "191212121212"),  # 12 digits need no help from the +
        ("410708-8967", "194107088967"),
        ("4107088967", "194107088967"),
        ("189001019802", "189001019802"),  # the first of the Tax Agency's test numbers
        ("189001029819", "189001029819"),
        ("201701102384", "201701102384"),
        ("000229-2399", "200002292399"),  # a leap day
        ("202601612381", "202601612381"),  # a samordningsnummer: day 61 is the first
        ("260161-2381", "202601612381"),
    ],
)
def test_a_personnummer_is_kept_as_twelve_digits(written, saved):
    assert numbers.personal_id_number(written, on=DAY) == saved


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (
            "19121212-1213",
            (
                "Personnumrets kontrollsiffra stämmer inte. "
                "Någon siffra är fel. Jämför med underlaget."
            ),
        ),
        ("19121212-121", "Personnumret har inte 10 eller 12 siffror. Skriv det som ÅÅÅÅMMDD-NNNN."),
        ("", "Personnumret har inte 10 eller 12 siffror. Skriv det som ÅÅÅÅMMDD-NNNN."),
        ("12121212-1212", "Personnumret är för någon som föddes 1212. Rätta århundradet."),
        (
            "1912-1212-1212",
            "Personnumret har inte 10 eller 12 siffror. Skriv det som ÅÅÅÅMMDD-NNNN.",
        ),
        ("١٩١٢١٢١٢١٢١٢", "Personnumret har inte 10 eller 12 siffror. Skriv det som ÅÅÅÅMMDD-NNNN."),
        (
            "19121212-TF12",
            "Personnumret har inte 10 eller 12 siffror. Skriv det som ÅÅÅÅMMDD-NNNN.",
        ),
        (
            "19121312-1211",
            (
                "Personnumret innehåller ett datum som inte finns. "
                "Jämför med underlaget. Reservnummer kan inte användas här."
            ),
        ),
        (
            "19230229-2385",
            (
                "Personnumret innehåller ett datum som inte finns. "
                "Jämför med underlaget. Reservnummer kan inte användas här."
            ),
        ),
        ("20271212-1212", "Personnumrets födelsedag har inte varit ännu. Rätta århundradet."),
    ],
)
def test_a_personnummer_that_cannot_be_is_refused(written, text):
    digits = "".join(c for c in written if c in "0123456789")
    if len(digits) == 12 and "kontrollsiffra" not in text:
        written = written[:-1] + luhn.calc_check_digit(digits[2:-1])

    assert refusal(numbers.personal_id_number, written, on=DAY) == text


def test_ten_digits_turn_a_century_on_the_birthday():
    born_on_the_day = "261124" + "238" + luhn.calc_check_digit("261124238")
    born_the_day_after = "261125" + "238" + luhn.calc_check_digit("261125238")

    assert numbers.personal_id_number(born_on_the_day, on=DAY)[:4] == "2026"
    assert numbers.personal_id_number(born_the_day_after, on=DAY)[:4] == "1926"


def test_the_day_is_today_unless_said():
    with clock.at(datetime(2011, 1, 1, 12)):  # noqa: DTZ001
        assert numbers.personal_id_number("121212-1212") == "191212121212"


def test_the_day_of_a_samordningsnummer_is_the_day_of_birth():
    assert numbers.birth_date("202601612381") == date(2026, 1, 1)


@given(
    st.dates(date(1890, 1, 1), DAY),
    st.integers(0, 999),
    st.booleans(),
    st.sampled_from(["{y}{s}{l}", "{y}{s}-{l}", "{y}{s} {l}", "{y} {s} - {l}"]),
)
def test_every_number_comes_back_however_it_is_written(born, serial, coordination, form):
    day = born.day + (60 if coordination else 0)
    nine = f"{born:%y%m}{day:02}{serial:03}"
    saved = f"{born.year // 100}{nine}{luhn.calc_check_digit(nine)}"
    written = form.format(y=saved[:4], s=saved[4:8], l=saved[8:])

    assert numbers.personal_id_number(written, on=DAY) == saved
    assert numbers.personal_id_number(numbers.shown_personal_id_number(saved), on=DAY) == saved


@given(st.dates(date(1926, 11, 25), DAY), st.integers(0, 999))
def test_ten_digits_find_the_century_of_anyone_below_a_hundred(born, serial):
    nine = f"{born:%y%m%d}{serial:03}"
    ten = nine + luhn.calc_check_digit(nine)

    assert numbers.personal_id_number(ten, on=DAY) == f"{born.year // 100}{ten}"


@pytest.mark.parametrize(
    "written",
    ["556036-0793", "5560360793", "556036 0793", "16556036-0793", "165560360793", "556036–0793"],
)
def test_an_organisation_number_is_kept_as_ten_digits(written):
    assert numbers.organisation_number(written) == "5560360793"
    assert numbers.organisation_or_personal_number(written) == "5560360793"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (
            "556036-0794",
            (
                "Organisationsnumrets kontrollsiffra stämmer inte. "
                "Någon siffra är fel. Jämför med underlaget."
            ),
        ),
        ("556036-079", "Organisationsnumret har inte 10 siffror. Skriv det som NNNNNN-NNNN."),
        ("SE556036079301", "Organisationsnumret har inte 10 siffror. Skriv det som NNNNNN-NNNN."),
        (
            "410708-8967",
            (
                "Det här är ett personnummer, inte ett organisationsnummer. "
                "Skriv organisationens eget nummer."
            ),
        ),
    ],
)
def test_an_organisation_number_that_cannot_be_is_refused(written, text):
    assert refusal(numbers.organisation_number, written) == text


def test_an_owner_is_an_organisation_or_a_person():
    assert numbers.organisation_or_personal_number("410708-8967", on=DAY) == "194107088967"
    assert numbers.shown_owner_number("194107088967") == "19410708-8967"
    assert numbers.shown_owner_number("5560360793") == "556036-0793"
    assert refusal(numbers.organisation_or_personal_number, "12 345") == (
        "Numret har inte 10 eller 12 siffror. Skriv ett organisationsnummer eller ett personnummer."
    )


@pytest.mark.parametrize(
    ("written", "saved"),
    [
        ("070-174 06 05", "+46701740605"),
        ("0701740605", "+46701740605"),
        ("+46 (0)70-1740605", "+46701740605"),
        ("0046 70 174 06 05", "+46701740605"),
        ("070–174\N{NO-BREAK SPACE}06\N{NO-BREAK SPACE}05", "+46701740605"),
        ("08/508 10 000", "+46850810000"),
        ("+358 40 1234567", "+358401234567"),
    ],
)
def test_a_phone_number_is_kept_as_e164(written, saved):
    assert numbers.phone_number(written) == saved


@pytest.mark.parametrize("written", ["", "ring dottern", "x"])
def test_what_is_no_phone_number_is_refused(written):
    assert refusal(numbers.phone_number, written) == (
        "Det här är inget telefonnummer. "
        "Skriv det som 070-123 45 67, eller med landsnummer som +358 40 123 45 67."
    )


@pytest.mark.parametrize(
    "written",
    [
        "070-123",
        "070-174 06 05 / 08-508 10 000",
        "0701740605 (dotter)",
        "08-508 10 000 ankn 12",
        "08-508 10 000 ext. 12",
        "112",
        "0800-FLOWERS",
    ],
)
def test_a_phone_number_that_is_not_one_number_is_refused(written):
    assert refusal(numbers.phone_number, written) == (
        "Telefonnumret finns inte eller är mer än ett nummer. "
        "Skriv ett enda nummer, med riktnummer och utan anknytning eller kommentar."
    )


def test_a_phone_number_is_shown_as_people_write_it():
    assert numbers.shown_phone_number("+46701740605") == "070-174 06 05"
    assert numbers.shown_phone_number("+358401234567") == "+358 40 1234567"


@pytest.mark.parametrize(
    "written", ["120 54", "12054", "SE-120 54", "S-12054", "120\N{NO-BREAK SPACE}54"]
)
def test_a_postal_code_is_kept_as_five_digits(written):
    assert numbers.postal_code(written) == "12054"
    assert numbers.shown_postal_code("12054") == "120 54"


@pytest.mark.parametrize("written", ["", "1205", "120 544", "02054", "12O54", "FI-00100"])
def test_what_is_no_postal_code_is_refused(written):
    assert refusal(numbers.postal_code, written) == (
        "Det här är inget svenskt postnummer. Skriv fem siffror, som 120 54."
    )


@pytest.mark.parametrize("written", ["1102", "lgh 1102", "Lgh nr 1102", "Lägenhet 1102"])
def test_a_flat_number_is_four_digits(written):
    assert numbers.flat_number(written) == "1102"


@pytest.mark.parametrize("written", ["", "3", "11023", "1100", "0001", "2 tr"])
def test_what_is_no_flat_number_is_refused(written):
    assert refusal(numbers.flat_number, written) == (
        "Det här är inget lägenhetsnummer. Skriv de fyra siffrorna från folkbokföringen, som 1102."
    )
