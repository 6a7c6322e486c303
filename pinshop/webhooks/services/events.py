"""Telling businesses what happened."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from pinshop.core import outbox
from pinshop.webhooks.models import Delivery, Endpoint, Event, Feed

TOPIC = "webhooks.delivery.send"


def publish(
    *,
    business_id: UUID,
    live: bool,
    type: str,  # noqa: A002 - the field's own word
    subject: str,
    read: Callable[[], Mapping[str, Any]],
    now: datetime,
) -> Event | None:
    """Store one event of a business, and a delivery for every endpoint that listens; None where nothing has changed.

    `read` gives the whole state of `subject` (as in `order:…`) as JSON. It is called once the place of the event is
    held: `sequence` grows with every event of this side of the business, and a higher one never carries an older state.
    Where the state is the one that was told last, nothing is stored, so this may be called again and again. Outbox
    handlers call it, in a transaction of its own: inside a longer one the businesses' feed would wait for its end.
    """
    with transaction.atomic():
        feed = _lock_feed(business_id=business_id, live=live)
        data = json.loads(json.dumps(read()))
        last = Event.objects.filter(business_id=business_id, live=live, subject=subject).order_by("-sequence").first()
        if last is not None and (last.type, last.data) == (type, data):
            return None
        Feed.objects.filter(pk=feed.pk).update(last_sequence=F("last_sequence") + 1)
        event = Event.objects.create(
            business_id=business_id,
            live=live,
            sequence=feed.last_sequence + 1,
            type=type,
            subject=subject,
            data=data,
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
