"""Manufacturers are added and changed by staff; their secrets are written and never read back."""

from datetime import datetime

from django.db import transaction

from orders.manufacturing.models import Manufacturer
from pinshop.core import audit
from pinshop.core.actors import Actor


def save(*, manufacturer: Manufacturer, token: str, webhook_secret: str, actor: Actor, now: datetime) -> Manufacturer:
    """Store a new or changed manufacturer. An empty `token` or `webhook_secret` keeps the one that is there."""
    is_new = manufacturer._state.adding  # noqa: SLF001 - Django documents Model._state for exactly this question
    manufacturer.base_url = manufacturer.base_url.rstrip("/")
    manufacturer.token = token or manufacturer.token
    manufacturer.webhook_secret = webhook_secret or manufacturer.webhook_secret
    if is_new:
        manufacturer.created_at = now
    changed = [name for name, value in (("token", token), ("webhook_secret", webhook_secret)) if value]
    with transaction.atomic():
        manufacturer.save()
        audit.record(
            subject=manufacturer,
            action="manufacturer.added" if is_new else "manufacturer.changed",
            actor=actor,
            now=now,
            data={"secrets_changed": changed},
        )
    return manufacturer
