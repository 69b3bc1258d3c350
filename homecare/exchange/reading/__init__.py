"""From a file that somebody chose to a table, or a sentence that says why not."""

from django.utils.translation import gettext as _

from homecare.exchange.reading.delimited import read_text
from homecare.exchange.reading.headers import empty
from homecare.exchange.reading.kinds import is_workbook
from homecare.exchange.reading.table import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    FileRefused,
    Row,
    Table,
)
from homecare.exchange.reading.workbook import read_workbook

__all__ = ["MAX_BYTES", "MAX_COLUMNS", "MAX_ROWS", "FileRefused", "Row", "Table", "read"]


def read(content: bytes, file_name: str) -> Table:
    """The table in a file. Refused, with `FileRefused`, when it is not a list that can be read."""
    if not content.strip(b"\0 \t\r\n"):
        raise empty()
    if len(content) > MAX_BYTES:
        raise FileRefused(
            _("Filen är större än %(size)s MB. Dela upp listan i flera filer.")
            % {"size": MAX_BYTES // 1024 // 1024}
        )
    if is_workbook(content, file_name):
        return read_workbook(content)
    return read_text(content)
