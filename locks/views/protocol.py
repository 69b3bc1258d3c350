"""The record of a fitting (protokollet), as pages show it."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from locks.models import Installation
from locks.states import TestPoint


@dataclass(frozen=True, slots=True)
class Protocol:
    """What the technician recorded and signed at the door."""

    lock: Installation
    tests: list[tuple[Any, bool]]  # each point, and whether it was passed
    signature: str  # a picture as base64, or "" where it was signed by ticking


def protocol_of(lock: Installation | None, *, with_signature: bool = True) -> Protocol | None:
    if lock is None:
        return None
    drawn = bytes(lock.signature or b"") if with_signature else b""
    return Protocol(
        lock=lock,
        tests=[(point.label, point in lock.tests_passed) for point in TestPoint],
        signature=b64encode(drawn).decode(),
    )
