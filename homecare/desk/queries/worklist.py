"""What waits for the person at the desk: read from the same lists that the rooms show."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent.models import ConsentCase, ContactProposal, RecordedAnswer, Withdrawal
from consent.queries import (
    due_for_confirmation,
    entrances_to_ask,
    objections_seen_by,
    waiting_for_new_owner,
)
from consent.states import CaseState
from homecare.accounts.access import may
from homecare.core import clock
from homecare.mailing.models import Message
from homecare.recipients.models import NamedGrant, Recipient
from homecare.staff.models import StaffMember
from homecare.ui import parts
from locks.models import Handout, Installation, Key
from locks.queries import without_consent
from locks.readiness import Readiness, Step, StepCode, StepState
from properties.models import Entrance

SHOWN = 5  # how many rows of a group the start page shows before "show all"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits: what it is about, what to do, since when, and where."""

    title: str
    detail: str
    url: str
    since: datetime | None = None


@dataclass(slots=True)
class Group:
    """The things of one kind that wait for the person at the desk. The title says what to do."""

    title: str
    icon: str
    tone: parts.Tone
    rows: list[Row] = field(default_factory=list)
    url: str = ""

    @property
    def first_rows(self) -> list[Row]:
        return self.rows[:SHOWN]

    @property
    def rest(self) -> list[Row]:
        return self.rows[SHOWN:]


def worklist(
    user: Any, chains: list[Readiness], without_consent: list[Installation]
) -> list[Group]:
    """What waits for this user, what is wrong before what is to be done. No empty groups."""
    groups = [
        *_to_take_down(without_consent),
        *_protected_and_nobody_named(user),
        *_keys_that_are_late(user),
        *_messages_that_failed(user),
        *_owners_to_call(user),
        *_objections(user),
        *_withdrawals(user),
        *_answers_to_check(user),
        *_to_go_through_again(user),
        *_contacts_to_check(user),
        *_letters_to_print(user),
        *_from_chains(user, chains),
        *_owners_to_ask(user),
    ]
    return sorted((group for group in groups if group.rows), key=lambda group: group.tone != "bad")


def locks_without_consent(user: Any) -> list[Installation]:
    """The locks in operation that the user sees and that must come down. Log the homes."""
    if not may(user, "see_locks"):
        return []
    locks: Any = without_consent()
    return list(locks.visible_to(user).select_related("entrance", "home_door", "unit"))


def _to_take_down(locks: list[Installation]) -> Iterator[Group]:
    """Locks without consent: to take down, or to wait for the new owner of a house sold lately."""
    down = Group(_("Medgivande saknas"), "warning", "bad")
    wait = Group(_("Ny ägare"), "clock", "waiting")
    sold = set(
        waiting_for_new_owner()
        .filter(pk__in=[one.entrance_id for one in locks if one.entrance_id])
        .values_list("pk", flat=True)
    )
    for one in locks:
        name = "locks:home_door" if one.home_door_id else "locks:entrance_door"
        url = reverse(name, args=[one.door.ref])
        if one.entrance_id in sold:
            words = _("Fastigheten är såld. Låset sitter kvar medan den nya ägaren tillfrågas.")
            wait.rows.append(Row(str(one.door), words, url))
        else:
            words = _("Medgivandet gäller inte längre. Låset ska demonteras.")
            down.rows.append(Row(str(one.door), words, url))
    yield from (down, wait)


def _protected_and_nobody_named(user: Any) -> Iterator[Group]:
    """People whom nobody in the unit can see. How many, and no names."""
    if not may(user, "name_protected"):
        return
    named = NamedGrant.objects.in_force().values("recipient")
    number = (
        Recipient.objects.in_units_of(user, "name_protected")
        .protected()
        .cared_for_on(clock.today())
        .exclude(pk__in=named)
        .count()
    )
    group = Group(_("Skyddade personuppgifter"), "shield", "bad")
    if number:
        words = ngettext(
            "%(number)d person utan någon namngiven. Ingen kan läsa uppgifterna.",
            "%(number)d personer utan någon namngiven. Ingen kan läsa uppgifterna.",
            number,
        ) % {"number": number}
        group.rows.append(Row(_("Namnge personal"), words, reverse("recipients:named_grants")))
    yield group


def _objections(user: Any) -> Iterator[Group]:
    if not may(user, "assign_roles") or not may(user, "see_consents"):
        return
    group = Group(_("Ta upp"), "person", "waiting", url=reverse("consent:objection_list"))
    for one in objections_seen_by(user):
        group.rows.append(
            Row(
                one.recipient.name,
                _("Personen vill inte det som ställföreträdaren kan säga ja till."),
                reverse("desk:recipient", args=[one.recipient.ref]),
            )
        )
    yield group


