"""Production settings refuse to start with defaults, test keys or the sandbox; each refusal names its setting."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pinshop.local import check

ROOT = Path(__file__).resolve().parents[3]
GOOD = check.production_environment()


def _run(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    known = {name: value for name, value in environment.items() if value is not None}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=known, capture_output=True, text=True, check=False
    )


def _import(**changes: str | None) -> str:
    """The last line that importing production settings prints; empty where they are fine."""
    lines = _run("-c", "from django.conf import settings; settings.DEBUG", **changes).stderr.strip().splitlines()
    return lines[-1] if lines else ""


def test_good_settings_start() -> None:
    assert _import() == ""


@pytest.mark.parametrize(
    "name",
    [
        "SECRET_KEY",
        "DATABASE_URL",
        "REDIS_URL",
        "BASE_URL",
        "ALLOWED_HOSTS",
        "EMAIL_HOST",
        "DEFAULT_FROM_EMAIL",
        "CARRIER_WEBHOOK_SECRET",
    ],
)
def test_missing_setting_is_named(name: str) -> None:
    refusal = f"django.core.exceptions.ImproperlyConfigured: {name} is not set."
    assert _import(**{name: None}).startswith(refusal)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("BASE_URL", "http://shop.example", "BASE_URL is http://shop.example. Production serves over https only"),
        ("STRIPE_SECRET_KEY", None, "STRIPE_SECRET_KEY is not a live key"),
        ("STRIPE_SECRET_KEY", "sk_test_51abc", "STRIPE_SECRET_KEY is not a live key"),
        ("STRIPE_API_BASE", "http://127.0.0.1:8020", "STRIPE_API_BASE is http://127.0.0.1:8020, not Stripe"),
        ("STRIPE_WEBHOOK_SECRETS", None, "STRIPE_WEBHOOK_SECRETS is not set"),
        ("CARRIER_WEBHOOK_SECRET", "whsec_dW5zZXQ=", "CARRIER_WEBHOOK_SECRET is the default"),
        ("SECRET_KEY", "a-laptop-is-no-place-for-secrets-and-this-is-none", "SECRET_KEY is the laptop's"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS is *"),
    ],
)
def test_local_or_test_setting_is_refused(name: str, value: str | None, message: str) -> None:
    assert _import(**{name: value}).startswith(f"django.core.exceptions.ImproperlyConfigured: {message}")


def test_trial_shop_may_take_test_payments_when_told_so() -> None:
    assert (
        _import(ALLOW_TEST_PAYMENTS="true", STRIPE_SECRET_KEY="sk_test_1", STRIPE_API_BASE="http://127.0.0.1:8020")
        == ""
    )


def test_private_hosts_are_closed_in_production() -> None:
    ran = _run("-c", "from django.conf import settings; print(settings.OUTBOUND_PRIVATE_HOSTS, settings.DEBUG)")
    assert ran.stdout == "[] False\n"
