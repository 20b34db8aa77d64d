"""Settings, read from the environment once at start. A bad value stops the process with a sentence."""

import os
from pathlib import Path
from urllib.parse import urlparse

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, validate

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Env()


def _required_in_production(name: str, demo_value: str) -> str:
    value = env.str(name, "")
    if value:
        return value
    if not LOCAL:
        raise ImproperlyConfigured(f"Set {name}: it has no default outside the demo (HELPDESK_DEMO is off).")
    return demo_value


def _database(url: str) -> dict:
    try:
        config = dict(env.dj_db_url("DATABASE_URL", url))
    except (EnvValidationError, ValueError) as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error
    if config["ENGINE"].endswith("sqlite3"):
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
        }
        config["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
        VAR_DIR.mkdir(exist_ok=True)
    elif config["ENGINE"].endswith("postgresql"):
        pool = {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 10}
        config["OPTIONS"] = config.get("OPTIONS", {}) | ({"pool": pool} if DATABASE_POOL_SIZE else {})
        if HELPDESK_STATEMENT_TIMEOUT and os.environ.get("HELPDESK_ROLE") == "web":
            given = config["OPTIONS"].get("options", "")
            limit = f"-c statement_timeout={HELPDESK_STATEMENT_TIMEOUT * 1000}"
            config["OPTIONS"]["options"] = f"{given} {limit}".strip()
    else:
        raise ImproperlyConfigured("DATABASE_URL must be a sqlite:// or postgres:// address.")
    return config


try:
    DEBUG = env.bool("DEBUG", False)
    HELPDESK_DEMO = env.bool("HELPDESK_DEMO", False)
    LOCAL = DEBUG or HELPDESK_DEMO
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
    DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", 8, validate=validate.Range(min=0, max=500))
    HELPDESK_STATEMENT_TIMEOUT = env.int("HELPDESK_STATEMENT_TIMEOUT", 15, validate=validate.Range(min=0))
    HELPDESK_MIN_FREE_BYTES = env.int(
        "HELPDESK_MIN_FREE_BYTES", 100 * 1024**2, validate=validate.Range(min=0)
    )
    HELPDESK_NAME = env.str("HELPDESK_NAME", "Orrin Support")
    HELPDESK_MAX_ACCOUNTS_PER_CONTACT = env.int(
        "HELPDESK_MAX_ACCOUNTS_PER_CONTACT", 25, validate=validate.Range(min=1, max=25)
    )
    HELPDESK_ATTACHMENT_MAX_BYTES = env.int("HELPDESK_ATTACHMENT_MAX_BYTES", 20 * 1024**2)
    HELPDESK_IMPORT_MAX_BYTES = env.int("HELPDESK_IMPORT_MAX_BYTES", 180 * 1024**2)
    HELPDESK_PHONE_REGION = env.str("HELPDESK_PHONE_REGION", "KR", validate=validate.Length(equal=2))
    HELPDESK_WRONG_PINS_PER_HOUR = env.int("HELPDESK_WRONG_PINS_PER_HOUR", 10, validate=validate.Range(min=1))
    HELPDESK_PUBLIC_URL = env.str("HELPDESK_PUBLIC_URL", "http://localhost:8000").rstrip("/")
    HELPDESK_INVITATIONS_PER_DAY = env.int(
        "HELPDESK_INVITATIONS_PER_DAY", 100, validate=validate.Range(min=0)
    )
    HELPDESK_SPOOLS_KEPT_DAYS = env.int("HELPDESK_SPOOLS_KEPT_DAYS", 7, validate=validate.Range(min=1))
    HELPDESK_KEEP_JOBS_DAYS = env.int("HELPDESK_KEEP_JOBS_DAYS", 90, validate=validate.Range(min=8))
    HELPDESK_EXPORTS_KEPT_DAYS = env.int("HELPDESK_EXPORTS_KEPT_DAYS", 7, validate=validate.Range(min=1))
    HELPDESK_DRAFTS_KEPT_DAYS = env.int("HELPDESK_DRAFTS_KEPT_DAYS", 90, validate=validate.Range(min=1))
    HELPDESK_DOMAIN_SENDERS_JOIN = env.bool("HELPDESK_DOMAIN_SENDERS_JOIN", True)
    CACHE = env.dj_cache_url("CACHE_URL", "locmem://" if LOCAL else "db://cache")
    TIME_ZONE = env.str("TIME_ZONE", "UTC")
    LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en", validate=validate.OneOf(["en", "ko"]))
    EMAIL_BACKEND = env.str(
        "EMAIL_BACKEND",
        f"django.core.mail.backends.{'console' if LOCAL else 'smtp'}.EmailBackend",
    )
    EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
    EMAIL_PORT = env.int("EMAIL_PORT", 25)
    EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
    EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 20, validate=validate.Range(min=1, max=300))
    EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
    HELPDESK_REPLY_TO = env.str("HELPDESK_REPLY_TO", "")
    DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "support@localhost")
    BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", not LOCAL)
    HELPDESK_PROXIES = env.int(
        "HELPDESK_PROXIES", 1 if BEHIND_TLS_PROXY else 0, validate=validate.Range(min=0, max=5)
    )
    HELPDESK_SECOND_FACTOR_ROLES = [
        role.strip()
        for role in env.str("HELPDESK_SECOND_FACTOR_ROLES", "" if LOCAL else "administrator").split(",")
        if role.strip()
    ]
    HELPDESK_SECOND_FACTOR_GRACE_DAYS = env.int(
        "HELPDESK_SECOND_FACTOR_GRACE_DAYS", 7, validate=validate.Range(min=0, max=365)
    )
