from django.db import transaction
from django.utils.translation import gettext as _

from consent import texts
from consent.models import ConsentText
from consent.proofs import AgreedText
from consent.states import TextState
from homecare.core import clock
from homecare.core.errors import RuleBroken


@transaction.atomic
def ensure_texts() -> None:
    """Put the texts of this version of the application among the texts to agree to.

    Safe to run again; a text that is already there is left as it is.
    """
    for text in texts.TEXTS:
        ConsentText.objects.get_or_create(
            party=text.party,
            language=text.language,
            version=texts.VERSION,
            defaults={
                "title": text.title,
                "body": text.body,
                "valid_from": texts.VALID_FROM,
                "state": TextState.APPROVED,
                "approved_at": clock.now(),
            },
        )


def current_text(party: str, language: str) -> ConsentText:
    """The text to agree to today. Refuses when there is none."""
    text: ConsentText | None = ConsentText.objects.current(party, language)
    if text is None:
        raise RuleBroken(_("Det finns ingen gällande text att fråga med på det språket."))
    return text


def agreed(text: ConsentText) -> AgreedText:
    """The text, for a paper."""
    return AgreedText(
        title=text.title,
        version=text.version,
        language=text.language,
        sha256=text.sha256,
        blocks=[(block.kind, block.lines) for block in text.blocks],
    )
