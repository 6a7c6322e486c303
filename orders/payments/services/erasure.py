"""Taking a person out of payments: sums and the provider's ids stay. Invoices keep who was billed as long as the law asks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from orders.enums import LineState
from orders.models import Order
from orders.payments.models import Credit, CreditNote, GiftCard, InboundEvent, Invoice, Payment, Refund
from orders.payments.services import credit_notes, invoices
from orders.payments.services.giftsales import GiftCardSpent
from orders.services import cancellations, lines
from pinshop.core import audit, files
from pinshop.core.actors import SYSTEM
from pinshop.core.erasure import ERASED
from pinshop.core.words import Sentence

_BATCH = 500
# Not why: that somebody had their data deleted is theirs to tell.
UNREACHABLE = gettext_noop("The receiver's address cannot be written to any more, so the gift card was not mailed.")


def erase(*, order_ids: Collection[UUID], emails: Collection[str], now: datetime) -> list[str]:
    """Erase what providers said about these orders' payers, and who received gift cards at these addresses or from these orders.

    In the caller's transaction; returns the payments' ids. The cards keep their value for whoever has the code; those that
    were sold and not mailed yet go back to their buyers.
    """
    _end_sales(emails, now=now)
    theirs = Q(receiver_email__in=emails) | Q(pk__in=GiftCard.objects.filter(line__order__in=order_ids))
    GiftCard.objects.filter(theirs).update(receiver_email="", receiver_name="", message="")
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
    for refund in refunds:
        Refund.objects.filter(pk=refund.pk).update(allocation=_without_titles(refund.allocation), reason="", said={})
    for credit in Credit.objects.filter(order__in=order_ids):
        Credit.objects.filter(pk=credit.pk).update(allocation=_without_titles(credit.allocation), reason="")
    return [str(payment.pk) for payment in payments]


def _end_sales(emails: Collection[str], *, now: datetime) -> None:
    """Cancel the orders of cards that nobody can receive any more, under their locks; a card that is blocked is left to staff."""
    sold = GiftCard.objects.filter(receiver_email__in=emails, mailed_at=None, line__state=LineState.PLACED)
    for line_id in list(sold.order_by("line__order").values_list("line", flat=True)):
        line = lines.lock_with_order(line_id=line_id)
        if line.state != LineState.PLACED:
            continue
        try:
            with transaction.atomic():
                reason = Sentence(UNREACHABLE)
                cancellations.cancel_line(line_id=line.pk, reason=reason, actor=SYSTEM, now=now, waive=True)
        except GiftCardSpent as refusal:
            Order.objects.filter(pk=line.order_id, attention="").update(attention=f"{refusal} {UNREACHABLE}")


def _without_titles(allocation: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**part, "label": "", "said": {}} if "said" in part else {**part, "label": ""} for part in allocation]


def erase_buyers(*, before: datetime, now: datetime) -> int:
    """Take who was billed out of invoices and credit notes issued before a moment, and draw them anew.

    Returns how many. For the clock; again there is nothing left.
    """
    return _erase_papers(Invoice, invoices.draw, before, now) + _erase_papers(
        CreditNote, credit_notes.draw, before, now
    )


def _erase_papers(
    kind: type[Invoice | CreditNote], draw: Callable[[dict[str, Any]], bytes], before: datetime, now: datetime
) -> int:
    rows = kind.objects.filter(issued_at__lt=before).exclude(data__buyer__name=ERASED)
    return sum(_erase_buyer(paper, draw, now=now) for paper in rows[:_BATCH])


def _erase_buyer(paper: Invoice | CreditNote, draw: Callable[[dict[str, Any]], bytes], *, now: datetime) -> bool:
    country = [str(line) for line in paper.data["buyer"].get("lines", [])[-1:]]
    data = {**paper.data, "buyer": {"name": ERASED, "email": "", "lines": country}}
    if "purchase_order" in data:
        data["purchase_order"] = ""
    drawn = files.put(draw(data), media_type="application/pdf", now=now)
    with transaction.atomic():
        rows = type(paper).objects.filter(pk=paper.pk).exclude(data__buyer__name=ERASED)
        if not rows.update(data=data, file=drawn):
            return False
        files.forget([paper.file_id or ""], now=now)
        audit.record(subject=paper, action="paper.buyer_erased", actor=SYSTEM, now=now)
    return True
