"""What holds a pin to cloth, as it lies on the back: clutches, tie tack, magnet, safety pin, each with its shadow."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np

from designs.rendering import platings, shading
from designs.rendering.arrays import Bytes2D, Field

CLUTCHES = ("butterfly_clutch", "rubber_clutch", "deluxe_clutch", "tie_tack")
BARS = ("magnet", "safety_pin")
ATTACHMENTS = (*CLUTCHES, *BARS, "none")
_BRASS, _STEEL = "brass", "silver"
# Room round a part as it is drawn, and what its shadow needs beyond that.
_ROOM_MM, _SHADOW_MM = 0.5, 2.3


@dataclass(frozen=True)
class Part:
    """A part from above: `rgba` (height, width, 4), `shadow` (height, width), and the pixel (x, y) of its middle."""

    rgba: Bytes2D = field(repr=False)
    shadow: Bytes2D = field(repr=False)
    middle: tuple[int, int]


@dataclass(frozen=True)
class Bench:
    """A rectangle round a part's middle: `x`, `y` and `radius` in mm from it."""

    x: Field
    y: Field
    radius: Field
    px_per_mm: float

    def cover(self, depth: Field) -> Field:
        """Coverage 0..1 of what lies `depth` mm inside an edge."""
        return np.asarray(np.clip(depth * np.float32(self.px_per_mm) + np.float32(0.5), 0, 1), dtype=np.float32)

    def blur(self, values: Field, sigma_mm: float) -> Field:
        """A Gaussian blur."""
        sigma = max(0.4, sigma_mm * self.px_per_mm)
        return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), dtype=np.float32)

    def lit(self, height: Field, soft_mm: float = 0.05) -> Field:
        """The light 0..255 of a polished part of this height in mm."""
        smooth = self.blur(height, soft_mm)
        dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3, scale=self.px_per_mm / 8)
        dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3, scale=self.px_per_mm / 8)
        unit = -1 / np.sqrt(1 + dx * dx + dy * dy)
        return shading.reflected(np.asarray(dx * unit + self.x * 0.02), np.asarray(dy * unit + self.y * 0.02))

    def metal(self, height: Field, plating: str, soft_mm: float = 0.05) -> Field:
        """The colour (height, width, 3) 0..255 of a polished part."""
        table = platings.rgb(platings.coat(plating))
        return np.asarray(table[np.clip(self.lit(height, soft_mm), 0, 255).astype(np.uint8)], dtype=np.float32)


Drawn = tuple[Field, Field]
"""Colour (height, width, 3) 0..255 and coverage 0..1."""


@lru_cache(maxsize=8)
def part(kind: str, size_mm: float, px_per_mm: float) -> Part:
    """A part of a kind of `ATTACHMENTS`.

    `size_mm` is the diameter of a magnet or the length of a safety pin; the others have the size they are made in.
    """
    draw, left, up, right, down = _plan(kind, size_mm)
    columns = np.arange(-round((left + _ROOM_MM) * px_per_mm), round((right + _ROOM_MM) * px_per_mm) + 1)
    rows = np.arange(-round((up + _ROOM_MM) * px_per_mm), round((down + _ROOM_MM) * px_per_mm) + 1)
    x, y = np.meshgrid(np.float32(columns / px_per_mm), np.float32(rows / px_per_mm))
    bench = Bench(x, y, np.asarray(np.hypot(x, y), dtype=np.float32), px_per_mm)
    colour, cover = draw(bench)
    rgba = np.empty((*cover.shape, 4), dtype=np.uint8)
    rgba[..., :3] = np.clip(colour, 0, 255) + np.float32(0.5)
    rgba[..., 3] = cover * 255 + np.float32(0.5)
    room = round(_SHADOW_MM * px_per_mm)
    wider = np.pad(cover, room)
    near = bench.blur(_moved(wider, 0.25, 0.33, px_per_mm), 0.22)
    wide = bench.blur(_moved(wider, 0.55, 0.75, px_per_mm), 0.6)
    dark = (1 - (1 - near * np.float32(0.40)) * (1 - wide * np.float32(0.38))) * 255
    around = np.pad(rgba, ((room, room), (room, room), (0, 0)))
    return Part(around, dark.astype(np.uint8), (room - int(columns[0]), room - int(rows[0])))


def _plan(kind: str, size_mm: float) -> tuple[Callable[[Bench], Drawn], float, float, float, float]:
    """How a part is drawn, and how far it reaches to the left, up, right and down of its middle, in mm."""
    half = size_mm / 2
    plans: dict[str, tuple[Callable[[Bench], Drawn], float, float, float, float]] = {
        "butterfly_clutch": (_butterfly, 5.2, 5.2, 5.2, 5.2),
        "rubber_clutch": (_rubber, 5.0, 5.0, 5.0, 5.0),
        "deluxe_clutch": (_deluxe, 5.4, 5.4, 5.4, 5.4),
        "tie_tack": (_tie_tack, 7.0, 4.2, 11.0, 19.0),
        "magnet": (lambda bench: _magnet(bench, half), half, half, half, half),
        "safety_pin": (lambda bench: _safety_pin(bench, half), half, 3.0, half, 3.0),
    }
    return plans.get(kind, (_post, 1.0, 1.0, 1.0, 1.0))


