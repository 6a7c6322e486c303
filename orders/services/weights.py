"""How heavy lines are: for shipping only, so estimates to the gram are enough. Pure functions, in grams."""

import math
from decimal import Decimal

from catalog.spec import PinSpec

PARCEL_G = 60  # the box and its filling
_CLUTCH_G = 1.2  # clutch and post

# Packaging with what it weighs, our own weighing; a code that staff added later counts as a card.
_PACKAGING_G = {
    "polybag": 0.6,
    "card": 3.0,
    "backing_card": 3.0,
    "acrylic_case": 22.0,
    "velvet_bag": 6.0,
    "velvet_case": 55.0,
}
_OTHER_PACKAGING_G = 3.0

# A round iron pin of one inch and 1.2 mm: 75 % of its square, 85 % of that solid.
_REFERENCE_G, _REFERENCE_MM, _REFERENCE_THICKNESS_MM = 3.1, 25.4, 1.2


def pin_g(*, size_mm: float | Decimal, thickness_mm: float = _REFERENCE_THICKNESS_MM) -> float:
    """The weight of one pin from its longest side: area grows with its square, metal with its thickness."""
    return _REFERENCE_G * (float(size_mm) / _REFERENCE_MM) ** 2 * thickness_mm / _REFERENCE_THICKNESS_MM


def of_custom(*, spec: PinSpec, quantity: int, measured_g: float | None) -> int:
    """A line of custom pins, with the engine's own weight of one where it is known."""
    each = measured_g or pin_g(size_mm=spec.size_mm, thickness_mm=spec.thickness_mm)
    return math.ceil(quantity * (each + _around_g(spec)))


def of_changed(*, weight_g: int, was: PinSpec, pieces: int, spec: PinSpec, quantity: int) -> int:
    """A line of custom pins that weighed `weight_g` as `pieces` of `was`: its metal grows with its area and thickness."""
    metal_g = weight_g / pieces - _around_g(was)
    scale = (float(spec.size_mm) / float(was.size_mm)) ** 2 * spec.thickness_mm / was.thickness_mm
    # Rounded before it is rounded up: what has not changed weighs what it did.
    return math.ceil(round(quantity * (metal_g * scale + _around_g(spec)), 6))


def _around_g(spec: PinSpec) -> float:
    """What one pin carries besides its metal."""
    return _PACKAGING_G.get(spec.packaging, _OTHER_PACKAGING_G) + _CLUTCH_G * max(spec.posts, 1)


def of_ready(*, size_mm: float | Decimal, quantity: int) -> int:
    """A line of ready-made pins, each on its card."""
    return math.ceil(quantity * (pin_g(size_mm=size_mm) + _PACKAGING_G["card"] + _CLUTCH_G))
