"""What the larger components are drawn from: small values with defaults, built by views."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Tone = Literal["neutral", "info", "waiting", "good", "bad", "done"]
# todo: the reader can do it now; waiting: somebody else must.
StepState = Literal["done", "todo", "waiting", "blocked", "later"]
Level = Literal["green", "yellow", "red", "grey"]


@dataclass(frozen=True)
class Step:
    """One step of the way to keyless: done, waiting for somebody, blocked, or later."""

    name: Any
    state: StepState = "later"
    text: Any = ""  # "väntar på Årstabostäder AB sedan 12 nov"
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of a funnel: how many are left at this point."""

    label: Any
    value: int
    tone: Tone = "info"
    url: str = ""


@dataclass(frozen=True)
class Change:
    """One field that got another value."""

    label: Any
    old: Any = ""
    new: Any = ""


@dataclass(frozen=True)
class Event:
    """One line of a timeline: who did what, and when."""

    at: datetime | date
    who: Any
    what: Any
    changes: Sequence[Change] = ()
    note: Any = ""
    icon: str = ""
    tone: Tone = "neutral"
    url: str = ""


@dataclass(frozen=True)
class Door:
    """One door of a list or a tree: an entrance, or the door of a home behind it."""

    name: Any
    detail: Any = ""
    kind: Literal["entrance", "home"] = "entrance"
    state: Any = ""
    tone: Tone = "neutral"
    url: str = ""
    doors: Sequence["Door"] = field(default=())
