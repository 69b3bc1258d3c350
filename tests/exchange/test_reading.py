"""From a file to a table. What is refused stands in `test_bad_input`."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homecare.exchange import reading
from tests.exchange.files import HEADERS, naive, repacked, row, text, xlsx

SHORT = ["Personnummer", "Förnamn", "Efternamn"]
ELSA = ["19410708-8967", "Elsa", "Öberg"]
ARNE = ["19121212-1212", "Arne", "Åkesson"]


def cells(table):
    return [row.cells for row in table.rows]


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_text_file_is_read_whatever_its_encoding_and_separator(separator, newline, encoding):
    content = text(SHORT, ELSA, ARNE, separator=separator, newline=newline, encoding=encoding)

    table = reading.read(content, "lista.csv")

    assert table.headers == SHORT
    assert cells(table) == [tuple(ELSA), tuple(ARNE)]
    assert [row.number for row in table.rows] == [2, 3]


def test_how_a_text_file_was_read_is_told():
    content = text(SHORT, ELSA, separator="\t", encoding="cp1252")

    assert reading.read(content, "lista.txt").notes == [
        "Filen är läst som text med tabb mellan kolumnerna, i Windows-1252."
    ]


def test_excels_line_about_the_separator_is_followed_and_not_counted():
    content = b"sep=,\r\n" + text(SHORT, ['"Öberg; Elsa"', "Elsa", "Öberg"], separator=",")

    table = reading.read(content, "lista.csv")

    assert cells(table) == [("Öberg; Elsa", "Elsa", "Öberg")]
    assert table.rows[0].number == 2


def test_other_separators_in_the_cells_do_not_confuse():
    content = text(
        ["Namn", "Gatuadress", "Portar"],
        ['"Öberg, Elsa"', "Gatan 1, 2 tr, c/o Ek, Årsta", '"Gatan 1; gårdsport"'],
        ['"Åkesson, Arne"', "Gatan 2, 1 tr, c/o Alm, Årsta", "Gatan 2"],
    )

    table = reading.read(content, "lista.csv")

    assert table.headers == ["Namn", "Gatuadress", "Portar"]
    assert cells(table)[0] == ("Öberg, Elsa", "Gatan 1, 2 tr, c/o Ek, Årsta", "Gatan 1; gårdsport")


def test_unknown_headers_find_their_separator_by_even_rows():
    content = text(["alfa", "beta", "gamma"], ["a,b", "c", "d,e,f"], ["g", "h,i", "j"])

    assert reading.read(content, "lista.csv").headers == ["alfa", "beta", "gamma"]


def test_rows_are_numbered_as_excel_shows_them():
    content = text(
        SHORT, ELSA, ["", "", ""], ['"19121212-1212"', '"Arne\nBertil"', "Åkesson"], ELSA
    )

    assert [row.number for row in reading.read(content, "a.csv").rows] == [2, 4, 5]


def test_quotes_are_read_as_excel_writes_them():
    content = text(SHORT, ['"19410708-8967"', '"Elsa ""Elsie"""', '5" bred'])

    assert cells(reading.read(content, "a.csv")) == [("19410708-8967", 'Elsa "Elsie"', '5" bred')]


def test_separators_after_the_last_column_are_nothing():
    content = text([*SHORT, "", ""], [*ELSA, "", ""], ARNE[:2])

    table = reading.read(content, "a.csv")

    assert table.headers == SHORT
    assert cells(table) == [tuple(ELSA), (*ARNE[:2], None)]


def test_a_row_with_more_cells_than_headers_is_marked():
    table = reading.read(text(SHORT, ELSA, [*ARNE, "för mycket"]), "a.csv")

    assert [row.too_long for row in table.rows] == [False, True]


def test_what_our_own_export_guarded_comes_back_as_it_was():
    table = reading.read(text(SHORT, ["'=1+1", "O'Brien", "'+46701740605"]), "a.csv")

    assert cells(table) == [("=1+1", "O'Brien", "+46701740605")]


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a", "ä.txt"]))
def test_any_bytes_are_read_or_refused_with_a_sentence(content, name):
    try:
        table = reading.read(content, name)
    except reading.FileRefused as error:
        refusal = str(error)
    else:
        refusal = "."
        assert len(set(table.headers)) == len(table.headers)
        assert {len(row.cells) for row in table.rows} == {len(table.headers)}
    assert refusal.endswith(".")


# --- Excel ---------------------------------------------------------------------------------------


def test_a_workbook_keeps_each_cell_as_excel_has_it():
    content = xlsx(
        [*SHORT, "Telefon", "Inflyttad", "Sammanboende"],
        [194107088967, "Elsa", "Öberg", 701740605, date(1979, 2, 1), True],
    )

    assert cells(reading.read(content, "a.xlsx")) == [
        (194107088967, "Elsa", "Öberg", 701740605, naive(1979, 2, 1), True)
    ]


