"""What is held about a person in their orders, quotes and basket."""

from collections.abc import Collection
from datetime import datetime
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.db.models import Q

from orders.claims.enums import ClaimState, ReturnState
from orders.enums import LineState
from orders.models import Basket, ExemptionCertificate, Order, OrderLine, Quote, TrackingEvent
from orders.payments.enums import UNSETTLED, RefundState
from orders.payments.models import Refund
from orders.payments.selectors import papers
from orders.selectors import orders, snapshots
from pinshop.core import languages
from pinshop.core.personal import Held

_OVER = (LineState.DELIVERED, LineState.CANCELLED)


def list_open(*, order_ids: Collection[UUID]) -> list[Order]:
    """Those of the orders about which something is still to be done: made, sent, paid, given back or looked at."""
    pending = Q(payments__state__in=UNSETTLED) | Q(payments__refunds__state=RefundState.PENDING)
    running = Q(pk__in=OrderLine.objects.exclude(state__in=_OVER).values("order"))
    asked = Q(lines__claims__state=ClaimState.OPEN) | Q(lines__returns__state=ReturnState.OPEN)
    return list(Order.objects.filter(running | pending | asked | ~Q(attention=""), pk__in=order_ids).distinct())


def list_designs(*, order_ids: Collection[UUID]) -> set[UUID]:
    """The designs of these orders."""
    lines = OrderLine.objects.filter(order__in=order_ids, design__isnull=False)
    return set(lines.values_list("design_id", flat=True))


def language_of(*, user_id: UUID) -> str:
    """In which language a person is written to: that of their latest order."""
    latest = Order.objects.filter(user_id=user_id).order_by("-placed_at").first()
    return latest.language if latest else languages.DEFAULT


def language_of_business(*, business_id: UUID) -> str:
    """In which language a business is written to: that of its latest order."""
    latest = Order.objects.filter(business_id=business_id).order_by("-placed_at").first()
    return latest.language if latest else languages.DEFAULT


def list_words(*, order_id: UUID) -> set[str]:
    """The words by which mails about an order are known: its number, and the ids in their keys."""
    order = Order.objects.get(pk=order_id)
    parts = (
        order.lines.values_list("pk", flat=True),
        order.shipments.values_list("pk", flat=True),
        Refund.objects.filter(payment__order=order).values_list("pk", flat=True),
    )
    return {order.number, str(order.pk), *(str(pk) for part in parts for pk in part)}


def list_held(*, order_ids: Collection[UUID], now: datetime, user_id: UUID | None = None) -> Held:
    """These orders with their invoices and credit notes, and the basket and quotes of an account."""
    rows = orders.rows().filter(pk__in=order_ids).order_by("placed_at")
    files: dict[str, str] = {}
    told = []
    for order in rows.prefetch_related("payments__refunds"):
        told.append(_describe(order, now=now))
        invoices = papers.list_invoices(order=order)
        if invoices:
            files |= {f"invoices/{invoice.number}.pdf": str(invoice.file_id) for invoice in invoices}
            files |= {
                f"credit-notes/{note.number}.pdf": str(note.file_id) for note in papers.list_credit_notes(order=order)
            }
    records: dict[str, Any] = {"orders": told}
    if user_id is not None:
        records["quotes"] = [
            {"number": quote.number, "country": quote.country, "lines": quote.lines, **quote.amounts()}
            for quote in Quote.objects.filter(user_id=user_id).order_by("created_at")
        ]
        records["basket"] = [
            {"design_id": line.design_id, "variant_id": line.variant_id, "quantity": line.quantity}
            for basket in Basket.objects.filter(user_id=user_id).prefetch_related("lines")
            for line in basket.lines.all()
        ]
        for paper in ExemptionCertificate.objects.filter(user_id=user_id).order_by("created_at"):
            files[f"exemptions/{paper.pk}-{PurePath(paper.file_name).name}"] = paper.file_id
    return Held(records, files)


def _describe(order: Order, *, now: datetime) -> dict[str, Any]:
    events = TrackingEvent.objects.filter(shipment__order=order)
    return {
        **snapshots.of_order(order, now=now),
        "timeline": [{"at": moment.at, "text": moment.text} for moment in orders.list_timeline(order)],
        "payments": [
            {
                "state": payment.state,
                "captured_minor": payment.captured_minor,
                "refunded_minor": payment.refunded_minor,
                "currency": payment.currency,
                "created_at": payment.created_at,
                "refunds": [
                    {"state": refund.state, "amount_minor": refund.amount_minor, "reason": refund.reason}
                    for refund in payment.refunds.all()
                ],
            }
            for payment in order.payments.all()
        ],
        "tracking": [{"at": event.happened_at, "status": event.status, "text": event.text} for event in events],
    }
