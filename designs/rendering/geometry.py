"""Distance fields and components. Distances are in pixels unless a name ends in `_mm`."""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from designs.rendering import distances, regions
from designs.rendering.arrays import Bytes2D, Field, Ints, Mask
from designs.rendering.compiled import kernel

# Of a Gaussian, 1 % lies farther away than this many standard deviations.
SIGMAS = 2.5


@dataclass(frozen=True)
class Component:
    """One connected part: number in the map, area in pixels, box (x0, y0, x1, y1), centre (x, y)."""

    number: int
    area: int
    box: tuple[int, int, int, int]
    centre: tuple[float, float]

    def shifted(self, by: int) -> "Component":
        """The same part on a map that begins `by` pixels further left and up."""
        x0, y0, x1, y1 = self.box
        x, y = self.centre
        return replace(self, box=(x0 + by, y0 + by, x1 + by, y1 + by), centre=(x + by, y + by))


def as_bytes(mask: Mask) -> Bytes2D:
    """A mask as 0 and 1."""
    return mask.view(np.uint8)


def inside_distance(mask: Mask) -> Field:
    """Distance of each inside pixel's centre to the nearest outside pixel's centre; the frame is outside."""
    return _away(framed(as_bytes(mask), 1, 0))[1:-1, 1:-1]


def outside_distance(mask: Mask) -> Field:
    """Distance of each outside pixel's centre to the nearest inside pixel's centre; 0 inside."""
    if not mask.any():
        return np.full(mask.shape, np.float32(max(mask.shape)) * 2, dtype=np.float32)
    return _away(as_bytes(~mask))


