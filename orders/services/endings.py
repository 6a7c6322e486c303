"""What ending lines of an order does to stock, production, voucher and money, whoever decided it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from catalog.services import stock
from designs.services import proofs
from orders.enums import LineKind, LineState, RequoteState
from orders.manufacturing.services import production
from orders.models import Order, OrderLine, Requote
from orders.payments.selectors import balances
from orders.payments.services import giftsales, repayments, settlement
from orders.services import lines, payment_terms, reservations, vouchers
from pinshop.core.actors import Actor
from pinshop.core.errors import NotFound
from pinshop.core.money import Money


def lock(order_id: UUID, line_ids: Sequence[UUID] | None) -> tuple[Order, list[OrderLine], list[OrderLine]]:
    """The order and its lines, locked: those to cancel, and those that stay."""
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None:
        raise NotFound(gettext("There is no such order."))
    rows = list(OrderLine.objects.select_for_update().filter(order=order).order_by("pk"))
    unknown = set(line_ids or ()) - {line.pk for line in rows}
    if unknown:
        raise NotFound(gettext("This line is not in this order."))
    for line in rows:
        line.order = order
    running = [line for line in rows if line.state != LineState.CANCELLED]
    chosen = [line for line in running if line_ids is None or line.pk in line_ids]
    return order, chosen, [line for line in running if line not in chosen]


def end(
    order: Order,
    chosen: list[OrderLine],
    left: list[OrderLine],
    costs: Mapping[UUID, Money],
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> str:
    """Cancel the lines; returns the key of this cancellation. A line is cancelled once, so its id names it."""
    key = f"cancel:{min(line.pk for line in chosen)}"
    if order.confirmed_at is None:
        reservations.release(order_id=order.pk)
    if order.paid_at is None:
        settlement.close_pages(order=order, now=now)
    withdrawn = Requote.objects.filter(line__in=chosen, state=RequoteState.OPEN)
    withdrawn.update(state=RequoteState.WITHDRAWN, answered_at=now)
    # Stock by variant and then the voucher, as placing an order takes them: else the two deadlock.
    for line in sorted(chosen, key=lambda line: line.variant_id or line.pk):
        if line.variant_id and _is_off_the_shelf(order, line):
            stock.adjust(
                variant_id=line.variant_id, by=line.quantity, actor=actor, now=now, note=f"{order.number} cancelled"
            )
        if line.kind == LineKind.GIFT_CARD:
            giftsales.take_back(line=line, actor=actor, now=now)
        if line.design_id is not None:
            proofs.close_open(design_id=line.design_id, reference=str(line.pk), actor=actor, now=now)
        lines.advance(
            line_id=line.pk,
            to=LineState.CANCELLED,
            actor=actor,
            now=now,
            note=_note(line, costs.get(line.pk), reason),
        )
        if costs.get(line.pk):
            line.cancellation_cost_minor = costs[line.pk].amount_minor
            OrderLine.objects.filter(pk=line.pk).update(cancellation_cost_minor=line.cancellation_cost_minor)
        production.cancel(line_id=line.pk, reason=reason, actor=actor, now=now)
    if order.paid_at is None and not left:
        vouchers.release(order_id=order.pk, now=now)
    # Of an order that is not paid, gift cards may have paid a part.
    _refund(order, chosen, is_last=not left, key=key, reason=reason, actor=actor, now=now)
    payment_terms.go_on(order_id=order.pk, key=key, actor=actor, now=now)
    return key


def _is_off_the_shelf(order: Order, line: OrderLine) -> bool:
    """Whether the stock of a ready-made line was taken: late money that found none left it as placed, a test key took none."""
    taken = order.live and order.confirmed_at is not None
    return taken and (line.state != LineState.PLACED or not order.attention)


def _note(line: OrderLine, cost: Money | None, reason: str) -> str:
    words = f"{line.title} was cancelled"
    return f"{words}, which costs {cost}. {reason}".strip() if cost else f"{words}. {reason}".strip()


def _refund(
    order: Order, chosen: list[OrderLine], *, is_last: bool, key: str, reason: str, actor: Actor, now: datetime
) -> None:
    """What is left of the lines, and with the last of the order its shipping and whatever else came for it."""
    balance = balances.get_balance(order=order)
    parts = [repayments.of_line(line, balance.left_of_line(line.pk)) for line in chosen]
    if is_last:
        parts += [repayments.of_shipping(balance.left_of_shipping), repayments.of_surplus(balance.surplus)]
    repayments.give_back_what_is_left(
        order_id=order.pk, parts=parts, reason=reason, key=key, actor=actor, now=now, off_what_is_due=False
    )
