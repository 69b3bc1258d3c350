"""What can be asked of the trail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homecare.audit.models import Leaf, Seal, TrailEntry, Waiting, utc


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal of the trail, for reports: kept elsewhere, it proves that no end was cut."""

    number: int
    hash: str
    at: datetime | None
    unsealed: int


def head() -> Head:
    """The newest seal, and how many entries are not sealed yet. Number 0 before the first seal."""
    last = Seal.objects.order_by("-number").first()
    unsealed = Waiting.objects.count()
    if last is None:
        return Head(number=0, hash="", at=None, unsealed=unsealed)
    return Head(number=last.number, hash=last.digest, at=last.at, unsealed=unsealed)


def exported() -> Iterator[tuple[str, dict[str, Any]]]:
    """The whole trail as stored, row by row: what the verifier reads."""
    tables: list[tuple[str, Any]] = [
        ("entry", TrailEntry),
        ("leaf", Leaf),
        ("seal", Seal),
        ("waiting", Waiting),
    ]
    for kind, model in tables:
        for row in model._default_manager.order_by("pk").values().iterator(chunk_size=2000):
            if "at" in row:
                row["at"] = utc(row["at"])
            if "ref" in row:
                row["ref"] = str(row["ref"])
            yield kind, row
