"""What a line of custom pins costs: pure functions on a frozen price table, exact in whole minor units.

The *raw* total of a quantity is the sum of its charges at that quantity's prices. Because prices per pin fall in steps,
more pins can have a smaller raw total than fewer; nobody shall pay more for fewer, so the total of n pins is the smallest
raw total of any quantity from n to MAX_QUANTITY, and the difference is an item of its own, the quantity credit.
Below the minimum quantity a line costs what the minimum costs.
"""

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from catalog.prices import LinePrice, NextBreak, PriceBreak, PriceItem, PriceTable
from catalog.services import charges
from catalog.spec import PinSpec
from pinshop.core.errors import Invalid
from pinshop.core.money import Money, round_minor

MAX_QUANTITY = 10_000

# Why each item is there, in a sentence for people who have never ordered a pin.
EXPLANATIONS = {
    "pins": "Your pins at the price of their process, size and quantity.",
    "die": "The steel die your pins are struck with. It is made once and kept 3 years: reorders do not pay it again.",
    "mould": "A moving or hanging part is a piece of its own and needs its own mould, made once and kept 3 years.",
    "setup": "Preparing the print for your design, once per order.",
    "colours": "Enamel is filled by hand, colour by colour; the first colours are included.",
    "plating": "This finish takes further work on every pin.",
    "thickness": "Metal thicker than is usual at this size.",
    "addon": "An extra on every pin, for each place where it is used.",
    "addon_setup": "Preparing this extra for your design, once per order.",
    "attachment": "What holds the pin on, for each post.",
    "posts": "A further post keeps a larger pin from turning and from hanging crooked.",
    "packaging": "What each pin comes in.",
    "packaging_setup": "Preparing the packaging for your order, once.",
    "rush": "A shorter production time: your pins go first, at every step.",
    "quantity_credit": "A larger order would cost less than this one, so you pay no more than for that.",
}


class QuantityInvalid(Invalid):
    """The quantity is not a whole number from 1 to MAX_QUANTITY."""

    code = "quantity_invalid"


@dataclass(frozen=True, slots=True)
class Curve:
    """The totals of one spec at every quantity from its minimum to MAX_QUANTITY, in minor units.

    From `starts[i]` up to the next start the subtotal is `per_pin[i] * quantity + once[i]`; both are zero or more, so a
    raw total only rises there. The smallest raw total at or above a quantity therefore lies at the quantity itself or at
    a later start; `later[i]` is the smallest raw total of the starts after `starts[i]` (None after the last).
    """

    starts: tuple[int, ...]
    per_pin: tuple[int, ...]
    once: tuple[int, ...]
    rush: tuple[int, int] | None
    later: tuple[int | None, ...] = ()

    def raw(self, quantity: int) -> int:
        """The sum of all charges, rush included."""
        place = bisect_right(self.starts, quantity) - 1
        subtotal = self.per_pin[place] * quantity + self.once[place]
        return subtotal + rush_fee(subtotal, self.rush)

    def total(self, quantity: int) -> int:
        """The smallest raw total of any quantity from this one to MAX_QUANTITY."""
        raw = self.raw(quantity)
        later = self.later[bisect_right(self.starts, quantity) - 1]
        return raw if later is None else min(raw, later)


def price_line(*, spec: PinSpec, quantity: int, table: PriceTable) -> LinePrice:
    """The itemised price of `quantity` pins. Raises NotPriced (of `charges`) and QuantityInvalid."""
    _check_quantity(quantity)
    totals = curve(spec=spec, table=table)
    charged = max(quantity, totals.starts[0])
    due = charges.list_charges(spec=spec, quantity=charged, table=table)
    items = [charge.item(charged, table.currency) for charge in due]
    fee = rush_fee(sum(item.amount.amount_minor for item in items), totals.rush)
    if fee:
        items.append(_once("rush", charges.RUSH, fee, table))
    credit = totals.total(charged) - totals.raw(charged)
    if credit:
        items.append(_once("quantity_credit", charges.CREDIT, credit, table))
    total = Money(sum(item.amount.amount_minor for item in items), table.currency)
    return LinePrice(quantity, charged, tuple(items), total, table.version)


