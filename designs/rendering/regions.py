"""Connected regions of equal value in a map, found run by run."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from designs.rendering.arrays import Bytes2D, Ints
from designs.rendering.compiled import kernel

Table = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Regions:
    """4-connected regions of equal value; rows of the tables are regions, in order of their first pixel.

    `value` is the map's value there, `area` in pixels, `box` x0, y0, x1, y1 (exclusive), `centre` x, y of the centroid.
    """

    value: Bytes2D
    area: Table
    box: Table
    centre: npt.NDArray[np.float64]
    _shape: tuple[int, int]
    _runs: Table = field(repr=False)
    _region: Table = field(repr=False)

    @cached_property
    def numbers(self) -> Ints:
        """The map (height, width) of regions: 0 where the value is 0, else the region's row plus 1."""
        return _numbered(self._runs, self._region, *self._shape)


def find(values: Bytes2D) -> Regions:
    """The regions of a map of small numbers; 0 belongs to none."""
    values = np.ascontiguousarray(values)
    runs, region = _runs(values, _count_runs(values))
    area, box, centre = _measured(runs, region)
    value = np.zeros(len(area), dtype=np.uint8)
    value[region[::-1]] = runs[::-1, 3]
    return Regions(value, area, box, centre, (values.shape[0], values.shape[1]), runs, region)


@kernel
def _count_runs(values: Bytes2D) -> int:
    height, width = values.shape
    count = 0
    for y in range(height):
        row = values[y]
        count += row[0] > 0
        begun = np.int32(0)
        for x in range(1, width):
            begun += np.int32((row[x] > 0) & (row[x] != row[x - 1]))
        count += begun
    return count


@kernel
def _root(parent: Table, run: int) -> int:
    while parent[run] != run:
        parent[run] = parent[parent[run]]
        run = parent[run]
    return run


@kernel
def _runs(values: Bytes2D, count: int) -> tuple[Table, Table]:
    """The runs of equal values above 0 (start, end, row, value), and the region, from 0, of each run."""
    height, width = values.shape
    runs = np.empty((count, 4), np.int64)
    parent = np.arange(count)
    n, above, above_end = 0, 0, 0
    for y in range(height):
        row_start, x = n, 0
        while x < width:
            here, start = values[y, x], x
            while x < width and values[y, x] == here:
                x += 1
            if here == 0:
                continue
            runs[n, 0], runs[n, 1], runs[n, 2], runs[n, 3] = start, x, y, here
            while above < above_end and runs[above, 1] <= start:
                above += 1
            other = above
            while other < above_end and runs[other, 0] < x:
                if runs[other, 3] == here:
                    a, b = _root(parent, other), _root(parent, n)
                    parent[max(a, b)] = min(a, b)
                other += 1
            n += 1
        above, above_end = row_start, n
    region = np.empty(count, np.int64)
    found = 0
    for run in range(count):
        root = _root(parent, run)
        if root == run:
            region[run] = found
            found += 1
        else:
            region[run] = region[root]
    return runs, region


@kernel
def _measured(runs: Table, region: Table) -> tuple[Table, Table, npt.NDArray[np.float64]]:
    """Area, box and centroid of each region."""
    count = 0
    for run in range(region.shape[0]):
        count = max(count, region[run] + 1)
    area = np.zeros(count, np.int64)
    box = np.zeros((count, 4), np.int64)
    centre = np.zeros((count, 2), np.float64)
    for run in range(region.shape[0]):
        r, start, end, y = region[run], runs[run, 0], runs[run, 1], runs[run, 2]
        if area[r] == 0:
            box[r, 0], box[r, 1] = start, y
        box[r, 0], box[r, 2], box[r, 3] = min(box[r, 0], start), max(box[r, 2], end), y + 1
        area[r] += end - start
        centre[r, 0] += (end - start) * (start + end - 1) / 2
        centre[r, 1] += (end - start) * y
    for r in range(count):
        centre[r, 0] /= area[r]
        centre[r, 1] /= area[r]
    return area, box, centre


@kernel
def _numbered(runs: Table, region: Table, height: int, width: int) -> Ints:
    numbers = np.zeros((height, width), np.int32)
    for run in range(region.shape[0]):
        numbers[runs[run, 2], runs[run, 0] : runs[run, 1]] = region[run] + 1
    return numbers
