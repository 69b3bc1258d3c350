"""Does a yes still hold, and is the contact right? Asked again after a year or two."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consent import links, mails
from consent.actions.answers import held_by_link
from consent.actions.cases import OWNER, facts_of, receiver_of, renew_link, write_to
from consent.models import Consent, ConsentCase
from consent.queries import due_for_confirmation
from consent.states import CaseState
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.core.workdays import is_office_hours
from homecare.recipients.access import unit_of

CONFIRM = gettext_noop("Avstämning av medgivande")
AT_MOST = 200


@transaction.atomic
def confirm_consent(*, consent: Consent, by: User | None) -> Consent:
    """Note that a yes still holds, as its giver said today. Refuses one that has ended.

    `by` is whoever talked with a recipient; None is the owner itself, on its page.
    """
    consent = locked(consent)
    if not consent.is_in_force_now:
        raise RuleBroken(_("Medgivandet gäller inte längre."))
    consent.confirmed_on = clock.today()
    save_as(consent, by, fields=["confirmed_on"])
    person = consent.recipient
    record(
        by or OWNER,
        "consent.confirmed",
        consent,
        person=person,
        unit=unit_of(person, by, "ask_consents") if person and by else None,
        consent_kind=consent.kind,
    )
    return consent


@transaction.atomic
def confirm_on_page(*, case: ConsentCase, link_number: int) -> int:
    """The owner says on its page that all it has said yes to still holds; how many consents."""
    case = held_by_link(case, link_number, {CaseState.ANSWERED})
    consents = list(Consent.objects.in_force().filter(owner=case.owner))
    for consent in consents:
        confirm_consent(consent=consent, by=None)
    return len(consents)


def ask_to_confirm() -> int:
    """Write to each owner whose yes is due to be confirmed; how many were written to.

    With a new link to the page of its last answer, once in a period, in office hours. Safe to run
    twice. A recipient is asked by a person: it waits on the start page.
    """
    if not is_office_hours(clock.now()):
        return 0
    due = due_for_confirmation().filter(owner__isnull=False, case__state=CaseState.ANSWERED)
    owners = list(due.order_by("owner").values_list("owner", flat=True).distinct()[:AT_MOST])
    return sum(_ask(owner) for owner in owners)


@transaction.atomic
def _ask(owner_id: int) -> bool:
    case = (
        ConsentCase.objects.select_for_update(of=("self",))
        .filter(owner=owner_id, state=CaseState.ANSWERED)
        .select_related("owner", "text", "handler")
        .order_by("-answered_at")
        .first()
    )
    lately = clock.today() - links.OPEN_FOR
    if case is None or case.owner.do_not_contact or links.last_used_at(case).date() > lately:
        return False
    receiver = receiver_of(case.owner)
    if receiver is None:
        return False
    renew_link(case, receiver)
    mail = mails.confirm_mail(facts_of(case, receiver.name))
    write_to(receiver, case, mail, purpose=CONFIRM, once=f"link:{case.link_number}")
    record(None, "consent.confirmation_asked", case, link=case.link_number)
    return True
