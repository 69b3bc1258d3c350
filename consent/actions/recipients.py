"""A recipient's own yes or no, given to a member of staff."""

from django.db import transaction
from django.utils.translation import gettext as _

from consent import proofs
from consent.actions.texts import agreed
from consent.models import (
    Consent,
    ConsentCover,
    ConsentText,
    Proof,
    RecipientRefusal,
)
from consent.queries import home_of, recipient_consent_in_force
from consent.states import ConsentEnd, ConsentForm, ConsentKind, RefusalReason
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.recipients.access import unit_of
from homecare.recipients.models import OwnView, Recipient, Representative
from properties.models import HomeDoor

PARTY_OF = {
    ConsentKind.FITTING_HOME: ConsentText.Party.RECIPIENT,
    ConsentKind.DATA: ConsentText.Party.DATA,
}


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
) -> Consent:
    """Record the yes of a recipient, or of a representative, with a drawn or a scanned signature.

    Saved together: the consent for the present home, the signature or scan, and a sealed PDF of
    what was agreed to. Refuses without a signature, for somebody without a home, when such a
    consent is in force, and a representative without checked evidence or against the person's
    own will.
    """
    recipient = locked(recipient)
    if kind not in PARTY_OF or text.party != PARTY_OF[ConsentKind(kind)]:
        raise RuleBroken(_("Texten hör inte till det som medgivandet gäller."))
    home = home_of(recipient)
    if recipient_consent_in_force(recipient, kind, home):
        raise RuleBroken(_("Det finns redan ett sådant medgivande som gäller."))
    if representative:
        _refuse_representative(recipient, representative, own_view)
    if bool(signature) == bool(scan):
        raise RuleBroken(_("Medgivandet ska ha en underskrift: i rutan eller på ett papper."))
    if signature:
        proofs.check_signature(signature)
    media_type = proofs.media_type_of_scan(scan) if scan else "image/png"

    now = clock.now()
    consent = save_as(
        Consent(
            kind=kind,
            recipient=recipient,
            representative=representative,
            text=text,
            form=ConsentForm.SIGNED_ON_SCREEN if signature else ConsentForm.PAPER,
            given_by_name=representative.name if representative else recipient.name,
            given_at=now,
            starts_on=clock.today(),
            recorded_by=by,
        ),
        by,
    )
    if kind == ConsentKind.FITTING_HOME:
        save_as(ConsentCover(consent=consent, home_door=home), by)
    _keep(
        consent,
        kind=Proof.Kind.SIGNATURE if signature else Proof.Kind.SCAN,
        media_type=media_type,
        content=signature or scan or b"",
    )
    paper = _keep(
        consent,
        kind=Proof.Kind.RECEIPT,
        media_type="application/pdf",
        content=_paper(consent, recipient, home, by, signature, own_view),
    )
    record(
        by,
        "consent.recorded",
        consent,
        person=recipient,
        unit=unit_of(recipient, by, "ask_consents"),
        consent_kind=str(kind),
        form=consent.form,
        by_representative=representative is not None,
        own_view=own_view,
        text=text.version,
        text_sha256=text.sha256,
        proof_sha256=paper.sha256,
    )
    return consent


def _refuse_representative(
    recipient: Recipient, representative: Representative, own_view: str
) -> None:
    if representative.recipient_id != recipient.pk or not representative.holds_on(clock.today()):
        raise RuleBroken(_("Ställföreträdaren gäller inte för personen i dag."))
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


def _keep(consent: Consent, *, kind: str, media_type: str, content: bytes) -> Proof:
    return Proof.objects.create(
        kind=kind,
        media_type=media_type,
        content=content,
        sha256=proofs.checksum(content),
        made_at=consent.given_at,
        consent=consent,
    )


def _paper(
    consent: Consent,
    recipient: Recipient,
    home: HomeDoor,
    by: User,
    signature: bytes | None,
    own_view: str,
) -> bytes:
    representative = consent.representative
    return proofs.recipient_answer_pdf(
        proofs.RecipientAnswer(
            reference=str(consent.ref),
            recipient=recipient.name,
            home=str(home),
            kind=str(consent.get_kind_display()),
            given_by=consent.given_by_name,
            representation=(
                f"{representative.get_kind_display()} – {representative.evidence}"
                if representative
                else ""
            ),
            own_view=str(OwnView(own_view).label) if representative else "",
            received_by=by.name,
            at=consent.given_at,
            signature=signature,
            text=agreed(consent.text),
        )
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
def end_recipient_consent(*, consent: Consent, reason: str, by: User) -> Consent:
    """Note that a recipient has taken a consent back: not in force from this moment.

    It counts as a no from then on. The locks room sees to the lock on the door.
    """
    consent = locked(consent)
    if reason not in RefusalReason.values:
        raise RuleBroken(_("Välj en orsak."))
    if consent.recipient is None or not consent.is_in_force(clock.today()):
        raise RuleBroken(_("Medgivandet gäller inte längre."))
    consent.ended_at = clock.now()
    consent.ends_on = clock.today()
    consent.ended_because = ConsentEnd.REVOKED
    save_as(consent, by, reason=str(RefusalReason(reason).label)[:100])
    record(
        by,
        "consent.revoked",
        consent,
        person=consent.recipient,
        unit=unit_of(consent.recipient, by, "ask_consents"),
        consent_kind=consent.kind,
    )
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
