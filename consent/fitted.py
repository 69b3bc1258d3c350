"""What hangs on doors, for the owner's page and for withdrawals.

Consent lies beneath the locks and knows nothing of them: the locks room says here how it is asked.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from properties.models import Entrance, HomeDoor

Door = Entrance | HomeDoor


@dataclass(frozen=True, slots=True)
class Fitted:
    """A lock on a door, in words for the owner of the door."""

    door: Door
    product: str
    since: datetime
    state: str


_ask: list[Callable[[Iterable[Door]], list[Fitted]]] = []


def register(ask: Callable[[Iterable[Door]], list[Fitted]]) -> None:
    """Say how to find what hangs on doors. Once, by the room that knows."""
    _ask[:] = [ask]


def on(doors: Iterable[Door]) -> list[Fitted]:
    """The locks that hang on these doors now."""
    doors = list(doors)
    return _ask[0](doors) if _ask and doors else []
