"""What can be asked of the trail."""

from dataclasses import dataclass
from datetime import datetime

from homecare.audit.models import Seal, Waiting


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
