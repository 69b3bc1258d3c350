"""What kind of file it really is, by its first bytes and its name, and what to say of the rest."""

import re

from django.utils.translation import gettext as _

from homecare.exchange.reading.table import FileRefused

EXCEL_ENDINGS = {"xlsx"}
TEXT_ENDINGS = {"csv", "txt", "tsv", "skv"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
_PACKED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh")


def is_workbook(content: bytes, file_name: str) -> bool:
    """Whether to read the file as Excel or as text. Refuses what is neither, or not what its name
    says.
    """
    ending = file_name.rpartition(".")[2].casefold() if "." in file_name else ""
    _refuse_by_content(content)
    if content.startswith(b"PK"):
        if ending in {"xlsm", "xltm", "xlam"}:
            raise has_macros()
        if ending not in EXCEL_ENDINGS and b"xl/workbook.xml" in content:
            raise FileRefused(
                _("Filen är en Excelfil men heter inte så. Byt namn så att det slutar på .xlsx.")
            )
        return True
    if ending in EXCEL_ENDINGS | {"xls", "xlsm", "xlsb"}:
        raise FileRefused(
            _("Filen heter som en Excelfil men är ren text. Byt namn så att det slutar på .csv.")
        )
    if ending not in TEXT_ENDINGS:
        raise FileRefused(
            _("Filen är varken .xlsx eller .csv. Spara listan som en av dem och välj den igen.")
        )
    return False


def has_macros() -> FileRefused:
    return FileRefused(_("Filen innehåller makron. Spara den som .xlsx utan makron."))


def _refuse_by_content(content: bytes) -> None:
    if content.startswith(_OLE):
        raise _old_office_file(content)
    if content.startswith(b"%PDF"):
        raise FileRefused(_("Filen är en pdf. Hämta listan som Excel eller csv i stället."))
    if content.startswith(_PICTURES):
        raise FileRefused(_("Filen är en bild. Hämta listan som Excel eller csv i stället."))
    if content.startswith(_PACKED):
        raise FileRefused(_("Filen är ett packat arkiv. Packa upp det och välj listan i det."))
    start = re.sub(rb"^(\xef\xbb\xbf)?\s+|^\xef\xbb\xbf", b"", content[:2000]).lower()
    if start.startswith(b"{\\rtf"):
        raise FileRefused(_("Filen är ett textdokument. Spara listan som Excel eller csv."))
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body")):
        raise FileRefused(
            _("Filen är en webbsida som heter något annat. Öppna den i Excel och spara som .xlsx.")
        )
    if start.startswith(b"<"):
        raise FileRefused(_("Filen är i formatet XML. Öppna den i Excel och spara som .xlsx."))
    if re.match(rb'\{\s*"|\[\s*[\{\]]', start):
        raise FileRefused(_("Filen är i formatet JSON. Hämta listan som Excel eller csv."))


def _old_office_file(content: bytes) -> FileRefused:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return FileRefused(
            _("Filen är skyddad med lösenord. Ta bort lösenordet i Excel och spara den på nytt.")
        )
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return FileRefused(
            _("Filen är i det gamla formatet .xls. Öppna den i Excel och spara som .xlsx.")
        )
    return FileRefused(_("Filen är ett gammalt Officedokument. Spara listan som .xlsx eller .csv."))
