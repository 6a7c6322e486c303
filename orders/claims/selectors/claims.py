"""Reading claims and returns: whether there may be one, and those of an order."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from orders.cancellation import terms_of
from orders.claims.enums import ClaimState, ReturnState
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


def with_doings(lines: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    """Lines with what `list_actions` reads: whether a claim or a return is open, and how many pieces came back."""
    returns = GoodsReturn.objects.filter(line=OuterRef("pk"))
    back = Sum(Case(When(state=ReturnState.OPEN, then="pieces"), default="arrived"))
    return lines.annotate(
        has_open_claim=Exists(Claim.objects.filter(line=OuterRef("pk"), state=ClaimState.OPEN)),
        has_open_return=Exists(returns.filter(state=ReturnState.OPEN)),
        pieces_back=Coalesce(Subquery(returns.values("line").annotate(back=back).values("back")), 0),
    )


def list_actions(line: OrderLine, *, now: datetime) -> list[str]:
    """What its owner may do about a line after delivery: claim (until `claim_until`), return (until `return_until`).

    The line was read by `with_doings`, and its order and parcel with it.
    """
    doings: Any = line  # Django's annotations are no attributes of the model
    claim, back = claim_until(line), return_until(line)
    actions = []
    if claim is not None and now <= claim and not doings.has_open_claim:
        actions.append("claim")
    left = line.quantity - line.missing_quantity - doings.pieces_back
    if back is not None and now <= back and left > 0 and not doings.has_open_return:
        actions.append("return")
    return actions


def list_lines(order: Order) -> list[OrderLine]:
    """The delivered lines of an order with their parcels, claims and returns, in order; four queries."""
    rows = with_doings(OrderLine.objects.filter(order=order, state=LineState.DELIVERED))
    return list(
        rows.select_related("shipment", "order").prefetch_related("claims__photos", "returns").order_by("position")
    )


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
        raise NotFound(gettext("There is no such claim."))
    return claim


def _delivered_at(line: OrderLine) -> datetime | None:
    if line.state != LineState.DELIVERED or line.shipment is None:
        return None
    return line.shipment.delivered_at
