"""A business's month: what was billed, credited, paid and given back, and what is open."""

from datetime import date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from orders.models import Order
from orders.payments.models import CreditNote, Invoice, Payment, Refund
from orders.payments.selectors import statements
from orders.payments.services import statements as papers
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from tests.orders.factories import make_order
from tests.orders.payments.test_invoices import text_of

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def business(db: None) -> Business:
    return Business.objects.create(name="Acme Bicycles", billing_email="pins@acme.example")


def bill(business: Business, at: datetime, minor: int, *, number: int = 1, currency: str = "USD") -> Order:
    order = make_order(now=at, owner=Owner(business_id=business.pk), total_minor=minor, purchase_order=f"PO-{number}")
    Invoice.objects.create(
        number=f"INV-{number}", order=order, currency=currency, total_minor=minor, data={}, issued_at=at
    )
    return order


def pay(order: Order, at: datetime) -> Payment:
    return Payment.objects.create(
        order=order,
        currency=order.currency,
        state="succeeded",
        amount_minor=order.total_minor,
        captured_minor=order.total_minor,
        provider="stripe",
        idempotency_key=f"key-{order.number}",
        expires_at=at,
        asked_at=at,
        created_at=at,
        settled_at=at,
    )


def give_back(payment: Payment, at: datetime, minor: int) -> None:
    note = CreditNote.objects.create(
        number="CN-1",
        invoice=payment.order.invoice,
        currency=payment.currency,
        total_minor=minor,
        tax_minor=0,
        data={},
        issued_at=at,
    )
    Refund.objects.create(
        payment=payment,
        state="succeeded",
        amount_minor=minor,
        key="one",
        credit_note=note,
        created_at=at,
        settled_at=at,
    )


def test_month_lists_every_movement_and_what_is_open(business: Business, now: datetime) -> None:
    first = bill(business, now, 10_000)
    paid = pay(first, now + timedelta(hours=1))
    give_back(paid, now + timedelta(days=1), 2_500)
    bill(business, now + timedelta(days=2), 7_000, number=2)
    [account] = statements.list_accounts(business_id=business.pk, month=NOVEMBER)
    found = [(each.what, each.number, each.purchase_order, str(each.amount)) for each in account.entries]
    assert found == [
        ("Invoice", "INV-1", "PO-1", "$100.00"),
        ("Payment", "", "PO-1", "-$100.00"),
        ("Credit note", "CN-1", "PO-1", "-$25.00"),
        ("Given back", "", "PO-1", "$25.00"),
        ("Invoice", "INV-2", "PO-2", "$70.00"),
    ]
    assert (str(account.opening), str(account.closing)) == ("$0.00", "$70.00")


def test_next_month_opens_with_what_was_left(business: Business, now: datetime) -> None:
    order = bill(business, now, 7_000)
    [account] = statements.list_accounts(business_id=business.pk, month=DECEMBER)
    assert (str(account.opening), account.entries, str(account.closing)) == ("$70.00", (), "$70.00")
    pay(order, now + timedelta(days=20))
    [account] = statements.list_accounts(business_id=business.pk, month=DECEMBER)
    assert (str(account.opening), str(account.closing)) == ("$70.00", "$0.00")
    assert statements.list_accounts(business_id=business.pk, month=date(2027, 1, 1)) == []


def test_currencies_are_never_mixed_and_tests_and_strangers_never_shown(business: Business, now: datetime) -> None:
    other = Business.objects.create(name="Other", billing_email="x@example.org")
    bill(other, now, 5_000, number=3)
    bill(business, now, 1_000, number=4, currency="EUR")
    bill(business, now, 2_000, number=5)
    tried = make_order(now=now, owner=Owner(business_id=business.pk, live=False))
    pay(tried, now)
    found = statements.list_accounts(business_id=business.pk, month=NOVEMBER)
    assert [(each.currency, each.closing.amount_minor) for each in found] == [("EUR", 1_000), ("USD", 2_000)]


@pytest.mark.parametrize("orders", [1, 30])
def test_statement_takes_the_same_queries_for_one_order_and_for_thirty(
    business: Business, now: datetime, orders: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(orders):
        pay(bill(business, now, 1_000, number=number), now)
    with django_assert_num_queries(4):
        statements.list_accounts(business_id=business.pk, month=NOVEMBER)


def test_months_run_from_the_first_movement_to_now(business: Business, now: datetime) -> None:
    assert statements.list_months(business_id=business.pk, now=now) == [NOVEMBER]
    bill(business, now, 1_000)
    found = statements.list_months(business_id=business.pk, now=now + timedelta(days=60))
    assert found == [date(2027, 1, 1), DECEMBER, NOVEMBER]


def test_paper_says_the_same(business: Business, now: datetime) -> None:
    pay(bill(business, now, 10_000), now)
    bill(business, now, 7_000, number=2)
    text = " ".join(text_of(papers.draw(business=business, month=NOVEMBER)).split())
    for words in ("Acme Bicycles", "November 2026", "Invoice INV-1", "PO-2", "-$100.00", "$70.00", "23 Nov"):
        assert words in text, words
