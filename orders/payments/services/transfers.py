"""Money that came by bank transfer: written down by staff, who see the account."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext

from orders.models import Order
from orders.payments import providers
from orders.payments.enums import PaymentState
from orders.payments.models import Payment
from orders.payments.selectors import balances
from orders.payments.services import settlement
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Invalid, NotFound
from pinshop.core.money import Money


class TransferUsed(Conflict):
    """The bank's reference was written down before, for another amount or order."""

    code = "transfer_used"


def record(*, order_id: UUID, amount: Money, reference: str, actor: Actor, now: datetime) -> Payment:
    """Book a transfer for an order; the same reference again is the same transfer.

    A sum that is not exactly what is due is kept, and the order then needs attention. Raises TransferUsed, Invalid, NotFound.
    """
    reference = reference.strip()[:255]
    if amount.amount_minor <= 0 or not reference:
        raise Invalid(gettext("Give an amount above zero and the reference that the bank shows."))
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
        if order is None or order.currency != amount.currency:
            raise NotFound(gettext("There is no such order in %(currency)s.") % {"currency": amount.currency})
        due = balances.due_of(order)
        payment, is_new = Payment.objects.get_or_create(
            provider=providers.TRANSFER,
            session_id=reference,
            defaults={
                "order": order,
                "state": PaymentState.SUCCEEDED,
                "currency": amount.currency,
                "amount_minor": amount.amount_minor,
                "captured_minor": amount.amount_minor,
                "idempotency_key": f"transfer-{uuid4()}",
                "expires_at": now,
                "asked_at": now,
                "created_at": now,
                "settled_at": now,
            },
        )
        if is_new:
            settlement.book(order=order, due=due, captured=amount, actor=actor, payment=payment, now=now)
        elif (payment.order_id, payment.amount_minor) != (order_id, amount.amount_minor):
            raise TransferUsed(
                gettext("The transfer %(reference)s is booked already, with another amount or order.")
                % {"reference": reference}
            )
    return payment
