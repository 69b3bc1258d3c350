"""Letters to property owners: what is asked, a form to answer on, and the text that it is about.

The words are those of the e-mails (`consent.texts`). In place of the sealed link stand the same
link as a QR code and the request's short code. Nothing here comes from a recipient.
"""

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph

from consent import links
from consent.actions.cases import REQUEST, askable_items_of
from consent.actions.reminders import REMINDER
from consent.models import CaseItem, ConsentCase, ConsentText
from consent.states import OPEN, AnswerChoice, CaseKind
from homecare.core import clock
from homecare.core.letter_paper import Block, Letter, QrCode, Same, Section, styles, text
from homecare.core.pdf import INK, LINE, SOFT, WASH
from homecare.mailing.models import Message
from homecare.mailing.texts import paragraphs_of

NAMED_ON_FIRST_PAGE = 5  # entrances; with more, the form lists them all
WITH_TWO_LINES = 2  # entrances; with more, the form has one line to write on for each


def draw(messages: Sequence[Message], large: bool) -> Iterator[Letter]:
    """The letters of requests to owners. The number of queries is the same for many as for one."""
    cases = {
        str(case.ref): case
        for case in ConsentCase.objects.filter(
            ref__in={message.about_ref for message in messages}
        ).select_related("owner", "text", "handler")
    }
    items = askable_items_of(cases.values())
    for message in messages:
        case = cases[message.about_ref]
        yield _Drawn(message, case, sorted(items[case.pk], key=_as_one_walks), large=large).letter()