def test_strings_that_cells_share_are_read():
    shared = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<si><t>Elsa</t></si></sst>"
    )
    override = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
        b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    content = repacked(
        xlsx(SHORT, ["1", "x", "y"]),
        replace={
            "xl/worksheets/sheet1.xml": lambda xml: xml.replace(
                b't="inlineStr"><is><t>x</t></is>', b't="s"><v>0</v>'
            ),
            "[Content_Types].xml": lambda xml: xml.replace(b"</Types>", override),
        },
        add={"xl/sharedStrings.xml": shared},
        leave_out=["xl/sharedStrings.xml"],
    )

    assert cells(reading.read(content, "a.xlsx")) == [("1", "Elsa", "y")]


def test_the_first_visible_sheet_with_something_in_it_is_read_and_told():
    def change(book):
        book["Gömt"].sheet_state = "hidden"

    content = xlsx(
        sheet="Tomt",
        more={"Gömt": [["hemligt"]], "Lista": [SHORT, ELSA], "Annat": [["x"]]},
        change=change,
    )

    table = reading.read(content, "a.xlsx")

    assert cells(table) == [tuple(ELSA)]
    assert table.notes == [
        "Bladet ”Lista” är läst. Andra blad läses inte: Tomt, Annat.",
        "Dolda blad läses inte: Gömt.",
    ]


def test_a_formula_on_a_sheet_that_is_not_read_is_no_hindrance():
    content = xlsx(SHORT, ELSA, more={"Summor": [["=SUM(1,2)"]]})

    assert cells(reading.read(content, "a.xlsx")) == [tuple(ELSA)]


def test_text_that_only_looks_like_a_formula_is_text():
    def change(book):
        cell = book.active["B2"]
        cell.value, cell.data_type = "=1+1", "s"

    assert cells(reading.read(xlsx(SHORT, ELSA, change=change), "a.xlsx"))[0][1] == "=1+1"


def test_headers_are_found_below_titles():
    content = xlsx(["Hemtjänsttagare Årsta"], ["Utskrift 2026-11-24"], [], SHORT, ELSA)

    table = reading.read(content, "a.xlsx")

    assert table.headers == SHORT
    assert table.rows[0].number == 5
    assert table.notes == ["Rubrikerna är hittade under 2 rader som inte läses in."]


def test_merged_headers_in_two_rows_become_one():
    def change(book):
        for merged in ("A1:A2", "B1:C1", "D1:D2"):
            book.active.merge_cells(merged)

    content = xlsx(
        ["Personnummer", "Namn", None, "Telefon"],
        [None, "Förnamn", "Efternamn", None],
        [*ELSA, "070-174 06 05"],
        change=change,
    )

    table = reading.read(content, "a.xlsx")

    assert table.headers == ["Personnummer", "Förnamn", "Efternamn", "Telefon"]
    assert [row.number for row in table.rows] == [3]


def test_names_above_the_row_with_most_names_are_headers_too():
    content = xlsx(["Personnummer", "Namn", None], [None, "Förnamn", "Efternamn"], ELSA)

    assert reading.read(content, "a.xlsx").headers == SHORT


def test_empty_columns_and_rows_at_the_end_are_left_out():
    def change(book):
        book.active["Z900"].number_format = "0.00"

    content = xlsx([*SHORT, None, "Telefon"], [*ELSA, None, 1], [], [None], change=change)

    table = reading.read(content, "a.xlsx")

    assert table.headers == [*SHORT, "Telefon"]
    assert cells(table) == [(*ELSA, 1)]


def test_a_column_without_a_header_is_called_by_its_letter():
    content = xlsx(SHORT, [*ELSA, None, "anteckning"])

    assert reading.read(content, "a.xlsx").headers == [*SHORT, "Kolumn E"]


def test_two_columns_of_one_name_are_told_apart():
    content = xlsx([*SHORT, "Telefon", "telefon"], [*ELSA, 1, 2])

    assert reading.read(content, "a.xlsx").headers == [*SHORT, "Telefon", "telefon (kolumn E)"]


def test_hidden_rows_are_read_and_told():
    def change(book):
        book.active.row_dimensions[2].hidden = True

    table = reading.read(xlsx(SHORT, ELSA, ARNE, change=change), "a.xlsx")

    assert cells(table) == [tuple(ELSA), tuple(ARNE)]
    assert table.notes == ["1 dolda rader i bladet är också lästa."]


def test_a_hundred_thousand_rows_are_not_too_many():
    content = text(SHORT, *[ELSA] * 100_000)

    assert len(reading.read(content, "a.csv").rows) == 100_000


def test_the_same_list_is_the_same_table_as_text_and_as_excel():
    as_text = reading.read(text(HEADERS, row()), "a.csv")
    as_excel = reading.read(xlsx(HEADERS, row()), "a.xlsx")

    assert as_text.headers == as_excel.headers
    assert [cell or None for cell in as_text.rows[0].cells] == list(as_excel.rows[0].cells)
