"""What stands behind a yes or a no: papers made here, and files that people bring."""

import hashlib
import io
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from consent.states import AnswerChoice
from homecare.core import clock, pdf
from homecare.core.errors import RuleBroken
from homecare.core.signatures import is_drawn

LARGEST_SCAN = 5 * 1024 * 1024
LETTERS, LARGE_LETTERS = 12, 17  # points, on what a recipient reads
LARGEST_PICTURE = 50_000_000  # pixels: a page at 600 dpi is 35 million


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class AgreedText:
    """The words that were agreed to, or not: blocks are (kind, lines)."""

    title: str
    version: str
    language: str
    sha256: str
    blocks: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Line:
    """What was answered for one entrance."""

    entrance: str
    real_property: str
    choice: str  # AnswerChoice
    remark: str  # the conditions of a yes, the reason of a no, the day of a decision


@dataclass(frozen=True, slots=True)
class OwnerAnswer:
    """An owner's answer through the link."""

    reference: str
    owner: str
    organisation_number: str
    name: str
    title: str
    at: datetime
    way: str  # by which it came
    lines: Sequence[Line]
    text: AgreedText


@dataclass(frozen=True, slots=True)
class RecipientAnswer:
    """What a recipient, a representative or somebody who lives there said to a member of staff."""

    reference: str
    recipient: str
    home: str
    answers: Sequence[tuple[str, bool]]  # question and yes or no
    given_by: str
    representation: str  # "" when by the person
    lives_with: bool  # by somebody who lives with the person, for themselves
    own_view: str
    understanding: str
    present: str
    received_by: str
    at: datetime
    signature: bytes | None
    text: AgreedText


@dataclass(frozen=True, slots=True)
class RecipientForm:
    """A paper to read, tick and sign at the kitchen table."""

    recipient: str
    home: str
    questions: Sequence[str]
    is_large: bool
    at: datetime
    text: AgreedText


def owner_answer_pdf(answer: OwnerAnswer) -> bytes:
    """The receipt for an owner's answer, in the language that it was given in."""
    with translation.override(answer.text.language):
        title = _("Kvitto på svar om låstillbehör")
        rows = [
            (_("Ägare"), answer.owner),
            (_("Organisationsnummer"), answer.organisation_number),
            (_("Besvarat av"), f"{answer.name}, {answer.title}"),
            (_("Tidpunkt"), _moment(answer.at)),
            (_("Svarsväg"), answer.way),
            (_("Ärende"), answer.reference),
        ]
        parts = [
            pdf.text(title, "Title"),
            pdf.text(
                _("%(municipality)s har tagit emot det här svaret. Spara kvittot.")
                % {"municipality": settings.MUNICIPALITY},
                "Lead",
            ),
            pdf.facts(row for row in rows if row[1]),
            pdf.text(_("Svar för varje port"), "Heading"),
            _answers(answer.lines),
            *_agreed(answer.text),
        ]
        return pdf.make(
            parts,
            title=f"{title} – {answer.owner}",
            reference=answer.reference,
            made_at=answer.at,
            language=answer.text.language,
        )


def text_pdf(text: AgreedText) -> bytes:
    """The text to agree to, for who wants to read it on paper or take it to the board."""
    with translation.override(text.language):
        return pdf.make(
            [pdf.text(text.title, "Title"), *_agreed(text)],
            title=text.title,
            reference=text.version,
            made_at=clock.now(),
            language=text.language,
        )