def _withdrawals(user: Any) -> Iterator[Group]:
    if not may(user, "ask_consents"):
        return
    late = Group(_("Försenad återkallelse"), "return", "bad")
    on_time = Group(_("Återkallelse"), "return", "waiting")
    rows = (
        Withdrawal.objects.visible_to(user, "ask_consents")
        .filter(closed_at=None)
        .select_related("consent__owner", "consent__recipient")
        .prefetch_related("steps")
        .order_by("due_on")
    )
    for one in rows:
        group = late if one.due_on < clock.today() else on_time
        group.rows.append(
            Row(
                str(one.consent.owner or one.consent.recipient),
                ngettext(
                    "%(number)d steg kvar, klart senast %(day)s.",
                    "%(number)d steg kvar, klart senast %(day)s.",
                    one.steps_left,
                )
                % {"number": one.steps_left, "day": one.due_on},
                reverse("consent:withdrawal", args=[one.ref]),
                one.opened_at,
            )
        )
    yield from (late, on_time)


def _answers_to_check(user: Any) -> Iterator[Group]:
    """Answers on paper or by phone that somebody else wrote down."""
    if not may(user, "ask_consents"):
        return
    group = Group(_("Kontrollera svar"), "check", "waiting")
    waiting = RecordedAnswer.objects.filter(outcome=RecordedAnswer.Outcome.WAITING)
    for one in waiting.exclude(recorded_by=user).select_related("case__owner", "recorded_by"):
        group.rows.append(
            Row(
                str(one.case.owner),
                _("Registrerat av %(name)s.") % {"name": one.recorded_by},
                reverse("consent:recorded", args=[one.ref]),
                one.recorded_at,
            )
        )
    yield group


def _to_go_through_again(user: Any) -> Iterator[Group]:
    """People whose yes is a year old: does it still hold?"""
    if not may(user, "ask_consents"):
        return
    group = Group(_("Stäm av"), "calendar", "info")
    people = Recipient.objects.visible_to(user, "ask_consents").cared_for_on(clock.today())
    due = due_for_confirmation().filter(recipient__in=people)
    for person in people.filter(pk__in=due.values("recipient")):
        group.rows.append(
            Row(
                person.name,
                _("Det är ett år sedan medgivandet stämdes av med personen."),
                reverse("consent:recipient_consent", args=[person.ref]),
            )
        )
    yield group


def _contacts_to_check(user: Any) -> Iterator[Group]:
    if not may(user, "ask_consents"):
        return
    group = Group(_("Ny kontaktperson"), "person", "info")
    for one in ContactProposal.objects.filter(outcome="").select_related("case__owner"):
        group.rows.append(
            Row(
                str(one.case.owner),
                _("Ägaren föreslår %(name)s.") % {"name": one.name},
                one.case.get_absolute_url(),
                one.at,
            )
        )
    yield group


def _letters_to_print(user: Any) -> Iterator[Group]:
    if not may(user, "see_mail"):
        return
    group = Group(_("Skriv ut"), "file", "info")
    if number := Message.objects.visible_to(user).to_print().count():
        words = ngettext("%(number)d brev väntar.", "%(number)d brev väntar.", number)
        group.rows.append(
            Row(_("Brev till ägare"), words % {"number": number}, reverse("mailing:letter_list"))
        )
    yield group


def late_handouts(user: Any) -> QuerySet[Handout]:
    """Open loans past their time, and those whose holder no longer works here."""
    keys = Key.objects.visible_to(user)
    left = ~Q(staff_member__in=StaffMember.objects.employed_now())
    return (
        Handout.objects.filter(returned_at=None, key__in=keys)
        .filter(Q(due_back_at__lt=clock.now()) | left)
        .select_related("key", "staff_member")
        .order_by("due_back_at")
    )


def _keys_that_are_late(user: Any) -> Iterator[Group]:
    if not may(user, "see_keys"):
        return
    group = Group(_("Försenad nyckel"), "key", "bad", url=reverse("locks:key_list"))
    for loan in late_handouts(user):
        group.rows.append(
            Row(
                f"{loan.key.code}, {loan.staff_member}",
                _("Skulle varit åter %(day)s.") % {"day": f"{loan.due_back_at:%Y-%m-%d}"},
                reverse("locks:key", args=[loan.key.ref]),
                loan.due_back_at,
            )
        )
    yield group


