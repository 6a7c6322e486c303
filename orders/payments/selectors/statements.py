"""A business's account of a month: what was billed, credited, paid and given back, and what is open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop

from orders.payments.enums import PaymentState, RefundState
from orders.payments.models import CreditNote, Invoice, Payment, Refund
from pinshop.core.money import Money
from pinshop.core.words import Sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement: `amount` is above zero where the business owes it, below where it is in the business's favour."""

    at: datetime
    what: str
    number: str
    order_number: str
    purchase_order: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Account:
    """A month in one currency: what was open before, what moved, and what is open after it."""

    currency: str
    opening: Money
    entries: tuple[Entry, ...]

    @property
    def closing(self) -> Money:
        """What the business owes at the end; below zero it has that to its credit."""
        return Money(self.opening.amount_minor + sum(each.amount.amount_minor for each in self.entries), self.currency)


def list_accounts(*, business_id: UUID, month: date) -> list[Account]:
    """The accounts of the month of a day, by currency; a currency in which nothing moved and nothing is open has none.

    Live orders only. Four queries.
    """
    start, end = _moment(month.replace(day=1)), _moment(next_month(month))
    moved: dict[str, list[Entry]] = {}
    opening: dict[str, int] = {}
    for entry in sorted(_entries(business_id, end), key=lambda each: each.at):
        currency = entry.amount.currency
        if entry.at < start:
            opening[currency] = opening.get(currency, 0) + entry.amount.amount_minor
        else:
            moved.setdefault(currency, []).append(entry)
    currencies = sorted({*moved, *(currency for currency, minor in opening.items() if minor)})
    return [
        Account(currency, Money(opening.get(currency, 0), currency), tuple(moved.get(currency, ())))
        for currency in currencies
    ]


def list_months(*, business_id: UUID, now: datetime) -> list[date]:
    """The first days of the months since the first payment or invoice, newest first; this month where there was none."""
    this = timezone.localtime(now).date().replace(day=1)
    first = min(
        (at for at in (_first_payment(business_id), _first_invoice(business_id)) if at is not None), default=now
    )
    month, months = timezone.localtime(first).date().replace(day=1), []
    while month <= this:
        months.append(month)
        month = next_month(month)
    return months[::-1] or [this]


def next_month(day: date) -> date:
    """The first day of the month after this day's."""
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1, day=1)


def _first_payment(business_id: UUID) -> datetime | None:
    paid = Payment.objects.filter(order__business=business_id, order__live=True, state=PaymentState.SUCCEEDED)
    return paid.order_by("settled_at").values_list("settled_at", flat=True).first()


def _first_invoice(business_id: UUID) -> datetime | None:
    issued = Invoice.objects.filter(order__business=business_id, order__live=True)
    return issued.order_by("issued_at").values_list("issued_at", flat=True).first()


def _entries(business_id: UUID, end: datetime) -> Iterator[Entry]:
    mine = {"order__business": business_id, "order__live": True}
    for invoice in Invoice.objects.select_related("order").filter(**mine, issued_at__lt=end):
        order = invoice.order
        amount = Money(invoice.total_minor, invoice.currency)
        yield Entry(
            invoice.issued_at,
            Sentence(gettext_noop("Invoice")),
            invoice.number,
            order.number,
            order.purchase_order,
            amount,
        )
    credited = CreditNote.objects.select_related("invoice__order")
    for note in credited.filter(**{f"invoice__{name}": value for name, value in mine.items()}, issued_at__lt=end):
        order = note.invoice.order
        amount = Money(-note.total_minor, note.currency)
        yield Entry(
            note.issued_at,
            Sentence(gettext_noop("Credit note")),
            note.number,
            order.number,
            order.purchase_order,
            amount,
        )
    paid = Payment.objects.select_related("order").filter(**mine, state=PaymentState.SUCCEEDED, settled_at__lt=end)
    for payment in paid:
        order = payment.order
        what = (
            Sentence(gettext_noop("Paid by gift card")) if payment.gift_card_id else Sentence(gettext_noop("Payment"))
        )
        amount = Money(-payment.captured_minor, payment.currency)
        yield Entry(payment.settled_at or payment.created_at, what, "", order.number, order.purchase_order, amount)
    back = Refund.objects.select_related("payment__order").filter(
        **{f"payment__{name}": value for name, value in mine.items()}, state=RefundState.SUCCEEDED, settled_at__lt=end
    )
    for refund in back:
        order = refund.payment.order
        amount = Money(refund.amount_minor, refund.payment.currency)
        yield Entry(
            refund.settled_at or refund.created_at,
            Sentence(gettext_noop("Given back")),
            "",
            order.number,
            order.purchase_order,
            amount,
        )


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
