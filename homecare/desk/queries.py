"""What waits for whom: read from the same chain and the same lists that the rooms show."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent.models import ConsentCase
from consent.queries import entrances_to_ask
from consent.states import CaseState
from homecare.accounts.access import may
from homecare.core import clock
from homecare.mailing.models import Message
from homecare.recipients.models import Recipient
from homecare.staff.models import StaffMember
from homecare.ui import parts
from locks.models import Handout, Installation, Key
from locks.queries import without_consent
from locks.readiness import DoorState, Readiness, Stage, StepCode, StepState, readiness_of
from properties.models import Entrance

NEAREST = 8  # how many on the way to keyless the start page shows
SHOWN = 5  # how many rows of a group the start page shows before "show all"


STAGE_TONES: dict[Stage, parts.Tone] = {
    Stage.KEY: "neutral",
    Stage.PARTLY: "waiting",
    Stage.DIGITAL: "info",
    Stage.KEYS_MAY_GO: "info",
    Stage.KEYLESS: "good",
}


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


@dataclass(frozen=True, slots=True)
class Overview:
    """The chains of those whom a user may see, and what follows from them."""

    chains: list[Readiness]
    stages: list[parts.Bar]

    @property
    def people(self) -> list[Recipient]:
        return [chain.recipient for chain in self.chains]


def overview(user: Any) -> Overview:
    """The chains of everybody in care whom the user may see."""
    recipients = Recipient.objects.visible_to(user).cared_for_on(clock.today())
    chains = list(readiness_of(recipients, seen_by=user).values())
    return Overview(chains, stage_bars(chains))


def stage_bars(chains: Iterable[Readiness]) -> list[parts.Bar]:
    """How many homes stand at each stage, from metal keys only to keyless."""
    counted = Counter(chain.stage for chain in chains)
    everybody = parts.Bar(_("Hemtjänsttagare"), counted.total(), "neutral")
    return [
        everybody,
        *(parts.Bar(stage.label, counted[stage], STAGE_TONES[stage]) for stage in Stage),
    ]


# What a step links to, and the right that opens it.
_OPENED_BY = {
    "consent:recipient_consent": "ask_consents",
    "consent:case": "see_consents",
    "properties:owner": "see_properties",
    "properties:real_property": "see_properties",
    "locks:order": "see_locks",
    "locks:entrance_door": "see_locks",
    "locks:home_door": "see_locks",
}


def strip(chain: Readiness, user: Any) -> list[parts.Step]:
    """The chain as the strip of steps that the pages draw, with links that `user` may follow."""
    return [
        parts.Step(
            step.name,
            parts_state(step.state),
            _with_day(step.text, step.since) if step.state != StepState.DONE else "",
            reverse(step.link[0], args=[step.link[1]])
            if step.link and may(user, _OPENED_BY.get(step.link[0], ""))
            else "",
        )
        for step in chain.steps
    ]


def nearest(chains: Iterable[Readiness], user: Any) -> list[tuple[Readiness, list[parts.Step]]]:
    """Those on the way who have come furthest, each with the chain in small."""
    on_the_way = [chain for chain in chains if chain.stage != Stage.KEYLESS]
    on_the_way.sort(
        key=lambda chain: (
            -sum(step.state == StepState.DONE for step in chain.steps),
            chain.recipient.last_name,
        )
    )
    return [(chain, strip(chain, user)) for chain in on_the_way[:NEAREST]]


def what_it_waits_for(chain: Readiness) -> str:
    """One sentence: what the home waits for now."""
    current = chain.current
    return current.text if current else _("Hela vägen är klar.")


def asks_the_person(chain: Readiness) -> bool:
    """Whether the next thing to do is to ask the person."""
    return chain.steps[0].state == StepState.TO_DO


def parts_state(state: StepState) -> parts.StepState:
    shown: dict[StepState, parts.StepState] = {
        StepState.DONE: "done",
        StepState.TO_DO: "todo",
        StepState.WAITING: "waiting",
        StepState.BLOCKED: "blocked",
        StepState.LATER: "later",
    }
    return shown[state]


def _with_day(text: str, since: datetime | None) -> str:
    if since is None:
        return text
    return _("%(text)s Sedan %(day)s.") % {"text": text, "day": f"{since:%Y-%m-%d}"}


# --- what waits for me ---------------------------------------------------------------------------


def worklist(
    user: Any, chains: list[Readiness], without_consent: list[Installation]
) -> list[Group]:
    """What waits for this user, the most pressing first. Empty groups are left out."""
    groups = [
        _to_take_down(without_consent),
        *_keys_that_are_late(user),
        *_owners_to_call(user),
        *_messages_that_failed(user),
        *_from_chains(user, chains),
        *_owners_to_ask(user),
    ]
    return [group for group in groups if group.rows]


def locks_without_consent(user: Any) -> list[Installation]:
    """The locks in operation that the user sees and that must come down. Log the homes."""
    if not may(user, "see_locks"):
        return []
    locks: Any = without_consent()
    return list(locks.visible_to(user).select_related("entrance", "home_door", "unit"))


def _to_take_down(locks: list[Installation]) -> Group:
    group = Group(_("Medgivande saknas"), "warning", "bad")
    for one in locks:
        name = "locks:home_door" if one.home_door_id else "locks:entrance_door"
        group.rows.append(
            Row(
                str(one.door),
                _("Medgivandet gäller inte längre. Låset ska demonteras."),
                reverse(name, args=[one.door.ref]),
            )
        )
    return group


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
                loan.key.code,
                _("Hos %(name)s. Skulle varit åter %(day)s.")
                % {"name": loan.staff_member, "day": f"{loan.due_back_at:%Y-%m-%d}"},
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
        (StepCode.FITTED, StepState.BLOCKED): (_("Prova om"), "tools", "bad"),
    }
    title, icon, tone = titles[code, state]
    return Group(title, icon, tone)  # type: ignore[arg-type]


def _from_chains(user: Any, chains: list[Readiness]) -> Iterator[Group]:
    rows: dict[tuple[StepCode, StepState], list[Row]] = defaultdict(list)
    for chain in chains:
        for step in chain.steps:
            rows[step.code, step.state].append(
                Row(
                    chain.recipient.name,
                    step.text,
                    reverse("desk:recipient", args=[chain.recipient.ref]),
                    step.since,
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
    by_owner: dict[str, list[Entrance]] = defaultdict(list)
    for entrance in entrances_to_ask(visible_to=user).with_owner():
        by_owner[entrance.owner_name or _("Ägare saknas i registret")].append(entrance)
    for owner, entrances in sorted(by_owner.items()):
        group.rows.append(
            Row(owner, ", ".join(str(one) for one in entrances), reverse("consent:coverage"))
        )
    yield group


def waits_for_others(chains: list[Readiness]) -> Counter[str]:
    """What the homes wait for that the desk can do nothing about: sentence → number of homes."""
    return Counter(
        step.text for chain in chains for step in chain.steps if step.state == StepState.WAITING
    )


def doors(chain: Readiness, user: Any) -> list[parts.Door]:
    """The doors on the path, from the street to the home, each with the state of its lock."""
    return [
        parts.Door(
            str(one.door),
            _door_detail(one),
            "home" if one.is_home else "entrance",
            *_door_state(one),
            reverse(
                "locks:home_door" if one.is_home else "locks:entrance_door", args=[one.door.ref]
            )
            if may(user, "see_locks")
            else "",
        )
        for one in chain.doors
    ]


def _door_detail(one: DoorState) -> str:
    if one.installation is not None:
        return f"{one.installation.unit.model} · {one.installation.unit.serial}"
    if one.need is not None and one.need.owner is not None:
        return str(one.need.owner)
    return ""


def _door_state(one: DoorState) -> tuple[str, parts.Tone]:
    if one.installation is not None and one.need is not None and not one.need.is_covered:
        return _("Lås utan medgivande"), "bad"
    if one.is_in_operation:
        return _("I drift"), "good"
    if one.installation is not None:
        return _("Monterat, inte i drift"), "waiting"
    if one.order is not None:
        return str(one.order.get_state_display()), "info"
    return _("Inget lås"), "neutral"
