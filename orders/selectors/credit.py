"""What businesses owe."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from orders.enums import PaymentTerms
from orders.models import Order
from orders.payments.selectors import balances
from pinshop.accounts.models import Business
from pinshop.core.money import Money, total


@dataclass(frozen=True, slots=True)
class Credit:
    """What a business may owe, what it owes, and its order whose invoice is overdue."""

    business: str
    limit: Money
    open: Money
    overdue: Order | None

    @property
    def room(self) -> Money:
        """What may still be ordered by invoice."""
        return max(self.limit - self.open, Money(0, self.limit.currency))

    def why_not(self, price: Money) -> str:
        """Why something more that costs this cannot be paid by invoice, and what to do; empty where it can."""
        if price.currency != self.limit.currency:
            return (
                f"{self.business} pays by invoice in {self.limit.currency} only. "
                f"Order in {self.limit.currency}, or pay now."
            )
        if self.overdue is not None:
            return (
                f"The invoice of order {self.overdue.number} was due on {self.overdue.due_date:%-d %B %Y}. "
                "Pay it first, or pay this order now."
            )
        if self.limit < self.open + price:
            return (
                f"With this order {self.open + price} would be open, and the credit limit of {self.business} is "
                f"{self.limit}. Pay an open invoice first, or pay this order now."
            )
        return ""


def find_credit(*, business: Business, today: date) -> Credit | None:
    """What a business may owe and owes; None where it has no credit limit."""
    return get_credit(business=business, today=today) if business.credit_limit_minor else None


def get_credit(*, business: Business, today: date) -> Credit:
    """The same, also for a business without a limit: it may owe nothing."""
    return Credit(
        business=business.name,
        limit=Money(business.credit_limit_minor, business.credit_currency),
        open=get_open(business_id=business.pk, currency=business.credit_currency),
        overdue=find_overdue(business_id=business.pk, today=today),
    )


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
