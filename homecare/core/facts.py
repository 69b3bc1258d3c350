"""What is known of the request that is being answered, for the trail."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """From where and in which request something is done. Empty in background work."""

    request_id: str = ""
    address: str = ""
    method: str = ""


current: ContextVar[Facts] = ContextVar("facts", default=Facts())  # noqa: B039 - it is frozen
