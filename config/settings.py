"""Settings, read from the environment only; a bare checkout runs on SQLite without any of it.

Sections: core, apps, middleware, templates, database, accounts, language, files, security,
queue, portals, API, logging. Anything missing or unsafe is told by system checks
(`config/lib/checks.py`), never by a second program in here.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(str(BASE_DIR / ".env"))

# -- core ------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=True)
INSECURE_SECRET_KEY = "insecure-development-key-change-me-before-production"  # noqa: S105
SECRET_KEY = env.str("SECRET_KEY", default=INSECURE_SECRET_KEY)
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", urlsplit(BASE_URL).hostname]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = env.list("SILENCED_SYSTEM_CHECKS", default=[])

# -- apps ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.lib.apps.LibConfig",
    "accounts",
    "inventory",
    "portals",
    "leads",
    "office",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # the templates of the widgets, for the form renderer below
    "django_q",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "lucide",
    "csp",
    "axes",
]

# -- middleware ------------------------------------------------------------------------------
MIDDLEWARE = [
    "config.lib.stack_room.StackRoomMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.lib.request_id.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.CurrentDealerMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.lib.not_allowed.NotAllowedMiddleware",
]

# -- templates -------------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "accounts.context_processors.current_dealer",
            ],
            "builtins": ["config.lib.templatetags.formats"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- database --------------------------------------------------------------------------------
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
    "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;"
)
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Deferred transactions fail at once on a stale snapshot whatever the timeout; IMMEDIATE waits.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": SQLITE_PRAGMAS,
    }
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "config_cache"}
}

# -- accounts --------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=8)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "accounts.lockout.counted_name"
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"

# -- language and time -----------------------------------------------------------------------
# Who is not logged in reads LANGUAGE_CODE; members their dealer's language or their own. There is
# no LocaleMiddleware, so a foreign browser does not change it.
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="pt-br")
LANGUAGES = [("pt-br", "Português (Brasil)"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True

# -- files -----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    # Originals are private: never below MEDIA_ROOT/public, never given a URL.
    "originals": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "originals", "base_url": None},
    },
    # Renditions are fetched by portals under names nobody can guess.
    "photos": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "public", "base_url": "/media/"},
    },
}
PHOTO_MAX_BYTES = env.int("PHOTO_MAX_BYTES", default=25 * 1024 * 1024)
# Pixels of the longest side below which a picture is refused at once (an icon, a stamp).
PHOTO_MIN_SIDE = env.int("PHOTO_MIN_SIDE", default=200)
PHOTO_MAX_PIXELS = env.int("PHOTO_MAX_PIXELS", default=50_000_000)
DATA_UPLOAD_MAX_NUMBER_FILES = 60
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# -- security --------------------------------------------------------------------------------
# Fernet keys for secrets at rest, newest first; `rotate_keys` re-encrypts with the first.
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[])
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE.insert(0, "config.lib.proxy.CallerMiddleware")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# -- e-mail ----------------------------------------------------------------------------------
# Printed by default: nothing leaves a machine before somebody says by which server.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="office@localhost")
EMAIL_TIMEOUT = 20

# -- queue -----------------------------------------------------------------------------------
# django-q only wakes us: retries live in our own tables. Measured facts behind the figures:
# retry >= timeout * (queue_limit / workers + 2) + margin, guard_cycle must divide the timeout.
Q_CLUSTER = {
    "name": "dealer",
    "workers": env.int("WORKERS", default=2),
    "queue_limit": env.int("WORKERS", default=2),
    "bulk": 1,
    "timeout": 300,
    "retry": 1000,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": -1,
    "catch_up": False,
    "guard_cycle": 0.5,
    "poll": 0.2,
    "recycle": 200,
    "max_rss": 300_000,
    "label": "queue",
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}
HEARTBEAT_MAX_AGE = env.float("HEARTBEAT_MAX_AGE", default=180.0)  # seconds

# -- portals ---------------------------------------------------------------------------------
# The development portals. Its exact origin is the only private address we ever call.
SANDBOX_URL = env.str("SANDBOX_URL", default="http://127.0.0.1:8100").rstrip("/")
# The program as registered with OLX; by default the one the development portal knows.
OLX_CLIENT_ID = env.str("OLX_CLIENT_ID", default="demo-office")
OLX_CLIENT_SECRET = env.str("OLX_CLIENT_SECRET", default="demo-office-secret")
# Seconds. Leases outlive the exchange deadline; the slack is how long a portal may still be
# working on a request whose answer never reached us.
HTTP_CONNECT_TIMEOUT = env.float("HTTP_CONNECT_TIMEOUT", default=3.0)
HTTP_READ_TIMEOUT = env.float("HTTP_READ_TIMEOUT", default=20.0)
HTTP_DEADLINE = env.float("HTTP_DEADLINE", default=25.0)
DRAIN_LEASE = env.float("DRAIN_LEASE", default=60.0)
DRAIN_BUDGET = env.float("DRAIN_BUDGET", default=100.0)
LANDING_SLACK = env.float("LANDING_SLACK", default=10.0)
FIRST_RETRY = env.float("FIRST_RETRY", default=60.0)  # first back-off after a failure
PORTAL_CONNECTIONS = env.int("PORTAL_CONNECTIONS", default=4)  # per access
STATUS_PATIENCE = env.float("STATUS_PATIENCE", default=2.0)  # a drain waits for statuses so near
PORTAL_PROBE_DELAY = env.float("PORTAL_PROBE_DELAY", default=30.0)  # first probe of a portal down
APPLY_SAFE_NAMES = env.bool("APPLY_SAFE_NAMES", default=True)  # mappings beyond doubt, unasked
ATTEMPT_DAYS = env.int("ATTEMPT_DAYS", default=30)

# -- API -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}

# -- logging ---------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.lib.logs.line_formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django.server": {"handlers": ["console"], "propagate": False}},
}
