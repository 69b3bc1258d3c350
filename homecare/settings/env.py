"""Readers of the environment. A wrong value stops the start, with its name and what is expected."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")


def _wrong(name: str, expected: str) -> ImproperlyConfigured:
    # The value itself is not repeated: it may be a secret, and start-up errors end in logs.
    return ImproperlyConfigured(f"{name} has a value that cannot be used. Expected: {expected}")


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that `<NAME>_FILE` points at."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise _wrong(f"{name}_FILE", "the path of a file that can be read.") from error
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    raise _wrong(name, "yes or no.")


def number(name: str, default: int) -> int:
    try:
        return int(text(name, str(default)))
    except ValueError as error:
        raise _wrong(name, "a whole number.") from error


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def database(name: str, default: str) -> dict[str, Any]:
    """SQLite as the embedded default, PostgreSQL for production."""
    expected = "postgres://USER:PASSWORD@HOST:5432/NAME or sqlite:///PATH."
    url = text(name, default)
    if urlsplit(url).scheme not in {"postgres", "postgresql", "sqlite"}:
        raise _wrong(name, expected)
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError) as error:
        raise _wrong(name, expected) from error
    if not found.get("NAME"):
        raise _wrong(name, expected)
    if "sqlite" in found["ENGINE"]:
        file = Path(found["NAME"])
        found["OPTIONS"] = {
            # Take the write lock at the start and wait for it: two simultaneous hand-outs end
            # in a refusal instead of "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        # In memory, two threads lock each other out.
        found["TEST"] = {"NAME": str(file.with_name("test.sqlite3"))}
    else:
        found["CONN_HEALTH_CHECKS"] = True
        found["OPTIONS"] = {**found.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 8}}
    return found


def redis(name: str) -> str:
    url = text(name)
    if url and urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise _wrong(name, "redis://HOST:6379/0 (or rediss://, unix://).")
    return url


def field_keys(name: str, default: str) -> list[str]:
    """Fernet keys for encrypted fields, newest first. The newest encrypts, all decrypt."""
    keys = words(name, default)
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            raise _wrong(
                name,
                "one or more keys of 32 bytes in url-safe base64, newest first, separated by "
                "commas. `python manage.py new_field_key` makes one.",
            ) from error
    if not keys:
        raise _wrong(name, "at least one key. `python manage.py new_field_key` makes one.")
    return keys


def mail(name: str, default: str) -> dict[str, Any]:
    """Where e-mail goes: an SMTP server, a folder of files, the console, or the test's memory."""
    url = urlsplit(text(name, default))
    backends = "django.core.mail.backends"
    if url.scheme == "console":
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    if url.scheme == "memory":
        return {"EMAIL_BACKEND": f"{backends}.locmem.EmailBackend"}
    if url.scheme == "file" and url.path:
        return {
            "EMAIL_BACKEND": f"{backends}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": url.path,
        }
    if url.scheme in {"smtp", "smtps"} and url.hostname:
        secure = url.scheme == "smtps"
        return {
            "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
            "EMAIL_HOST": url.hostname,
            "EMAIL_PORT": url.port or (465 if secure else 587),
            "EMAIL_HOST_USER": unquote(url.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
            "EMAIL_USE_SSL": secure,
            "EMAIL_USE_TLS": not secure and parse_qs(url.query).get("tls", ["yes"])[0] != "no",
            "EMAIL_TIMEOUT": 20,
        }
    raise _wrong(
        name,
        "smtp://USER:PASSWORD@HOST:587, smtps://…:465, file:///FOLDER or console://.",
    )


def base_url(name: str, default: str) -> str:
    url = urlsplit(text(name, default))
    if url.scheme not in {"http", "https"} or not url.hostname or url.path not in {"", "/"}:
        raise _wrong(name, "https://HOST without a path.")
    if url.scheme == "http" and url.hostname not in {"127.0.0.1", "localhost", "testserver"}:
        raise _wrong(name, "https://HOST. Plain http is for 127.0.0.1 only.")
    return f"{url.scheme}://{url.netloc}"


def required(name: str, value: T, is_good: Callable[[T], bool], expected: str) -> T:
    if not is_good(value):
        raise _wrong(name, expected)
    return value
