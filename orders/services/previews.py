"""The price a customer sees while configuring a design: the very figures that a quote would have."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from catalog.choices import Options
from catalog.prices import LinePrice, NextBreak, PriceBreak, PriceTable
from catalog.selectors import options, prices
from catalog.services import compatibility, pricing
from catalog.services.compatibility import Conflict
from catalog.spec import PinSpec
from designs.models import Design
from designs.selectors import designs
from orders.enums import LineKind
from orders.quoted import QuotedLine, Tax, Totals
from orders.selectors import dies, shipping, tariffs, taxes
from orders.selectors.dies import Dies
from orders.selectors.tariffs import Destination
from orders.services import alternatives, promises, totals, weights
from orders.services.alternatives import Alternative, Point
from pinshop.accounts.acting import Reach
from pinshop.accounts.owners import Owner

USUAL_QUANTITY = 100


@dataclass(frozen=True, slots=True)
class Market:
    """What a price depends on besides the pin: the prices and options of a day, and where it goes."""

    today: date
    offered: Options
    table: PriceTable
    destination: Destination
    tax: Tax
    kept: Dies


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
    alternatives: tuple[Alternative, ...]
    points: tuple[Point, ...]

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
    market = get_market(designs=[design], country=country, currency=currency, now=now)
    return price(design=design, quantity=quantity, choices=choices, market=market)


def get_market(*, designs: Collection[Design], country: str, currency: str, now: datetime) -> Market:
    """What prices of these designs are made of now, for a country and in a currency. Raises NotShippedThere."""
    in_force = tariffs.get_tariffs()
    destination = shipping.get_destination(country=country, currency=currency, tariffs=in_force)
    return Market(
        today=now.date(),
        offered=options.get_options(),
        table=prices.get_table(currency=currency, now=now),
        destination=destination,
        tax=taxes.get_tax(country=destination.country, on=now.date(), tariffs=in_force),
        kept=dies.list_kept(designs=designs, now=now),
    )


def price(*, design: Design, quantity: int, choices: Mapping[str, Any], market: Market) -> Preview:
    """Price a design at hand, asking the database nothing. Raises SpecInvalid, NotPriced, QuantityInvalid."""
    measures, offered, table = designs.measures_of(design), market.offered, market.table
    spec = _chosen(designs.spec_of(design), choices, offered)
    spec = replace(spec, reorder=dies.is_kept(design=design, spec=spec, among=market.kept))
    line_price = pricing.price_line(spec=spec, quantity=quantity, table=table)
    destination, tax = market.destination, market.tax
    line = QuotedLine(
        kind=LineKind.CUSTOM,
        title=design.name,
        quantity=quantity,
        price=line_price,
        weight_g=weights.of_custom(spec=spec, quantity=quantity, measured_g=measures.weight_g if measures else None),
        design_id=design.pk,
        spec=spec,
    )
    return Preview(
        spec=spec,
        price=line_price,
        next_break=pricing.next_break(spec=spec, quantity=quantity, table=table),
        breaks=tuple(pricing.list_breaks(spec=spec, table=table)),
        totals=totals.compute(lines=[line], destination=destination, tax=tax),
        tax=tax,
        country_name=destination.country_name,
        days_min=destination.days_min,
        days_max=destination.days_max,
        ship_by_date=promises.list_ship_dates(lines=[line], start=market.today, options=offered)[0],
        conflicts=tuple(compatibility.check(spec=spec, options=offered)),
        alternatives=alternatives.list_alternatives(spec=spec, quantity=quantity, table=table, options=offered),
        points=alternatives.list_points(spec=spec, table=table),
    )


def _chosen(before: PinSpec, choices: Mapping[str, Any], offered: Options) -> PinSpec:
    """The spec as it would be saved: a new size brings its usual thickness."""
    spec = PinSpec.from_json({**before.to_json(), **choices})
    if spec.size_mm != before.size_mm and spec.thickness_mm == before.thickness_mm:
        usual = offered.usual_thickness(spec.size_mm, otherwise=spec.thickness_mm)
        spec = replace(spec, thickness_mm=usual)
    return spec
