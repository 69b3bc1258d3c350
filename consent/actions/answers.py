"""The owner's own answer, given through the link."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consent import proofs, texts
from consent.actions.cases import askable_items, contact_to_write_to, facts_of
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
    AnswerChoice,
    CaseState,
    ConsentForm,
    ConsentKind,
    RefusalReason,
)
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked, move
from homecare.mailing.actions import post, withdraw

THANKS = gettext_noop("Kvitto på svar om medgivande")
OWNER = "owner"  # who did it, in the trail: somebody without an account


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


@transaction.atomic
def answer_case(
    *,
    case: ConsentCase,
    link_number: int,
    answers: Mapping[int, Answer],
    name: str,
    title: str,
    text: ConsentText,
) -> ConsentCase:
    """Write down the owner's own answer: item pk → answer, for every item that can be answered.

    Saved together: each answer, the consents that follow from the yes, the proof as PDF, the
    trail, and that waiting reminders are stopped. Given once: of two at the same moment one is
    refused. `text` is the version as it was shown, in the language it was read in.
    """
    case = _held(case, link_number)
    items = askable_items(case)
    _refuse_half_an_answer(items, answers, name, title)
    if (text.party, text.version) != (case.text.party, case.text.version):
        raise RuleBroken(_("Texten har ändrats. Ladda om sidan och läs den igen."))
    now = clock.now()
    case = move(
        case,
        CaseState.ANSWERED,
        moves=MOVES,
        answered_at=now,
        answered_by_name=name,
        answered_by_title=title,
    )
    for item in items:
        answer = answers[item.pk]
        is_yes = answer.choice == AnswerChoice.YES
        item.answer = answer.choice
        item.answered_at = now
        item.conditions = answer.conditions.strip() if is_yes else ""
        item.refusal_reason = "" if is_yes else answer.refusal_reason
        save_as(item, None)
    yes = [item for item in items if item.answer == AnswerChoice.YES]
    _add_consents(case, yes, text)
    proof = _add_proof(case, items, text)
    withdraw(about=case, reason=_("Ägaren har svarat."))
    record(
        OWNER,
        "consent.answered",
        case,
        yes=len(yes),
        no=len(items) - len(yes),
        text=text.version,
        language=text.language,
        text_sha256=text.sha256,
        proof_sha256=proof.sha256,
        link=link_number,
        personal={"answered_by": name, "title": title},
    )
    _thank(case, yes=len(yes), no=len(items) - len(yes))
    return case


def _held(case: ConsentCase, link_number: int) -> ConsentCase:
    """The case as it is now, locked; refuses when it is no longer to be answered by this link."""
    fresh = locked(case)
    if fresh.state == CaseState.ANSWERED:
        raise AlreadyAnswered(_("Frågan är redan besvarad."))
    if fresh.state not in OPEN or fresh.link_number != link_number:
        raise LinkClosed(_("Länken gäller inte längre."))
    return fresh


def _refuse_half_an_answer(
    items: list[CaseItem], answers: Mapping[int, Answer], name: str, title: str
) -> None:
    if not items or set(answers) != {item.pk for item in items}:
        raise RuleBroken(_("Svara ja eller nej för varje port."))
    for answer in answers.values():
        if answer.choice not in AnswerChoice.values:
            raise RuleBroken(_("Svara ja eller nej för varje port."))
        if answer.choice == AnswerChoice.NO and answer.refusal_reason not in RefusalReason.values:
            raise RuleBroken(_("Välj en orsak till varje nej."))
    if not name.strip() or not title.strip():
        raise RuleBroken(_("Skriv ditt namn och din roll."))


def _add_consents(case: ConsentCase, yes: list[CaseItem], text: ConsentText) -> None:
    """One consent for all entrances with the same conditions."""
    by_conditions: dict[str, list[CaseItem]] = defaultdict(list)
    for item in yes:
        by_conditions[item.conditions].append(item)
    for conditions, items in by_conditions.items():
        consent = save_as(
            Consent(
                kind=ConsentKind.FITTING_ENTRANCE,
                owner=case.owner,
                case=case,
                text=text,
                form=ConsentForm.LINK,
                conditions=conditions,
                given_by_name=case.answered_by_name,
                given_at=case.answered_at or clock.now(),
                starts_on=clock.today(),
            ),
            None,
        )
        for item in items:
            save_as(ConsentCover(consent=consent, entrance=item.entrance), None)
        record(OWNER, "consent.given", consent, entrances=len(items), text=text.version)


def _add_proof(case: ConsentCase, items: list[CaseItem], text: ConsentText) -> Proof:
    now = clock.now()
    content = proofs.owner_answer_pdf(
        proofs.OwnerAnswer(
            reference=str(case.ref),
            owner=case.owner.name,
            organisation_number=case.owner.organisation_number or "",
            name=case.answered_by_name,
            title=case.answered_by_title,
            at=case.answered_at or now,
            link_number=case.link_number,
            lines=[
                proofs.Line(
                    entrance=f"{item.entrance}, {item.entrance.city}",
                    real_property=str(item.entrance.real_property),
                    is_yes=item.answer == AnswerChoice.YES,
                    remark=item.conditions or str(item.get_refusal_reason_display() or ""),
                )
                for item in items
            ],
            text=agreed(text),
        )
    )
    return Proof.objects.create(
        kind=Proof.Kind.RECEIPT,
        media_type="application/pdf",
        content=content,
        sha256=proofs.checksum(content),
        made_at=case.answered_at or now,
        case=case,
    )


def _thank(case: ConsentCase, *, yes: int, no: int) -> None:
    """A receipt to the address that was asked, so that an answer by the wrong person is noticed."""
    contact = contact_to_write_to(case.owner)
    if contact is None:
        return
    mail = texts.thanks_mail(facts_of(case, contact.name), yes=yes, no=no)
    post(
        to_name=contact.name,
        to_address=contact.email,
        subject=mail.subject,
        body=mail.body,
        purpose=THANKS,
        once=f"case:{case.ref}:thanks",
        about=case,
        language=case.text.language,
    )
