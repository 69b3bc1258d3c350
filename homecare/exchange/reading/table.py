"""A file as a table: headers and rows, whatever kind of file it was."""

from dataclasses import dataclass

from homecare.core.errors import RuleBroken
from homecare.exchange.cells import Cell

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 200


class FileRefused(RuleBroken):
    """The file cannot be read as a list. The text says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as Excel shows it, and a cell for each header.

    `too_long` when the row had more cells than there are headers, which a stray separator makes.
    """

    number: int
    cells: tuple[Cell, ...]
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The list in a file. Headers are unique; a column without one is called by its letter.

    `notes` tell how the file was understood: the sheet, the separator, what was left out.
    """

    headers: list[str]
    rows: list[Row]
    notes: list[str]
