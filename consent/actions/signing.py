"""The code that an owner signs an answer with, sent to the address in the register."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consent import mails
from consent.actions.cases import OWNER, by_email, facts_of, write_to
from consent.models import ConsentCase, SignCode
from consent.states import OPEN, CaseState
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.states import locked
from homecare.mailing.models import Message

LASTS = timedelta(minutes=20)
APART = timedelta(minutes=1)
TRIES = 5
A_DAY = timedelta(days=1)
MOST_A_DAY = 8
CODE = gettext_noop("Kod för att skriva under svar")


def must_sign(case: ConsentCase) -> bool:
    """Whether an answer is signed with a code: where the setting says so, and the owner has an
    e-mail address. Without one, having the letter is what shows that it is the owner.
    """
    return settings.SIGN_WITH_CODE and by_email(case.owner) is not None


@transaction.atomic
def send_sign_code(*, case: ConsentCase) -> None:
    """Send a new code to the owner's contact; the code before stops working.

    Nothing is sent within a minute of the last one: the button was pressed twice. Refuses more than
    a few a day, so that nobody with the link can guess on or fill the owner's mailbox.
    """
    case = locked(case)
    receiver = by_email(case.owner)
    if receiver is None:
        raise RuleBroken(_("Ägaren har ingen e-postadress i registret. Hör av dig till oss."))
    if case.state not in {*OPEN, CaseState.ANSWERED}:
        raise RuleBroken(_("Länken gäller inte längre."))
    now = clock.now()
    before = SignCode.objects.filter(case=case).first()
    if before and before.link_number == case.link_number and now < before.sent_at + APART:
        return
    lately = Message.objects.about(case).filter(purpose=CODE, written_at__gt=now - A_DAY)
    if lately.count() >= MOST_A_DAY:
        raise RuleBroken(_("Ni har fått många koder i dag. Försök igen i morgon, eller hör av er."))
    code = f"{secrets.randbelow(10**6):06d}"
    SignCode.objects.update_or_create(
        case=case,
        defaults={
            "digest": _digest(case, code),
            "link_number": case.link_number,
            "sent_at": now,
            "tries": 0,
        },
    )
    mail = mails.sign_code_mail(facts_of(case, receiver.name), code, LASTS.seconds // 60)
    write_to(receiver, case, mail, purpose=CODE, once=f"code:{now.timestamp()}")
    record(OWNER, "consent.code_sent", case, link=case.link_number)


def check_sign_code(*, case: ConsentCase, typed: str) -> None:
    """Refuse a code that is wrong, old, or tried too often. A right one can be used once more
    only if what it signs is refused.

    A wrong try is counted for good, whatever becomes of the request it came with.
    """
    with transaction.atomic():
        kept = SignCode.objects.select_for_update().filter(case=case).first()
        usable = (
            kept is not None
            and kept.link_number == case.link_number
            and clock.now() < kept.sent_at + LASTS
            and kept.tries < TRIES
        )
        right = (
            kept is not None
            and usable
            and constant_time_compare(kept.digest, _digest(case, "".join(typed.split())))
        )
        if kept is not None and not right:
            SignCode.objects.filter(pk=kept.pk).update(tries=F("tries") + 1)
    if not usable:
        raise RuleBroken(_("Koden gäller inte längre. Be om en ny kod."))
    if not right:
        raise RuleBroken(_("Koden stämmer inte. Kontrollera den i e-postmeddelandet."))


def forget_sign_code(case: ConsentCase) -> None:
    """The code has signed what it was for. In the transaction of that."""
    SignCode.objects.filter(case=case).delete()


def _digest(case: ConsentCase, code: str) -> str:
    return salted_hmac("consent.sign_code", f"{case.ref}:{code}", algorithm="sha256").hexdigest()
