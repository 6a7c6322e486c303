"""What is credited of the parts of an order before it is paid, as the columns of its lines and its shipping count it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F

from orders.models import Order, OrderLine


def raise_by(*, order_id: UUID, parts: Iterable[Mapping[str, Any]]) -> None:
    """Count these parts (`repayments.Part.to_json`) as credited. The caller holds the order's row lock."""
    _change(order_id, parts, 1)


def lower_by(*, order_id: UUID, parts: Iterable[Mapping[str, Any]]) -> None:
    """Count them no longer: what was to go back for them did not."""
    _change(order_id, parts, -1)


def _change(order_id: UUID, parts: Iterable[Mapping[str, Any]], sign: int) -> None:
    for part in parts:
        minor = sign * int(part["amount_minor"])
        if part["line_id"] is not None:
            OrderLine.objects.filter(pk=part["line_id"]).update(credited_minor=F("credited_minor") + minor)
        else:
            Order.objects.filter(pk=order_id).update(credited_shipping_minor=F("credited_shipping_minor") + minor)
