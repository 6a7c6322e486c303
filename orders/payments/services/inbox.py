"""What providers tell us: verified, stored once, answered at once; a worker then asks for the truth."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from orders.payments import providers
from orders.payments.models import MAX_ID, MAX_TYPE, InboundEvent, Payment, Refund
from orders.payments.services import refunds, settlement
from pinshop.core import hooks, outbox

TOPIC = "payments.event.received"


def receive(*, provider: str, body: bytes, signature: str, now: datetime) -> InboundEvent:
    """Store a message of a provider; the same message again is stored and handled once.

    Raises SignatureWrong, MessageIdInvalid.
    """
    event = providers.get(provider).read_event(body=body, signature=signature)
    event_id = hooks.check_id(event.event_id, longest=MAX_ID)
    with transaction.atomic():
        row, is_new = InboundEvent.objects.get_or_create(
            provider=provider,
            event_id=event_id,
            defaults={
                "type": event.type[:MAX_TYPE],
                # Nothing of ours has an id that long.
                "object_id": event.object_id if len(event.object_id) <= MAX_ID else "",
                "payload": dict(event.payload),
                "received_at": now,
            },
        )
        if is_new:
            outbox.enqueue(TOPIC, payload={"inbound_id": str(row.pk)}, key=str(row.pk), now=now)
    return row


def handle(*, inbound_id: UUID, now: datetime) -> str:
    """Settle what a stored message is about; returns what was done. Raises ProviderBusy: then it is tried again."""
    event = InboundEvent.objects.get(pk=inbound_id)
    note = _handle(event, now=now)
    InboundEvent.objects.filter(pk=inbound_id).update(handled_at=now, note=note)
    return note


def _handle(event: InboundEvent, *, now: datetime) -> str:
    payment = _find_payment(event)
    if payment is not None:
        if event.type.startswith("checkout.session."):
            settlement.bind(reference=str(payment.pk), session_id=event.object_id)
        payment = settlement.settle(payment_id=payment.pk, now=now)
        return f"payment {payment.pk} is {payment.state}"
    refund = _find_refund(event)
    if refund is not None:
        refund = refunds.settle(refund_id=refund.pk, now=now)
        return f"refund {refund.pk} is {refund.state}"
    return "about nothing of ours"


def _find_payment(event: InboundEvent) -> Payment | None:
    """By session, by payment intent, or by our own id where the message came before we stored either."""
    if not event.object_id:
        return None
    known = Q(session_id=event.object_id) | Q(intent_id=event.object_id)
    ours = _metadata(event).get("payment_id", "")
    if _is_uuid(ours):
        known |= Q(pk=ours)
    return Payment.objects.filter(known, provider=event.provider).first()


def _find_refund(event: InboundEvent) -> Refund | None:
    if not event.object_id:
        return None
    known = Q(provider_refund_id=event.object_id)
    ours = _metadata(event).get("refund_id", "")
    if _is_uuid(ours):
        known |= Q(pk=ours)
    return Refund.objects.filter(known, payment__provider=event.provider).first()


def _metadata(event: InboundEvent) -> dict[str, str]:
    metadata = event.payload.get("data", {}).get("object", {}).get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _is_uuid(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True