def _as_one_walks(item: CaseItem) -> tuple[str, list[tuple[bool, int, str]]]:
    """By property, and number 2 before number 10."""
    parts = re.findall(r"\d+|\D+", str(item.entrance).casefold())
    return str(item.entrance.real_property), [
        (part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts
    ]


def code_page() -> str:
    """Where the short code is typed, as it stands on paper."""
    return f"{settings.BASE_URL.partition('://')[2]}{reverse('consent:code').rstrip('/')}"


def return_address() -> str:
    """Where a form that is filled in is sent."""
    parts = [part.strip() for part in settings.POSTAL_ADDRESS.split(",")]
    lines = [settings.MUNICIPALITY, *filter(None, parts)]
    return "\n".join(lines if settings.POSTAL_ADDRESS else [*lines, settings.CONTACT]).strip()


class _Drawn:
    """One letter about one request."""

    def __init__(
        self, message: Message, case: ConsentCase, items: Sequence[CaseItem], *, large: bool
    ) -> None:
        self.message, self.case, self.items, self.large = message, case, items, large
        self.look = styles(large=large)

    def letter(self) -> Letter:
        case, message = self.case, self.message
        names = [case.owner.name, message.to_name]
        sections = [Section(self._words)]
        if case.state in OPEN and self.items:
            sections.append(Section(self._form))
            # The same words in each letter on the same text: drawn once in the file.
            blocks = tuple((block.kind, block.lines) for block in case.text.blocks)
            sections.append(
                Section(
                    lambda: _agreed(case.text, self.look),
                    key=(blocks, case.text.version, message.language, self.large),
                )
            )
        return Letter(
            address=[*dict.fromkeys(filter(None, names)), *message.to_address.splitlines()],
            reference=case.number,
            day=clock.today(),
            language=message.language.partition("-")[0],
            sections=sections,
        )

    def _text(self, words: object, style: str = "Body") -> Paragraph:
        return text(words, self.look[style])

    def _same(self, words: str, style: str = "Body") -> Flowable:
        """Words that stand so in many letters."""
        return Same(f"{style} {words}", lambda: self._text(words, style), large=self.large)

    # --- the first page --------------------------------------------------------------------------

    def _words(self) -> Iterator[Block]:
        yield [self._text(self._title(), "Title")]
        if self.message.purpose == REMINDER:
            yield from self._reminder()
        elif self.message.purpose != REQUEST:
            yield from self._as_written()
        elif self.case.kind == CaseKind.TAKE_OVER:
            yield from self._take_over()
        else:
            yield from self._request()

    def _title(self) -> str:
        if self.case.kind != CaseKind.FITTING or self.message.purpose != REQUEST:
            return self.message.subject
        number = len(self.items)
        return ngettext(
            "Får vi montera låstillbehör på er port?",
            "Får vi montera låstillbehör på era %(number)d portar?",
            number,
        ) % {"number": number}

    def _request(self) -> Iterator[Block]:
        yield [self._text(self._greeting())]
        asks = _(
            "%(municipality)s ber om ett medgivande från %(owner)s att montera låstillbehör på:"
        ) % {"municipality": settings.MUNICIPALITY, "owner": self.case.owner.name}
        yield from self._asked(asks)
        yield [
            self._same(
                _(
                    "Med tillbehöret kan hemtjänstens personal öppna porten med en personlig "
                    "digital nyckel i stället för att bära metallnycklar. Lås, koder och "
                    "porttelefon fungerar som förut. Det kostar er ingenting, och medgivandet kan "
                    "återkallas när som helst."
                )
            )
        ]
        yield [self._same(_how())]
        yield [self._box()]
        yield self._closing(self._by())

    def _take_over(self) -> Iterator[Block]:
        yield [self._text(self._greeting())]
        owner = {"owner": self.case.owner.name}
        yield from self._asked(_("Enligt registret äger %(owner)s nu:") % owner)
        yield [
            self._same(
                _(
                    "Där sitter ett låstillbehör som %(municipality)s har monterat med den förra "
                    "ägarens medgivande. Det medgivandet slutade gälla vid försäljningen. "
                    "Tillbehöret sitter kvar medan ni svarar, och kostar er ingenting."
                )
                % {"municipality": settings.MUNICIPALITY}
            )
        ]
        yield [
            self._same(
                _(
                    "Ja: det sitter kvar på samma villkor. Nej: vi tar bort det och återställer "
                    "porten."
                )
            )
        ]
        yield [self._same(_how())]
        yield [self._box()]
        yield self._closing(self._by())

    def _reminder(self) -> Iterator[Block]:
        yield [self._text(self._greeting())]
        asks = _(
            "Vi har inte fått svar från %(owner)s på frågan om låstillbehör får monteras på:"
        ) % {"owner": self.case.owner.name}
        yield from self._asked(asks)
        yield [
            self._same(
                _(
                    "Också ett nej är ett svar, och då slutar vi att påminna. Behöver ni mer tid, "
                    "till exempel till nästa styrelsemöte? Kryssa för det och skriv vilken dag "
                    "styrelsen beslutar."
                )
            )
        ]
        yield [self._same(_how())]
        yield [self._box()]
        yield self._closing(self._by())

    def _as_written(self) -> Iterator[Block]:
        """The words of the message, with the box in place of its links."""
        has_box = False
        for paragraph in paragraphs_of(self.message.body):
            if paragraph.link:
                if not has_box:
                    yield [self._box()]
                has_box = True
            elif paragraph.is_list:
                yield [self._item(line) for line in paragraph.lines]
            else:
                yield [self._text("\n".join(paragraph.lines))]

    def _greeting(self) -> str:
        name = self.message.to_name
        if name and name != self.case.owner.name:
            return _("Hej %(name)s!") % {"name": name}
        return _("Hej!")

    def _asked(self, asks: str) -> Iterator[Block]:
        shown = self.items[:NAMED_ON_FIRST_PAGE]
        left = len(self.items) - len(shown)
        if left == 1:  # rather the name of the last than a line that says that there is one more
            shown, left = self.items, 0
        lines = [self._item(_named(item)) for item in shown]
        if left:
            more = ngettext(
                "och %(number)d port till, som står på svarsblanketten",
                "och %(number)d portar till, som alla står på svarsblanketten",
                left,
            )
            lines.append(self._item(more % {"number": left}))
        gap = _Gap(5)
        yield [self._text(asks, "Close"), *lines, gap]

    def _item(self, words: str) -> Paragraph:
        return text(words, self.look["Item"], bullet="•")

    def _by(self) -> str:
        case = self.case
        until = links.open_until(links.last_used_at(case))
        by = _("Svara senast %(day)s. Koden går att använda till och med %(until)s.") % {
            "day": date_format(case.answer_by_on) if case.answer_by_on else "–",
            "until": date_format(until),
        }
        if case.answer_by_on is None or case.answer_by_on < clock.today():
            by = _("Koden går att använda till och med %(until)s.") % {"until": date_format(until)}
        return by

    def _closing(self, by: str) -> Block:
        sender = f"{self.case.handler.name}\n{settings.MUNICIPALITY}"  # the contact is at the foot
        return [
            self._text(by, "Bold"),
            _Gap(8),
            self._text(_("Med vänlig hälsning"), "Close"),
            self._text(sender, "Close"),
        ]

    def _box(self) -> Flowable:
        code = self.case.short_code
        words = [self._text(_("Svara på webben"), "Heading")]
        if code:
            words += [
                self._text(
                    _("Rikta mobilens kamera mot koden. Eller gå till %(address)s och skriv:")
                    % {"address": code_page()},
                    "Close",
                ),
                self._text(code, "Code"),
            ]
        else:
            words.append(self._text(_("Rikta mobilens kamera mot koden."), "Close"))
        words.append(
            self._text(_("Ingen inloggning behövs. Sidan finns även på engelska."), "Small")
        )
        return _AnswerBox(QrCode(links.url_of(self.case), (46 if self.large else 36) * mm), words)

    # --- the form --------------------------------------------------------------------------------

    def _form(self) -> Iterator[Block]:
        case = self.case
        yield [self._same(_("Svarsblankett"), "Title")]
        yield [
            self._same(
                _(
                    "Har ni svarat på webben behövs ingen blankett. Kryssa annars för ett svar per "
                    "port, skriv under och skicka blanketten till oss senast %(day)s."
                )
                % {"day": date_format(case.answer_by_on)}
                if case.answer_by_on and case.answer_by_on >= clock.today()
                else _(
                    "Har ni svarat på webben behövs ingen blankett. Kryssa annars för ett svar per "
                    "port, skriv under och skicka blanketten till oss."
                )
            )
        ]
        yield [
            self._text(
                _("%(owner)s svarar på texten ”%(title)s”, version %(version)s.")
                % {
                    "owner": case.owner.name,
                    "title": case.text.title,
                    "version": case.text.version,
                },
                "Small",
            ),
            _Gap(6),
        ]
        lines = 1 if len(self.items) > WITH_TWO_LINES else 2
        if len(self.items) > 1:
            every = _("Samma svar för alla portar på blanketten")
            yield self._row(every, "", lines=lines)
        for item in self.items:
            name, where = str(item.entrance), f"{item.entrance.city}, {item.entrance.real_property}"
            yield self._row(name, where, lines=lines)
        yield [Same("signature", self._signature, large=self.large)]

    def _row(self, name: str, where: str, *, lines: int) -> Block:
        """One entrance: its name, and boxes and lines that are the same for all."""
        words = f"<font name='TextBold'>{escape(name)}</font>"
        if where:
            size, colour = self.look["Small"].fontSize, SOFT.hexval()
            words += f"  <font size='{size}' color='{colour}'>{escape(where)}</font>"
        return [
            _Gap(7),
            Paragraph(words, self.look["Close"]),
            _Gap(3),
            Same(
                f"row {lines}",
                lambda: _Choices(self.look, lines=lines, large=self.large),
                large=self.large,
            ),
        ]

    def _signature(self) -> Flowable:
        return _Column(
            [
                _Gap(12),
                self._text(_("Den som svarar"), "Heading"),
                self._text(_("Jag har rätt att svara för ägaren i den här frågan."), "Small"),
                _Signature(self.look, self.large),
                _Gap(12),
                _Framed(
                    [
                        self._text(_("Skicka blanketten till"), "Small"),
                        self._text(return_address(), "Bold"),
                    ]
                ),
            ]
        )


def _how() -> str:
    return _(
        "Svara på webben eller på blanketten som följer med brevet. Texten som ni tar ställning "
        "till står efter blanketten. Är det någon annan som svarar för ägaren? Lämna brevet vidare "
        "till den personen, och inte till någon annan."
    )


def _named(item: CaseItem) -> str:
    return f"{item.entrance} ({item.entrance.real_property})"


def _agreed(agreed: ConsentText, look: dict[str, ParagraphStyle]) -> Iterator[Block]:
    """The text that the answer is about, word for word."""
    yield [text(agreed.title, look["Title"])]
    heading: list[Flowable] = []
    for block in agreed.blocks:
        if block.kind == "heading":
            heading = [_Gap(4), text(block.lines[0], look["FineHeading"])]
        elif block.kind == "list":
            first, *rest = (text(line, look["FineItem"], bullet="•") for line in block.lines)
            yield [*heading, first]
            yield from ([one] for one in rest)
            heading = []
        else:
            yield [*heading, *(text(line, look["Fine"]) for line in block.lines)]
            heading = []
    words = _("Version %(version)s. Det är de här orden ni svarar på.")
    yield [_Gap(6), text(words % {"version": agreed.version}, look["Small"])]


# --- what is drawn -------------------------------------------------------------------------------


class _Gap(Flowable):
    """Nothing, so high."""

    def __init__(self, height: float) -> None:
        super().__init__()
        self.width, self.height = 0, height

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        pass


class _AnswerBox(Flowable):
    """The QR code, and beside it how to answer."""

    PAD = 4 * mm
    AFTER = 9

    def __init__(self, code: QrCode, words: Sequence[Paragraph]) -> None:
        super().__init__()
        self.code, self.words = code, words

    def getSpaceAfter(self) -> float:  # noqa: N802 - ReportLab's name
        return self.AFTER

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width = width
        room = width - self.code.width - 3 * self.PAD
        self.heights = [one.wrapOn(self.canv, room, 1000)[1] for one in self.words]
        self.height = max(self.code.height, sum(self.heights) + self.PAD) + self.PAD
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        canvas.setFillColor(WASH)
        canvas.roundRect(0, 0, self.width, self.height, 2 * mm, stroke=0, fill=1)
        canvas.setFillColor("white")
        half = self.PAD / 2
        bottom = (self.height - self.code.height) / 2
        canvas.roundRect(
            half, bottom, self.code.width, self.code.height, 1.2 * mm, stroke=0, fill=1
        )
        self.code.drawOn(canvas, half, bottom)
        left = self.code.width + 1.5 * self.PAD
        down = self.height - (self.height - sum(self.heights)) / 2
        for one, height in zip(self.words, self.heights, strict=True):
            down -= height
            one.drawOn(canvas, left, down)


class _Choices(Flowable):
    """A box for each answer, and lines for conditions or the reason of a no."""

    def __init__(self, look: dict[str, ParagraphStyle], *, lines: int, large: bool) -> None:
        super().__init__()
        self.large, self.lines = large, lines
        self.body, self.small = look["Body"], look["Small"]
        self.choices = [
            str(AnswerChoice.YES.label),
            _("Ja, med villkor"),
            str(AnswerChoice.NO.label),
            _("Styrelsen beslutar den"),
        ]
        self.label = _("Villkor, eller orsak till nej")
        self.line = (9 if large else 7.5) * mm

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width = width
        self.boxes = (len(self.choices) if self.large else 1) * self.body.leading * 1.25
        written = self.small.leading + (self.lines - 1) * self.line
        self.height = self.boxes + 4 + written + 8
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        down = self.height
        self._draw_choices(down)
        down -= self.boxes + 4
        canvas.setFillColor(SOFT)
        canvas.setFont(self.small.fontName, self.small.fontSize)
        canvas.drawString(0, down - self.small.fontSize, self.label)
        indent = canvas.stringWidth(self.label, self.small.fontName, self.small.fontSize) + 6
        down -= self.small.leading
        canvas.setStrokeColor(SOFT)
        canvas.setLineWidth(0.4)
        canvas.line(indent, down, self.width, down)
        for place in range(1, self.lines):
            canvas.line(0, down - place * self.line, self.width, down - place * self.line)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.8)
        canvas.line(0, 0, self.width, 0)

    def _draw_choices(self, top: float) -> None:
        canvas, size = self.canv, self.body.fontSize
        box, step = size * 1.05, self.body.leading * 1.25
        columns = [0.0, 0.11, 0.36, 0.49]
        for place, words in enumerate(self.choices):
            left = 0.0 if self.large else columns[place] * self.width
            base = top - step * (place + 1 if self.large else 1) + (step - size) / 2
            canvas.setStrokeColor(INK)
            canvas.setLineWidth(0.9)
            canvas.rect(left, base - size * 0.16, box, box, stroke=1, fill=0)
            canvas.setFillColor(INK)
            canvas.setFont(self.body.fontName, size)
            canvas.drawString(left + box + 5, base, words)
            if place == len(self.choices) - 1:
                end = left + box + 9 + canvas.stringWidth(words, self.body.fontName, size)
                canvas.setLineWidth(0.4)
                canvas.setStrokeColor(SOFT)
                canvas.line(end, base - 2, min(end + 40 * mm, self.width), base - 2)


