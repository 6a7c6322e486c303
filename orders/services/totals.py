"""The one place where lines, discounts, shipping and tax become a total. Pure functions, exact in whole minor units.

Rounded, half up, are a percentage discount and the tax, each once on its sum; both are then shared out by largest
remainder. Everything else is a sum of whole minor units, so page, basket, API, invoice and payment page cannot differ.
"""

from collections.abc import Sequence

from orders.enums import TaxTreatment
from orders.models.quotes import Amounts
from orders.quoted import NO_TAX, Discount, DiscountRow, QuotedLine, Share, Tax, Totals
from orders.selectors.tariffs import Destination
from orders.services import weights
from pinshop.core.money import Money, total, zero


def compute(
    *, lines: Sequence[QuotedLine], destination: Destination, tax: Tax, discount: Discount | None = None
) -> Totals:
    """Subtotal, discounts, shipping, tax and total of these lines sent to this destination, in its currency."""
    currency = destination.currency
    prices = [line.total for line in lines]
    shipping = shipping_price(weight_g=parcel_g(lines), destination=destination)
    return add_up(prices=prices, shipping=shipping, tax=tax, discount=discount, currency=currency)


def add_up(
    *, prices: Sequence[Money], shipping: Money, tax: Tax, discount: Discount | None = None, currency: str
) -> Totals:
    """The same from the prices of lines and of the shipping: for what was priced before."""
    full = [*prices, shipping]
    off = _discounted(full, discount, currency)
    rows = [DiscountRow(discount.label, total(off, currency))] if discount else []
    taxed = tax.treatment == TaxTreatment.CHARGED
    if not taxed and tax.inclusive:
        relief = _contained(_less(full, off), tax, currency)
        rows.append(DiscountRow(f"{tax.rate_percent} % tax taken off", total(relief, currency)))
        off = [some + more for some, more in zip(off, relief, strict=True)]
    net = _less(full, off)
    parts = (
        _no_tax(net) if not taxed else _contained(net, tax, currency) if tax.inclusive else _added(net, tax, currency)
    )
    inclusive = taxed and tax.inclusive
    due = total(net, currency)
    return Totals(
        subtotal=total(prices, currency),
        discount=total(off, currency),
        shipping=shipping,
        tax=total(parts, currency),
        total=due if inclusive else due + total(parts, currency),
        tax_inclusive=inclusive,
        discounts=tuple(row for row in rows if row.amount),
        shares=tuple(Share(less, part) for less, part in zip(off[:-1], parts[:-1], strict=True)),
    )


def shares_of(priced: Amounts, prices: Sequence[Money]) -> tuple[Share, ...]:
    """Each line's part of the discounts and the tax of a quote or an order, from the prices of its lines."""
    return again(priced, prices).shares


def again(priced: Amounts, prices: Sequence[Money], *, shipping: Money | None = None) -> Totals:
    """The totals of a quote or an order with these prices of its lines, and of its shipping where that changes too.

    Tax and voucher stay as agreed.
    """
    return add_up(
        prices=prices,
        shipping=Money(priced.shipping_minor, priced.currency) if shipping is None else shipping,
        tax=Tax.from_json(priced.tax) if priced.tax else NO_TAX,
        discount=Discount.from_json(priced.voucher, priced.currency) if priced.voucher else None,
        currency=priced.currency,
    )


def _discounted(full: Sequence[Money], discount: Discount | None, currency: str) -> list[Money]:
    """What the voucher takes off each line and, last, off the shipping; never more than there is."""
    off = [zero(currency)] * len(full)
    if discount is None:
        return off
    if discount.free_shipping:
        off[-1] = full[-1]
    places = [place for place in discount.places if full[place]]
    goods = total((full[place] for place in places), currency)
    less = goods.scaled(discount.percent / 100) + (discount.amount or zero(currency))
    for place, part in zip(
        places, min(less, goods).split([full[p].amount_minor for p in places]) if places else [], strict=True
    ):
        off[place] = part
    return off


def _less(full: Sequence[Money], off: Sequence[Money]) -> list[Money]:
    return [price - less for price, less in zip(full, off, strict=True)]


def _no_tax(net: Sequence[Money]) -> list[Money]:
    return [zero(money.currency) for money in net]


def _added(net: Sequence[Money], tax: Tax, currency: str) -> list[Money]:
    return _shared(total(net, currency).scaled(tax.rate), net)


def _contained(gross: Sequence[Money], tax: Tax, currency: str) -> list[Money]:
    """The tax inside prices that contain it: gross * rate / (1 + rate)."""
    return _shared(total(gross, currency).scaled(tax.rate / (1 + tax.rate)), gross)


def _shared(amount: Money, by: Sequence[Money]) -> list[Money]:
    return amount.split([money.amount_minor for money in by]) if amount else _no_tax(by)


def parcel_g(lines: Sequence[QuotedLine]) -> int:
    """What the parcel of these lines weighs."""
    return sum(line.weight_g for line in lines) + weights.PARCEL_G


def shipping_price(*, weight_g: int, destination: Destination) -> Money:
    """The price of the first step that holds the weight; beyond the last step further parcels of it are added."""
    last_g, last_minor = destination.steps[-1]
    full, rest = divmod(weight_g, last_g)
    minor = full * last_minor
    if rest:
        minor += next(price for up_to_g, price in destination.steps if rest <= up_to_g)
    return Money(minor, destination.currency)
