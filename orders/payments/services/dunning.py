"""Asking for invoices that were not paid in time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from orders.enums import PaymentTerms
from orders.models import Order
from orders.payments.selectors import balances
from orders.services import notices
from pinshop.core import audit
from pinshop.core.actors import SYSTEM

_BATCH = 200


def remind(*, now: datetime) -> int:
    """Write for every overdue invoice whose next reminder is due; returns how many mails. Again it writes none.

    After days without this only the latest reminder is sent, not each that was missed.
    """
    first = now.date() - timedelta(days=settings.DUNNING_DAYS[0])
    rows = Order.objects.filter(
        payment_terms=PaymentTerms.INVOICE,
        paid_at=None,
        live=True,
        due_date__lte=first,
        dunning_level__lt=len(settings.DUNNING_DAYS),
    )
    return sum(_remind(order, now=now) for order in rows.order_by("due_date")[:_BATCH])


def _remind(order: Order, *, now: datetime) -> bool:
    if order.due_date is None:
        return False
    late = (now.date() - order.due_date).days
    level = sum(late >= days for days in settings.DUNNING_DAYS)
    with transaction.atomic():
        fresh = Order.objects.filter(pk=order.pk, paid_at=None, dunning_level__lt=level)
        if not balances.due_of(order) or not fresh.update(dunning_level=level):
            return False
        audit.record(
            subject=order,
            action="invoice.reminded",
            actor=SYSTEM,
            now=now,
            note="We have reminded you of the open invoice.",
            data={"level": level},
        )
        notices.invoice_overdue(order, level=level, now=now)
    return True
