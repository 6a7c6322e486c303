"""The edges of a label map as closed loops, smoothed to a fraction of a pixel."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from designs.rendering import geometry
from designs.rendering.arrays import Bytes2D, Ints
from designs.rendering.compiled import kernel

Numbers = npt.NDArray[np.int32]
Reals = npt.NDArray[np.float64]

SMOOTHED_SIDES = 7


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of the regions of a map. A region is a 4-connected set of pixels of one value.

    An edge is a loop of pixel sides, walked with its region on the right: clockwise around a region, the other
    way round around a hole in it. Per side: `x`, `y` its smoothed middle and `nx`, `ny` the unit vector into the
    region (in pixels; the first pixel's middle is 0.5, 0.5), `row`, `column` the region's pixel, `way` where the
    walk goes (0 east, 1 south, 2 west, 3 north), `beyond` the value on the other side (0 outside the picture),
    `loop` the number of its loop. Loop n has the sides `starts[n]` to `starts[n + 1]`. `sides` (height, width)
    holds 1 + the number of a side of each pixel that has one, 0 elsewhere.
    """

    x: Reals
    y: Reals
    nx: Reals
    ny: Reals
    row: Numbers
    column: Numbers
    way: Bytes2D
    beyond: Bytes2D
    loop: Numbers
    starts: Numbers
    sides: Ints

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def areas(self) -> Reals:
        """The area within each loop in pixels, exact; negative around a hole."""
        if not len(self):
            return np.zeros(0)
        # The top side of a column of pixels opens it, its bottom side closes it.
        opens, closes = self.way == 0, self.way == 2
        heights = (self.row + 1.0) * closes - self.row * opens
        return np.asarray(np.add.reduceat(heights, self.starts[:-1]), dtype=np.float64)

    @cached_property
    def boxes(self) -> Numbers:
        """The box of each loop's pixels (loops, 4): x0, y0, x1, y1, the last two exclusive."""
        if not len(self):
            return np.zeros((0, 4), dtype=np.int32)
        first = self.starts[:-1]
        return np.stack(
            [
                np.minimum.reduceat(self.column, first),
                np.minimum.reduceat(self.row, first),
                np.maximum.reduceat(self.column, first) + 1,
                np.maximum.reduceat(self.row, first) + 1,
            ],
            axis=1,
        )


def traced(cells: Bytes2D, *, first: int) -> Edges:
    """The edges of all regions of a map (height, width) whose value is at least `first`."""
    padded = geometry.framed(cells, 1, 0)
    down, right = padded[1:] != padded[:-1], padded[:, 1:] != padded[:, :-1]
    # Every loop has a side with its region below, and every such side may start one.
    tops = np.flatnonzero(down) + padded.shape[1]
    room = 2 * (len(tops) + int(np.count_nonzero(right)))
    row, column, loop = (np.empty(room, np.int32) for _ in range(3))
    way, beyond = np.empty(room, np.uint8), np.empty(room, np.uint8)
    sides = np.zeros(cells.shape, np.int32)
    starts = _walked(padded, first, tops, (row, column, loop), (way, beyond), sides)
    count = int(starts[-1])
    x, y, nx, ny = (np.empty(count, np.float64) for _ in range(4))
    _smoothed(row, column, way, starts, (x, y, nx, ny))
    return Edges(x, y, nx, ny, row[:count], column[:count], way[:count], beyond[:count], loop[:count], starts, sides)


@kernel
def _step(cells: Bytes2D, y: int, x: int, way: int) -> tuple[int, int, int]:
    """The next side of a walk that keeps its region on the right; pixels that meet at a corner are apart."""
    dy, dx = (way == 1) - (way == 3), (way == 0) - (way == 2)
    value = cells[y, x]
    if cells[y + dy, x + dx] != value:
        return y, x, (way + 1) % 4
    # To the left of east is north: (dy, dx) turned by a quarter.
    if cells[y + dy - dx, x + dx + dy] == value:
        return y + dy - dx, x + dx + dy, (way + 3) % 4
    return y + dy, x + dx, way


