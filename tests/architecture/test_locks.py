"""What `make` installs is pinned and hashed, and says nothing of where it came from."""

import re
import tomllib

import pytest
from django.conf import settings

LOCKS = ("requirements.lock", "requirements-dev.lock")


def lines(name):
    return (settings.BASE_DIR / name).read_text("utf-8").replace("\\\n", " ").splitlines()


def pinned(name):
    return {line.partition("--hash")[0].strip() for line in lines(name)}


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_one_version_with_hashes(name):
    line = re.compile(
        r"[a-z0-9.-]+(\[[a-z,]+\])?==[\w.]+( ; [^-]+)?( +--hash=sha256:[0-9a-f]{64})+ *"
    )

    assert [one for one in lines(name) if not line.fullmatch(one)] == []


def test_the_environment_of_the_tests_holds_that_of_production():
    """`make demo` after `make test` has nothing to install."""
    assert pinned("requirements.lock") - pinned("requirements-dev.lock") == set()


def test_everything_that_the_project_asks_for_is_pinned():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.match(r"[\w.-]+", one).group().lower() for one in asked}

    assert names - {re.match(r"[\w.-]+", one).group() for one in pinned(LOCKS[1])} == set()
