"""Every setting, read from the environment; a bad value stops the start and says how to mend it."""

import secrets
import zoneinfo
from pathlib import Path

import environs
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from heartwork.config import sign_in_with
from heartwork.config.rooms import ROOMS

PROJECT = Path(__file__).resolve().parents[2]


def _known_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise environs.ValidationError(f"{name!r} is not a time zone. Use a name such as America/Los_Angeles")


env = environs.Env()
try:
    with env.prefixed("HEARTWORK_"):
        # The database, uploads and the secret key live in one folder: back that up.
        DATA: Path = env.path("DATA", PROJECT / "var")
        # What sealed words are read with: apart from the database, and in no backup. Keep a copy elsewhere.
        KEYS: Path = env.path("KEYS", DATA / "keys")
        # Which other systems of the district sign people in (docs/settings.md).
        SIGN_IN_FILE: Path = env.path("SIGN_IN", DATA / "sign-in.toml")
        SIGN_IN_WITH: dict[str, sign_in_with.System] = sign_in_with.read(SIGN_IN_FILE)
        # A folder, on another disk, into which `serve` backs up by itself; how often, and how long each is kept.
        BACKUPS: Path | None = env.path("BACKUPS", None)
        BACKUP_HOURS: float = env.float("BACKUP_HOURS", 24, validate=environs.validate.Range(min=0.05))
        BACKUP_DAYS: int = env.int("BACKUP_DAYS", 35, validate=environs.validate.Range(min=1))
        DEBUG: bool = env.bool("DEBUG", False)
        ALLOWED_HOSTS: list[str] = env.list("HOSTS", ["localhost", "127.0.0.1", "[::1]"])
        DATABASE: dict[str, object] = env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA / 'heartwork.sqlite3'}")
        TIME_ZONE: str = env.str("TIME_ZONE", "America/Los_Angeles", validate=_known_zone)
        BEHIND_HTTPS: bool = env.bool("HTTPS", False)
        # After how long without a sign of life someone signs in again.
        IDLE_MINUTES: int = env.int("IDLE_MINUTES", 30, validate=environs.validate.Range(min=5, max=600))
        # How many proxies stand in front, each of which adds the address it was asked from.
        PROXIES: int = env.int("PROXIES", 1 if BEHIND_HTTPS else 0, validate=environs.validate.Range(min=0, max=9))
        SECRET_KEY: str = env.str("SECRET_KEY", "")
        # The largest roster file that may be uploaded; a million students need about 1 GB.
        UPLOAD_LIMIT_MB: int = env.int("UPLOAD_LIMIT_MB", 4096, validate=environs.validate.Range(min=1))
except (environs.EnvError, ValueError) as error:
    raise ImproperlyConfigured(
        f"{error}. Mend it in the environment; docs/settings.md lists every setting with an example."
    ) from error


def _kept_secret() -> str:
    """The secret key kept in the data folder: made at the first start, readable by its owner alone."""
    path = DATA / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


SECRET_KEY = SECRET_KEY or _kept_secret()

INSTALLED_APPS = [
    *(f"heartwork.{room}" for room in ROOMS),
    "heartwork.testing",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "csp",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "heartwork.config.logs.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "heartwork.roster.sessions.SessionsEnd",
    "django_htmx.middleware.HtmxMiddleware",
    "heartwork.roster.access.SignedInMiddleware",
    "heartwork.roster.sign_in.SecondStepFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "heartwork.roster.viewing.ViewingAsAnother",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "heartwork.once.middleware.OnceMiddleware",
]

ROOT_URLCONF = "heartwork.config.urls"
WSGI_APPLICATION = "heartwork.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "heartwork.roster.frame.places",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "heartwork.web.templatetags.web",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # fields are drawn by our own templates where we have one

# -- data

if str(DATABASE["ENGINE"]).endswith("sqlite3"):
    # Durable at power loss, many readers beside one writer, and no deadlock between two writers.
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; "
        "PRAGMA secure_delete=ON;",
    }
    Path(str(DATABASE["NAME"])).parent.mkdir(parents=True, exist_ok=True)
else:
    DATABASE["CONN_HEALTH_CHECKS"] = True
    DATABASE["CONN_MAX_AGE"] = 600
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# What several processes must agree on for a while: tries to sign in, codes that were used. Never words of anyone.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "short_memory",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# -- people and sessions

AUTH_USER_MODEL = "roster.StaffMember"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "sign-in"
AUTHENTICATION_BACKENDS = ["heartwork.roster.sign_in.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "heartwork.roster.passwords.LongEnough"},
    {"NAME": "heartwork.roster.passwords.NotKnownFromBreaches"},
    {"NAME": "heartwork.roster.passwords.NotOurNames"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "given_name", "family_name", "email")},
    },
]
# A session that was not used for a while is over, and none lasts longer than a school day (roster/sessions.py). Its row
# stays a little longer, so that what was typed meanwhile finds its way.
IDLE_SECONDS, LONGEST_SECONDS = IDLE_MINUTES * 60, 60 * 60 * 10
SESSION_COOKIE_AGE = 60 * 60 * 24
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
# Behind https no other host, not even one below the same name, can put a cookie of its own in the place of ours.
COOKIE_PREFIX = "__Host-" if BEHIND_HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # what we say may name a student: no cookie
CSRF_FAILURE_VIEW = "heartwork.web.views.csrf_failed"

# -- ways to sign in (django-allauth); nobody registers themselves

ACCOUNT_ADAPTER = "heartwork.roster.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_RATE_LIMITS = {
    "login": None,  # a whole school may sign in at eight, from one address; what fails is counted below
    "login_failed": "60/10m/ip,10/15m/key",
    "login_known": "10/15m/key",  # from a browser that this person used before: nobody else can use its tries up
    "reauthenticate": "10/m/user",
    "saml_answer": "120/m/ip",
}
ACCOUNT_FORMS = {"reauthenticate": "heartwork.roster.sign_in_forms.PasswordAgain"}
MFA_ADAPTER = "heartwork.roster.sign_in.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_HTTPS  # browsers offer passkeys without https on this machine alone
MFA_TOTP_ISSUER = "Heartwork"
MFA_TOTP_TOLERANCE = 1  # a code typed slowly is still good; each is good once (sign_in_forms.CodeForm)
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "heartwork.roster.sign_in_forms.CodeForm",
    "reauthenticate": "heartwork.roster.sign_in_forms.CodeAgain",
    "activate_totp": "heartwork.roster.sign_in_forms.AppForm",
    "add_webauthn": "heartwork.roster.sign_in_forms.PasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
SOCIALACCOUNT_ADAPTER = "heartwork.roster.sign_in.DistrictSignOn"
SOCIALACCOUNT_PROVIDERS = sign_in_with.for_allauth(SIGN_IN_WITH)
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # who it is we find out ourselves, in the roster
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# -- headers

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if BEHIND_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# -- files

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
JOURNAL_HEADS = DATA / "journal-heads"  # the newest links of the journal's chain, apart from the database
IMPORTS = DATA / "imports"  # what was uploaded, and what was said of each row
FILE_UPLOAD_HANDLERS = ["heartwork.web.uploads.NoFiles"]  # the one form that takes files says so itself
FILE_UPLOAD_TEMP_DIR = DATA / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# -- words and time

USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [PROJECT / "heartwork" / "locale"]
FORMAT_MODULE_PATH = ["heartwork.config.formats"]

# -- logs: what happened to the system, never what was said of a person

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "heartwork.config.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"heartwork": {"level": "INFO"}},
}

# Third-party checks that ask for what a proxy, or the rooms' own declarations, already give.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
