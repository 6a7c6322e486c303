"""Telling businesses what happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from pinshop.core import outbox
from pinshop.webhooks.models import Delivery, Endpoint, Event, Feed

TOPIC = "webhooks.delivery.send"


def publish(*, business_id: UUID, live: bool, type: str, data: Mapping[str, Any], key: str, now: datetime) -> Event:  # noqa: A002 - the field's own word
    """Store one event of a business in the caller's transaction, and a delivery for every endpoint that listens.

    `data` is the whole state of the subject as JSON, so that a receiver needs no earlier event; `sequence` grows with
    every event of this side of the business, so that it can drop what is older than what it has. The same `key` is
    stored once for ever. Events of one business wait for each other until their transactions end.
    """
    with transaction.atomic():
        feed = _lock_feed(business_id=business_id, live=live)
        known = Event.objects.filter(business_id=business_id, live=live, dedupe_key=key).first()
        if known is not None:
            return known
        Feed.objects.filter(pk=feed.pk).update(last_sequence=F("last_sequence") + 1)
        event = Event.objects.create(
            business_id=business_id,
            live=live,
            sequence=feed.last_sequence + 1,
            type=type,
            dedupe_key=key,
            data=dict(data),
            created_at=now,
        )
        listening = Endpoint.objects.filter(
            business_id=business_id, live=live, disabled_at=None, event_types__contains=[type]
        )
        for endpoint in listening.order_by("pk"):
            delivery = Delivery.objects.create(endpoint=endpoint, event=event, next_try_at=now, created_at=now)
            outbox.enqueue(TOPIC, payload={"delivery_id": str(delivery.pk)}, key=str(delivery.pk), now=now)
    return event


def _lock_feed(*, business_id: UUID, live: bool) -> Feed:
    Feed.objects.bulk_create([Feed(business_id=business_id, live=live)], ignore_conflicts=True)
    return Feed.objects.select_for_update().get(business_id=business_id, live=live)
