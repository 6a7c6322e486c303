"""Invoices: numbered without gaps, unchangeable, with the figures that were quoted and paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_noop

from catalog.prices import LinePrice
from catalog.services import charges
from orders.enums import LineState, RequoteState
from orders.models import Order, OrderLine, Requote
from orders.payments.documents import drawing
from orders.payments.models import Invoice
from orders.payments.selectors import balances
from orders.payments.services import credit_notes
from orders.quoted import Address
from orders.selectors import quotes, taxes
from orders.services import numbers, vouchers
from pinshop.core import files, words
from pinshop.core.errors import Conflict
from pinshop.core.money import format_money

NEW_PRICE = gettext_noop("%(title)s: new price by quote %(quote)s")
IN_PLACE_OF = gettext_noop("%(after)s in place of %(before)s")
DISCOUNTS = gettext_noop("Discounts")
SHIPPING = gettext_noop("Shipping")
SHIPPING_TO = gettext_noop("Shipping to %(zone)s, %(weight)s g")
CANCELLED = gettext_noop("%(title)s: cancelled")
CREDITED = gettext_noop("%(title)s: credited")
COST = gettext_noop("%(title)s: cost of cancelling")


class NotPaid(Conflict):
    """An invoice is issued for a paid order only."""

    code = "not_paid"


@dataclass(frozen=True, slots=True)
class Document:
    """A stored invoice: its download name and the SHA-256 of its PDF."""

    name: str
    sha256: str


def issue(*, order_id: UUID, now: datetime) -> Invoice:
    """The order's invoice with its PDF, made at the first call and the same ever after. Raises NotPaid.

    The number is taken in one transaction under the year's counter; the PDF is drawn and stored after it, so that a
    slow store holds no lock, and again by the next call where that failed.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
        invoice = Invoice.objects.filter(order=order, requote=None).first()
        if invoice is None:
            if not order.is_owed:
                raise NotPaid(
                    gettext("Order %(number)s is not paid, so there is no invoice yet.") % {"number": order.number}
                )
            # Test orders are numbered apart: the series that counts has no gap and nothing that was never sold.
            number = numbers.take("INV" if order.live else "INV-TEST", now=now)
            if order.paid_at is None:
                order.due_date = now.date() + timedelta(days=settings.INVOICE_DAYS)
                order.save(update_fields=["due_date"])
            invoice = Invoice.objects.create(
                number=number,
                order=order,
                currency=order.currency,
                total_minor=order.total_minor - _gone(order).less_minor,
                data=drawing.in_words_of(order.language, lambda: _data(order, number, now=now)),
                issued_at=now,
            )
    return _drawn(invoice, now=now)


def issue_supplements(*, order_id: UUID, now: datetime) -> list[Invoice]:
    """Invoices over what accepted re-quotes have made dearer since the order's own invoice, each once it is paid."""
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
        own = Invoice.objects.filter(order=order, requote=None).first()
        if own is None or order.difference_minor:
            return []
        later = Requote.objects.filter(
            order=order, state=RequoteState.ACCEPTED, answered_at__gte=own.issued_at, invoice=None
        )
        dearer = [row for row in later.select_related("quote", "line") if row.before_total < row.after_total]
        rows = [_create_supplement(order, own, row, now=now) for row in dearer]
    return [_drawn(row, now=now) for row in rows]


def _create_supplement(order: Order, own: Invoice, requote: Requote, *, now: datetime) -> Invoice:
    number = numbers.take("INV" if order.live else "INV-TEST", now=now)
    data = drawing.in_words_of(order.language, lambda: _supplement(order, own, requote, number, now=now))
    return Invoice.objects.create(
        number=number,
        order=order,
        requote=requote,
        currency=order.currency,
        total_minor=data["total_minor"],
        data=data,
        issued_at=now,
    )


def _supplement(order: Order, own: Invoice, requote: Requote, number: str, *, now: datetime) -> dict[str, Any]:
    more = {name: getattr(requote.quote, name) - before for name, before in requote.before.items()}

    def money(name: str, sign: int = 1) -> str:
        return format_money(sign * more[name], order.currency)

    title = gettext(NEW_PRICE) % {"title": requote.line.title, "quote": requote.quote}
    label = gettext(IN_PLACE_OF) % {"after": requote.after_total, "before": requote.before_total}
    item = {"label": label, "quantity": "", "unit": ""}
    return {
        **own.data,
        "number": number,
        "issued": drawing.day(now),
        "paid": drawing.day(now),
        "due": "",
        "lines": [
            {
                "title": title,
                "quantity": "1",
                "total": money("subtotal_minor"),
                "items": [{**item, "amount": money("subtotal_minor")}],
            }
        ],
        "subtotal": money("subtotal_minor"),
        "discounts": (
            [{"label": gettext(DISCOUNTS), "amount": money("discount_minor", -1)}] if more["discount_minor"] else []
        ),
        "shipping_label": gettext(SHIPPING),
        "shipping": money("shipping_minor") if "shipping_minor" in more else format_money(0, order.currency),
        "tax": money("tax_minor"),
        "total": money("total_minor"),
        "total_minor": more["total_minor"],
        "paid_by": [],
    }


def _drawn(invoice: Invoice, *, now: datetime) -> Invoice:
    if invoice.file_id is None:
        stored = files.put(draw(invoice.data), media_type="application/pdf", now=now)
        Invoice.objects.filter(pk=invoice.pk, file=None).update(file=stored)
        invoice.refresh_from_db()
    return invoice


def document_of(invoice: Invoice) -> Document | None:
    """The stored PDF; None while it is being drawn."""
    return Document(f"{invoice.number}.pdf", invoice.file_id) if invoice.file_id else None


