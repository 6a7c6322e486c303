"""Credit notes: what went back on an invoiced order, numbered without gaps, unchangeable, the same amount to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from orders.models import Order
from orders.payments.documents import drawing
from orders.payments.enums import PartKind, RefundState
from orders.payments.models import CreditNote, Invoice, Refund
from orders.selectors import quotes
from orders.services import notices, numbers
from pinshop.core import files
from pinshop.core.money import Money, format_money, round_minor


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a refund, with the tax within it."""

    kind: PartKind
    line_id: str | None
    label: str
    amount_minor: int
    tax_minor: int

    def to_json(self) -> dict[str, Any]:
        """As the note keeps it, so that the next one knows what was credited."""
        return {name: getattr(self, name) for name in self.__slots__}


def announce(*, refund_id: UUID, now: datetime) -> bool:
    """Tell the customer that money has gone back, with the credit note where the order has an invoice.

    Once, however often this runs; False where the refund has failed meanwhile, and then nothing is said or issued.
    """
    note = issue(refund_id=refund_id, now=now)
    refund = Refund.objects.select_related("payment__order", "payment__gift_card").get(pk=refund_id)
    if refund.state != RefundState.SUCCEEDED:
        return False
    card = refund.payment.gift_card
    with transaction.atomic():
        notices.refunded(
            refund.payment.order,
            refund_id=str(refund.pk),
            amount=Money(refund.amount_minor, refund.payment.currency),
            reason=refund.reason,
            card=str(card) if card else "",
            credit_note=(f"{note.number}.pdf", str(note.file_id)) if note else None,
            now=now,
        )
    return True


def issue(*, refund_id: UUID, now: datetime) -> CreditNote | None:
    """The credit note of a refund with its PDF, made at the first call and the same ever after.

    None where there is nothing to credit: the refund has not succeeded, the order has no invoice, or what goes back was
    never on it (paid twice). A note that a failed refund left behind goes to the next refund of the same amount.
    """
    with transaction.atomic():
        refund = Refund.objects.select_related("payment").get(pk=refund_id)
        order = Order.objects.select_for_update(of=("self",)).get(pk=refund.payment.order_id)
        refund.refresh_from_db()
        note = refund.credit_note or _find_left_behind(refund) or _create(refund, order, now=now)
        if note is not None and refund.credit_note_id is None:
            Refund.objects.filter(pk=refund_id, credit_note=None).update(credit_note=note)
    if note is not None and note.file_id is None:
        stored = files.put(draw(note.data), media_type="application/pdf", now=now)
        CreditNote.objects.filter(pk=note.pk, file=None).update(file=stored)
        note.refresh_from_db()
    return note


def draw(data: dict[str, Any]) -> bytes:
    """The PDF of a credit note's data; the same data give the same bytes."""
    return drawing.draw("credit_note", data)


def _find_left_behind(refund: Refund) -> CreditNote | None:
    if refund.state != RefundState.SUCCEEDED:
        return None
    notes = CreditNote.objects.filter(invoice__order=refund.payment.order_id, total_minor=refund.amount_minor)
    standing = Refund.objects.exclude(state=RefundState.FAILED).exclude(credit_note=None).values("credit_note")
    return notes.exclude(pk__in=standing).order_by("issued_at").first()


def _create(refund: Refund, order: Order, *, now: datetime) -> CreditNote | None:
    invoice = Invoice.objects.filter(order=order, requote=None).first()
    if refund.state != RefundState.SUCCEEDED or invoice is None:
        return None
    rows = _rows(refund, order, invoice)
    if not rows:
        return None
    number = numbers.take("CN" if order.live else "CN-TEST", now=now)
    tax_minor = sum(row.tax_minor for row in rows)
    return CreditNote.objects.create(
        number=number,
        invoice=invoice,
        currency=order.currency,
        total_minor=refund.amount_minor,
        tax_minor=tax_minor,
        data=_data(number, refund, order, invoice, rows, now=now),
        issued_at=now,
    )


def _rows(refund: Refund, order: Order, invoice: Invoice) -> list[Row]:
    """The parts of a refund with their tax; none where all of it was paid above what the invoice asks."""
    whole = {"kind": PartKind.SURPLUS, "line_id": None, "label": "Refund", "amount_minor": refund.amount_minor}
    parts = refund.allocation or [whole]
    if refund.allocation and invoice.total_minor <= order.total_minor:
        billed = [part for part in parts if part["kind"] != PartKind.SURPLUS]
        if not billed:
            return []
    bases = _bases(order)
    rows: list[Row] = []
    credited = _credited(invoice)
    for part in parts:
        kind, line_id, minor = PartKind(part["kind"]), part["line_id"], int(part["amount_minor"])
        before = credited.get((kind, line_id), 0)
        credited[kind, line_id] = before + minor
        payable, tax = bases.get((kind, line_id), (0, 0))
        share = _within(tax, payable, before + minor) - _within(tax, payable, before)
        rows.append(Row(kind, line_id, str(part["label"]), minor, share))
    return rows


def _bases(order: Order) -> dict[tuple[PartKind, str | None], tuple[int, int]]:
    """What was paid for each part of an order and how much of it is tax, in minor units.

    A price that became lower after the invoice goes back with the tax of the order as a whole.
    """
    lines = list(order.lines.all())
    for line in lines:
        line.order = order
    bases: dict[tuple[PartKind, str | None], tuple[int, int]] = {
        (PartKind.LINE, str(line.pk)): (line.payable_minor, line.tax_minor) for line in lines
    }
    paid, tax = (sum(column) for column in zip(*bases.values(), strict=True)) if bases else (0, 0)
    bases[PartKind.SHIPPING, None] = (order.total_minor - paid, order.tax_minor - tax)
    bases[PartKind.SURPLUS, None] = (order.total_minor, order.tax_minor)
    return bases


def _within(tax: int, payable: int, minor: int) -> int:
    """The tax within the first `minor` of what was paid; differences of it sum to the tax exactly."""
    return round_minor(Decimal(tax * min(minor, payable)) / payable) if payable > 0 else 0


def _credited(invoice: Invoice) -> dict[tuple[PartKind, str | None], int]:
    """What earlier notes of the invoice credit of each part."""
    found: dict[tuple[PartKind, str | None], int] = {}
    for note in invoice.credit_notes.all():
        for row in note.data["rows"]:
            key = (PartKind(row["kind"]), row["line_id"])
            found[key] = found.get(key, 0) + row["amount_minor"]
    return found


def _data(
    number: str, refund: Refund, order: Order, invoice: Invoice, rows: Sequence[Row], *, now: datetime
) -> dict[str, Any]:
    def money(minor: int) -> str:
        return format_money(minor, order.currency)

    card = refund.payment.gift_card
    return {
        "number": number,
        "issued": f"{now:%-d %B %Y}",
        "invoice": invoice.number,
        "invoiced": f"{invoice.issued_at:%-d %B %Y}",
        "order": order.number,
        "purchase_order": invoice.data.get("purchase_order", ""),
        "buyer": invoice.data["buyer"],
        "reason": refund.reason,
        "currency": order.currency,
        "seller": drawing.seller(),
        "rows": [{**row.to_json(), "amount": money(row.amount_minor)} for row in rows],
        "total": money(refund.amount_minor),
        "tax_label": quotes.tax_of(order).label if order.tax_minor else "",
        "tax": money(sum(row.tax_minor for row in rows)),
        "returned": f"Put back onto gift card {card}." if card else "Given back the way it was paid.",
    }
