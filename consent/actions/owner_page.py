"""What an owner does on its page besides answering: save, pass on, withdraw, ask for a new link."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consent import mails
from consent.actions.answers import held_by_link
from consent.actions.cases import OWNER, by_email, facts_of, renew_link, send_again, write_to
from consent.actions.signing import forget_sign_code
from consent.actions.withdrawals import due_day, end_now, open_withdrawal
from consent.models import Consent, ConsentCase, ConsentCover, ContactProposal
from consent.states import OPEN, CaseState, ConsentEnd, ConsentKind
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from properties.models import Entrance, OwnerContact

LONGEST_FIELD = 500
APART = timedelta(minutes=10)  # between two links that the page sends
NEW_LINK = gettext_noop("Ny länk till ägarens sida")
WITHDRAWN = gettext_noop("Kvitto på återkallelse")


@transaction.atomic
def save_draft(*, case: ConsentCase, link_number: int, fields: Mapping[str, str]) -> ConsentCase:
    """Keep what the owner has filled in so far, to go on with another day. It answers nothing."""
    case = held_by_link(case, link_number)
    case.draft = {name: value[:LONGEST_FIELD] for name, value in fields.items() if value}
    save_as(case, None, fields=["draft"])
    record(OWNER, "consent.draft_saved", case, fields=len(case.draft))
    return case


@transaction.atomic
def propose_contact(
    *,
    case: ConsentCase,
    link_number: int,
    name: str,
    title: str,
    email: str,
    should_answer: bool,
) -> ContactProposal:
    """Tell the municipality whom to write to. A coordinator decides: nobody is written to at an
    address that came from a page without sign-in. The same twice is one proposal.
    """
    case = held_by_link(case, link_number, {*OPEN, CaseState.ANSWERED})
    known = case.proposals.filter(email__iexact=email, outcome="", should_answer=should_answer)
    if found := known.first():
        return found
    if case.proposals.filter(outcome="").count() >= 5:
        raise RuleBroken(_("Vi har redan fått flera förslag. Hör av dig till oss i stället."))
    proposal = ContactProposal.objects.create(
        case=case,
        name=name.strip(),
        title=title.strip(),
        email=email.strip(),
        should_answer=should_answer,
        at=clock.now(),
    )
    record(
        OWNER,
        "consent.contact_proposed",
        case,
        should_answer=should_answer,
        personal={"name": proposal.name},
    )
    return proposal


@transaction.atomic
def take_proposal(*, proposal: ContactProposal, by: User) -> OwnerContact:
    """Take a proposed contact into the register, as the newest: the one who is written to.

    A request that still waits goes out anew to that person, with a new link.
    """
    proposal = _unhandled(proposal)
    owner = proposal.case.owner
    contact = save_as(
        OwnerContact(
            owner=owner,
            name=proposal.name,
            title=proposal.title,
            email=proposal.email,
            starts_on=clock.today(),
        ),
        by,
    )
    _handle(proposal, ContactProposal.Outcome.TAKEN, by)
    record(by, "consent.contact_taken", proposal.case, contact=str(contact.ref))
    if proposal.should_answer and proposal.case.state in OPEN:
        send_again(case=proposal.case, by=by)
    return contact


@transaction.atomic
def refuse_proposal(*, proposal: ContactProposal, by: User) -> None:
    """Leave a proposed contact out of the register."""
    proposal = _unhandled(proposal)
    _handle(proposal, ContactProposal.Outcome.REFUSED, by)
    record(by, "consent.contact_refused", proposal.case)


def _unhandled(proposal: ContactProposal) -> ContactProposal:
    fresh = locked(proposal)
    if fresh.outcome:
        raise RuleBroken(_("Någon har redan tagit hand om förslaget."))
    return fresh


def _handle(proposal: ContactProposal, outcome: str, by: User) -> None:
    proposal.outcome, proposal.handled_at, proposal.handled_by = outcome, clock.now(), by
    proposal.save(update_fields=["outcome", "handled_at", "handled_by"])


def withdrawable_entrances(case: ConsentCase) -> list[Entrance]:
    """The entrances of the case that its owner's own consents cover now."""
    covers = ConsentCover.objects.filter(
        consent__in=Consent.objects.in_force().filter(
            owner=case.owner, kind=ConsentKind.FITTING_ENTRANCE
        ),
        entrance__case_items__case=case,
    )
    return list(
        Entrance.objects.filter(pk__in=covers.values("entrance")).order_by("address", "name", "pk")
    )


