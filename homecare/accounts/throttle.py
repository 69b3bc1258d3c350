"""Slowing down those who guess passwords.

What was typed is counted, whether or not such an account exists, so the refusal tells nothing.
"""

import hashlib
import logging
from collections.abc import Iterable

from django.core.cache import cache

log = logging.getLogger(__name__)

WINDOW = 15 * 60  # seconds
MOST_PER_EMAIL = 10
MOST_PER_ADDRESS = 100  # a whole office can share one


def _counters(email: str, address: str) -> Iterable[tuple[str, int]]:
    yield _name("email", email.strip().lower()), MOST_PER_EMAIL
    if address:
        yield _name("address", address), MOST_PER_ADDRESS


def _name(kind: str, value: str) -> str:
    return f"sign-in-{kind}-{hashlib.sha256(value.encode()).hexdigest()}"


def is_blocked(email: str, address: str) -> bool:
    """Whether so many tries have failed lately that the next is not looked at."""
    counters = dict(_counters(email, address))
    try:
        counted = cache.get_many(counters)
    except Exception:  # noqa: BLE001 - people must be able to sign in with the cache away
        log.warning("Sign-in tries are not counted: the cache is away.")
        return False
    return any(counted.get(name, 0) >= most for name, most in counters.items())


def count_failure(email: str, address: str) -> None:
    for name, _most in _counters(email, address):
        try:
            cache.add(name, 0, WINDOW)
            cache.incr(name)
        except ValueError:
            pass  # the window closed between the two lines
        except Exception:  # noqa: BLE001 - as above
            log.warning("A failed sign-in is not counted: the cache is away.")


def forget(email: str) -> None:
    """Start from nothing after a sign-in that went well."""
    try:
        cache.delete(_name("email", email.strip().lower()))
    except Exception:  # noqa: BLE001 - as above
        log.warning("The count of failed sign-ins stays: the cache is away.")
