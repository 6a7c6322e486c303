"""Stock held for an order while its payment page is open. `Order.reserved_until` says that, and until when.

Whoever changes that column by condition has the right to move the stock, so that each piece is held, given back or taken
once, however often these are called.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import transaction

from catalog.services import stock
from orders.enums import LineKind, LineState
from orders.models import Order, OrderLine
from orders.quoted import QuotedLine


class _Move(Protocol):
    def __call__(self, *, variant_id: UUID, quantity: int) -> None: ...


def hold(*, order_id: UUID, until: datetime) -> bool:
    """Hold stock for the ready-made lines, or hold it for longer. False where the order has none to hold.

    Raises catalog's OutOfStock, and then holds nothing.
    """
    if Order.objects.filter(pk=order_id, reserved_until__isnull=False).update(reserved_until=until):
        return True
    return begin(order_id=order_id, until=until)


def begin(*, order_id: UUID, until: datetime) -> bool:
    """Hold stock for an order that holds none. False where it has no ready-made lines, or where a rival was first.

    Raises catalog's OutOfStock, and then holds nothing. Rows are taken in pk order, so that rivals cannot deadlock.
    """
    with transaction.atomic(savepoint=False):
        wanted = _list_pieces(order_id)
        free = Order.objects.filter(pk=order_id, reserved_until__isnull=True)
        if not wanted or not free.update(reserved_until=until):
            return False
        _reserve(wanted)
    return True


def begin_new(*, order: Order, lines: Sequence[OrderLine]) -> None:
    """Hold stock for an order that this transaction writes with its `reserved_until`. Raises OutOfStock.

    Nobody else can see the order yet, so that no condition is needed.
    """
    if order.reserved_until is not None:
        _reserve(_add_up((line.variant_id, line.quantity) for line in lines))


def needs_stock(lines: Sequence[QuotedLine], *, live: bool) -> bool:
    """Whether an order of these lines holds any; one of a test key holds nothing of the real shelf."""
    return live and any(line.kind == LineKind.READY for line in lines)


def release(*, order_id: UUID) -> bool:
    """Give back what is held. False where nothing is."""
    return _end(order_id, stock.release)


def take(*, order_id: UUID) -> bool:
    """Take what is held off the shelf for good: it was paid. False where nothing is held."""
    return _end(order_id, stock.take)


def _end(order_id: UUID, move: _Move) -> bool:
    with transaction.atomic():
        if not Order.objects.filter(pk=order_id, reserved_until__isnull=False).update(reserved_until=None):
            return False
        for variant_id, quantity in _list_pieces(order_id):
            move(variant_id=variant_id, quantity=quantity)
    return True


def _list_pieces(order_id: UUID) -> list[tuple[UUID, int]]:
    """What the order holds of each variant; an order of a test key holds nothing of the real shelf."""
    rows = OrderLine.objects.filter(order_id=order_id, order__live=True, kind=LineKind.READY).exclude(
        state=LineState.CANCELLED
    )
    return _add_up(rows.values_list("variant_id", "quantity"))


def _add_up(lines: Iterable[tuple[UUID | None, int]]) -> list[tuple[UUID, int]]:
    """The pieces of each variant, in the order in which their rows are taken."""
    pieces: dict[UUID, int] = {}
    for variant_id, quantity in lines:
        if variant_id is not None:
            pieces[variant_id] = pieces.get(variant_id, 0) + quantity
    return sorted(pieces.items())


def _reserve(pieces: list[tuple[UUID, int]]) -> None:
    for variant_id, quantity in pieces:
        stock.reserve(variant_id=variant_id, quantity=quantity)