def recipient_answer_pdf(answer: RecipientAnswer) -> bytes:
    """The paper of what a recipient answered, with the signature that was drawn."""
    with translation.override(answer.text.language):
        rows = [
            (_("Hemtjänsttagare"), answer.recipient),
            (_("Bostadsdörr"), answer.home),
            (_("Lämnat av"), answer.given_by),
            (_("Svarar för"), _("sig själv, bor i bostaden") if answer.lives_with else ""),
            (_("Företräder genom"), answer.representation),
            (_("Personens egen inställning"), answer.own_view),
            (_("Så kontrollerades förståelsen"), answer.understanding),
            (_("Närvarande"), answer.present),
            (_("Tidpunkt"), _moment(answer.at)),
            (_("Mottaget av"), f"{answer.received_by}, {settings.MUNICIPALITY}"),
        ]
        signed: list[Flowable] = [pdf.text(_("Underskrift"), "Heading")]
        if answer.signature:
            signed += [pdf.picture(answer.signature), pdf.text(answer.given_by, "Small")]
        else:
            signed.append(
                pdf.text(_("På papper. Det inskannade originalet finns bredvid detta blad."))
            )
        if answer.present:
            signed.append(pdf.text(_only_present(), "Small"))
        parts = [
            pdf.text(answer.text.title, "Title"),
            pdf.facts(row for row in rows if row[1]),
            pdf.text(_("Svar"), "Heading"),
            pdf.table(
                [_("Frågor"), _("Svar")],
                [
                    (
                        question,
                        pdf.text(_("JA") if yes else _("NEJ"), "Good" if yes else "Bad"),
                    )
                    for question, yes in answer.answers
                ],
                (5, 1),
            ),
            KeepTogether(signed),
            *_agreed(answer.text),
        ]
        return pdf.make(
            parts,
            title=answer.text.title,
            reference=answer.reference,
            made_at=answer.at,
            language=answer.text.language,
        )


def _only_present() -> str:
    return _(
        "Den som är närvarande har lyssnat och stöttat. En närståendes underskrift räknas inte "
        "som personens medgivande."
    )


def recipient_form_pdf(form: RecipientForm) -> bytes:
    """A paper with the text, a box for each yes and no, and lines to sign on."""
    size = LARGE_LETTERS if form.is_large else LETTERS
    large = ParagraphStyle(
        "Question", parent=pdf.styles()["Cell"], fontSize=size, leading=round(size * 1.3)
    )
    with translation.override(form.text.language):
        rows = [
            (_("Hemtjänsttagare"), form.recipient),
            (_("Bostadsdörr"), form.home),
        ]
        parts: list[Flowable] = [
            pdf.text(form.text.title, "Title"),
            pdf.facts(rows),
            Spacer(0, 12),
            *_words(form.text, size=size),
            pdf.text(_("Svara ja eller nej på varje fråga"), "Heading"),
            pdf.table(
                [_("Frågor"), _("JA"), _("NEJ")],
                [(Paragraph(escape(one), large), _box(), _box()) for one in form.questions],
                (8, 1, 1),
            ),
            KeepTogether(
                [
                    pdf.text(_("Underskrift"), "Heading"),
                    *_lines(
                        _("Datum"),
                        _("Namnteckning"),
                        _("Namnförtydligande"),
                        _("För ställföreträdare: uppdrag och personens egen inställning"),
                        _("Närvarande: namn och relation"),
                        _("Mottaget av, och hur det visades att personen förstod"),
                    ),
                    pdf.text(_only_present(), "Small"),
                ]
            ),
            pdf.text(
                _("Version %(version)s, SHA-256 %(sum)s")
                % {"version": form.text.version, "sum": form.text.sha256},
                "Small",
            ),
        ]
        return pdf.make(parts, title=form.text.title, made_at=form.at, language=form.text.language)


def _box() -> Flowable:
    """A square to tick."""
    square = Table([[""]], colWidths=[14], rowHeights=[14], hAlign="LEFT")
    square.setStyle(TableStyle([("BOX", (0, 0), (-1, -1), 1, pdf.INK)]))
    return square


def _lines(*labels: str) -> list[Flowable]:
    """A line to write on for each label."""
    made: list[Flowable] = []
    for label in labels:
        line = Table([[""]], colWidths=[pdf.WIDTH], rowHeights=[26])
        line.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.6, pdf.INK)]))
        made += [line, pdf.text(label, "Small")]
    return made


def _moment(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M:%S}"


