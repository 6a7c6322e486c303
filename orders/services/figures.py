"""What a set of lines costs with everything: the figures of a quote, and of a basket that is still open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orders.quoted import NO_CHOICES, Choices, Discount, QuotedLine, Tax, Totals, Wish
from orders.selectors import shipping, tariffs, taxes
from orders.selectors.tariffs import Destination, Tariffs
from orders.services import totals, vat_numbers, vouchers, wishes
from pinshop.accounts.owners import Owner


@dataclass(frozen=True, slots=True)
class Figures:
    """A priced set of lines for one destination."""

    lines: tuple[QuotedLine, ...]
    totals: Totals
    tax: Tax
    destination: Destination
    weight_g: int
    price_version: str
    choices: Choices = NO_CHOICES
    discount: Discount | None = None


def price(
    *,
    owner: Owner,
    lines: Sequence[Wish],
    country: str,
    currency: str,
    now: datetime,
    choices: Choices = NO_CHOICES,
) -> Figures:
    """Price these lines for a country without storing anything; raises as `wishes.price` and `add_up` do."""
    priced = wishes.price(wishes=lines, owner=owner, currency=currency, now=now)
    return add_up(
        priced.lines,
        owner=owner,
        country=country,
        currency=currency,
        choices=choices,
        price_version=priced.price_version,
        now=now,
    )


def add_up(
    lines: Sequence[QuotedLine],
    *,
    owner: Owner,
    country: str,
    currency: str,
    choices: Choices,
    price_version: str,
    now: datetime,
) -> Figures:
    """Shipping, tax and total of priced lines. Raises NotShippedThere, VatNumberInvalid, VoucherRefused."""
    in_force = tariffs.get_tariffs()
    choices = spelled(choices, country, in_force)
    destination = shipping.get_destination(
        country=country, currency=currency, service=choices.service, tariffs=in_force
    )
    buyer = taxes.Buyer(owner, choices.vat_number)
    tax = taxes.get_tax(
        country=destination.country, region=choices.region, on=now.date(), buyer=buyer, tariffs=in_force
    )
    discount = None
    if choices.voucher:
        discount = vouchers.find_discount(code=choices.voucher, owner=owner, lines=lines, currency=currency, now=now)
    return Figures(
        lines=tuple(lines),
        totals=totals.compute(lines=lines, destination=destination, tax=tax, discount=discount),
        discount=discount,
        tax=tax,
        destination=destination,
        weight_g=totals.parcel_g(lines),
        price_version=price_version,
        choices=replace(choices, service=destination.service),
    )


def spelled(choices: Choices, country: str, in_force: Tariffs | None = None) -> Choices:
    """The same choice always written the same; a region counts only where the tax depends on it."""
    region = choices.region.upper() if choices.region and taxes.has_regions(country, in_force) else ""
    return replace(
        choices,
        region=region,
        vat_number=vat_numbers.read(choices.vat_number),
        voucher=choices.voucher.strip().upper(),
    )
