"""What time it is. The only place that asks, so that tests and the demo can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The moment, aware, in UTC or whatever zone it was set in."""
    return _set_to.get() or timezone.now()


def today() -> date:
    """The day in Sweden (Europe/Stockholm)."""
    return timezone.localtime(now()).date()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let it be `moment` inside the block: `with clock.at(datetime(2030, 1, 31, tzinfo=UTC)):`."""
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    token = _set_to.set(moment)
    try:
        yield moment
    finally:
        _set_to.reset(token)
