"""Settings, from the environment only; with nothing set, everything runs on this machine alone."""

from pathlib import Path
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

from cii.beat_schedule import beat_schedule
from cii.browser_policy import *  # noqa: F403 - settings of libraries
from cii.composition import *  # noqa: F403
from cii.environment import database, env, one_of, secret
from cii.log_settings import *  # noqa: F403
from cii.mail_settings import *  # noqa: F403
from cii.mail_settings import EMAIL_PROVIDER
from cii.sign_in_settings import *  # noqa: F403 - settings are names in this module
from core.accounts import oidc_providers

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"

# --- Where it runs ---------------------------------------------------------------------------

INSECURE_KEY = "django-insecure-for-one-machine-only-never-for-a-service"

DEBUG = env.bool("DJANGO_DEBUG", default=False)
SECRET_KEY = secret("SECRET_KEY", INSECURE_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # keys before it, while it is replaced
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "testserver"])
IS_PUBLIC = SITE_URL.startswith("https://")
if IS_PUBLIC and SECRET_KEY == INSECURE_KEY:
    message = "SITE_URL is https, so this is a real service: set SECRET_KEY to a long random text of its own."
    raise ImproperlyConfigured(message)

SITE_NAME = env.str("SITE_NAME", default="")  # unset: the only programme's (core/naming.py)
SERVICE_NAME = SITE_NAME or "Secondment Fund"
OPEN_DATA_PREFIX = env.str("OPEN_DATA_PREFIX", default="")
OPEN_DATA_LICENCE = env.str("OPEN_DATA_LICENCE", default="https://creativecommons.org/licenses/by/4.0/")
HELP_EMAIL = env.str("HELP_EMAIL", default="help@example.org")
HELP_PHONE = env.str("HELP_PHONE", default="")
# Whoever keeps the nightly email with the head of the sealed trail; empty: the office.
TRAIL_EMAIL = env.str("TRAIL_EMAIL", default=HELP_EMAIL)
# What /statusz and /metrics ask for; without one they are not there.
STATUS_TOKEN = secret("STATUS_TOKEN")
IS_DEMONSTRATION = env.bool("DEMONSTRATION", default=not IS_PUBLIC)

# --- Parts -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "core",
    "cii",
    "core.audit",
    "core.documents",
    "core.letters",
    "core.monitoring",
    "core.accounts",
    "core.governance",
    "core.saved_lists",
    "core.rights",
    "applications",
    "grants",
    "secondments",
    "learning",
    "cii.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "cii.apps.StaticConfig",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    "django_structlog",
    *(["anymail"] if EMAIL_PROVIDER else []),
]

MIDDLEWARE = [
    "core.health.answer",
    "core.middleware.arrival",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.GZipTextMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "core.middleware.private_pages",
    "core.post_redirect.middleware",
    "core.middleware.refuse_cross_site",
    "core.accounts.sessions.watch",
    "core.accounts.known_devices.set_cookie",
    "core.accounts.second_factor.required",
    "core.middleware.RefusalMiddleware",
    "core.accounts.proof.ProofMiddleware",
]

ROOT_URLCONF = "cii.urls"
WSGI_APPLICATION = "cii.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "cii.navigation.site",
            ],
            "builtins": ["core.templatetags.names"],  # also in letters and papers
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ("cii",)
CRISPY_TEMPLATE_PACK = "cii"

# --- Data ------------------------------------------------------------------------------------

