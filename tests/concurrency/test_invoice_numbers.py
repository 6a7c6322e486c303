"""Many invoices at once: numbers without a gap and without a double, one invoice an order."""

from datetime import datetime
from uuid import UUID

import pytest

from catalog.models import PinVariant
from orders.models import Counter, Order
from orders.payments.models import Invoice
from orders.payments.services import invoices
from orders.services import numbers
from tests import races
from tests.concurrency.conftest import all_at_once
from tests.orders.payments.conftest import place_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("destinations")]
ORDERS = 10


def paid_orders(variant: PinVariant, now: datetime) -> list[UUID]:
    found = [place_order(variant, key=f"order {number}", now=now).pk for number in range(ORDERS)]
    Order.objects.update(paid_at=now, confirmed_at=now)
    return found


def issue_all(variant: PinVariant, now: datetime) -> list[object]:
    return all_at_once(
        lambda order_id=order_id: invoices.issue(order_id=order_id, now=now)  # type: ignore[misc]
        for order_id in paid_orders(variant, now)
    )


def test_ten_invoices_at_once_have_the_numbers_one_to_ten(variant: PinVariant, now: datetime) -> None:
    issued = issue_all(variant, now)
    assert [type(each) for each in issued] == [Invoice] * ORDERS
    found = sorted(Invoice.objects.values_list("number", flat=True))
    assert found == [f"INV-2026-{number:06d}" for number in range(1, ORDERS + 1)]


def test_without_the_counting_statement_the_same_invoices_get_the_same_number(
    variant: PinVariant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: numbers that are read and not counted up collide; the UNIQUE lets one of them through."""
    orders = paid_orders(variant, now)
    Counter.objects.create(series="INV-2026", value=0)
    monkeypatch.setattr(numbers, "_NEXT", "SELECT value + 1 FROM orders_counter WHERE series = %s")
    issued = all_at_once(
        lambda order_id=order_id: invoices.issue(order_id=order_id, now=now)  # type: ignore[misc]
        for order_id in orders
    )
    assert [type(each).__name__ for each in issued].count("IntegrityError") == ORDERS - 1


def test_eight_who_issue_the_invoice_of_one_order_get_the_same(variant: PinVariant, now: datetime) -> None:
    order = place_order(variant, now=now)
    Order.objects.update(paid_at=now, confirmed_at=now)
    issued = races.run(lambda: invoices.issue(order_id=order.pk, now=now).number, threads=8)
    assert issued == ["INV-2026-000001"] * 8
    assert Counter.objects.get(series="INV-2026").value == 1