@kernel
def _walked(
    cells: Bytes2D,
    first: int,
    tops: npt.NDArray[np.intp],
    places: tuple[Numbers, Numbers, Numbers],
    kinds: tuple[Bytes2D, Bytes2D],
    sides: Ints,
) -> Numbers:
    """Walk every edge of a framed map; fills row, column, loop, way, beyond and sides, returns the starts.

    `tops` are the flat indices, in ascending order, of pixels whose upper neighbour has another value.
    """
    row, column, loop = places
    way, beyond = kinds
    seen = np.zeros(cells.shape, np.uint8)
    starts = [0]
    n = 0
    for top in tops:
        y, x, going = top // cells.shape[1], top % cells.shape[1], 0
        if cells[y, x] < first or seen[y, x]:
            continue
        while not (going == 0 and seen[y, x]):
            if going == 0:
                seen[y, x] = 1
            row[n], column[n], way[n], loop[n] = y - 1, x - 1, going, len(starts) - 1
            beyond[n] = cells[y - (going == 0) + (going == 2), x + (going == 1) - (going == 3)]
            sides[y - 1, x - 1] = n + 1
            n += 1
            y, x, going = _step(cells, y, x, going)
        starts.append(n)
    return np.array(starts, dtype=np.int32)


@kernel
def middle_of(row: Numbers, column: Numbers, way: Bytes2D, k: int) -> tuple[float, float]:
    """The middle of a pixel side: x, y."""
    return (
        column[k] + 0.5 + 0.5 * ((way[k] == 1) - (way[k] == 3)),
        row[k] + 0.5 + 0.5 * ((way[k] == 2) - (way[k] == 0)),
    )


@kernel
def _smoothed(
    row: Numbers, column: Numbers, way: Bytes2D, starts: Numbers, out: tuple[Reals, Reals, Reals, Reals]
) -> None:
    """The place of each side from a parabola through its neighbours (Savitzky and Golay), and its normal.

    A parabola keeps the curvature of small circles, which an average would shrink. Per loop, the moments of the
    window (sums of the middles times 1, j and j squared, j from -reach to reach) are carried from side to side;
    all of them are multiples of a half, so nothing is lost by that.
    """
    x, y, nx, ny = out
    for n in range(len(starts) - 1):
        start, count = starts[n], starts[n + 1] - starts[n]
        reach = max(1, min(SMOOTHED_SIDES, count // 8))
        base, whole = 3.0 * reach * (reach + 1) - 1, (2.0 * reach - 1) * (2 * reach + 1) * (2 * reach + 3) / 3
        x0 = x1 = x2 = y0 = y1 = y2 = 0.0
        for j in range(-reach, reach + 1):
            mx, my = middle_of(row, column, way, start + j % count)
            x0, x1, x2 = x0 + mx, x1 + j * mx, x2 + j * j * mx
            y0, y1, y2 = y0 + my, y1 + j * my, y2 + j * j * my
        for i in range(count):
            k = start + i
            length = max(1e-9, np.hypot(x1, y1))
            x[k], y[k] = (base * x0 - 5 * x2) / whole, (base * y0 - 5 * y2) / whole
            nx[k], ny[k] = -y1 / length, x1 / length
            ox, oy = middle_of(row, column, way, start + (i - reach) % count)
            mx, my = middle_of(row, column, way, start + (i + reach + 1) % count)
            x0, x1, x2 = x0 - ox, x1 + reach * ox, x2 - reach * reach * ox
            y0, y1, y2 = y0 - oy, y1 + reach * oy, y2 - reach * reach * oy
            x2, x1 = x2 - 2 * x1 + x0 + reach * reach * mx, x1 - x0 + reach * mx
            y2, y1 = y2 - 2 * y1 + y0 + reach * reach * my, y1 - y0 + reach * my
            x0, y0 = x0 + mx, y0 + my
