"""What a message looks like when it leaves: plain text, and the same as sober HTML."""

import re
import unicodedata
from dataclasses import dataclass
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from homecare.core.numbers import shown_postal_code

_LINK = re.compile(r"https?://[^\s<>\"]+")
_LAST_LINE = re.compile(r"(\d{3}) ?(\d{2}) \S.*")
_NAMED_LINK = re.compile(rf"([^:]{{1,40}}): ({_LINK.pattern})")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the HTML part: words, a list, a link drawn as a button, or a named link."""

    lines: tuple[str, ...] = ()
    link: str = ""
    is_list: bool = False


def one_line(text: str) -> str:
    """`text` as it may stand in a header: without line breaks and control characters."""
    words = "".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in text)
    return " ".join(words.split())


def postal_address(street: str, postal_code: str, city: str) -> str:
    """An address for a letter, in lines; "" where any part of it is missing."""
    street, city = one_line(street), one_line(city)
    digits = "".join(one for one in postal_code if one.isdecimal())
    if not (street and city and len(digits) == 5):
        return ""
    return f"{street}\n{shown_postal_code(digits)} {city}"


def postal_code_of(address: str) -> str:
    """The five digits of an address for a letter; "" when it is not whole."""
    lines = address.splitlines()
    found = _LAST_LINE.fullmatch(lines[-1]) if len(lines) > 1 else None
    return found[1] + found[2] if found else ""


def place_of(address: str) -> str:
    """The last line of an address for a letter: where it goes, and not to which door."""
    return address.splitlines()[-1] if postal_code_of(address) else ""


def paragraphs_of(body: str) -> list[Paragraph]:
    """The body's paragraphs: an empty line parts them, lines with “- ” are a list."""
    found = []
    for block in re.split(r"\n\s*\n", body.strip()):
        lines = tuple(line.strip() for line in block.splitlines() if line.strip())
        if len(lines) == 1 and _LINK.fullmatch(lines[0]):
            found.append(Paragraph(link=lines[0]))
        elif len(lines) == 1 and (named := _NAMED_LINK.fullmatch(lines[0])):
            found.append(Paragraph(lines=(named[1],), link=named[2]))
        elif lines and all(line.startswith("- ") for line in lines):
            found.append(Paragraph(lines=tuple(line[2:] for line in lines), is_list=True))
        else:
            found.append(Paragraph(lines=lines))
    return found


def compose(
    *, ref: str, to_name: str, to_address: str, subject: str, body: str, language: str
) -> EmailMultiAlternatives:
    """The e-mail. Its Message-ID follows from `ref`, so that a doubled sending is recognised."""
    mail = EmailMultiAlternatives(
        subject=one_line(subject),
        body=body,
        to=[formataddr((one_line(to_name), to_address))],
        headers={
            "Message-ID": f"<{ref}@{_host()}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": language,
        },
    )
    with translation.override(language):
        html = render_to_string(
            "mailing/email.html",
            {
                "language": language,
                "subject": one_line(subject),
                "paragraphs": paragraphs_of(body),
                "municipality": settings.MUNICIPALITY,
            },
        )
    mail.attach_alternative(html, "text/html")
    return mail


def _host() -> str:
    return settings.BASE_URL.partition("://")[2].partition(":")[0]
