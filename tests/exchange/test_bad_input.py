"""Everything bad that a list has been seen to hold, and the sentence that each is answered with.

Reading, understanding and checking touch no database, so nothing can be half-written: a file with
any of this comes no further.
"""

import io
import struct
import zipfile
from datetime import date, time

import pytest
from openpyxl.comments import Comment
from stdnum import luhn

from homecare.exchange import columns, reading, validation
from tests.exchange.files import DAY, HEADERS, packed, repacked, row, text, xlsx

SHEET = "xl/worksheets/sheet1.xml"
FORMULA_REMEDY = "Kopiera bladet, klistra in som värden och spara på nytt."
LOST = (
    "Excel har gjort om numret till ett tal och siffror har gått förlorade. Formatera kolumnen som "
    "Text i originalet, hämta numret igen och spara på nytt."
)
NOT_A_LETTER = (
    "Å, ä eller ö har blivit fel tecken. "
    "Spara filen på nytt från källan som xlsx, eller som csv i UTF-8."
)
DAMAGED = "Excelfilen är skadad och går inte att läsa. Öppna den i Excel och spara på nytt."
HARMFUL = "Filen innehåller sådant som Excel aldrig skriver. Öppna den i Excel och spara på nytt."
BINARY = "Filen är ingen textfil: den innehåller binära tecken. Spara listan på nytt som .xlsx."
TOO_WIDE = "Filen har fler än 200 kolumner. Ta bort dem som inte hör till listan."
TOO_MANY = "Filen har fler än 100\N{NO-BREAK SPACE}000 rader. Dela upp den i flera filer."
NO_SUCH_FLAT = (
    "Det här är inget lägenhetsnummer. Skriv de fyra siffrorna från folkbokföringen, som 1102."
)
PLAIN = row()
GOOD_XLSX = xlsx(HEADERS, PLAIN)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


def complaints(content, name):
    """All that is said of a file, in the order in which the person gets to see it."""
    try:
        table = reading.read(content, name)
    except reading.FileRefused as refused:
        return [str(refused)]
    understanding = columns.understand(table.headers, "recipients")
    if understanding.faults:
        return understanding.faults
    checked = validation.check(table, "recipients", understanding.mapping, on=DAY)
    return [
        f"Rad {fault.row}, {fault.column}: {fault.message} {fault.remedy}"
        for fault in checked.faults
    ]


def workbook(*rows, **kwargs):
    return xlsx(HEADERS, *rows, **kwargs), "lista.xlsx"


def csv_file(*rows, **kwargs):
    return text(HEADERS, *rows, **kwargs), "lista.csv"


def cell(**changed):
    return workbook(row(**changed))


def in_csv(**changed):
    return csv_file(row(**changed))


def formulas(*cells):
    def change(book):
        for place, formula in cells:
            book.active[place] = formula

    return workbook(PLAIN, change=change)


def sheet_with(old, new):
    return repacked(GOOD_XLSX, replace={SHEET: lambda xml: xml.replace(old, new, 1)}), "lista.xlsx"


def hidden_first_sheet():
    def change(book):
        book.active.sheet_state = "hidden"
        book.create_sheet("Tomt")
        book.active = 1

    return workbook(PLAIN, change=change)


def bomb():
    return repacked(GOOD_XLSX, add={"xl/media/image1.bin": b"\0" * (65 * 1024 * 1024)}), "a.xlsx"


