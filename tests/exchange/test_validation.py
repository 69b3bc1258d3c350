"""A whole list, checked. Each kind of fault stands in `test_bad_input`."""

import pytest

from homecare.core import clock
from homecare.exchange import columns, reading, validation
from homecare.exchange.reading import Row, Table
from homecare.exchange.validation import CheckedRow, Fault
from tests.exchange.files import DAY, HEADERS, row, text, xlsx


def checked(table, kind="recipients", **kwargs):
    mapping = columns.understand(table.headers, kind).mapping
    return validation.check(table, kind, mapping, on=DAY, **kwargs)


def table_of(headers, *rows):
    return Table(headers, [Row(at, tuple(cells)) for at, cells in enumerate(rows, start=2)], [])


def test_a_row_without_faults_gives_what_is_saved():
    table = reading.read(text(HEADERS, row(protection="Sekretessmarkering")), "a.csv")

    [good] = checked(table).rows

    assert good == CheckedRow(
        2,
        {
            "personal_number": "194107088967",
            "first_name": "Elsa",
            "last_name": "Lindgren",
            "phone": "+46701740605",
            "protection_level": "marked",
            "address": "Skagersvägen 12",
            "apartment_number": "1102",
            "postal_code": "12038",
            "city": "Årsta",
            "moved_in_on": good.values["moved_in_on"],
            "entrances": ("Skagersvägen 12",),
            "unit": "ARSTA",
            "commission_from": good.values["commission_from"],
        },
    )


def test_an_empty_cell_gives_no_value():
    table = reading.read(text(HEADERS, row(phone="", flat="-")), "a.csv")

    assert {"phone", "apartment_number"}.isdisjoint(checked(table).rows[0].values)


def test_a_row_with_faults_is_told_and_not_given():
    table = reading.read(text(HEADERS, row(), row(postal_code="1"), row()), "a.csv")

    result = checked(table)

    assert [one.number for one in result.rows] == [2, 4]
    assert result.faults == [
        Fault(
            row=3,
            column="Postnr",
            value="1",
            message="Det här är inget svenskt postnummer.",
            remedy="Skriv fem siffror, som 120 54.",
        )
    ]
    assert result.faults[0].as_dict() == {
        "row": 3,
        "column": "Postnr",
        "value": "1",
        "message": "Det här är inget svenskt postnummer.",
        "remedy": "Skriv fem siffror, som 120 54.",
        "person": "",
    }


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("19410708-8966", "19410708-••••"),
        ("410708 8966", "410708 ••••"),
        (194107088966, "19410708••••"),
        ("19410708", "19410708"),
    ],
)
def test_a_fault_shows_no_whole_personnummer(written, seen):
    table = table_of(HEADERS, row(number=written))

    assert checked(table).faults[0].value == seen


def test_a_fault_shows_an_organisation_number_but_no_entrance_code():
    owners = table_of(["Namn", "Org.nr"], ["Bolaget", "556036-0794"])
    entrances = table_of(
        ["Fastighet", "Ägare", "Gatuadress", "Postnr", "Ort", "Portkod"],
        ["Alen 1", "Bolaget", "Gatan 1", "120 38", "Årsta", "=1234"],
    )

    assert checked(owners, "property_owners").faults[0].value == "556036-0794"
    assert checked(entrances, "entrances").faults[0].value == "••••"


@pytest.mark.parametrize(
    ("header", "written", "first", "last"),
    [
        ("Namn", "Elsa Lindgren", "Elsa", "Lindgren"),
        ("Namn", "Elsa Maria von der Lind", "Elsa Maria", "von der Lind"),
        ("Namn", "Lindgren, Elsa Maria", "Elsa Maria", "Lindgren"),
        ("Efternamn, förnamn", "Lindgren Elsa Maria", "Elsa Maria", "Lindgren"),
        ("Efternamn, förnamn", "von Lind Elsa", "Elsa", "von Lind"),
        ("Efternamn, förnamn", "Lind Af Ek, Elsa", "Elsa", "Lind Af Ek"),
    ],
)
def test_a_name_in_one_column_is_divided(header, written, first, last):
    table = table_of(
        [header, *[one for one in HEADERS if "namn" not in one]], [written, row()[0], *row()[3:]]
    )

    values = checked(table).rows[0].values

    assert (values["first_name"], values["last_name"]) == (first, last)
    assert not any(name.startswith("whole") for name in values)