def _away(plane: Bytes2D) -> Field:
    """Distance of each pixel to the nearest 0."""
    found = cv2.distanceTransform(plane, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # OpenCV's roots differ in the last digit with where in memory they lie; their squares are whole numbers.
    return np.asarray(np.sqrt(np.rint(found * found)), dtype=np.float32)


def signed_distance(mask: Mask, sigma: float, *, reach: float) -> Field:
    """Signed distance to the edge of a mask, positive inside, smoothed by a Gaussian of `sigma` pixels.

    Smoothing removes the staircase of the pixel grid from the zero level. The frame of the picture does not
    count as an edge. Right up to `reach`; what is farther is told to be at least as far.
    """
    if not mask.any() or mask.all():
        return np.full(mask.shape, np.float32(reach * (1 if mask.any() else -1)), dtype=np.float32)
    return smooth(distances.signed(mask, reach + SIGMAS * sigma), sigma)


def smooth(field: Field, sigma: float) -> Field:
    """Gaussian blur of `sigma` pixels, the frame continued."""
    away = np.arange(int(np.ceil(SIGMAS * sigma)) + 1)
    weights = np.exp(-0.5 * (away / sigma) ** 2)
    return _blurred(field, (weights / (2 * weights.sum() - 1)).astype(np.float32))


@kernel
def _blurred(field: Field, weights: Field) -> Field:
    """A field averaged along columns and rows; `weights` are those of 0, 1, 2.. pixels away.

    OpenCV's Gaussian of such fields takes nearly twice the time.
    """
    (height, width), reach = field.shape, len(weights) - 1
    out = np.empty((height, width), np.float32)
    line = np.empty(width + 2 * reach, np.float32)
    middle = line[reach : reach + width]
    for y in range(height):
        row, blurred = field[y], out[y]
        for x in range(width):
            middle[x] = weights[0] * row[x]
        for step in range(1, reach + 1):
            above, below, weight = field[max(0, y - step)], field[min(height - 1, y + step)], weights[step]
            for x in range(width):
                middle[x] += weight * (above[x] + below[x])
        line[:reach], line[reach + width :] = middle[0], middle[width - 1]
        for x in range(width):
            blurred[x] = weights[0] * middle[x]
        for step in range(1, reach + 1):
            left, right = line[reach - step : reach - step + width], line[reach + step : reach + step + width]
            weight = weights[step]
            for x in range(width):
                blurred[x] += weight * (left[x] + right[x])
    return out


def smooth_bytes(plane: Bytes2D, sigma: float) -> Bytes2D:
    """Gaussian blur of a plane of bytes, the frame continued."""
    side = 2 * int(np.ceil(SIGMAS * sigma)) + 1
    blurred = cv2.GaussianBlur(plane, (side, side), sigma, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, dtype=np.uint8)


def box(mask: Mask) -> tuple[int, int, int, int]:
    """The box x0, y0, x1, y1 (exclusive) of a mask that is not empty."""
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def framed(plane: Bytes2D, px: int, value: int) -> Bytes2D:
    """A plane with a frame of one value around it, `px` pixels wide."""
    return np.asarray(cv2.copyMakeBorder(plane, px, px, px, px, cv2.BORDER_CONSTANT, value=(value,)), dtype=np.uint8)


def without_alpha(rgba: Bytes2D) -> Bytes2D:
    """The three colour channels, contiguous (much faster here than slicing)."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(rgba), cv2.COLOR_RGBA2RGB), dtype=np.uint8)


def components(mask: Mask) -> tuple[Ints, tuple[Component, ...]]:
    """4-connected parts: the map of their numbers (0 outside) and the parts in order of number."""
    found = regions.find(as_bytes(mask))
    return found.numbers, tuple(component(found, row) for row in range(len(found.area)))


def parts_of(found: regions.Regions, wanted: npt.NDArray[np.bool_]) -> list[Component]:
    """Some rows of a table of regions."""
    return [component(found, int(row)) for row in np.nonzero(wanted)[0]]


def component(found: regions.Regions, row: int) -> Component:
    """One row of a table of regions."""
    x0, y0, x1, y1 = found.box[row].tolist()
    x, y = found.centre[row].tolist()
    return Component(number=row + 1, area=int(found.area[row]), box=(x0, y0, x1, y1), centre=(x, y))


def chosen(numbers: Ints, parts: list[Component]) -> Mask:
    """The mask of some of the parts of a component map."""
    if not parts:
        return np.zeros(numbers.shape, dtype=np.bool_)
    wanted = np.zeros(max(part.number for part in parts) + 1, dtype=np.bool_)
    wanted[[part.number for part in parts]] = True
    return _picked(numbers, wanted)


@kernel
def _picked(numbers: Ints, wanted: Mask) -> Mask:
    out = np.zeros(numbers.shape, np.bool_)
    most = wanted.shape[0]
    for y in range(numbers.shape[0]):
        for x in range(numbers.shape[1]):
            number = numbers[y, x]
            if number < most and wanted[number]:
                out[y, x] = True
    return out


def counts(plane: Bytes2D, mask: Mask | None = None) -> npt.NDArray[np.int64]:
    """How many pixels (of the mask) have each value 0..255."""
    inside = np.ones(plane.shape, dtype=np.uint8) if mask is None else as_bytes(mask)
    return np.asarray(_counted(np.ravel(plane), np.ravel(inside)), dtype=np.int64)


@kernel
def _counted(values: Bytes2D, weights: Bytes2D) -> npt.NDArray[np.int64]:
    """The sum of the weights of each value."""
    # Neighbours are often equal, and a processor waits to add to what it has just added to: so they take turns.
    turns = np.zeros((4, 256), np.int64)
    whole = len(values) // 4 * 4
    for n in range(0, whole, 4):
        turns[0, values[n]] += weights[n]
        turns[1, values[n + 1]] += weights[n + 1]
        turns[2, values[n + 2]] += weights[n + 2]
        turns[3, values[n + 3]] += weights[n + 3]
    for n in range(whole, len(values)):
        turns[0, values[n]] += weights[n]
    return np.asarray(turns[0] + turns[1] + turns[2] + turns[3])


def looked_up(table: npt.NDArray[Any], plane: Bytes2D) -> Bytes2D:
    """The value (0..255) that a table has for each byte of a plane; what the table does not hold gets 0."""
    whole = np.zeros(256, dtype=np.uint8)
    whole[: len(table)] = table
    return np.asarray(cv2.LUT(plane, whole), dtype=np.uint8)


def holes(mask: Mask) -> Mask:
    """The outside parts of a mask that do not reach the frame."""
    numbers = hole_parts(mask)[0]
    return np.asarray(numbers > 0, dtype=np.bool_)


def hole_parts(mask: Mask) -> tuple[Ints, tuple[Component, ...]]:
    """The outside parts of a mask that do not reach the frame: their numbers (0 elsewhere) and the parts."""
    found = regions.find(framed(as_bytes(~mask), 1, 1))
    if len(found.area) == 1:
        return np.zeros(mask.shape, dtype=np.int32), ()
    numbers = found.numbers[1:-1, 1:-1] - 1
    np.maximum(numbers, 0, out=numbers)
    return numbers, tuple(replace(component(found, row), number=row).shifted(-1) for row in range(1, len(found.area)))


def deepest(mask: Mask) -> tuple[int, int, float]:
    """The pixel farthest from the edge of a mask: x, y, and the radius of the disc that fits there."""
    distance = inside_distance(mask)
    y, x = np.unravel_index(int(np.argmax(distance)), distance.shape)
    return int(x), int(y), float(distance[y, x])


def largest(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The largest of the three channels of each pixel (much faster here than `max(axis=2)`)."""
    return np.asarray(np.maximum(np.maximum(values[..., 0], values[..., 1]), values[..., 2]))


def resized(field: Field, width: int, height: int) -> Field:
    """A field at another resolution (values are not rescaled): areas averaged down, cubic up."""
    down = width * height < field.shape[0] * field.shape[1]
    method = cv2.INTER_AREA if down else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(field, (width, height), interpolation=method), dtype=np.float32)


def smaller(plane: Bytes2D, width: int, height: int) -> Bytes2D:
    """Pixels on a smaller grid: halved by averaging while it can be, then between four pixels."""
    while plane.shape[1] >= 2 * width and plane.shape[0] >= 2 * height:
        rows, columns = plane.shape[0] // 2, plane.shape[1] // 2
        halves = cv2.resize(plane[: 2 * rows, : 2 * columns], (columns, rows), interpolation=cv2.INTER_AREA)
        plane = np.asarray(halves, dtype=np.uint8)
    return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