def many_rows(number, row=b'<row r="%d"><c r="A%d"><v>194107088967</v></c></row>'):
    """A workbook of so many rows; from the second on each is `row`, with its number put in."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(GOOD_XLSX)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in old.infolist():
            if part.filename != SHEET:
                new.writestr(part.filename, old.read(part))
        head, tail = old.read(SHEET).split(b"</sheetData>")
        with new.open(SHEET, "w") as xml:
            xml.write(head)
            for at in range(3, number + 2):
                xml.write(row % (at, at))
            xml.write(b"</sheetData>" + tail)
    return out.getvalue(), "lista.xlsx"


def locked_zip():
    content = bytearray(GOOD_XLSX)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(signature, at + 1)) >= 0:
            struct.pack_into("<H", content, at + offset, 1)
    return bytes(content), "lista.xlsx"


def valid(nine):
    return nine + luhn.calc_check_digit(nine)


BAD_FILES = [
    pytest.param(
        (b"", "lista.csv"), ["Filen är tom. Kontrollera att rätt fil är vald."], id="empty file"
    ),
    pytest.param(
        (b"\r\n \t\r\n", "lista.csv"),
        ["Filen är tom. Kontrollera att rätt fil är vald."],
        id="only line breaks",
    ),
    pytest.param(
        (b";;;\r\n;;;\r\n", "lista.csv"),
        ["Filen är tom. Kontrollera att rätt fil är vald."],
        id="only separators",
    ),
    pytest.param(
        (xlsx(), "lista.xlsx"),
        ["Filen är tom. Kontrollera att rätt fil är vald."],
        id="empty workbook",
    ),
    pytest.param(
        csv_file(),
        ["Filen har bara rubriker. Fyll i minst en rad under rubrikerna."],
        id="csv with headers only",
    ),
    pytest.param(
        workbook(),
        ["Filen har bara rubriker. Fyll i minst en rad under rubrikerna."],
        id="workbook with headers only",
    ),
    pytest.param(
        (text(PLAIN, PLAIN), "lista.csv"),
        ["Filen saknar rubriker. Skriv vad varje kolumn innehåller i den första raden."],
        id="no headers",
    ),
    pytest.param(
        (b"x" * (20 * 1024 * 1024 + 1), "lista.csv"),
        ["Filen är större än 20 MB. Dela upp listan i flera filer."],
        id="more than 20 MB",
    ),
    pytest.param(
        (text(HEADERS, *[PLAIN] * 100_001), "lista.csv"), [TOO_MANY], id="csv of 100 001 rows"
    ),
    pytest.param(many_rows(200_000), [TOO_MANY], id="workbook of 200 000 rows"),
    pytest.param(
        many_rows(101_000, b'<row r="%d"><c r="A%d"/></row>'),
        ["Bladet har för många tomma rader. Kopiera bara listan till en ny fil och spara den."],
        id="workbook of 101 000 rows with nothing in them",
    ),
    pytest.param(
        many_rows(2, b'<row r="%d"><c r="XFD%d"/></row>'),
        [TOO_WIDE],
        id="an empty cell in the last column there is",
    ),
    pytest.param(
        many_rows(2, b'<row r="%d"><c r="GR%d"/><c/></row>'),
        [TOO_WIDE],
        id="an empty cell in column 201, that does not say so",
    ),
    pytest.param(
        (text([f"Kolumn {at}" for at in range(201)], ["x"] * 201), "lista.csv"),
        [TOO_WIDE],
        id="csv of 201 columns",
    ),
    pytest.param(
        workbook([*PLAIN, *[""] * 300, "långt bort"]),
        [TOO_WIDE],
        id="workbook with a cell in column 315",
    ),
    pytest.param(
        (OLE + "EncryptedPackage".encode("utf-16-le"), "lista.xlsx"),
        ["Filen är skyddad med lösenord. Ta bort lösenordet i Excel och spara den på nytt."],
        id="workbook with a password",
    ),
    pytest.param(
        locked_zip(),
        ["Filen är skadad eller låst med lösenord. Spara den på nytt utan lösenord."],
        id="package with a password",
    ),
    pytest.param(
        (OLE + "Workbook".encode("utf-16-le"), "lista.xls"),
        ["Filen är i det gamla formatet .xls. Öppna den i Excel och spara som .xlsx."],
        id="old xls",
    ),
    pytest.param(
        (OLE + "Workbook".encode("utf-16-le"), "lista.xlsx"),
        ["Filen är i det gamla formatet .xls. Öppna den i Excel och spara som .xlsx."],
        id="old xls named xlsx",
    ),
    pytest.param(
        (OLE, "brev.doc"),
        ["Filen är ett gammalt Officedokument. Spara listan som .xlsx eller .csv."],
        id="old Word document",
    ),
    pytest.param(
        (GOOD_XLSX, "lista.xlsm"),
        ["Filen innehåller makron. Spara den som .xlsx utan makron."],
        id="xlsm",
    ),
    pytest.param(
        (repacked(GOOD_XLSX, add={"xl/vbaProject.bin": b"Sub"}), "lista.xlsx"),
        ["Filen innehåller makron. Spara den som .xlsx utan makron."],
        id="xlsx with macros",
    ),
    pytest.param(
        formulas(("B3", "=A2")),
        [f"Cell B3 i bladet ”Blad1” innehåller en formel. {FORMULA_REMEDY}"],
        id="a formula",
    ),
    pytest.param(
        formulas(("N2", "=TODAY()"), ("B3", "=A2"), ("C3", '=HYPERLINK("http://x.example")')),
        [f"Cell N2 i bladet ”Blad1”, och 2 till, innehåller en formel. {FORMULA_REMEDY}"],
        id="several formulas",
    ),
    pytest.param((GOOD_XLSX[:-200], "lista.xlsx"), [DAMAGED], id="cut-off workbook"),
    pytest.param(
        (repacked(GOOD_XLSX, leave_out=["xl/workbook.xml"]), "lista.xlsx"),
        [DAMAGED],
        id="workbook without its workbook",
    ),
    pytest.param(sheet_with(b"</row>", b"</raw>"), [DAMAGED], id="sheet of broken XML"),
    pytest.param(
        sheet_with(b't="inlineStr"><is><t>Personnummer</t></is>', b't="s"><v>999</v>'),
        [DAMAGED],
        id="text that is not there",
    ),
    pytest.param(
        sheet_with(
            b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]><worksheet'
        ),
        [HARMFUL],
        id="entities that multiply",
    ),
    pytest.param(
        sheet_with(b'<row r="2"', b'<row r="999999999999"'), [HARMFUL], id="row number without end"
    ),
    pytest.param(sheet_with(b'r="A2"', b'r="ZZZZZZZZZZ2"'), [HARMFUL], id="column without end"),
    pytest.param(
        bomb(),
        ["Filen blir orimligt stor när den packas upp. Spara bara listan i en ny fil."],
        id="zip bomb",
    ),
    pytest.param(
        hidden_first_sheet(),
        ["Filens synliga blad är tomma. Visa det dolda bladet i Excel och spara på nytt."],
        id="the list on a hidden sheet",
    ),
    pytest.param(
        (
            repacked(
                GOOD_XLSX,
                replace={
                    "xl/workbook.xml": lambda xml: xml.replace(
                        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                    )
                },
            ),
            "lista.xlsx",
        ),
        ["Filen är sparad som strikt Open XML. Spara den som vanlig Excel-arbetsbok (.xlsx)."],
        id="strict Open XML",
    ),
    pytest.param(
        (packed(**{"[Content_Types]_xml": "<x/>", "xl__workbook_bin": b"x"}), "lista.xlsb"),
        ["Filen är i formatet .xlsb. Öppna den i Excel och spara som .xlsx."],
        id="binary workbook",
    ),
    pytest.param(
        (packed(mimetype="application/vnd.oasis", content_xml="<x/>"), "lista.ods"),
        ["Filen är från LibreOffice (.ods). Öppna den där och spara som .xlsx."],
        id="LibreOffice file",
    ),
    pytest.param(
        (packed(**{"[Content_Types]_xml": "<x/>", "word__document_xml": "<x/>"}), "lista.docx"),
        ["Filen är inte ett kalkylblad. Spara listan som .xlsx eller .csv."],
        id="Word document",
    ),
    pytest.param(
        (packed(lista_csv="a;b"), "lista.zip"),
        ["Filen är ett packat arkiv. Packa upp det och välj listan i det."],
        id="zip file",
    ),
    pytest.param(
        (b"\x1f\x8b\x08\0", "lista.csv.gz"),
        ["Filen är ett packat arkiv. Packa upp det och välj listan i det."],
        id="gzip file",
    ),
    pytest.param(
        (GOOD_XLSX, "lista.csv"),
        ["Filen är en Excelfil men heter inte så. Byt namn så att det slutar på .xlsx."],
        id="xlsx named csv",
    ),
    pytest.param(
        (text(HEADERS, PLAIN), "lista.xlsx"),
        ["Filen heter som en Excelfil men är ren text. Byt namn så att det slutar på .csv."],
        id="csv named xlsx",
    ),
    pytest.param(
        (b"\xef\xbb\xbf\r\n<html><table><tr><td>Personnummer", "lista.xls"),
        ["Filen är en webbsida som heter något annat. Öppna den i Excel och spara som .xlsx."],
        id="web page named xls",
    ),
    pytest.param(
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office"/>', "a.xls"),
        ["Filen är i formatet XML. Öppna den i Excel och spara som .xlsx."],
        id="XML named xls",
    ),
    pytest.param(
        (b'[{"personnummer": "19410708-8967"}]', "lista.csv"),
        ["Filen är i formatet JSON. Hämta listan som Excel eller csv."],
        id="JSON named csv",
    ),
    pytest.param(
        (b"%PDF-1.7\n", "lista.pdf"),
        ["Filen är en pdf. Hämta listan som Excel eller csv i stället."],
        id="pdf",
    ),
    pytest.param(
        (b"\x89PNG\r\n\x1a\n\0\0", "lista.csv"),
        ["Filen är en bild. Hämta listan som Excel eller csv i stället."],
        id="picture named csv",
    ),
    pytest.param(
        (b"{\\rtf1 Personnummer}", "lista.txt"),
        ["Filen är ett textdokument. Spara listan som Excel eller csv."],
        id="rich text",
    ),
    pytest.param(
        (text(HEADERS, PLAIN), "lista.dat"),
        ["Filen är varken .xlsx eller .csv. Spara listan som en av dem och välj den igen."],
        id="unknown ending",
    ),
    pytest.param((bytes(range(256)) * 20, "lista.csv"), [BINARY], id="binary file named csv"),
    pytest.param(in_csv(city="Års\0ta"), [BINARY], id="a NUL byte"),
    pytest.param(
        (text(HEADERS, PLAIN, encoding="utf-16-le"), "lista.csv"), [BINARY], id="UTF-16 without BOM"
    ),
    pytest.param(
        (b"\xff\xfe" + text(HEADERS, PLAIN, encoding="utf-16-le")[:-1], "lista.csv"),
        ["Filens teckenkodning går inte att läsa. Spara den som csv i UTF-8, eller som .xlsx."],
        id="cut-off UTF-16",
    ),
    pytest.param(
        (b"\xef\xbb\xbf" + text(HEADERS, PLAIN, encoding="cp1252"), "lista.csv"),
        ["Filens teckenkodning går inte att läsa. Spara den som csv i UTF-8, eller som .xlsx."],
        id="Windows-1252 after the BOM of UTF-8",
    ),
    pytest.param(
        (text(HEADERS, PLAIN) + b"\r\n" + text(row(city="Örby"), encoding="cp1252"), "lista.csv"),
        ["Filen blandar två teckenkodningar, först på rad 1. Spara om den i UTF-8."],
        id="two encodings in one file",
    ),
    pytest.param(
        csv_file(PLAIN, row(first='"Elsa'), PLAIN),
        [
            (
                "Citattecknen går inte ihop på rad 3. "
                "Ta bort citattecknet där, eller spara listan som .xlsx."
            )
        ],
        id="a quote that never ends",
    ),
    pytest.param(
        csv_file(row(first='"Elsa" Maria')),
        [
            (
                "Citattecknen går inte ihop på rad 2. "
                "Ta bort citattecknet där, eller spara listan som .xlsx."
            )
        ],
        id="text after the closing quote",
    ),
]

BAD_LISTS = [
    pytest.param(
        (text(HEADERS[1:], PLAIN[1:]), "lista.csv"),
        ["Kolumnen personnummer saknas. Lägg till den i filen, eller välj vilken kolumn det är."],
        id="a column is missing",
    ),
    pytest.param(
        (text([*HEADERS[:1], *HEADERS[3:]], [*PLAIN[:1], *PLAIN[3:]]), "lista.csv"),
        [
            (
                "Någon av kolumnerna ”förnamn” och ”efternamn”, ”namn, förnamn först”, "
                "”namn, efternamn först” behövs. Lägg till den, eller välj vilken det är."
            ),
        ],
        id="no column with names",
    ),
    pytest.param(
        csv_file(row(address="Skagersvägen 12; 2 tr", to="2026-12-31")),
        [
            (
                "Rad 2, : Raden har fler celler än rubrikraden. Ett skiljetecken står inne i en "
                "cell. Sätt citattecken runt den, eller spara som xlsx."
            ),
            f"Rad 2, Lgh nr: {NO_SUCH_FLAT}",
            "Rad 2, Postnr: Det här är inget svenskt postnummer. Skriv fem siffror, som 120 54.",
            "Rad 2, Inflyttad: Det här är inget datum. Skriv hela datumet, som 2026-11-24.",
            "Rad 2, Uppdrag från: Det här är inget datum. Skriv hela datumet, som 2026-11-24.",
        ],
        id="a separator inside a cell",
    ),
    pytest.param(
        csv_file(PLAIN[:7]),
        [
            f"Rad 2, {column}: Cellen är tom. Fyll i den, eller ta bort raden."
            for column in ("Postnr", "Postort", "Enhetskod", "Uppdrag från")
        ],
        id="a row that ends early",
    ),
]


def told(column, sentence):
    return [f"Rad 2, {column}: {sentence}"]


BAD_CELLS = [
    pytest.param(
        cell(number=""),
        told("Personnummer", "Cellen är tom. Fyll i den, eller ta bort raden."),
        id="personnummer missing",
    ),
    pytest.param(
        cell(number="–"),
        told("Personnummer", "Cellen är tom. Fyll i den, eller ta bort raden."),
        id="personnummer that is a dash",
    ),
    pytest.param(
        cell(number="19410708-8966"),
        told(
            "Personnummer",
            "Personnumrets kontrollsiffra stämmer inte. "
            "Någon siffra är fel. Jämför med underlaget.",
        ),
        id="wrong check digit",
    ),
    pytest.param(
        cell(number="19410708"),
        told(
            "Personnummer",
            "Personnumret har inte 10 eller 12 siffror. Skriv det som ÅÅÅÅMMDD-NNNN.",
        ),
        id="personnummer without its last digits",
    ),
    pytest.param(
        cell(number="19" + valid("410230896")),
        told(
            "Personnummer",
            "Personnumret innehåller ett datum som inte finns. "
            "Jämför med underlaget. Reservnummer kan inte användas här.",
        ),
        id="born on the 30th of February",
    ),
    pytest.param(
        cell(number="20" + valid("410708896")),
        told("Personnummer", "Personnumrets födelsedag har inte varit ännu. Rätta århundradet."),
        id="born in the future",
    ),
    pytest.param(
        cell(number="121212-1212"),
        told(
            "Personnummer",
            "Personnumret kan vara för någon som är 14 år eller 114 år. "
            "Skriv det med tolv siffror.",
        ),
        id="fourteen or a hundred and fourteen",
    ),
    pytest.param(
        in_csv(number="1,94107E+11"), told("Personnummer", LOST), id="personnummer as 1,94107E+11"
    ),
    pytest.param(
        cell(number=194107000000),
        told("Personnummer", LOST),
        id="personnummer with its last digits made zero",
    ),
    pytest.param(
        cell(number=date(1941, 7, 8)),
        told(
            "Personnummer",
            "Excel har gjort om värdet till ett datum eller klockslag. "
            "Formatera kolumnen som Text och skriv värdet igen.",
        ),
        id="personnummer that Excel made a date",
    ),
    pytest.param(
        in_csv(first="=cmd|'/C calc'!A0"),
        told(
            "Förnamn",
            "Texten börjar med ”=”, som en formel i Excel. "
            "Ta bort tecknet. Är det en formel, ersätt den med dess värde.",
        ),
        id="a name that starts a program",
    ),
    pytest.param(
        in_csv(last="@SUM(1+1)"),
        told(
            "Efternamn",
            "Texten börjar med ”@”, som en formel i Excel. "
            "Ta bort tecknet. Är det en formel, ersätt den med dess värde.",
        ),
        id="a name that is a formula of Lotus",
    ),
    pytest.param(
        in_csv(first="El\x07sa"),
        told(
            "Förnamn",
            "Cellen innehåller ett osynligt styrtecken (U+0007). "
            "Radera cellen och skriv värdet för hand.",
        ),
        id="a control character in a name",
    ),
    pytest.param(
        cell(first="Elsa (ring dottern 070)"),
        told(
            "Förnamn",
            "Namnet innehåller tecken som inte hör till ett namn. "
            "Skriv bara namnet, utan siffror och anteckningar.",
        ),
        id="a note in the name",
    ),
    pytest.param(
        cell(last="x" * 81),
        told("Efternamn", "Texten är 81 tecken lång, och 80 får plats. Korta den."),
        id="a name that is too long",
    ),
    pytest.param(cell(last="LindstrÃ¶m"), told("Efternamn", NOT_A_LETTER), id="ö as Ã¶"),
    pytest.param(
        cell(last="Lindstr\N{REPLACEMENT CHARACTER}m"),
        told("Efternamn", NOT_A_LETTER),
        id="ö as a replacement character",
    ),
    pytest.param(
        in_csv(address='"Skagersvägen 12\nc/o Lind\n2 tr\nÅrsta"'),
        told(
            "Gatuadress",
            "Cellen innehåller flera rader text. "
            "Skriv en sak per cell. I en csv-fil kan ett citattecken saknas.",
        ),
        id="many lines in one cell",
    ),
    pytest.param(
        in_csv(unit="#REF!"),
        told("Enhetskod", "Cellen innehåller ett fel från Excel. Skriv in värdet i stället."),
        id="an error of Excel's",
    ),
    pytest.param(
        cell(phone="ring dottern"),
        told(
            "Telefon",
            "Det här är inget telefonnummer. "
            "Skriv det som 070-123 45 67, eller med landsnummer som +358 40 123 45 67.",
        ),
        id="words for a phone number",
    ),
    pytest.param(
        cell(phone="070-174 06 05 eller 08-508 10 000"),
        told(
            "Telefon",
            "Telefonnumret finns inte eller är mer än ett nummer. "
            "Skriv ett enda nummer, med riktnummer och utan anknytning eller kommentar.",
        ),
        id="two phone numbers",
    ),
    pytest.param(in_csv(phone="7,01741E+08"), told("Telefon", LOST), id="phone as 7,01741E+08"),
    pytest.param(
        cell(protection="Ja"),
        told(
            "Skyddade uppgifter",
            "Ordet går inte att tolka. "
            "Skriv ett av: ingen, sekretessmarkering, skyddad folkbokföring.",
        ),
        id="protected in an unknown way",
    ),
    pytest.param(
        cell(postal_code="12O 38"),
        told("Postnr", "Det här är inget svenskt postnummer. Skriv fem siffror, som 120 54."),
        id="the letter O in a postal code",
    ),
    pytest.param(cell(flat="2 tr"), told("Lgh nr", NO_SUCH_FLAT), id="a floor for a flat number"),
    pytest.param(
        cell(from_="31/2 2024"),
        told(
            "Uppdrag från",
            "Datumet finns inte i kalendern. Rätta dagen eller månaden. Skriv som 2026-11-24.",
        ),
        id="the 31st of February",
    ),
    pytest.param(
        cell(from_="11/24/2024"),
        told(
            "Uppdrag från",
            "Datumet finns inte i kalendern. Rätta dagen eller månaden. Skriv som 2026-11-24.",
        ),
        id="a date with the month first",
    ),
    pytest.param(
        cell(from_="0024-02-02"),
        told(
            "Uppdrag från", "Året 0024 är inte rimligt. Rätta året. Skriv datumet som 2026-11-24."
        ),
        id="the year 24",
    ),
    pytest.param(
        cell(from_=date(2924, 2, 2)),
        told(
            "Uppdrag från", "Året 2924 är inte rimligt. Rätta året. Skriv datumet som 2026-11-24."
        ),
        id="the year 2924",
    ),
    pytest.param(
        cell(from_="24-02-02"),
        told(
            "Uppdrag från",
            "Årtalet har bara två siffror. Skriv hela datumet, som 2026-11-24.",
        ),
        id="a year of two digits",
    ),
    pytest.param(
        cell(from_=2024),
        told("Uppdrag från", "Det här är bara ett årtal. Skriv hela datumet, som 2026-11-24."),
        id="only a year",
    ),
    pytest.param(
        cell(from_=time(9, 30)),
        told("Uppdrag från", "Det här är inget datum. Skriv hela datumet, som 2026-11-24."),
        id="a time for a date",
    ),
    pytest.param(
        cell(from_="snart"),
        told("Uppdrag från", "Det här är inget datum. Skriv hela datumet, som 2026-11-24."),
        id="a word for a date",
    ),
    pytest.param(
        cell(moved="2027-01-01"),
        told("Inflyttad", "Datumet har inte varit ännu. Rätta datumet."),
        id="moved in tomorrow",
    ),
    pytest.param(
        cell(to="2023-01-31"),
        told(
            "Uppdrag till",
            "Slutdagen ligger före startdagen, 2023-02-02. Rätta den av dagarna som är fel.",
        ),
        id="ends before it begins",
    ),
    pytest.param(
        cell(entrances="Skagersvägen 12 > skagersvägen 12"),
        told(
            "Portar",
            "Samma port står två gånger. "
            "Skriv portarna en gång var, i ordning från gatan, med > emellan.",
        ),
        id="the same entrance twice",
    ),
]


@pytest.mark.parametrize(("file", "sentences"), [*BAD_FILES, *BAD_LISTS, *BAD_CELLS])
def test_bad_input_is_answered_with_what_is_wrong_and_what_to_do(file, sentences):
    assert complaints(*file) == sentences


def test_there_are_many_kinds_of_bad_input():
    assert len(BAD_FILES) + len(BAD_LISTS) + len(BAD_CELLS) >= 40


def test_the_row_they_are_changed_from_is_good():
    assert complaints(*workbook(PLAIN)) == []
    assert complaints(*csv_file(PLAIN)) == []


def test_every_fault_of_a_row_is_told():
    assert complaints(*cell(number="1", phone="x", postal_code="x", flat="3")) == [
        (
            "Rad 2, Personnummer: Personnumret har inte 10 eller 12 siffror. "
            "Skriv det som ÅÅÅÅMMDD-NNNN."
        ),
        (
            "Rad 2, Telefon: Det här är inget telefonnummer. "
            "Skriv det som 070-123 45 67, eller med landsnummer som +358 40 123 45 67."
        ),
        f"Rad 2, Lgh nr: {NO_SUCH_FLAT}",
        "Rad 2, Postnr: Det här är inget svenskt postnummer. Skriv fem siffror, som 120 54.",
    ]


def test_a_comment_on_a_cell_is_no_fault():
    def change(book):
        book.active["A2"].comment = Comment("kolla", "någon")

    assert complaints(*workbook(PLAIN, change=change)) == []


def test_a_cell_that_only_has_a_border_is_no_fault():
    bordered = b'<row r="%d"><c r="GR%d"/></row>'

    assert complaints(*many_rows(3, bordered)) == complaints(GOOD_XLSX, "lista.xlsx")