class _Signature(Flowable):
    """Lines to write on, each with what to write beneath it."""

    def __init__(self, look: dict[str, ParagraphStyle], large: bool) -> None:
        super().__init__()
        self.small = look["Small"]
        self.rows = [
            [_("Namn"), _("Roll, till exempel förvaltare eller ordförande")],
            [_("Telefon eller e-post"), _("Datum")],
            [_("Underskrift")],
        ]
        if large:
            self.rows = [[one] for row in self.rows for one in row]
        self.step = 10 * mm + self.small.leading

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width, len(self.rows) * self.step
        return self.width, self.height

    def draw(self) -> None:
        canvas, gap = self.canv, 8 * mm
        canvas.setFillColor(SOFT)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.5)
        canvas.setFont(self.small.fontName, self.small.fontSize)
        half = (self.width - gap) / 2
        for place, row in enumerate(self.rows):
            down = self.height - place * self.step - 10 * mm
            for column, words in enumerate(row):
                left = column * (half + gap)
                long = self.width if len(row) == 1 else half
                canvas.line(left, down, left + long, down)
                canvas.drawString(left, down - self.small.leading + 2, words)


class _Column(Flowable):
    """Things under each other, as one."""

    PAD = 0.0

    def __init__(self, parts: Sequence[Flowable]) -> None:
        super().__init__()
        self.parts = parts

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width = width
        room = width - 2 * self.PAD
        self.heights = [
            one.wrapOn(self.canv, room, 1000)[1] + one.getSpaceAfter() for one in self.parts
        ]
        self.height = sum(self.heights) + 2 * self.PAD
        return self.width, self.height

    def draw(self) -> None:
        down = self.height - self.PAD
        for one, height in zip(self.parts, self.heights, strict=True):
            down -= height
            one.drawOn(self.canv, self.PAD, down + one.getSpaceAfter())


class _Framed(_Column):
    """The same in a frame."""

    PAD = 3.5 * mm

    def draw(self) -> None:
        self.canv.setStrokeColor(LINE)
        self.canv.setLineWidth(0.8)
        self.canv.roundRect(0, 0, self.width, self.height, 2 * mm, stroke=1, fill=0)
        super().draw()
