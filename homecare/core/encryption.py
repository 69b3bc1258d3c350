"""Fields that are encrypted in the database, and the blind index that finds them again.

The newest of `FIELD_KEYS` encrypts and indexes; every key decrypts and is tried when searching,
so a key can be changed while the application runs (`manage.py rotate_field_keys`).
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


@lru_cache(maxsize=8)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    try:
        return _box(tuple(settings.FIELD_KEYS)).decrypt(token.encode("ascii")).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "FIELD_KEYS lacks the key that encrypted this value. Put the old key back, last."
        ) from error


def encrypt_bytes(content: bytes) -> bytes:
    """For files that are kept for a while, such as a list that is being brought in."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(content)


def decrypt_bytes(token: bytes) -> bytes:
    return _box(tuple(settings.FIELD_KEYS)).decrypt(bytes(token))


def _index(key: str, purpose: str, text: str) -> str:
    # A key of its own for each purpose, so that equal values in two fields cannot be matched.
    subkey = hmac.new(key.encode(), f"blind index {purpose}".encode(), hashlib.sha256).digest()
    return hmac.new(subkey, text.encode(), hashlib.sha256).hexdigest()


def blind_index(purpose: str, text: str) -> str:
    """What to save beside an encrypted value, to find it by."""
    return _index(settings.FIELD_KEYS[0], purpose, text)


def blind_indexes(purpose: str, text: str) -> list[str]:
    """What to look for: the index under each key still in use. `filter(x__in=…)`."""
    return [_index(key, purpose, text) for key in settings.FIELD_KEYS]


class EncryptedField(models.TextField):
    """Text that is encrypted in the database and plain in Python. It cannot be searched."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if not value else decrypt(value)

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return value if not value else encrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"isnull", "exact"}:
            raise TypeError("An encrypted field cannot be searched; use its blind index.")
        return super().get_lookup(lookup_name)
