"""The colours of a pin as people read them: number, name, house code, and a spot where a leader line may point."""

from dataclasses import dataclass

from designs.rendering import geometry
from designs.rendering.palette import HousePalette
from designs.rendering.pinart import FIRST_ENAMEL, PaletteEntry, PinArt

SPOT_PRINTED = frozenset({"screen_print"})


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
    found = []
    for entry in _filled(art):
        x, y, _ = geometry.deepest(art.labels == entry.label)
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
                x_mm=round(x / art.px_per_mm, 2),
                y_mm=round(y / art.px_per_mm, 2),
            )
        )
    return tuple(found)


def _filled(art: PinArt) -> tuple[PaletteEntry, ...]:
    if art.print_rgba is not None and art.process not in SPOT_PRINTED:
        return ()
    return tuple(entry for entry in art.palette if entry.effect != "recessed")
