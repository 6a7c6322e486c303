"""A pin laid out for drawing at one size: what all looks of it share."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar, cast

import cv2
import numpy as np

from designs.rendering import contours, fields, shading
from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import inner, kernel
from designs.rendering.layers import Places
from designs.rendering.pinart import FIRST_ENAMEL, METAL, PaletteEntry, PinArt
from designs.rendering.shading import Frame

Kept = TypeVar("Kept")

FRONT_FILL = 0.78
MARGIN_PX = 12
TILT_STEP = 4
_SEARCH_PX = 4
WAVE_SEED = 1  # of the noise in flat faces
_FINE_PX = 900


@dataclass(frozen=True)
class Prepared:
    """A pin on the grid of a square picture of `px`, its longest side taking `FRONT_FILL` of it.

    Planes cover only the pin's box and a margin, whose left top pixel is (`top`, `left`) of the picture. `outline`
    and `enamel` are signed distances in mm, positive inside the pin and inside its colours, `cover` and `share`
    their coverage 0..255; `owner` is the enamel label of each pixel that has any. `lean` is how the pin is turned from
    the eye, as x and y of its normal, which changes what it mirrors. Nothing of it changes; what was
    drawn last is kept, so that the next picture has less to do.
    """

    art: PinArt
    px: int
    top: int
    left: int
    px_per_mm: float
    outline: Field = field(repr=False)
    enamel: Field = field(repr=False)
    cover: Bytes2D = field(repr=False)
    share: Bytes2D = field(repr=False)
    owner: Bytes2D = field(repr=False)
    lean: tuple[float, float] = (0.0, 0.0)
    _kept: dict[str, tuple[object, object]] = field(default_factory=dict, repr=False, compare=False)

    def keep(self, kind: str, key: object, make: Callable[[], Kept]) -> Kept:
        """What `make` makes, or what it made the last time where that was for the same key; one of each kind is kept."""
        if kind not in self._kept or self._kept[kind][0] != key:
            self._kept[kind] = (key, make())
        return cast("Kept", self._kept[kind][1])

    def repainted(self, palette: tuple[PaletteEntry, ...]) -> "Prepared":
        """The same pin in other colours, with all that these do not change."""
        other = replace(self, art=replace(self.art, palette=palette), _kept=dict(self._kept))
        for name in ("frame", "tilt", "sheen", "bare", "whole"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    @property
    def box(self) -> tuple[slice, slice]:
        """Rows and columns of the picture that the planes cover."""
        height, width = self.outline.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)

    @cached_property
    def frame(self) -> Frame:
        """Where the planes lie on the pin."""
        half = self.px / 2 - 0.5
        return Frame(
            x_mm=(self.left - half) / self.px_per_mm,
            y_mm=(self.top - half) / self.px_per_mm,
            px_per_mm=self.px_per_mm,
            radius_mm=max(self.art.width_mm, self.art.height_mm) / 2,
        )

    @cached_property
    def tilt(self) -> Field:
        """How flat faces lean, (height / 4, width / 4, 2) as x and y of the normal: no struck face is a plane.

        It is a little domed, and polishing leaves soft waves of 4 mm.
        """
        height, width = (side // TILT_STEP + 1 for side in self.outline.shape)
        right = self.frame.x_mm + (np.arange(width) + 0.5) * TILT_STEP / self.px_per_mm
        down = self.frame.y_mm + (np.arange(height) + 0.5) * TILT_STEP / self.px_per_mm
        wave = shading.grained(shading.noise(WAVE_SEED), right, down) * np.float32(0.022)
        dome = 0.22 / self.frame.radius_mm
        return np.ascontiguousarray(
            np.dstack([(right * dome + self.lean[0])[None, :] + wave, (down * dome + self.lean[1])[:, None] - wave]),
            dtype=np.float32,
        )

    @cached_property
    def sheen(self) -> Bytes2D:
        """A window mirrored in a flat polished face, (height, width) 0..255: two panes, their edges a little uneven."""
        height, width = self.outline.shape
        right = self.frame.x_mm + (np.arange(width // 4) * 4 + 1.5) / self.px_per_mm
        down = self.frame.y_mm + (np.arange(height // 4) * 4 + 1.5) / self.px_per_mm
        slanted = (right * 0.78)[None, :] + (down * 0.62)[:, None]
        across = np.asarray(slanted / self.frame.radius_mm + self.lean[0] * 2.6, dtype=np.float32)
        across += shading.grained(shading.noise(2), right * 1.6, down * 1.6) * np.float32(0.008)
        panes = shading.smoothstep(-0.02, 0.03, 0.135 - np.abs(across + 0.44))
        panes += 0.8 * shading.smoothstep(-0.02, 0.02, 0.035 - np.abs(across + 0.225))
        quarter = (panes * 255).astype(np.uint8)
        return np.asarray(cv2.resize(quarter, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)

    @cached_property
    def bare(self) -> Places:
        """The places, row by row, where metal stands between the colours."""
        return np.flatnonzero((self.cover > 0) & (self.share < 255)).astype(np.int32)

    @cached_property
    def whole(self) -> Places:
        """The places, row by row, that the pin covers."""
        return np.flatnonzero(self.cover > 0).astype(np.int32)


def prepare(art: PinArt, px: int) -> Prepared:
    """Lay a pin out for pictures of up to `px` pixels.

    For small ones it is laid out at twice their size: a bevel of 0.1 mm must not fall between the pixels.
    """
    return laid_out(art, px if px >= _FINE_PX else 2 * px)


def laid_out(art: PinArt, px: int) -> Prepared:
    """A pin on the grid of a picture of exactly `px`."""
    labels = np.array(art.labels, dtype=np.uint8)
    height, width = labels.shape
    scale = px * FRONT_FILL / max(height, width)
    # Even, so that halves and quarters of the planes have whole pixels at usual sizes.
    left = int(px / 2 - width * scale / 2 - MARGIN_PX) & ~1
    top = int(px / 2 - height * scale / 2 - MARGIN_PX) & ~1
    grid = fields.Grid(
        height=px - 2 * top,
        width=px - 2 * left,
        scale=scale,
        left=px / 2 - width * scale / 2 - left,
        top=px / 2 - height * scale / 2 - top,
        px_per_mm=scale * art.px_per_mm,
    )
    outline = fields.edge(contours.curves(labels, METAL), grid, exact=9, coarse=3)
    enamel = fields.edge(contours.curves(labels, FIRST_ENAMEL), grid, exact=6, coarse=3)
    owner = _owner(labels, enamel.cover, scale, grid.left, grid.top)
    return Prepared(art, px, top, left, grid.px_per_mm, outline.depth, enamel.depth, outline.cover, enamel.cover, owner)


@kernel
def _owner(labels: Bytes2D, share: Bytes2D, scale: float, left: float, top: float) -> Bytes2D:
    """The enamel label of each pixel that has a share of colour: its own in the label map, or the nearest one."""
    height, width = share.shape
    out = np.empty((height, width), np.uint8)
    owners, shares, across = out.ravel(), share.ravel(), labels.shape[1]
    flat, columns = labels.ravel(), np.empty(width, np.int64)
    for x in range(width):
        columns[x] = min(max(int((x + 0.5 - left) / scale), 0), across - 1)
    for y in range(height):
        row = min(max(int((y + 0.5 - top) / scale), 0), len(labels) - 1)
        for x in range(width):
            label = flat[row * across + columns[x]] if shares[y * width + x] else np.uint8(0)
            if label == METAL or (label == 0 and shares[y * width + x]):
                label = _nearest(labels, row, columns[x])
            owners[y * width + x] = label
    return out


@inner
def _nearest(labels: Bytes2D, row: Number, column: Number) -> Number:
    """The enamel label that is nearest to a pixel of the label map; 0 where there is none near."""
    height, width = labels.shape
    best, found = _SEARCH_PX * _SEARCH_PX + 1, np.uint8(0)
    for y in range(max(0, row - _SEARCH_PX), min(height, row + _SEARCH_PX + 1)):
        for x in range(max(0, column - _SEARCH_PX), min(width, column + _SEARCH_PX + 1)):
            away = (y - row) * (y - row) + (x - column) * (x - column)
            if labels[y, x] >= FIRST_ENAMEL and away < best:
                best, found = away, labels[y, x]
    return found
