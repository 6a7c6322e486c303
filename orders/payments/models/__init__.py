"""Rows of payments."""

from orders.payments.models.giftcards import GiftCard
from orders.payments.models.papers import CreditNote, Invoice
from orders.payments.models.payments import MAX_ID, MAX_TYPE, Credit, Discrepancy, InboundEvent, Payment, Refund

__all__ = [
    "MAX_ID",
    "MAX_TYPE",
    "Credit",
    "CreditNote",
    "Discrepancy",
    "GiftCard",
    "InboundEvent",
    "Invoice",
    "Payment",
    "Refund",
]