except EnvValidationError as error:
    raise ImproperlyConfigured(str(error)) from error

if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the host names that this desk answers to.")
if urlparse(HELPDESK_PUBLIC_URL).scheme not in {"http", "https"}:
    raise ImproperlyConfigured("HELPDESK_PUBLIC_URL must start with http:// or https://.")
if unknown := set(HELPDESK_SECOND_FACTOR_ROLES) - {"agent", "manager", "administrator"}:
    raise ImproperlyConfigured(
        f"HELPDESK_SECOND_FACTOR_ROLES takes agent, manager and administrator, not {', '.join(sorted(unknown))}."
    )
if CACHE["BACKEND"].endswith("DatabaseCache"):
    # Past this many entries the table is cleared of a third; what has expired goes every hour before that.
    CACHE["OPTIONS"] = {"MAX_ENTRIES": 50_000} | CACHE.get("OPTIONS", {})

SECRET_KEY = _required_in_production("SECRET_KEY", "demo-only-" + "0123456789abcdef" * 4)
DATABASES = {"default": _database(f"sqlite:///{VAR_DIR / 'helpdesk.sqlite3'}")}
SILENCED_SYSTEM_CHECKS = [
    "models.W040",  # SQLite leaves out what PostgreSQL's indexes cover besides
    "security.W005",  # the other host names of a domain are not the desk's to decide about
    "security.W021",  # the browsers' own list is hard to leave: SECURE_HSTS_PRELOAD is asked for by whoever wants it
]
# What a service records is compared with the declaration of its event.
HELPDESK_CHECKS_EVENTS = DEBUG
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "helpdesk.core",
    "helpdesk.events",
    "helpdesk.sign_in",
    "helpdesk.desk",
    "helpdesk.jobs",
    "helpdesk.exports",
    "helpdesk.outbox",
    "customers",
    "tickets",
    "portal",
    "helpdesk.core.admin.config.HelpdeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "heroicons",
    "import_export",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "helpdesk.sign_in.sessions_config.SessionsConfig",
    "csp",
]

MIDDLEWARE = [
    "helpdesk.core.web.middleware.MethodsMiddleware",
    "helpdesk.core.web.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "helpdesk.sign_in.middleware.PrivatePagesMiddleware",
    "helpdesk.sign_in.middleware.SeenMiddleware",
    "helpdesk.core.web.middleware.PreferencesMiddleware",
    "helpdesk.core.web.middleware.ExpiredSessionMiddleware",
    "helpdesk.core.web.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "helpdesk.core.web.middleware.ActorMiddleware",
    "helpdesk.sign_in.middleware.SecondFactorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "helpdesk.core.web.middleware.WrongMethodMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.core.web.context_processors.desk",
                "customers.context_processors.navigation",
                "tickets.context_processors.navigation",
                "portal.context_processors.team",
            ],
        },
    }
]

# --- People ---------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["helpdesk.sign_in.auth.AddressBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
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
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "helpdesk.outbox.sign_in.OutboxAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "helpdesk.sign_in.reset_tokens.ResetTokens"  # noqa: S105 - a class
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{HELPDESK_NAME}] "
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_FORMS = {
    "login": "helpdesk.sign_in.auth.SignInForm",
    "request_login_code": "helpdesk.sign_in.auth.RequestCodeForm",
    "confirm_login_code": "helpdesk.sign_in.auth.ConfirmCodeForm",
    "reset_password": "helpdesk.sign_in.auth.ResetPasswordForm",
    "reset_password_from_key": "helpdesk.sign_in.auth.ForgottenPasswordForm",
    "change_password": "helpdesk.sign_in.auth.ChangePasswordForm",
    "set_password": "helpdesk.sign_in.auth.SetPasswordForm",
    "reauthenticate": "helpdesk.sign_in.auth.ConfirmPasswordForm",
}
# allauth's own keeps a copy of the addresses of whoever asks: known people took longer than strangers.
MFA_FORMS = {
    "authenticate": "helpdesk.sign_in.auth.SecondCodeForm",
    "reauthenticate": "helpdesk.sign_in.auth.ConfirmSecondCodeForm",
    "activate_totp": "helpdesk.sign_in.auth.ActivateAppForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Ours take their place (helpdesk/sign_in/limits.py). What is left under "login_failed" counts second codes.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/300s/key",
    "request_login_code": None,
    "reset_password": None,
}
MFA_ADAPTER = "helpdesk.sign_in.auth.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# --- Words and time -------------------------------------------------------
LANGUAGES = [("en", "English"), ("ko", "한국어")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True

# --- Files ----------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "helpdesk.core.web.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
MEDIA_URL = ""
WHITENOISE_USE_FINDERS = LOCAL
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024**2
# Routes whose files may be larger than an attachment, and the setting that says how large.
HELPDESK_LARGE_UPLOADS = {
    "customers:import_create": "HELPDESK_IMPORT_MAX_BYTES",
    "admin:customers_contact_import": "HELPDESK_IMPORT_MAX_BYTES",
    "admin:customers_account_import": "HELPDESK_IMPORT_MAX_BYTES",
}
FILE_UPLOAD_HANDLERS = [
    "helpdesk.core.web.uploads.SizeCapUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "helpdesk.core.web.uploads.TemporaryUploadHandler",
]

# --- Work in the background -----------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
CACHES = {"default": CACHE}

# --- Security -------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_TRUSTED_ORIGINS = [HELPDESK_PUBLIC_URL]
CSRF_FAILURE_VIEW = "helpdesk.core.web.views.csrf_failure"
if not LOCAL:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", False)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", False)
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if BEHIND_TLS_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}
