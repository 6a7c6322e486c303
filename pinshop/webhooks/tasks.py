"""What the outbox hands to webhooks."""

from uuid import UUID

from django.utils import timezone

from pinshop.core import outbox
from pinshop.webhooks.services import deliveries
from pinshop.webhooks.services.events import TOPIC


def _give_up(message: outbox.Message) -> None:
    deliveries.give_up(delivery_id=UUID(message.payload["delivery_id"]))


@outbox.handles(TOPIC, queue="outbound", max_attempts=deliveries.MAX_ATTEMPTS, on_dead=_give_up)
def send_delivery(message: outbox.Message) -> None:
    """Try one delivery."""
    deliveries.send(delivery_id=UUID(message.payload["delivery_id"]), attempt=message.attempt, now=timezone.now())
