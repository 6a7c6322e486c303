"""What stock an unpaid order holds, and until when: for the customer who is about to pay."""

from dataclasses import dataclass
from datetime import datetime

from orders.enums import LineKind, LineState
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Holding:
    """Pieces held for an order until `until`, for `seconds` more; 0 where they are free for others by now."""

    until: datetime | None
    seconds: int


def find_holding(order: Order, *, now: datetime) -> Holding | None:
    """What an order holds, from its prefetched lines; None where it is paid, cancelled, or has nothing from the shelf."""
    if order.confirmed_at is not None or order.attention or not order.live:
        return None
    if not any(line.kind == LineKind.READY and line.state != LineState.CANCELLED for line in order.lines.all()):
        return None
    if order.reserved_until is None or order.reserved_until <= now:
        return Holding(until=None, seconds=0)
    return Holding(until=order.reserved_until, seconds=int((order.reserved_until - now).total_seconds()))
