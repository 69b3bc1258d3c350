"""The e-mails to an owner. Nothing in them comes from a recipient."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Mail(NamedTuple):
    """An e-mail's words."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Request:
    """What the e-mails to an owner are written from. Nothing here comes from a recipient."""

    language: str
    contact: str
    owner: str
    entrances: tuple[str, ...]
    link: str
    answer_by_on: date
    open_until: date
    handler: str
    is_take_over: bool = False  # a lock sits there since before, and the property has been sold


def request_mail(request: Request) -> Mail:
    """The first e-mail: what is asked, of which entrances, and where to answer."""
    if request.is_take_over:
        return _take_over_mail(request)
    with translation.override(request.language):
        number = len(request.entrances)
        subject = ngettext(
            "Får vi montera låstillbehör på er port?",
            "Får vi montera låstillbehör på era %(number)d portar?",
            number,
        ) % {"number": number}
        asks = _(
            "%(municipality)s ber om ett medgivande från %(owner)s att montera låstillbehör på:"
        ) % {"municipality": settings.MUNICIPALITY, "owner": request.owner}
        why = _(
            "Med tillbehöret kan hemtjänstens personal öppna porten med en personlig digital "
            "nyckel i stället för att bära metallnycklar. Lås, koder och porttelefon fungerar som "
            "förut. Det kostar er ingenting, och medgivandet kan återkallas när som helst."
        )
        how = _(
            "Svara ja eller nej för varje port på sidan nedan. Det tar några minuter och kräver "
            "ingen inloggning. Är det någon annan som svarar för ägaren? Skicka meddelandet "
            "vidare till den personen, och inte till någon annan."
        )
        by = _("Svara senast %(day)s. Länken går att använda till och med %(until)s.") % {
            "day": _day(request.answer_by_on),
            "until": _day(request.open_until),
        }
        return Mail(
            subject,
            _letter(request, asks, _listed(request.entrances), why, how, *_links(request), by),
        )


def _take_over_mail(request: Request) -> Mail:
    """To a new owner: a lock accessory sits there, may it stay?"""
    with translation.override(request.language):
        return Mail(
            _("Ny ägare: får låstillbehöret sitta kvar på porten?"),
            _letter(
                request,
                _("Enligt registret äger %(owner)s nu:") % {"owner": request.owner},
                _listed(request.entrances),
                _(
                    "Där sitter ett låstillbehör som %(municipality)s har monterat med den förra "
                    "ägarens medgivande. Det medgivandet slutade gälla vid försäljningen. "
                    "Tillbehöret sitter kvar medan ni svarar, och kostar er ingenting."
                )
                % {"municipality": settings.MUNICIPALITY},
                _(
                    "Svara på sidan nedan. Ja: det sitter kvar på samma villkor. Nej: vi tar bort "
                    "det och återställer porten."
                ),
                *_links(request),
                _("Svara senast %(day)s.") % {"day": _day(request.answer_by_on)},
            ),
        )


def reminder_mail(request: Request) -> Mail:
    """A reminder, with the same link."""
    with translation.override(request.language):
        subject = _("Påminnelse: medgivande till låstillbehör på portar")
        asks = _(
            "Vi har inte fått svar från %(owner)s på frågan om låstillbehör får monteras på:"
        ) % {"owner": request.owner}
        how = _(
            "Svara ja eller nej för varje port på sidan nedan. Också ett nej är ett svar, och då "
            "slutar vi att påminna. Behöver ni mer tid, till exempel till nästa styrelsemöte? "
            "Hör av er, så kommer vi överens."
        )
        by = _("Länken går att använda till och med %(until)s.") % {
            "until": _day(request.open_until)
        }
        return Mail(
            subject, _letter(request, asks, _listed(request.entrances), how, *_links(request), by)
        )


