"""What cancelling costs, as frozen data: a published table, and the cost of a line under it. No queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.prices import LinePrice
from orders import states
from orders.enums import CancellationStage, LineKind, LineState
from orders.models import OrderLine
from pinshop.core.money import Money, total, zero


@dataclass(frozen=True, slots=True)
class CancellationStep:
    """The cost at one stage: the moulds where `charges_die`, and `percent` of the line, but at least the minimum.

    `minimums` has an amount in minor units for each currency that has one.
    """

    percent: int
    charges_die: bool
    minimums: Mapping[str, int]

    @property
    def is_free(self) -> bool:
        """Whether everything goes back."""
        return not (self.percent or self.charges_die or any(self.minimums.values()))

    @property
    def sentence(self) -> str:
        """The cost in words: `10 % of the line, at least $25.00, €25.00, £20.00 or ¥4,000`."""
        if self.is_free:
            return "Nothing"
        if self.percent == 100:
            return "The whole price of the line"
        words = "The mould and " if self.charges_die else ""
        words += f"{self.percent} % of the line"
        least = [str(Money(minor, currency)) for currency, minor in self.minimums.items()]
        return f"{words}, at least {_either(least)}" if least else words


@dataclass(frozen=True, slots=True)
class CancellationTerms:
    """A published table; `return_days` is how long after delivery ready-made pins may be sent back."""

    version: str
    return_days: int
    steps: Mapping[CancellationStage, CancellationStep]

    def to_json(self) -> dict[str, Any]:
        """What an order keeps; `from_json` reads it back."""
        return {
            "version": self.version,
            "return_days": self.return_days,
            "steps": {
                str(stage): {
                    "percent": step.percent,
                    "charges_die": step.charges_die,
                    "minimums": dict(step.minimums),
                }
                for stage, step in self.steps.items()
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CancellationTerms":
        """Read what an order keeps."""
        return cls(
            version=data["version"],
            return_days=data["return_days"],
            steps={CancellationStage(stage): CancellationStep(**step) for stage, step in data["steps"].items()},
        )


def cost_of(line: OrderLine, terms: CancellationTerms | None) -> Money | None:
    """What cancelling the line costs as it stands, never above what it costs; None where it is too late to cancel.

    Without `terms` (an order placed before there was a table) only what is free can be cancelled. The line's moulds count
    with their share of its discount and tax; the sum is rounded once, half up.
    """
    stage = states.CANCELLATION_STAGES[line.kind].get(LineState(line.state))
    currency = line.order.currency
    if stage is None:
        return None
    if line.kind == LineKind.GIFT_CARD:
        return zero(currency)
    if terms is None:
        return zero(currency) if line.state in states.FREE_TO_CANCEL else None
    step = terms.steps[stage]
    payable = Money(line.payable_minor, currency)
    share = Decimal(step.percent) / 100
    if step.charges_die and line.total_minor:
        share += Decimal(_moulds(line).amount_minor) / line.total_minor
    least = Money(step.minimums.get(currency, 0), currency)
    return min(max(payable.scaled(share), least), payable)


def terms_of(data: Mapping[str, Any]) -> CancellationTerms | None:
    """The terms that an order keeps; None where it was placed before there was a table."""
    return CancellationTerms.from_json(data) if data else None


def _moulds(line: OrderLine) -> Money:
    price = LinePrice.from_json(line.price)
    items = (item.amount for item in price.items if item.code == "die" or item.code.startswith("mould:"))
    return total(items, line.order.currency)


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
