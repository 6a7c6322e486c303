"""The shelf: what is on hand, what of it is promised. Every change is one conditional UPDATE.

An order reserves, then either takes (the pins leave the shelf) or releases (they stay). Each of these happens once for
an order because the order's own state change, in the same transaction, happens once. Several variants are reserved in
the order of their ids, so that two orders never wait for each other. Where the last one goes, or one comes back, the
pages that are kept for many visitors are forgotten.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.sql import UpdateQuery
from django.utils.translation import gettext

from catalog.models import Stock
from catalog.services import freshness
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Invalid


class OutOfStock(Conflict):
    """Fewer are free than were asked for; `extra["available"]` says how many."""

    code = "out_of_stock"


class StockMismatch(Conflict):
    """More were to be taken or released than are promised: an order was counted twice or not at all."""

    code = "stock_mismatch"


def reserve(*, variant_id: UUID, quantity: int) -> None:
    """Promise `quantity` of a variant. Raises OutOfStock; nothing is promised then."""
    _positive(quantity)
    free = Stock.objects.filter(_free(quantity), variant_id=variant_id)
    left = _update(free, reserved=F("reserved") + quantity)
    if left == 0:
        freshness.forget_pages()
    if left is None:
        row = Stock.objects.filter(variant_id=variant_id).first()
        available = row.available if row else 0
        rest = gettext("Only %(available)s left") % {"available": available} if available else gettext("Sold out")
        message = gettext("%(left)s; %(quantity)s asked for. Choose fewer, or another pin.") % {
            "left": rest,
            "quantity": quantity,
        }
        raise OutOfStock(message, fields={"quantity": message}, variant_id=str(variant_id), available=available)


def release(*, variant_id: UUID, quantity: int) -> None:
    """Give back a promise: the pins can be sold again. Raises StockMismatch."""
    _positive(quantity)
    promised = Stock.objects.filter(variant_id=variant_id, reserved__gte=quantity)
    left = _update(promised, reserved=F("reserved") - quantity)
    if left == quantity:
        freshness.forget_pages()
    if left is None:
        raise StockMismatch(
            gettext("%(quantity)s of variant %(variant_id)s cannot be released: fewer are promised.")
            % {"quantity": quantity, "variant_id": variant_id}
        )


def take(*, variant_id: UUID, quantity: int) -> None:
    """Take promised pins off the shelf. Raises StockMismatch."""
    _positive(quantity)
    promised = Stock.objects.filter(variant_id=variant_id, reserved__gte=quantity, on_hand__gte=quantity)
    if not promised.update(reserved=F("reserved") - quantity, on_hand=F("on_hand") - quantity):
        raise StockMismatch(
            gettext("%(quantity)s of variant %(variant_id)s cannot be taken: fewer are promised.")
            % {"quantity": quantity, "variant_id": variant_id}
        )


def adjust(*, variant_id: UUID, by: int, actor: Actor, now: datetime, note: str = "") -> Stock:
    """Count pins in (positive) or out (negative); promised ones stay. Raises StockMismatch; writes the audit log."""
    with transaction.atomic():
        kept = Stock.objects.filter(Q(on_hand__gte=F("reserved") - by), variant_id=variant_id)
        if not kept.update(on_hand=F("on_hand") + by):
            raise StockMismatch(
                gettext("The stock cannot change by %(by)s: it would fall below what is promised to orders.")
                % {"by": by}
            )
        row = Stock.objects.get(variant_id=variant_id)
        if row.available in {0, by}:
            freshness.forget_pages()
        data = {"by": by, "on_hand": row.on_hand, "reason": note}
        audit.record(subject=row, action="stock.adjusted", actor=actor, now=now, data=data)
    return row


def _update(rows: QuerySet[Stock], **changes: Combinable) -> int | None:
    """The same as `rows.update(**changes)` for one row; returns how many are free after it, None where no row matched."""
    query: Any = rows.query.chain(UpdateQuery)  # its type is that of a query which reads
    query.add_update_values(changes)
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING on_hand - reserved", parameters)
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def _free(quantity: int) -> Q:
    return Q(on_hand__gte=F("reserved") + quantity)


def _positive(quantity: int) -> None:
    if quantity < 1:
        message = gettext("Choose a quantity of 1 or more.")
        raise Invalid(message, fields={"quantity": message})
