"""Ready-made pins that come back within 14 days: asked for by the customer, refunded when staff have them in their hands.

What goes back is the line's price times the pieces that arrived, divided by those ordered, rounded half up; with the last
piece of a whole order also what its shipping cost.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from catalog.services import stock
from orders.claims.enums import ReturnState
from orders.claims.models import GoodsReturn
from orders.claims.selectors import claims as rows
from orders.enums import LineState
from orders.models import Order, OrderLine
from orders.payments.selectors.balances import get_balance
from orders.payments.services import repayments
from orders.services import notices
from orders.services.unders import share_of_missing
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Invalid, NotFound
from pinshop.core.money import Money
from pinshop.core.words import Sentence


class NotReturnable(Conflict):
    """The line cannot be sent back: custom, not delivered, too long ago, or on its way back already."""

    code = "not_returnable"


class ReturnClosed(Conflict):
    """The return ended before."""

    code = "return_closed"


def ask(*, return_id: UUID, line_id: UUID, pieces: int, reason: str, actor: Actor, now: datetime) -> GoodsReturn:
    """Say that pieces of a delivered ready-made line are sent back. The same `return_id` again is the same return.

    Callers have checked that the line is the actor's. Raises NotReturnable, Invalid, NotFound.
    """
    with transaction.atomic():
        line = _lock(line_id)
        known = GoodsReturn.objects.filter(pk=return_id, line=line).first()
        if known is not None:
            return known
        until = rows.return_until(line)
        if until is None or until < now or line.returns.filter(state=ReturnState.OPEN).exists():
            day = f" That was until {until.day} {until:%B %Y}." if until and until < now else ""
            raise NotReturnable(
                gettext("%(title)s cannot be sent back any more, or not yet.%(day)s Write to us if in doubt.")
                % {"title": line.title, "day": day}
            )
        most = rows.returnable_pieces(line)
        if not 1 <= pieces <= most:
            message = (
                gettext("Give a number from 1 to %(most)s.") % {"most": most}
                if most
                else gettext("Everything of this line was sent back already.")
            )
            raise Invalid(message, fields={"pieces": message})
        row = GoodsReturn.objects.create(
            id=return_id, line=line, pieces=pieces, reason=reason.strip()[:300], asked_at=now
        )
        note = f"You send {pieces} × {line.title} back. What you paid comes back once they are here."
        _record(line, row, "return.asked", note, actor=actor, now=now)
        notices.return_asked(line, return_id=return_id, pieces=pieces, now=now)
    return row


def take_in(*, return_id: UUID, arrived: int, restocked: int, actor: Actor, now: datetime) -> GoodsReturn:
    """Pins came back: refund them, and put those that are as new on the shelf (staff). Again it changes nothing.

    Raises ReturnClosed where it was closed without pins, Invalid, NotFound.
    """
    with transaction.atomic():
        row, line = _lock_return(return_id)
        if row.state == ReturnState.CLOSED:
            raise ReturnClosed(gettext("This return was closed without pins."))
        if row.state == ReturnState.ARRIVED:
            return row
        if not (1 <= arrived <= row.pieces and 0 <= restocked <= arrived):
            message = gettext(
                "From 1 to %(pieces)s pieces can arrive, and no more than those go back on the shelf."
            ) % {"pieces": row.pieces}
            raise Invalid(message, fields={"arrived": message})
        _move(row, ReturnState.ARRIVED, now=now, arrived=arrived, restocked=restocked)
        if restocked and line.variant_id is not None and line.order.live:
            note = f"{line.order.number} sent back"
            stock.adjust(variant_id=line.variant_id, by=restocked, actor=actor, now=now, note=note)
        note = Sentence(gettext_noop("%(pieces)s × %(title)s came back."), pieces=arrived, title=line.title)
        _record(line, row, "return.arrived", note, actor=actor, now=now)
        repayments.give_back_what_is_left(
            order_id=line.order_id,
            parts=_parts(line, arrived),
            reason=note,
            key=f"return:{return_id}",
            actor=actor,
            now=now,
        )
    return row


def close(*, return_id: UUID, reason: str, actor: Actor, now: datetime) -> GoodsReturn:
    """The pins do not come (staff). Again it changes nothing. Raises ReturnClosed once they arrived, NotFound."""
    with transaction.atomic():
        row, line = _lock_return(return_id)
        if row.state == ReturnState.ARRIVED:
            raise ReturnClosed(gettext("These pins arrived, and were refunded."))
        if row.state == ReturnState.OPEN:
            _move(row, ReturnState.CLOSED, now=now)
            note = f"The return of {line.title} was closed. {reason}".strip()
            _record(line, row, "return.closed", note, actor=actor, now=now)
    return row


def _lock(line_id: UUID) -> OrderLine:
    order = Order.objects.select_for_update(of=("self",)).filter(lines=line_id).first()
    if order is None:
        raise NotFound(gettext("There is no such order line."))
    line = OrderLine.objects.select_related("shipment").get(pk=line_id)
    line.order = order
    return line


def _lock_return(return_id: UUID) -> tuple[GoodsReturn, OrderLine]:
    found = GoodsReturn.objects.filter(pk=return_id).first()
    if found is None:
        raise NotFound(gettext("There is no such return."))
    line = _lock(found.line_id)
    return GoodsReturn.objects.get(pk=return_id), line


def _move(row: GoodsReturn, state: ReturnState, *, now: datetime, arrived: int = 0, restocked: int = 0) -> None:
    given = {"state": state, "closed_at": now, "arrived": arrived, "restocked": restocked}
    if not GoodsReturn.objects.filter(pk=row.pk, state=ReturnState.OPEN).update(**given):
        raise ReturnClosed(gettext("This return ended a moment ago. Look at it again."))
    for name, value in given.items():
        setattr(row, name, value)


def _parts(line: OrderLine, arrived: int) -> list[repayments.Part]:
    balance = get_balance(order=line.order)
    payable = Money(line.payable_minor, line.order.currency)
    parts = [repayments.of_line(line, share_of_missing(payable, missing=arrived, quantity=line.quantity))]
    if _is_whole_order_back(line.order):
        parts.append(repayments.of_shipping(balance.left_of_shipping))
    return parts


def _is_whole_order_back(order: Order) -> bool:
    running = OrderLine.objects.filter(order=order, remake_of=None).exclude(state=LineState.CANCELLED)
    return not any(
        rows.returnable_pieces(line) or line.returns.filter(state=ReturnState.OPEN).exists()
        for line in running.prefetch_related("returns")
    )


def _record(line: OrderLine, row: GoodsReturn, action: str, note: str, *, actor: Actor, now: datetime) -> None:
    data = {"line_id": str(line.pk), "return_id": str(row.pk)}
    audit.record(subject=line.order, action=action, actor=actor, now=now, note=note, data=data)
    notices.order_updated(line.order, now=now)