def _answers(lines: Iterable[Line]) -> Flowable:
    """Each entrance with a yes or a no that is read also without colours."""
    white = ParagraphStyle(
        "Answer", parent=pdf.styles()["CellBold"], textColor=colors.white, alignment=1
    )
    looks = {
        AnswerChoice.YES: (_("JA"), pdf.GOOD, _("Villkor")),
        AnswerChoice.NO: (_("NEJ"), pdf.BAD, _("Orsak")),
        AnswerChoice.BOARD: (_("SENARE"), pdf.SOFT, _("Styrelsen beslutar")),
    }
    rows: list[list[Any]] = []
    marks = []
    for number, line in enumerate(lines):
        words: list[Flowable] = [
            pdf.text(line.entrance, "CellBold"),
            pdf.text(line.real_property, "Small"),
        ]
        word, colour, label = looks[AnswerChoice(line.choice)]
        if line.remark:
            words.append(pdf.text(f"{label}: {line.remark}", "Cell"))
        mark = Table(
            [[Paragraph(word, white)]],
            colWidths=[52],
            style=TableStyle(
                [
                    ("BACKGROUND", (0, 0), (-1, -1), colour),
                    ("ROUNDEDCORNERS", [3, 3, 3, 3]),
                    ("TOPPADDING", (0, 0), (-1, -1), 2),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
                ]
            ),
        )
        rows.append([mark, words])
        marks.append(("LINEBELOW", (0, number), (-1, number), 0.4, pdf.LINE))
    return Table(
        rows,
        colWidths=[66, pdf.WIDTH - 66],
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 7),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
                *marks,
            ]
        ),
    )


def _agreed(text: AgreedText) -> list[Flowable]:
    """The whole text, with the check sum that tells whether it is these very words."""
    parts: list[Flowable] = [
        Spacer(0, 10),
        pdf.text(_("Texten som svaret gäller"), "Heading"),
        pdf.facts(
            [
                (_("Text"), text.title),
                (_("Version"), f"{text.version} ({text.language})"),
                (_("Kontrollsumma"), f"SHA-256 {text.sha256}"),
            ]
        ),
        Spacer(0, 8),
        *_words(text),
    ]
    return parts


def _words(text: AgreedText, *, size: float = 9.5) -> list[Flowable]:
    """The text itself, with letters of that size."""
    parts: list[Flowable] = []
    letters = {"fontSize": size, "leading": round(size * 1.37, 1)}
    cell = ParagraphStyle("Words", parent=pdf.styles()["Cell"], **letters)
    item = ParagraphStyle("Item", parent=cell, leftIndent=11, bulletIndent=1, spaceAfter=1.5)
    item.bulletFontSize = size
    heading = ParagraphStyle(
        "Part", parent=pdf.styles()["CellBold"], keepWithNext=1, spaceAfter=2, **letters
    )
    for kind, lines in text.blocks:
        if kind == "heading":
            parts.append(Paragraph(escape(lines[0]), heading))
        elif kind == "list":
            parts += [Paragraph(escape(line), item, bulletText="•") for line in lines]
            parts.append(Spacer(0, 7))
        else:
            parts += [Paragraph(escape(line), cell) for line in lines]
            parts.append(Spacer(0, 7))
    return parts


# --- files that people bring ---------------------------------------------------------------------


def media_type_of_scan(content: bytes) -> str:
    """What the file is, by its content. Refuses all but PDF, PNG and JPEG up to 5 MB."""
    if not content:
        raise RuleBroken(_("Filen är tom. Välj en annan fil."))
    if len(content) > LARGEST_SCAN:
        raise RuleBroken(_("Filen är större än 5 MB. Skanna med lägre upplösning."))
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise RuleBroken(_("PDF-filen är inte hel. Skanna papperet igen."))
        return "application/pdf"
    return f"image/{_picture(content).lower()}"


def _picture(content: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
                if image.width * image.height > LARGEST_PICTURE:
                    raise RuleBroken(_("Bilden är för stor. Skanna med lägre upplösning."))
                kind = str(image.format)
                image.load()
                return kind
    except (UnidentifiedImageError, SyntaxError, ValueError, OSError) as error:
        raise RuleBroken(_("Filen går inte att läsa. Välj en PDF, PNG eller JPEG.")) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RuleBroken(_("Bilden är för stor. Skanna med lägre upplösning.")) from error


def check_signature(content: bytes) -> None:
    """Refuses a drawn signature that is no PNG, or that nothing is drawn in."""
    if not content.startswith(b"\x89PNG") or _picture(content) != "PNG":
        raise RuleBroken(_("Underskriften kunde inte läsas. Rensa rutan och skriv under igen."))
    if not is_drawn(content):
        raise RuleBroken(_("Rutan är tom. Skriv under i rutan."))
