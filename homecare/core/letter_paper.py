"""The letter paper of the house: A4 for a Swedish window envelope, many letters in one file.

A letter is made of sections, and each section begins on a page of its own. A section is a list of
blocks; what stands in one block is kept on one page where it has room there.

The address stands where the window of an "H2" envelope is (fönster till höger), the most used
in Swedish offices: C5, the sheet folded once, or E65, folded twice. Whichever way the sheet slides
in the envelope, what is between 114 and 195 mm from the left edge and between 45 and 66 mm from the
top is seen. Nothing else is printed near it.
"""

import io
import zlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, groupby, repeat
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.graphics.barcode import qrencoder
from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph

from homecare.core.pdf import ACCENT, INK, LINE, MARGIN, SOFT, WIDTH
from homecare.core.pdf import styles as house_styles

WINDOW_LEFT = 118 * mm
WINDOW_TOP = 48 * mm
WINDOW_WIDTH = 77 * mm
WINDOW_HEIGHT = 5 * 13.2
FIRST_TOP = 88 * mm  # the words begin below the window and above the fold of an E65
TOP = 32 * mm
BOTTOM = 24 * mm
FOLD = A4[1] / 2  # of a C5

# Large print is 16 points or more (Myndigheten för tillgängliga medier).
LARGE = 1.55

Block = Sequence[Flowable]


@lru_cache(maxsize=2)
def styles(*, large: bool) -> dict[str, ParagraphStyle]:
    """Title, Heading, Body, Bold, Small, Item, Code: for letters, ordinary or in large print."""
    house_styles()  # the fonts are there
    scale = LARGE if large else 1
    body: dict[str, Any] = {"fontName": "Text", "fontSize": 10.8, "leading": 15.4, "textColor": INK}
    made = {}
    looks: dict[str, dict[str, Any]] = {
        "Title": {"fontName": "Display", "fontSize": 17, "leading": 21, "spaceAfter": 9},
        "Heading": {"fontName": "Display", "fontSize": 12.5, "leading": 16, "spaceAfter": 3},
        "Body": {"spaceAfter": 7.5},
        "Close": {},
        "Bold": {"fontName": "TextBold"},
        "Small": {"fontSize": 8.7, "leading": 12, "textColor": SOFT},
        "Item": {"leftIndent": 12, "bulletIndent": 2, "spaceAfter": 1},
        "Fine": {"fontSize": 9.6, "leading": 13.2, "spaceAfter": 5},
        "FineHeading": {"fontName": "TextBold", "fontSize": 10, "leading": 14, "spaceAfter": 1},
        "FineItem": {
            "fontSize": 9.6,
            "leading": 13.2,
            "leftIndent": 11,
            "bulletIndent": 1,
            "spaceAfter": 1,
        },
        "Code": {"fontName": "TextBold", "fontSize": 15, "leading": 19},
    }
    for name, changes in looks.items():
        given = {**body, **changes}
        sized = {
            key: value * scale if isinstance(value, int | float) else value
            for key, value in given.items()
        }
        made[name] = ParagraphStyle(f"Letter{name}", **sized)
    return made


def text(words: Any, style: ParagraphStyle, *, bullet: str = "") -> Paragraph:
    """A paragraph of plain text, never markup."""
    marked = escape(str(words)).replace("\n", "<br/>")
    return Paragraph(marked, style, bulletText=bullet or None)


def _fitted(address: Sequence[str]) -> tuple[float, float, list[str]]:
    """The size of the letters, the step between the lines, and the lines, so that all show in the
    window: a long name goes on to a line of its own, and with many lines they are smaller.
    """
    for size in (11, 10, 9, 8):
        lines = [part for one in address for part in simpleSplit(one, "Text", size, WINDOW_WIDTH)]
        if len(lines) * size * 1.2 <= WINDOW_HEIGHT:
            break
    return size, size * 1.2, lines


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks that begin on a page of their own.

    With a `key`, what looks the same in many letters is drawn once in the file and shown in each.
    `blocks` is asked for only when it is drawn.
    """

    blocks: Callable[[], Iterable[Block]]
    key: Hashable = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: to whom, what about, and what stands in it."""

    address: Sequence[str]  # the lines that show in the window
    reference: str
    day: date
    language: str
    sections: Sequence[Section]


