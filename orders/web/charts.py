"""The line of prices as a small drawing: quantities on a logarithmic scale, what one pin costs going down."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.services.pricing import MAX_QUANTITY
from orders.services.previews import Preview
from pinshop.core.money import Money

WIDTH, HEIGHT = 320, 120
LEFT, RIGHT, TOP, BOTTOM = 8, 312, 14, 96
TICKS = (1, 10, 100, 1000, 10_000)
MOST_TIMES = 200  # what is dearer still is above the drawing


@dataclass(frozen=True, slots=True)
class Tick:
    """A quantity written under the line."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A path with the point where the customer stands and that of the next break, in units of the drawing."""

    path: str
    x: float
    y: float
    next_x: float | None
    next_y: float | None
    ticks: tuple[Tick, ...]
    cheapest: Money


def draw(preview: Preview) -> Chart:
    """The chart of a preview."""
    each = [(point.quantity, point.each_minor) for point in preview.points]
    low = each[-1][1]
    high = min(max(value for _, value in each), low * MOST_TIMES)

    def x(quantity: int) -> float:
        return round(LEFT + (RIGHT - LEFT) * math.log(quantity) / math.log(MAX_QUANTITY), 1)

    def y(value: float) -> float:
        span = math.log(high / low) or 1.0
        return round(BOTTOM - (BOTTOM - TOP) * math.log(min(value, high) / low) / span, 1)

    ahead = preview.next_break
    total = preview.price.total
    return Chart(
        path=_path([(x(quantity), y(value)) for quantity, value in each if value <= high]),
        x=x(preview.price.quantity),
        y=y(total.amount_minor / preview.price.quantity),
        next_x=x(ahead.at.quantity) if ahead else None,
        next_y=y(ahead.at.total.amount_minor / ahead.at.quantity) if ahead else None,
        ticks=tuple(Tick(x(quantity), f"{quantity:,}") for quantity in TICKS),
        cheapest=Money(round(low), total.currency),
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:g} {y:g}" for x, y in points)
