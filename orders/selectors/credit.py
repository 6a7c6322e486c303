"""What businesses owe."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from orders.enums import PaymentTerms
from orders.models import Order
from orders.payments.selectors import balances
from pinshop.core.money import Money, total


def get_open(*, business_id: UUID, currency: str) -> Money:
    """The sum of what a business still has to pay of its orders by invoice, billed or not, test orders left out."""
    rows = _unpaid(business_id).filter(currency=currency).prefetch_related("lines", "payments")
    return total((balances.due_of(order) for order in rows), currency)


def find_overdue(*, business_id: UUID, today: date) -> Order | None:
    """The order of a business whose invoice has been due for longest; None where none is."""
    rows = _unpaid(business_id).filter(due_date__lt=today).prefetch_related("lines", "payments")
    return next((order for order in rows.order_by("due_date") if balances.due_of(order)), None)


def _unpaid(business_id: UUID) -> QuerySet[Order]:
    return Order.objects.filter(business_id=business_id, live=True, payment_terms=PaymentTerms.INVOICE, paid_at=None)