# Seconds that PostgreSQL has for one statement; 0 for as long as it takes, as for a migration of large tables.
DATABASE_ANSWERS_WITHIN = env.int("DATABASE_ANSWERS_WITHIN", default=7)
DATABASES = {"default": database(f"sqlite:///{VAR / 'cii.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    if DATABASES["default"]["NAME"] == str(VAR / "cii.sqlite3"):
        VAR.mkdir(exist_ok=True)
    # Two processes write at once (web and worker): a writer must take its lock at the start and wait for it.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A third of a page's time was planning: statements are prepared once they are repeated, and our small queries are
    # not compiled (JIT). A lock is waited for 5 seconds. What a dead line would hold up is ended by TCP; what a server
    # holds up that accepts and never answers, by core/database.py.
    DATABASES["default"]["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": 2,
        "options": f"-c jit=off -c lock_timeout=5s -c statement_timeout={DATABASE_ANSWERS_WITHIN}s",
        "connect_timeout": 3,
        "tcp_user_timeout": 10_000,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        **DATABASES["default"].get("OPTIONS", {}),
    }

# Limits on sign-in are counted in the database: a request never waits for Redis.
# (Django would throw a third of them away at 300 entries, and with them somebody's wrong guesses.)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR / "media"))
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR / "static"))
if not IS_PUBLIC:  # WhiteNoise warns of a folder that is missing
    Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not IS_PUBLIC
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "core.files.folder.Folder"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PUBLIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
# A log of erasures, by keys of rows only: kept apart from both, since it is replayed over a restored backup of them.
ERASURES_ROOT = env.str("ERASURES_ROOT", default=str(Path(MEDIA_ROOT).parent / "erasures"))
STORAGES["erasures"] = {"BACKEND": "core.files.folder.Folder", "OPTIONS": {"location": ERASURES_ROOT}}
S3_BUCKET = env.str("S3_BUCKET", default="")
S3_ACCESS_KEY = secret("S3_ACCESS_KEY")
if S3_BUCKET:
    from botocore.config import Config

    S3_OPTIONS: dict[str, object] = {
        "bucket_name": S3_BUCKET,
        "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
        "access_key": S3_ACCESS_KEY or None,
        "secret_key": secret("S3_SECRET_KEY") or None,
        "region_name": env.str("S3_REGION", default=None),
        "file_overwrite": False,
        "default_acl": None,
        "querystring_auth": True,
        # Without these a store that accepts and never answers holds a request for three minutes.
        "client_config": Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 2}),
    }
    STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": S3_OPTIONS}
    of_erasures = {"bucket_name": env.str("S3_ERASURES_BUCKET", default=S3_BUCKET), "location": "erasures"}
    STORAGES["erasures"] = {**STORAGES["default"], "OPTIONS": {**S3_OPTIONS, **of_erasures}}
# Where files from strangers are scanned before anybody can open them: tcp://host:3310 or unix:///run/clamav/clamd.ctl.
CLAMD_URL = env.str("CLAMD_URL", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
NINJA_PAGINATION_MAX_LIMIT = NINJA_PAGINATION_PER_PAGE = 100

# --- People ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
PROGRAMME_MODEL = "accounts.Programme"  # what a line of the trail and a letter belong to; both are below accounts
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "core.accounts.sign_in.SignIn",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SECOND_FACTOR = env.str("SECOND_FACTOR", default="required" if IS_PUBLIC else "offered")

# Minutes for which people are not asked again who they are before they pay, approve, release, sign or give roles.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * env.int("STEP_UP_MINUTES", default=15)

# Institutions whose people may sign in with their account there (docs/operating.md, "Institutions' sign-in").
OIDC_PROVIDERS = oidc_providers.read(env.str("OIDC_PROVIDERS", default=""))
SOCIALACCOUNT_PROVIDERS = oidc_providers.for_allauth(OIDC_PROVIDERS.values())

# A service is behind one proxy; without this everybody behind it would share ten wrong guesses.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if IS_PUBLIC else 0
# Whether that proxy sets X-Request-Start on every request, in place of one that the client sent.
PROXY_TELLS_ARRIVAL = IS_PUBLIC and env.bool("PROXY_TELLS_ARRIVAL", default=False)
MFA_TOTP_ISSUER = SERVICE_NAME

# --- Letters and the worker ------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SERVICE_NAME} <no-reply@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

REDIS_URL = env.str("REDIS_URL", default="")
# What starts what falls due: beat with a worker, or cron with send_due and retain; its interval in seconds.
CLOCK = env.str("CLOCK", default="worker" if REDIS_URL else "", choices=("", "worker", "cron"))
TICK_EVERY = env.int("TICK_EVERY", default=300 if CLOCK == "cron" else 30)
CELERY_BEAT_SCHEDULE = beat_schedule(TICK_EVERY)
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1, "visibility_timeout": 600}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "UTC"
# Who makes PDFs: the worker's tick, or without a broker a child process started after the commit.
DOCUMENT_MAKER = "worker" if REDIS_URL else "child"

# --- Safety ----------------------------------------------------------------------------------

SESSION_ENGINE = "core.accounts.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
# Minutes without a request after which people with a role are signed out; 0: never.
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=60)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PUBLIC
DEVICE_COOKIE_NAME = "__Host-device" if IS_PUBLIC else "device"  # core/accounts/known_devices.py
if IS_PUBLIC:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^statusz$", r"^metrics$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Browsers refuse plain http for as long as this says, also when TLS breaks: an hour, until it is proved to work.
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=60 * 60)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # subdomains and preloading are the domain's to decide
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- Language and time -----------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = one_of("TIME_ZONE", ("Europe/London", *sorted(available_timezones())))
CLOCK_NAME = env.str("CLOCK_NAME", default="UK time")  # said beside every time
BANK_HOLIDAYS = one_of("BANK_HOLIDAYS", ("England", "Wales", "Scotland", "Northern Ireland"))
USE_I18N = True
USE_TZ = True
