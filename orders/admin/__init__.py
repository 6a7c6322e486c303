"""What staff see and do about orders."""

from orders.admin import baskets, orders, shipping

__all__ = ["baskets", "orders", "shipping"]
