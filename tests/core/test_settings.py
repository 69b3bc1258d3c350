"""Settings come from the environment alone, and a wrong one stops the start."""

import base64
import os
import re
import subprocess
import sys

import pytest
from celery import current_app
from cryptography.fernet import Fernet
from django.conf import settings

from homecare.core import throttle
from homecare.core.errors import WrongSetting
from homecare.settings import env

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP"
PRODUCTION = {
    "BASE_URL": "https://las.kommun.example",
    "SECRET_KEY": SECRET,
    "FIELD_KEYS": base64.urlsafe_b64encode(b"thirty-two bytes for the tests!!").decode(),
    "DATABASE_URL": "postgres://homecare:losenord@db.example:5432/homecare",
    "REDIS_URL": "redis://redis.example:6379/0",
    "MAIL_URL": "smtp://homecare:losenord@post.example:587",
}
NAMES = (*PRODUCTION, "DATA_DIR", "ALLOWED_HOSTS", "MAIL_FROM", "LOG_LEVEL", "BEHIND_PROXY")

READERS = {
    "BASE_URL": lambda name: env.base_url(name, "http://127.0.0.1:8000"),
    "ALLOWED_HOSTS": lambda name: env.hosts(name, "127.0.0.1"),
    "SECRET_KEY": lambda name: env.secret_keys(name, "", is_local=False),
    "FIELD_KEYS": lambda name: env.field_keys(name, "", is_local=False),
    "DATABASE_URL": lambda name: env.database(name, ""),
    "REDIS_URL": env.redis,
    "MAIL_URL": lambda name: env.mail(name, ""),
    "MAIL_FROM": lambda name: env.sender(name, "no-reply@localhost"),
    "BEHIND_PROXY": lambda name: env.flag(name, default=True),
    "LOG_LEVEL": lambda name: env.one_of(name, "INFO", ("INFO", "WARNING")),
}
EXPECTED = {
    "BASE_URL": "https://HOST",
    "ALLOWED_HOSTS": "names of hosts",
    "SECRET_KEY": "at least 50 random characters",
    "FIELD_KEYS": "32 bytes in url-safe base64",
    "DATABASE_URL": "postgres://USER:PASSWORD@HOST:5432/NAME or sqlite:///PATH",
    "REDIS_URL": "redis://HOST:6379/0",
    "MAIL_URL": "smtp://USER:PASSWORD@HOST:587",
    "MAIL_FROM": "an e-mail address",
    "BEHIND_PROXY": "yes or no",
    "LOG_LEVEL": "one of INFO, WARNING",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "las.kommun.example"),
        ("BASE_URL", "ftp://las.kommun.example"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://las.kommun.example/under"),
        ("BASE_URL", "https://las.kommun.example?x=1"),
        ("BASE_URL", "https://anna:hemligt@las.kommun.example"),
        ("BASE_URL", "https://las.kommun.example:port"),
        ("BASE_URL", "https://[::1"),
        ("BASE_URL", "http://las.kommun.example"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "https://las.kommun.example"),
        ("ALLOWED_HOSTS", "las.kommun.example:443"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "hemligt"),
        ("SECRET_KEY", "x" * 60),
        ("SECRET_KEY", f"django-insecure-{SECRET}"),
        ("SECRET_KEY", f"{SECRET},hemligt"),
        ("FIELD_KEYS", ""),
        ("FIELD_KEYS", "hemligt"),
        ("FIELD_KEYS", "hemlig\N{LATIN SMALL LETTER A WITH DIAERESIS}"),
        ("FIELD_KEYS", f"{PRODUCTION['FIELD_KEYS']},hemligt"),
        ("DATABASE_URL", "mysql://anna:hemligt@db.example/homecare"),
        ("DATABASE_URL", "postgres://anna:hemligt@db.example"),
        ("DATABASE_URL", "postgres://anna:hemligt@db.example:port/homecare"),
        ("DATABASE_URL", "postgres://anna:hemligt@[db.example/homecare"),
        ("DATABASE_URL", "sqlite://:memory:"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all/homecare.sqlite3"),
        ("DATABASE_URL", "sqlite:////"),
        ("DATABASE_URL", "hemligt"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://:hemligt@redis.example:port/0"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("MAIL_URL", ""),
        ("MAIL_URL", "post.example:587"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://anna:hemligt@post.example:port"),
        ("MAIL_URL", "file://"),
        ("MAIL_URL", "file://var/mail"),
        ("MAIL_FROM", "Hemtjänsten"),
        ("MAIL_FROM", "no-reply@"),
        ("BEHIND_PROXY", "kanske"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_not_repeated(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(WrongSetting) as refused:
        READERS[name](name)

    said = str(refused.value)
    assert said.startswith(f"{name} has a value that cannot be used. Expected: ")
    assert EXPECTED[name] in said
    assert "hemligt" not in said
    assert refused.value.__suppress_context__, "the error behind it may repeat the secret"


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("BASE_URL", "https://las.kommun.example:8443/", "https://las.kommun.example:8443"),
        ("BASE_URL", "", "http://127.0.0.1:8000"),
        ("ALLOWED_HOSTS", "las.kommun.example, .kommun.example", None),
        ("SECRET_KEY", f"{SECRET} {SECRET[::-1]}", [SECRET, SECRET[::-1]]),
        ("REDIS_URL", "", ""),
        ("REDIS_URL", "rediss://:x@redis.example:6380/1", "rediss://:x@redis.example:6380/1"),
        ("MAIL_FROM", "Hemtjänsten <no-reply@kommun.example>", None),
        ("BEHIND_PROXY", "No", False),
        ("LOG_LEVEL", "warning", "WARNING"),
    ],
)
def test_a_right_value_is_read(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)

    found = READERS[name](name)

    assert found == (read if read is not None else found)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://a%40b:p%3Aw@post.example", ("post.example", 587, "a@b", "p:w", False, True)),
        ("smtps://post.example", ("post.example", 465, "", "", True, False)),
        ("smtp://127.0.0.1:25?tls=no", ("127.0.0.1", 25, "", "", False, False)),
    ],
)
def test_mail_goes_to_the_server_that_is_named(monkeypatch, url, expected):
    monkeypatch.setenv("MAIL_URL", url)

    found = env.mail("MAIL_URL", "")

    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    assert tuple(found[f"EMAIL_{name}"] for name in names) == expected


def test_two_people_who_save_at_once_wait_for_each_other_on_sqlite(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/a.sqlite3")

    found = env.database("DATABASE_URL", "")

    assert found["NAME"] == str(tmp_path / "a.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["OPTIONS"]["timeout"] == 20
    assert found["TEST"]["NAME"] == str(tmp_path / "test.sqlite3")


def test_postgresql_is_reached_through_a_pool(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:b%40c@db.example/homecare?sslmode=require")

    found = env.database("DATABASE_URL", "")

    assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("a", "b@c", "db.example")
    assert found["CONN_HEALTH_CHECKS"]
    assert found["OPTIONS"] == {"sslmode": "require", "pool": {"min_size": 1, "max_size": 8}}


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text(f"{SECRET}\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("SECRET_KEY", "not this one")

    assert env.secret_keys("SECRET_KEY", "", is_local=False) == [SECRET]


def test_a_file_that_cannot_be_read_is_refused_by_name(monkeypatch, tmp_path):
    (tmp_path / "key").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "key", tmp_path / "none"):
        monkeypatch.setenv("SECRET_KEY_FILE", str(path))
        with pytest.raises(WrongSetting, match=r"^SECRET_KEY_FILE .* text file that can be read"):
            env.secret_keys("SECRET_KEY", "", is_local=False)


def test_a_folder_that_cannot_be_made_is_refused_by_name(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file" / "var"))

    with pytest.raises(WrongSetting, match=r"^DATA_DIR .* folder that can be made"):
        env.folder("DATA_DIR", tmp_path)


def test_the_keys_in_the_source_are_for_ones_own_machine_only():
    local = Fernet.generate_key().decode()

    assert env.field_keys("NOT_SET", local, is_local=True) == [local]
    with pytest.raises(WrongSetting, match="NOT_SET"):
        env.field_keys("NOT_SET", local, is_local=False)


# --- real starts ---------------------------------------------------------------------------------


def started(tmp_path, *arguments, **environment):
    """What `manage.py` answers in an environment that has only these settings."""
    own = {name: value for name, value in os.environ.items() if name not in NAMES}
    own.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**own, "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://anna:hemligt@db.example:port/homecare"),
        ("SECRET_KEY", "hemligt"),
        ("FIELD_KEYS", "hemligt"),
    ],
)
def test_the_start_stops_with_one_line(tmp_path, name, value):
    start = started(tmp_path, "check", **{**PRODUCTION, name: value})

    assert start.returncode == 1
    assert start.stderr.count("\n") == 1
    assert start.stderr.startswith(f"{name} has a value that cannot be used. Expected: ")
    assert "hemligt" not in start.stdout + start.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS", "MAIL_URL"])
def test_production_does_not_start_without(tmp_path, name):
    given = {key: value for key, value in PRODUCTION.items() if key != name}

    start = started(tmp_path, "check", **given)

    assert start.returncode == 1
    assert start.stderr.startswith(f"{name} has a value that cannot be used.")


@pytest.mark.parametrize(
    ("command", "name"), [("new_secret_key", "SECRET_KEY"), ("new_field_key", "FIELD_KEYS")]
)
def test_a_key_can_be_made_before_there_is_one(tmp_path, monkeypatch, command, name):
    start = started(tmp_path, command, BASE_URL=PRODUCTION["BASE_URL"])

    assert (start.returncode, start.stderr) == (0, "")
    monkeypatch.setenv(name, start.stdout)
    assert READERS[name](name) == [start.stdout.strip()]


def test_production_passes_the_deployment_checks_with_no_warning(tmp_path):
    start = started(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (start.returncode, start.stderr) == (0, "")
    assert start.stdout == "System check identified no issues (0 silenced).\n"


def test_a_start_without_any_settings_is_ones_own_machine(tmp_path):
    ask = (
        "from django.conf import settings as s; print(s.DATABASES['default']['NAME'], s.REDIS_URL)"
    )

    start = started(tmp_path, "shell", "--no-imports", "--command", ask)

    assert start.stdout == f"{tmp_path}/homecare.sqlite3 \n"


# --- what does not come from the environment -----------------------------------------------------


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="the suite runs on Redis")
def test_a_cache_of_files_keeps_the_counts_of_tries_while_many_others_try():
    cache = settings.CACHES["default"]

    assert cache["TIMEOUT"] >= throttle.WINDOW
    assert cache["OPTIONS"]["MAX_ENTRIES"] >= 10_000


def test_the_place_is_sweden():
    assert settings.TIME_ZONE == settings.CELERY_TIMEZONE == "Europe/Stockholm"
    assert settings.USE_TZ
    assert settings.LANGUAGE_CODE == "sv"


def test_everything_that_runs_by_the_clock_is_there_and_does_not_pile_up():
    entries = settings.CELERY_BEAT_SCHEDULE.values()

    assert {entry["task"] for entry in entries} - set(current_app.tasks) == set()
    assert all(entry["options"]["expires"] <= 600 for entry in entries)


def test_the_readme_lists_every_variable():
    source = (settings.BASE_DIR / "homecare" / "settings" / "__init__.py").read_text("utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))

    readme = (settings.BASE_DIR / "README.md").read_text("utf-8")

    assert {name for name in read if f"`{name}`" not in readme} == set()
