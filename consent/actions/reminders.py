"""The sweep that reminds owners who have not answered."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consent import mails
from consent.actions.cases import (
    REQUEST,
    askable_items,
    cancel_case,
    cancel_if_needless,
    facts_of,
    receiver_of,
    write_to,
)
from consent.models import CaseItem, CaseReminder, ConsentCase, RecordedAnswer
from consent.queries import Receiver, entrance_needs
from consent.states import MOVES, WAITING, CaseState
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.states import MoveRefused, locked, move
from homecare.core.workdays import is_office_hours
from homecare.mailing.models import Message

# Days from the sending of the link; the last step is the handler's (domain.md 9).
STEPS = {1: timedelta(days=21), 2: timedelta(days=42), 3: timedelta(days=56)}
LAST_STEP = max(STEPS)
# Days from the day on which the owner's board was to decide.
DECISION_STEPS = {4: timedelta(days=7), 5: timedelta(days=21)}
GIVE_UP = {LAST_STEP, max(DECISION_STEPS)}
# After a pause of the sweep no two steps come closer than this.
APART = timedelta(days=7)
AT_MOST = 200
REMINDER = gettext_noop("Påminnelse om medgivande")


def remind_owners() -> int:
    """Take the step that is due in each request that waits; how many were taken.

    Runs on working days in office hours only. Safe to run twice, late and at the same time: a
    step is a unique row. A late run takes the latest step that is due and skips those before it.
    """
    if not is_office_hours(clock.now()):
        return 0
    waiting = list(
        ConsentCase.objects.waiting()
        # An answer that waits for a check has come: it is no time to ask again.
        .exclude(recorded__outcome=RecordedAnswer.Outcome.WAITING)
        .filter(
            Q(sent_at__lte=clock.now() - min(STEPS.values()) + timedelta(days=1))
            | Q(decision_on__lte=clock.today() - min(DECISION_STEPS.values()))
        )
        .select_related("owner", "text", "handler")
        .prefetch_related("reminders")
        .order_by("sent_at", "pk")
    )
    needless = _needless(waiting)
    taken = _give_back_bounced()
    for case in waiting:
        if taken >= AT_MOST:
            break
        try:
            if case.pk in needless:
                taken += cancel_if_needless(case)
            elif step := due_step(case, case.reminders.all()):
                taken += _take(case, step)
        except MoveRefused:
            continue  # answered or cancelled since the list was made
    return taken


def _give_back_bounced() -> int:
    """Hand the requests that never reached their owner to the handler, and remind no more.

    An address that bounces is not written to again: the handler finds another way.
    """
    stuck = Message.objects.needing_somebody().filter(
        about_type=ConsentCase._meta.label_lower, purpose=REQUEST
    )
    by_name = {one.once: one.reason for one in stuck}
    given_back = 0
    refs = [name.split(":")[1] for name in by_name]
    for case in ConsentCase.objects.waiting().filter(ref__in=refs):
        name = f"case:{case.ref}:link:{case.link_number}"
        if name not in by_name:
            continue
        try:
            with transaction.atomic():
                case = move(case, CaseState.NO_ANSWER, moves=MOVES)
                record(None, "consent.bounced", case, reason=by_name[name])
        except MoveRefused:
            continue  # answered meanwhile
        given_back += 1
    return given_back


def _needless(cases: list[ConsentCase]) -> set[int]:
    """Those with nothing left to answer: covered by another yes, or sold."""
    items: dict[int, list[CaseItem]] = defaultdict(list)
    for item in CaseItem.objects.filter(case__in=cases).select_related("entrance"):
        items[item.case_id].append(item)
    needs = entrance_needs([item.entrance for found in items.values() for item in found])
    return {
        case.pk
        for case in cases
        if all(
            needs[item.entrance_id].is_covered or needs[item.entrance_id].owner != case.owner
            for item in items[case.pk]
        )
    }


def due_step(case: ConsentCase, reminders: Iterable[CaseReminder]) -> int | None:
    """The step to take today, or None."""
    today = clock.today()
    if case.decision_on:
        since, steps = case.decision_on, DECISION_STEPS
    else:
        since, steps = timezone.localtime(case.sent_at or case.created_at).date(), STEPS
    waited = today - since
    of_link = [one for one in reminders if one.link_number == case.link_number]
    latest = max((one.step for one in of_link), default=0)
    if of_link and today - max(timezone.localtime(one.at).date() for one in of_link) < APART:
        return None
    due = max((step for step, days in steps.items() if waited >= days), default=0)
    if due in GIVE_UP and latest not in steps:
        due -= 1  # nobody is given up on without a reminder
    return due if due > latest else None


@transaction.atomic
def _take(case: ConsentCase, step: int) -> bool:
    """Take one step, unless somebody else has: the unique row is the claim."""
    try:
        with transaction.atomic():
            CaseReminder.objects.create(
                case=case, link_number=case.link_number, step=step, at=clock.now()
            )
    except IntegrityError:
        return False
    fresh = locked(case)
    if fresh.state not in WAITING or fresh.link_number != case.link_number:
        raise MoveRefused(str(fresh.get_state_display()))  # undoes the claim
    if fresh.owner.do_not_contact:
        cancel_case(case=fresh, reason=_("Ägaren vill inte bli kontaktad."), by=None)
    elif step in GIVE_UP:
        move(fresh, CaseState.NO_ANSWER, moves=MOVES)
        record(None, "consent.no_answer", fresh, handler=str(fresh.handler.ref))
    elif askable_items(fresh):
        move(fresh, CaseState.REMINDED, moves=MOVES)
        _post_reminder(fresh, step)
        record(None, "consent.reminded", fresh, step=step, link=fresh.link_number)
    return True


def _post_reminder(case: ConsentCase, step: int) -> None:
    """To the contact as the register has it today; without one the message says why it stayed."""
    receiver = receiver_of(case.owner) or Receiver(case.channel, case.sent_to_name, "")
    mail = mails.reminder_mail(facts_of(case, receiver.name))
    write_to(receiver, case, mail, purpose=REMINDER, once=f"link:{case.link_number}:step:{step}")
