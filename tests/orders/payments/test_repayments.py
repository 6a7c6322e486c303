"""Money goes back by line and shipping, over all payments, once, and never more than came for it."""

import threading
import time
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction

from orders.enums import PaymentTerms
from orders.models import Order, OrderLine
from orders.payments.gateway import RefundOutcome, RefundTruth
from orders.payments.models import Credit, Payment, Refund
from orders.payments.selectors.balances import Balance, due_of, get_balance
from orders.payments.services import refunds, repayments
from orders.payments.services.refunds import RefundKeyReused, RefundTooLarge
from orders.payments.services.repayments import Part
from orders.services import cancellations, unders
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid, NotFound
from pinshop.core.money import Money
from tests import races
from tests.orders.books import add_payment
from tests.orders.factories import make_line, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(options: None, now: datetime) -> Order:
    """Lines of $60.00 and $35.00, shipping $5.00; paid with $70.00 and then, for a dearer version, $30.00."""
    order = make_order(now=now, paid_at=now)
    make_line(order, total_minor=6000, state="struck")
    make_line(order, total_minor=3500, state="struck", title="Late owl")
    add_payment(order, 7000, now=now)
    add_payment(order, 3000, now=now.replace(year=now.year + 1), name="two")
    return order


def lines(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("position"))


def give(order: Order, *parts: Part, key: str = "one", now: datetime) -> list[Refund]:
    return repayments.give_back(order_id=order.pk, parts=parts, reason="Sorry.", key=key, actor=SYSTEM, now=now)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def test_newest_payment_gives_first_and_says_for_what(order: Order, now: datetime) -> None:
    fox, owl = lines(order)
    made = give(order, repayments.of_line(fox, usd(2500)), repayments.of_line(owl, usd(1500)), now=now)
    assert [(refund.payment.amount_minor, refund.amount_minor) for refund in made] == [(3000, 3000), (7000, 1000)]
    assert made[0].allocation == [
        {"kind": "line", "line_id": str(fox.pk), "label": "Sleepy fox", "amount_minor": 2500},
        {"kind": "line", "line_id": str(owl.pk), "label": "Late owl", "amount_minor": 500},
    ]
    assert made[1].allocation == [{"kind": "line", "line_id": str(owl.pk), "label": "Late owl", "amount_minor": 1000}]
    balance = get_balance(order=order)
    assert (balance.left, balance.left_of_line(fox.pk), balance.left_of_line(owl.pk)) == (
        usd(6000),
        usd(3500),
        usd(2000),
    )


def test_same_key_is_the_same_refund(order: Order, now: datetime) -> None:
    part = repayments.of_line(lines(order)[0], usd(4000))
    first = give(order, part, now=now)
    assert [row.pk for row in give(order, part, now=now)] == [row.pk for row in first]
    with pytest.raises(RefundKeyReused):
        give(order, repayments.of_line(lines(order)[0], usd(1)), now=now)
    assert Refund.objects.count() == 2


@pytest.mark.parametrize("minor", [0, -1])
def test_refund_of_nothing_gives_nothing(order: Order, now: datetime, minor: int) -> None:
    with pytest.raises(Invalid):
        give(order, repayments.of_shipping(usd(minor)), now=now)
    assert Refund.objects.count() == 0


def test_line_never_gets_more_than_it_cost_in_however_many_steps(order: Order, now: datetime) -> None:
    fox = lines(order)[0]
    give(order, repayments.of_line(fox, usd(4000)), now=now)
    with pytest.raises(RefundTooLarge) as caught:
        give(order, repayments.of_line(fox, usd(2001)), key="two", now=now)
    assert caught.value.message == "$20.01 is more than can be given back for “Sleepy fox”: $20.00 is left."
    give(order, repayments.of_line(fox, usd(2000)), key="two", now=now)
    with pytest.raises(RefundTooLarge):
        give(order, repayments.of_line(fox, usd(1)), key="three", now=now)


def test_two_parts_of_one_line_do_not_exceed_it(order: Order, now: datetime) -> None:
    fox = lines(order)[0]
    with pytest.raises(RefundTooLarge):
        give(order, repayments.of_line(fox, usd(4000)), repayments.of_line(fox, usd(4000)), now=now)
    assert Refund.objects.count() == 0


def test_shipping_and_surplus_have_limits_of_their_own(order: Order, now: datetime) -> None:
    for part in (repayments.of_shipping(usd(501)), repayments.of_surplus(usd(1))):
        with pytest.raises(RefundTooLarge):
            give(order, part, now=now)
    add_payment(order, 10_000, now=now, name="twice")
    give(order, repayments.of_shipping(usd(500)), now=now)
    give(order, repayments.of_surplus(usd(10_000)), key="two", now=now)
    with pytest.raises(RefundTooLarge):
        give(order, repayments.of_surplus(usd(1)), key="three", now=now)


