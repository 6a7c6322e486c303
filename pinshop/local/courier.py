import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from pinshop.local import outbound
from pinshop.local.store import Clock, Json, Store

_log = logging.getLogger(__name__)

Sign = Callable[[str, str], Mapping[str, str]]


@dataclass(frozen=True)
class Courier:
    """Delivers signed messages until the receiver answers 2xx, with growing pauses, at least once each.

    `sign` turns message id and body into the headers that prove where the message is from; `kind` is the name of
    its documents in the store.
    """

    store: Store
    clock: Clock
    sign: Sign
    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 60.0
    most_attempts: int = 20
    kind: str = "delivery"

    def send(self, *, message_id: str, url: str, body: str, delay_seconds: float = 0.0) -> str:
        """Queues one message and returns the delivery's id."""
        delivery_id = f"dlv_{secrets.token_hex(8)}"
        delivery: Json = {
            "id": delivery_id,
            "message_id": message_id,
            "url": url,
            "body": body,
            "state": "pending",
            "attempts": [],
        }
        self.store.add(self.kind, delivery_id, delivery, due_at=self.clock.now() + delay_seconds)
        return delivery_id

    def resend(self, delivery_id: str) -> str:
        """Queues the same message, with the same id, once more."""
        delivery = self.store.get(self.kind, delivery_id)
        return self.send(message_id=delivery["message_id"], url=delivery["url"], body=delivery["body"])

    def deliver(self, delivery_id: str) -> None:
        """One attempt; plans the next one where the receiver did not take the message."""
        delivery = self.store.get(self.kind, delivery_id)
        body, url = delivery["body"], delivery["url"]
        headers = {"Content-Type": "application/json", **self.sign(delivery["message_id"], body)}
        answer = outbound.post(url, body=body.encode(), headers=headers)
        delivery["attempts"].append({"at": self.clock.now(), "status": answer.status, "error": answer.error})
        count = len(delivery["attempts"])
        due_at = None
        if answer.accepted:
            delivery["state"] = "delivered"
        elif count >= self.most_attempts:
            delivery["state"] = "failed"
        else:
            due_at = self.clock.now() + min(self.first_pause_seconds * 2 ** (count - 1), self.longest_pause_seconds)
        self.store.put(self.kind, delivery_id, delivery, due_at=due_at)
        _log.info("%s to %s: %s", delivery["message_id"], url, answer.status or answer.error)

    def list_deliveries(self, message_id: str) -> list[Json]:
        """The deliveries of one message, newest first."""
        return [each for each in self.store.list_newest(self.kind) if each["message_id"] == message_id]


def standard_webhooks(secret: str) -> Sign:
    """Signs with a whsec_ secret as Standard Webhooks says (https://www.standardwebhooks.com)."""
    webhook = Webhook(secret)

    def sign(message_id: str, body: str) -> Mapping[str, str]:
        at = datetime.fromtimestamp(int(time.time()), tz=UTC)
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": webhook.sign(message_id, at, body),
        }

    return sign
