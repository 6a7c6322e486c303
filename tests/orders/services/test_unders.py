"""Missing pieces are refunded by themselves, extra ones are never billed."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.models import Order, OrderLine
from orders.selectors import orders, snapshots
from orders.services import unders
from pinshop.core.errors import NotFound
from pinshop.core.money import Money
from tests.orders.books import make_paid_order, refunded
from tests.orders.factories import make_line, make_order

NOTE = "3 pins are missing of 100 × Sleepy fox, so $2.85 comes back."


@pytest.fixture
def line(options: None, now: datetime) -> OrderLine:
    """100 packed pins for $95.00."""
    return make_line(make_paid_order(now=now), state="packed")


@pytest.mark.django_db
def test_share_of_the_missing_pins_goes_back_once_and_is_told(line: OrderLine, now: datetime) -> None:
    assert unders.refund_missing(line_id=line.pk, packed=97, now=now) is True
    assert unders.refund_missing(line_id=line.pk, packed=97, now=now) is False
    assert unders.refund_missing(line_id=line.pk, packed=90, now=now) is False
    assert refunded(line.order) == [(285, NOTE)]
    order = orders.get_any(order_id=line.order_id)
    assert [moment.text for moment in orders.list_timeline(order)] == [NOTE]
    assert snapshots.of_order(order, now=now)["lines"][0]["missing_quantity"] == 3


@pytest.mark.django_db
@pytest.mark.parametrize("packed", [100, 101, 10_000])
def test_extra_pins_are_never_billed(line: OrderLine, now: datetime, packed: int) -> None:
    assert unders.refund_missing(line_id=line.pk, packed=packed, now=now) is False
    assert refunded(line.order) == []
    assert Order.objects.get().total_minor == 10_000


@pytest.mark.django_db
def test_line_of_which_nothing_was_packed_is_left_to_staff(line: OrderLine, now: datetime) -> None:
    assert unders.refund_missing(line_id=line.pk, packed=0, now=now) is False
    assert refunded(line.order) == []


@pytest.mark.django_db
def test_missing_pins_of_an_unpaid_or_cancelled_line_give_nothing_back(options: None, now: datetime) -> None:
    unpaid = make_line(make_order(now=now), state="packed")
    assert unders.refund_missing(line_id=unpaid.pk, packed=99, now=now) is True
    cancelled = make_line(make_paid_order(now=now), state="cancelled")
    assert unders.refund_missing(line_id=cancelled.pk, packed=99, now=now) is False
    assert refunded(unpaid.order) + refunded(cancelled.order) == []
    with pytest.raises(NotFound):
        unders.refund_missing(line_id=unpaid.order_id, packed=99, now=now)


@given(st.integers(0, 10**8), st.integers(1, 10_000), st.data())
def test_share_is_exact_and_shares_of_both_halves_are_the_whole(
    payable: int, quantity: int, data: st.DataObject
) -> None:
    missing = data.draw(st.integers(0, quantity))
    share = unders.share_of_missing(Money(payable, "JPY"), missing=missing, quantity=quantity).amount_minor
    assert abs(share * quantity - payable * missing) * 2 <= quantity
    assert 0 <= share <= payable


@pytest.mark.parametrize(
    ("payable", "missing", "quantity", "share"), [(5, 1, 2, 3), (1, 1, 2, 1), (1, 1, 3, 0), (999, 1, 1000, 1)]
)
def test_half_a_cent_is_the_customers(payable: int, missing: int, quantity: int, share: int) -> None:
    found = unders.share_of_missing(Money(payable, "USD"), missing=missing, quantity=quantity)
    assert found == Money(share, "USD")
