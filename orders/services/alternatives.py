"""What every other choice would add to the price of one pin, and which cannot be made with the rest."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from catalog.choices import Options
from catalog.prices import PriceTable
from catalog.services import compatibility, pricing
from catalog.services.charges import NotPriced
from catalog.spec import PinSpec
from pinshop.core.money import Money

COUNTED_BY_COLOURS = frozenset({"glitter", "glow", "pearl"})  # add-ons that come with the effects of the colours
CHART_POINTS = 48


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another choice: `adds` to the price of one pin (None where there is no price), `blocked` says why it cannot be.

    An add-on that is taken says what it adds as it is taken; every other choice what it would add.
    """

    kind: str
    code: str
    name: str
    adds: Money | None
    blocked: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the line of prices: what one pin costs, all in, at a quantity."""

    quantity: int
    each_minor: float


def list_alternatives(*, spec: PinSpec, quantity: int, table: PriceTable, options: Options) -> tuple[Alternative, ...]:
    """Every choice that is not made, and every add-on that is, in the order of display. Raises NotPriced for `spec`."""
    here = _total(spec, quantity, table)
    now = {conflict.rule for conflict in compatibility.check(spec=spec, options=options)}
    found = []
    for kind, code, name, other in _others(spec, options):
        chosen = other.count_of(code) < spec.count_of(code) if kind == "addon" else kind == "rush" and spec.rush
        stops = [
            conflict.message
            for conflict in compatibility.check(spec=other, options=options)
            if conflict.severity == "block" and conflict.rule not in now
        ]
        try:
            gap = _total(other, quantity, table) - here
        except NotPriced:
            found.append(Alternative(kind, code, name, None, stops[0] if stops else "", chosen))
            continue
        each = Money(round((-gap if chosen else gap) / quantity), table.currency)
        found.append(Alternative(kind, code, name, each, "" if chosen or not stops else stops[0], chosen))
    return tuple(found)


def list_points(*, spec: PinSpec, table: PriceTable) -> tuple[Point, ...]:
    """The line of prices from 1 pin to the most that are sold, evenly on a logarithmic scale, and at each break."""
    curve = pricing.curve(spec=spec, table=table)
    steps = {round(math.exp(math.log(pricing.MAX_QUANTITY) * n / CHART_POINTS)) for n in range(CHART_POINTS + 1)}
    for start in curve.starts:
        steps |= {start, max(start - 1, 1)}
    return tuple(Point(n, curve.total(max(n, curve.starts[0])) / n) for n in sorted(steps))


def _total(spec: PinSpec, quantity: int, table: PriceTable) -> int:
    curve = pricing.curve(spec=spec, table=table)
    return curve.total(max(quantity, curve.starts[0]))


def _others(spec: PinSpec, options: Options) -> Iterator[tuple[str, str, str, PinSpec]]:
    for process in options.processes:
        if process.code != spec.process:
            usual = spec.thickness_mm if spec.thickness_mm in process.thicknesses_mm else process.thicknesses_mm[0]
            yield "process", process.code, process.name, replace(spec, process=process.code, thickness_mm=usual)
    kinds = (("plating", options.platings), ("attachment", options.attachments), ("packaging", options.packagings))
    for kind, among in kinds:
        for option in among:
            if option.code != getattr(spec, kind):
                yield kind, option.code, option.name, replace(spec, **{kind: option.code})  # type: ignore[arg-type]  # a code
    made = (process.thicknesses_mm for process in options.processes if process.code == spec.process)
    for thickness in next(made, ()):
        if thickness != spec.thickness_mm:
            yield "thickness_mm", f"{thickness:g}", f"{thickness:g} mm", replace(spec, thickness_mm=thickness)
    yield from _addons(spec, options)
    yield "rush", "on", "Rush production", replace(spec, rush=not spec.rush)


def _addons(spec: PinSpec, options: Options) -> Iterator[tuple[str, str, str, PinSpec]]:
    for addon in options.addons:
        if addon.code not in COUNTED_BY_COLOURS:
            rest = tuple(each for each in spec.addons if each[0] != addon.code)
            other = rest if spec.count_of(addon.code) else (*rest, (addon.code, 1))
            yield "addon", addon.code, addon.name, replace(spec, addons=other)
