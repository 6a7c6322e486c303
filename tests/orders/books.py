"""A paid order in tests that follow its money."""

from datetime import datetime
from typing import Any

from orders.models import Order
from orders.payments.models import Payment, Refund
from tests.orders.factories import make_order


def make_paid_order(*, now: datetime, total_minor: int = 10_000, **fields: Any) -> Order:
    """An order that is paid in full, $5.00 of it for shipping; without lines."""
    order = make_order(now=now, total_minor=total_minor, paid_at=now, **fields)
    add_payment(order, total_minor, now=now)
    return order


def add_payment(order: Order, minor: int, *, now: datetime, name: str = "one") -> Payment:
    """Money that came for an order."""
    return Payment.objects.create(
        order=order,
        state="succeeded",
        currency=order.currency,
        amount_minor=minor,
        captured_minor=minor,
        provider="stripe",
        session_id=f"cs_{name}_{order.pk}",
        intent_id=f"pi_{name}_{order.pk}",
        idempotency_key=f"{name}:{order.pk}",
        expires_at=now,
        asked_at=now,
        created_at=now,
    )


def refunded(order: Order) -> list[tuple[int, str]]:
    """What went back: amounts with their reasons, in order."""
    rows = Refund.objects.filter(payment__order=order).order_by("created_at", "amount_minor")
    return [(row.amount_minor, row.reason) for row in rows]
