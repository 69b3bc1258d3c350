"""One e-mail a day to each handler of consents: what waits for them, as numbers."""

from collections import Counter, defaultdict
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from consent.models import Consent, ConsentCase, ContactProposal, RecordedAnswer, Withdrawal
from consent.states import CaseState
from homecare.accounts.models import User
from homecare.core import clock
from homecare.core.workdays import is_office_hours
from homecare.mailing.actions import post
from homecare.mailing.models import Message
from homecare.recipients.models import Representative

DIGEST = gettext_noop("Dagens uppgifter")
# A mandate that is about to end is told of at these times before (domain.md 9).
MANDATE_ENDS = (timedelta(days=60), timedelta(days=14))


def send_digests() -> int:
    """Write to each active handler that something waits for; how many were written to.

    Numbers and a link, no names: an e-mail is no place for them. On working days in office hours,
    once a day though the sweep runs often; nothing waiting, no e-mail.
    """
    if not is_office_hours(clock.now()):
        return 0
    waiting = _waiting()
    written = 0
    for user in User.objects.filter(pk__in=waiting, is_active=True):
        once = f"digest:{user.ref}:{clock.today()}"
        if Message.objects.filter(once=once).exists():
            continue
        with translation.override(user.language or "sv"):
            lines = [_line(what, number) for what, number in sorted(waiting[user.pk].items())]
            body = "\n\n".join(
                [
                    _("Hej %(name)s!") % {"name": user.name},
                    _("Det här väntar på dig:"),
                    "\n".join(f"- {line}" for line in lines),
                    settings.BASE_URL + reverse("consent:case_list") + "?state=no_answer",
                ]
            )
            post(
                to_name=user.name,
                to_address=user.email,
                subject=_("Medgivanden som väntar på dig"),
                body=body + "\n",
                purpose=DIGEST,
                once=once,
                about=user,
                language=user.language or "sv",
            )
        written += 1
    return written


def _waiting() -> dict[int, Counter[str]]:
    """Handler's pk → kind of task → how many."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    silent = ConsentCase.objects.filter(state=CaseState.NO_ANSWER)
    for handler in silent.values_list("handler", flat=True):
        found[handler]["call"] += 1
    for handler in ContactProposal.objects.filter(outcome="").values_list(
        "case__handler", flat=True
    ):
        found[handler]["contact"] += 1
    recorded = RecordedAnswer.objects.filter(outcome=RecordedAnswer.Outcome.WAITING)
    for handler, by in recorded.values_list("case__handler", "recorded_by"):
        if handler != by:  # nobody checks what they wrote down themselves
            found[handler]["check"] += 1
    late = Withdrawal.objects.filter(closed_at=None, handler__isnull=False)
    for handler in late.values_list("handler", flat=True):
        found[handler]["withdrawal"] += 1
    for handler in _mandates_that_end():
        found[handler]["mandate"] += 1
    return found


def _mandates_that_end() -> list[int]:
    """Who recorded a consent by a representative whose mandate ends, at the times to tell."""
    today = clock.today()
    ends = Q()
    for before in MANDATE_ENDS:
        ends |= Q(ends_on=today + before)
    ending = Representative.objects.filter(ends)
    return [
        handler
        for handler in Consent.objects.in_force()
        .filter(representative__in=ending)
        .values_list("recorded_by", flat=True)
        if handler
    ]


def _line(what: str, number: int) -> str:
    return {
        "call": ngettext(
            "%(number)d ägare att ringa: inget svar trots påminnelser, eller fel adress.",
            "%(number)d ägare att ringa: inget svar trots påminnelser, eller fel adress.",
            number,
        ),
        "contact": ngettext(
            "%(number)d föreslagen kontaktperson att kontrollera.",
            "%(number)d föreslagna kontaktpersoner att kontrollera.",
            number,
        ),
        "check": ngettext(
            "%(number)d registrerat svar att kontrollera.",
            "%(number)d registrerade svar att kontrollera.",
            number,
        ),
        "withdrawal": ngettext(
            "%(number)d återkallelse med steg kvar.",
            "%(number)d återkallelser med steg kvar.",
            number,
        ),
        "mandate": ngettext(
            "%(number)d ställföreträdares förordnande upphör snart. Be om ett nytt underlag.",
            "%(number)d ställföreträdares förordnanden upphör snart. Be om nya underlag.",
            number,
        ),
    }[what] % {"number": number}
