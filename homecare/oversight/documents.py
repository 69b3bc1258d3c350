"""The report on paper and as a workbook, both drawn from the saved snapshot alone."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from homecare.core import pdf
from homecare.oversight.models import Report
from locks.readiness import Stage

CHART_HEIGHT = 42 * mm


def report_pdf(report: Report) -> bytes:
    """ "Läget i införandet" on A4."""
    return pdf.make(
        list(_flowables(report)),
        title=str(report),
        reference=_("Rapport %(number)s") % {"number": report.number},
        made_at=report.made_at,
    )


def _flowables(report: Report) -> Iterator[Flowable]:
    content = report.content
    yield pdf.text(_("Läget i införandet"), "Title")
    yield pdf.text(
        _("Nyckelfri hemtjänst i %(place)s. Ögonblicksbild %(day)s.")
        % {"place": content["municipality"], "day": _moment(content["made_at"])},
        "Lead",
    )
    for section in content["sections"]:
        yield KeepTogether(
            [
                pdf.text(section["title"], "Heading"),
                pdf.table(
                    [_("Mått"), _("Så räknas det"), _("Antal")],
                    [
                        [
                            pdf.text(figure["label"], "CellBold"),
                            pdf.text(figure["definition"], "Small"),
                            _value(figure),
                        ]
                        for figure in section["figures"]
                    ],
                    (5, 7, 2),
                ),
            ]
        )
    yield KeepTogether(
        [
            pdf.text(_("Lås satta i drift per månad"), "Heading"),
            _chart([(month["month"], month["locks"]) for month in content["months"]]),
        ]
    )
    if content["units"]:
        yield KeepTogether(
            [
                pdf.text(_("Enheterna"), "Heading"),
                pdf.table(
                    [_("Enhet"), _("Personer"), *(str(stage.label) for stage in Stage)],
                    [
                        [
                            pdf.text(f"{unit['unit']}\n{unit['provider']}", "Cell"),
                            unit["recipients"],
                            *unit["stages"],
                        ]
                        for unit in content["units"]
                    ],
                    (5, 2, 2, 2, 2, 3, 2),
                ),
                Spacer(1, 2 * mm),
                pdf.text(
                    _(
                        "Personer med skyddade personuppgifter ingår i totalerna ovan men "
                        "redovisas inte per enhet."
                    ),
                    "Small",
                ),
            ]
        )
    yield KeepTogether(
        [
            pdf.text(_("Så kan rapporten kontrolleras"), "Heading"),
            pdf.facts(_proof(report)),
        ]
    )


def _value(figure: dict[str, Any]) -> Any:
    if not figure["must_be_zero"]:
        return int(figure["value"])
    if figure["value"] == 0:
        return pdf.text(_("0, som det ska"), "Good")
    return pdf.text(_("%(number)s att åtgärda") % {"number": figure["value"]}, "Bad")


def _proof(report: Report) -> list[tuple[str, str]]:
    head = report.content["head"]
    return [
        (_("Framtagen av"), report.made_by.name),
        (_("Kontrollsumma"), report.sha256),
        (
            _("Spårloggens senaste sigill"),
            _("Nr %(number)s, %(at)s") % {"number": head["seal"], "at": _moment(head["sealed_at"])}
            if head["seal"]
            else _("Inget sigill ännu"),
        ),
        (_("Sigillets värde"), head["hash"] or "–"),
        (_("Ännu inte förseglade rader"), str(head["unsealed"])),
    ]


def _moment(iso: str) -> str:
    if not iso:
        return "–"
    return f"{datetime.fromisoformat(iso).astimezone(pdf.local_zone()):%Y-%m-%d %H:%M}"


def _chart(bars: list[tuple[str, int]]) -> Drawing:
    """Columns with their number on top: twelve months fit the width of the page."""
    drawing = Drawing(pdf.WIDTH, CHART_HEIGHT)
    top = max([value for _month, value in bars] + [1])
    step = pdf.WIDTH / len(bars)
    room = CHART_HEIGHT - 26
    for place, (month, value) in enumerate(bars):
        height = room * value / top
        left = place * step + step * 0.2
        drawing.add(
            Rect(left, 14, step * 0.6, height, fillColor=pdf.ACCENT, strokeColor=None, rx=1.5)
        )
        centre = left + step * 0.3
        drawing.add(
            String(
                centre,
                4,
                month[2:],
                fontName="Text",
                fontSize=7,
                fillColor=pdf.SOFT,
                textAnchor="middle",
            )
        )
        if value:
            drawing.add(
                String(
                    centre,
                    17 + height,
                    str(value),
                    fontName="TextBold",
                    fontSize=8,
                    fillColor=pdf.INK,
                    textAnchor="middle",
                )
            )
    drawing.add(Line(0, 14, pdf.WIDTH, 14, strokeColor=pdf.LINE, strokeWidth=0.6))
    return drawing


# --- the workbook --------------------------------------------------------------------------------


def report_xlsx(report: Report) -> bytes:
    """The same figures as a workbook: one sheet of figures, one of units, one of months."""
    book = Workbook()
    figures = book.active
    figures.title = _("Läget")
    _fill(
        figures,
        [_("Avsnitt"), _("Mått"), _("Antal"), _("Måste vara noll"), _("Så räknas det")],
        [
            [
                section["title"],
                figure["label"],
                figure["value"],
                _("Ja") if figure["must_be_zero"] else "",
                figure["definition"],
            ]
            for section in report.content["sections"]
            for figure in section["figures"]
        ],
        (26, 42, 10, 16, 70),
    )
    _fill(
        book.create_sheet(_("Enheter")),
        [_("Enhet"), _("Utförare"), _("Personer"), *(str(stage.label) for stage in Stage)],
        [
            [unit["unit"], unit["provider"], unit["recipients"], *unit["stages"]]
            for unit in report.content["units"]
        ],
        (30, 30, 10, 14, 14, 14, 18, 14),
    )
    _fill(
        book.create_sheet(_("Månader")),
        [_("Månad"), _("Lås satta i drift")],
        [[month["month"], month["locks"]] for month in report.content["months"]],
        (14, 18),
    )
    _fill(
        book.create_sheet(_("Kontroll")),
        [_("Uppgift"), _("Värde")],
        [[_("Framtagen"), _moment(report.content["made_at"])], *map(list, _proof(report))],
        (32, 70),
    )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(
    sheet: Worksheet, head: list[str], rows: list[list[Any]], widths: tuple[int, ...]
) -> None:
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text is text, also when it begins with "="
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for cell, width in zip(sheet[1], widths, strict=True):
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="EEF3F2")
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A2"
