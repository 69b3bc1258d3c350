"""Slowing down those who guess passwords.

What was typed is counted, whether or not such an account exists, so the refusal tells nothing.
"""

from homecare.core import throttle

MOST_PER_EMAIL = 10
MOST_PER_ADDRESS = 100  # a whole office can share one


def _counters(email: str, address: str) -> dict[str, int]:
    counters = {_of_email(email): MOST_PER_EMAIL}
    if address:
        counters[throttle.counter("sign-in-address", address)] = MOST_PER_ADDRESS
    return counters


def _of_email(email: str) -> str:
    return throttle.counter("sign-in-email", email.strip().lower())


def is_blocked(email: str, address: str) -> bool:
    """Whether so many tries have failed lately that the next is not looked at."""
    return throttle.is_over(_counters(email, address))


def count_failure(email: str, address: str) -> None:
    throttle.count(*_counters(email, address))


def forget(email: str) -> None:
    """Start from nothing after a sign-in that went well."""
    throttle.forget(_of_email(email))
