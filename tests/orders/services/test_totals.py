"""Lines, shipping and tax become one total, the same everywhere."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.prices import LinePrice, PriceItem
from orders.enums import LineKind, TaxTreatment
from orders.quoted import NO_TAX, Discount, QuotedLine, Tax
from orders.selectors.tariffs import Destination
from orders.services import totals
from pinshop.core.money import MINOR_DIGITS, Money


def make_line(total_minor: int, weight_g: int = 100) -> QuotedLine:
    amount = Money(total_minor, "USD")
    item = PriceItem("pin", "Pin", 1, amount, amount)
    return QuotedLine(LineKind.READY, "Pin", 1, LinePrice(1, 1, (item,), amount, ""), weight_g)


def make_destination(*, steps: tuple[tuple[int, int], ...] = ((500, 500), (2000, 1200))) -> Destination:
    return Destination("DE", "Germany", "Europe", 3, 6, steps, "USD")


def make_tax(rate_percent: str, treatment: TaxTreatment = TaxTreatment.CHARGED, *, inclusive: bool = False) -> Tax:
    return Tax("VAT", rate_percent, "", treatment, inclusive)


def test_total_is_goods_shipping_and_tax() -> None:
    found = totals.compute(lines=[make_line(9_999), make_line(1)], destination=make_destination(), tax=make_tax("19"))
    assert [str(m) for m in (found.subtotal, found.shipping, found.tax, found.total)] == [
        "$100.00",
        "$5.00",
        "$19.95",
        "$124.95",
    ]


def test_prices_that_contain_the_tax_are_the_total_and_name_what_is_inside() -> None:
    found = totals.compute(
        lines=[make_line(11_400)], destination=make_destination(), tax=make_tax("19", inclusive=True)
    )
    assert (str(found.total), str(found.tax), found.tax_inclusive) == ("$119.00", "$19.00", True)
    assert [str(share.tax) for share in found.shares] == ["$18.20"]


def test_reverse_charge_takes_the_tax_off_prices_that_contain_it() -> None:
    tax = make_tax("19", TaxTreatment.REVERSE_CHARGE, inclusive=True)
    found = totals.compute(lines=[make_line(11_400)], destination=make_destination(), tax=tax)
    assert (str(found.total), str(found.tax), str(found.discount)) == ("$100.00", "$0.00", "$19.00")
    assert [(row.label, str(row.amount)) for row in found.discounts] == [("19 % tax taken off", "$19.00")]


def test_reverse_charge_leaves_prices_without_tax_as_they_are() -> None:
    tax = make_tax("19", TaxTreatment.REVERSE_CHARGE)
    found = totals.compute(lines=[make_line(9_500)], destination=make_destination(), tax=tax)
    assert (str(found.total), str(found.tax), found.discounts) == ("$100.00", "$0.00", ())


@pytest.mark.parametrize(
    ("discount", "shares", "total"),
    [
        (Discount("TEN", "Voucher", percent=Decimal(10), places=(0, 1)), ["$8.00", "$2.00"], "$95.00"),
        (Discount("ONE", "Voucher", percent=Decimal(10), places=(1,)), ["$0.00", "$2.00"], "$103.00"),
        (Discount("OFF", "Voucher", amount=Money(1_000, "USD"), places=(0, 1)), ["$8.00", "$2.00"], "$95.00"),
        (Discount("BIG", "Voucher", amount=Money(99_999, "USD"), places=(0, 1)), ["$80.00", "$20.00"], "$5.00"),
        (Discount("POST", "Voucher", free_shipping=True), ["$0.00", "$0.00"], "$100.00"),
        (Discount("NONE", "Voucher", percent=Decimal(10)), ["$0.00", "$0.00"], "$105.00"),
    ],
)
def test_a_voucher_is_shared_by_the_lines_it_is_for(discount: Discount, shares: list[str], total: str) -> None:
    found = totals.compute(
        lines=[make_line(8_000), make_line(2_000)], destination=make_destination(), tax=NO_TAX, discount=discount
    )
    assert ([str(share.discount) for share in found.shares], str(found.total)) == (shares, total)


def test_without_a_confirmed_rate_no_tax_is_collected_and_the_line_says_so() -> None:
    found = totals.compute(lines=[make_line(100)], destination=make_destination(), tax=NO_TAX)
    assert (found.tax, NO_TAX.label) == (Money(0, "USD"), "No tax collected yet")


@pytest.mark.parametrize(("percent", "label"), [("19", "VAT 19 %"), ("8.1", "VAT 8.1 %")])
def test_tax_line_names_its_rate(percent: str, label: str) -> None:
    assert make_tax(percent).label == label
    assert make_tax(percent, inclusive=True).label == f"Contains {label}"


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


_taxes = st.builds(
    Tax,
    st.just("VAT"),
    st.sampled_from(["", "0", "7", "8.875", "19", "20", "25.5"]),
    st.just(""),
    st.sampled_from(list(TaxTreatment)),
    st.booleans(),
)


@given(
    prices=st.lists(st.integers(0, 10**7), min_size=1, max_size=20),
    shipping=st.integers(0, 10**5),
    tax=_taxes,
    percent=st.decimals(0, 100, places=2),
    amount=st.integers(0, 10**6),
    free_shipping=st.booleans(),
    currency=st.sampled_from(list(MINOR_DIGITS)),
    data=st.data(),
)
def test_totals_always_add_up(
    prices: list[int],
    shipping: int,
    tax: Tax,
    percent: Decimal,
    amount: int,
    free_shipping: bool,  # noqa: FBT001 - hypothesis calls it by keyword
    currency: str,
    data: st.DataObject,
) -> None:
    places = data.draw(st.lists(st.integers(0, len(prices) - 1), unique=True))
    discount = Discount("CODE", "Voucher", percent, Money(amount, currency), free_shipping, tuple(places))
    found = totals.add_up(
        prices=[Money(minor, currency) for minor in prices],
        shipping=Money(shipping, currency),
        tax=tax,
        discount=discount,
        currency=currency,
    )
    added = Money(0, currency) if found.tax_inclusive else found.tax
    assert found.total == found.subtotal - found.discount + found.shipping + added
    assert found.subtotal.amount_minor == sum(prices)
    assert sum(row.amount.amount_minor for row in found.discounts) == found.discount.amount_minor
    for price, share in zip(prices, found.shares, strict=True):
        assert 0 <= share.discount.amount_minor <= price
        assert share.tax.amount_minor >= 0
    of_lines = sum(
        price - share.discount.amount_minor + (0 if found.tax_inclusive else share.tax.amount_minor)
        for price, share in zip(prices, found.shares, strict=True)
    )
    assert found.total.amount_minor - of_lines >= 0  # what is left is the shipping's
    if tax.treatment != TaxTreatment.CHARGED:
        assert not found.tax
    elif not tax.inclusive:
        net = (found.subtotal - found.discount + found.shipping).amount_minor
        assert abs(found.tax.amount_minor - net * tax.rate) <= Decimal("0.5")


@given(weights=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), steps=_steps)
def test_heavier_parcels_never_cost_less(weights: tuple[int, int], steps: tuple[tuple[int, int], ...]) -> None:
    light, heavy = sorted(weights)
    destination = make_destination(steps=steps)
    assert totals.shipping_price(weight_g=light, destination=destination) <= totals.shipping_price(
        weight_g=heavy, destination=destination
    )
