"""What a recipient, or somebody on their behalf, says yes and no to before a member of staff."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from consent import proofs, texts
from consent.actions.texts import agreed
from consent.actions.withdrawals import end_now, open_withdrawal
from consent.models import (
    Consent,
    ConsentCover,
    ConsentText,
    Proof,
    RecipientRefusal,
)
from consent.queries import home_of, recipient_consent_in_force
from consent.states import ConsentEnd, ConsentForm, ConsentKind, RefusalReason, Understanding
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.recipients.access import unit_of
from homecare.recipients.actions import change_representative
from homecare.recipients.models import ContactPerson, OwnView, Recipient, Representative
from properties.models import HomeDoor

# Which text each thing that a recipient is asked stands on.
PARTY_OF = {
    ConsentKind.FITTING_HOME: ConsentText.Party.RECIPIENT,
    ConsentKind.SPARE_KEY: ConsentText.Party.RECIPIENT,
    ConsentKind.ALARM: ConsentText.Party.RECIPIENT,
    ConsentKind.PHOTO: ConsentText.Party.RECIPIENT,
    ConsentKind.DATA: ConsentText.Party.DATA,
}
# What is asked in one act: the first question, and those beside it.
ASKED_TOGETHER = {
    ConsentKind.FITTING_HOME: (
        ConsentKind.FITTING_HOME,
        ConsentKind.SPARE_KEY,
        ConsentKind.ALARM,
        ConsentKind.PHOTO,
    ),
    ConsentKind.DATA: (ConsentKind.DATA,),
}


@dataclass(frozen=True, slots=True)
class _Sitting:
    """One act of answering: who was asked, what was said, and all that goes with it."""

    recipient: Recipient
    home: HomeDoor
    answers: dict[ConsentKind, bool]
    text: ConsentText
    by: User
    signature: bytes | None
    scan: bytes | None
    representative: Representative | None
    contact_person: ContactPerson | None
    own_view: str
    understanding: str
    present: str

    @property
    def given_by(self) -> str:
        who = self.contact_person or self.representative or self.recipient
        return who.name


@transaction.atomic
def record_recipient_answer(
    *,
    recipient: Recipient,
    answers: Mapping[str, bool],
    text: ConsentText,
    by: User,
    reason: str = "",
    signature: bytes | None = None,
    scan: bytes | None = None,
    representative: Representative | None = None,
    contact_person: ContactPerson | None = None,
    own_view: str = "",
    understanding: str = "",
    present: str = "",
) -> list[Consent]:
    """Record what was said yes and no to in one sitting; gives the consents that came of it.

    Saved together: a consent of its own for each yes, so that each can be taken back alone, all
    with the same signature or scan and the same sealed PDF behind; a no for each no. Refuses as
    `record_recipient_consent` does, and a person's own yes on the screen without how it was seen
    that the person understood.
    """
    asks_understanding = signature and not representative and not contact_person
    if any(answers.values()) and asks_understanding and not understanding:
        raise RuleBroken(_("Ange hur ni såg att personen förstod frågan."))
    return _record(
        recipient,
        answers,
        text,
        by,
        reason=reason,
        signature=signature,
        scan=scan,
        representative=representative,
        contact_person=contact_person,
        own_view=own_view,
        understanding=understanding,
        present=present,
    )


@transaction.atomic
def record_recipient_consent(
    *,
    recipient: Recipient,
    kind: str,
    text: ConsentText,
    by: User,
    signature: bytes | None = None,
    scan: bytes | None = None,
    representative: Representative | None = None,
    own_view: str = "",
    understanding: str = "",
    present: str = "",
) -> Consent:
    """Record one yes of a recipient, or of a representative, with a drawn or a scanned signature.

    Saved together: the consent for the present home, the signature or scan, and a sealed PDF of
    what was agreed to. Refuses without a signature, for somebody without a home, when such a
    consent is in force, and a representative without checked evidence or against the person's
    own will.
    """
    return _record(
        recipient,
        {kind: True},
        text,
        by,
        signature=signature,
        scan=scan,
        representative=representative,
        own_view=own_view,
        understanding=understanding,
        present=present,
    )[0]


def _record(
    recipient: Recipient,
    answers: Mapping[str, bool],
    text: ConsentText,
    by: User,
    *,
    reason: str = "",
    signature: bytes | None = None,
    scan: bytes | None = None,
    representative: Representative | None = None,
    contact_person: ContactPerson | None = None,
    own_view: str = "",
    understanding: str = "",
    present: str = "",
) -> list[Consent]:
    recipient = locked(recipient)
    _refuse_other_text(answers, text)
    sitting = _Sitting(
        recipient=recipient,
        home=home_of(recipient),
        answers={ConsentKind(kind): said for kind, said in answers.items()},
        text=text,
        by=by,
        signature=signature,
        scan=scan,
        representative=representative,
        contact_person=contact_person,
        own_view=own_view if representative else "",
        understanding=understanding,
        present=present.strip(),
    )
    _refuse_what_is_given(sitting)
    if contact_person:
        _refuse_contact(sitting, contact_person)
    consents = []
    if any(sitting.answers.values()):
        if representative:
            _refuse_representative(recipient, representative, own_view)
        consents = _give(sitting)
    for kind, said in sitting.answers.items():
        if not said:
            _decline(sitting, kind, reason or RefusalReason.NOT_SAID)
    if representative and own_view:
        _note_own_view(representative, own_view, by)
    return consents


def _refuse_other_text(answers: Mapping[str, bool], text: ConsentText) -> None:
    if not answers:
        raise RuleBroken(_("Svara på minst en fråga."))
    for kind in answers:
        if kind not in PARTY_OF or text.party != PARTY_OF[ConsentKind(kind)]:
            raise RuleBroken(_("Texten hör inte till det som medgivandet gäller."))


def _refuse_what_is_given(sitting: _Sitting) -> None:
    for kind in sitting.answers:
        if recipient_consent_in_force(
            sitting.recipient, kind, sitting.home, sitting.contact_person
        ):
            raise RuleBroken(_("Det finns redan ett sådant medgivande som gäller."))
    if sitting.understanding not in {"", *Understanding.values}:
        raise RuleBroken(_("Ange hur ni såg att personen förstod frågan."))


def _refuse_contact(sitting: _Sitting, contact: ContactPerson) -> None:
    """Somebody close says yes for themselves alone, to data, where they live too."""
    if set(sitting.answers) != {ConsentKind.DATA} or sitting.representative:
        raise RuleBroken(
            _("En närstående kan bara svara för sig själv, om uppgifterna från låset.")
        )
    gone = contact.ended_on is not None and contact.ended_on <= clock.today()
    if contact.recipient_id != sitting.recipient.pk or not contact.lives_with or gone:
        raise RuleBroken(
            _("Bara den som bor tillsammans med personen tillfrågas om uppgifterna från låset.")
        )


def _refuse_foreign(recipient: Recipient, representative: Representative) -> None:
    if representative.recipient_id != recipient.pk or not representative.holds_on(clock.today()):
        raise RuleBroken(_("Ställföreträdaren gäller inte för personen i dag."))


def _refuse_representative(
    recipient: Recipient, representative: Representative, own_view: str
) -> None:
    _refuse_foreign(recipient, representative)
    if representative.evidence_seen_on is None:
        raise RuleBroken(
            _(
                "Underlaget för ställföreträdaren är inte kontrollerat. Kontrollera det och skriv "
                "in datumet på personens sida först."
            )
        )
    if own_view == OwnView.OBJECTS:
        raise RuleBroken(
            _(
                "Personen vill inte själv. Då räcker inte ställföreträdarens ja. Ta upp det med "
                "enhetschefen."
            )
        )
    if own_view not in OwnView.values:
        raise RuleBroken(_("Ange personens egen inställning."))


def _give(sitting: _Sitting) -> list[Consent]:
    """A consent for each yes, and the same proof behind each."""
    signature, scan = sitting.signature, sitting.scan
    if bool(signature) == bool(scan):
        raise RuleBroken(_("Medgivandet ska ha en underskrift: i rutan eller på ett papper."))
    if signature:
        proofs.check_signature(signature)
    media_type = proofs.media_type_of_scan(scan) if scan else "image/png"

    consents = [_consent(sitting, kind) for kind, said in sitting.answers.items() if said]
    paper = _paper(consents[0], sitting)
    for consent in consents:
        _keep(
            consent,
            kind=Proof.Kind.SIGNATURE if signature else Proof.Kind.SCAN,
            media_type=media_type,
            content=signature or scan or b"",
        )
        _keep(consent, kind=Proof.Kind.RECEIPT, media_type="application/pdf", content=paper)
        _record_consent(consent, sitting, paper)
    return consents


def _consent(sitting: _Sitting, kind: ConsentKind) -> Consent:
    consent = save_as(
        Consent(
            kind=kind,
            recipient=sitting.recipient,
            representative=sitting.representative,
            contact_person=sitting.contact_person,
            understanding=sitting.understanding,
            present=sitting.present,
            text=sitting.text,
            form=ConsentForm.SIGNED_ON_SCREEN if sitting.signature else ConsentForm.PAPER,
            given_by_name=sitting.given_by,
            given_at=clock.now(),
            starts_on=clock.today(),
            recorded_by=sitting.by,
        ),
        sitting.by,
    )
    if kind != ConsentKind.DATA:  # what is about the door is asked anew at the next one
        save_as(ConsentCover(consent=consent, home_door=sitting.home), sitting.by)
    return consent


def _keep(consent: Consent, *, kind: str, media_type: str, content: bytes) -> Proof:
    return Proof.objects.create(
        kind=kind,
        media_type=media_type,
        content=content,
        sha256=proofs.checksum(content),
        made_at=consent.given_at,
        consent=consent,
    )


def _record_consent(consent: Consent, sitting: _Sitting, paper: bytes) -> None:
    contact = sitting.contact_person
    record(
        sitting.by,
        "consent.recorded",
        consent,
        person=sitting.recipient,
        unit=unit_of(sitting.recipient, sitting.by, "ask_consents"),
        personal={"present": sitting.present} if sitting.present else None,
        consent_kind=str(consent.kind),
        form=consent.form,
        by_representative=sitting.representative is not None,
        contact_person=str(contact.ref) if contact else "",
        own_view=sitting.own_view,
        understanding=sitting.understanding,
        text=sitting.text.version,
        text_sha256=sitting.text.sha256,
        proof_sha256=proofs.checksum(paper),
    )


def _paper(consent: Consent, sitting: _Sitting) -> bytes:
    """The sealed PDF, in the language of the text that was agreed to."""
    representative = sitting.representative
    with translation.override(texts.speech(sitting.text.language)):
        return proofs.recipient_answer_pdf(
            proofs.RecipientAnswer(
                reference=str(consent.ref),
                recipient=sitting.recipient.name,
                home=str(sitting.home),
                answers=[(texts.question(kind), said) for kind, said in sitting.answers.items()],
                given_by=sitting.given_by,
                representation=(
                    f"{representative.get_kind_display()} – {representative.evidence}"
                    if representative
                    else ""
                ),
                lives_with=sitting.contact_person is not None,
                own_view=str(OwnView(sitting.own_view).label) if sitting.own_view else "",
                understanding=(
                    str(Understanding(sitting.understanding).label) if sitting.understanding else ""
                ),
                present=sitting.present,
                received_by=sitting.by.name,
                at=consent.given_at,
                signature=sitting.signature,
                text=agreed(sitting.text),
            )
        )


def _decline(sitting: _Sitting, kind: ConsentKind, reason: str) -> None:
    """A no. Of somebody who lives with the person it is kept in the trail alone, as the row of a
    no is the person's own.
    """
    if sitting.contact_person is None:
        _refusal(sitting.recipient, kind, reason, sitting.by, "consent.declined")
        return
    record(
        sitting.by,
        "consent.declined",
        sitting.contact_person,
        person=sitting.recipient,
        unit=unit_of(sitting.recipient, sitting.by, "ask_consents"),
        consent_kind=str(kind),
        why=reason,
    )


@transaction.atomic
def record_recipient_refusal(
    *, recipient: Recipient, kind: str, reason: str, by: User
) -> RecipientRefusal:
    """Record that a recipient says no. Refuses while a yes is in force: that is taken back."""
    recipient = locked(recipient)
    if kind not in PARTY_OF or reason not in RefusalReason.values:
        raise RuleBroken(_("Välj en orsak."))
    if recipient_consent_in_force(recipient, kind, home_of(recipient)):
        raise RuleBroken(_("Det finns ett medgivande som gäller. Återkalla det i stället."))
    return _refusal(recipient, kind, reason, by, "consent.declined")


@transaction.atomic
def record_objection(
    *, recipient: Recipient, kinds: list[str], representative: Representative, by: User
) -> None:
    """Note that the person does not want what the representative would say yes to.

    The person's own view is kept with the mandate, where the unit manager finds it, and counts as
    a no to each of `kinds`. No consent comes of it, whatever the representative signs. Refuses a
    representative of somebody else, or whose mandate has ended.
    """
    recipient = locked(recipient)
    _refuse_foreign(recipient, representative)
    _note_own_view(representative, OwnView.OBJECTS, by)
    record(
        by,
        "consent.objection",
        representative,
        person=recipient,
        unit=unit_of(recipient, by, "ask_consents"),
        kinds=[str(kind) for kind in kinds],
    )
    home = home_of(recipient)
    for kind in kinds:
        if not recipient_consent_in_force(recipient, kind, home):
            _refusal(recipient, kind, RefusalReason.NOT_SAID, by, "consent.declined")


def _note_own_view(representative: Representative, own_view: str, by: User) -> None:
    """Keep what the person thinks now with the mandate, through the register's own action."""
    if representative.own_view == own_view:
        return
    change_representative(
        representative=representative,
        by=by,
        kind=representative.kind,
        name=representative.name,
        evidence=representative.evidence,
        starts_on=representative.starts_on,
        ends_on=representative.ends_on,
        evidence_seen_on=representative.evidence_seen_on,
        own_view=own_view,
    )


