"""An owner's answer: its own through the link, or as it came on paper or by phone."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consent import mails, proofs
from consent.actions.cases import OWNER, askable_items, by_email, facts_of, write_to
from consent.actions.signing import forget_sign_code
from consent.actions.texts import agreed
from consent.models import (
    CaseItem,
    Consent,
    ConsentCase,
    ConsentCover,
    ConsentText,
    Proof,
)
from consent.states import (
    MOVES,
    OPEN,
    SETTLED,
    AnswerChoice,
    CaseState,
    ConsentForm,
    ConsentKind,
    RefusalReason,
)
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked, move
from homecare.mailing.actions import withdraw

THANKS = gettext_noop("Kvitto på svar om medgivande")
FURTHEST_DECISION = timedelta(days=366)


class AlreadyAnswered(RuleBroken):
    """Somebody was first: another tab, or another person with the same link."""


class LinkClosed(RuleBroken):
    """The link was replaced, or the request cancelled, while the page was open."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the owner says of one entrance."""

    choice: str  # AnswerChoice
    conditions: str = ""
    refusal_reason: str = ""
    decision_on: date | None = None  # with BOARD: when the board decides


@transaction.atomic
def answer_case(
    *,
    case: ConsentCase,
    link_number: int,
    answers: Mapping[int, Answer],
    name: str,
    title: str,
    text: ConsentText,
    form: str = ConsentForm.LINK,
    by: User | None = None,
    given_on: date | None = None,
) -> ConsentCase:
    """Write down an owner's answer: item pk → answer, for every item that can be answered.

    What the board is yet to decide stays open: the request waits for that day, and the rest is
    answered for good. Saved together: each answer, the consents that follow from the yes, the
    proof as PDF, the trail, and that waiting reminders are stopped. Given once: of two at the same
    moment one is refused. `text` is the version as it was shown, in the language it was read in.
    `form`, `by` and `given_on` are for an answer that came on paper or by phone.
    """
    case = _held(case, link_number)
    items = askable_items(case)
    _refuse_half_an_answer(items, answers, name, title)
    if (text.party, text.version) != (case.text.party, case.text.version):
        raise RuleBroken(_("Texten har ändrats. Ladda om sidan och läs den igen."))
    case = _settle(case, answers, name=name, title=title, by=by)
    for item in items:
        _answer(item, answers[item.pk], by)
    settled = [item for item in items if item.answer in SETTLED]
    yes = [item for item in settled if item.answer == AnswerChoice.YES]
    given = _Given(case, text, form, by, given_on or clock.today(), name, title)
    _add_consents(given, yes)
    proof = _add_proof(given, items)
    withdraw(about=case, reason=_("Ägaren har svarat."), by=by)
    forget_sign_code(case)
    record(
        by or OWNER,
        "consent.answered",
        case,
        yes=len(yes),
        no=len(settled) - len(yes),
        board=len(items) - len(settled),
        form=str(form),
        text=text.version,
        language=text.language,
        text_sha256=text.sha256,
        proof_sha256=proof.sha256,
        link=link_number,
        personal={"answered_by": name, "title": title},
    )
    _thank(case, yes=len(yes), no=len(settled) - len(yes), later=len(items) - len(settled))
    return case


@dataclass(frozen=True, slots=True)
class _Given:
    """How an answer was given, for the consents and the proof that come of it."""

    case: ConsentCase
    text: ConsentText
    form: str
    by: User | None
    on: date
    name: str
    title: str


def _settle(
    case: ConsentCase, answers: Mapping[int, Answer], *, name: str, title: str, by: User | None
) -> ConsentCase:
    """Move the case: answered, or waiting for what the board has yet to decide."""
    later = [one.decision_on for one in answers.values() if one.decision_on]
    if not later:
        return move(
            case,
            CaseState.ANSWERED,
            moves=MOVES,
            by=by,
            answered_at=clock.now(),
            answered_by_name=name,
            answered_by_title=title,
            decision_on=None,
            draft={},
        )
    return move(case, CaseState.DEFERRED, moves=MOVES, by=by, decision_on=max(later), draft={})


def _answer(item: CaseItem, answer: Answer, by: User | None) -> None:
    item.answer = answer.choice
    item.answered_at = clock.now()
    item.decision_on = answer.decision_on
    item.conditions = answer.conditions.strip() if answer.choice == AnswerChoice.YES else ""
    item.refusal_reason = answer.refusal_reason if answer.choice == AnswerChoice.NO else ""
    save_as(item, by)


