"""Invoice, credit note and statement speak the language of the order, and stay what they were when they were issued."""

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from catalog.selectors import prices
from catalog.services import charges, pricing
from orders.models import Order, OrderLine
from orders.payments.documents import drawing
from orders.payments.gateway import RefundOutcome, RefundTruth
from orders.payments.models import Invoice, Refund
from orders.payments.services import credit_notes, invoices, refunds, statements
from orders.selectors import taxes
from orders.services import unders, vouchers
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core import files, words
from tests.orders.books import make_paid_order
from tests.orders.factories import SPEC, make_line
from tests.orders.payments.test_invoices import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]
DEAR = replace(SPEC, colours=9, thickness_mm=1.5, posts=2, rush=True, addons=(("glitter", 2),))


def _sold(now: datetime, *, language: str, **fields: object) -> Order:
    order = make_paid_order(now=now, language=language, purchase_order="PO-7", **fields)
    Order.objects.filter(pk=order.pk).update(
        discounts=[{"label": "Voucher SPRING, 12.5 %", "amount_minor": 100}],
        tax={"name": "VAT", "rate_percent": "19", "source": "test", "inclusive": True},
        tax_inclusive=True,
        shipping={"zone": "Europe", "weight_g": 1250, "country_name": "Germany"},
    )
    price = pricing.price_line(spec=DEAR, quantity=100, table=prices.get_table(currency="USD", now=now))
    make_line(order, state="packed", quantity=1000, spec=DEAR.to_json(), price=price.to_json(), total_minor=9500)
    return order


def _paper(name: str, pdf: bytes) -> str:
    if folder := os.environ.get("PAPERS"):
        (Path(folder) / f"{name}.pdf").write_bytes(pdf)
    return " ".join(text_of(pdf).split())


def test_invoice_of_a_german_order_is_german(now: datetime) -> None:
    invoice = invoices.issue(order_id=_sold(now, language="de").pk, now=now)
    text = _paper("invoice", files.read(str(invoice.file_id)))
    for said in (
        "Rechnung",
        "23. November 2026",
        "Vollständig bezahlt am 23. November 2026. Vielen Dank.",
        "1.000 × Sleepy fox",
        "Pins, Soft enamel, bis",
        "Prägestempel (einmalig, 3 Jahre aufbewahrt)",
        "Stärkeres Metall (1,5 mm)",
        "Eilfertigung",
        "Gutschein SPRING, 12,5 %",
        "Versand nach Europe, 1.250 g",
        "Enthält VAT 19 %",
        "Summe (USD) 100,00 $",
        "Seite 1 von 1",
    ):
        assert said in text, (said, text)
    english = [printed for printed in drawing.PRINTED if len(printed) > 4 and "%" not in printed]
    assert [printed for printed in english if f" {printed} ".upper() in text.upper()] == []
    assert invoices.draw(invoice.data) == files.read(str(invoice.file_id))


def test_invoice_stays_german_whatever_becomes_of_the_order(now: datetime) -> None:
    order = _sold(now, language="de")
    issued = invoices.issue(order_id=order.pk, now=now)
    Order.objects.filter(pk=order.pk).update(language="en")
    assert invoices.issue(order_id=order.pk, now=now).data == issued.data
    assert Invoice.objects.get().data["language"] == "de"


def test_invoice_of_an_english_order_is_as_it_was(now: datetime) -> None:
    invoice = invoices.issue(order_id=_sold(now, language="en").pk, now=now)
    assert {"language", "words"}.isdisjoint(invoice.data)
    text = _paper("invoice-en", files.read(str(invoice.file_id)))
    for said in (
        "Die (made once, kept 3 years)",
        "Voucher SPRING, 12.5 %",
        "Contains VAT 19 %",
        "page 1 of 1",
        "$100.00",
    ):
        assert said in text, said


def test_credit_note_of_a_german_order_is_german(now: datetime) -> None:
    order = _sold(now, language="de")
    invoice = invoices.issue(order_id=order.pk, now=now)
    unders.refund_missing(line_id=OrderLine.objects.get().pk, packed=999, now=now)
    refund = Refund.objects.get()
    done = RefundTruth(refund_id="re_1", state=RefundOutcome.SUCCEEDED, failure="")
    refunds.record(refund_id=refund.pk, truth=done, now=now)
    note = credit_notes.issue(refund_id=refund.pk, now=now)
    assert note is not None
    text = _paper("credit-note", files.read(str(note.file_id)))
    for said in (
        f"Zu Rechnung {invoice.number} vom 23. November 2026 haben wir Folgendes gutgeschrieben.",
        "Von 1.000 × Sleepy fox fehlt 1 Pin, deshalb erhalten Sie 0,10 $ zurück.",
        "Gutgeschrieben (USD) 0,10 $",
        "Auf dem Zahlungsweg der Bestellung zurückgegeben.",
    ):
        assert said in text, (said, text)
    assert refund.reason.startswith("1 pin is missing")


def test_statement_of_a_german_business_is_german(now: datetime) -> None:
    business = Business.objects.create(name="Fahrrad Nord", billing_email="buero@example.org", created_at=now)
    order = _sold(now, language="de", owner=Owner(business_id=business.pk))
    invoices.issue(order_id=order.pk, now=now)
    text = _paper("statement", statements.draw(business=business, month=now.date()))
    for said in ("Kontoauszug", "November 2026", "23. Nov", "Rechnung INV-2026-000001", "Offen zuvor"):
        assert said in text, (said, text)


@pytest.mark.parametrize(
    ("english", "among", "german"),
    [
        ("Soft enamel pins, up to 32 mm", charges.LABELS, "Pins, Soft enamel, bis 32 mm"),
        ("Further posts (2 per pin)", charges.LABELS, "Weitere Stifte (2 je Pin)"),
        ("Glitter (2 per pin)", charges.LABELS, "Glitter (2 je Pin)"),
        (
            "Further colours (3 above the 6 included)",
            charges.LABELS,
            "Weitere Farben (3 über die 6 enthaltenen hinaus)",
        ),
        ("Butterfly clutch", charges.LABELS, "Butterfly clutch"),
        ("Voucher A-1, 7.5 %", vouchers.LABELS, "Gutschein A-1, 7,5 %"),
        ("Voucher A-1", vouchers.LABELS, "Gutschein A-1"),
        (
            "DE123. Reverse charge: the recipient is liable for the tax (article 196 of Directive 2006/112/EC).",
            taxes.NOTES,
            "DE123. Steuerschuldnerschaft des Leistungsempfängers (Artikel 196 der Richtlinie 2006/112/EG).",
        ),
    ],
)
def test_label_that_was_kept_in_english_is_recalled(english: str, among: tuple[str, ...], german: str) -> None:
    recalled = words.recall(english, among)
    assert recalled == english
    assert drawing.in_words_of("de", lambda: {"said": str(recalled)})["said"] == german
