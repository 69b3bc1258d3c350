"""The doors of the room. Forbidden and missing look the same: 404.

The door to a recipient who is asked is `recipients.access.recipient_for_consent`.
"""

from typing import Any

from django.db.models import Q
from django.http import Http404

from consent.models import (
    Campaign,
    Consent,
    ConsentCase,
    ConsentText,
    ContactProposal,
    Proof,
    RecordedAnswer,
    Withdrawal,
)
from consent.queries import needed_entrances
from consent.states import TextState
from homecare.accounts.access import may
from homecare.audit.trail import note_reading
from homecare.recipients.access import unit_of
from homecare.recipients.models import Recipient
from properties.models import Entrance, PropertyOwner


def _found(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


def case_to_see(user: Any, ref: Any) -> ConsentCase:
    """A request to an owner, for those who may see consents. Otherwise 404."""
    cases = ConsentCase.objects.visible_to(user).select_related("owner", "text", "handler")
    return _found(cases.filter(ref=ref).first())


def case_to_work_on(user: Any, ref: Any) -> ConsentCase:
    """A request to send, send anew or cancel. Otherwise 404."""
    cases = ConsentCase.objects.workable_by(user).select_related("owner", "text", "handler")
    return _found(cases.filter(ref=ref).first())


def owner_to_ask(user: Any, ref: Any) -> PropertyOwner:
    """An owner to ask, or to record the yes of. Otherwise 404."""
    if not may(user, "ask_consents"):
        raise Http404
    return _found(PropertyOwner.objects.filter(ref=ref).first())


def owner_to_see(user: Any, ref: Any) -> PropertyOwner:
    """An owner with what it has said, for those who may see consents. Otherwise 404."""
    if not may(user, "see_consents"):
        raise Http404
    return _found(PropertyOwner.objects.filter(ref=ref).first())


def owner_consent_to_see(user: Any, ref: Any) -> Consent:
    """A consent that an owner has given, in force or not. Otherwise 404."""
    if not may(user, "see_consents"):
        raise Http404
    consents = Consent.objects.filter(owner__isnull=False)
    return _found(
        consents.select_related("owner", "case", "text", "recorded_by").filter(ref=ref).first()
    )


def owner_consent_to_end(user: Any, ref: Any) -> Consent:
    """An owner's consent in force, to note that it is revoked. Otherwise 404."""
    if not may(user, "ask_consents"):
        raise Http404
    consents = Consent.objects.in_force().filter(owner__isnull=False).select_related("owner")
    return _found(consents.filter(ref=ref).first())


def recipient_consent_to_end(user: Any, ref: Any) -> Consent:
    """A recipient's consent in force, to note that it is taken back; the reading is logged.

    Otherwise 404.
    """
    consent = _found(
        Consent.objects.in_force()
        .filter(
            ref=ref,
            recipient__in=Recipient.objects.visible_to(user, "ask_consents").values("pk"),
        )
        .select_related("recipient")
        .first()
    )
    unit = unit_of(consent.recipient, user, "ask_consents")
    note_reading(user, consent.recipient, what="recipient.consent_read", about=consent, unit=unit)
    return consent


def proof_to_read(user: Any, ref: Any) -> Proof:
    """What stands behind an answer, with its content.

    An owner's for those who may see consents, a recipient's for those who may see the person's,
    and that is logged. Otherwise 404.
    """
    if not may(user, "see_consents"):
        raise Http404
    people = Recipient.objects.visible_to(user, "see_consents").values("pk")
    proof = _found(
        Proof.objects.filter(
            Q(case__isnull=False)
            | Q(recorded_answer__isnull=False)
            | Q(consent__owner__isnull=False)
            | Q(consent__recipient__in=people),
            ref=ref,
        )
        .select_related("consent__recipient")
        .first()
    )
    if proof.consent and proof.consent.recipient:
        person = proof.consent.recipient
        unit = unit_of(person, user, "see_consents")
        note_reading(user, person, what="proof.read", about=proof, unit=unit)
    return proof


# --- texts to agree to ---------------------------------------------------------------------------

# A text is the whole municipality's and tells of nobody, so the rights are asked anywhere.
SEES_TEXTS = ("see_consents", "change_organisation")
DRAFTS_TEXTS = ("ask_consents", "change_organisation")
# Who decides on the authorities of a unit or of the system: unit managers and system managers.
APPROVES_TEXTS = ("assign_roles", "change_organisation")


def may_draft_texts(user: Any) -> bool:
    return any(may(user, right) for right in DRAFTS_TEXTS)


def may_approve_texts(user: Any) -> bool:
    return any(may(user, right) for right in APPROVES_TEXTS)


def texts_to_see(user: Any) -> Any:
    """The texts to agree to; none for those who have no business with them."""
    sees = any(may(user, right) for right in SEES_TEXTS)
    return ConsentText.objects.all() if sees else ConsentText.objects.none()


def text_to_see(user: Any, ref: Any) -> ConsentText:
    """A text, a draft too, for those who ask with it or decide on it. Otherwise 404."""
    rows = texts_to_see(user).select_related("drafted_by", "approved_by")
    return _found(rows.filter(ref=ref).first())


def draft_to_change(user: Any, ref: Any) -> ConsentText:
    """A draft, for those who may draft texts. Otherwise 404, as for one that is approved."""
    if not may_draft_texts(user):
        raise Http404
    return _found(ConsentText.objects.filter(ref=ref, state=TextState.DRAFT).first())


def draft_to_approve(user: Any, ref: Any) -> ConsentText:
    """A draft, for those who may approve texts. Otherwise 404, as for one that is approved."""
    if not may_approve_texts(user):
        raise Http404
    rows = ConsentText.objects.select_related("drafted_by")
    return _found(rows.filter(ref=ref, state=TextState.DRAFT).first())


def campaign_to_see(user: Any, ref: Any) -> Campaign:
    """A mailing, for those who may see consents. Otherwise 404."""
    if not may(user, "see_consents"):
        raise Http404
    return _found(Campaign.objects.select_related("district").filter(ref=ref).first())


def campaign_to_send(user: Any, ref: Any) -> Campaign:
    """A mailing to send or to change. Otherwise 404."""
    if not may(user, "ask_consents"):
        raise Http404
    return _found(Campaign.objects.select_related("district").filter(ref=ref).first())


def entrance_to_leave_out(user: Any, ref: Any) -> Entrance:
    """An entrance on the way to the home of somebody that `user` may ask for. Otherwise 404."""
    return _found(needed_entrances(visible_to=user, right="ask_consents").filter(ref=ref).first())


def withdrawal_to_see(user: Any, ref: Any) -> Withdrawal:
    """What follows when a consent was taken back; of a recipient's, the reading is logged first.

    Otherwise 404, also when the recipient is not the user's to see.
    """
    if not may(user, "see_consents"):
        raise Http404
    return _withdrawal(user, ref, "see_recipients")


def withdrawal_to_work_on(user: Any, ref: Any) -> Withdrawal:
    """The same, to take a step of. Otherwise 404."""
    if not may(user, "ask_consents"):
        raise Http404
    return _withdrawal(user, ref, "ask_consents")


def _withdrawal(user: Any, ref: Any, right: str) -> Withdrawal:
    rows = Withdrawal.objects.visible_to(user, right).select_related(
        "consent__owner", "consent__recipient", "handler", "closed_by"
    )
    found: Withdrawal = _found(rows.filter(ref=ref).first())
    if person := found.consent.recipient:
        note_reading(
            user, person, what="withdrawal.read", about=found, unit=unit_of(person, user, right)
        )
    return found


def proposal_to_handle(user: Any, ref: Any) -> ContactProposal:
    """A contact that an owner proposed, to take into the register or not. Otherwise 404."""
    if not may(user, "ask_consents"):
        raise Http404
    return _found(ContactProposal.objects.select_related("case__owner").filter(ref=ref).first())


def recorded_answer_to_see(user: Any, ref: Any) -> RecordedAnswer:
    """An owner's answer as it was written down, for those who may see consents. Otherwise 404."""
    return _recorded_answer(user, "see_consents", ref)


def recorded_answer_to_check(user: Any, ref: Any) -> RecordedAnswer:
    """An owner's answer that somebody wrote down, to let count or turn down. Otherwise 404."""
    return _recorded_answer(user, "ask_consents", ref)


def _recorded_answer(user: Any, right: str, ref: Any) -> RecordedAnswer:
    if not may(user, right):
        raise Http404
    rows = RecordedAnswer.objects.select_related(
        "case__owner", "case__text", "recorded_by", "checked_by"
    )
    return _found(rows.filter(ref=ref).first())
