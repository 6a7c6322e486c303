"""Outbox handlers and scheduled tasks of payments."""

from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from orders.payments.services import (
    credit_notes,
    dunning,
    expiry,
    giftcodes,
    giftsales,
    inbox,
    reconciliation,
    refunds,
    retention,
    settlement,
)
from pinshop.core import mail, outbox


@mail.codes(giftcodes.KIND)
def gift_card_code(reference: str) -> str:
    """The code of a gift card, for the mail that carries it."""
    return giftcodes.find(reference)


@outbox.handles(inbox.TOPIC)
def event_received(message: outbox.Message) -> None:
    """Settle what a provider's message is about."""
    inbox.handle(inbound_id=UUID(message.payload["inbound_id"]), now=timezone.now())


@outbox.handles(refunds.SEND_TOPIC, queue="outbound")
def send_refund(message: outbox.Message) -> None:
    """Have the provider pay a refund."""
    refunds.send(refund_id=UUID(message.payload["refund_id"]), now=timezone.now())


@outbox.handles(refunds.SUCCEEDED_TOPIC)
def refund_succeeded(message: outbox.Message) -> None:
    """Tell the customer, with the credit note."""
    credit_notes.announce(refund_id=UUID(message.payload["refund_id"]), now=timezone.now())


@outbox.handles(credit_notes.DRAW_TOPIC)
def draw_credit_note(message: outbox.Message) -> None:
    """Draw the credit note of an invoice that is not paid, and mail it."""
    credit_notes.draw_pending(credit_note_id=UUID(message.payload["credit_note_id"]), now=timezone.now())


@outbox.handles(settlement.CLOSE_TOPIC, queue="outbound")
def close_page(message: outbox.Message) -> None:
    """Close the payment page of a cancelled order."""
    settlement.close(payment_id=UUID(message.payload["payment_id"]), now=timezone.now())


@outbox.handles(reconciliation.TOPIC, queue="outbound")
def reconcile(message: outbox.Message) -> None:
    """Compare our books with the provider's."""
    del message
    reconciliation.reconcile(now=timezone.now())


@shared_task(name="payments.reconcile")
def reconcile_daily(**_: Any) -> None:
    """Have the books compared once today; the outbox tries again where the provider does not answer."""
    reconciliation.ask(now=timezone.now())


@shared_task(name="payments.close_due")
def close_due(**_: Any) -> None:
    """Close payment pages whose time has come."""
    expiry.close_due(now=timezone.now())


@shared_task(name="payments.remind")
def remind(**_: Any) -> None:
    """Ask for invoices that were not paid in time."""
    dunning.remind(now=timezone.now())


@shared_task(name="payments.mail_gift_cards")
def mail_gift_cards(**_: Any) -> None:
    """Mail gift cards whose day has come."""
    giftsales.mail_due(now=timezone.now())


@shared_task(name="payments.ask_open")
def ask_open(**_: Any) -> None:
    """Ask about open pages nobody has asked about for a while."""
    expiry.ask_open(now=timezone.now())


@shared_task(name="payments.sweep")
def sweep(**_: Any) -> None:
    """Delete what providers told us long ago."""
    retention.sweep(now=timezone.now())
