"""Fewer pieces than ordered: their share of the line's price goes back by itself. More pieces are never billed.

The rule: what the customer pays for the line, times the missing pieces, divided by those ordered, rounded half up. What is
made once, such as the die, counts with its share as well: in the customer's favour, and anyone can work it out.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from orders.enums import LineState
from orders.models import Order, OrderLine
from orders.payments.services import repayments
from orders.services import notices
from pinshop.core import audit
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import NotFound
from pinshop.core.money import Money, round_minor
from pinshop.core.words import Sentence

PACKED_TOPIC = "orders.line.packed_short"
ONE_MISSING = gettext_noop("1 pin is missing of %(quantity)s × %(title)s, so %(amount)s comes back.")
SOME_MISSING = gettext_noop("%(missing)s pins are missing of %(quantity)s × %(title)s, so %(amount)s comes back.")


def refund_missing(*, line_id: UUID, packed: int, now: datetime) -> bool:
    """Give back what the pieces cost that were not packed. The same again changes nothing.

    False where none is missing, or the line was cancelled. Where not a single piece was packed, or the line was made again at
    our cost, it is False as well: then staff decide what becomes of it. Raises NotFound.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).filter(lines=line_id).first()
        if order is None:
            raise NotFound(gettext("There is no such order line."))
        line = OrderLine.objects.get(pk=line_id)
        line.order = order
        missing = max(line.quantity - packed, 0)
        open_line = OrderLine.objects.filter(pk=line_id, missing_quantity=0, remake_of=None).exclude(
            state=LineState.CANCELLED
        )
        if not (0 < missing < line.quantity) or not open_line.update(missing_quantity=missing):
            return False
        amount = share_of_missing(Money(line.payable_minor, order.currency), missing=missing, quantity=line.quantity)
        text = ONE_MISSING if missing == 1 else SOME_MISSING
        note = Sentence(text, missing=missing, quantity=line.quantity, title=line.title, amount=amount)
        audit.record(
            subject=order,
            action="line.short",
            actor=SYSTEM,
            now=now,
            note=note,
            data={"line_id": str(line_id), "packed": packed, "missing": missing},
        )
        repayments.give_back_what_is_left(
            order_id=order.pk,
            parts=[repayments.of_line(line, amount)],
            reason=note,
            key=f"missing:{line_id}",
            actor=SYSTEM,
            now=now,
        )
        notices.order_updated(order, now=now)
    return True


def share_of_missing(payable: Money, *, missing: int, quantity: int) -> Money:
    """The share of the missing pieces, rounded half up."""
    return Money(round_minor(Decimal(payable.amount_minor * missing) / quantity), payable.currency)