def _moved(cover: Field, right_mm: float, down_mm: float, px_per_mm: float) -> Field:
    move = np.array([[1, 0, right_mm * px_per_mm], [0, 1, down_mm * px_per_mm]])
    return np.asarray(cv2.warpAffine(cover, move, (cover.shape[1], cover.shape[0])), dtype=np.float32)


def _rise(depth: Field, wide: float, high: float) -> Field:
    """The height of an edge that rises over `wide` mm to a flat top, as a quarter of a sine."""
    t = np.clip(depth / np.float32(wide), 0, 1)
    return np.asarray(np.sin(t * np.float32(np.pi / 2)) * np.float32(high), dtype=np.float32)


def _over(under: Drawn, colour: Field, cover: Field) -> Drawn:
    share = cover[..., None]
    return under[0] * (1 - share) + colour * share, np.asarray(np.maximum(under[1], cover), dtype=np.float32)


def _tip(bench: Bench, under: Drawn, radius: float = 0.5) -> Drawn:
    """The rounded end of a post, in a hole a little wider than itself."""
    hole = bench.cover(np.float32(radius + 0.22) - bench.radius)
    under = _over(under, np.full((*hole.shape, 3), 18, np.float32), hole)
    ball = np.sqrt(np.clip(radius**2 - bench.radius**2, 0, None)) * np.float32(0.9)
    return _over(under, bench.metal(ball, _STEEL, 0.03), bench.cover(np.float32(radius) - bench.radius))


def _post(bench: Bench) -> Drawn:
    """A bare post on its solder."""
    foot = np.float32(0.95) - bench.radius
    under = bench.metal(_rise(foot, 0.5, 0.25), _STEEL), bench.cover(foot)
    ball = np.sqrt(np.clip(0.5**2 - bench.radius**2, 0, None)) * np.float32(0.9)
    return _over(under, bench.metal(ball, _STEEL, 0.03), bench.cover(np.float32(0.5) - bench.radius))


def _butterfly(bench: Bench) -> Drawn:
    """A military clutch: a stamped disc of 10 mm, its two wings bent up like a bow, the post between them."""
    disc = np.float32(5.0) - bench.radius
    groove = np.exp(-(((bench.radius - 4.15) / 0.16) ** 2)) * np.float32(0.10)
    plate = (
        bench.metal(_rise(disc, 0.5, 0.42) - groove + _rise(3.4 - bench.radius, 0.8, 0.18), _BRASS),
        bench.cover(disc),
    )
    across = np.abs(bench.x)
    # A wing widens from its root at the post to its end, which is round.
    flank = (0.95 + 0.36 * across - np.abs(bench.y)) * np.float32(0.94)
    end = np.float32(3.95) - np.hypot(across, bench.y * 0.75)
    wing = np.asarray(np.minimum(np.minimum(flank, end), across - 0.62), dtype=np.float32)
    curl = _rise(np.asarray(across - 2.5, dtype=np.float32), 1.5, 0.34)
    under = _over(plate, plate[0] * 0.42, bench.blur(_moved(bench.cover(wing), 0.14, 0.2, bench.px_per_mm), 0.14) * 0.8)
    under = _over(under, bench.metal(_rise(wing, 0.34, 0.30) + curl, _BRASS), bench.cover(wing))
    collar = np.float32(1.15) - bench.radius
    under = _over(under, bench.metal(_rise(collar, 0.35, 0.35), _BRASS), bench.cover(collar))
    return _tip(bench, under)


def _rubber(bench: Bench) -> Drawn:
    """A black rubber clutch of 9.6 mm: a flange, a soft stepped dome with a dull highlight, the post's end in it."""
    flange, dome = np.float32(4.8) - bench.radius, np.float32(3.7) - bench.radius
    height = _rise(flange, 0.8, 0.7) + _rise(dome, 1.1, 0.9) - _rise(1.5 - bench.radius, 0.5, 0.3)
    light = bench.blur(bench.lit(height, 0.12), 0.10) / 255
    tone = 17 + light**3 * 120
    colour = np.asarray(tone[..., None] * np.array([1.0, 1.0, 1.03]), dtype=np.float32)
    return _tip(bench, (colour, bench.cover(flange)), 0.42)


def _deluxe(bench: Bench) -> Drawn:
    """A locking clutch: a broad foot, a turned body, a cap with a milled edge that is pulled to open it."""
    foot, body, cap = (np.float32(size) - bench.radius for size in (5.2, 4.1, 3.5))
    angle = np.arctan2(bench.y, bench.x)
    milled = np.maximum(np.sin(angle * 40), 0) * _rise(cap, 0.15, 0.10) * (1 - np.clip((cap - 0.45) / 0.2, 0, 1))
    height = _rise(foot, 0.4, 0.35) + _rise(body, 0.35, 0.5) + _rise(cap, 0.45, 0.6)
    height -= np.exp(-(((bench.radius - 2.2) / 0.12) ** 2)) * np.float32(0.12)
    colour = bench.metal(np.asarray(height - milled, dtype=np.float32), _STEEL)
    return _tip(bench, (colour, bench.cover(foot)), 0.45)


