"""Readers of the environment. A wrong value stops the start, with its name and what is expected.

The value itself is not repeated, nor the error that found it (`from None`): it may be a secret, and
what is said at the start ends in logs.
"""

import os
import re
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import dj_database_url
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from homecare.core.errors import WrongSetting

HOST_NAME = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]", re.IGNORECASE)


def wrong(name: str, expected: str) -> NoReturn:
    raise WrongSetting(f"{name} has a value that cannot be used. Expected: {expected}") from None


# --- plain values --------------------------------------------------------------------------------


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that `<NAME>_FILE` points at."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            wrong(f"{name}_FILE", "the path of a text file that can be read.")
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    wrong(name, "yes or no.")


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def one_of(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default).upper()
    return value if value in allowed else wrong(name, f"one of {', '.join(allowed)}.")


def folder(name: str, default: Path) -> Path:
    """A folder of our own, made where it is missing."""
    path = Path(text(name, str(default))).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        wrong(name, "the path of a folder that can be made and written in.")
    if not os.access(path, os.W_OK):
        wrong(name, "the path of a folder that can be made and written in.")
    return path


# --- keys ----------------------------------------------------------------------------------------


def _keys(name: str, local: str, *, is_local: bool, is_good: Callable[[str], bool]) -> list[str]:
    """Keys, newest first. `local` stands in the source, so it is good on one's own machine only."""
    keys = words(name, local if is_local else "")
    if all(is_good(key) for key in keys) and (is_local or local not in keys):
        return keys
    return []


def secret_keys(name: str, local: str, *, is_local: bool) -> list[str]:
    """Keys that sign sessions and links, newest first. The newest signs, all are believed."""
    return _keys(name, local, is_local=is_local, is_good=_is_secret) or wrong(
        name,
        "one or more keys of at least 50 random characters, newest first, separated by commas. "
        "`python manage.py new_secret_key` makes one.",
    )


def _is_secret(key: str) -> bool:
    return len(key) >= 50 and len(set(key)) >= 5 and not key.startswith("django-insecure-")


def field_keys(name: str, local: str, *, is_local: bool) -> list[str]:
    """Fernet keys for encrypted fields, newest first. The newest encrypts, all decrypt."""
    return _keys(name, local, is_local=is_local, is_good=_is_fernet) or wrong(
        name,
        "one or more keys of 32 bytes in url-safe base64, newest first, separated by commas. "
        "`python manage.py new_field_key` makes one.",
    )


def _is_fernet(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


# --- addresses -----------------------------------------------------------------------------------


def url_parts(name: str, value: str, expected: str) -> SplitResult:
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError:
        wrong(name, expected)
    return url


def base_url(name: str, default: str) -> str:
    url = url_parts(name, text(name, default), "https://HOST without a path.")
    rest = (url.path.strip("/"), url.query, url.fragment, url.username)
    if url.scheme not in {"http", "https"} or not url.hostname or any(rest):
        wrong(name, "https://HOST without a path.")
    if url.scheme == "http" and url.hostname not in {"127.0.0.1", "localhost"}:
        wrong(name, "https://HOST. Plain http is for 127.0.0.1 only.")
    return f"{url.scheme}://{url.netloc}"


def hosts(name: str, default: str) -> list[str]:
    names = words(name, default)
    if not names or not all(HOST_NAME.fullmatch(host) for host in names):
        wrong(name, "names of hosts, as in a browser's address but without port, spaces between.")
    return names


def database(name: str, default: str) -> dict[str, Any]:
    """SQLite as the embedded default, PostgreSQL for production."""
    expected = "postgres://USER:PASSWORD@HOST:5432/NAME or sqlite:///PATH."
    url = text(name, default)
    parts = url_parts(name, url, expected)
    if parts.scheme not in {"postgres", "postgresql", "sqlite"} or not parts.path.strip("/"):
        wrong(name, expected)
    if parts.scheme == "sqlite" and (parts.netloc or ":memory:" in parts.path):
        wrong(name, expected)
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        wrong(name, expected)
    if parts.scheme == "sqlite":
        file = Path(found["NAME"]).resolve()
        if not os.access(file.parent, os.W_OK) or file.is_dir():
            wrong(name, f"{expected} The folder of PATH must exist and be writable.")
        found["NAME"] = str(file)
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
    expected = "redis://HOST:6379/0 or rediss://HOST:6379/0."
    url = text(name)
    parts = url_parts(name, url, expected)
    if url and (parts.scheme not in {"redis", "rediss"} or not parts.hostname):
        wrong(name, expected)
    return url


# --- mail ----------------------------------------------------------------------------------------


def mail(name: str, default: str) -> dict[str, Any]:
    """Where e-mail goes: an SMTP server, a folder of files, or the console."""
    expected = "smtp://USER:PASSWORD@HOST:587, smtps://…:465, file:///FOLDER or console://."
    url = url_parts(name, text(name, default), expected)
    backends = "django.core.mail.backends"
    if url.scheme == "console":
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    if url.scheme == "file" and url.path and not url.netloc:
        return {
            "EMAIL_BACKEND": f"{backends}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(url.path),
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
    wrong(name, expected)


def sender(name: str, default: str) -> str:
    """Who mail is from, an address with or without a name before it."""
    value = text(name, default)
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        wrong(name, "an e-mail address, such as Hemtjänsten <no-reply@kommun.example>.")
    return value
