"""The one place where lines, shipping and tax become a total. Pure functions, exact in whole minor units.

There is one rounding: the tax, half up, on the sum of goods and shipping. Everything else is a sum of whole minor units,
so page, basket, API, invoice and payment page cannot differ.
"""

from collections.abc import Sequence

from orders.quoted import QuotedLine, Tax, Totals
from orders.selectors.shipping import Destination
from orders.services import weights
from pinshop.core.money import Money, total, zero

NO_TAX = Tax(name="No tax collected yet", rate_percent="", source="")


def compute(*, lines: Sequence[QuotedLine], destination: Destination) -> Totals:
    """Subtotal, shipping, tax and total of these lines sent to this destination, in its currency."""
    currency = destination.currency
    subtotal = total((line.total for line in lines), currency)
    shipping = shipping_price(weight_g=parcel_g(lines), destination=destination)
    tax = zero(currency)
    if destination.tax_rate is not None:
        tax = (subtotal + shipping).scaled(destination.tax_rate)
    return Totals(subtotal, shipping, tax, subtotal + shipping + tax)


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


def tax_of(destination: Destination) -> Tax:
    """The tax line of this destination; it says so where no tax is collected."""
    if destination.tax_rate is None:
        return NO_TAX
    percent = f"{(destination.tax_rate * 100).normalize():f}"
    return Tax(name=destination.tax_name, rate_percent=percent, source=destination.tax_source)