def test_a_name_that_cannot_be_divided_is_a_fault():
    table = table_of(
        ["Namn", *[one for one in HEADERS if "namn" not in one]], ["Elsa", row()[0], *row()[3:]]
    )

    [fault] = checked(table).faults

    assert (fault.column, fault.message) == (
        "Namn",
        "Namnet går inte att dela i förnamn och efternamn.",
    )


STAFF = ["Anst.nr", "Enhet", "Anställd från"]


@pytest.mark.parametrize(
    ("headers", "cells", "name"),
    [
        (["Namn"], ["Åsa Berg"], "Åsa Berg"),
        (["Namn"], ["Madonna"], "Madonna"),
        (["Namn"], ["Berg, Åsa"], "Åsa Berg"),
        (["Efternamn Förnamn"], ["Berg Åsa"], "Åsa Berg"),
        (["Efternamn", "Förnamn"], ["Berg", "Åsa"], "Åsa Berg"),
    ],
)
def test_staff_have_one_name(headers, cells, name):
    table = table_of([*STAFF, *headers], ["M1", "ARSTA", "2026-01-01", *cells])

    values = checked(table, "staff").rows[0].values

    assert values["name"] == name
    assert {"first_name", "last_name", "whole_name"}.isdisjoint(values)


def test_either_of_two_names_missing_is_told_where_it_is_missing():
    table = table_of(HEADERS, row(last=""))

    [fault] = checked(table).faults

    assert (fault.column, fault.message) == ("Efternamn", "Cellen är tom.")


def test_of_owners_number_and_name_one_is_enough():
    headers = ["Fastighet", "Ägare", "Org.nr", "Gatuadress", "Postnr", "Ort"]
    table = table_of(
        headers,
        ["Alen 1", "Bolaget", "", "Gatan 1", "120 38", "Årsta"],
        ["Alen 1", "", "556036-0793", "Gatan 2", "120 38", "Årsta"],
        ["Alen 1", "", "", "Gatan 3", "120 38", "Årsta"],
    )

    result = checked(table, "entrances")

    assert [one.number for one in result.rows] == [2, 3]
    assert [(fault.row, fault.message) for fault in result.faults] == [(4, "Cellen är tom.")]


def test_a_column_that_a_person_left_out_is_not_looked_at():
    table = table_of(HEADERS, row(phone="ring dottern"))
    mapping = columns.understand(HEADERS, "recipients").mapping
    del mapping["Telefon"]

    assert validation.check(table, "recipients", mapping, on=DAY).faults == []


def test_what_excel_did_is_told():
    content = xlsx(HEADERS, row(number=194107088967, phone=701740605), row(phone=701740605))

    mended = "De är lästa som text igen, med sina nollor."
    assert checked(reading.read(content, "a.xlsx")).notes == [
        f"I kolumnen ”Personnummer” hade Excel gjort om 1 värden till tal. {mended}",
        f"I kolumnen ”Telefon” hade Excel gjort om 2 värden till tal. {mended}",
    ]


def test_progress_is_told_now_and_then():
    told = []

    checked(table_of(HEADERS, *[row()] * 1200), tell=told.append)

    assert told == [0, 500, 1000]


def test_the_day_is_today_unless_said(at):
    at(2010, 1, 1, 12)
    table = table_of(HEADERS, row(moved="2009-01-01", from_="2009-01-01"), row(moved="2010-06-01"))
    mapping = columns.understand(HEADERS, "recipients").mapping

    result = validation.check(table, "recipients", mapping)

    assert clock.today().year == 2010
    assert [fault.row for fault in result.faults] == [3]
