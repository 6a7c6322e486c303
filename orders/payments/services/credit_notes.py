"""Credit notes: what went back, or off what is due, of an invoiced order; numbered without gaps, unchangeable, exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from orders.models import Order
from orders.payments.documents import drawing
from orders.payments.enums import PartKind, RefundState
from orders.payments.models import CreditNote, Invoice, Refund
from orders.payments.selectors import balances
from orders.selectors import quotes
from orders.services import notices, numbers
from pinshop.core import files, outbox, words
from pinshop.core.money import Money, format_money, round_minor
from pinshop.core.words import Sentence

DRAW_TOPIC = "payments.credit_note.draw"
PUT_BACK = gettext_noop("Put back onto gift card %(card)s.")
GIVEN_BACK = gettext_noop("Given back the way it was paid.")
TAKEN_OFF = gettext_noop("Taken off what is to be paid.")


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
            reason=refund.sentence,
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
        note = refund.credit_note or _find_left_behind(refund) or _create_of_refund(refund, order, now=now)
        if note is not None and refund.credit_note_id is None:
            Refund.objects.filter(pk=refund_id, credit_note=None).update(credit_note=note)
    return _drawn(note, now=now) if note else None


def take_off(
    *, order: Order, parts: Sequence[Mapping[str, Any]], refunds: Sequence[Refund], reason: str, now: datetime
) -> CreditNote | None:
    """The credit note of parts by which an invoice that is not paid became lower; an outbox handler draws its PDF and mails it.

    In the caller's transaction, under the order's lock. It is the note of `refunds` as well: what of these parts gift cards
    had paid. None where there is no invoice yet, or where the order costs what is billed and not credited.
    """
    invoice = Invoice.objects.filter(order=order, requote=None).first()
    order.refresh_from_db(fields=["credited_shipping_minor"])
    if invoice is None or _open_minor(order) <= balances.charged_minor(order):
        return None
    note = _create(order, invoice, _rows(parts, order), reason=reason, how=Sentence(TAKEN_OFF), now=now)
    Refund.objects.filter(pk__in=[refund.pk for refund in refunds]).update(credit_note=note)
    outbox.enqueue(DRAW_TOPIC, payload={"credit_note_id": str(note.pk)}, key=str(note.pk), now=now)
    return note


def draw_pending(*, credit_note_id: UUID, now: datetime) -> CreditNote:
    """Draw and store the PDF of a note that lowers an unpaid invoice, and mail it. Again it changes nothing."""
    note = _drawn(CreditNote.objects.select_related("invoice__order").get(pk=credit_note_id), now=now)
    with transaction.atomic():
        notices.invoice_lowered(
            note.invoice.order,
            note_id=str(note.pk),
            invoice=note.invoice.number,
            amount=note.total,
            reason=str(note.data["reason"]),
            credit_note=(f"{note.number}.pdf", str(note.file_id)),
            now=now,
        )
    return note


def _drawn(note: CreditNote, *, now: datetime) -> CreditNote:
    if note.file_id is None:
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
    notes = CreditNote.objects.filter(
        invoice__order=refund.payment.order_id, total_minor=refund.amount_minor, refunds__state=RefundState.FAILED
    )
    standing = Refund.objects.exclude(state=RefundState.FAILED).exclude(credit_note=None).values("credit_note")
    return notes.exclude(pk__in=standing).order_by("issued_at").first()


def _create_of_refund(refund: Refund, order: Order, *, now: datetime) -> CreditNote | None:
    invoice = Invoice.objects.filter(order=order, requote=None).first()
    # What lowered an order that was not paid has its note by `take_off`, or is not on the invoice.
    if refund.state != RefundState.SUCCEEDED or invoice is None or refund.lowered:
        return None
    if refund.allocation and all(part["kind"] == PartKind.SURPLUS for part in refund.allocation):
        # Of what came above the invoices nothing was billed; of what a lower price gives back, all was.
        lowered = _credited(order).get((PartKind.SURPLUS, None), 0)
        if _billed_minor(order) - lowered <= order.total_minor:
            return None
    whole = {
        "kind": PartKind.SURPLUS,
        "line_id": None,
        "label": Sentence(gettext_noop("Refund")),
        "amount_minor": refund.amount_minor,
    }
    rows = _rows(refund.allocation or [whole], order)
    card = refund.payment.gift_card
    how = Sentence(PUT_BACK, card=str(card)) if card else Sentence(GIVEN_BACK)
    return _create(order, invoice, rows, reason=refund.sentence, how=how, now=now)


def _create(order: Order, invoice: Invoice, rows: Sequence[Row], *, reason: str, how: str, now: datetime) -> CreditNote:
    number = numbers.take("CN" if order.live else "CN-TEST", now=now)
    return CreditNote.objects.create(
        number=number,
        invoice=invoice,
        currency=order.currency,
        total_minor=sum(row.amount_minor for row in rows),
        tax_minor=sum(row.tax_minor for row in rows),
        data=drawing.in_words_of(
            order.language,
            lambda: {**_data(number, order, invoice, rows, now=now), "reason": str(reason), "returned": str(how)},
        ),
        issued_at=now,
    )


def _billed_minor(order: Order) -> int:
    """What all invoices of the order ask."""
    return sum(Invoice.objects.filter(order=order).values_list("total_minor", flat=True))


def _open_minor(order: Order) -> int:
    """What of it is not credited."""
    notes = CreditNote.objects.filter(invoice__order=order)
    return _billed_minor(order) - sum(notes.values_list("total_minor", flat=True))


def _rows(parts: Sequence[Mapping[str, Any]], order: Order) -> list[Row]:
    """The parts with their tax."""
    bases = _bases(order)
    rows: list[Row] = []
    credited = _credited(order)
    for part in parts:
        kind, line_id, minor = PartKind(part["kind"]), part["line_id"], int(part["amount_minor"])
        before = credited.get((kind, line_id), 0)
        credited[kind, line_id] = before + minor
        payable, tax = bases.get((kind, line_id), (0, 0))
        share = part.get("tax_minor")
        if share is None:
            share = tax_within(tax, payable, before + minor) - tax_within(tax, payable, before)
        rows.append(Row(kind, line_id, words.from_data(part["label"], part.get("said", {})), minor, share))
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


def tax_within(tax: int, payable: int, minor: int) -> int:
    """The tax within the first `minor` of what was paid; differences of it sum to the tax exactly."""
    return round_minor(Decimal(tax * min(minor, payable)) / payable) if payable > 0 else 0


def _credited(order: Order) -> dict[tuple[PartKind, str | None], int]:
    """What earlier notes of the order credit of each part."""
    found: dict[tuple[PartKind, str | None], int] = {}
    for note in CreditNote.objects.filter(invoice__order=order):
        for row in note.data["rows"]:
            key = (PartKind(row["kind"]), row["line_id"])
            found[key] = found.get(key, 0) + row["amount_minor"]
    return found


def _data(number: str, order: Order, invoice: Invoice, rows: Sequence[Row], *, now: datetime) -> dict[str, Any]:
    def money(minor: int) -> str:
        return format_money(minor, order.currency)

    return {
        "number": number,
        "issued": drawing.day(now),
        "invoice": invoice.number,
        "invoiced": drawing.day(invoice.issued_at),
        "order": order.number,
        "purchase_order": invoice.data.get("purchase_order", ""),
        "buyer": invoice.data["buyer"],
        "currency": order.currency,
        "seller": drawing.seller(),
        "rows": [{**row.to_json(), "label": str(row.label), "amount": money(row.amount_minor)} for row in rows],
        "total": money(sum(row.amount_minor for row in rows)),
        "tax_label": quotes.tax_of(order).label if order.tax_minor else "",
        "tax": money(sum(row.tax_minor for row in rows)),
    }
