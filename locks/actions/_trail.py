"""How the room writes in the trail what happened at a door."""

from typing import Any

from homecare.accounts.models import User
from homecare.audit.trail import record
from locks.queries import residents_of
from properties.models import Entrance, HomeDoor


def record_at(
    door: Entrance | HomeDoor, by: User | None, verb: str, obj: Any, **about: Any
) -> None:
    """Write what was done at a door; at a home also about whom, one entry for each."""
    people: list[Any] = [*residents_of(door)]
    for person in people or [None]:
        record(by, verb, obj, person=person, door=str(door.ref), **about)
