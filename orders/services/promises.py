"""The day by which a line leaves the house: promised before it is paid, and what happens where it is missed.

A missed promise gives the rush fee back without anyone asking: the share of the line's price, discount and tax that its rush
item has, rounded half up. Days on which a proof waits for its customer are the customer's: the approval sets the date anew.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from catalog.choices import Options
from catalog.prices import LinePrice
from catalog.selectors import options as options_selector
from catalog.services import lead_times
from catalog.spec import PinSpec
from orders import states
from orders.enums import LineState, PaymentTerms
from orders.models import Order, OrderLine
from orders.payments.services import repayments
from orders.quoted import QuotedLine
from orders.services import notices
from pinshop.core import audit
from pinshop.core.actors import SYSTEM
from pinshop.core.money import Money, total
from pinshop.core.words import Sentence

# From the approval on the work is ours; whatever left the house too late was late as well.
_OURS = [LineState.APPROVED, LineState.HANDED_OVER, *states.PRODUCTION]
_AT_ONCE = 100
LATE = gettext_noop("%(title)s did not leave by %(day)s as promised, so its rush fee of %(fee)s comes back.")


def list_ship_dates(*, lines: Sequence[QuotedLine], start: date, options: Options | None = None) -> list[date]:
    """By when each line leaves the house if it is ordered on `start` and its proof approved on the day it comes."""
    if options is None and any(line.spec for line in lines):
        options = options_selector.get_options()
    return [_ship_by(line.spec, line.quantity, start, options) for line in lines]


def ship_again_by(*, spec: PinSpec | None, quantity: int, start: date) -> date:
    """By when pins leave the house that need no proof any more."""
    if spec is None:
        return start + timedelta(days=settings.READY_MADE_SHIP_DAYS)
    return lead_times.ship_by(spec=spec, quantity=quantity, start=start, proof=False)


def refund_missed(*, now: datetime) -> int:
    """Give the rush fee of every line back that did not leave by the end of its day. Returns how many; for the clock.

    A line is told late once, and its fee goes back once, also where the money could not be given back.
    """
    today = timezone.localdate(now)
    late = Q(state__in=_OURS, ship_by_date__lt=today) | Q(shipment__created_at__date__gt=F("ship_by_date"))
    # What is to be paid on approval is not made before its money comes: its day is then set anew.
    owed = Q(order__paid_at__isnull=False) | Q(order__payment_terms=PaymentTerms.INVOICE)
    rushed = OrderLine.objects.filter(late, owed, spec__rush=True, missed_at=None, remake_of=None).exclude(
        state=LineState.CANCELLED
    )
    found = list(rushed.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    return sum(_refund(line_id, now=now) for line_id in found)


def _ship_by(spec: PinSpec | None, quantity: int, start: date, options: Options | None) -> date:
    if spec is None:
        return start + timedelta(days=settings.READY_MADE_SHIP_DAYS)
    try:
        return lead_times.ship_by(spec=spec, quantity=quantity, start=start, options=options)
    except lead_times.NotRushable:
        return lead_times.ship_by(spec=replace(spec, rush=False), quantity=quantity, start=start, options=options)


def _refund(line_id: UUID, *, now: datetime) -> bool:
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).get(lines=line_id)
        if (
            not OrderLine.objects.filter(pk=line_id, missed_at=None)
            .exclude(state=LineState.CANCELLED)
            .update(missed_at=now)
        ):
            return False
        line = OrderLine.objects.get(pk=line_id)
        line.order = order
        fee = rush_fee_of(line)
        day = line.ship_by_date or Sentence(gettext_noop("the day promised"))
        note = Sentence(LATE, title=line.title, day=day, fee=fee)
        audit.record(
            subject=order, action="line.late", actor=SYSTEM, now=now, note=note, data={"line_id": str(line_id)}
        )
        repayments.give_back_what_is_left(
            order_id=order.pk,
            parts=[repayments.of_line(line, fee)],
            reason=note,
            key=f"rush:{line_id}",
            actor=SYSTEM,
            now=now,
        )
        notices.order_updated(order, now=now)
    return True


def rush_fee_of(line: OrderLine) -> Money:
    """What the customer pays for the rush of a line, with its share of discount and tax."""
    currency = line.order.currency
    price = LinePrice.from_json(line.price)
    fee = total((item.amount for item in price.items if item.code == "rush"), currency)
    if not line.total_minor:
        return fee
    return Money(line.payable_minor, currency).scaled(Decimal(fee.amount_minor) / line.total_minor)