def _tie_tack(bench: Bench) -> Drawn:
    """A jewellery clutch of 7.4 mm with a chain of 18 mm that ends in a bar for the buttonhole."""
    u = np.clip((bench.y - 3.2) / np.float32(14.5), 0, 1)
    course = 2.6 * u + 4.6 * u * u - 1.0 * np.sin(u * np.pi)
    off = np.asarray((bench.x - course) * np.float32(0.86), dtype=np.float32)
    phase = (bench.y - 3.2) / np.float32(0.62)
    link = np.abs(phase - np.round(phase)) * 2
    flat = (np.round(phase) % 2) == 0
    thick = np.where(flat, 0.36 * np.sqrt(np.clip(1 - link**2, 0, 1)), 0.15)
    wire = np.asarray(np.where((bench.y > 3.2) & (bench.y < 17.7), thick - np.abs(off), -1), dtype=np.float32)
    under = bench.metal(_rise(wire, 0.2, 0.22), _STEEL, 0.03), bench.cover(wire)
    bar_x, bar_y = bench.x - 7.2, bench.y - 17.9
    bar = np.asarray(0.62 - np.hypot(bar_y - 0.10 * bar_x, np.maximum(np.abs(bar_x) - 3.2, 0)), dtype=np.float32)
    under = _over(under, bench.metal(_rise(bar, 0.6, 0.6), _STEEL), bench.cover(bar))
    rim, cap = np.float32(3.7) - bench.radius, np.float32(2.5) - bench.radius
    height = _rise(rim, 0.5, 0.5) + _rise(cap, 0.9, 0.6) - np.exp(-(((bench.radius - 3.0) / 0.12) ** 2)) * 0.1
    under = _over(under, bench.metal(np.asarray(height, dtype=np.float32), _STEEL), bench.cover(rim))
    return _tip(bench, under, 0.4)


def _magnet(bench: Bench, half: float) -> Drawn:
    """A nickel-plated disc magnet in its pressed steel cup."""
    cup, disc = np.float32(half) - bench.radius, np.float32(half - 0.9) - bench.radius
    under = bench.metal(_rise(cup, 0.45, 0.5), _STEEL), bench.cover(cup)
    gap = bench.cover(np.asarray(0.16 - np.abs(disc), dtype=np.float32))
    under = _over(under, np.full((*gap.shape, 3), 40, np.float32), gap * np.float32(0.8))
    return _over(under, bench.metal(_rise(disc, 0.25, 0.16), "silver"), bench.cover(disc))


def _safety_pin(bench: Bench, half: float) -> Drawn:
    """A bar with a hinged needle and a rolling catch."""
    plate = _capsule(bench, (-half + 1.3, 0.35), (half - 1.3, 0.35), 1.25)
    under = bench.metal(_rise(plate, 0.3, 0.22), _STEEL), bench.cover(plate)
    for x in (-half * 0.55, half * 0.55):
        hole = np.asarray(0.55 - np.hypot(bench.x - x, bench.y - 0.35), dtype=np.float32)
        under = _over(under, np.full((*hole.shape, 3), 60, np.float32), bench.cover(hole))
    needle = _capsule(bench, (-half + 1.3, -0.7), (half - 1.2, -1.05), 0.36)
    shade = bench.blur(_moved(bench.cover(needle), 0.25, 0.4, bench.px_per_mm), 0.16) * under[1]
    under = _over(under, under[0] * 0.5, np.asarray(shade * 0.8, dtype=np.float32))
    under = _over(under, bench.metal(_rise(needle, 0.36, 0.36), _STEEL, 0.03), bench.cover(needle))
    for x, wide, tall in ((-half + 1.4, 1.2, 1.9), (half - 1.5, 1.0, 2.1)):
        block = _capsule(bench, (x, -tall + 0.9), (x, tall - 1.2), wide)
        under = _over(under, bench.metal(_rise(block, 0.6, 0.7), _STEEL), bench.cover(block))
    slot = _capsule(bench, (half - 1.5, -1.3), (half - 0.6, -1.3), 0.22)
    return _over(under, np.full((*slot.shape, 3), 45, np.float32), bench.cover(slot) * np.float32(0.9))


def _capsule(bench: Bench, start: tuple[float, float], end: tuple[float, float], radius: float) -> Field:
    """Depth in mm inside a bar with round ends between two points."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    square = max(dx * dx + dy * dy, 1e-9)
    t = np.clip(((bench.x - start[0]) * dx + (bench.y - start[1]) * dy) / square, 0, 1)
    away = np.hypot(bench.x - start[0] - t * dx, bench.y - start[1] - t * dy)
    return np.asarray(np.float32(radius) - away, dtype=np.float32)
