"""All settings, read from the environment alone. README.md lists the variables."""

import ssl
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from homecare.settings import env

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")

# --- the place -----------------------------------------------------------------------------------

BASE_URL = env.base_url("BASE_URL", "http://127.0.0.1:8000")
# Who asks for a key has none yet.
_MAKES_A_KEY = sys.argv[1:2] in (["new_secret_key"], ["new_field_key"])
SECURE = BASE_URL.startswith("https://") and not _MAKES_A_KEY
_HOST = urlsplit(BASE_URL).hostname or ""
ALLOWED_HOSTS = [
    _HOST,
    *env.hosts("ALLOWED_HOSTS", _HOST if SECURE else "127.0.0.1 localhost"),
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# A place without https is somebody's own machine; only there do these have a default.
SECRET_KEY, *SECRET_KEY_FALLBACKS = env.secret_keys(
    "SECRET_KEY", "only-for-this-machine-" + "x" * 40, is_local=not SECURE
)
FIELD_KEYS = env.field_keys(
    "FIELD_KEYS", "b25seS1mb3ItdGhpcy1tYWNoaW5lLTMyLWJ5dGVzISE=", is_local=not SECURE
)
DEBUG = False
MUNICIPALITY = env.text("MUNICIPALITY", "Stockholms stad")
# Whom those outside turn to, as one line: "Medgivandegruppen, 08-000 00 00, las@kommun.example".
CONTACT = env.text("CONTACT", "")
# Where forms that are filled in on paper are sent, as one line: "Medgivandegruppen, Box 1, 120 00
# Årsta".
POSTAL_ADDRESS = env.text("POSTAL_ADDRESS", "")
# An owner's answer that came on paper or by phone counts once somebody else has checked it.
FOUR_EYES = env.flag("FOUR_EYES", default=True)
# An owner signs its answer with a code sent to the e-mail address in the register.
SIGN_WITH_CODE = env.flag("SIGN_WITH_CODE", default=True)

# --- what it is made of --------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "guardian",
    "simple_history",
    "homecare.core",
    "homecare.ui",
    "homecare.audit",
    "homecare.organisation",
    "homecare.accounts",
    "homecare.mailing",
    "properties",
    "homecare.staff",
    "homecare.recipients",
    "consent",
    "locks",
    "homecare.desk",
    "homecare.api",
    "homecare.oversight",
    "homecare.exchange",
    "homecare.rollout",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "homecare.core.middleware.RequestFacts",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "homecare.core.middleware.KeptByNobody",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "homecare.urls"
WSGI_APPLICATION = "homecare.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "homecare.ui.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "homecare.ui.templatetags.ui",
            ],
        },
    }
]
FORM_RENDERER = "homecare.ui.forms.Renderer"

# --- where it keeps things -----------------------------------------------------------------------

DATABASES = {
    "default": env.database("DATABASE_URL", f"sqlite:///{quote(str(DATA_DIR))}/homecare.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.redis("REDIS_URL")
CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            # People must not wait for a Redis that is away.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
    }
    if REDIS_URL.startswith("rediss://"):
        CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED}
else:
    # No Redis: the broker is a folder, shared by the web process, the worker and beat.
    QUEUE_DIR = DATA_DIR / "queue"
    for folder in ("messages", "control"):
        (QUEUE_DIR / folder).mkdir(parents=True, exist_ok=True)
    # A folder too, so that the page sees how far the worker has come.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(DATA_DIR / "cache"),
            "TIMEOUT": 15 * 60,
            # Over this many a third goes, whichever: also the counts of tries to sign in.
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    }
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT = "homecare.core.folder_broker.Transport"
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
    }

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "collected"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# --- who may sign in -----------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_GET_INIT_ANONYMOUS_USER = None
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "desk:start"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- what the browser may do ---------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=SECURE) else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# --- words and time ------------------------------------------------------------------------------

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Svenska")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "homecare" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"
FORMAT_MODULE_PATH = ["homecare.formats"]

# --- mail and background work --------------------------------------------------------------------

# In production mail is never written to a folder by mistake.
vars().update(env.mail("MAIL_URL", "" if SECURE else f"file://{quote(str(DATA_DIR))}/mail"))
DEFAULT_FROM_EMAIL = env.sender(
    "MAIL_FROM", f"Nyckelfri hemtjänst <no-reply@{_HOST if SECURE else 'localhost'}>"
)

CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "seal the trail": {"task": "audit.seal_trail", "schedule": 60},
    "send what waits": {"task": "mailing.send_waiting", "schedule": 60},
    "go on with imports": {"task": "exchange.resume_imports", "schedule": 60},
    "ask new owners": {"task": "consent.ask_new_owners", "schedule": crontab(minute="*/15")},
    "daily digests": {"task": "consent.send_digests", "schedule": crontab(minute=5, hour=8)},
    "ask to confirm": {"task": "consent.ask_to_confirm", "schedule": crontab(minute=20, hour=9)},
    "resume mailings": {"task": "consent.resume_campaigns", "schedule": 60},
    "remind owners": {"task": "consent.remind_owners", "schedule": crontab(minute="*/15")},
    "end what has expired": {
        "task": "staff.end_what_has_expired",
        "schedule": crontab(minute=5, hour="*"),
    },
    "react to lost consents": {
        "task": "locks.react_to_lost_consents",
        "schedule": crontab(minute="*/10"),
    },
}
for _entry in CELERY_BEAT_SCHEDULE.values():
    # With the workers away they must not pile up; each sweep does what the ones before did not.
    _entry["options"] = {"expires": 600}

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.one_of("LOG_LEVEL", "INFO", LOG_LEVELS)},
    "loggers": {"django.request": {"level": "ERROR"}},
}
