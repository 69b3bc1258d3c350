"""The sealed link of an owner's page. Nothing is stored: the seal carries the case and the number
of the link, and asking anew closes the old link.
"""

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from consent.models import ConsentCase
from consent.states import OPEN, CaseState
from homecare.core import clock, codes

OPEN_FOR = timedelta(days=90)
_seal = signing.Signer(salt="consent.answer")


def token_for(case: ConsentCase) -> str:
    """The same token each time, so that a reminder brings the same link."""
    return _seal.sign_object([case.ref.hex, case.link_number])


def url_of(case: ConsentCase) -> str:
    """The whole address, as it stands in an e-mail."""
    return settings.BASE_URL + reverse("consent:answer", kwargs={"token": token_for(case)})


def open_until(sent_at: datetime) -> date:
    """The last day on which a link sent at `sent_at` opens its page."""
    return timezone.localtime(sent_at + OPEN_FOR).date()


def case_of(token: str) -> ConsentCase | None:
    """The case that the token opens, to answer or to read the answer given.

    None when the link is false, has run out, was replaced by a newer one, or the request was
    cancelled: from outside these look the same.
    """
    case, number = _sealed_in(token)
    if (
        case is None
        or case.link_number != number
        or case.state not in {*OPEN, CaseState.ANSWERED}
        or clock.today() > open_until(last_used_at(case))
    ):
        return None
    return case


def case_of_closed(token: str) -> ConsentCase | None:
    """The case of a link that was once real, whether or not it still opens its page: a new link
    can be sent for it, to the address in the register.
    """
    return _sealed_in(token)[0]


def last_used_at(case: ConsentCase) -> datetime:
    """When the link was sent, or the answer given: the page stays open for a while after."""
    return max(filter(None, [case.sent_at, case.answered_at]), default=case.created_at)


def _sealed_in(token: str) -> tuple[ConsentCase | None, int]:
    try:
        ref, number = _seal.unsign_object(token)
        case_ref = uuid.UUID(ref)
    except (signing.BadSignature, ValueError, TypeError):
        return None, 0
    cases = ConsentCase.objects.select_related("owner", "text", "handler")
    return cases.filter(ref=case_ref, sent_at__isnull=False).first(), number


# --- the same on paper ---------------------------------------------------------------------------

SHORT = 8


def new_short_code() -> str:
    """A code for the letter, such as 7F3-QK2-MW9: it opens what the link opens."""
    characters = codes.drawn(SHORT)
    return "-".join([characters[:3], characters[3:6], characters[6:]])


def token_of_code(typed: str) -> str | None:
    """The sealed part of the link, for who types the code of the letter. None for a false one."""
    characters = codes.read(typed, SHORT)
    if characters is None:
        return None
    code = "-".join([characters[:3], characters[3:6], characters[6:]])
    case = ConsentCase.objects.filter(short_code=code).first()
    return token_for(case) if case else None