def next_break(*, spec: PinSpec, quantity: int, table: PriceTable) -> NextBreak | None:
    """The next quantity from which one pin costs less, or the minimum for a smaller order; None above the last.

    Where several cost no more than the order itself, the largest of them. Raises NotPriced and QuantityInvalid.
    """
    _check_quantity(quantity)
    totals = curve(spec=spec, table=table)
    here = totals.total(max(quantity, totals.starts[0]))
    ahead = [step for step in list_breaks(spec=spec, table=table) if step.quantity > quantity]
    if not ahead:
        return None
    free = [step for step in ahead if step.total.amount_minor == here]
    step = free[-1] if free else ahead[0]
    extra = Money(step.total.amount_minor - here, table.currency)
    return NextBreak(extra_pins=step.quantity - quantity, extra=extra, at=step)


def list_breaks(*, spec: PinSpec, table: PriceTable) -> list[PriceBreak]:
    """Every quantity at which the price of one pin falls, from the minimum on; for charts. Raises NotPriced."""
    totals = curve(spec=spec, table=table)
    minimum = totals.starts[0]
    steps = charges.unit_prices(spec, table)
    breaks: list[PriceBreak] = []
    for start in (minimum, *(start for start in steps.starts if minimum < start <= MAX_QUANTITY)):
        unit = Money(steps.at(start), table.currency)
        if not breaks or unit < breaks[-1].unit:
            total = Money(totals.total(start), table.currency)
            breaks.append(PriceBreak(start, unit, total, total.scaled(Decimal(1) / start)))
    return breaks


def minimum_quantity(*, spec: PinSpec, table: PriceTable) -> int:
    """Orders for fewer cost as much as this many. Raises NotPriced."""
    return charges.minimum_quantity(spec=spec, table=table)


def curve(*, spec: PinSpec, table: PriceTable) -> Curve:
    """The totals of a spec at every quantity. Raises NotPriced."""
    minimum = charges.minimum_quantity(spec=spec, table=table)
    starts = charges.list_step_starts(spec=spec, table=table)
    starts = [minimum, *(start for start in starts if minimum < start <= MAX_QUANTITY)]
    due = [charges.list_charges(spec=spec, quantity=start, table=table) for start in starts]
    rising = Curve(
        starts=tuple(starts),
        per_pin=tuple(sum(c.unit_minor * c.times for c in segment if c.per_pin) for segment in due),
        once=tuple(sum(c.unit_minor * c.times for c in segment if not c.per_pin) for segment in due),
        rush=(table.rush_percent, table.rush_minimum_minor) if spec.rush else None,
    )
    raw = [rising.raw(start) for start in starts]
    later = tuple(min(raw[place + 1 :], default=None) for place in range(len(raw)))
    return Curve(rising.starts, rising.per_pin, rising.once, rising.rush, later)


def rush_fee(subtotal_minor: int, rush: tuple[int, int] | None) -> int:
    """The fee for (percent, minimum) of a subtotal, rounded half up; 0 without rush."""
    if rush is None:
        return 0
    percent, minimum = rush
    return max(minimum, round_minor(Decimal(subtotal_minor * percent) / 100))


def _once(code: str, label: str, amount_minor: int, table: PriceTable) -> PriceItem:
    amount = Money(amount_minor, table.currency)
    return PriceItem(code, label, 1, amount, amount)


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MAX_QUANTITY:
        message = gettext("Choose a quantity from 1 to %(max_quantity)s.") % {"max_quantity": f"{MAX_QUANTITY:,}"}
        raise QuantityInvalid(message, fields={"quantity": message})
