"""Django's settings, read once from ``Settings``. Nothing imports this module."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import dj_database_url

from yitang.ground.plumbing.settings import settings

from .memory import take_few_arenas

_settings = settings()
take_few_arenas(_settings.malloc_arenas)
_site = Path(__file__).parent.parent
_web = _site / "web"
_ninja = find_spec("ninja")  # found, not loaded: only the JSON interface needs it
_interface = Path(str(_ninja and _ninja.origin)).parent
_rooms = (
    "ground.plumbing", "ground.language", "ground.metrics", "ground.ledger",
    "ground.organisations", "ground.casework",
    "data.lake", "data.catalogue", "data.collection", "data.fusion", "data.exchange",
    "public.workforce", "public.services", "public.hotline", "public.halls",
    "decision.insight", "decision.economy",
)  # fmt: skip

SECRET_KEY = _settings.secret_key
DEBUG = _settings.debug
ALLOWED_HOSTS = list(_settings.hosts)
ROOT_URLCONF = "yitang.site.config.urls"
WSGI_APPLICATION = "yitang.site.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
AUTH_USER_MODEL = "organisations.User"

INSTALLED_APPS = [
    *(f"yitang.{room}" for room in _rooms),
    "yitang.site.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "yitang.site.web.middleware.request_id_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "yitang.site.endpoints.problems.problems_middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yitang.site.endpoints.replays.replay_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yitang.site.web.accounts.idle.idle_middleware",
    "yitang.site.web.accounts.second_factor.second_factor_middleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yitang.site.web.middleware.content_policy_middleware",
    "yitang.site.web.middleware.readable_middleware",
    "yitang.site.web.accounts.idle.late_form_middleware",
    "yitang.site.web.middleware.domain_error_middleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*sorted(_web.glob("*/templates")), _interface / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "yitang.site.web.templatetags.look",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yitang.site.web.context.site_context",
            ],
        },
    }
]

DATABASES = {"default": dj_database_url.parse(_settings.database_url, conn_max_age=600)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Immediate transactions: a writer waits its turn instead of failing half way (DESIGN §4).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

LANGUAGE_CODE = _settings.language
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = sorted(_web.glob("*/locale"))
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [_web / "static", _interface / "static"]
WHITENOISE_USE_FINDERS = True

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        # Below Django's own 0.7, which lets a short name pass twice in a row.
        "OPTIONS": {"user_attributes": ["username", "display_name"], "max_similarity": 0.6},
    }
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "yitang.site.web.accounts.adapters.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False  # counters share their computers
# Five wrong passwords lock an account, twenty an address, for a quarter of an hour.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/15m/ip,5/15m/key",
    "signup": "20/h/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
MFA_ADAPTER = "yitang.site.web.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "yitang.site.web.accounts.forms.ActivateForm",
    "authenticate": "yitang.site.web.accounts.forms.SecondStepForm",
    "reauthenticate": "yitang.site.web.accounts.forms.StillYouForm",
}
MFA_TOTP_ISSUER = "Yitang"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
CSRF_FAILURE_VIEW = "yitang.site.web.shell.errors_in_words.form_expired"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _settings.https
if _settings.https:
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # whose X-Forwarded-For names the address of the sender
    # A proxy in front ends TLS and says so; it must drop this header from outside itself.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
X_FRAME_OPTIONS = "DENY"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# In the database, so that every process counts the same wrong passwords.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kept_for_a_while",
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "yitang.ground.plumbing.request_id.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {request_id} {name}: {message}", "style": "{"}
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request"],
            "formatter": "line",
            "level": "WARNING",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
