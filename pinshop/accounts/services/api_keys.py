"""Making, checking and revoking the API keys of businesses."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from pinshop.accounts.enums import Scope
from pinshop.accounts.models import ApiKey, Business
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.errors import Invalid

# last_used_at is written at most once in this time, so that reading the API writes little.
USE_RESOLUTION = timedelta(minutes=5)
_SHOWN = 14


def create(
    *,
    business: Business,
    name: str,
    scopes: Sequence[str],
    live: bool,
    actor: Actor,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; returns the row and the secret, which is shown this once and never stored.

    The secret is `pin_live_` or `pin_test_` and 192 random bits; being random, a plain SHA-256 keeps it safe.
    Raises Invalid for an unknown scope or none.
    """
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown or not scopes:
        raise Invalid(
            gettext("Unknown scopes: %(known)s.") % {"known": ", ".join(unknown)}
            if unknown
            else gettext("Choose at least one scope."),
            fields={"scopes": gettext("Choose from %(listed)s.") % {"listed": ", ".join(Scope.values)}},
        )
    secret = f"pin_{'live' if live else 'test'}_{secrets.token_urlsafe(24)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            business=business,
            name=name,
            prefix=secret[:_SHOWN],
            secret_hash=_hash(secret),
            scopes=sorted(set(scopes)),
            live=live,
            created_at=now,
            expires_at=expires_at,
        )
        audit.record(
            subject=key, action="api_key.created", actor=actor, now=now, data={"scopes": key.scopes, "live": live}
        )
    return key, secret


def find(secret: str, *, now: datetime) -> ApiKey | None:
    """The key with this secret, unless it is unknown, revoked or expired. Notes that it was used."""
    if not secret.startswith(("pin_live_", "pin_test_")):
        return None
    valid = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    key = ApiKey.objects.select_related("business").filter(valid, secret_hash=_hash(secret), revoked_at=None).first()
    if key is not None and (key.last_used_at is None or now - key.last_used_at > USE_RESOLUTION):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def revoke(*, key_id: UUID, actor: Actor, now: datetime) -> bool:
    """End a key at once. False where it was revoked before."""
    with transaction.atomic():
        if not ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=now):
            return False
        audit.record(subject=ApiKey.objects.get(pk=key_id), action="api_key.revoked", actor=actor, now=now)
    return True


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
