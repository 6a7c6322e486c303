"""Money: exact, one rounding rule, shares that sum."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinshop.core import money
from pinshop.core.money import Money


@given(
    amount=st.integers(-(10**9), 10**9),
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(lambda w: sum(w) > 0),
)
def test_split_shares_sum_to_the_amount(amount: int, weights: list[int]) -> None:
    shares = Money(amount, "USD").split(weights)
    assert sum(share.amount_minor for share in shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.amount_minor - Decimal(amount) * weight / sum(weights)) < 1


@pytest.mark.parametrize(
    ("minor", "factor", "expected"), [(5, "0.5", 3), (-5, "0.5", -3), (4, "0.5", 2), (1005, "0.19", 191)]
)
def test_scaled_rounds_half_up(minor: int, factor: str, expected: int) -> None:
    assert Money(minor, "EUR").scaled(Decimal(factor)) == Money(expected, "EUR")


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(123450, "USD", "$1,234.50"), (-300, "EUR", "-€3.00"), (1200, "JPY", "¥1,200"), (7, "GBP", "£0.07")],
)
def test_money_reads_as_people_write_it(minor: int, currency: str, text: str) -> None:
    assert str(Money(minor, currency)) == text


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(money.CurrencyMismatch, match="USD and EUR"):
        Money(1, "USD") + Money(1, "EUR")


def test_unknown_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="ZZZ"):
        Money(1, "ZZZ")
