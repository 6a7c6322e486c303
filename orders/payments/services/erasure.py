"""Taking a person out of payments: sums and the provider's ids stay. Invoices keep who was billed as long as the law asks."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from orders.payments.models import GiftCard, InboundEvent, Invoice, Payment, Refund
from orders.payments.services import invoices
from pinshop.core import audit, files
from pinshop.core.actors import SYSTEM
from pinshop.core.erasure import ERASED


def erase(*, order_ids: Collection[UUID], emails: Collection[str]) -> list[str]:
    """Erase what providers said about these orders' payers, and who received gift cards at these addresses.

    In the caller's transaction; returns the payments' ids. The cards keep their value for whoever has the code.
    """
    GiftCard.objects.filter(receiver_email__in=emails).update(receiver_email="", receiver_name="", message="")
    payments = list(Payment.objects.filter(order__in=order_ids))
    refunds = Refund.objects.filter(payment__in=payments)
    ids = {each for payment in payments for each in (payment.session_id, payment.intent_id)}
    ids |= set(refunds.values_list("provider_refund_id", flat=True))
    about = Q(object_id__in=ids - {""})
    for payment in payments:
        about |= Q(payload__data__object__metadata__payment_id=str(payment.pk))
        if payment.intent_id:
            about |= Q(payload__data__object__payment_intent=payment.intent_id)
    if payments:
        InboundEvent.objects.filter(about).update(payload={})
    Payment.objects.filter(pk__in=[payment.pk for payment in payments]).update(page_url="")
    refunds.update(reason="")
    return [str(payment.pk) for payment in payments]


def erase_buyers(*, before: datetime, now: datetime) -> int:
    """Take who was billed out of invoices issued before a moment and draw them anew; returns how many. For the clock."""
    rows = Invoice.objects.filter(issued_at__lt=before).exclude(data__buyer__name=ERASED)
    return sum(_erase_buyer(pk, now=now) for pk in list(rows.values_list("pk", flat=True)[:500]))


def _erase_buyer(invoice_id: UUID, *, now: datetime) -> bool:
    invoice = Invoice.objects.get(pk=invoice_id)
    lines = [str(line) for line in invoice.data["buyer"].get("lines", [])[-1:]]
    data = {**invoice.data, "purchase_order": "", "buyer": {"name": ERASED, "email": "", "lines": lines}}
    drawn = files.put(invoices.draw(data), media_type="application/pdf", now=now)
    with transaction.atomic():
        if not Invoice.objects.filter(pk=invoice_id).exclude(data__buyer__name=ERASED).update(data=data, file=drawn):
            return False
        files.forget([invoice.file_id or ""], now=now)
        audit.record(subject=invoice, action="invoice.buyer_erased", actor=SYSTEM, now=now)
    return True
