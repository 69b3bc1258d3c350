"""An owner's answer on paper or by phone: one writes it down, another checks that it is so."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consent import proofs
from consent.actions.answers import Answer, answer_case
from consent.actions.cases import askable_items
from consent.models import CaseItem, ConsentCase, Proof, RecordedAnswer
from consent.states import OPEN, AnswerChoice, ConsentForm
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.states import locked

FORMS = {ConsentForm.PAPER, ConsentForm.ORAL}


@transaction.atomic
def record_answer(
    *,
    case: ConsentCase,
    form: str,
    answers: Mapping[int, Answer],
    name: str,
    title: str,
    given_on: date,
    scan: bytes | None,
    by: User,
) -> RecordedAnswer:
    """Write down what an owner has answered on paper or by phone: item pk → answer.

    With FOUR_EYES it waits until somebody else has checked it; otherwise it counts at once. Paper
    is saved with its scan. Refuses what could not count (the same rules as for the owner's own
    page), paper without a scan, a day that is not between the question and today, a request that
    is no longer open, and a second answer while one waits.
    """
    case = locked(case)
    _refuse_unless_open(case)
    if form not in FORMS:
        raise RuleBroken(_("Välj om svaret kom på papper eller per telefon."))
    if form == ConsentForm.PAPER and not scan:
        raise RuleBroken(_("Välj det inskannade papperet."))
    media_type = proofs.media_type_of_scan(scan) if scan else ""
    if given_on > clock.today():
        raise RuleBroken(_("Datumet har inte varit än."))
    if given_on < timezone.localtime(case.created_at).date():
        raise RuleBroken(_("Svaret är daterat innan frågan ställdes. Kontrollera datumet."))
    if case.recorded.filter(outcome=RecordedAnswer.Outcome.WAITING).exists():
        raise RuleBroken(
            _("Ett registrerat svar väntar redan på kontroll. Kontrollera eller underkänn det.")
        )
    recorded = RecordedAnswer(
        case=case,
        form=form,
        answers={str(pk): _kept(answer) for pk, answer in answers.items()},
        name=name.strip(),
        title=title.strip(),
        given_on=given_on,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    _try(recorded, answers, by)
    recorded.save()
    checksum = ""
    if scan:
        checksum = proofs.checksum(scan)
        Proof.objects.create(
            kind=Proof.Kind.SCAN,
            media_type=media_type,
            content=scan,
            sha256=checksum,
            made_at=clock.now(),
            recorded_answer=recorded,
        )
    record(
        by,
        "consent.answer_recorded",
        recorded,
        case=str(case.ref),
        form=str(form),
        entrances=len(answers),
        given_on=str(given_on),
        proof_sha256=checksum,
        personal={"answered_by": recorded.name, "title": recorded.title},
    )
    if not settings.FOUR_EYES:
        _count(recorded, answers, by)
        _settle(recorded, RecordedAnswer.Outcome.COUNTS)
    return recorded


@transaction.atomic
def approve_answer(*, recorded: RecordedAnswer, by: User) -> RecordedAnswer:
    """Let an answer count that `by` has compared with what came from the owner.

    It is written down as the owner's answer to the newest link, with all that follows from one.
    Entrances that need no answer any more are left out. Refuses the one who recorded it, an answer
    that is checked already, and one that can no longer count.
    """
    recorded = _waiting(recorded)
    if settings.FOUR_EYES and recorded.recorded_by_id == by.pk:
        raise RuleBroken(_("Du registrerade svaret själv. Be en kollega att kontrollera det."))
    case = locked(recorded.case)
    _refuse_unless_open(case)
    needed = {item.pk for item in askable_items(case)}
    answers = {pk: answer for pk, answer in answers_of(recorded).items() if pk in needed}
    if not answers:
        raise RuleBroken(_("Ingen av portarna behöver svar längre. Underkänn svaret."))
    _count(recorded, answers, by)
    _settle(recorded, RecordedAnswer.Outcome.COUNTS, by)
    record(
        by,
        "consent.answer_approved",
        recorded,
        case=str(case.ref),
        recorded_by=str(recorded.recorded_by.ref),
        entrances=len(answers),
    )
    return recorded


@transaction.atomic
def refuse_answer(*, recorded: RecordedAnswer, by: User, reason: str) -> RecordedAnswer:
    """Turn down a recorded answer, with the reason: it never counts, and another can be recorded.

    The one who recorded it may do so too, to take back a mistake.
    """
    recorded = _waiting(recorded)
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("Skriv vad som inte stämmer."))
    _settle(recorded, RecordedAnswer.Outcome.REFUSED, by, reason)
    record(by, "consent.answer_turned_down", recorded, case=str(recorded.case.ref), reason=reason)
    return recorded


def answers_of(recorded: RecordedAnswer) -> dict[int, Answer]:
    """What was recorded: item pk → answer."""
    return {
        int(pk): Answer(
            choice=choice,
            conditions=conditions,
            refusal_reason=reason,
            decision_on=date.fromisoformat(day) if day else None,
        )
        for pk, (choice, conditions, reason, day) in recorded.answers.items()
    }


def items_of(recorded: RecordedAnswer) -> list[CaseItem]:
    """The entrances that were answered for, each with what was answered, unsaved."""
    answers = answers_of(recorded)
    items = list(
        recorded.case.items.filter(pk__in=answers).select_related("entrance__real_property")
    )
    for item in items:
        answer = answers[item.pk]
        item.answer, item.decision_on = answer.choice, answer.decision_on
        item.conditions = answer.conditions if answer.choice == AnswerChoice.YES else ""
        item.refusal_reason = answer.refusal_reason if answer.choice == AnswerChoice.NO else ""
    return items


def _kept(answer: Answer) -> list[str]:
    day = answer.decision_on.isoformat() if answer.decision_on else ""
    return [answer.choice, answer.conditions.strip(), answer.refusal_reason, day]


def _refuse_unless_open(case: ConsentCase) -> None:
    if case.state not in OPEN:
        raise RuleBroken(
            _("Förfrågan väntar inte på svar: läget är ”%(state)s”.")
            % {"state": case.get_state_display()}
        )


def _waiting(recorded: RecordedAnswer) -> RecordedAnswer:
    fresh = locked(recorded)
    if fresh.outcome != RecordedAnswer.Outcome.WAITING:
        raise RuleBroken(_("Svaret är redan kontrollerat."))
    return fresh


def _try(recorded: RecordedAnswer, answers: Mapping[int, Answer], by: User) -> None:
    """Refuses now what would be refused when it is to count. Leaves nothing behind."""
    with transaction.atomic():
        _count(recorded, answers, by)
        transaction.set_rollback(True)


def _count(recorded: RecordedAnswer, answers: Mapping[int, Answer], by: User) -> None:
    case = locked(recorded.case)
    answer_case(
        case=case,
        link_number=case.link_number,
        answers=answers,
        name=recorded.name,
        title=recorded.title,
        text=case.text,
        form=recorded.form,
        by=by,
        given_on=recorded.given_on,
    )


def _settle(
    recorded: RecordedAnswer, outcome: str, by: User | None = None, reason: str = ""
) -> None:
    recorded.outcome = outcome
    recorded.checked_by = by
    recorded.checked_at = clock.now()
    recorded.refused_because = reason[:200]
    recorded.save(update_fields=["outcome", "checked_by", "checked_at", "refused_because"])
