"""Writing down what an order costs after the price of one of its lines has changed."""

from orders.models import Order, OrderLine
from orders.services import totals
from pinshop.core.money import Money


def reprice(*, order: Order) -> Money:
    """Add an order up again from its lines as they stand, and store it; returns by how much less it costs than before.

    Shipping, tax rate and voucher stay as they were agreed. The caller holds the order's row lock. More is a negative
    amount.
    """
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    found = totals.again(order, [Money(line.total_minor, order.currency) for line in lines])
    before = Money(order.total_minor, order.currency)
    columns = found.columns()
    for name, value in columns.items():
        setattr(order, name, value)
    order.save(update_fields=list(columns))
    for line, share in zip(lines, found.shares, strict=True):
        line.discount_minor, line.tax_minor = share.discount.amount_minor, share.tax.amount_minor
    OrderLine.objects.bulk_update(lines, ["discount_minor", "tax_minor"])
    return before - found.total
