"""When a custom pin leaves the factory: business days, proof, production, extras, rush.

Proof in one business day; soft enamel 8 to 11 and hard enamel 11 to 15 production days, moving parts and casts up to 16
(zhecraft.com, "Rush vs standard custom pin orders"); the clock starts on the day of approval, at noon the latest
(pinsource.com, FAQ). The seeded figures lie inside these ranges and are the staff's to edit.
"""

from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext

from catalog.choices import Options
from catalog.selectors import options as options_selector
from catalog.spec import PinSpec
from pinshop.core.errors import Invalid

PROOF_DAYS = 1
_SATURDAY = 5


class NotRushable(Invalid):
    """The process has no shorter production time."""

    code = "not_rushable"


def ship_by(*, spec: PinSpec, quantity: int, start: date, proof: bool = True, options: Options | None = None) -> date:
    """The last day on which the pins leave the factory.

    `start` is the day of the order, and the customer is taken to approve on the day the proof comes; with
    `proof=False` it is the day of approval. Raises UnknownOption and NotRushable.
    """
    options = options or options_selector.get_options()
    days = production_days(spec=spec, quantity=quantity, options=options) + (PROOF_DAYS if proof else 0)
    return add_business_days(start=start, days=days, holidays=options.holidays)


def production_days(*, spec: PinSpec, quantity: int, options: Options) -> int:
    """Business days from approval to the last packed pin. Raises UnknownOption and NotRushable."""
    process = options.process(spec.process)
    days = process.production_days
    if spec.rush:
        if process.rush_days is None:
            message = gettext("%(name)s cannot be rushed. Choose soft enamel, or the usual time.") % {
                "name": process.name
            }
            raise NotRushable(message, fields={"rush": message})
        days = process.rush_days
    # Parts and effects are made beside each other: the slowest add-on counts, not the sum.
    days += max((options.addon(code).extra_days for code, _ in spec.addons), default=0)
    days += options.packaging(spec.packaging).extra_days
    return days + (max(quantity, 1) - 1) // process.batch_size


def add_business_days(*, start: date, days: int, holidays: Collection[date] = ()) -> date:
    """The day that lies `days` business days after `start`; a start on a free day counts from the next business day."""
    day = start
    while not is_business_day(day, holidays):
        day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while not is_business_day(day, holidays):
            day += timedelta(days=1)
    return day


def is_business_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < _SATURDAY and day not in holidays
