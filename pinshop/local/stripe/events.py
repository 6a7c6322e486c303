import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

from stripe import WebhookSignature

from pinshop.local.courier import Courier, Sign
from pinshop.local.faults import Faults
from pinshop.local.store import Clock, Json, Store
from pinshop.local.stripe import objects

DUPLICATE, OUT_OF_ORDER = "webhook_duplicate", "webhook_out_of_order"
_OUT_OF_ORDER_SECONDS = 2.0


@dataclass(frozen=True)
class Sandbox:
    """What every part of the sandbox works with. Without `webhook_url` events are kept but not sent."""

    store: Store
    clock: Clock
    courier: Courier
    faults: Faults
    webhook_url: str | None
    refund_seconds: float

    @property
    def now(self) -> int:
        """Whole seconds since 1970, as Stripe writes times."""
        return int(self.clock.now())


@dataclass(frozen=True)
class Cause:
    """What made something happen: a request's id and key, or neither (the clock, the payment page)."""

    request_id: str | None = None
    idempotency_key: str | None = None


def emit(sandbox: Sandbox, kind: str, subject: Json, *, cause: Cause, previous: Json | None = None) -> None:
    """Records an event with a snapshot of `subject` and queues it for the webhook endpoint."""
    request = {"id": cause.request_id, "idempotency_key": cause.idempotency_key}
    event = objects.event(kind, subject, now=sandbox.now, previous=previous, request=request)
    sandbox.store.add("event", event["id"], event)
    if sandbox.webhook_url is None:
        return
    fault = sandbox.faults.take((DUPLICATE, OUT_OF_ORDER))
    delay = _OUT_OF_ORDER_SECONDS if fault is not None and fault.mode == OUT_OF_ORDER else 0.0
    body = json.dumps({**event, "pending_webhooks": 1}, indent=2)
    for _ in range(2 if fault is not None and fault.mode == DUPLICATE else 1):
        sandbox.courier.send(message_id=event["id"], url=sandbox.webhook_url, body=body, delay_seconds=delay)


def shown(sandbox: Sandbox, event: Json) -> Json:
    """The event with the number of deliveries that have not succeeded yet."""
    waiting = [each for each in sandbox.courier.list_deliveries(event["id"]) if each["state"] != "delivered"]
    return {**event, "pending_webhooks": len(waiting)}


def signature(secret: str) -> Sign:
    """Signs as the library verifies: `Stripe-Signature: t=…,v1=…` with the machine's time."""

    def sign(_message_id: str, body: str) -> Mapping[str, str]:
        header = WebhookSignature.generate_signature_header(body, secret, timestamp=int(time.time()))
        return {"Stripe-Signature": header, "User-Agent": "Stripe/1.0 (pinshop sandbox)"}

    return sign
