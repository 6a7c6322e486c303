"""The edge of a mask as smooth closed curves.

A label map says on which side of an edge each pixel lies, so the true edge is known to half a pixel. Of the curves
that stay that near, a calm one is taken: the staircase of the grid goes, corners stay.
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from designs.rendering.arrays import Bytes2D, Field
from designs.rendering.compiled import inner, kernel

TUBE_PX = 0.5
# Passes of averaging along a curve, as reaches in points. All but the first keep a parabola as it is (Savitzky and
# Golay, "Smoothing and differentiation of data by simplified least squares procedures", 1964), so curves do not shrink.
_FIRST = (0, 0, 1, 4, 6, 4, 1, 0, 0)
_PARABOLIC = (-21, 14, 39, 54, 59, 54, 39, 14, -21)
_STRIDES = (1, 2, 4, 6, 3, 1)

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Curves:
    """Closed polygons with the inside on their right, in pixels from the left top corner of the mask.

    `points` is (n, 2) as x, y, about a pixel apart; polygon k is `points[starts[k] : starts[k + 1]]`.
    """

    points: Field = field(repr=False)
    starts: Numbers = field(repr=False)

    def knots(self, tolerance_px: float, longest: int) -> Numbers:
        """Places in `points`, at most `longest` apart; all others lie within the tolerance of the lines between.

        Each polygon begins with one.
        """
        return _knots(self.points, self.starts, tolerance_px, longest)

    def chords(self, tolerance_px: float, longest: int) -> Field:
        """The lines between the knots, (n, 4) as x, y of their beginning and x, y of their end."""
        knots = self.knots(tolerance_px, longest)
        first = np.searchsorted(knots, self.starts)
        after = np.arange(1, len(knots) + 1)
        after[first[1:] - 1] = first[:-1]
        points = self.points[knots]
        return np.ascontiguousarray(np.hstack([points, points[after]]), dtype=np.float32)


def curves(labels: Bytes2D, lowest: int) -> Curves:
    """The edge of where a label map is `lowest` or more, within `TUBE_PX` of the pixels' edges.

    There is one curve for each 4-connected part and one for each hole.
    """
    height, width = labels.shape
    inside = np.zeros((height + 2, -(-(width + 2) // 8) * 8), dtype=np.uint8)
    inside[1:-1, 1 : width + 1] = labels >= lowest
    points, starts = _traced(inside, inside.view(np.uint64))
    return Curves(_calmed(points, starts, *_passes(), TUBE_PX), starts)


@cache
def _passes() -> tuple[Numbers, Field]:
    """The strides of the passes, and their nine weights each."""
    rows = [np.array(_FIRST) / sum(_FIRST)] + [np.array(_PARABOLIC) / sum(_PARABOLIC)] * (len(_STRIDES) - 1)
    return np.array(_STRIDES, dtype=np.int64), np.array(rows, dtype=np.float32)


@kernel
def _traced(mask: Bytes2D, eights: npt.NDArray[np.uint64]) -> tuple[Field, Numbers]:
    """The middles of the cracks between inside and outside, loop by loop; the mask has a frame of zeros.

    `eights` is the mask with eight pixels in a number: most have no crack above them.
    """
    height, width = mask.shape
    beside, above = 0, 0
    for y in range(1, height):
        for x in range(1, width):
            beside += mask[y, x] != mask[y, x - 1]
            above += mask[y, x] != mask[y - 1, x]
    points = np.empty((beside + above, 2), dtype=np.float32)
    starts = np.empty(above + 1, dtype=np.int64)
    seen = np.zeros((height, width), dtype=np.uint8)
    count, loops = 0, 0
    for y in range(1, height):
        for k in range(eights.shape[1]):
            if eights[y, k] & ~eights[y - 1, k]:
                for x in range(8 * k, 8 * k + 8):
                    if mask[y, x] and not mask[y - 1, x] and not seen[y, x]:
                        starts[loops] = count
                        loops += 1
                        count = _followed(mask, seen, points, count, y, x)
    starts[loops] = count
    return points[:count].copy(), starts[: loops + 1].copy()


@inner
def _followed(mask: Bytes2D, seen: Bytes2D, points: Field, count: int, first_y: int, first_x: int) -> int:
    """Walk round the loop that begins with the upper crack of a pixel; returns the number of points so far.

    At each corner it turns right where it can, so that parts that touch in a corner stay apart.
    """
    x, y, dx, dy = first_x, first_y, 1, 0
    while True:
        if dx == 1:
            seen[y, x] = 1
        points[count, 0] = x + 0.5 * dx - 1
        points[count, 1] = y + 0.5 * dy - 1
        count += 1
        x, y = x + dx, y + dy
        right = mask[y + (dy + dx - 1) // 2, x + (dx - dy - 1) // 2]
        left = mask[y + (dy - dx - 1) // 2, x + (dx + dy - 1) // 2]
        if not right:
            dx, dy = -dy, dx
        elif left:
            dx, dy = dy, -dx
        if x == first_x and y == first_y and dx == 1:
            return count


@kernel
def _calmed(points: Field, starts: Numbers, strides: Numbers, weights: Field, tube: float) -> Field:
    """Average each loop along itself, pass by pass, no point leaving a disc of `tube` pixels about its crack.

    A pass that would reach round too much of a small loop is left out.
    """
    now, then = points.copy(), points.copy()
    for k in range(len(starts) - 1):
        first, last = starts[k], starts[k + 1]
        for turn in range(len(strides)):
            if last - first >= 32 * strides[turn]:
                _averaged(points[first:last], now[first:last], then[first:last], strides[turn], weights[turn], tube)
                now[first:last] = then[first:last]
    return now


@kernel
def _averaged(origin: Field, now: Field, then: Field, stride: int, weights: Field, tube: float) -> None:
    """One pass with points `stride` apart."""
    size, reach = 2 * len(origin), 8 * stride
    ring = np.empty(size + 2 * reach, np.float32)
    middle, last = now.ravel(), size - reach
    ring[:reach], ring[reach : reach + size], ring[reach + size :] = middle[last:], middle, middle[:reach]
    moved, at = then.ravel(), origin.ravel()
    for n in range(size):
        moved[n] = -at[n]
    for k in range(9):
        part, weight = ring[2 * k * stride : 2 * k * stride + size], weights[k]
        for n in range(size):
            moved[n] += weight * part[n]
    limit = np.float32(tube)
    for n in range(0, size, 2):
        square = moved[n] * moved[n] + moved[n + 1] * moved[n + 1]
        share = limit / np.sqrt(square) if square > limit * limit else np.float32(1)
        moved[n], moved[n + 1] = at[n] + moved[n] * share, at[n + 1] + moved[n + 1] * share


@kernel
def _knots(points: Field, starts: Numbers, tolerance: float, longest: int) -> Numbers:
    out = np.empty(len(points), dtype=np.int64)
    count = 0
    for k in range(len(starts) - 1):
        first, size = starts[k], starts[k + 1] - starts[k]
        n = 0
        while n < size:
            out[count] = first + n
            count += 1
            step = 1
            while step < longest and n + step < size and _straight(points, first, size, n, step + 1, tolerance):
                step += 1
            n += step
    return out[:count].copy()


@inner
def _straight(points: Field, first: int, size: int, n: int, step: int, tolerance: float) -> bool:
    """Whether the points between n and n + step lie within `tolerance` of the line between these two."""
    ax, ay = points[first + n, 0], points[first + n, 1]
    end = first + (n + step) % size
    dx, dy = points[end, 0] - ax, points[end, 1] - ay
    length = np.sqrt(dx * dx + dy * dy)
    if length == 0:
        return False
    for between in range(1, step):
        at = first + (n + between) % size
        if abs((points[at, 0] - ax) * dy - (points[at, 1] - ay) * dx) > tolerance * length:
            return False
    return True
