"""What a customer decides about single colours: merge one into another, cut it out, fill it with another enamel.

A colour is named by the artwork's own `#rrggbb`, which stays the same where sizes, processes and numbers change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np

from designs.rendering import colours, errors, geometry
from designs.rendering.labels import Floats, Partition
from designs.rendering.layout import Canvas
from designs.rendering.palette import HousePalette
from designs.rendering.pinart import FIRST_ENAMEL, HOUSE_DELTA_E, PaletteEntry, PinArt

# Resampling moves the colours of photographs a little; two colours of one artwork are further apart.
SAME_DELTA_E = 6.0
BESIDE_MM = 0.9
_PX_PER_MM = 8
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def merged(part: Partition, merges: Iterable[tuple[str, str]]) -> Partition:
    """Give the areas of each first colour to the second; what is not in the artwork is left as it is."""
    owner = np.arange(len(part.srgb))
    for one, other in merges:
        gone, heir = _index(part.srgb, one), _index(part.srgb, other)
        if gone is not None and heir is not None and owner[gone] != owner[heir]:
            owner[owner == owner[gone]] = owner[heir]
    kept = np.unique(owner)
    if len(kept) == len(owner):
        return part
    place = np.zeros(len(owner), dtype=np.uint8)
    place[kept] = np.arange(len(kept))
    return replace(part, labels=geometry.looked_up(place[owner], part.labels), srgb=part.srgb[kept])


def cut_out(canvas: Canvas, part: Partition, cutouts: Iterable[str]) -> Canvas:
    """Take the areas of these colours out of the pin; raises EmptyArtwork where nothing is left."""
    wanted = [index for index in (_index(part.srgb, colour) for colour in cutouts) if index is not None]
    if not wanted:
        return canvas
    art = np.asarray(canvas.art & ~np.isin(part.labels, wanted), dtype=np.bool_)
    if not art.any():
        raise errors.EmptyArtwork("Every colour is cut out, so nothing is left of the pin. Keep at least one.")
    return replace(canvas, art=art)


def filled(art: PinArt, wanted: Mapping[str, str], palette: HousePalette) -> PinArt:
    """The pin with the house colours (codes) that are wanted for the artwork's colours, and the nearest for the rest.

    Colours and codes that do not exist change nothing. Prints and bare metal have no enamel to choose.
    """
    house = {colour.code: colour for colour in palette.colours}
    chosen: dict[int, str] = {}
    for colour, code in wanted.items():
        index = _index(np.array([colours.from_hex(entry.hex) for entry in art.palette]), colour)
        if index is not None and code in house:
            chosen[index] = code
    entries = []
    for index, entry in enumerate(art.palette):
        if index in chosen and entry.effect not in {"print", "recessed"}:
            fill = house[chosen[index]]
            away = float(colours.delta_e(colours.lab(colours.from_hex(entry.hex)), np.array(fill.lab)))
            entries.append(replace(entry, fill=fill.hex, house=fill.code, delta_e=round(away, 2)))
        else:
            entries.append(entry_of(entry, palette))
    return replace(art, palette=tuple(entries))


def entry_of(entry: PaletteEntry, palette: HousePalette) -> PaletteEntry:
    """The entry filled as the artwork has it: with the nearest house colour, or a mix where none is near."""
    house, away = palette.nearest(entry.hex)
    fill = house.hex if away <= HOUSE_DELTA_E else entry.hex
    return replace(entry, fill=fill, house=house.code, delta_e=round(away, 2))


def neighbours(art: PinArt, label: int) -> tuple[int, ...]:
    """The labels of the colours that lie beside a colour, across no more than a metal line."""
    step = max(1, int(art.px_per_mm / _PX_PER_MM))
    small = np.ascontiguousarray(art.labels[step // 2 :: step, step // 2 :: step])
    reach = max(1, round((art.line_mm + BESIDE_MM) * art.px_per_mm / step))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    near = cv2.dilate(geometry.as_bytes(np.asarray(small == label, dtype=np.bool_)), kernel)
    found = np.flatnonzero(np.bincount(small[near > 0].ravel(), minlength=256))
    return tuple(int(n) for n in found if n >= FIRST_ENAMEL and n != label)


def differences(among: Sequence[str], other: str) -> list[float]:
    """How different colours `#rrggbb` look from another (CIEDE2000)."""
    those = colours.lab(np.array([colours.from_hex(each) for each in among]))
    return [float(away) for away in colours.delta_e(those, colours.lab(colours.from_hex(other)))]


def contrasts(among: Sequence[str], other: str) -> list[float]:
    """The contrast of colours `#rrggbb` with another, 1 to 21, by WCAG 2."""
    light = colours.linear(np.array([colours.from_hex(each) for each in (*among, other)])) @ _LUMINANCE + 0.05
    return [float(max(each, light[-1]) / min(each, light[-1])) for each in light[:-1]]


def label_at(art: PinArt, x_mm: float, y_mm: float) -> int:
    """What lies at a place of the pin: 0 nothing, 1 metal, 2.. a colour."""
    x, y = int(x_mm * art.px_per_mm), int(y_mm * art.px_per_mm)
    height, width = art.labels.shape
    return int(art.labels[y, x]) if 0 <= x < width and 0 <= y < height else 0


def _index(srgb: Floats, colour: str) -> int | None:
    """Which of the colours `#rrggbb` is; None where none of them looks like it."""
    if not len(srgb):
        return None
    away = colours.delta_e(colours.lab(colours.from_hex(colour)), colours.lab(srgb))
    nearest = int(np.argmin(away))
    return nearest if away[nearest] <= SAME_DELTA_E else None
