"""Outbox handlers and scheduled tasks of orders."""

from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from orders.payments.services import settlement
from orders.services import (
    cancellations,
    fulfilment,
    notices,
    payment_terms,
    promises,
    proofing,
    retention,
    shipments,
    unders,
    waiting,
)
from pinshop.core import outbox


@outbox.handles(settlement.PAID_TOPIC)
def order_paid(message: outbox.Message) -> None:
    """Begin the work on a paid order."""
    fulfilment.start(order_id=UUID(message.payload["order_id"]), now=timezone.now())


@outbox.handles(payment_terms.CONFIRMED_TOPIC)
def order_confirmed(message: outbox.Message) -> None:
    """Let the work on an order go on that is paid later."""
    fulfilment.start(order_id=UUID(message.payload["order_id"]), now=timezone.now())


@outbox.handles(notices.PLACED_TOPIC)
def order_placed(message: outbox.Message) -> None:
    """Mail that an order is stored."""
    notices.tell_placed(order_id=UUID(message.payload["order_id"]), now=timezone.now())


@outbox.handles(notices.CHANGED_TOPIC)
def order_changed(message: outbox.Message) -> None:
    """Tell webhooks how an order stands."""
    notices.tell_webhooks(order_id=UUID(message.payload["order_id"]), now=timezone.now())


@outbox.handles("orders.proof.rendered")
def proof_rendered(message: outbox.Message) -> None:
    """A revision waits for the staff's check."""
    proofing.rendered(proof_id=UUID(message.payload["proof_id"]), now=timezone.now())


@outbox.handles("orders.proof.sent")
def proof_sent(message: outbox.Message) -> None:
    """A proof waits for the customer."""
    proofing.sent(proof_id=UUID(message.payload["proof_id"]), now=timezone.now())


@outbox.handles("orders.proof.changes_requested")
def changes_requested(message: outbox.Message) -> None:
    """The customer asked for changes."""
    proofing.changes_requested(
        proof_id=UUID(message.payload["proof_id"]), text=str(message.payload.get("text", "")), now=timezone.now()
    )


@outbox.handles("orders.design.refused")
def design_refused(message: outbox.Message) -> None:
    """Staff refused a design."""
    cancellations.refuse_design(
        design_id=UUID(message.payload["design_id"]),
        ground=str(message.payload["ground"]),
        note=str(message.payload["note"]),
        now=timezone.now(),
    )


@outbox.handles(unders.PACKED_TOPIC)
def packed_short(message: outbox.Message) -> None:
    """A manufacturer packed fewer pieces than were ordered."""
    unders.refund_missing(
        line_id=UUID(message.payload["line_id"]), packed=int(message.payload["packed"]), now=timezone.now()
    )


@outbox.handles(shipments.PARCEL_TOPIC, queue="outbound")
def announce_parcel(message: outbox.Message) -> None:
    """Announce a parcel to its carrier."""
    shipments.announce(shipment_id=UUID(message.payload["shipment_id"]), now=timezone.now())


@shared_task(name="orders.cancel_unpaid")
def cancel_unpaid(**_: Any) -> None:
    """Cancel orders that were never paid."""
    cancellations.cancel_unpaid(now=timezone.now())


@shared_task(name="orders.watch_proofs")
def watch_proofs(**_: Any) -> None:
    """Remind, call staff and end what is due about proofs that wait for their customers."""
    waiting.watch(now=timezone.now())


@shared_task(name="orders.refund_missed")
def refund_missed(**_: Any) -> None:
    """Give the rush fee of lines back that did not leave by their day."""
    promises.refund_missed(now=timezone.now())


@shared_task(name="orders.sweep")
def sweep(**_: Any) -> None:
    """Delete baskets, quotes and designs that nobody came back to."""
    retention.sweep(now=timezone.now())
