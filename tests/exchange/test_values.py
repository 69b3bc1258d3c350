"""What is read from cells. What is refused stands in `test_bad_input`."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homecare.exchange import values
from homecare.exchange.cells import ValueRefused, is_blank, shown, text_of
from homecare.exchange.columns import LISTS
from tests.exchange.files import DAY, naive


@pytest.mark.parametrize(
    "written",
    [
        "19410708-8967", "194107088967", "410708-8967", "4107088967", "19410708 8967",
        "'19410708-8967", "194107088967.0", "194107088967,0", 194107088967, 194107088967.0,
        4107088967, "\N{NO-BREAK SPACE}19410708–8967\N{ZERO WIDTH SPACE}",
    ],
)  # fmt: skip
def test_a_personnummer_is_understood(written):
    assert values.personal_number(written, DAY) == "194107088967"


def test_zeros_that_excel_ate_are_given_back():
    assert values.personal_number(2292399, date(2020, 1, 1)) == "200002292399"
    assert values.personal_number(107089914, date(2020, 1, 1)) == "200107089914"
    assert values.phone_number(701740605, DAY) == "+46701740605"
    assert values.flat_number(901, DAY) == "0901"


@pytest.mark.parametrize(
    "written",
    [
        "070-174 06 05",
        701740605,
        701740605.0,
        "701740605",
        "46701740605",
        46701740605,
        "'070-1740605",
    ],
)
def test_a_phone_number_is_understood(written):
    assert values.phone_number(written, DAY) == "+46701740605"


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-24", "24/11 2026", "24/11/2026", "24.11.2026", "24-11-2026", "20261124", 20261124,
        "2026/11/24", "2026.11.24", "2026-11-24 00:00:00", "2026-11-24T09:30:00Z", "24 nov 2026",
        "24 nov. 2026", "24 november 2026", "24 NOVEMBER 2026", "den 24 november 2026",
        "24:e november 2026", 46350, 46350.0, 46350.375, "46350", "46350,375", date(2026, 11, 24),
        naive(2026, 11, 24, 9, 30), "\N{NO-BREAK SPACE}2026‑11‑24",
    ],
)  # fmt: skip
def test_a_day_is_understood(written):
    assert values.day(written, DAY) == date(2026, 11, 24)


@given(st.dates(date(1928, 1, 1), date(2099, 12, 30)))
def test_every_day_is_understood_in_every_form(day):
    serial = (day - date(1899, 12, 30)).days

    for written in (
        day, day.isoformat(), f"{day:%Y%m%d}", f"{day.day}/{day.month} {day.year}", serial,
        float(serial), str(serial), naive(day.year, day.month, day.day),
    ):  # fmt: skip
        assert values.day(written, DAY) == day


@pytest.mark.parametrize(
    ("parse", "written", "value"),
    [
        (values.email, "mailto:Eva.Ek@Kommun.Example", "Eva.Ek@kommun.example"),
        (values.yes_or_no, "Ja", True),
        (values.yes_or_no, "x", True),
        (values.yes_or_no, True, True),
        (values.yes_or_no, 0, False),
        (values.yes_or_no, "NEJ", False),
        (values.postal_code, 12038, "12038"),
        (values.flat_number, "lgh 1102", "1102"),
        (values.flat_number, 1102.0, "1102"),
        (values.floor, 3, "3"),
        (values.floor, "-1", "-1"),
        (values.floor, "BV", "BV"),
        (values.amount, "2", 2),
        (values.amount, 2.0, 2),
        (values.owner_number, "556036-0793", "5560360793"),
        (values.owner_number, 5560360793, "5560360793"),
        (values.owner_number, "410708-8967", "194107088967"),
        (values.text(20), 12345, "12345"),
        (values.text(20), 12345.0, "12345"),
        (values.text(20), 1.5, "1,5"),
        (values.text(20), " Årsta\N{NO-BREAK SPACE}\n hemtjänst ", "Årsta hemtjänst"),
        (values.text(20), "A\N{COMBINING RING ABOVE}rsta", "Årsta"),
        (values.person_name(40), "Elsa-Lill O’Brien d.y.", "Elsa-Lill O’Brien d.y."),
        (values.person_name(40), "Αθηνά Ибрагимова", "Αθηνά Ибрагимова"),
        (values.path(80), "Gatan 1 > Gatan 1, gårdsport", ("Gatan 1", "Gatan 1, gårdsport")),
        (values.path(80), "Gatan 1; gårdsport |", ("Gatan 1", "gårdsport")),
        (values.path(80), "Gatan 1\ngårdsport", ("Gatan 1", "gårdsport")),
    ],
)
def test_a_value_is_understood(parse, written, value):
    assert parse(written, DAY) == value


@pytest.mark.parametrize("cell", [None, "", "  ", "-", " – ", "—", "\N{ZERO WIDTH SPACE}", "\n"])
def test_what_says_nothing_is_blank(cell):
    assert is_blank(cell)


@pytest.mark.parametrize("cell", [0, False, "0", "a", "-1", "=1", date(2026, 1, 1)])
def test_what_says_something_is_not_blank(cell):
    assert not is_blank(cell)


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        ("a\r\nb\tc", "a b c"),
        ("a\x07b", "a�b"),
        ("x" * 90, "x" * 59 + "…"),
        (1.5, "1,5"),
        (194107088967.0, "194107088967"),
        (naive(2026, 11, 24), "2026-11-24"),
        (naive(2026, 11, 24, 9, 30), "2026-11-24 09:30"),
        (None, ""),
    ],
)
def test_a_cell_is_shown_on_one_short_line(cell, seen):
    assert shown(cell) == seen


ANY_CELL = st.one_of(
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(9)),
)


@given(ANY_CELL, st.sampled_from([field for one in LISTS for field in one.fields]))
def test_any_cell_has_a_value_or_is_refused_in_two_sentences(cell, field):
    if is_blank(cell):
        return
    try:
        value = field.parse(cell, DAY)
    except ValueRefused as error:
        told = (error.wrong, error.remedy)
    else:
        told = ()
        assert value is not None
        assert not (isinstance(value, str) and value.startswith(("=", "@")))
    assert all(told)


@given(st.text(max_size=40))
def test_the_text_of_a_cell_holds_nothing_that_cannot_be_seen(cell):
    if is_blank(cell):
        return
    try:
        text = text_of(cell)
    except ValueRefused:
        return
    assert text == " ".join(text.split())
    assert "\N{ZERO WIDTH SPACE}" not in text
