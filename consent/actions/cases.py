"""Asking an owner: draft, send, send anew, cancel."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from consent import links, mails
from consent.actions.texts import current_text
from consent.models import Campaign, CaseItem, ConsentCase, ConsentText
from consent.queries import Receiver, entrance_needs, receivers_of
from consent.states import LIVE, MOVES, OPEN, SETTLED, CaseKind, CaseState
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import MoveRefused, locked, move
from homecare.core.workdays import next_working_day
from homecare.mailing.actions import post, withdraw
from homecare.mailing.models import Channel
from properties.models import Entrance, PropertyOwner

ANSWER_WITHIN = timedelta(days=21)
OWNER = "owner"  # who did it, in the trail: somebody without an account
REQUEST = gettext_noop("Förfrågan om medgivande")


def receiver_of(owner: PropertyOwner) -> Receiver | None:
    """The contact's e-mail address; without one, the owner's postal address; otherwise None."""
    return receivers_of([owner]).get(owner.pk)


def by_email(owner: PropertyOwner) -> Receiver | None:
    """The owner's present contact with an e-mail address, or None."""
    receiver = receiver_of(owner)
    return receiver if receiver and receiver.channel == Channel.EMAIL else None


@transaction.atomic
def ask_owner(
    *,
    owner: PropertyOwner,
    entrances: Iterable[Entrance],
    by: User,
    language: str = "sv",
    handler: User | None = None,
    campaign: Campaign | None = None,
    kind: str = CaseKind.FITTING,
) -> ConsentCase:
    """Make a draft of a request to `owner` for `entrances`.

    Refuses an owner who cannot be written to or is not to be contacted, and an entrance that is
    not the owner's today, is covered, or is asked about already.
    """
    owner = locked(owner)  # two who ask at once would ask twice
    entrances = list(entrances)
    receiver = _refuse_to_write(owner)
    if not entrances:
        raise RuleBroken(_("Välj minst en port att fråga om."))
    needs = entrance_needs(entrances)
    busy = set(
        CaseItem.objects.filter(
            entrance__in=entrances, case__owner=owner, case__state__in=LIVE
        ).values_list("entrance_id", flat=True)
    )
    for entrance in entrances:
        need = needs[entrance.pk]
        if need.owner != owner:
            raise RuleBroken(
                _("%(entrance)s ägs inte av %(owner)s i dag.")
                % {"entrance": entrance, "owner": owner}
            )
        if entrance.closed_on and entrance.closed_on <= clock.today():
            raise RuleBroken(_("%(entrance)s används inte längre.") % {"entrance": entrance})
        if entrance.pk in busy:
            raise RuleBroken(
                _("%(entrance)s är redan med i en förfrågan som inte är besvarad.")
                % {"entrance": entrance}
            )
        if need.is_covered:
            raise RuleBroken(
                _("%(entrance)s har redan ett medgivande som gäller.") % {"entrance": entrance}
            )
    case = save_as(
        ConsentCase(
            owner=owner,
            text=current_text(ConsentText.Party.OWNER, language),
            kind=kind,
            campaign=campaign,
            channel=receiver.channel,
            handler=handler or by,
            created_at=clock.now(),
        ),
        by,
    )
    for entrance in entrances:
        save_as(CaseItem(case=case, entrance=entrance), by)
    record(by, "consent.drafted", case, owner=str(owner.ref), entrances=len(entrances))
    return case


def _refuse_to_write(owner: PropertyOwner) -> Receiver:
    if owner.do_not_contact:
        raise RuleBroken(
            _("%(owner)s är markerad ”kontakta ej” och får inga förfrågningar.") % {"owner": owner}
        )
    receiver = receiver_of(owner)
    if receiver is None:
        raise RuleBroken(
            _(
                "%(owner)s har varken en kontaktperson med e-postadress eller en postadress. Lägg "
                "till det på ägarens sida och skicka sedan."
            )
            % {"owner": owner}
        )
    return receiver


@transaction.atomic
def send_case(*, case: ConsentCase, by: User) -> ConsentCase:
    """Send a draft to the owner: by e-mail with a sealed link, or by letter with a code."""
    receiver = _refuse_to_write(case.owner)
    _refuse_what_changed(case)
    case = _send(case, receiver, by)
    record(
        by,
        "consent.asked",
        case,
        owner=str(case.owner.ref),
        channel=case.channel,
        link=case.link_number,
        personal={"to": receiver.name},
    )
    return case


@transaction.atomic
def send_again(*, case: ConsentCase, by: User) -> ConsentCase:
    """Send the request anew with a new link; the old link stops working, reminders begin anew.

    Refuses a request that is answered, cancelled or never sent, and one where the owner can no
    longer answer for any of the entrances.
    """
    if case.state == CaseState.DRAFT:
        raise MoveRefused(_("Förfrågan är inte skickad än."))
    receiver = _refuse_to_write(case.owner)
    _refuse_what_changed(case)
    withdraw(about=case, reason=_("Ersatt av ett nytt utskick."), by=by)
    case = _send(case, receiver, by)
    record(by, "consent.asked_again", case, link=case.link_number, personal={"to": receiver.name})
    return case


@transaction.atomic
def ask_and_send(
    *,
    owner: PropertyOwner,
    entrances: Iterable[Entrance],
    by: User,
    language: str = "sv",
    campaign: Campaign | None = None,
    kind: str = CaseKind.FITTING,
) -> ConsentCase:
    """Ask an owner in one step: the draft and its sending, or nothing."""
    case = ask_owner(
        owner=owner, entrances=entrances, by=by, language=language, campaign=campaign, kind=kind
    )
    return send_case(case=case, by=by)


