"""Rows for tests that begin in the middle of an order's life."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from orders.enums import LineKind
from orders.models import Order, OrderLine, Quote
from orders.services import numbers
from pinshop.accounts.owners import Owner

GUEST = Owner(guest_key="guest-of-the-tests")
ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "line2": "",
    "city": "London",
    "region": "",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}


def make_order(*, now: datetime, owner: Owner = GUEST, total_minor: int = 10_000, **fields: Any) -> Order:
    """An order without lines."""
    amounts: dict[str, Any] = {
        "currency": "USD",
        "subtotal_minor": total_minor - 500,
        "shipping_minor": 500,
        "tax_minor": 0,
        "total_minor": total_minor,
        "shipping": {},
        "tax": {},
        "price_version": 1,
    }
    quote = Quote.objects.create(
        **owner.fields(),
        **amounts,
        number=numbers.take("Q", now=now),
        country="GB",
        lines=[],
        expires_at=now,
        created_at=now,
    )
    return Order.objects.create(
        **owner.fields(),
        **amounts,
        **{
            "number": numbers.take("PS", now=now),
            "quote": quote,
            "contact_email": "ada@example.org",
            "contact_name": "Ada Lovelace",
            "address": ADDRESS,
            "placed_at": now,
            **fields,
        },
    )


def make_line(order: Order, *, kind: str = LineKind.CUSTOM, state: str = "placed", **fields: Any) -> OrderLine:
    """A line of an order in any state."""
    custom = kind == LineKind.CUSTOM
    return OrderLine.objects.create(
        **{
            "order": order,
            "position": order.lines.count() + 1,
            "kind": kind,
            "title": "Sleepy fox",
            "design_id": uuid4() if custom else None,
            "variant_id": None if custom else uuid4(),
            "quantity": 100,
            "spec": {} if custom else None,
            "price": {"items": [], "total_minor": 9500},
            "total_minor": 9500,
            "weight_g": 500,
            "state": state,
            "updated_at": order.placed_at,
            **fields,
        }
    )
