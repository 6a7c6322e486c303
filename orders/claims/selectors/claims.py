"""Reading claims and returns: whether there may be one, and those of an order."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from orders.cancellation import terms_of
from orders.claims.enums import ReturnState
from orders.claims.models import Claim, GoodsReturn
from orders.enums import LineKind, LineState
from orders.models import Order, OrderLine
from pinshop.core.errors import NotFound

# By law and by the first table; an order placed under a table has its own.
USUAL_RETURN_DAYS = 14


def claim_until(line: OrderLine) -> datetime | None:
    """Until when something may be reported about a line; None before it was delivered."""
    delivered = _delivered_at(line)
    return delivered + timedelta(days=settings.CLAIM_DAYS) if delivered else None


def return_until(line: OrderLine) -> datetime | None:
    """Until when a ready-made line may be sent back; None for custom pins, for what was sent free, before the delivery."""
    delivered = _delivered_at(line)
    if delivered is None or line.kind != LineKind.READY or line.remake_of_id is not None:
        return None
    terms = terms_of(line.order.cancellation)
    return delivered + timedelta(days=terms.return_days if terms else USUAL_RETURN_DAYS)


def returnable_pieces(line: OrderLine) -> int:
    """How many pieces of a line may still be sent back."""
    back = sum(row.pieces if row.state == ReturnState.OPEN else row.arrived for row in line.returns.all())
    return max(line.quantity - line.missing_quantity - back, 0)


def list_lines(order: Order) -> list[OrderLine]:
    """The delivered lines of an order with their parcels, claims and returns, in order; four queries."""
    rows = OrderLine.objects.filter(order=order, state=LineState.DELIVERED).select_related("shipment", "order")
    return list(rows.prefetch_related("claims__photos", "returns").order_by("position"))


def list_of_order(order: Order) -> QuerySet[Claim]:
    """The claims of an order, oldest first."""
    return Claim.objects.filter(line__order=order).select_related("line").prefetch_related("photos")


def list_returns(order: Order) -> QuerySet[GoodsReturn]:
    """The returns of an order, oldest first."""
    return GoodsReturn.objects.filter(line__order=order).select_related("line")


def get_claim(*, claim_id: UUID) -> Claim:
    """A claim; raises NotFound."""
    claim = Claim.objects.select_related("line__order").filter(pk=claim_id).first()
    if claim is None:
        raise NotFound("There is no such claim.")
    return claim


def _delivered_at(line: OrderLine) -> datetime | None:
    if line.state != LineState.DELIVERED or line.shipment is None:
        return None
    return line.shipment.delivered_at
