"""Writing down what an order costs after the price of one of its lines has changed."""

from dataclasses import dataclass

from orders.models import Order, OrderLine
from orders.services import totals
from pinshop.core.money import Money


@dataclass(frozen=True, slots=True)
class Saving:
    """By how much less an order costs than before, and how much less tax is in that; negative where it costs more."""

    amount: Money
    tax: Money


def reprice(*, order: Order) -> Saving:
    """Add an order up again from its lines as they stand, and store it.

    The price of the shipping is that of the given row; tax rate and voucher stay as they were agreed. The caller holds the
    order's row lock.
    """
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    found = totals.again(order, [Money(line.total_minor, order.currency) for line in lines])
    before, taxed = Money(order.total_minor, order.currency), Money(order.tax_minor, order.currency)
    columns = found.columns()
    for name, value in columns.items():
        setattr(order, name, value)
    order.save(update_fields=list(columns))
    for line, share in zip(lines, found.shares, strict=True):
        line.discount_minor, line.tax_minor = share.discount.amount_minor, share.tax.amount_minor
    OrderLine.objects.bulk_update(lines, ["discount_minor", "tax_minor"])
    return Saving(before - found.total, taxed - found.tax)
