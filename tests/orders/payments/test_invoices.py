"""Invoices: numbers without gaps or doubles, figures that are the order's, one PDF."""

import threading
from datetime import UTC, datetime

import pypdfium2
import pytest
from django.db import IntegrityError, connection, transaction

from catalog.models import PinVariant
from orders.models import Order
from orders.payments.models import Invoice
from orders.payments.services import invoices
from orders.payments.services.invoices import NotPaid
from orders.services import numbers
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core import files
from tests.orders.payments.conftest import place_order

pytestmark = pytest.mark.django_db


def paid(order: Order, now: datetime) -> Order:
    Order.objects.filter(pk=order.pk).update(paid_at=now, confirmed_at=now)
    return order


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_invoice_has_the_figures_of_the_order(order: Order, now: datetime) -> None:
    invoice = invoices.issue(order_id=paid(order, now).pk, now=now)
    assert (invoice.number, invoice.total_minor) == ("INV-2026-000001", order.total_minor)
    assert invoice.file_id is not None
    text = text_of(files.read(invoice.file_id))
    for expected in ("INV-2026-000001", order.number, "Moon moth", "$24.00", "$5.00", "$29.00"):
        assert expected in text
    assert "tax" not in text.lower()
    assert text.count("Ada Lovelace") == 1


def test_invoice_is_issued_once_and_keeps_its_file(order: Order, now: datetime) -> None:
    first = invoices.issue(order_id=paid(order, now).pk, now=now)
    again = invoices.issue(order_id=order.pk, now=now)
    assert (first.pk, first.file_id) == (again.pk, again.file_id)


def test_invoice_whose_drawing_failed_is_drawn_by_the_next_call(
    order: Order, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_data: object) -> bytes:
        raise OSError("the disk is full")

    paid(order, now)
    with monkeypatch.context() as broken:
        broken.setattr(invoices, "draw", fail)
        with pytest.raises(OSError, match="full"):
            invoices.issue(order_id=order.pk, now=now)
    left = Invoice.objects.get()
    assert (left.number, left.file_id) == ("INV-2026-000001", None)
    drawn = invoices.issue(order_id=order.pk, now=now)
    assert (drawn.pk, drawn.file_id is not None) == (left.pk, True)


CHANGES: list[dict[str, object]] = [
    {"number": "INV-2026-000009"},
    {"total_minor": 1},
    {"currency": "EUR"},
    {"data": {}},
    {"file": None},
    {"issued_at": datetime(2020, 1, 1, tzinfo=UTC)},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_issued_invoice_never_changes(order: Order, now: datetime, change: dict[str, object]) -> None:
    invoice = invoices.issue(order_id=paid(order, now).pk, now=now)
    rows = Invoice.objects.filter(pk=invoice.pk)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        rows.update(**change)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        rows.delete()
    assert Invoice.objects.get() == invoice


def test_buyer_may_be_erased_from_an_invoice_and_nothing_else(order: Order, now: datetime) -> None:
    invoice = invoices.issue(order_id=paid(order, now).pk, now=now)
    rows = Invoice.objects.filter(pk=invoice.pk)
    erased = {**invoice.data, "buyer": {"name": "erased", "email": "", "lines": []}, "purchase_order": ""}
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        rows.update(data={**erased, "total": "$0.00"}, file=None)
    assert rows.update(data=erased, file=None) == 1


def test_drawing_carries_no_time_so_that_it_is_the_same_again(order: Order, now: datetime) -> None:
    drawn = invoices.draw(invoices.issue(order_id=paid(order, now).pk, now=now).data)
    with pypdfium2.PdfDocument(drawn) as document:
        assert document.get_metadata_dict(skip_empty=True).keys().isdisjoint({"CreationDate", "ModDate"})


def test_unpaid_order_gets_no_invoice(order: Order, now: datetime) -> None:
    with pytest.raises(NotPaid):
        invoices.issue(order_id=order.pk, now=now)


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_by_twelve_at_once_have_no_gap_and_no_double(now: datetime) -> None:
    barrier, taken = threading.Barrier(12), []

    def run(number: int) -> None:
        barrier.wait()
        try:
            with transaction.atomic():
                found = numbers.take("INV", now=now)
                if number % 3 == 0:  # a rollback gives its number back
                    transaction.set_rollback(True)
                else:
                    taken.append(found)
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(number,)) for number in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == [f"INV-2026-{number:06d}" for number in range(1, 9)]


def test_numbers_start_again_each_year(db: None, now: datetime) -> None:
    assert numbers.take("PS", now=now) == "PS-2026-000001"
    assert numbers.take("PS", now=now) == "PS-2026-000002"
    assert numbers.take("PS", now=now.replace(year=2027)) == "PS-2027-000001"


def test_invoices_of_test_orders_are_numbered_apart(variant: PinVariant, destinations: None, now: datetime) -> None:
    business = Business.objects.create(name="Acme", billing_email="pins@acme.example")
    tried = place_order(variant, owner=Owner(business_id=business.pk, live=False), now=now)
    real = place_order(variant, now=now)
    found = [invoices.issue(order_id=paid(order, now).pk, now=now).number for order in (tried, real)]
    assert found == ["INV-TEST-2026-000001", "INV-2026-000001"]
