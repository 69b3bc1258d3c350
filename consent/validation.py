"""What a text to agree to may not say: checked when it is drafted and again when approved."""

import re

from django.utils.translation import gettext as _

from consent.texts import FIELD, FIELDS

# An owner may not learn that somebody in the building has home care (domain.md 3.6).
ABOUT_A_RECIPIENT = re.compile(
    r"hemtjänsttagar\w*|omsorgstagar\w*|vårdtagar\w*|brukar\w*|\w*lägenhet\w*"
    r"|\bflats?\b|\w*recipient\w*|\w*apartment\w*",
    re.IGNORECASE,
)
# A yes to fitting is no consent to the processing of personal data (domain.md 3.4).
ABOUT_DATA = re.compile(r"samtyck\w*|\bconsent\w*", re.IGNORECASE)


def faults_of(party: str, title: str, body: str) -> list[str]:
    """What must be mended before the text may be used: sentences, each naming the word or field."""
    return [*_fields_at_fault(party, title, body), *_words_at_fault(party, f"{title}\n{body}")]


def _fields_at_fault(party: str, title: str, body: str) -> list[str]:
    allowed = FIELDS[party]
    listed = ", ".join(f"{{{{{name}}}}}" for name in allowed)
    wrong = [name for name in FIELD.findall(body) if name.lower() not in allowed]
    faults = [
        _(
            "Fältet {{%(field)s}} går inte att använda. Här går bara %(fields)s, så att inget om "
            "en hemtjänsttagare kan följa med."
        )
        % {"field": name, "fields": listed}
        for name in dict.fromkeys(wrong)
    ]
    if re.search(r"[{}]", title):
        faults.append(_("Rubriken kan inte ha några fält. Skriv orden som de ska läsas."))
    if re.search(r"[{}]", FIELD.sub("", body)):
        faults.append(
            _("Ett fält är inte rätt skrivet. Skriv två klamrar på var sida, som {{kommun}}.")
        )
    return faults


def _words_at_fault(party: str, words: str) -> list[str]:
    words = FIELD.sub("", words)  # fields are judged by their names
    faults: list[str] = []
    if party == "owner":
        faults += [
            _(
                "Ordet ”%(word)s” får inte stå i en text till fastighetsägare. Den får inte säga "
                "något om vem som har hemtjänst eller var personen bor."
            )
            % {"word": word}
            for word in _found(ABOUT_A_RECIPIENT, words)
        ]
    if party != "data":
        faults += [
            _(
                "Ordet ”%(word)s” hör till behandling av personuppgifter. Skriv ”medgivande”, "
                "eller ”permission” på engelska."
            )
            % {"word": word}
            for word in _found(ABOUT_DATA, words)
        ]
    return faults


def _found(pattern: re.Pattern[str], words: str) -> list[str]:
    return list(dict.fromkeys(found.lower() for found in pattern.findall(words)))
