"""Production. Every secret comes from the environment, and a missing or local one stops the start with its name."""

from django.core.exceptions import ImproperlyConfigured

from pinshop.settings.base import *  # noqa: F403 - a settings module extends the base by its names
from pinshop.settings.base import (
    ALLOWED_HOSTS,
    BASE_URL,
    CARRIER_WEBHOOK_SECRET,
    STRIPE_API_BASE,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRETS,
    env,
)


def _required(name: str) -> str:
    value = env.str(name, "")
    if not value:
        msg = f"{name} is not set. Production needs it; docs/operations.md says where it comes from."
        raise ImproperlyConfigured(msg)
    return str(value)


DEBUG = False
VIES_URL = env.str("VIES_URL", "https://ec.europa.eu/taxation_customs/vies/rest-api").rstrip("/")
SECRET_KEY = _required("SECRET_KEY")
if len(SECRET_KEY) < 50 or "laptop" in SECRET_KEY:
    msg = "SECRET_KEY is the laptop's or too short. Make one: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    raise ImproperlyConfigured(msg)
for _name in (
    "DATABASE_URL",
    "REDIS_URL",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "EMAIL_HOST",
    "DEFAULT_FROM_EMAIL",
    "CARRIER_API_BASE",
    "CARRIER_API_TOKEN",
    "CARRIER_WEBHOOK_SECRET",
):
    _required(_name)
if not BASE_URL.startswith("https://"):
    msg = f"BASE_URL is {BASE_URL}. Production serves over https only: set BASE_URL=https://your.shop"
    raise ImproperlyConfigured(msg)

# A shop that takes test money by mistake gives its goods away: test keys need a plain yes.
if not env.bool("ALLOW_TEST_PAYMENTS", default=False):
    if not STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
        msg = "STRIPE_SECRET_KEY is not a live key (sk_live_ or rk_live_). Set one, or ALLOW_TEST_PAYMENTS=true for a trial shop."
        raise ImproperlyConfigured(msg)
    if STRIPE_API_BASE != "https://api.stripe.com":
        msg = f"STRIPE_API_BASE is {STRIPE_API_BASE}, not Stripe. Unset it, or set ALLOW_TEST_PAYMENTS=true for a trial shop."
        raise ImproperlyConfigured(msg)
if "*" in ALLOWED_HOSTS:
    msg = "ALLOWED_HOSTS is *. Name the shop's own hosts, or links in mails can be forged."
    raise ImproperlyConfigured(msg)
if CARRIER_WEBHOOK_SECRET == "whsec_dW5zZXQ=":  # noqa: S105 - the default that anyone can read
    msg = "CARRIER_WEBHOOK_SECRET is the default, which anyone can read. Set the one that the carrier gave you."
    raise ImproperlyConfigured(msg)
if "whsec_unset" in STRIPE_WEBHOOK_SECRETS:
    msg = "STRIPE_WEBHOOK_SECRETS is not set. It is the signing secret of the webhook endpoint in Stripe's dashboard."
    raise ImproperlyConfigured(msg)

CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
