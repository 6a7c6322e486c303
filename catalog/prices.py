"""Prices as frozen data: the table that pricing reads, and the itemised price it gives back.

Every amount is in whole minor units, also that of one pin (see catalog.models.prices).
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinshop.core.money import Money


@dataclass(frozen=True, slots=True)
class Steps:
    """An amount per pin that depends on the quantity: `units[i]` holds from `starts[i]` pieces on."""

    starts: tuple[int, ...]
    units: tuple[int, ...]

    def at(self, quantity: int) -> int:
        """The amount per pin at `quantity`; 0 below the first step."""
        place = bisect_right(self.starts, quantity)
        return self.units[place - 1] if place else 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a process at any size; `die_waived_from` is None where the die is never free."""

    minimum_quantity: int
    setup_minor: int
    die_waived_from: int | None


@dataclass(frozen=True, slots=True)
class Extra:
    """What a choice adds: `steps` per pin and count (or post), `setup_minor` once per line (or per count).

    `moulds` further moulds for each count cost as much as the die.
    """

    steps: Steps
    setup_minor: int = 0
    setup_per_count: bool = False
    minimum_quantity: int = 1
    moulds: int = 0
    per_post: bool = False


@dataclass(frozen=True, slots=True)
class SizeStep:
    """A step of the size axis; `thickness_mm` is included in its price."""

    code: str
    max_mm: float
    thickness_mm: float


@dataclass(frozen=True, slots=True)
class PriceTable:
    """One published version of the prices in one currency.

    `unit_prices` and `dies` are keyed by (process, size code), `extras` by (kind, code) with the kinds plating, addon,
    attachment, packaging, thickness (the code is the number of mm: `1.5`), colour and post (both with an empty code).
    `names` gives the customer's word for (kind, code).
    """

    id: str
    version: str
    currency: str
    valid_from: datetime
    sizes: tuple[SizeStep, ...]
    unit_prices: Mapping[tuple[str, str], Steps]
    dies: Mapping[tuple[str, str], int]
    terms: Mapping[str, Terms]
    extras: Mapping[tuple[str, str], Extra]
    colours_included: int
    rush_percent: int
    rush_minimum_minor: int
    names: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class PriceItem:
    """One row of a price. `unit` times `quantity` is `amount`, except for the rush fee and the quantity credit."""

    code: str
    label: str
    quantity: int
    unit: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class LinePrice:
    """The price of one line: the items sum to `total`. `charged_quantity` is above `quantity` only below the minimum."""

    quantity: int
    charged_quantity: int
    items: tuple[PriceItem, ...]
    total: Money
    table_version: str

    @property
    def each(self) -> Money:
        """The total for one pin ordered, rounded half up; for display only."""
        return Money((2 * self.total.amount_minor + self.quantity) // (2 * self.quantity), self.total.currency)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON for snapshots; `from_json` reads it back."""
        return {
            "quantity": self.quantity,
            "charged_quantity": self.charged_quantity,
            "currency": self.total.currency,
            "total_minor": self.total.amount_minor,
            "table_version": self.table_version,
            "items": [
                {
                    "code": item.code,
                    "label": item.label,
                    "quantity": item.quantity,
                    "unit_minor": item.unit.amount_minor,
                    "amount_minor": item.amount.amount_minor,
                }
                for item in self.items
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "LinePrice":
        """Read a snapshot."""
        currency = data["currency"]
        return cls(
            quantity=data["quantity"],
            charged_quantity=data["charged_quantity"],
            items=tuple(
                PriceItem(
                    code=row["code"],
                    label=row["label"],
                    quantity=row["quantity"],
                    unit=Money(row["unit_minor"], currency),
                    amount=Money(row["amount_minor"], currency),
                )
                for row in data["items"]
            ),
            total=Money(data["total_minor"], currency),
            table_version=data["table_version"],
        )


@dataclass(frozen=True, slots=True)
class PriceBreak:
    """A quantity from which one pin costs less: `unit` is the price of a pin there, `total` that of the line."""

    quantity: int
    unit: Money
    total: Money
    each: Money


@dataclass(frozen=True, slots=True)
class NextBreak:
    """The next quantity from which one pin costs less, seen from an order: `extra_pins` more cost `extra` more."""

    extra_pins: int
    extra: Money
    at: PriceBreak

    @property
    def sentence(self) -> str:
        """For the customer: `24 more pins cost only $3.10`."""
        pins = "1 more pin costs" if self.extra_pins == 1 else f"{self.extra_pins:,} more pins cost"
        return f"{pins} only {self.extra}" if self.extra else f"{pins} nothing more"
