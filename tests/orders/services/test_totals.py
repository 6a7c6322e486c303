"""Lines, shipping and tax become one total, the same everywhere."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.prices import LinePrice, PriceItem
from orders.enums import LineKind
from orders.quoted import QuotedLine
from orders.selectors.shipping import Destination
from orders.services import totals
from pinshop.core.money import Money


def make_line(total_minor: int, weight_g: int = 100) -> QuotedLine:
    amount = Money(total_minor, "USD")
    item = PriceItem("pin", "Pin", 1, amount, amount)
    return QuotedLine(LineKind.READY, "Pin", 1, LinePrice(1, 1, (item,), amount, ""), weight_g)


def make_destination(
    *, rate: Decimal | None = None, steps: tuple[tuple[int, int], ...] = ((500, 500), (2000, 1200))
) -> Destination:
    return Destination("DE", "Germany", "Europe", 3, 6, steps, "USD", "VAT" if rate else "", rate, "")


def test_total_is_goods_shipping_and_tax() -> None:
    found = totals.compute(lines=[make_line(9_999), make_line(1)], destination=make_destination(rate=Decimal("0.19")))
    assert [str(m) for m in (found.subtotal, found.shipping, found.tax, found.total)] == [
        "$100.00",
        "$5.00",
        "$19.95",
        "$124.95",
    ]


def test_without_a_confirmed_rate_no_tax_is_collected_and_the_line_says_so() -> None:
    destination = make_destination()
    assert totals.compute(lines=[make_line(100)], destination=destination).tax == Money(0, "USD")
    assert totals.tax_of(destination).label == "No tax collected yet"


@pytest.mark.parametrize(
    ("rate", "label"), [("0.19000", "VAT 19 %"), ("0.08100", "VAT 8.1 %"), ("0.20000", "VAT 20 %")]
)
def test_tax_line_names_its_rate(rate: str, label: str) -> None:
    assert totals.tax_of(make_destination(rate=Decimal(rate))).label == label


@pytest.mark.parametrize(
    ("weight_g", "price_minor"),
    [(1, 500), (500, 500), (501, 1200), (2000, 1200), (2001, 1700), (4000, 2400), (4600, 3600)],
)
def test_shipping_takes_the_step_that_holds_the_weight(weight_g: int, price_minor: int) -> None:
    assert totals.shipping_price(weight_g=weight_g, destination=make_destination()) == Money(price_minor, "USD")


_steps = st.lists(st.integers(1, 30_000), min_size=1, max_size=6, unique=True).flatmap(
    lambda weights: st.lists(st.integers(0, 50_000), min_size=len(weights), max_size=len(weights)).map(
        lambda prices: tuple(zip(sorted(weights), sorted(prices), strict=True))
    )
)


@given(
    lines=st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**6)), min_size=1, max_size=20),
    rate=st.none() | st.decimals(0, "0.3", places=5),
    steps=_steps,
)
def test_totals_always_add_up(
    lines: list[tuple[int, int]], rate: Decimal | None, steps: tuple[tuple[int, int], ...]
) -> None:
    found = totals.compute(
        lines=[make_line(minor, weight) for minor, weight in lines],
        destination=make_destination(rate=rate, steps=steps),
    )
    assert found.total == found.subtotal + found.shipping + found.tax
    assert found.subtotal.amount_minor == sum(minor for minor, _ in lines)
    net = found.subtotal.amount_minor + found.shipping.amount_minor
    assert abs(found.tax.amount_minor - net * (rate or 0)) <= Decimal("0.5")


@given(weights=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), steps=_steps)
def test_heavier_parcels_never_cost_less(weights: tuple[int, int], steps: tuple[tuple[int, int], ...]) -> None:
    light, heavy = sorted(weights)
    destination = make_destination(steps=steps)
    assert totals.shipping_price(weight_g=light, destination=destination) <= totals.shipping_price(
        weight_g=heavy, destination=destination
    )