class _Canvas(Canvas):
    """Knows what looks the same in many letters: its size, and by what name it is drawn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sizes: dict[Hashable, tuple[float, float]] = {}
        self.names: dict[Hashable, str] = {}


class Same(Flowable):
    """What looks the same in many letters: drawn once in the file, and shown in each.

    The language and the size of the print are part of its name; `key` is the rest.
    """

    def __init__(self, key: str, make: Callable[[], Flowable], *, large: bool) -> None:
        super().__init__()
        self.key = (key, large, translation.get_language())
        self.make = make

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        if self.key not in self.canv.sizes:
            made = self.make()
            needed = made.wrapOn(self.canv, width, height)[1]
            self.canv.sizes[self.key] = (needed, made.getSpaceAfter())
        self.width = width
        self.height, self.spaceAfter = self.canv.sizes[self.key]
        return self.width, self.height

    def draw(self) -> None:
        canvas, names = self.canv, self.canv.names
        if self.key not in names:
            names[self.key] = f"same{len(names)}"
            made = self.make()
            made.wrapOn(canvas, self.width, self.height)
            edge = 2 * mm
            canvas.beginForm(names[self.key], -edge, -edge, self.width + edge, self.height + edge)
            made.drawOn(canvas, 0, 0)
            canvas.endForm()
        canvas.doForm(names[self.key])


class LetterFile:
    """A file of letters, drawn one after the other.

    Memory grows with the finished pages alone: each is compressed as soon as it is drawn, and the
    fonts are in the file once.
    """

    def __init__(self, *, title: str, language: str, large: bool = False) -> None:
        self.large = large
        self.styles = styles(large=large)
        self._out = io.BytesIO()
        self._shared: dict[Hashable, list[str]] = {}
        self._canvas = _Canvas(self._out, pagesize=A4, lang=language, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setSubject(title)
        self._canvas.setAuthor(settings.MUNICIPALITY)
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._canvas.setPageCallBack(self._pack)

    def add(self, letter: Letter) -> None:
        """Draw the letter, from its first page to its last."""
        with translation.override(letter.language):
            pages: list[Callable[[], None]] = []
            for section in letter.sections:
                pages += self._pages(section, is_first=not pages)
            for number, draw in enumerate(pages, start=1):
                if number == 1:
                    self._draw_head(letter)
                else:
                    self._draw_following_head(letter)
                self._draw_foot(letter, number, len(pages))
                draw()
                self._canvas.showPage()

    def finish(self) -> bytes:
        self._canvas.save()
        return self._out.getvalue()

    def _pack(self, _number: int) -> None:
        # ReportLab keeps what is drawn as text until the end: three times what it need be.
        page = self._canvas._doc.Pages.pages[-1]  # noqa: SLF001 - there is no other way in
        packed = PDFDictionary({"Filter": PDFArray([PDFName("FlateDecode")])})
        page.Contents = PDFStream(packed, zlib.compress(page.stream.encode("latin-1")) + b"\n")
        page.stream = None

    # --- pages -----------------------------------------------------------------------------------

    def _pages(self, section: Section, *, is_first: bool) -> list[Callable[[], None]]:
        if section.key is None or is_first:
            top = FIRST_TOP if is_first else TOP
            return [
                lambda page=page, top=top: self._draw(page, top)  # type: ignore[misc]
                for page, top in self._filled(section.blocks(), top)
            ]
        if section.key not in self._shared:
            self._shared[section.key] = self._draw_once(section)
        return [
            lambda name=name: self._canvas.doForm(name)  # type: ignore[misc]
            for name in self._shared[section.key]
        ]

    def _draw_once(self, section: Section) -> list[str]:
        names: list[str] = []
        for page, top in self._filled(section.blocks(), TOP):
            names.append(f"shared{len(self._shared)}-{len(names)}")
            self._canvas.beginForm(names[-1])
            self._draw(page, top)
            self._canvas.endForm()
        return names

    def _filled(
        self, blocks: Iterable[Block], top: float
    ) -> list[tuple[list[tuple[Flowable, float]], float]]:
        """The pages that the blocks fill: what stands on each and how far down, and its top."""
        pages: list[tuple[list[tuple[Flowable, float]], float]] = [([], top)]
        used = 0.0

        def room() -> float:
            return A4[1] - pages[-1][1] - BOTTOM - used

        waiting = [list(block) for block in blocks]
        while waiting:
            block = waiting.pop(0)
            heights = [one.wrapOn(self._canvas, WIDTH, A4[1])[1] for one in block]
            needed = sum(heights) + sum(one.getSpaceAfter() for one in block[:-1])
            if needed > room():
                if len(block) == 1 and len(parts := block[0].splitOn(self._canvas, WIDTH, room())):
                    if len(parts) > 1:
                        waiting[:0] = [[one] for one in parts]
                        continue
                elif len(block) > 1 and needed > A4[1] - TOP - BOTTOM:
                    waiting[:0] = [[one] for one in block]  # has room on no page as a whole
                    continue
                if pages[-1][0]:
                    pages.append(([], TOP))
                    used = 0.0
                    waiting.insert(0, block)
                    continue
            for one, height in zip(block, heights, strict=True):
                pages[-1][0].append((one, used + height))
                used += height + one.getSpaceAfter()
        return pages

    def _draw(self, page: list[tuple[Flowable, float]], top: float) -> None:
        for one, down in page:
            one.drawOn(self._canvas, MARGIN, A4[1] - top - down)

    # --- what stands around the words ------------------------------------------------------------

    def _draw_head(self, letter: Letter) -> None:
        canvas, height = self._canvas, A4[1]
        canvas.setFillColor(ACCENT)
        canvas.rect(MARGIN, height - 15 * mm, 14 * mm, 1.3 * mm, stroke=0, fill=1)
        canvas.setFont("Display", 13)
        canvas.drawString(MARGIN, height - 21.5 * mm, settings.MUNICIPALITY)
        canvas.setFillColor(SOFT)
        canvas.setFont("Text", 9)
        canvas.drawString(MARGIN, height - 26.5 * mm, _("Nyckelfri hemtjänst"))
        for place, (label, value) in enumerate(
            [(_("Datum"), date_format(letter.day)), (_("Ärende"), letter.reference)]
        ):
            down = height - 21.5 * mm - place * 5 * mm
            canvas.setFillColor(SOFT)
            canvas.drawString(WINDOW_LEFT, down, label)
            canvas.setFillColor(INK)
            canvas.drawString(WINDOW_LEFT + 18 * mm, down, value)
        canvas.setFillColor(black)
        size, step, lines = _fitted(letter.address)
        canvas.setFont("Text", size)
        for place, line in enumerate(lines):
            canvas.drawString(WINDOW_LEFT, height - WINDOW_TOP - place * step, line)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.line(5 * mm, FOLD, 8 * mm, FOLD)

    def _draw_following_head(self, letter: Letter) -> None:
        canvas, height = self._canvas, A4[1]
        canvas.setFillColor(INK)
        canvas.setFont("Display", 10.5)
        canvas.drawString(MARGIN, height - 19 * mm, settings.MUNICIPALITY)
        canvas.setFillColor(SOFT)
        canvas.setFont("Text", 9)
        words = _("Ärende %(reference)s") % {"reference": letter.reference}
        canvas.drawRightString(A4[0] - MARGIN, height - 19 * mm, words)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, height - 22.5 * mm, A4[0] - MARGIN, height - 22.5 * mm)

    def _draw_foot(self, letter: Letter, number: int, pages: int) -> None:
        canvas = self._canvas
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, 17 * mm, A4[0] - MARGIN, 17 * mm)
        canvas.setFillColor(SOFT)
        canvas.setFont("Text", 8.5)
        left = settings.CONTACT if number == 1 and settings.CONTACT else settings.MUNICIPALITY
        canvas.drawString(MARGIN, 12 * mm, left)
        canvas.drawRightString(
            A4[0] - MARGIN,
            12 * mm,
            _("Sida %(number)d av %(pages)d") % {"number": number, "pages": pages},
        )


class QrCode(Flowable):
    """A QR code as crisp squares, with its quiet zone."""

    QUIET = 4  # modules

    def __init__(self, value: str, size: float) -> None:
        super().__init__()
        self.value = value
        self.width = self.height = size

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        modules = qr_modules(self.value)
        unit = self.width / (len(modules) + 2 * self.QUIET)
        squares = []
        for row, line in enumerate(modules):
            up = len(modules) - row - 1 + self.QUIET
            runs = groupby(enumerate(line, start=self.QUIET), key=lambda one: one[1])
            for is_dark, run in runs:
                if is_dark:
                    columns = [column for column, _dark in run]
                    squares.append(f"{columns[0]} {up} {len(columns)} 1 re")
        self.canv.saveState()
        self.canv.setFillColor(black)
        self.canv.scale(unit, unit)
        # In whole numbers, at once: a path of ReportLab's takes ten times as long.
        self.canv._code.append(f"n {' '.join(squares)} f")  # noqa: SLF001 - its own way to draw
        self.canv.restoreState()


@lru_cache(maxsize=8)
def _qr_frame(version: int) -> tuple[list[list[bool]], list[tuple[int, int, bool]]]:
    """What is the same in all codes of a size: the marks, and the places of the data in order,
    each with whether the first mask turns it.

    All eight masks are read alike. To weigh them against each other, as the standard has it,
    takes most of the time of a letter.
    """
    code = qrencoder.QRCode(version, qrencoder.QRErrorCorrectLevel.M)
    code.dataCache = []
    code.makeImpl(test=False, maskPattern=0)
    turns = qrencoder.QRUtil.getMask(0)
    places = [(row, column, turns(row, column)) for column, row in code.dataPosIterator()]
    return [[bool(one) for one in row] for row in code.modules], places


def qr_modules(value: str) -> list[list[bool]]:
    """The squares of the code, with error correction M: dark or not, row by row."""
    level = qrencoder.QRErrorCorrectLevel.M
    code = qrencoder.QRCode(None, level)
    code.addData(value)
    version = code.calculate_version()
    frame, places = _qr_frame(version)
    modules = [row[:] for row in frame]
    data: Any = qrencoder.QRCode.createData(version, level, code.dataList)
    bits = (byte >> place & 1 for byte in data for place in range(7, -1, -1))
    for (row, column, turns), bit in zip(places, chain(bits, repeat(0)), strict=False):
        modules[row][column] = bool(bit) ^ turns
    return modules
