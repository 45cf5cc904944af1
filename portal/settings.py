"""Django settings of the portal: everything that differs between places comes from the environment.

The table of settings stands in docs/operations.md; readers in portal/environment.py stop at a wrong value.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from portal import environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.load()

DEMO = environment.flag(env, "PORTAL_DEMO")
TESTING = environment.flag(env, "PORTAL_TESTING")
PRODUCTION = not (DEMO or TESTING)
DEBUG = False

PORTAL_HOME = environment.portal_home()
PORT = environment.whole(env, "PORT", 8000, at_least=1)
PUBLIC_URL = environment.url(env, "PUBLIC_URL", f"http://127.0.0.1:{PORT}", schemes=("http", "https"))
PORTAL_TEST_CLOCK = environment.test_clock(env)
BRAND_NAME = environment.text(env, "BRAND_NAME", "Support Plans")
CONTACT_SALES_URL = environment.text(env, "CONTACT_SALES_URL", "mailto:sales@support.example")
# Where help with third-party software is found that the plans do not cover.
OTHER_SOFTWARE_HELP = {
    "vendor": environment.text(env, "SOFTWARE_VENDORS_URL", "https://support.example/software-vendors"),
    "community": environment.text(env, "SOFTWARE_COMMUNITIES_URL", "https://support.example/software-communities"),
    "marketplace": environment.text(env, "MARKETPLACE_URL", "https://marketplace.example"),
    "forum": environment.text(env, "FORUM_URL", "https://forum.example"),
}
PROVIDER_PHONE = environment.text(env, "PROVIDER_PHONE", "400-000-0000")
# Beijing hours of working days in which technical service managers are at work.
TAM_HOURS = environment.hours(env, "TAM_HOURS", "09:00-17:00")
CERTIFICATION_URL = environment.text(env, "CERTIFICATION_URL", "https://support.example/certification")
REFUND_RULES_URL = environment.text(env, "REFUND_RULES_URL", "https://support.example/refunds")
# Services of which more is sold by itself than the plans grant, and where.
PAID_EDITIONS = {
    "escort_basic": environment.text(env, "ESCORT_STANDARD_URL", "https://support.example/escort-standard"),
}
# Who does planned security drills, which enterprise care does not.
SECURITY_SERVICE_URL = environment.text(env, "SECURITY_SERVICE_URL", "https://support.example/security-services")
TERMS_OF_SERVICE_VERSION = environment.text(env, "TERMS_OF_SERVICE_VERSION", "2022-01-06")
# Who sells: stands on invoices and credit notes.
SELLER = {
    "name": environment.text(env, "SELLER_NAME", f"{BRAND_NAME} Co., Ltd."),
    "address": environment.text(env, "SELLER_ADDRESS", "1 Example Road, Beijing"),
    "taxpayer_number": environment.text(env, "SELLER_TAXPAYER_NUMBER", "91110000000000000X"),
    "email": environment.text(env, "SELLER_EMAIL", "billing@support.example"),
}

DEMO_SECRET_KEY = "demo-secret-key-never-for-production"  # noqa: S105
DEMO_SANDBOX_SECRET = "sandbox"  # noqa: S105
SECRET_KEY = environment.text(env, "SECRET_KEY", None if PRODUCTION else DEMO_SECRET_KEY)
# Earlier keys: what was signed or sealed (common/sealing.py) under them is still read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Which gateways new payments may use, the default one first.
PAYMENT_GATEWAYS = environment.listed(
    env, "PAYMENT_GATEWAY", "sandbox", choices=("sandbox", "alipay", "stripe", "bank_transfer")
)
SANDBOX_SECRET = environment.text(env, "SANDBOX_SECRET", DEMO_SANDBOX_SECRET)
# The sandbox takes no real money: a real place must say that it knows.
SANDBOX_ALLOWED = environment.flag(env, "SANDBOX_ALLOWED", not PRODUCTION)
# What one billing operator refunds alone; above it a second one decides.
REFUND_SECOND_PERSON_ABOVE = environment.amount(env, "REFUND_SECOND_PERSON_ABOVE", "10000.00")
WALLET_LARGEST_PAYMENT = environment.amount(env, "WALLET_LARGEST_PAYMENT", "500000.00")
ALIPAY_API_URL = environment.url(
    env, "ALIPAY_API_URL", "https://openapi.alipay.com/gateway.do", schemes=("http", "https")
)
ALIPAY_APP_ID = env.str("ALIPAY_APP_ID", default="")
ALIPAY_PRIVATE_KEY = env.str("ALIPAY_PRIVATE_KEY", default="")
ALIPAY_PUBLIC_KEY = env.str("ALIPAY_PUBLIC_KEY", default="")
STRIPE_API_URL = environment.url(env, "STRIPE_API_URL", "https://api.stripe.com", schemes=("http", "https"))
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
# Where customers transfer money to, as a proforma shows it.
BANK_ACCOUNT = {
    "holder": environment.text(env, "BANK_ACCOUNT_HOLDER", SELLER["name"]),
    "number": environment.text(env, "BANK_ACCOUNT_NUMBER", "" if PRODUCTION else "0000 0000 0000 0000 000"),
    "bank": environment.text(env, "BANK_ACCOUNT_BANK", "" if PRODUCTION else "Demo Bank, Beijing Branch"),
}
_NEEDED = {
    "alipay": ("ALIPAY_APP_ID", "ALIPAY_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY"),
    "stripe": ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"),
}
for _gateway in PAYMENT_GATEWAYS:
    for _name in _NEEDED.get(_gateway, ()):
        if not globals()[_name]:
            raise ImproperlyConfigured(f"{_name} is not set: PAYMENT_GATEWAY names {_gateway}.")
if "bank_transfer" in PAYMENT_GATEWAYS and not all(BANK_ACCOUNT.values()):
    raise ImproperlyConfigured(
        "BANK_ACCOUNT_NUMBER and BANK_ACCOUNT_BANK are not both set: PAYMENT_GATEWAY names bank_transfer."
    )
if PRODUCTION:
    if SECRET_KEY == DEMO_SECRET_KEY or len(SECRET_KEY) < 50:
        raise ImproperlyConfigured("SECRET_KEY: production needs its own random key of at least 50 characters.")
    if PORTAL_TEST_CLOCK:
        raise ImproperlyConfigured("PORTAL_TEST_CLOCK is for demo and test only: unset it.")
    if "sandbox" in PAYMENT_GATEWAYS and len(PAYMENT_GATEWAYS) > 1:
        raise ImproperlyConfigured("PAYMENT_GATEWAY: the sandbox gives away what the other gateways sell: unlist it.")
    if "sandbox" in PAYMENT_GATEWAYS and not SANDBOX_ALLOWED:
        raise ImproperlyConfigured(
            "PAYMENT_GATEWAY=sandbox takes no real money: choose another, or set SANDBOX_ALLOWED=1."
        )
    if SANDBOX_SECRET == DEMO_SANDBOX_SECRET and "sandbox" in PAYMENT_GATEWAYS:
        raise ImproperlyConfigured("SANDBOX_SECRET: production needs its own secret.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[PUBLIC_URL.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0]])
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "testserver", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "portal",
    "care",
    "billing",
    "tickets",
    "helpcentre",
    "addons",
    "supportplans",
    "notifications",
    "accounts",
    "common",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "accounts.admin_app.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "csp",
]

MIDDLEWARE = [
    "common.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.preferences.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.problem_pages.ProblemPageMiddleware",
    "common.plain_addresses.PlainAddressMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

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
                "portal.page_context.portal",
            ],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql://portal@127.0.0.1/portal")}
_database = DATABASES["default"]
_options = _database.setdefault("OPTIONS", {})
if "host" in _options:  # a socket folder given as ?host=…: dbshell and others look for HOST
    _database["HOST"] = _options.pop("host")
_database["CONN_MAX_AGE"] = None
_database["CONN_HEALTH_CHECKS"] = True
_database["DISABLE_SERVER_SIDE_CURSORS"] = True  # PgBouncer in transaction mode
_options["connect_timeout"] = 5
_options["application_name"] = "portal"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CACHES = {
    "default": {
        "BACKEND": "common.patient_cache.PatientRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}
SESSION_ENGINE = "accounts.sessions"
# A little more than a month: who comes for the monthly report is still signed in.
SESSION_COOKIE_AGE = ACCOUNT_SESSION_COOKIE_AGE = 35 * 24 * 3600

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["accounts.sign_in.SignInBackend"]
PASSWORD_RESET_TIMEOUT = 24 * 3600
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:welcome"

ACCOUNT_ADAPTER = "accounts.sign_in.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignUpForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
# Three attempts within 15 minutes: six digits are quick to type and safe enough.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.reset_tokens.ResetTokens"  # noqa: S105

# '1200' requests a minute per person, or per address for strangers; 'off' for load rigs.
RATE_LIMITS = environment.text(env, "RATE_LIMITS", "1200")
if RATE_LIMITS == "off":
    ACCOUNT_RATE_LIMITS: dict[str, str] | bool = False
else:
    RATE_LIMITS = str(environment.whole(env, "RATE_LIMITS", 1200, at_least=1))
    ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "signup": "20/m/ip"}

# Hosts that webhooks and robots may live on though they are not public: host or host:port, comma-separated.
WEBHOOK_ALLOWED_HOSTS = env.list("WEBHOOK_ALLOWED_HOSTS", default=[])

EMAIL_URL = environment.text(env, "EMAIL_URL", "sandbox://" if not PRODUCTION else None)
if EMAIL_URL.startswith("sandbox://"):
    if PRODUCTION:
        raise ImproperlyConfigured("EMAIL_URL=sandbox:// shows every mail to everybody: give smtp://host:port.")
    EMAIL_BACKEND = "notifications.sandbox_mail.SandboxEmailBackend"
else:
    vars().update(env.email_url("EMAIL_URL", default=EMAIL_URL))
EMAIL_TIMEOUT = 10
# An advisory's mails leave one by one, so that answers to tickets need not wait behind all of them.
ADVISORY_MAILS_A_SECOND = environment.whole(env, "ADVISORY_MAILS_A_SECOND", 25, at_least=1)
# Text messages: console://, twilio://SID:TOKEN@api.twilio.com?from=+…, or empty for none (notifications/sms.py).
SMS_URL = environment.text(env, "SMS_URL", "" if PRODUCTION else "console://")
if SMS_URL:
    environment.url(env, "SMS_URL", SMS_URL, schemes=("console", "twilio", "twilio+http"))
DEFAULT_FROM_EMAIL = environment.text(env, "DEFAULT_FROM_EMAIL", f"{BRAND_NAME} <noreply@support.example>")
# Where people answer to; each reader of each ticket has an own signed address made of it. Empty: no mail is taken.
REPLY_ADDRESS = environment.mail_address(
    env, "REPLY_ADDRESS", "" if PRODUCTION else "reply@support.example", longest_name=18
)
# Our mail server's name in Authentication-Results; empty: it does not check senders.
MAIL_AUTHSERV_ID = env.str("MAIL_AUTHSERV_ID", default="").strip()
# Days until handled mail is deleted; 0 keeps it. What waits for a person stays.
MAIL_KEPT_DAYS = environment.whole(env, "MAIL_KEPT_DAYS", 180)
INBOUND_IMAP_URL = environment.imap_url(env, "INBOUND_IMAP_URL")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(PORTAL_HOME / "static")) if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.str("FILES_ROOT", default=str(PORTAL_HOME / "files"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
# Reading the whole folder of files takes a tenth of a second, and in tests every client of Django's does it anew.
WHITENOISE_AUTOREFRESH = TESTING
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https and environment.flag(env, "SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if environment.flag(env, "TRUST_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": [],
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
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerToken",
        "accounts.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.api_parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "common.api_schema.PortalAutoSchema",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "common.api_parsers.AlwaysJSON",
    "EXCEPTION_HANDLER": "common.api.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Support-plan portal API",
    "DESCRIPTION": "Plans, tickets, quotas and orders: everything that the pages do.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "DEFAULT_GENERATOR_CLASS": "common.api_schema.DocumentGenerator",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["common.api_schema.document_problems"],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
}

UNFOLD = {
    "SITE_TITLE": _(BRAND_NAME),
    "SITE_HEADER": _(BRAND_NAME),
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("img/logo.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "sizes": "any", "type": "image/svg+xml", "href": lambda request: static("img/logo.svg")}
    ],
    "SHOW_HISTORY": True,
    # The portal's indigo, from its lightest to its darkest.
    "COLORS": {
        "primary": {
            "50": "#eef0ff",
            "100": "#e0e4ff",
            "200": "#c7ceff",
            "300": "#a9b4ff",
            "400": "#8795ff",
            "500": "#5a69e6",
            "600": "#3f4fd0",
            "700": "#3543ba",
            "800": "#2d39a3",
            "900": "#263089",
            "950": "#1b2130",
        }
    },
}

LOGGING_CONFIG = None
logs.configure(level=environment.text(env, "LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR")))