@transaction.atomic
def withdraw_on_page(
    *,
    case: ConsentCase,
    link_number: int,
    entrances: Iterable[Entrance],
    name: str,
    title: str,
    reason: str = "",
) -> int:
    """The owner withdraws its consent for some entrances; how many consents that ended.

    A consent that covers others too goes on for those: it is ended, and stands anew without what
    was withdrawn, by the same person on the same text. The owner gets a confirmation by mail.
    """
    case = held_by_link(case, link_number, {*OPEN, CaseState.ANSWERED})
    wanted = {one.pk: one for one in entrances}
    if not wanted or not wanted.keys() <= {one.pk for one in withdrawable_entrances(case)}:
        raise RuleBroken(_("Välj minst en port som har ett medgivande."))
    if not name.strip() or not title.strip():
        raise RuleBroken(_("Skriv ditt namn och din roll."))
    ended = 0
    consents = Consent.objects.in_force().filter(
        owner=case.owner, kind=ConsentKind.FITTING_ENTRANCE, covers__entrance__in=wanted
    )
    for consent in consents.distinct().order_by("pk"):
        _end_for(locked(consent), wanted, reason or _("Återkallat på ägarens sida"))
        ended += 1
    forget_sign_code(case)
    record(
        OWNER,
        "consent.withdrawn",
        case,
        entrances=len(wanted),
        consents=ended,
        personal={"name": name, "title": title, "reason": reason},
    )
    _confirm_withdrawal(case, [str(one) for one in wanted.values()])
    return ended


def _end_for(consent: Consent, wanted: Mapping[int, Entrance], reason: str) -> None:
    kept = [
        cover.entrance
        for cover in consent.covers.select_related("entrance")
        if cover.entrance and cover.entrance_id not in wanted
    ]
    if kept:
        again = save_as(
            Consent(
                kind=consent.kind,
                owner=consent.owner,
                case=consent.case,
                text=consent.text,
                form=consent.form,
                conditions=consent.conditions,
                given_by_name=consent.given_by_name,
                given_at=consent.given_at,
                starts_on=consent.starts_on,
                recorded_by=consent.recorded_by,
            ),
            None,
        )
        for entrance in kept:
            save_as(ConsentCover(consent=again, entrance=entrance), None)
    end_now(consent, ConsentEnd.REVOKED, by=None, reason=reason)
    record(OWNER, "consent.revoked", consent, consent_kind=consent.kind)
    open_withdrawal(consent, by=None)


def _confirm_withdrawal(case: ConsentCase, doors: list[str]) -> None:
    receiver = by_email(case.owner)
    if receiver is None:
        return
    with translation.override(case.text.language):
        day = formats.date_format(due_day(), "DATE_FORMAT")
    mail = mails.withdrawn_mail(facts_of(case, receiver.name), tuple(doors), day)
    once = f"withdrawn:{clock.now().timestamp()}"
    write_to(receiver, case, mail, purpose=WITHDRAWN, once=once)


@transaction.atomic
def send_new_link(*, case: ConsentCase) -> bool:
    """Send a new link to the address in the register, for a page whose link had run out.

    The old links stop working. Whether it was sent: not to an owner without an address or who does
    not want letters, not for a cancelled request, and not twice within ten minutes. Who asked is
    told the same in any case.
    """
    case = locked(case)
    receiver = by_email(case.owner)
    lately = case.sent_at is not None and clock.now() < case.sent_at + APART
    if receiver is None or lately or case.state not in {*OPEN, CaseState.ANSWERED}:
        return False
    renew_link(case, receiver)
    mail = mails.new_link_mail(facts_of(case, receiver.name))
    write_to(receiver, case, mail, purpose=NEW_LINK, once=f"link:{case.link_number}")
    record(OWNER, "consent.new_link", case, link=case.link_number)
    return True
