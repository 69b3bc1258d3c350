"""Slowing down those who guess: counting tries in the cache, by what was tried and from where.

With the cache away nothing is counted and nobody is shut out: people must be able to work.
"""

import hashlib
import logging
from collections.abc import Mapping

from django.core.cache import cache

from homecare.core import clock

log = logging.getLogger(__name__)

WINDOW = 15 * 60  # seconds


def counter(kind: str, value: str) -> str:
    """The name of a counter. What was typed stands in no cache as it was typed."""
    return f"{kind}-{hashlib.sha256(value.encode()).hexdigest()}"


def is_over(counters: Mapping[str, int]) -> bool:
    """Whether one of the counters has reached its number: the next try is not looked at."""
    try:
        counted = cache.get_many(counters)
    except Exception:  # noqa: BLE001 - see above
        log.warning("Tries are not counted: the cache is away.")
        return False
    return any(counted.get(name, 0) >= most for name, most in counters.items())


def count(*counters: str) -> None:
    """Count one more try in each. All are forgotten when the window after the first closes."""
    now = clock.now().timestamp()
    for name in counters:
        try:
            cache.add(_closing(name), now + WINDOW, WINDOW)
            cache.add(name, 0, WINDOW)
            cache.incr(name)
            # A cache of files begins its own time anew at each count: shorter, or without end.
            closes_at = cache.get(_closing(name), now + WINDOW)
            cache.touch(name, max(closes_at - now, 1))
        except ValueError:
            pass  # the window closed between two of the lines
        except Exception:  # noqa: BLE001 - see above
            log.warning("A try is not counted: the cache is away.")


def _closing(name: str) -> str:
    return f"{name}-closes"


def forget(name: str) -> None:
    """Start from nothing."""
    try:
        cache.delete_many([name, _closing(name)])
    except Exception:  # noqa: BLE001 - see above
        log.warning("A count of tries stays: the cache is away.")
