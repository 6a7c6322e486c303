"""What a custom pin is charged for: every item of a spec at the prices of one quantity, before any sum is made."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from catalog.prices import Extra, PriceItem, PriceTable, SizeStep, Steps
from catalog.spec import PinSpec
from pinshop.core.errors import Invalid
from pinshop.core.money import Money

_NONE = Extra(steps=Steps((), ()))
_FIELDS = {"addon": "addons", "thickness": "thickness_mm"}  # where a kind is called otherwise in PinSpec


class NotPriced(Invalid):
    """The price table has no price for this; `fields` names the choice."""

    code = "not_priced"


# What the items of a price are called; the more particular ones stand before those that would fit as well.
PINS = gettext_noop("%(process)s pins, up to %(size)s mm")
DIE = gettext_noop("Die (made once, kept 3 years)")
MOULD = gettext_noop("Mould for %(addon)s")
PRINT_SETUP = gettext_noop("Print setup")
COLOURS = gettext_noop("Further colours (%(further)s above the %(included)s included)")
PLATING = gettext_noop("%(plating)s plating")
THICKER = gettext_noop("Thicker metal (%(thickness)s mm)")
POSTS = gettext_noop("Further posts (%(count)s per pin)")
PER_PIN = gettext_noop("%(name)s (%(count)s per pin)")
SETUP = gettext_noop("%(name)s: setup")
RUSH = gettext_noop("Rush production")
CREDIT = gettext_noop("Quantity credit")
LABELS = (PINS, DIE, MOULD, PRINT_SETUP, COLOURS, PLATING, THICKER, POSTS, PER_PIN, SETUP, RUSH, CREDIT)


@dataclass(frozen=True, slots=True)
class Charge:
    """`unit_minor` is charged `times` times, for every pin or once per line."""

    code: str
    label: str
    unit_minor: int
    times: int = 1
    per_pin: bool = True

    def item(self, quantity: int, currency: str) -> PriceItem:
        """The charge for so many pins."""
        count = self.times * (quantity if self.per_pin else 1)
        return PriceItem(
            self.code, self.label, count, Money(self.unit_minor, currency), Money(self.unit_minor * count, currency)
        )


def list_charges(*, spec: PinSpec, quantity: int, table: PriceTable) -> list[Charge]:
    """Every charge above zero at the prices of `quantity`, in the order of display. Raises NotPriced."""
    every = [
        *_pins(spec, quantity, table),
        *_tools(spec, quantity, table),
        *_finish(spec, quantity, table),
        *(charge for code, count in spec.addons for charge in _addon(code, count, quantity, table)),
        *_back(spec, quantity, table),
        *_packaging(spec, quantity, table),
    ]
    return [charge for charge in every if charge.unit_minor and charge.times]


def list_step_starts(*, spec: PinSpec, table: PriceTable) -> list[int]:
    """Every quantity at which some price of this spec may change, ascending. Raises NotPriced."""
    keys = [
        ("colour", ""),
        ("post", ""),
        ("thickness", f"{spec.thickness_mm:g}"),
        ("thickness", f"{_size(spec, table).thickness_mm:g}"),
        ("plating", spec.plating),
        ("attachment", spec.attachment),
        ("packaging", spec.packaging),
        *(("addon", code) for code, _ in spec.addons),
    ]
    starts = set(unit_prices(spec, table).starts)
    for kind, code in keys:
        starts.update(_extra(table, kind, code).steps.starts)
    waived = table.terms[spec.process].die_waived_from
    return sorted(starts | ({waived} if waived else set()))


def unit_prices(spec: PinSpec, table: PriceTable) -> Steps:
    """The steps of the price of one pin, without extras. Raises NotPriced."""
    size = _size(spec, table)
    steps = table.unit_prices.get((spec.process, size.code))
    if steps is None or spec.process not in table.terms:
        raise _not_priced("process", spec.process)
    return steps


def minimum_quantity(*, spec: PinSpec, table: PriceTable) -> int:
    """Orders for fewer cost as much as this many. Raises NotPriced."""
    if spec.process not in table.terms:
        raise _not_priced("process", spec.process)
    addons = (_extra(table, "addon", code).minimum_quantity for code, _ in spec.addons)
    return max(table.terms[spec.process].minimum_quantity, *addons, 1)


def _pins(spec: PinSpec, quantity: int, table: PriceTable) -> Iterator[Charge]:
    label = PINS % {"process": _name(table, "process", spec.process), "size": f"{_size(spec, table).max_mm:g}"}
    yield Charge("pins", label, unit_prices(spec, table).at(quantity))


def _tools(spec: PinSpec, quantity: int, table: PriceTable) -> Iterator[Charge]:
    terms = table.terms[spec.process]
    die = table.dies.get((spec.process, _size(spec, table).code), 0)
    if not spec.reorder:
        if terms.die_waived_from is None or quantity < terms.die_waived_from:
            yield Charge("die", DIE, die, per_pin=False)
        for code, count in spec.addons:
            label = MOULD % {"addon": _name(table, "addon", code).lower()}
            yield Charge(f"mould:{code}", label, die, times=_extra(table, "addon", code).moulds * count, per_pin=False)
    yield Charge("setup", PRINT_SETUP, terms.setup_minor, per_pin=False)


def _finish(spec: PinSpec, quantity: int, table: PriceTable) -> Iterator[Charge]:
    further = max(spec.colours - table.colours_included, 0)
    label = COLOURS % {"further": further, "included": table.colours_included}
    yield Charge("colours", label, _extra(table, "colour", "").steps.at(quantity), times=further)
    plating = _extra(table, "plating", spec.plating).steps.at(quantity)
    yield Charge("plating", PLATING % {"plating": _name(table, "plating", spec.plating)}, plating)
    usual = _thickness(_size(spec, table).thickness_mm, table).steps.at(quantity)
    chosen = _thickness(spec.thickness_mm, table).steps.at(quantity)
    yield Charge("thickness", THICKER % {"thickness": f"{spec.thickness_mm:g}"}, max(chosen - usual, 0))


def _addon(code: str, count: int, quantity: int, table: PriceTable) -> Iterator[Charge]:
    extra = _extra(table, "addon", code)
    name = _name(table, "addon", code)
    label = PER_PIN % {"name": name, "count": count} if count > 1 else name
    yield Charge(f"addon:{code}", label, extra.steps.at(quantity), times=count)
    times = count if extra.setup_per_count else 1
    yield Charge(f"addon_setup:{code}", SETUP % {"name": name}, extra.setup_minor, times=times, per_pin=False)


def _back(spec: PinSpec, quantity: int, table: PriceTable) -> Iterator[Charge]:
    extra = _extra(table, "attachment", spec.attachment)
    posts = max(spec.posts, 1) if extra.per_post else 1
    unit = extra.steps.at(quantity)
    yield Charge("attachment", _name(table, "attachment", spec.attachment), unit, times=posts)
    unit = _extra(table, "post", "").steps.at(quantity)
    yield Charge("posts", POSTS % {"count": posts}, unit, times=posts - 1)


def _packaging(spec: PinSpec, quantity: int, table: PriceTable) -> Iterator[Charge]:
    extra = _extra(table, "packaging", spec.packaging)
    name = _name(table, "packaging", spec.packaging)
    yield Charge("packaging", name, extra.steps.at(quantity))
    yield Charge("packaging_setup", SETUP % {"name": name}, extra.setup_minor, per_pin=False)


def _thickness(length_mm: float, table: PriceTable) -> Extra:
    return _extra(table, "thickness", f"{length_mm:g}")


def _name(table: PriceTable, kind: str, code: str) -> str:
    return table.names.get((kind, code), code)


def _size(spec: PinSpec, table: PriceTable) -> SizeStep:
    for size in table.sizes:
        if spec.size_mm <= size.max_mm:
            return size
    largest = table.sizes[-1].max_mm
    message = gettext(
        "We make pins up to %(largest)s mm; this one is %(size_mm)s mm. Choose %(largest)s mm or less."
    ) % {"largest": f"{largest:g}", "size_mm": f"{spec.size_mm:g}"}
    raise NotPriced(message, fields={"size_mm": message})


def _extra(table: PriceTable, kind: str, code: str) -> Extra:
    extra = table.extras.get((kind, code))
    if extra is None:
        if not code:
            return _NONE
        raise _not_priced(_FIELDS.get(kind, kind), code)
    return extra


def _not_priced(field: str, code: str) -> NotPriced:
    message = gettext("We have no price for %(field)s %(code)s. Choose another one.") % {
        "field": field,
        "code": f"{code!r}",
    }
    return NotPriced(message, fields={field: message})
