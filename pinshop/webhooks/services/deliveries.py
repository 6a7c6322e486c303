"""One signed POST for one delivery, and what its answer means."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from standardwebhooks import Webhook

from pinshop.core import audit, http, outbox
from pinshop.core.actors import SYSTEM, Actor
from pinshop.webhooks.enums import DeliveryState
from pinshop.webhooks.models import Delivery, Endpoint, Event
from pinshop.webhooks.services import endpoints
from pinshop.webhooks.services.events import TOPIC

# Seconds after each failed try, by the Standard Webhooks specification (its last waits shortened to end within 3 days).
WAITS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 72_000)
MAX_ATTEMPTS = len(WAITS) + 1
TIMEOUT_SECONDS = 15
GONE = 410


def send(*, delivery_id: UUID, attempt: int, now: datetime) -> None:
    """Try a delivery once. Runs outside any transaction; a delivery that has arrived is left alone.

    Any answer but 2xx is tried again, also 4xx: a wrong password or a missing route of a receiver is mended sooner than
    three days pass. Raises outbox.RetryLater with the time to wait. 410 disables the endpoint.
    """
    delivery = Delivery.objects.select_related("endpoint", "event").filter(pk=delivery_id).first()
    if delivery is None or delivery.state == DeliveryState.DELIVERED:
        return
    if delivery.endpoint.disabled_at is not None:
        _record(delivery, state=DeliveryState.FAILED, status=None, error="the endpoint is disabled", now=now)
        return
    try:
        answer = _post(delivery, now)
    except http.OutboundRefused as refused:
        _record(delivery, state=DeliveryState.FAILED, status=None, error=str(refused), now=now)
        raise
    except (outbox.RetryLater, outbox.GiveUp) as failed:
        _try_later(delivery, attempt, None, str(failed), now)
    else:
        _judge(delivery, attempt, answer, now)


def give_up(*, delivery_id: UUID) -> None:
    """Mark a delivery whose tries are used up."""
    Delivery.objects.filter(pk=delivery_id, state=DeliveryState.PENDING).update(
        state=DeliveryState.FAILED, next_try_at=None
    )


def resend(*, delivery_id: UUID, actor: Actor, now: datetime) -> bool:
    """Send a delivery again from its first try on, whether it failed or arrived. False while it is still being tried."""
    with transaction.atomic():
        over = Delivery.objects.filter(pk=delivery_id).exclude(state=DeliveryState.PENDING)
        if not over.update(state=DeliveryState.PENDING, delivered_at=None, next_try_at=now):
            return False
        delivery = Delivery.objects.get(pk=delivery_id)
        audit.record(subject=delivery, action="delivery.resent", actor=actor, now=now)
        outbox.enqueue(TOPIC, payload={"delivery_id": str(delivery_id)}, now=now)
    return True


def body_of(event: Event) -> bytes:
    """What is sent and signed: the same bytes at every try."""
    content = {
        "type": event.type,
        "timestamp": event.created_at.isoformat(),
        "id": str(event.pk),
        "sequence": event.sequence,
        "live": event.live,
        "data": event.data,
    }
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def _post(delivery: Delivery, now: datetime) -> http.Answer:
    body = body_of(delivery.event)
    event_id = str(delivery.event.pk)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(delivery.endpoint.secret).sign(event_id, now, body.decode()),
    }
    return http.request("POST", delivery.endpoint.url, content=body, headers=headers, timeout_seconds=TIMEOUT_SECONDS)


def _judge(delivery: Delivery, attempt: int, answer: http.Answer, now: datetime) -> None:
    if 200 <= answer.status < 300:
        _record(delivery, state=DeliveryState.DELIVERED, status=answer.status, error="", now=now)
    elif answer.status == GONE:
        _record(delivery, state=DeliveryState.FAILED, status=GONE, error="the receiver wants no more events", now=now)
        _disable(delivery.endpoint, now)
    else:
        said = answer.body[:200].decode("utf-8", "replace")
        _try_later(delivery, attempt, answer.status, f"answer {answer.status}: {said}", now)


def _disable(endpoint: Endpoint, now: datetime) -> None:
    endpoints.disable(endpoint_id=endpoint.pk, reason="It answered 410 Gone.", actor=SYSTEM, now=now)


def _try_later(delivery: Delivery, attempt: int, status: int | None, error: str, now: datetime) -> None:
    wait = WAITS[min(attempt, len(WAITS)) - 1]
    again = now + timedelta(seconds=wait)
    _record(delivery, state=DeliveryState.PENDING, status=status, error=error, now=now, next_try_at=again)
    raise outbox.RetryLater(error, seconds=wait)


def _record(
    delivery: Delivery,
    *,
    state: DeliveryState,
    status: int | None,
    error: str,
    now: datetime,
    next_try_at: datetime | None = None,
) -> None:
    Delivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.DELIVERED).update(
        state=state,
        attempts=F("attempts") + 1,
        last_status=status,
        last_error=error.replace("\x00", "")[:500],
        last_tried_at=now,
        next_try_at=next_try_at,
        delivered_at=now if state == DeliveryState.DELIVERED else None,
    )
