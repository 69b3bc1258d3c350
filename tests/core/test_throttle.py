"""Slowing down those who guess, whatever the cache is made of."""

import pytest
from django.core.cache import caches

from homecare.core import throttle


@pytest.fixture(autouse=True, params=["filebased.FileBasedCache", "locmem.LocMemCache"])
def _cache(request, settings, tmp_path):
    """A cache whose own time is another than the window, as it is where nothing is set."""
    settings.CACHES = {
        "default": {
            "BACKEND": f"django.core.cache.backends.{request.param}",
            "LOCATION": str(tmp_path),
            "TIMEOUT": 300,
        }
    }
    yield
    caches["default"].clear()


@pytest.fixture
def at_minute(at, monkeypatch):
    """Set the clock of the house, and of the cache."""

    def set_time(minute):
        moment = at(2026, 3, 2, 9, minute)
        monkeypatch.setattr("time.time", moment.timestamp)

    return set_time


def test_tries_are_counted_for_a_quarter_of_an_hour_from_the_first(at_minute):
    for minute in (0, 7, 14):
        at_minute(minute)
        throttle.count("tries")
        assert throttle.is_over({"tries": 3}) == (minute == 14)

    at_minute(16)
    assert not throttle.is_over({"tries": 1})
    throttle.count("tries")
    assert throttle.is_over({"tries": 1})
    assert not throttle.is_over({"tries": 2})


def test_what_is_forgotten_begins_anew(at_minute):
    at_minute(0)
    throttle.count("tries")
    at_minute(10)
    throttle.forget("tries")
    throttle.count("tries")

    at_minute(20)
    assert throttle.is_over({"tries": 1})
