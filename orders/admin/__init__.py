"""What staff see and do about orders."""

from orders.admin import baskets, cancellation, orders, shipping, vouchers, waiting

__all__ = ["baskets", "cancellation", "orders", "shipping", "vouchers", "waiting"]
