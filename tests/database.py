"""The suite's database on SQLite, migrated once and copied after that.

Running all migrations takes longer than most parts of the suite. As long as none of them changes,
each process starts from a copy of what they make; Django looks whether anything is missing in it.
"""

import fcntl
import hashlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

MADE_FROM = ("*/migrations/*.py", "*/*/migrations/*.py", "requirements-dev.lock")


def template():
    digest = hashlib.sha256()
    for pattern in MADE_FROM:
        for file in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(file.read_bytes())
    return settings.DATA_DIR / f"template-{digest.hexdigest()[:16]}.sqlite3"


@pytest.fixture(scope="session")
def _turn():
    """The first process makes the template, and the others wait for it."""
    with (settings.DATA_DIR / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lambda: fcntl.flock(lock, fcntl.LOCK_UN)


@pytest.fixture(scope="session")
def django_db_keepdb(_turn, django_db_modify_db_settings):
    """Whether the database is there already, as a copy."""
    if connection.vendor != "sqlite" or not template().exists():
        return False
    copy = Path(connection.settings_dict["TEST"]["NAME"])
    for suffix in ("-wal", "-shm"):
        copy.with_name(f"{copy.name}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(template(), copy)
    return True


@pytest.fixture(scope="session")
def django_db_setup(_turn, django_db_setup, django_db_blocker, django_db_keepdb):
    if connection.vendor == "sqlite" and not django_db_keepdb:
        for old in settings.DATA_DIR.glob("template-*.sqlite3"):
            old.unlink()
        with django_db_blocker.unblock(), sqlite3.connect(template()) as new:
            connection.ensure_connection()
            connection.connection.backup(new)
        new.close()
    _turn()
