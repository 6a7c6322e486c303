"""Signed distances to curves, on any grid."""

from dataclasses import dataclass

import cv2
import numpy as np

from designs.rendering.arrays import Bytes2D, Field
from designs.rendering.compiled import kernel
from designs.rendering.contours import Curves

_CHORD_PX = 0.02
_LONGEST_CHORD = 9


@dataclass(frozen=True)
class Grid:
    """Pixels over a pin: curve point p lies at `p * scale + (left, top)` on a picture of `height` x `width`.

    The middle of pixel (0, 0) is at (0.5, 0.5).
    """

    height: int
    width: int
    scale: float
    left: float
    top: float
    px_per_mm: float


@dataclass(frozen=True)
class Edge:
    """Where a curve runs on a grid.

    `depth` is the signed distance in mm, positive inside; `cover` the share 0..255 of each pixel that is inside.
    """

    depth: Field
    cover: Bytes2D


def edge(curves: Curves, grid: Grid, *, exact: int, coarse: int) -> Edge:
    """The distance to curves: up to `exact` pixels to the curve itself, beyond at 1 / `coarse` of the resolution.

    `coarse` is odd, so that one pixel is in the middle of so many.
    """
    # Chords count from the middle of pixel (0, 0).
    at = np.array([grid.left, grid.top], dtype=np.float32) - np.float32(0.5)
    chords = curves.chords(_CHORD_PX / grid.scale, _LONGEST_CHORD) * np.float32(grid.scale) + np.tile(at, 2)
    inside = _filled(chords, grid.height, grid.width)
    near = _nearest(chords, grid.height, grid.width, exact)
    cover = _joined(near, _far(inside, coarse), inside, float(exact), float(coarse), 1 / grid.px_per_mm)
    return Edge(near, cover)


def _far(inside: Bytes2D, coarse: int) -> Field:
    """Distance in pixels to the first ring outside, measured on every `coarse`th pixel and calmed."""
    height, width = inside.shape
    within = np.ascontiguousarray(inside[coarse // 2 :: coarse, coarse // 2 :: coarse])
    grown = cv2.dilate(within, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    away = cv2.distanceTransform(cv2.compare(grown, within, cv2.CMP_EQ), cv2.DIST_L2, cv2.DIST_MASK_5)
    # Without any edge there is no distance to it.
    away = np.minimum(away, np.float32(height + width))
    calm = cv2.GaussianBlur(away, (5, 5), 1.0) * np.float32(coarse)
    return np.asarray(cv2.resize(calm, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


@kernel
def _filled(chords: Field, height: int, width: int) -> Bytes2D:
    """255 where the middle of a pixel is inside, by the even-odd rule, else 0."""
    flips = np.zeros((height, width + 1), dtype=np.uint8)
    for k in range(len(chords)):
        x0, y0, x1, y1 = chords[k]
        if y0 > y1:
            x0, y0, x1, y1 = x1, y1, x0, y0
        low, high = int(np.ceil(y0)), int(np.ceil(y1))
        for y in range(max(0, low), min(height, high)):
            x = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
            flips[y, min(width, max(0, int(np.ceil(x))))] ^= 255
    inside = np.empty((height, width), dtype=np.uint8)
    for y in range(height):
        state = np.uint8(0)
        for x in range(width):
            state ^= flips[y, x]
            inside[y, x] = state
    return inside


@kernel
def _nearest(chords: Field, height: int, width: int, reach: int) -> Field:
    """Squared distance of each pixel to the nearest chord where that is within `reach`, more elsewhere."""
    out = np.full((height, width), np.float32(reach * reach + 1), dtype=np.float32)
    for k in range(len(chords)):
        ax, ay, bx, by = chords[k]
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        inverse = np.float32(1) / square if square > 0 else np.float32(0)
        x0, x1 = max(0, int(np.ceil(min(ax, bx) - reach))), min(width - 1, int(np.floor(max(ax, bx) + reach)))
        y0, y1 = max(0, int(np.ceil(min(ay, by) - reach))), min(height - 1, int(np.floor(max(ay, by) + reach)))
        for y in range(y0, y1 + 1):
            py = np.float32(y) - ay
            row, left = out[y, x0 : x1 + 1], np.float32(x0) - ax
            for x in range(len(row)):
                px = np.float32(np.int32(x)) + left
                t = min(np.float32(1), max(np.float32(0), (px * dx + py * dy) * inverse))
                ex, ey = px - t * dx, py - t * dy
                row[x] = min(row[x], ex * ex + ey * ey)
    return out


@kernel
def _joined(near: Field, far: Field, inside: Bytes2D, reach: float, step: float, mm: float) -> Bytes2D:
    """Turn squared distances into signed mm, in place, passing over to the coarse ones; returns the coverage.

    Coarse distances, `step` pixels apart, are 0 a little outside the edge, and calming has raised them there.
    """
    cover = np.empty(near.shape, dtype=np.uint8)
    exact, coarse, within, covers = near.ravel(), far.ravel(), inside.ravel(), cover.ravel()
    begin, inverse, scale = np.float32(reach - 1.6), np.float32(1 / 1.5), np.float32(mm)
    less, more = np.float32(step * 0.25), np.float32(step * 0.6)
    for n in range(len(exact)):
        away = np.sqrt(exact[n])
        share = min(np.float32(1), max(np.float32(0), (away - begin) * inverse))
        rough = coarse[n] - less if within[n] else coarse[n] + more
        away += (max(rough, begin) - away) * share
        away = away if within[n] else -away
        covers[n] = np.uint8(min(max(away + np.float32(0.5), np.float32(0)), np.float32(1)) * np.float32(255))
        exact[n] = away * scale
    return cover
