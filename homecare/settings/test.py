"""The settings of the suite: the real ones, with a handful of changes."""

import os
import zlib
from pathlib import Path

# A developer's own settings must not decide how the suite goes; only what it runs on.
for _name in ("BASE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "FIELD_KEYS", "MAIL_URL", "MAIL_FROM"):
    os.environ.pop(_name, None)
    os.environ.pop(f"{_name}_FILE", None)
# The suite keeps its files apart from a demo that may be running in the same checkout.
os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parents[2] / "var" / "test"))

from homecare.settings import *  # noqa: E402, F403
from homecare.settings import CACHES, DATABASES  # noqa: E402

# One round of hashing: the suite signs in thousands of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tests of the code that an owner signs with turn this on.
SIGN_WITH_CODE = False
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True


def _of_this_test(key: str, _prefix: str, _version: int) -> str:
    """What one test puts in the cache is found by no other, also in a Redis that they share."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
    return f"test:{os.getpid()}:{zlib.crc32(test.encode())}:{key}"


CACHES["default"]["KEY_FUNCTION"] = _of_this_test
# Tests open and close connections from many threads, each its own.
DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
