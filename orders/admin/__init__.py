"""What staff see and do about orders."""

from orders.admin import baskets, cancellation, lines, orders, shipments, shipping, taxes, vouchers, waiting

__all__ = ["baskets", "cancellation", "lines", "orders", "shipments", "shipping", "taxes", "vouchers", "waiting"]
