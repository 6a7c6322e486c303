"""Reading the papers of orders: invoices and what credits them."""

from orders.models import Order
from orders.payments.models import CreditNote, Invoice


def list_invoices(*, order: Order) -> list[Invoice]:
    """The invoices of an order that are drawn, its own first, then those of accepted re-quotes. Reads `order.invoices`."""
    return sorted((row for row in order.invoices.all() if row.file_id), key=lambda row: row.number)


def list_credit_notes(*, order: Order) -> list[CreditNote]:
    """The credit notes of an order that are drawn, oldest first."""
    return list(CreditNote.objects.filter(invoice__order=order).exclude(file=None).order_by("issued_at", "number"))
