"""What staff see and do about orders."""

from orders.admin import baskets, orders, shipping, waiting

__all__ = ["baskets", "orders", "shipping", "waiting"]