def draw(data: dict[str, Any]) -> bytes:
    """The PDF of an invoice's data; the same data give the same bytes."""
    return drawing.draw("invoice", data)


def _data(order: Order, number: str, *, now: datetime) -> dict[str, Any]:
    def money(minor: int) -> str:
        return format_money(minor, order.currency)

    address = Address.from_json(order.address)
    tax, gone = quotes.tax_of(order), _gone(order)
    return {
        "number": number,
        "issued": drawing.day(now),
        "order": order.number,
        "purchase_order": order.purchase_order,
        "ordered": drawing.day(order.placed_at),
        "paid": drawing.day(order.paid_at) if order.paid_at else "",
        "due": drawing.day(order.due_date) if order.due_date else "",
        "currency": order.currency,
        "seller": drawing.seller(),
        "buyer": {
            "name": order.contact_name,
            "email": order.contact_email,
            "lines": address.lines(str(order.shipping.get("country_name", ""))),
        },
        "lines": [_line(line, order.currency) for line in order.lines.order_by("position")],
        "subtotal": money(order.subtotal_minor),
        "discounts": [
            *(
                {"label": _said(row["label"], vouchers.LABELS), "amount": money(-row["amount_minor"])}
                for row in order.discounts
            ),
            *({"label": label, "amount": money(minor)} for label, minor in gone.rows),
        ],
        "shipping_label": "" if order.is_mailed else _shipping_label(order),
        "shipping": money(order.shipping_minor),
        "tax_label": tax.label if tax.is_stated else "",
        "tax": money(order.tax_minor - gone.tax_minor),
        "tax_inclusive": order.tax_inclusive,
        "tax_note": _said(tax.note, taxes.NOTES),
        "total": money(order.total_minor - gone.less_minor),
        "total_minor": order.total_minor - gone.less_minor,
        "paid_by": _paid_by(order),
    }


@dataclass(frozen=True, slots=True)
class _Gone:
    """What was cancelled or credited before it was billed: rows (label, minor units), its tax, and by how much less is due."""

    rows: tuple[tuple[str, int], ...] = ()
    tax_minor: int = 0
    less_minor: int = 0


def _gone(order: Order) -> _Gone:
    lines = list(order.lines.order_by("position"))
    credited = sum(line.credited_minor for line in lines) + order.credited_shipping_minor
    came = sum(payment.captured_minor for payment in order.payments.all()) or balances.due_of(order).amount_minor
    ended = (
        [] if came >= order.total_minor - credited else [line for line in lines if line.state == LineState.CANCELLED]
    )
    found = [_less(gettext(CANCELLED) % {"title": line.title}, line.payable_minor, of=line) for line in ended]
    for line in lines:
        if line not in ended:
            found.append(_less(gettext(CREDITED) % {"title": line.title}, line.credited_minor, of=line))
        elif kept := min(line.cancellation_cost_minor, line.payable_minor - line.credited_minor):
            found.append(_Gone(((gettext(COST) % {"title": line.title}, kept),), 0, -kept))
    shipping = order.total_minor - sum(line.payable_minor for line in lines)
    tax_minor = order.tax_minor - sum(line.tax_minor for line in lines)
    if len(ended) == len(lines):
        found.append(_share(gettext(CANCELLED) % {"title": gettext(SHIPPING)}, shipping, shipping, tax_minor, order))
    else:
        found.append(
            _share(
                gettext(CREDITED) % {"title": gettext(SHIPPING)},
                order.credited_shipping_minor,
                shipping,
                tax_minor,
                order,
            )
        )
    return _Gone(
        tuple(row for each in found for row in each.rows),
        sum(each.tax_minor for each in found),
        sum(each.less_minor for each in found),
    )


def _less(label: str, minor: int, *, of: OrderLine) -> _Gone:
    return _share(label, minor, of.payable_minor, of.tax_minor, of.order)


def _share(label: str, minor: int, payable: int, tax_minor: int, order: Order) -> _Gone:
    """That much less of what a part of the order costs: in its row without the tax where that is added to the prices."""
    tax = credit_notes.tax_within(tax_minor, payable, minor)
    rows = ((label, (0 if order.tax_inclusive else tax) - minor),) if minor else ()
    return _Gone(rows, tax, minor)


def _paid_by(order: Order) -> list[dict[str, str]]:
    """How it was or will be paid, where a gift card paid a part of it or all."""
    cover = balances.find_cover(order)
    if cover is None:
        return []
    cards = [{"label": str(card.paid), "amount": str(card.amount)} for card in cover.cards]
    return [*cards, {"label": str(cover.rest_label), "amount": str(cover.rest)}] if cover.rest else cards


def _line(line: OrderLine, currency: str) -> dict[str, Any]:
    return {
        "title": line.title,
        "quantity": number_format(line.quantity, force_grouping=True),
        "total": format_money(line.total_minor, currency),
        "items": [
            {
                "label": _said(item.label, charges.LABELS),
                "quantity": number_format(item.quantity, force_grouping=True) if item.quantity != 1 else "",
                "unit": str(item.unit) if item.quantity != 1 else "",
                "amount": str(item.amount),
            }
            for item in LinePrice.from_json(line.price).items
        ],
    }


def _shipping_label(order: Order) -> str:
    weight_g, zone = order.shipping.get("weight_g"), order.shipping.get("zone")
    if not weight_g or not zone:
        return gettext(SHIPPING)
    return gettext(SHIPPING_TO) % {"zone": zone, "weight": number_format(weight_g, force_grouping=True)}


def _said(english: str, among: Sequence[str]) -> str:
    """A label that was kept in English, in the language that is spoken."""
    return str(words.recall(english, among))