def _refuse_what_changed(case: ConsentCase) -> None:
    if not askable_items(case):
        raise RuleBroken(
            _("Ingen av portarna behöver svar från %(owner)s längre. Avbryt förfrågan i stället.")
            % {"owner": case.owner}
        )


def _send(case: ConsentCase, receiver: Receiver, by: User) -> ConsentCase:
    now = clock.now()
    number = locked(case).link_number + 1
    case = move(
        case,
        CaseState.SENT,
        moves=MOVES,
        by=by,
        link_number=number,
        short_code=links.new_short_code(),
        decision_on=None,
        sent_at=now,
        sent_to_name=receiver.name,
        channel=receiver.channel,
        answer_by_on=next_working_day(clock.today() + ANSWER_WITHIN),
    )
    mail = mails.request_mail(facts_of(case, receiver.name))
    write_to(receiver, case, mail, purpose=REQUEST, once=f"link:{number}", by=by)
    return case


def write_to(
    receiver: Receiver,
    case: ConsentCase,
    mail: mails.Mail,
    *,
    purpose: str,
    once: str,
    by: User | None = None,
) -> None:
    """Write to an owner about its request. `once` names the message within the request."""
    post(
        channel=receiver.channel,
        to_name=receiver.name,
        to_address=receiver.address,
        subject=mail.subject,
        body=mail.body,
        purpose=purpose,
        once=f"case:{case.ref}:{once}",
        about=case,
        language=case.text.language,
        by=by,
    )


def renew_link(case: ConsentCase, receiver: Receiver) -> None:
    """Give a locked request a new link and code without moving it; the links before are closed."""
    case.link_number += 1
    case.short_code = links.new_short_code()
    case.sent_at, case.sent_to_name = clock.now(), receiver.name
    save_as(case, None, fields=["link_number", "short_code", "sent_at", "sent_to_name"])


def askable_items(case: ConsentCase) -> list[CaseItem]:
    """The items that the owner can answer for now: not answered for good, still the owner's, and
    not covered meanwhile.
    """
    return askable_items_of([case])[case.pk]


def askable_items_of(cases: Iterable[ConsentCase]) -> dict[int, list[CaseItem]]:
    """Case pk → its askable items. The same number of queries for many cases as for one."""
    owners = {case.pk: case.owner for case in cases}
    items = list(
        CaseItem.objects.filter(case__in=owners)
        .exclude(answer__in=SETTLED)
        .select_related("entrance__real_property")
    )
    needs = entrance_needs([item.entrance for item in items])
    found: dict[int, list[CaseItem]] = {pk: [] for pk in owners}
    for item in items:
        need = needs[item.entrance_id]
        if need.owner == owners[item.case_id] and not need.is_covered:
            found[item.case_id].append(item)
    return found


def facts_of(case: ConsentCase, contact: str, *, link: str = "") -> mails.Request:
    """What an e-mail about the case is written from."""
    sent_at = case.sent_at or clock.now()
    items = askable_items(case) or case.items.select_related("entrance__real_property")
    return mails.Request(
        language=case.text.language,
        contact=contact,
        owner=case.owner.name,
        entrances=tuple(f"{item.entrance} ({item.entrance.real_property})" for item in items),
        link=link or links.url_of(case),
        answer_by_on=case.answer_by_on or next_working_day(clock.today() + ANSWER_WITHIN),
        open_until=links.open_until(sent_at),
        handler=case.handler.name,
        is_take_over=case.kind == CaseKind.TAKE_OVER,
    )


def preview_of_request(
    *, owner: PropertyOwner, entrances: Iterable[Entrance], by: User, language: str = "sv"
) -> mails.Mail:
    """The e-mail as it would be sent now, with a word where the sealed link will stand."""
    receiver = receiver_of(owner)
    return mails.request_mail(
        mails.Request(
            language=language,
            contact=receiver.name if receiver else "",
            owner=owner.name,
            entrances=tuple(f"{one} ({one.real_property})" for one in entrances),
            link=_("[länk till svarssidan]"),
            answer_by_on=next_working_day(clock.today() + ANSWER_WITHIN),
            open_until=links.open_until(clock.now()),
            handler=by.name,
        )
    )


@transaction.atomic
def cancel_case(*, case: ConsentCase, reason: str, by: User | None) -> ConsentCase:
    """Cancel a request: the link stops working and waiting messages are stopped."""
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("Skriv varför förfrågan avbryts."))
    case = move(case, CaseState.CANCELLED, moves=MOVES, by=by, cancelled_because=reason[:200])
    withdraw(about=case, reason=_("Förfrågan är avbruten."), by=by)
    record(by, "consent.cancelled", case, reason=reason)
    return case


@transaction.atomic
def cancel_if_needless(case: ConsentCase, *, by: User | None = None) -> bool:
    """Cancel an open request whose entrances are all covered by another yes, or sold."""
    if case.state not in OPEN or askable_items(case):
        return False
    items = list(case.items.select_related("entrance"))
    needs = entrance_needs([item.entrance for item in items])
    covered = any(needs[item.entrance_id].is_covered for item in items)
    sold = any(needs[item.entrance_id].owner != case.owner for item in items)
    if covered and not sold:
        reason = _("Täckt av ett annat medgivande.")
    elif sold and not covered:
        reason = _("Fastigheten har en ny ägare.")
    else:
        reason = _("Täckt av ett annat medgivande, eller fastigheten har en ny ägare.")
    cancel_case(case=case, reason=reason, by=by)
    return True
