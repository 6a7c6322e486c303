"""Round stones set in metal: an area of a colour becomes a seat with one brilliant in it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import cv2
import numpy as np

from designs.rendering import geometry, shading
from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import inner, kernel
from designs.rendering.enamels import PAINTED
from designs.rendering.pinart import METAL, PinArt
from designs.rendering.prepared import Prepared
from designs.rendering.shading import Room, thrown_back

_SEAT_MM = 0.18
_SMALLEST_MM, _LARGEST_MM = 0.5, 2.5
_FACETS = 64
FACETS = 1 << 16  # where the chances of facets begin


@dataclass(frozen=True)
class Stone:
    """A stone of one colour: its middle from the pin's left top corner, and its radius, in mm."""

    label: int
    x_mm: float
    y_mm: float
    radius_mm: float


def seated(art: PinArt, labels: Collection[int]) -> tuple[PinArt, tuple[Stone, ...]]:
    """The pin with each area of these colours turned into metal round a stone, as large as fits up to 5 mm.

    An area too small for a stone of 1 mm keeps its colour.
    """
    planes, stones = np.array(art.labels, dtype=np.uint8), []
    for label in sorted(labels):
        numbers, parts = geometry.components(np.asarray(art.labels == label, dtype=np.bool_))
        for part in parts:
            x0, y0, x1, y1 = part.box
            inside = np.asarray(numbers[y0:y1, x0:x1] == part.number, dtype=np.bool_)
            x, y, radius = geometry.deepest(inside)
            fits_mm = min(radius / art.px_per_mm - _SEAT_MM, _LARGEST_MM)
            if fits_mm >= _SMALLEST_MM:
                planes[y0:y1, x0:x1][inside] = METAL
                cv2.circle(planes, (x0 + x, y0 + y), round(fits_mm * art.px_per_mm), (label,), -1)
                middle = ((x0 + x + 0.5) / art.px_per_mm, (y0 + y + 0.5) / art.px_per_mm)
                stones.append(Stone(label, *middle, fits_mm))
    return replace(art, labels=planes), tuple(stones)


def cut(pin: Prepared, out: Bytes2D, table: Field, stones: tuple[Stone, ...]) -> None:
    """Paint the facets of stones over their colour in `out`, and mark their labels in `table` as painted."""
    facets = shading.chances(FACETS + np.arange(_FACETS))
    for label in {stone.label for stone in stones}:
        out[pin.owner == label, :3] = table[label, :3]
        table[label, 3] = PAINTED
    for stone in stones:
        x = (stone.x_mm - pin.art.width_mm / 2 - pin.frame.x_mm) * pin.px_per_mm
        y = (stone.y_mm - pin.art.height_mm / 2 - pin.frame.y_mm) * pin.px_per_mm
        colour = np.array(table[stone.label, :3], dtype=np.float32)
        _faceted(out, colour, facets, shading.room(), x, y, (stone.radius_mm + 0.06) * pin.px_per_mm)


@kernel
def _faceted(out: Bytes2D, colour: Field, facets: Field, room: Room, x: float, y: float, radius: float) -> None:
    """A brilliant from above; each pixel is the mean of nine places."""
    height, width = out.shape[:2]
    for row in range(max(0, int(y - radius)), min(height, int(y + radius) + 2)):
        for column in range(max(0, int(x - radius)), min(width, int(x + radius) + 2)):
            light, flash = np.float32(0), np.float32(0)
            for k in range(9):
                v, u = (row + (k // 3 - 1) / 3 - y) / radius, (column + (k % 3 - 1) / 3 - x) / radius
                one, other = _facet(facets, room, u, v)
                light, flash = light + one * np.float32(1 / 9), flash + other * np.float32(1 / 9)
            for c in range(3):
                value = min(colour[c] * light, np.float32(255))
                out[row, column, c] = np.uint8(value + (np.float32(255) - value) * flash)


@inner
def _facet(facets: Field, room: Room, u: Number, v: Number) -> tuple[Number, Number]:
    """How bright a place in the unit disc is, and how white: table, eight stars, eight kites, sixteen at the girdle."""
    away, angle = np.sqrt(u * u + v * v), np.arctan2(v, u) / (np.pi / 4) + 8.125
    sector = int(angle)
    turned = abs(angle - sector - 0.5) * 2
    # Table, star, kite, girdle: how steep they are and where each one faces.
    kind, steep, faces = 3, 0.62, (int(angle * 2) + 0.5) / 2
    if away * np.cos((angle - sector - 0.5) * np.pi / 4) < 0.50:
        kind, steep, faces = 0, 0.0, 0.0
    elif away < 0.50 + 0.16 * (1 - turned):
        kind, steep, faces = 1, 0.26, sector + 0.5
    elif turned > (away - 0.62) * 2.4:
        kind, steep, faces = 2, 0.44, float(int(angle + 0.5))
    turn = (faces - 8.125) * (np.pi / 4)
    light, _ = thrown_back(room, np.float32(np.cos(turn) * steep), np.float32(np.sin(turn) * steep))
    mirrored = light * np.float32(1 / 255)
    # What is seen through the facet: the pavilion's own facets, mirrored again and again.
    ring, wedge = int(away * 5), int(angle * (2 if away < 0.3 else 4))
    deep = facets[(kind * 17 + ring * 7 + wedge * 13 + sector * 3) & 63]
    return np.float32(0.22) + np.float32(0.55) * mirrored + np.float32(0.75) * deep * deep, max(
        np.float32(0), mirrored - np.float32(0.72)
    ) * np.float32(2.2) + max(np.float32(0), deep - np.float32(0.93)) * np.float32(6)
