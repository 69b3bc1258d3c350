"""The smaller e-mails to an owner: a code, a new link, what was withdrawn.

The request, its reminder and its thanks stand with the texts (`consent.texts`).
"""

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _

from consent.texts import Mail, Request


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
    closing = _("Med vänlig hälsning") + f"\n{request.handler}\n{settings.MUNICIPALITY}"
    contact = [settings.CONTACT] if settings.CONTACT else []
    return "\n\n".join([greeting, *paragraphs, closing, *contact]) + "\n"
