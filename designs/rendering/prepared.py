"""A pin laid out for drawing at one size: what all looks of it share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

import cv2
import numpy as np

from designs.rendering import contours, fields, shading
from designs.rendering.arrays import Bytes2D, Field
from designs.rendering.compiled import kernel
from designs.rendering.layers import Places
from designs.rendering.pinart import FIRST_ENAMEL, METAL, PinArt
from designs.rendering.shading import Frame

Kept = TypeVar("Kept")

FRONT_FILL = 0.78
MARGIN_PX = 12
TILT_STEP = 4
_SEARCH_PX = 4


@dataclass(frozen=True)
class Prepared:
    """A pin on the grid of a square picture of `px`, its longest side taking `FRONT_FILL` of it.

    Planes cover only the pin's box and a margin, whose left top pixel is (`top`, `left`) of the picture. `outline`
    and `enamel` are signed distances in mm, positive inside the pin and inside its colours, `cover` and `share`
    their coverage 0..255; `owner` is the enamel label of each pixel that has any. Nothing of it changes; what was
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
    _kept: dict[str, tuple[object, object]] = field(default_factory=dict, repr=False, compare=False)

    def keep(self, kind: str, key: object, make: Callable[[], Kept]) -> Kept:
        """What `make` makes, or what it made the last time where that was for the same key; one of each kind is kept."""
        if kind not in self._kept or self._kept[kind][0] != key:
            self._kept[kind] = (key, make())
        return cast("Kept", self._kept[kind][1])

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
        wave = shading.grained(shading.noise(1), right, down) * np.float32(0.022)
        dome = 0.22 / self.frame.radius_mm
        return np.ascontiguousarray(
            np.dstack([(right * dome)[None, :] + wave, (down * dome)[:, None] - wave]), dtype=np.float32
        )

    @cached_property
    def bare(self) -> Places:
        """The places, row by row, where metal stands between the colours."""
        return np.flatnonzero((self.cover > 0) & (self.share < 255)).astype(np.int32)

    @cached_property
    def whole(self) -> Places:
        """The places, row by row, that the pin covers."""
        return np.flatnonzero(self.cover).astype(np.int32)


def prepare(art: PinArt, px: int) -> Prepared:
    """Lay a pin out for pictures of up to `px` pixels."""
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
    outline = fields.edge(contours.curves(labels, METAL), grid, coarse=4)
    enamel = fields.edge(contours.curves(labels, FIRST_ENAMEL), grid, coarse=2)
    owner = _owner(labels, grid, enamel.cover)
    return Prepared(art, px, top, left, grid.px_per_mm, outline.depth, enamel.depth, outline.cover, enamel.cover, owner)


def _owner(labels: Bytes2D, grid: fields.Grid, share: Bytes2D) -> Bytes2D:
    """The enamel label of each pixel that has a share of colour."""
    # Pixel middles lie at half coordinates on both grids.
    shift = 0.5 * grid.scale - 0.5
    move = np.array([[grid.scale, 0, grid.left + shift], [0, grid.scale, grid.top + shift]])
    size = (grid.width, grid.height)
    owner = np.asarray(cv2.warpAffine(labels, move, size, flags=cv2.INTER_NEAREST), dtype=np.uint8)
    _completed(owner, share)
    return owner


@kernel
def _completed(owner: Bytes2D, share: Bytes2D) -> None:
    """Give pixels that are enamel by the curve but metal by the label map the nearest colour, others none."""
    height, width = owner.shape
    for y in range(height):
        for x in range(width):
            if share[y, x] == 0:
                owner[y, x] = 0
            elif owner[y, x] < 2:
                best = _SEARCH_PX * _SEARCH_PX + 1
                for r in range(max(0, y - _SEARCH_PX), min(height, y + _SEARCH_PX + 1)):
                    for c in range(max(0, x - _SEARCH_PX), min(width, x + _SEARCH_PX + 1)):
                        away = (r - y) * (r - y) + (c - x) * (c - x)
                        if away < best and owner[r, c] > 1 and share[r, c] == 255:
                            best = away
                            owner[y, x] = owner[r, c]