@transaction.atomic
def end_recipient_consent(*, consent: Consent, reason: str, by: User) -> Consent:
    """Note that a recipient has taken a consent back: not in force from this moment.

    It counts as a no from then on. A withdrawal is opened with it where a lock hangs on the door,
    and the locks room sees to the lock.
    """
    consent = locked(consent)
    if reason not in RefusalReason.values:
        raise RuleBroken(_("Välj en orsak."))
    if consent.recipient is None or not consent.is_in_force(clock.today()):
        raise RuleBroken(_("Medgivandet gäller inte längre."))
    end_now(consent, ConsentEnd.REVOKED, by=by, reason=str(RefusalReason(reason).label))
    record(
        by,
        "consent.revoked",
        consent,
        person=consent.recipient,
        unit=unit_of(consent.recipient, by, "ask_consents"),
        consent_kind=consent.kind,
    )
    open_withdrawal(consent, by=by)
    if consent.contact_person_id is None:  # else it is somebody else's no, not the recipient's
        _refusal(consent.recipient, consent.kind, reason, by, "consent.declined")
    return consent


def _refusal(recipient: Recipient, kind: str, reason: str, by: User, verb: str) -> RecipientRefusal:
    refusal = RecipientRefusal.objects.create(
        recipient=recipient, kind=kind, at=clock.now(), reason=reason, recorded_by=by
    )
    record(
        by,
        verb,
        refusal,
        person=recipient,
        unit=unit_of(recipient, by, "ask_consents"),
        consent_kind=kind,
        why=reason,
    )
    return refusal