def _held(case: ConsentCase, link_number: int) -> ConsentCase:
    """The case as it is now, locked; refuses when it is no longer to be answered by this link."""
    fresh = locked(case)
    if fresh.state == CaseState.ANSWERED:
        raise AlreadyAnswered(_("Frågan är redan besvarad."))
    return _by_newest_link(fresh, link_number, OPEN)


def held_by_link(
    case: ConsentCase, link_number: int, states: Collection[str] = OPEN
) -> ConsentCase:
    """The case as it is now, locked; refuses when this link is not its newest, or it is in none of
    the states.
    """
    return _by_newest_link(locked(case), link_number, states)


def _by_newest_link(case: ConsentCase, link_number: int, states: Collection[str]) -> ConsentCase:
    if case.state not in states or case.link_number != link_number:
        raise LinkClosed(_("Länken gäller inte längre."))
    return case


def _refuse_half_an_answer(
    items: list[CaseItem], answers: Mapping[int, Answer], name: str, title: str
) -> None:
    if not items or set(answers) != {item.pk for item in items}:
        raise RuleBroken(_("Svara för varje port."))
    for answer in answers.values():
        if answer.choice not in AnswerChoice.values:
            raise RuleBroken(_("Svara för varje port."))
        if (answer.choice == AnswerChoice.BOARD) != (answer.decision_on is not None):
            raise RuleBroken(_("Skriv vilken dag styrelsen beslutar."))
        if answer.decision_on and not (
            clock.today() <= answer.decision_on <= clock.today() + FURTHEST_DECISION
        ):
            raise RuleBroken(_("Dagen för beslutet ska vara inom ett år från i dag."))
        if answer.choice == AnswerChoice.NO and answer.refusal_reason not in RefusalReason.values:
            raise RuleBroken(_("Välj en orsak till varje nej."))
    if not name.strip() or not title.strip():
        raise RuleBroken(_("Skriv ditt namn och din roll."))


def _add_consents(given: _Given, yes: list[CaseItem]) -> None:
    """One consent for all entrances with the same conditions."""
    by = given.by
    by_conditions: dict[str, list[CaseItem]] = defaultdict(list)
    for item in yes:
        by_conditions[item.conditions].append(item)
    for conditions, items in by_conditions.items():
        consent = save_as(
            Consent(
                kind=ConsentKind.FITTING_ENTRANCE,
                owner=given.case.owner,
                case=given.case,
                text=given.text,
                form=given.form,
                conditions=conditions,
                given_by_name=given.name,
                given_at=clock.now(),
                starts_on=clock.today(),
                recorded_by=by,
            ),
            by,
        )
        for item in items:
            save_as(ConsentCover(consent=consent, entrance=item.entrance), by)
        record(by or OWNER, "consent.given", consent, entrances=len(items), text=given.text.version)


def _add_proof(given: _Given, items: list[CaseItem]) -> Proof:
    now, case = clock.now(), given.case
    content = proofs.owner_answer_pdf(
        proofs.OwnerAnswer(
            reference=str(case.ref),
            owner=case.owner.name,
            organisation_number=case.owner.organisation_number or "",
            name=given.name,
            title=given.title,
            at=now,
            way=_way(given),
            lines=[
                proofs.Line(
                    entrance=f"{item.entrance}, {item.entrance.city}",
                    real_property=str(item.entrance.real_property),
                    choice=item.answer,
                    remark=item.conditions
                    or str(item.get_refusal_reason_display() or item.decision_on or ""),
                )
                for item in items
            ],
            text=agreed(given.text),
        )
    )
    return Proof.objects.create(
        kind=Proof.Kind.RECEIPT,
        media_type="application/pdf",
        content=content,
        sha256=proofs.checksum(content),
        made_at=now,
        case=case,
    )


def _way(given: _Given) -> str:
    """By which way the answer came, in the language of the text."""
    with translation.override(given.text.language):
        if given.form == ConsentForm.LINK:
            return _("Förseglad länk nummer %(number)d") % {"number": given.case.link_number}
        came = _("På papper") if given.form == ConsentForm.PAPER else _("Per telefon")
        return _("%(way)s, daterat %(day)s, registrerat av %(name)s") % {
            "way": came,
            "day": given.on,
            "name": given.by.name if given.by else "",
        }


def _thank(case: ConsentCase, *, yes: int, no: int, later: int) -> None:
    """A receipt to the address that was asked, so that an answer by the wrong person is noticed."""
    receiver = by_email(case.owner)
    if receiver is None:
        return
    mail = mails.thanks_mail(facts_of(case, receiver.name), yes=yes, no=no, later=later)
    write_to(receiver, case, mail, purpose=THANKS, once=f"thanks:{case.proofs.count()}")
