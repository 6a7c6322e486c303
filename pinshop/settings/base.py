"""Settings shared by every way of running Pinshop. Importing them starts nothing and opens no connection."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from environs import Env

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"
env = Env()

ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
BASE_URL = env.str("BASE_URL", "http://localhost:8000").rstrip("/")
SHOP_NAME = env.str("SHOP_NAME", "Pinshop")
SHOP_COUNTRY = env.str("SHOP_COUNTRY", "US")  # where the shop is at home, for its taxes
COUNTRY_OF_ORIGIN = env.str("COUNTRY_OF_ORIGIN", "")  # where the pins are made, in words, for packing lists abroad
SHOP_ADDRESS: list[str] = env.list("SHOP_ADDRESS", [])  # the lines that stand on invoices
ROOT_URLCONF = "pinshop.urls"
WSGI_APPLICATION = "pinshop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
    "pinshop.core",
    "pinshop.accounts",
    "pinshop.webhooks",
    "catalog",
    "designs",
    "orders",
    "orders.payments",
    "orders.manufacturing",
    "orders.claims",
    "pinshop.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "pinshop.core.security.ContentSecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
                "pinshop.core.context.shop",
                "pinshop.accounts.context.acting",
                "orders.web.context.basket",
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    },
    # Plain text, such as the text part of a mail: nothing is escaped as HTML.
    {
        "NAME": "text",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"autoescape": False, "builtins": ["django.templatetags.i18n"]},
    },
]

FORM_RENDERER = "pinshop.site.form_renderer.ShopRenderer"
CSRF_FAILURE_VIEW = "pinshop.site.web.errors.csrf_failed"

# Data. One dialect everywhere: PostgreSQL.
DATABASES = {
    "default": {
        **env.dj_db_url("DATABASE_URL", "postgres://pinshop@127.0.0.1:5432/pinshop"),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
    },
}
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "shop",
    },
}
KEPT_PAGE_SECONDS = env.int(
    "KEPT_PAGE_SECONDS", 60
)  # how old a page of pins may be that strangers are shown; 0 keeps none
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Files. Everything customers upload and everything made from it is private (see pinshop.core.files).
FILES_ROOT = env.path("FILES_ROOT", VAR_DIR / "files")
FILES_LINK_SECONDS = env.int("FILES_LINK_SECONDS", 3600)
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "pinshop.core.storage.WholeFileStorage",
        "OPTIONS": {"location": FILES_ROOT},
    },
    "staticfiles": {"BACKEND": "pinshop.core.storage.SlimStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "staticfiles")
STATICFILES_FINDERS = [
    "pinshop.core.sheets.JoinedSheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATICFILES_DIRS = [BASE_DIR / "static", ("samples", BASE_DIR / "designs" / "samples")]
CLAIM_DAYS = env.int("CLAIM_DAYS", 30)  # after delivery
CLAIM_PHOTO_MAX_BYTES = 10 * 1024 * 1024
UPLOAD_MAX_BYTES = 25 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Language, time, money.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # only what our own pages speak: a library's words alone would mix two languages
MAIL_LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # what mails to customers speak; their words are in locale/
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "UTC")
DEFAULT_CURRENCY = "USD"

# People.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_ADAPTER = "pinshop.accounts.adapter.AccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_REDIRECT_URL = "/account/"
LOGIN_URL = "account_login"
LOGOUT_REDIRECT_URL = "/"
GUEST_LINK_DAYS = env.int("GUEST_LINK_DAYS", 90)

# How long what we hold about people is kept; when its time is over it is deleted by itself (docs/operations.md).
ABANDONED_DAYS = env.int("ABANDONED_DAYS", 90)  # baskets and designs that nobody ordered or changed, with their files
OUTBOX_DAYS = env.int("OUTBOX_DAYS", 30)  # messages that were delivered
MAIL_DAYS = env.int("MAIL_DAYS", 180)  # mails that were sent
INBOUND_DAYS = env.int("INBOUND_DAYS", 180)  # what payment providers told us
EXPORT_DAYS = env.int("EXPORT_DAYS", 7)  # copies that people asked for
INVOICE_YEARS = env.int("INVOICE_YEARS", 10)  # who was billed; the figures stay

# Mail.
WORKSHOP_PAGES = False  # /mails/ and /styleguide/, for who designs mails and pages; a laptop's only
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.str("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", 1025)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Pinshop <hello@pinshop.example>")
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", "hello@pinshop.example")

# Money in: Stripe. The sandbox on a laptop differs only in the API base.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", "sk_test_unset")
STRIPE_WEBHOOK_SECRETS: list[str] = env.list("STRIPE_WEBHOOK_SECRETS", ["whsec_unset"])
STRIPE_API_BASE = env.str("STRIPE_API_BASE", "https://api.stripe.com")
STRIPE_TIMEOUT_SECONDS = env.int("STRIPE_TIMEOUT_SECONDS", 20)
RECONCILE_DAYS = env.int("RECONCILE_DAYS", 30)  # whose payments are compared with the provider's books each night
PAYMENT_PAGE_MINUTES = 35  # Stripe's shortest life of a Checkout Session is 30 minutes; 5 more for slow clocks
QUOTE_DAYS = 30
APPROVED_UNPAID_DAYS = 14  # how long an order to be paid on approval waits for its money after the last approval
INVOICE_DAYS = 30  # how long businesses have to pay an invoice
DUNNING_DAYS = (3, 10, 20)  # after an invoice was due, when its business is asked for the money
GIFT_CARD_DAYS = env.int("GIFT_CARD_DAYS", 1095)  # how long a new gift card is good where staff name no other day
GIFT_CARD_BACK_DAYS = env.int("GIFT_CARD_BACK_DAYS", 90)  # and at least after money of a refund came back onto it
GIFT_CARD_RETURN_DAYS = 14  # how long one that was bought may be given back, unspent: Directive 2011/83/EU, article 9
# A proof that waits for its customer, in days since it was sent: when they are reminded, when staff write or call, when its
# line is cancelled and refunded; and how long after a reminder at the soonest. It is never approved by silence.
PROOF_REMIND_DAYS: list[int] = env.list("PROOF_REMIND_DAYS", [1, 3, 5], subcast=int)
PROOF_STAFF_DAY = env.int("PROOF_STAFF_DAY", 7)
PROOF_EXPIRE_DAY = env.int("PROOF_EXPIRE_DAY", 14)
PROOF_NOTICE_DAYS = env.int("PROOF_NOTICE_DAYS", 2)
READY_MADE_SHIP_DAYS = 2  # from the order to the parcel, for pins on the shelf

# Goods out: the carrier that ready-made pins leave with.
CARRIER_API_BASE = env.str("CARRIER_API_BASE", "http://127.0.0.1:8021")
CARRIER_API_TOKEN = env.str("CARRIER_API_TOKEN", "sample-carrier-token")
CARRIER_WEBHOOK_SECRET = env.str("CARRIER_WEBHOOK_SECRET", "whsec_dW5zZXQ=")

SAMPLE_PINS = env.int("SAMPLE_PINS", 100)  # how many of the shop's own ready-made pins `manage.py seed` adds, at most
# A laptop's sample factory, which `manage.py seed` makes a manufacturer of; real ones are added in the admin.
SAMPLE_FACTORY_URL = env.str("SAMPLE_FACTORY_URL", "")
SAMPLE_FACTORY_TOKEN = env.str("SAMPLE_FACTORY_TOKEN", "")
SAMPLE_FACTORY_SECRET = env.str("SAMPLE_FACTORY_SECRET", "")

# The EU's register of VAT numbers; empty leaves every number "not checked" until staff look it up.
VIES_URL = env.str("VIES_URL", "").rstrip("/")

# Calls to others. Private addresses stay closed except for the hosts named here (local stand-ins).
OUTBOUND_TIMEOUT_SECONDS = env.int("OUTBOUND_TIMEOUT_SECONDS", 20)
OUTBOUND_PRIVATE_HOSTS: list[str] = env.list("OUTBOUND_PRIVATE_HOSTS", [])

# Celery. Task arguments are ids; state lives in rows, so no result backend.
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A worker's process compiles the engine before it says that it is up. Celery's own 4 seconds would kill it, again and again.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 120
CELERY_TASK_TIME_LIMIT = 180
CELERY_TASK_SOFT_TIME_LIMIT = 150
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True
QUEUES = ["render", "default", "outbound"]
HEARTBEAT_SECONDS = 15
HEARTBEAT_LATE_SECONDS = 90

# The API.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["pinshop.accounts.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["pinshop.accounts.api.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["pinshop.core.api.limits.KeyLimit"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "pinshop.core.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "pinshop.core.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
}
API_LIMIT_PER_MINUTE = env.int("API_LIMIT_PER_MINUTE", 600)
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SHOP_NAME} API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": BASE_URL}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "pinshop.core.api.schema.complete",
    ],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "DesignState": "designs.states.DesignState",
        "ProofState": "designs.states.ProofState",
        "LineKind": "orders.enums.LineKind",
        "LineState": "orders.enums.LineState",
        "OrderState": "orders.enums.OrderState",
        "ShipmentState": "orders.enums.ShipmentState",
        "TaxTreatment": "orders.enums.TaxTreatment",
        "CancellationStage": "orders.enums.CancellationStage",
        "ClaimKind": "orders.claims.enums.ClaimKind",
        "ClaimState": "orders.claims.enums.ClaimState",
        "ReturnState": "orders.claims.enums.ReturnState",
        "PaymentTerms": "orders.enums.PaymentTerms",
        "PaymentState": "orders.payments.enums.PaymentState",
        "LineAction": "orders.api.serializers.orders.LINE_ACTIONS",
        "OrderAction": "orders.api.serializers.orders.ORDER_ACTIONS",
        "ProofAction": "orders.api.serializers.proofs.PROOF_ACTIONS",
    },
}

# What a browser may load: only our own files. The admin's own needs are met in pinshop.core.security.
CONTENT_SECURITY_POLICY: dict[str, dict[str, list[str]]] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, "https://checkout.stripe.com"],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# The admin looks like the shop: warm greys, cobalt, the same mark. Its sidebar is built from what is registered.
UNFOLD = {
    "SITE_TITLE": SHOP_NAME,
    "SITE_HEADER": SHOP_NAME,
    "SITE_SUBHEADER": "Workshop",
    "SITE_URL": "/",
    "SITE_ICON": "pinshop.site.admin_pages.mark",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "pinshop.site.admin_pages.mark"}],
    "STYLES": ["pinshop.site.admin_pages.style_sheet"],
    "BORDER_RADIUS": "8px",
    "SHOW_BACK_BUTTON": True,
    "SIDEBAR": {"show_search": True, "navigation": "pinshop.site.admin_pages.navigation"},
    "DASHBOARD_CALLBACK": "pinshop.site.admin_pages.dashboard",
    "COLORS": {
        "base": {
            "50": "#faf8f3",
            "100": "#f5f2ea",
            "200": "#e6e0d2",
            "300": "#d0c8b8",
            "400": "#9d95a1",
            "500": "#736b7c",
            "600": "#5b5466",
            "700": "#423b4d",
            "800": "#2b2633",
            "900": "#221d2c",
            "950": "#17141d",
        },
        "primary": {
            "50": "#eef0fa",
            "100": "#e2e6f5",
            "200": "#c6ceec",
            "300": "#a0adde",
            "400": "#7184cc",
            "500": "#4b60c6",
            "600": "#2b3f9e",
            "700": "#253689",
            "800": "#1f2e78",
            "900": "#1a2660",
            "950": "#11183d",
        },
    },
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"structured": {"()": "pinshop.core.logs.formatter", "style": env.str("LOG_STYLE", "console")}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": []},  # Django's own default would print everything a second time while DEBUG is on
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "fontTools": {"level": "WARNING"},
    },
}