def test_refunds_of_everything_sum_to_what_came(order: Order, now: datetime) -> None:
    fox, owl = lines(order)
    parts = [repayments.of_line(fox, usd(6000)), repayments.of_line(owl, usd(3500)), repayments.of_shipping(usd(500))]
    assert sum(row.amount_minor for row in give(order, *parts, now=now)) == 10_000
    assert get_balance(order=order).left == usd(0)


def test_refund_that_failed_opens_its_line_again(order: Order, now: datetime) -> None:
    fox = lines(order)[0]
    give(order, repayments.of_line(fox, usd(3000)), now=now)
    Refund.objects.update(state="failed")
    Payment.objects.update(refunded_minor=0)
    give(order, repayments.of_line(fox, usd(6000)), key="two", now=now)
    assert get_balance(order=order).left_of_line(fox.pk) == usd(0)


def test_line_of_another_order_and_order_that_does_not_exist(order: Order, now: datetime) -> None:
    other = make_line(make_order(now=now))
    with pytest.raises(NotFound):
        give(order, repayments.of_line(other, usd(1)), now=now)
    with pytest.raises(NotFound):
        repayments.give_back(order_id=uuid4(), parts=[], reason="", key="x", actor=SYSTEM, now=now)


def test_nothing_goes_back_of_what_was_never_paid(now: datetime, options: None) -> None:
    order = make_order(now=now)
    part = repayments.of_line(make_line(order), usd(9500))
    for _ in range(2):
        assert not repayments.give_back_what_is_left(
            order_id=order.pk, parts=[part], reason="", key="x", actor=SYSTEM, now=now
        )


def test_cancelling_after_a_part_went_back_gives_the_rest(order: Order, now: datetime) -> None:
    fox = lines(order)[0]
    give(order, repayments.of_line(fox, usd(1000)), now=now)
    cancellations.cancel_by_staff(order_id=order.pk, reason="", actor=SYSTEM, now=now)
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 10_000
    assert get_balance(order=order).returned == {
        ("line", fox.pk): 6000,
        ("line", lines(order)[1].pk): 3500,
        ("shipping", None): 500,
    }


def _refund_the_line_eight_times_at_once(order: Order, now: datetime, monkeypatch: pytest.MonkeyPatch) -> int:
    """What went back for a line of $60.00 when eight people refund it at once, each after a look at what is left."""
    fox, read, together = lines(order)[0], repayments.get_balance, threading.Barrier(8)

    def slowly(*, order: Order) -> Balance:
        balance = read(order=order)
        time.sleep(0.1)
        return balance

    def work() -> None:
        connection.ensure_connection()
        together.wait()
        with suppress(RefundTooLarge):
            give(order, repayments.of_line(fox, usd(6000)), key=str(uuid4()), now=now)

    monkeypatch.setattr(repayments, "get_balance", slowly)
    errors = [result for result in races.run(work, threads=8) if result]
    assert errors == []
    return get_balance(order=order).returned["line", fox.pk]


