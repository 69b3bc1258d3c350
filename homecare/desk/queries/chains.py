"""The chains of those whom a user sees, as the start page and the person's page draw them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from homecare.accounts.access import may
from homecare.core import clock
from homecare.recipients.models import Recipient
from homecare.ui import parts
from locks.readiness import DoorState, Readiness, Stage, StepCode, StepState, readiness_of

NEAREST = 8  # how many on the way to keyless the start page shows


STAGE_TONES: dict[Stage, parts.Tone] = {
    Stage.KEY: "neutral",
    Stage.PARTLY: "waiting",
    Stage.DIGITAL: "info",
    Stage.KEYS_MAY_GO: "info",
    Stage.KEYLESS: "good",
}


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


# What the button of a step says.
_WORDS = {
    StepCode.OWNER: gettext_lazy("Fråga ägaren"),
    StepCode.ORDERED: gettext_lazy("Beställ montering"),
    StepCode.FITTED: gettext_lazy("Till arbetsordern"),
    StepCode.IN_OPERATION: gettext_lazy("Driftsätt"),
    StepCode.KEYLESS: gettext_lazy("Lämna tillbaka nycklar"),
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


def next_step(chain: Readiness, user: Any) -> tuple[str, str]:
    """What to press for the next step on the way, as words and address; "" where there is nothing
    that `user` may do just now.
    """
    current = chain.current
    if current is None or current.link is None or current.state != StepState.TO_DO:
        return "", ""
    if not may(user, _OPENED_BY.get(current.link[0], "")):
        return "", ""
    return str(_WORDS.get(current.code, "")), reverse(current.link[0], args=[current.link[1]])


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
