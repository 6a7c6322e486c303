"""Reading the papers of orders: invoices and what credits them."""

from orders.models import Order
from orders.payments.models import CreditNote


def list_credit_notes(*, order: Order) -> list[CreditNote]:
    """The credit notes of an order that are drawn, oldest first."""
    return list(CreditNote.objects.filter(invoice__order=order).exclude(file=None).order_by("issued_at", "number"))
