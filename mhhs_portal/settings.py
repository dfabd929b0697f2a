"""Settings from the environment alone. README, "Configuration", lists every variable.

PORTAL_MODE is "production" unless it says otherwise, so that forgetting it is safe: production refuses to start
half-configured. `make run` sets "development" and the test suite "test".
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from mhhs_portal import environment
from mhhs_portal.background import *  # noqa: F403  # CELERY_ and REMINDER_ settings that no environment changes

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.optional("VAR_DIR", str(BASE_DIR / "var")))

MODE = environment.optional("PORTAL_MODE", "production")
if MODE not in {"production", "development", "test"}:
    raise ImproperlyConfigured(f"PORTAL_MODE is {MODE!r}. Use production, development or test; unset means production.")
PRODUCTION = MODE == "production"
DEBUG = False  # our own error pages help more, and a forgotten DEBUG leaks

if PRODUCTION:
    SECRET_KEY = environment.required(
        "SECRET_KEY",
        'Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))". '
        "For a portal on this machine run `make run` instead.",
    )
    SITE_URL = environment.required(
        "SITE_URL", "Set it to the address that people type, such as https://portal.example."
    ).rstrip("/")
    ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or [urlsplit(SITE_URL).hostname or SITE_URL]
else:
    SECRET_KEY = environment.optional("SECRET_KEY", "dev-only-key-that-guards-nothing-but-samples")
    SITE_URL = environment.optional("SITE_URL", "http://localhost:8000").rstrip("/")
    ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
SITE_NAME = "MHHS Planning and Readiness"
CONTACT_EMAIL = environment.optional("CONTACT_EMAIL", "portal@sample.example")
#: True while invented organisations are loaded; every page then says so.
SAMPLE_DATA = environment.optional("SAMPLE_DATA", "no" if PRODUCTION else "yes") == "yes"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "template_partials.apps.SimpleAppConfig",
    "mhhs_portal",
    "mhhs_portal.organisations",
    "mhhs_portal.history",
    "mhhs_portal.documents",
    "mhhs_portal.notifications",
    "mhhs_portal.reminders",
    "mhhs_portal.library",
    "mhhs_portal.calendars",
    "milestones",
    "milestones.network",
    "milestones.plan_files",
    "milestones.governance",
    "checklist",
    "checklist.chasing",
    "checklist.closing",
    "checklist.reading",
    "checklist.news",
    "readiness",
    "readiness.assurance",
    "readiness.papers",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mhhs_portal.security.CompressMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",
    "mhhs_portal.security.HeadersMiddleware",
    "mhhs_portal.uploads.LargestRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mhhs_portal.security.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "mhhs_portal.urls"
WSGI_APPLICATION = "mhhs_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mhhs_portal.context.portal",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "mhhs_portal.templatetags.portal",
            ],
            "libraries": {"portal": "mhhs_portal.templatetags.portal"},
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    },
]
FORM_RENDERER = "mhhs_portal.forms.PortalRenderer"

# --- database: PostgreSQL 15 to 18 only -----------------------------------------------------------

DATABASE_URL = environment.required(
    "DATABASE_URL",
    "Set it to postgresql://user:password@host:5432/name. "
    "For a portal on this machine run `make run`, which brings its own PostgreSQL.",
)
DATABASES = {
    "default": {
        **dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True),
        "ATOMIC_REQUESTS": False,
    }
}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database: postgresql://…")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: sessions, cache, and Celery's wake-up calls -------------------------------------------

REDIS_URL = environment.required(
    "REDIS_URL",
    "Set it to redis://host:6379/0. For a portal on this machine run `make run`, which brings its own.",
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"  # Redis lost: PostgreSQL still knows
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"

CELERY_BROKER_URL = environment.broker_url(REDIS_URL)
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# --- what the apps contribute, named so that the portal imports none of them ----------------------

FACT_LOADERS = [
    "mhhs_portal.organisations.facts.load",
    "milestones.facts.load",
    "milestones.register.standing_data.load",
    "milestones.network.facts.load",
    "milestones.governance.facts.load",
    "mhhs_portal.library.facts.load",
]
SAMPLE_LOADERS = [
    "mhhs_portal.organisations.demo.load",
    "milestones.demo.load",
    "milestones.register.standing_data.load_samples",
    "milestones.changes.change_samples.load",
    "milestones.plan_files.demo.load",
    "checklist.demo.load",
    "checklist.closing.demo.load",
    "checklist.news.demo.load",
    "readiness.demo.load",
]
TASK_SOURCES = [
    "checklist.todo.open_tasks",
    "readiness.todo.open_tasks",
    "readiness.assurance.todo.open_tasks",
    "milestones.todo.open_tasks",
]
HOME_PANELS = [
    "checklist.news.panels.news_panel",
    "checklist.reading.panels.news_panel",
    "milestones.changes.change_panel.change_panel",
    "milestones.panels.path_panel",
    "readiness.panels.air_panel",
]
#: What the workbench shows beside the answers: (acting, submission, now).
REVIEW_PARTS = "readiness.assurance.workbench.parts"
PUBLIC_REVIEW_SOURCE = "checklist.public.open_now"
#: Told when somebody of an organisation that was asked opens an item: (item, acting, now).
ITEM_OPENED = "checklist.chasing.openings.record"
#: What adds lines to the history of a checklist item: functions of the item, and of the one organisation that reads.
ITEM_HISTORY = ["checklist.chasing.history.lines", "checklist.closing.history.lines"]
OWN_ITEM_HISTORY = ["checklist.chasing.history.own_lines"]
#: Messages about these stay between Elexon and the organisation: the Programme's log does not show them.
ABOUT_ASSURANCE = "readiness/"
#: Public calendars, and what fills the personal ones.
CALENDAR_SOURCES = ["milestones.calendars.feeds", "milestones.governance.calendars.feeds", "checklist.calendars.feeds"]
OWN_CALENDAR_SOURCES = {
    "deadlines": ["mhhs_portal.calendars.sources.deadlines", "milestones.calendars.own_steps"],
    "path": ["milestones.calendars.own_path"],
}
#: What /changes.atom tells.
CHANGE_SOURCES = ["milestones.changes.published_changes.changes", "checklist.published_changes.changes"]
#: Called at the end of each change, in its transaction.
FOLLOWS_FROM_CHANGES = "mhhs_portal.reminders.changes.plan_what_changed"

# --- people ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisations.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if MODE == "test"
    else [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "my_home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "mhhs_portal.organisations.sign_in.PortalAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # without it allauth takes the password off the sign-in form
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited to an address; nobody signs up
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60  # seconds; companies' mail gateways take their time
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/15m/ip,5/15m/key",
    "request_login_code": "20/15m/ip,5/15m/key",
}

# --- mail -----------------------------------------------------------------------------------------

EMAIL_URL = (
    environment.optional("EMAIL_URL", "")
    if MODE == "test"
    else environment.required(
        "EMAIL_URL",
        "Set it to smtp://host:25 or smtp+starttls://user:password@host:587. "
        "For a portal on this machine run `make run`, which catches all mail locally.",
    )
)
EMAIL_BACKEND = "mhhs_portal.notifications.smtp.QuickBackend"
EMAIL_TIMEOUT = 20
if EMAIL_URL:
    globals().update(environment.email_settings(EMAIL_URL))
DEFAULT_FROM_EMAIL = environment.optional("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <{CONTACT_EMAIL}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
#: So many processes send at once; the others have their hands free for other work.
MAIL_SENDERS = environment.number("MAIL_SENDERS", 2)
#: No more messages a minute than this, over all senders, and to one receiving domain; 0 sets no cap.
MAIL_PER_MINUTE = environment.number("MAIL_PER_MINUTE", 0)
MAIL_PER_MINUTE_AND_DOMAIN = environment.number("MAIL_PER_MINUTE_AND_DOMAIN", 0)
#: Seconds after which a message that a sender took and never noted belongs to everybody again.
MAIL_LEASE = environment.number("MAIL_LEASE", 300)

# --- words and time -------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# --- files ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(environment.optional("STATIC_ROOT", str(VAR_DIR / "static")))
MEDIA_ROOT = Path(environment.optional("MEDIA_ROOT", str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "test"
WHITENOISE_AUTOREFRESH = False

# --- security -------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # frame-ancestors in the CSP; X-Frame-Options is set by our middleware
CSRF_FAILURE_VIEW = "mhhs_portal.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
if PRODUCTION:
    # One proxy stands in front and sets both headers: docs/deploying.md.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # else all visitors share the proxy's address, and its limit of wrong passwords
    SECURE_SSL_REDIRECT = environment.optional("SECURE_SSL_REDIRECT", "yes") == "yes"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
#: Where the virus scanner ClamAV listens, tcp://host:3310 or unix:/run/clamd.sock; empty: nothing is scanned.
CLAMD_URL = environment.optional("CLAMD_URL", "")
#: A file that no scanner has judged is for the organisation that sent it alone.
HOLD_BACK_UNSCANNED = environment.optional("HOLD_BACK_UNSCANNED", "yes") == "yes"
#: Whom a find concerns is told by this: (scan, now).
INFECTED_LISTENER = "mhhs_portal.notifications.infected.tell"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
#: A request that is larger is refused before anything of it is read: mhhs_portal/uploads.py.
LARGEST_REQUEST = 52 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1500  # a comments log of 200 rows of five fields, and what stands around it
PGHISTORY_APPEND_ONLY = True
PGHISTORY_BASE_MODEL = "mhhs_portal.history.events.Event"

# --- log ------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "filters": {"no_secrets": {"()": "mhhs_portal.calendars.hiding.HideSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "stream": sys.stderr,
            "formatter": "line",
            "filters": ["no_secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
