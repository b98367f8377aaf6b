"""What every way of running shares. All of it comes from the environment."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from environs import Env

BASE_DIR = Path(__file__).resolve().parents[2]
VERSION = "2026.1"
env = Env()

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
DEBUG = env.bool("DEBUG", False)
DEMO = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
SITE_URL = env.str("SITE_URL", "http://localhost:8000")
FILES_DIR = Path(env.str("FILES_DIR", str(BASE_DIR / "var" / "files")))

REDIS_URL = env.str("REDIS_URL")
DATABASES: dict[str, Any] = {"default": env.dj_db_url("DATABASE_URL")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    # A pool that gives each transaction another connection: nothing may lean on the one before.
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("DATABASE_POOLED", False),
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}

ROOT_URLCONF = "tutoring_admin.urls"
WSGI_APPLICATION = "tutoring_admin.wsgi.application"
AUTH_USER_MODEL = "roles.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "tutoring_admin",
    "selfassessment",
    "roadmap",
    "checklists",
    "roles",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "lucide",
    "template_partials",
]
MIDDLEWARE = [
    # These three first, so that no answer leaves without them: not a file, not a redirect.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tutoring_admin.compressing.CompressedPages",
    "tutoring_admin.api.shield.NoCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "tutoring_admin.shared_devices.SharedDevices",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tutoring_admin.systems.signon.middleware.SignOnMiddleware",
    # Last: it runs the view itself, inside the district's transaction.
    "roles.middleware.DistrictMiddleware",
]
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
                "tutoring_admin.shell.shell",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

FILE_UPLOAD_HANDLERS = [
    "roles.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static", ("fonts", str(BASE_DIR / "var" / "fonts"))]
STORAGES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(FILES_DIR), "base_url": None},
    },
    "staticfiles": {"BACKEND": "tutoring_admin.static.BundledStaticFilesStorage"},
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "tutoring_admin.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "tutoring_admin.systems.signon.adapter.SignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = False
CLEVER_URL, CLEVER_API_URL = "https://clever.com", "https://api.clever.com"
ACCOUNT_FORMS = {"login": "tutoring_admin.sign_in.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation already proved the address
ACCOUNT_SESSION_REMEMBER = None  # asked at sign-in: schools share devices
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True  # one address; a new one takes its place once it is proven
# A whole school signs in from one address at 8 am: the limit that stops guessing is per account
# ("key"), and the one per address is wide.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "10/5m/key,120/m/ip",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "10/m/user",
    "manage_email": "10/m/user",
}
# Proxies of our own in front of the product. The address in X-Forwarded-For counts only then.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}
MFA_ADAPTER = "tutoring_admin.second_factors.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Tutoring leadership"
USERSESSIONS_TRACK_ACTIVITY = True

# A job description with far too many lines gets an answer beside the lines, not a bare 400.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

SESSION_ENGINE = "tutoring_admin.shared_devices"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tutoring_admin.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

EMAIL_URL = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
EMAIL_BACKEND = EMAIL_URL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_URL["EMAIL_HOST"]
EMAIL_PORT = EMAIL_URL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL_URL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL_URL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL_URL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL_URL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 30  # seconds for one answer; a letter as a whole may take three more
# Days between asking for the deletion of a district and doing it, and days that backups are kept.
DISTRICT_REMOVAL_DAYS = env.int("DISTRICT_REMOVAL_DAYS", 14)
BACKUPS_KEPT_DAYS = env.int("BACKUPS_KEPT_DAYS", 35)
LETTER_LEASE = env.float("LETTER_LEASE", 60)  # seconds; longer than a letter may take
OUTBOUND_LOOPBACK = (
    False  # other servers are called on public addresses only, see roles/outbound.py
)
# Networks inside that may be called all the same; and who may sign, instead of the usual ones
OUTBOUND_NETWORKS: list[str] = env.list("OUTBOUND_NETWORKS", [])
OUTBOUND_CA_FILE = env.str("OUTBOUND_CA_FILE", "")
# Who can tell whether a mail server took a letter whose worker died: see docs/operations.md
MAIL_RECONCILER = env.str("MAIL_RECONCILER", "roles.services.reconciling.Nobody")
MAIL_RECONCILER_URL = env.str("MAIL_RECONCILER_URL", "")
QUIET_DAYS = True  # nobody is reminded on weekends, closures and in the first half of July
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Tutoring leadership <no-reply@localhost>")

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker may be gone for a weekend
CELERY_BROKER_CHANNEL_ERROR_RETRY = True  # or full: the worker outlives that too
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# The bell is optional: a click must not wait for a broker that is gone. The sweep finds the row.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 1}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-owed-work": {"task": "roles.sweep_owed", "schedule": 15.0},
    "remove-old-archives": {"task": "roles.remove_old_archives", "schedule": 3600.0},
    "remove-old-files": {"task": "roles.remove_old_files", "schedule": 3600.0},
    "remove-old-calendar-changes": {
        "task": "roles.remove_old_calendar_changes",
        "schedule": 3600.0,
    },
    "remove-old-deliveries": {
        "task": "tutoring_admin.remove_old_deliveries",
        "schedule": 3600.0,
    },
    "remove-old-changes": {"task": "roles.remove_old_changes", "schedule": 3600.0},
    "remove-old-traces": {"task": "roles.remove_old_traces", "schedule": 3600.0},
    "remove-districts": {"task": "tutoring_admin.remove_districts", "schedule": 600.0},
    "let-go-of-what-is-over-its-time": {"task": "tutoring_admin.let_go", "schedule": 3600.0},
    "seal-audit": {"task": "roles.seal_audit", "schedule": 300.0},
    "owe-and-gather-notices": {"task": "roles.owe_notices", "schedule": 60.0},
    "propose-at-risk": {"task": "roadmap.propose_at_risk", "schedule": 3600.0},
    "draft-agendas": {"task": "roadmap.draft_agendas", "schedule": 600.0},
    "remove-old-binders": {"task": "selfassessment.remove_old_drafts", "schedule": 3600.0},
    "remove-old-papers": {"task": "checklists.remove_old_papers", "schedule": 3600.0},
    "turn-checklist-windows": {"task": "checklists.turn_windows", "schedule": 60.0},
    "pull-rosters": {"task": "tutoring_admin.pull_rosters", "schedule": 600.0},
    "write-checklist-letters": {"task": "checklists.write_letters", "schedule": 60.0},
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # They tell each glyph and each step of each PDF.
    "loggers": {"fontTools": {"level": "WARNING"}, "weasyprint": {"level": "WARNING"}},
}