@pytest.mark.django_db(transaction=True)
def test_eight_refunds_of_one_line_at_once_are_one(
    order: Order, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_payment(order, 50_000, now=now.replace(year=now.year + 2), name="room")
    assert _refund_the_line_eight_times_at_once(order, now, monkeypatch) == 6000


@pytest.mark.django_db(transaction=True)
def test_without_the_orders_lock_they_are_many(order: Order, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the lock of the order's row keeps the race out, not the limit of the payments."""
    monkeypatch.setattr(repayments, "_lock", lambda order_id: Order.objects.get(pk=order_id))
    add_payment(order, 50_000, now=now.replace(year=now.year + 2), name="room")
    assert _refund_the_line_eight_times_at_once(order, now, monkeypatch) > 6000


@pytest.fixture
def owed(options: None, now: datetime) -> Order:
    """An order by invoice over $100.00, nothing of it paid: lines of $60.00 and $35.00, shipping $5.00."""
    business = Business.objects.create(name="Brass & Co", billing_email="pay@brass.example")
    order = make_order(
        now=now, owner=Owner(business_id=business.pk), payment_terms=PaymentTerms.INVOICE, confirmed_at=now
    )
    make_line(order, total_minor=6000, state="packed")
    make_line(order, total_minor=3500, state="struck", title="Late owl")
    return order


def due(order: Order) -> Money:
    return due_of(Order.objects.get(pk=order.pk))


def test_missing_pins_of_an_invoice_lower_what_is_due_once(owed: Order, now: datetime) -> None:
    fox = lines(owed)[0]
    for _ in range(2):
        unders.refund_missing(line_id=fox.pk, packed=97, now=now)
    assert (due(owed), Refund.objects.count()) == (usd(9820), 0)
    credit = Credit.objects.get()
    assert (credit.amount_minor, credit.allocation[0]["line_id"]) == (180, str(fox.pk))
    assert get_balance(order=owed).left_of_line(fox.pk) == usd(5820)


def test_credit_is_strict_and_repeatable_as_a_refund(owed: Order, now: datetime) -> None:
    fox = lines(owed)[0]
    for _ in range(2):
        assert give(owed, repayments.of_line(fox, usd(1000)), repayments.of_shipping(usd(500)), now=now) == []
    with pytest.raises(RefundKeyReused):
        give(owed, repayments.of_line(fox, usd(1)), now=now)
    with pytest.raises(RefundTooLarge):
        give(owed, repayments.of_line(fox, usd(5001)), key="two", now=now)
    assert due(owed) == usd(8500)


def test_cancelling_a_credited_line_never_credits_it_twice(owed: Order, now: datetime) -> None:
    fox, owl = lines(owed)
    give(owed, repayments.of_line(fox, usd(1000)), now=now)
    cancellations.cancel_line(line_id=fox.pk, reason="", actor=SYSTEM, now=now)
    assert due(owed) == usd(4000)
    cancellations.cancel_line(line_id=owl.pk, reason="", actor=SYSTEM, now=now)
    assert (due(owed), Credit.objects.count(), Refund.objects.count()) == (usd(0), 1, 0)


def test_what_is_owed_is_lowered_before_anything_paid_goes_back(owed: Order, now: datetime) -> None:
    fox = lines(owed)[0]
    add_payment(owed, 7000, now=now)
    assert due(owed) == usd(3000)
    made = give(owed, repayments.of_line(fox, usd(4000)), now=now)
    assert ([row.amount_minor for row in made], due(owed)) == ([1000], usd(0))
    assert get_balance(order=owed).left_of_line(fox.pk) == usd(2000)


def test_invoice_that_was_paid_in_spite_of_a_credit_has_a_surplus(owed: Order, now: datetime) -> None:
    give(owed, repayments.of_line(lines(owed)[0], usd(1000)), now=now)
    add_payment(owed, 10_000, now=now)
    Order.objects.filter(pk=owed.pk).update(paid_at=now)
    owed.refresh_from_db()
    assert get_balance(order=owed).surplus == usd(1000)
    give(owed, repayments.of_surplus(usd(1000)), key="two", now=now)
    with pytest.raises(RefundTooLarge):
        give(owed, repayments.of_surplus(usd(1)), key="three", now=now)


def _fail_while_staff_give_back(order: Order, now: datetime) -> list[Exception]:
    """What went wrong where a provider says that a refund failed while staff give more of the same order back."""
    [first] = give_shipping(order, 100, "one", now)
    begun = threading.Event()

    def fail() -> None:
        begun.wait(5)
        truth = RefundTruth(refund_id="", state=RefundOutcome.FAILED, failure="closed")
        refunds.record(refund_id=first.pk, truth=truth, now=now)

    def give() -> None:
        with transaction.atomic():
            repayments._lock(order.pk)
            begun.set()
            time.sleep(0.5)
            give_shipping(order, 200, "two", now)

    todo = iter([fail, give])

    def one() -> None:
        next(todo)()

    return [each for each in races.run(one, threads=2) if isinstance(each, Exception)]


def give_shipping(order: Order, minor: int, key: str, now: datetime) -> list[Refund]:
    part = repayments.of_shipping(Money(minor, "USD"))
    return repayments.give_back(order_id=order.pk, parts=[part], reason="", key=key, actor=SYSTEM, now=now)


@pytest.mark.django_db(transaction=True)
def test_failed_refund_and_another_one_at_once_do_not_deadlock(order: Order, now: datetime) -> None:
    assert _fail_while_staff_give_back(order, now) == []
    assert sum(Payment.objects.values_list("refunded_minor", flat=True)) == 200


@pytest.mark.django_db(transaction=True)
def test_without_the_order_s_lock_first_they_deadlock(
    order: Order, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refunds, "_lock_order", lambda _refund_id: None)
    [error] = _fail_while_staff_give_back(order, now)
    assert isinstance(error, OperationalError)
    assert "deadlock" in str(error)
