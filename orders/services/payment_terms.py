"""Paying later: when the proofs are approved, or by invoice within a business's credit limit."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from orders.enums import LineKind, PaymentTerms
from orders.models import Order, Quote
from orders.payments.selectors import balances
from orders.payments.services import repayments, settlement
from orders.selectors import credit, orders
from orders.services import notices, reservations
from pinshop.accounts.models import Business
from pinshop.core import audit, outbox
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Invalid
from pinshop.core.money import Money
from pinshop.core.words import Sentence

CONFIRMED_TOPIC = "orders.order.confirmed"
APPROVED_TOPIC = "orders.line.approved"

_NOTES = {
    PaymentTerms.ON_APPROVAL: "Your order is confirmed. Nothing is charged until you have approved every proof.",
    PaymentTerms.INVOICE: "Your order is confirmed. You pay it by invoice.",
}


class TermsRefused(Invalid):
    """An order that cannot be paid on these terms."""

    code = "terms_refused"


class CreditExceeded(Conflict):
    """The business's open invoices and this order are more than its credit limit, or one of them is overdue."""

    code = "credit_exceeded"


def list_terms(*, quote: Quote) -> list[PaymentTerms]:
    """On which terms an order from this quote may be paid."""
    terms = [PaymentTerms.NOW]
    if quote.total_minor and all(line["kind"] == LineKind.CUSTOM for line in quote.lines):
        terms.append(PaymentTerms.ON_APPROVAL)
    if quote.business_id is not None:
        terms.append(PaymentTerms.INVOICE)
    return terms


def check(*, terms: PaymentTerms, quote: Quote) -> None:
    """Raise TermsRefused where an order from this quote cannot be paid so."""
    if terms in list_terms(quote=quote):
        return
    message = (
        gettext(
            "Paying on approval is for orders of custom pins only: ready-made pins leave at once. Pay"
            " now, or order them apart."
        )
        if terms == PaymentTerms.ON_APPROVAL
        else gettext("Only businesses pay by invoice. Pay now, or choose to order for your business.")
    )
    raise TermsRefused(message, fields={"payment_terms": message})


def confirm(*, order: Order, actor: Actor, now: datetime) -> None:
    """Let the work on an order begin that is paid later, in the transaction that places it. Raises CreditExceeded."""
    if order.payment_terms == PaymentTerms.INVOICE:
        _take_credit(order, now=now)
    reservations.take(order_id=order.pk)
    Order.objects.filter(pk=order.pk).update(confirmed_at=now)
    order.refresh_from_db(fields=["confirmed_at", "reserved_until"])
    note = _NOTES[PaymentTerms(order.payment_terms)]
    audit.record(subject=order, action="order.confirmed", actor=actor, now=now, note=note)
    notices.order_confirmed(order, now=now)
    _go_on(order.pk, f"confirmed:{order.pk}", now=now)


def approved(*, order_id: UUID, line_id: UUID, actor: Actor, now: datetime) -> None:
    """A line's proof is approved: have it made where its order is paid or owed; else ask for the money with the last."""
    if Order.objects.get(pk=order_id).is_owed:
        make(line_id=line_id, now=now)
    go_on(order_id=order_id, key=f"approved:{line_id}", actor=actor, now=now)


def go_on(*, order_id: UUID, key: str, actor: Actor, now: datetime) -> None:
    """After an approval, a cancellation or another price: have an order that is paid later billed, or ask for its money.

    One of which nothing is left to pay is paid by that, and what came above its cost goes back. `key` names the occasion.
    The caller holds the order's row lock.
    """
    order = Order.objects.get(pk=order_id)
    if order.confirmed_at is None or order.paid_at is not None:
        return
    if order.payment_terms == PaymentTerms.INVOICE:
        _go_on(order_id, key, now=now)
        return
    order = orders.get_any(order_id=order_id)
    if orders.is_payable(order) and balances.due_of(order):
        notices.payment_due(order, now=now)
    elif orders.is_payable(order):
        settlement.cover(order=order, actor=actor, now=now)
        surplus = balances.get_balance(order=order).surplus
        if surplus:
            repayments.give_back_what_is_left(
                order_id=order_id,
                parts=[repayments.of_surplus(surplus)],
                reason=Sentence(gettext_noop("Your order costs less than was paid.")),
                key=f"covered:{order_id}",
                actor=actor,
                now=now,
            )


def make(*, line_id: UUID, now: datetime) -> None:
    """Hand an approved line on to manufacturing; again does nothing more."""
    outbox.enqueue(APPROVED_TOPIC, payload={"line_id": str(line_id)}, key=str(line_id), now=now)


def _go_on(order_id: UUID, key: str, *, now: datetime) -> None:
    outbox.enqueue(CONFIRMED_TOPIC, payload={"order_id": str(order_id)}, key=key, now=now)


def _take_credit(order: Order, *, now: datetime) -> None:
    """The lock on the business has rivals wait until this order is stored, and then count it."""
    if not order.live or order.business_id is None:
        return
    business = Business.objects.select_for_update().get(pk=order.business_id)
    held = credit.get_credit(business=business, today=now.date())
    refusal = held.why_not(Money(0, order.currency))
    if refusal:
        raise CreditExceeded(refusal, limit_minor=held.limit.amount_minor, open_minor=held.open.amount_minor)
