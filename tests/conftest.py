"""What every test can ask for, and the traps that watch every test (see `traps.py`)."""

from contextvars import ContextVar
from datetime import datetime

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone, translation

from homecare.audit import triggers
from homecare.core import clock
from tests import traps

pytest_plugins = ["tests.browser", "tests.database"]


@pytest.fixture(scope="session", autouse=True)
def _traps():
    with pytest.MonkeyPatch.context() as monkeypatch:
        traps.set_all(monkeypatch)
        yield


@pytest.fixture(scope="session", autouse=True)
def _the_trail_is_emptied_between_tests():
    """Tests with real transactions empty all tables afterwards, which the trail would refuse."""
    real = TransactionTestCase._fixture_teardown

    def teardown(self):
        triggers.remove(connection)
        real(self)
        triggers.install(connection)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture(autouse=True)
def _in_swedish():
    """A page in English leaves its thread in English; the next test begins in Swedish."""
    yield
    translation.deactivate()


@pytest.fixture
def at(monkeypatch):
    """Set the time in Sweden until the test ends, in all its threads: at(2030, 1, 31, 12)."""

    def set_time(*parts):
        moment = datetime(*parts, tzinfo=timezone.get_default_timezone())
        monkeypatch.setattr(clock, "_set_to", ContextVar("clock", default=moment))
        return moment

    return set_time


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """Run what waits for the commit, as it would be in life: `with committing(): …`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def pytest_collection_modifyitems(items):
    """Tests with real transactions start with the rows that the migrations make."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            kept = pytest.mark.django_db(**{**marker.kwargs, "serialized_rollback": True})
            item.add_marker(kept, append=False)
