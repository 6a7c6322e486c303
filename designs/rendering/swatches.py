"""The colours of a pin as people read them: number, name, house code, and a spot where a leader line may point."""

from dataclasses import dataclass

import numpy as np

from designs.rendering import geometry
from designs.rendering.palette import HousePalette
from designs.rendering.pinart import FIRST_ENAMEL, PaletteEntry, PinArt

SPOT_PRINTED = frozenset({"screen_print"})
# Spots are looked for on as few pixels per mm as keep metal lines between the colours.
_PX_PER_MM = 8


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour that is mixed and filled.

    `label` is its number in the label map, `hex` the artwork's colour, `fill` what is filled (both sRGB), `house` and
    `hlc` the nearest house colour; area in mm2, `area_percent` its share of all colour on the pin; `x_mm`, `y_mm` a
    spot well inside its largest field, from the left top corner of the pin.
    """

    label: int
    name: str
    house: str
    hlc: str
    hex: str
    fill: str
    effect: str
    area_mm2: float
    area_percent: float
    x_mm: float
    y_mm: float

    @property
    def number(self) -> int:
        """The number on the proof, from 1."""
        return self.label - FIRST_ENAMEL + 1


def swatches(art: PinArt, palette: HousePalette) -> tuple[Swatch, ...]:
    """The colours of a pin in the order of their numbers: none in bare metal, none in a full-colour print.

    `palette` is the one that the pin was flattened with; raises KeyError for a house colour that it does not have.
    """
    house = {colour.code: colour for colour in palette.colours}
    whole = sum(entry.area_mm2 for entry in art.palette) or 1.0
    spots = _spots(art)
    found = []
    for entry in _filled(art):
        x, y = spots[entry.label]
        found.append(
            Swatch(
                label=entry.label,
                name=house[entry.house].name,
                house=entry.house,
                hlc=house[entry.house].hlc,
                hex=entry.hex,
                fill=entry.fill,
                effect=entry.effect,
                area_mm2=entry.area_mm2,
                area_percent=round(100 * entry.area_mm2 / whole, 1),
                x_mm=round(x, 2),
                y_mm=round(y, 2),
            )
        )
    return tuple(found)


def _spots(art: PinArt) -> dict[int, tuple[float, float]]:
    """The place of each colour, by label, that is farthest from its edge, in mm."""
    step = max(1, int(art.px_per_mm / _PX_PER_MM))
    small = np.ascontiguousarray(art.labels[step // 2 :: step, step // 2 :: step])
    if not {entry.label for entry in art.palette} <= set(np.flatnonzero(np.bincount(small.ravel()))):
        step, small = 1, art.labels
    # Metal lies between any two colours, so that one measurement serves all.
    depth = geometry.inside_distance(np.asarray(small >= FIRST_ENAMEL, dtype=np.bool_))
    spots = {}
    for entry in art.palette:
        y, x = np.unravel_index(int(np.argmax(np.where(small == entry.label, depth, -1))), small.shape)
        x_mm, y_mm = ((int(v) * step + step // 2 + 0.5) / art.px_per_mm for v in (x, y))
        spots[entry.label] = (x_mm, y_mm)
    return spots


def _filled(art: PinArt) -> tuple[PaletteEntry, ...]:
    if art.print_rgba is not None and art.process not in SPOT_PRINTED:
        return ()
    return tuple(entry for entry in art.palette if entry.effect != "recessed")
