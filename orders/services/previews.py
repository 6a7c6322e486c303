"""The price a customer sees while configuring a design: the very figures that a quote would have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from catalog.prices import LinePrice, NextBreak, PriceBreak
from catalog.selectors import options, prices
from catalog.services import compatibility, pricing
from catalog.services.compatibility import Conflict
from catalog.spec import PinSpec
from designs.selectors import designs
from orders.enums import LineKind
from orders.quoted import QuotedLine, Tax, Totals
from orders.selectors import shipping, tariffs, taxes
from orders.services import promises, totals, weights
from pinshop.accounts.acting import Reach
from pinshop.accounts.owners import Owner


@dataclass(frozen=True, slots=True)
class Preview:
    """What a design costs at one quantity."""

    spec: PinSpec
    price: LinePrice
    next_break: NextBreak | None
    breaks: tuple[PriceBreak, ...]
    totals: Totals
    tax: Tax
    country_name: str
    days_min: int
    days_max: int
    ship_by_date: date
    conflicts: tuple[Conflict, ...]

    @property
    def blocked(self) -> bool:
        """Whether some choices cannot be made together, so that it cannot be ordered like this."""
        return any(conflict.severity == "block" for conflict in self.conflicts)


def price_design(
    *,
    design_id: UUID,
    owner: Owner | Reach,
    quantity: int,
    choices: Mapping[str, Any],
    country: str,
    currency: str,
    now: datetime,
) -> Preview:
    """Price a design with some choices changed (fields of PinSpec); nothing is stored.

    Raises DesignNotFound, SpecInvalid, NotPriced, QuantityInvalid, NotShippedThere.
    """
    design = designs.get_design(design_id=design_id, owner=owner)
    measures = designs.measures_of(design)
    spec = PinSpec.from_json({**designs.spec_of(design).to_json(), **choices})
    table = prices.get_table(currency=currency, now=now)
    offered = options.get_options()
    price = pricing.price_line(spec=spec, quantity=quantity, table=table)
    in_force = tariffs.get_tariffs()
    destination = shipping.get_destination(country=country, currency=currency, tariffs=in_force)
    line = QuotedLine(
        kind=LineKind.CUSTOM,
        title=design.name,
        quantity=quantity,
        price=price,
        weight_g=weights.of_custom(spec=spec, quantity=quantity, measured_g=measures.weight_g if measures else None),
        design_id=design.pk,
        spec=spec,
    )
    tax = taxes.get_tax(country=destination.country, on=now.date(), tariffs=in_force)
    return Preview(
        spec=spec,
        price=price,
        next_break=pricing.next_break(spec=spec, quantity=quantity, table=table),
        breaks=tuple(pricing.list_breaks(spec=spec, table=table)),
        totals=totals.compute(lines=[line], destination=destination, tax=tax),
        tax=tax,
        country_name=destination.country_name,
        days_min=destination.days_min,
        days_max=destination.days_max,
        ship_by_date=promises.list_ship_dates(lines=[line], start=now.date())[0],
        conflicts=tuple(compatibility.check(spec=spec, options=offered)),
    )
