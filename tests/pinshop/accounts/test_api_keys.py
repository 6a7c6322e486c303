"""API keys: shown once, kept as a hash, ended at once."""

from datetime import datetime, timedelta

import pytest

from pinshop.accounts.models import ApiKey, Business
from pinshop.accounts.services import api_keys
from pinshop.core import audit
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid

SCOPES = ["orders:write", "orders:read", "orders:read"]


@pytest.fixture
def business() -> Business:
    return Business.objects.create(name="Brass & Co", billing_email="pay@brass.example")


def _create(business: Business, now: datetime, *, live: bool = True, **changes) -> tuple[ApiKey, str]:
    return api_keys.create(
        **{"business": business, "name": "shop", "scopes": SCOPES, "live": live, "actor": SYSTEM, "now": now, **changes}
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("live", "prefix"), [(True, "pin_live_"), (False, "pin_test_")])
def test_secret_is_returned_once_and_never_stored(business: Business, now: datetime, live: bool, prefix: str) -> None:  # noqa: FBT001 - a parameter of the case
    key, secret = _create(business, now, live=live)
    assert secret.startswith(prefix)
    assert len(secret) == len(prefix) + 32
    stored = ApiKey.objects.filter(pk=key.pk).values().get()
    assert secret not in str(stored)
    assert (stored["prefix"], stored["live"], stored["scopes"]) == (secret[:14], live, ["orders:read", "orders:write"])


@pytest.mark.django_db
def test_key_is_found_by_its_secret_only(business: Business, now: datetime) -> None:
    key, secret = _create(business, now)
    assert api_keys.find(secret, now=now) == key
    for wrong in ("", secret[:-1], secret + "x", secret.replace("live", "test"), "sk_live_1", key.secret_hash):
        assert api_keys.find(wrong, now=now) is None


@pytest.mark.django_db
def test_key_ends_at_its_expiry(business: Business, now: datetime) -> None:
    ends = now + timedelta(days=1)
    key, secret = _create(business, now, expires_at=ends)
    assert api_keys.find(secret, now=ends - timedelta(seconds=1)) == key
    assert api_keys.find(secret, now=ends) is None


@pytest.mark.django_db
def test_revoked_key_is_not_found_and_is_revoked_once(business: Business, now: datetime) -> None:
    key, secret = _create(business, now)
    assert api_keys.revoke(key_id=key.pk, actor=SYSTEM, now=now) is True
    assert api_keys.revoke(key_id=key.pk, actor=SYSTEM, now=now + timedelta(days=1)) is False
    assert api_keys.find(secret, now=now) is None
    assert ApiKey.objects.get().revoked_at == now
    assert [entry.action for entry in audit.list_entries(subject=key)] == ["api_key.created", "api_key.revoked"]


@pytest.mark.django_db
def test_last_use_is_written_at_most_every_five_minutes(business: Business, now: datetime) -> None:
    _, secret = _create(business, now)
    seen = []
    for seconds in (0, 300, 301):
        api_keys.find(secret, now=now + timedelta(seconds=seconds))
        seen.append(ApiKey.objects.get().last_used_at)
    assert seen == [now, now, now + timedelta(seconds=301)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scopes", "message"), [([], "Choose at least one scope."), (["orders:read", "all"], "Unknown scopes: all.")]
)
def test_key_without_a_known_scope_is_refused(
    business: Business, now: datetime, scopes: list[str], message: str
) -> None:
    with pytest.raises(Invalid) as refused:
        _create(business, now, scopes=scopes)
    assert (refused.value.message, list(refused.value.fields)) == (message, ["scopes"])
    assert ApiKey.objects.count() == 0