def thanks_mail(request: Request, *, yes: int, no: int, later: int = 0) -> Mail:
    """The confirmation to the address that was asked, whoever answered."""
    with translation.override(request.language):
        subject = _("Tack, vi har tagit emot ert svar")
        said = _("Svaret för %(owner)s: ja för %(yes)d och nej för %(no)d av portarna.") % {
            "owner": request.owner,
            "yes": yes,
            "no": no,
        }
        if later:
            said = " ".join(
                [
                    said,
                    _(
                        "För %(later)d väntar vi på styrelsens beslut. Svara för dem på samma sida "
                        "när beslutet finns."
                    )
                    % {"later": later},
                ]
            )
        where = _("Svaret och ett kvitto som PDF finns på samma sida till och med %(until)s.") % {
            "until": _day(request.open_until)
        }
        wrong = _("Stämmer det inte? Hör av er till oss, så rättar vi till det.")
        return Mail(subject, _letter(request, said, where, request.link, wrong))


def sign_code_mail(request: Request, code: str, minutes: int) -> Mail:
    """The code that signs an answer. No link: who has the code needs the page too."""
    with translation.override(request.language):
        return Mail(
            _("%(code)s är koden till ert svar") % {"code": code},
            _letter(
                request,
                _("Koden är %(code)s. Skriv den på sidan där du svarar för %(owner)s.")
                % {"code": code, "owner": request.owner},
                _("Den gäller i %(minutes)d minuter.") % {"minutes": minutes},
                _(
                    "Har du inte svarat på någon fråga? Då har någon annan öppnat er länk. Hör av "
                    "dig till oss."
                ),
            ),
        )


def new_link_mail(request: Request) -> Mail:
    """A new link to the same page, asked for on the page where the old one had run out."""
    with translation.override(request.language):
        return Mail(
            _("Ny länk till er sida om låstillbehör"),
            _letter(
                request,
                _("Här är den nya länken för %(owner)s:") % {"owner": request.owner},
                request.link,
                _("Den går att använda till och med %(until)s. Tidigare länkar är stängda.")
                % {"until": formats.date_format(request.open_until, "DATE_FORMAT")},
            ),
        )


def confirm_mail(request: Request) -> Mail:
    """After two years: does it still hold, and is the contact right?"""
    with translation.override(request.language):
        return Mail(
            _("Gäller ert medgivande till låstillbehör fortfarande?"),
            _letter(
                request,
                _("%(owner)s har sagt ja till låstillbehör på:") % {"owner": request.owner},
                _listed(request.entrances),
                _(
                    "Säg på sidan nedan att det fortfarande gäller. Där kan ni också byta "
                    "kontaktperson eller återkalla. Hör vi inget gäller medgivandet som förut."
                ),
                *_links(request),
            ),
        )


def withdrawn_mail(request: Request, doors: tuple[str, ...], by_on: str) -> Mail:
    """What was withdrawn on the page, and what happens now."""
    with translation.override(request.language):
        return Mail(
            _("Vi har tagit emot er återkallelse"),
            _letter(
                request,
                _("%(owner)s har återkallat medgivandet för:") % {"owner": request.owner},
                "\n".join(f"- {door}" for door in doors),
                _(
                    "Vi slutar använda tillbehöret, tar bort det senast %(day)s och återställer "
                    "porten i det skick den hade."
                )
                % {"day": by_on},
                _("Stämmer det inte? Hör av er till oss, så rättar vi till det."),
            ),
        )


def _letter(request: Request, *paragraphs: str) -> str:
    greeting = _("Hej %(name)s!") % {"name": request.contact} if request.contact else _("Hej!")
    sender = f"{request.handler}\n{settings.MUNICIPALITY}"
    closing = _("Med vänlig hälsning") + f"\n{sender}"
    contact = [settings.CONTACT] if settings.CONTACT else []
    return "\n\n".join([greeting, *paragraphs, closing, *contact]) + "\n"


def _listed(entrances: tuple[str, ...]) -> str:
    return "\n".join(f"- {entrance}" for entrance in entrances)


def _links(request: Request) -> list[str]:
    other = "en" if request.language == "sv" else "sv"
    name = "In English" if other == "en" else "På svenska"
    return [request.link, f"{name}: {request.link}?lang={other}"]


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")
