"""The paper of the house: fonts, styles and frame of every PDF that the application makes.

A document is a list of flowables; `make` puts them on A4 with the municipality's name at the top,
page numbers at the foot, and the title and language in the file itself, for screen readers.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, StyleSheet1
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    Image,
    PageTemplate,
    Paragraph,
    Table,
    TableStyle,
)

INK = colors.HexColor("#17252b")
SOFT = colors.HexColor("#52636b")
LINE = colors.HexColor("#c9d4d6")
WASH = colors.HexColor("#eef3f2")
ACCENT = colors.HexColor("#0b5a5e")
GOOD = colors.HexColor("#1d6b45")
BAD = colors.HexColor("#a3262a")

MARGIN = 20 * mm
WIDTH = A4[0] - 2 * MARGIN

_FONTS = {
    "Text": "AtkinsonHyperlegibleNext_400Regular.ttf",
    "TextBold": "AtkinsonHyperlegibleNext_700Bold.ttf",
    "Display": "FamiljenGrotesk_600SemiBold.ttf",
}


@lru_cache(maxsize=1)
def styles() -> StyleSheet1:
    """The styles of the house: Title, Lead, Heading, Body, Small, Cell, Number, Good, Bad."""
    folder = settings.BASE_DIR / "static" / "fonts" / "pdf"
    for name, file in _FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    pdfmetrics.registerFontFamily("Text", normal="Text", bold="TextBold")
    sheet = StyleSheet1()
    body = {"fontName": "Text", "fontSize": 10, "leading": 14.5, "textColor": INK}
    for name, changes in {
        "Title": {"fontName": "Display", "fontSize": 22, "leading": 27, "spaceAfter": 4},
        "Lead": {"fontSize": 11.5, "leading": 16.5, "textColor": SOFT, "spaceAfter": 10},
        "Heading": {
            "fontName": "Display",
            "fontSize": 14,
            "leading": 18,
            "spaceBefore": 14,
            "spaceAfter": 5,
            "keepWithNext": 1,
        },
        "Body": {"spaceAfter": 6},
        "Small": {"fontSize": 8.5, "leading": 12, "textColor": SOFT},
        "SmallRight": {"fontSize": 8.5, "leading": 12, "textColor": SOFT, "alignment": TA_RIGHT},
        "Cell": {"fontSize": 9.5, "leading": 13},
        "CellBold": {"fontName": "TextBold", "fontSize": 9.5, "leading": 13},
        "Good": {"fontName": "TextBold", "fontSize": 9.5, "leading": 13, "textColor": GOOD},
        "Bad": {"fontName": "TextBold", "fontSize": 9.5, "leading": 13, "textColor": BAD},
        "Number": {"fontName": "TextBold", "fontSize": 10.5, "leading": 13, "alignment": TA_RIGHT},
        "Big": {"fontName": "Display", "fontSize": 28, "leading": 32},
    }.items():
        sheet.add(ParagraphStyle(name, **{**body, **changes}))
    return sheet


def local_zone() -> tzinfo:
    """The zone in which papers show the time."""
    return get_current_timezone()


def text(words: Any, style: str = "Body") -> Paragraph:
    """A paragraph of plain text: what a person typed is shown as typed, never as markup."""
    return Paragraph(escape(str(words)).replace("\n", "<br/>"), styles()[style])


def facts(rows: Iterable[tuple[Any, Any]], *, label_width: float = 45 * mm) -> Table:
    """Labels and their values, under each other."""
    cells = [[text(label, "Small"), text(value, "Cell")] for label, value in rows]
    table = Table(cells, colWidths=[label_width, WIDTH - label_width])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
            ]
        )
    )
    return table


def table(head: Sequence[Any], rows: Iterable[Sequence[Any]], widths: Sequence[float]) -> Table:
    """A table with a repeated head. `widths` are parts of the page's width, such as (2, 1, 1).

    Cells that are numbers stand to the right; other values are plain text or flowables.
    """
    unit = WIDTH / sum(widths)
    body = [list(row) for row in rows]
    numbers = [
        bool(body) and all(isinstance(row[place], int) for row in body)
        for place in range(len(head))
    ]
    cells = [
        [
            text(one, "SmallRight" if number else "Small")
            for one, number in zip(head, numbers, strict=True)
        ]
    ]
    cells += [[_cell(value) for value in row] for row in body]
    made = Table(cells, colWidths=[unit * width for width in widths], repeatRows=1)
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), WASH),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
                ("LEFTPADDING", (0, 0), (-1, -1), 5),
                ("RIGHTPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )
    return made


def _cell(value: Any) -> Flowable:
    if isinstance(value, Flowable):
        return value
    return text(value, "Number" if isinstance(value, int) else "Cell")


def picture(content: bytes, *, width: float = 60 * mm, height: float = 22 * mm) -> Image:
    """A picture (a drawn signature) fitted into the given box."""
    image = Image(io.BytesIO(content), hAlign="LEFT")
    scale = min(width / image.imageWidth, height / image.imageHeight)
    image.drawWidth, image.drawHeight = image.imageWidth * scale, image.imageHeight * scale
    return image


def make(
    flowables: list[Flowable],
    *,
    title: str,
    reference: str = "",
    made_at: datetime | None = None,
    language: str | None = None,
) -> bytes:
    """The PDF as bytes. The same flowables, title and moment always give the same bytes."""
    out = io.BytesIO()
    styles()
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=30 * mm,
        bottomMargin=24 * mm,
        title=title,
        author=settings.MUNICIPALITY,
        subject=title,
        lang=language or get_language() or settings.LANGUAGE_CODE,
        displayDocTitle=1,
        invariant=1,
    )
    frame = Frame(
        document.leftMargin,
        document.bottomMargin,
        document.width,
        document.height,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    stamp = f"{localtime(made_at):%Y-%m-%d %H:%M}" if made_at else ""

    def frame_page(canvas: Canvas, _document: BaseDocTemplate) -> None:
        _draw_frame(canvas, reference=reference, stamp=stamp)

    document.addPageTemplates([PageTemplate("page", [frame], onPage=frame_page)])
    document.build(list(flowables))
    return out.getvalue()


def _draw_frame(canvas: Canvas, *, reference: str, stamp: str) -> None:
    width, height = A4
    canvas.saveState()
    canvas.setFillColor(ACCENT)
    canvas.rect(0, height - 4 * mm, width, 4 * mm, stroke=0, fill=1)
    canvas.setFont("Display", 11)
    canvas.drawString(MARGIN, height - 17 * mm, settings.MUNICIPALITY)
    canvas.setFont("Text", 9)
    canvas.setFillColor(SOFT)
    canvas.drawRightString(width - MARGIN, height - 17 * mm, _("Nyckelfri hemtjänst"))
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, 17 * mm, width - MARGIN, 17 * mm)
    canvas.setFont("Text", 8)
    canvas.drawString(MARGIN, 12 * mm, "  ·  ".join(part for part in (reference, stamp) if part))
    canvas.drawRightString(
        width - MARGIN, 12 * mm, _("Sida %(number)s") % {"number": canvas.getPageNumber()}
    )
    canvas.restoreState()
