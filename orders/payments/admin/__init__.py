"""What staff see and do about money."""

from orders.payments.admin import giftcards, money

__all__ = ["giftcards", "money"]