def _owners_to_call(user: Any) -> Iterator[Group]:
    if not may(user, "ask_consents"):
        return
    group = Group(_("Ring ägaren"), "phone", "waiting", url=reverse("consent:case_list"))
    cases = (
        ConsentCase.objects.workable_by(user)
        .filter(state=CaseState.NO_ANSWER)
        .select_related("owner")
        .annotate(entrances=Count("items"))
        .order_by("sent_at")
    )
    for case in cases:
        group.rows.append(
            Row(
                str(case.owner),
                ngettext(
                    "Har inte svarat om %(number)d port trots påminnelser.",
                    "Har inte svarat om %(number)d portar trots påminnelser.",
                    case.entrances,
                )
                % {"number": case.entrances},
                reverse("consent:case", args=[case.ref]),
                case.sent_at,
            )
        )
    yield group


def _messages_that_failed(user: Any) -> Iterator[Group]:
    if not may(user, "see_mail"):
        return
    group = Group(_("Kom inte fram"), "mail", "bad", url=reverse("mailing:message_list"))
    for message in Message.objects.visible_to(user).needing_somebody():
        group.rows.append(
            Row(
                message.to_name, message.reason, reverse("mailing:message_list"), message.written_at
            )
        )
    yield group


# Which steps of the chain become work at the desk, in which words.
_CHAIN_GROUPS = (
    (StepCode.IN_OPERATION, StepState.TO_DO, "order_work"),
    (StepCode.KEYLESS, StepState.TO_DO, "hand_out_keys"),
    (StepCode.RECIPIENT, StepState.TO_DO, "ask_consents"),
    (StepCode.ORDERED, StepState.TO_DO, "order_work"),
    (StepCode.ORDERED, StepState.BLOCKED, "order_work"),
    (StepCode.FITTED, StepState.TO_DO, "order_work"),
    (StepCode.FITTED, StepState.BLOCKED, "order_work"),
)


def _chain_group(code: StepCode, state: StepState) -> Group:
    titles = {
        (StepCode.IN_OPERATION, StepState.TO_DO): (_("Driftsätt"), "unlock", "info"),
        (StepCode.KEYLESS, StepState.TO_DO): (_("Lämna tillbaka"), "return", "good"),
        (StepCode.RECIPIENT, StepState.TO_DO): (_("Fråga personen"), "person", "info"),
        (StepCode.ORDERED, StepState.TO_DO): (_("Beställ montering"), "tools", "info"),
        (StepCode.ORDERED, StepState.BLOCKED): (_("Gick inte"), "warning", "bad"),
        (StepCode.FITTED, StepState.TO_DO): (_("Boka montör"), "calendar", "info"),
        (StepCode.FITTED, StepState.BLOCKED): (_("Prova igen"), "tools", "bad"),
    }
    title, icon, tone = titles[code, state]
    return Group(title, icon, tone)  # type: ignore[arg-type]


def _from_chains(user: Any, chains: list[Readiness]) -> Iterator[Group]:
    # Two in one home wait for the same work at its door: one row with both names.
    homes: dict[tuple[Any, ...], list[tuple[Readiness, Step]]] = defaultdict(list)
    for chain in chains:
        home = chain.residence.home_door_id if chain.residence else None
        for step in chain.steps:
            together = step.code in {StepCode.ORDERED, StepCode.FITTED, StepCode.IN_OPERATION}
            of_whom = home if home and together else f"person {chain.recipient.pk}"
            homes[step.code, step.state, of_whom, step.text].append((chain, step))
    rows: dict[tuple[StepCode, StepState], list[Row]] = defaultdict(list)
    for (code, state, _of_whom, text), found in homes.items():
        rows[code, state].append(
            Row(
                ", ".join(chain.recipient.name for chain, _step in found),
                text,
                reverse("desk:recipient", args=[found[0][0].recipient.ref]),
                found[0][1].since,
            )
        )
    for code, state, right in _CHAIN_GROUPS:
        if may(user, right):
            group = _chain_group(code, state)
            group.rows = rows[code, state]
            yield group


def _owners_to_ask(user: Any) -> Iterator[Group]:
    if not may(user, "ask_consents"):
        return
    group = Group(_("Fråga ägaren"), "building", "info", url=reverse("consent:coverage"))
    by_owner: dict[tuple[str, Any], list[Entrance]] = defaultdict(list)
    for entrance in entrances_to_ask(visible_to=user).with_owner():
        by_owner[entrance.owner_name, entrance.owner_ref].append(entrance)
    for (name, ref), entrances in sorted(by_owner.items(), key=lambda item: item[0][0]):
        group.rows.append(
            Row(
                name,
                ", ".join(str(one) for one in entrances),
                reverse("consent:ask", args=[ref]),
            )
        )
    yield group
