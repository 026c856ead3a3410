"""Django's settings, all from the data folder (`COMITY_DATA`) and its `node.toml`. Nothing here is edited per node."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from comity.site.config import folder

if not os.environ.get("COMITY_DATA"):
    raise ImproperlyConfigured("Set COMITY_DATA to the node's data folder, or start the node with `comity serve --data FOLDER`.")

SITE = Path(__file__).resolve().parent.parent
DATA = folder.open_folder(Path(os.environ["COMITY_DATA"]).resolve())
NODE = folder.read(DATA)

SECRET_KEY = folder.secret(DATA)
DEBUG = False
ALLOWED_HOSTS = NODE.hosts
CSRF_TRUSTED_ORIGINS = [NODE.url] if NODE.secure else []
ROOT_URLCONF = "comity.site.config.urls"
WSGI_APPLICATION = "comity.site.config.serve.pages"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "comity.site.journal",
    "comity.site.people",
    "comity.site.desk",
    "comity.site.post",
    "comity.site.pages",
    "comity.site.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "comity.site.config.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "comity.site.people.tokens.BearerToken",
    "comity.site.people.watch.WatchBounds",
    "comity.site.config.language.OfficerLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "comity.site.people.permissions.DenyByDefault",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "comity.site.pages.frame.frame",
            ],
            "builtins": ["comity.site.pages.templatetags.comity", "django.templatetags.i18n"],
        },
    }
]

# Storage -------------------------------------------------------------------------------------------------------------

# FULL: an act that was receipted must survive a power cut. IMMEDIATE: a writer waits at the start, never fails half way.
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA / "node.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
        ),
    },
}


def postgresql(address: str) -> dict[str, object]:
    """`postgresql://user:password@host:port/name?option=value` as Django's table."""
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("The database address begins with postgresql://. Leave it out to use SQLite in the data folder.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


_address = os.environ.get("COMITY_DATABASE") or NODE.database
DATABASES = {"default": postgresql(_address) if _address else SQLITE}

# People --------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Officer"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "comity.site.people.signin.OfficerAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Passwords are slowed down by people.slowdown; allauth's rule would lock an officer out at a stranger's wish. This one is left for the
# codes of a second factor: five a minute for one officer, and who is asked for a code has given the right password.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/m/key", "login": None, "reauthenticate": None}
ACCOUNT_USER_DISPLAY = "comity.site.people.signin.shown_name"

MFA_ADAPTER = "comity.site.people.signin.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not NODE.secure
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
SECOND_FACTOR_ROLES = frozenset(NODE.second_factor)

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = f"{'__Host-' if NODE.secure else ''}comity-{NODE.node}-{NODE.port}"
SESSION_COOKIE_AGE = NODE.session_hours * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = NODE.secure
IDLE_BOUND = timedelta(minutes=NODE.idle_minutes)
WATCH_BOUND = timedelta(hours=NODE.session_hours)

# Wire ----------------------------------------------------------------------------------------------------------------

CSRF_COOKIE_NAME = f"{'__Host-' if NODE.secure else ''}comity-form-{NODE.node}-{NODE.port}"
CSRF_COOKIE_SECURE = NODE.secure
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "comity.site.pages.errors.form_expired"
# A year, once a node has an https address: peers and officers never fall back to plain text.
HSTS_SECONDS = 31_536_000 if NODE.secure else 0
# 32 MiB: the largest act with its attachments (protocol limits) and the largest sheet fit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
# The longest report a form holds (form_limits.ROWS, 5,000 lines) with some 24 entries each: a line of forces has 19.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 120_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# Static files: whitenoise reads them from the packages, nothing is collected ------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(mode=0o700, exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]

# Languages and time --------------------------------------------------------------------------------------------------

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [SITE / "locale"]
NAMES_OF_LANGUAGES = {"en": "English", "ru": "Русский", "ar": "العربية", "fr": "Français", "es": "Español", "zh-hans": "简体中文"}


def catalogue_is_there(code: str) -> bool:
    """English is the source; any other language is offered once its catalogue is compiled (tools/messages.py compiles whole ones)."""
    folder_name = "zh_Hans" if code == "zh-hans" else code
    return code == "en" or (SITE / "locale" / folder_name / "LC_MESSAGES" / "django.mo").exists()


LANGUAGES = [(code, name) for code, name in NAMES_OF_LANGUAGES.items() if code in NODE.languages and catalogue_is_there(code)]
LANGUAGE_CODE = NODE.language if NODE.language in dict(LANGUAGES) else "en"
LANGUAGE_COOKIE_NAME = "comity-language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = NODE.secure
LANGUAGE_COOKIE_AGE = 31_536_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Django would log the address of every refused request; an address can carry a secret (the calendar feed). errors.py logs a reference.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
    "root": {"handlers": ["out"], "level": os.environ.get("COMITY_LOG", "WARNING")},
}
