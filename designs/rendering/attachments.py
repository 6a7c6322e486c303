"""What closes a pin behind: clutches as pictures with their shadows."""

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np

from designs.rendering import platings, shading
from designs.rendering.arrays import Bytes2D, Field

ATTACHMENTS = ("butterfly_clutch", "rubber_clutch", "deluxe_clutch", "none")
REACH_MM = 7.0
_BRASS, _STEEL = "brass", "nickel"


@dataclass(frozen=True)
class Sprite:
    """A part as it lies on a back, its middle in the middle: `rgba` (side, side, 4) and `shadow` (side, side)."""

    rgba: Bytes2D = field(repr=False)
    shadow: Bytes2D = field(repr=False)


@dataclass(frozen=True)
class _Field:
    """A square of mm round a post: `x`, `y`, `radius` from its middle."""

    x: Field
    y: Field
    radius: Field
    px_per_mm: float

    def cover(self, depth: Field) -> Field:
        return np.asarray(np.clip(depth * np.float32(self.px_per_mm) + np.float32(0.5), 0, 1), dtype=np.float32)

    def lit(self, height: Field, soft_mm: float) -> Field:
        """The light 0..255 of a polished part of this height in mm."""
        sigma = max(0.4, soft_mm * self.px_per_mm)
        smooth = cv2.GaussianBlur(height, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3, scale=self.px_per_mm / 8)
        dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3, scale=self.px_per_mm / 8)
        unit = -1 / np.sqrt(1 + dx * dx + dy * dy)
        return shading.reflected(np.asarray(dx * unit), np.asarray(dy * unit))


@lru_cache(maxsize=12)
def sprite(kind: str, px_per_mm: float) -> Sprite:
    """A closed post of a kind of `ATTACHMENTS`, at this scale."""
    side = 2 * round(REACH_MM * px_per_mm) + 1
    axis = np.asarray((np.arange(side) - side // 2) / px_per_mm, dtype=np.float32)
    x, y = np.meshgrid(axis, axis)
    on = _Field(x, y, np.asarray(np.hypot(x, y), dtype=np.float32), px_per_mm)
    draw = {"rubber_clutch": _rubber, "butterfly_clutch": _butterfly, "deluxe_clutch": _deluxe}.get(kind, _post)
    colour, cover = draw(on)
    move = np.array([[1, 0, 0.45 * px_per_mm], [0, 1, 0.6 * px_per_mm]])
    moved = cv2.warpAffine(cover, move, (side, side))
    dark = cv2.GaussianBlur(moved, (0, 0), 0.5 * px_per_mm) * 140
    rgba = np.dstack([np.clip(colour, 0, 255), cover * 255])
    return Sprite(np.asarray(rgba + 0.5).astype(np.uint8), np.asarray(dark).astype(np.uint8))


def _plated(light: Field, plating: str) -> Field:
    table = platings.coat(plating).table[0]
    return np.asarray(table[np.clip(light, 0, 255).astype(np.uint8)], dtype=np.float32)


def _rise(depth: Field, wide: float, high: float) -> Field:
    """The height of an edge that rises over `wide` mm to a flat top, as a quarter of a sine."""
    t = np.clip(depth / np.float32(wide), 0, 1)
    return np.asarray(np.sin(t * np.float32(np.pi / 2)) * np.float32(high), dtype=np.float32)


def _tip(radius: Field) -> Field:
    return np.asarray(np.sqrt(np.clip(0.55**2 - radius**2, 0, None)) * 1.6, dtype=np.float32)


def _post(on: _Field) -> tuple[Field, Field]:
    return _turned(on, 0.9)


def _deluxe(on: _Field) -> tuple[Field, Field]:
    return _turned(on, 4.6)


def _turned(on: _Field, size: float) -> tuple[Field, Field]:
    """A turned metal body: a rounded rim, a shallow step, a domed cap."""
    height = _rise(size - on.radius, 0.5, 0.5) + _rise(size * 0.62 - on.radius, 0.35, 0.4) + _tip(on.radius)
    return _plated(on.lit(height, 0.05), _STEEL), on.cover(np.float32(size) - on.radius)


def _butterfly(on: _Field) -> tuple[Field, Field]:
    """A military clutch: a stamped disc of 10 mm, a raised collar, two wings to squeeze."""
    disc = np.float32(5.0) - on.radius
    wing = np.float32(1.55) - np.maximum(np.abs(np.abs(on.x) - 2.6) * 0.72, np.abs(on.y) - 0.2)
    height = _rise(disc, 0.45, 0.40) + _rise(1.35 - on.radius, 0.5, 0.55) + _tip(on.radius) + _rise(wing, 0.45, 0.34)
    height -= np.exp(-((on.radius - 4.1) ** 2) / 0.03) * np.float32(0.10)
    return _plated(on.lit(height, 0.05), _BRASS), on.cover(disc)


def _rubber(on: _Field) -> tuple[Field, Field]:
    """A black rubber clutch of 9 mm: a soft stepped dome with a dull highlight, the pin's tip in its middle."""
    height = _rise(4.5 - on.radius, 1.3, 1.0) - _rise(2.3 - on.radius, 0.6, 0.35)
    light = cv2.GaussianBlur(on.lit(height, 0.12), (0, 0), 0.10 * on.px_per_mm) / 255
    tone = 14 + light * light * 61
    tip = on.cover(np.float32(0.6) - on.radius)[..., None]
    colour = tone[..., None] * (1 - tip) + _plated(on.lit(_tip(on.radius), 0.05), _STEEL) * tip
    return np.asarray(colour, dtype=np.float32), on.cover(np.float32(4.5) - on.radius)
