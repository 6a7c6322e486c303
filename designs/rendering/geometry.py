"""Distance fields and components. Distances are in pixels unless a name ends in `_mm`."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from designs.rendering import regions
from designs.rendering.arrays import Bytes2D, Field, Ints, Mask
from designs.rendering.compiled import kernel

# Above this radius a distance transform is cheaper than a disc.
LARGEST_DISC_PX = 11.0
# Smoothing a distance field mixes the values this far around a level.
LEVEL_PX = 7


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


def inside_distance(mask: Mask, *, precise: bool = True) -> Field:
    """Distance of each inside pixel's centre to the nearest outside pixel's centre; the frame is outside.

    Not `precise`, it is within 2 % and four times as fast.
    """
    padded = cv2.copyMakeBorder(as_bytes(mask), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE if precise else cv2.DIST_MASK_5)
    return np.asarray(distance[1:-1, 1:-1], dtype=np.float32)


def outside_distance(mask: Mask, *, precise: bool = True) -> Field:
    """Distance of each outside pixel's centre to the nearest inside pixel's centre; 0 inside.

    Not `precise`, it is within 2 % and four times as fast: enough where the result is smoothed.
    """
    if not mask.any():
        return np.full(mask.shape, np.float32(max(mask.shape)) * 2, dtype=np.float32)
    size = cv2.DIST_MASK_PRECISE if precise else cv2.DIST_MASK_5
    return np.asarray(cv2.distanceTransform(as_bytes(~mask), cv2.DIST_L2, size), dtype=np.float32)


def near_distance(mask: Mask, reach: float) -> Field:
    """`outside_distance`, exact in the last pixels up to `reach`, where a level may be taken, within 2 % elsewhere."""
    if not mask.any():
        return outside_distance(mask)
    distance = outside_distance(mask, precise=False)
    _sharpen(distance, _rows_away(mask, int(reach) + 2), reach - LEVEL_PX, reach + 1)
    return distance


@kernel
def _rows_away(mask: Mask, most: int) -> Ints:
    """How many rows up or down the nearest pixel of the mask in the same column is, at most `most`."""
    height, width = mask.shape
    away = np.empty((height, width), np.int32)
    for x in range(width):
        away[0, x] = 0 if mask[0, x] else most
    for y in range(1, height):
        for x in range(width):
            away[y, x] = 0 if mask[y, x] else min(most, away[y - 1, x] + 1)
    for y in range(height - 2, -1, -1):
        for x in range(width):
            away[y, x] = min(away[y, x], away[y + 1, x] + 1)
    return away


@kernel
def _sharpen(distance: Field, rows: Ints, first: float, last: float) -> None:
    """Replace distances from `first` to `last` by the exact ones, in place."""
    height, width = distance.shape
    for y in range(height):
        for x in range(width):
            if distance[y, x] <= first or distance[y, x] > last:
                continue
            best = rows[y, x] * rows[y, x]
            step = 1
            while step * step < best and step < width:
                if x >= step:
                    best = min(best, step * step + rows[y, x - step] * rows[y, x - step])
                if x + step < width:
                    best = min(best, step * step + rows[y, x + step] * rows[y, x + step])
                step += 1
            distance[y, x] = np.sqrt(np.float32(best))


def signed_distance(mask: Mask, sigma: float = 0.0, *, reach: float = 0.0) -> Field:
    """Signed distance to the edge of a mask, positive inside, smoothed by a Gaussian of `sigma` pixels.

    Smoothing removes the staircase of the pixel grid from the zero level. The frame of the picture does not
    count as an edge. Smoothed, it is exact about `reach` pixels away, within 2 % elsewhere.
    """
    if not mask.any() or mask.all():
        return np.full(mask.shape, np.float32(2 * max(mask.shape) * (1 if mask.any() else -1)), dtype=np.float32)
    mask = np.ascontiguousarray(mask)
    edge = edge_pixels(as_bytes(mask))
    field = near_distance(edge, reach) if reach else outside_distance(edge, precise=sigma <= 0)
    _sign(field, mask)
    return smooth(field, sigma) if sigma > 0 else field


@kernel
def _sign(distance: Field, mask: Mask) -> None:
    """Distances from the pixels on both sides of an edge become distances from the edge, negative outside, in place."""
    for y in range(distance.shape[0]):
        for x in range(distance.shape[1]):
            away = distance[y, x] + np.float32(0.5)
            distance[y, x] = away if mask[y, x] else -away


@kernel
def edge_pixels(values: Bytes2D) -> Mask:
    """The pixels that have another value than a neighbour beside, above or below."""
    height, width = values.shape
    edge = np.zeros((height, width), np.bool_)
    for y in range(height):
        for x in range(1, width):
            if values[y, x] != values[y, x - 1]:
                edge[y, x] = edge[y, x - 1] = True
    for y in range(1, height):
        for x in range(width):
            if values[y, x] != values[y - 1, x]:
                edge[y, x] = edge[y - 1, x] = True
    return edge


def smooth(field: Field, sigma: float) -> Field:
    """Gaussian blur of `sigma` pixels, the frame continued."""
    return np.asarray(cv2.GaussianBlur(field, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), dtype=np.float32)


def smooth_bytes(plane: Bytes2D, sigma: float) -> Bytes2D:
    """Gaussian blur of a plane of bytes, the frame continued."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), dtype=np.uint8)


def box(mask: Mask) -> tuple[int, int, int, int]:
    """The box x0, y0, x1, y1 (exclusive) of a mask that is not empty."""
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def without_alpha(rgba: Bytes2D) -> Bytes2D:
    """The three colour channels, contiguous (much faster here than slicing)."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(rgba), cv2.COLOR_RGBA2RGB), dtype=np.uint8)


def dilated(mask: Mask, radius: float) -> Mask:
    """All pixels whose centre is within `radius` of the centre of a pixel of the mask."""
    if radius > LARGEST_DISC_PX:
        return np.asarray(outside_distance(mask, precise=False) <= radius, dtype=np.bool_)
    return np.asarray(cv2.dilate(as_bytes(mask), _disc(radius, closed=True)), dtype=np.uint8).view(np.bool_)


def eroded(mask: Mask, radius: float) -> Mask:
    """The pixels that are at least `radius` from every pixel outside; the frame of the picture is outside."""
    if radius > LARGEST_DISC_PX:
        return np.asarray(inside_distance(mask, precise=False) >= radius, dtype=np.bool_)
    core = cv2.erode(as_bytes(mask), _disc(radius, closed=False), borderType=cv2.BORDER_CONSTANT, borderValue=(0,))
    return np.asarray(core, dtype=np.uint8).view(np.bool_)


def opened(mask: Mask, radius: float) -> Mask:
    """The part of a mask that a disc of `radius` can sweep."""
    return np.asarray(dilated(eroded(mask, radius), radius) & mask, dtype=np.bool_)


@cache
def _disc(radius: float, *, closed: bool) -> Bytes2D:
    """The pixels around a pixel within `radius` (`closed`: at it, too) as a structuring element."""
    reach = int(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    away = x * x + y * y
    return np.asarray((away <= radius * radius) if closed else (away < radius * radius), dtype=np.uint8)


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
    inside = None if mask is None else as_bytes(mask)
    found = cv2.calcHist([np.ascontiguousarray(plane)], [0], inside, [256], [0, 256])
    return np.asarray(found, dtype=np.float64).ravel().astype(np.int64)


def looked_up(table: npt.NDArray[Any], plane: Bytes2D) -> Bytes2D:
    """The value (0..255) that a table has for each byte of a plane; what the table does not hold gets 0."""
    whole = np.zeros(256, dtype=np.uint8)
    whole[: len(table)] = table
    return np.asarray(cv2.LUT(plane, whole), dtype=np.uint8)


def spread(labels: Bytes2D, known: Mask) -> Bytes2D:
    """Labels continued from the known pixels: each other pixel takes the label of its nearest known one."""
    if not known.any():
        return labels.copy()
    _, indices = cv2.distanceTransformWithLabels(
        as_bytes(~known), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    return _carried(labels, known, np.asarray(indices, dtype=np.int32))


@kernel
def _carried(labels: Bytes2D, known: Mask, nearest: Ints) -> Bytes2D:
    """The label of the nearest known pixel, by a map that numbers the known pixels and names the nearest to each."""
    most = 0
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            if known[y, x]:
                most = max(most, nearest[y, x])
    table = np.zeros(most + 1, np.uint8)
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            if known[y, x]:
                table[nearest[y, x]] = labels[y, x]
    out = np.empty_like(labels)
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            out[y, x] = table[nearest[y, x]]
    return out


def holes(mask: Mask) -> Mask:
    """The outside parts of a mask that do not reach the frame."""
    numbers = hole_parts(mask)[0]
    return np.asarray(numbers > 0, dtype=np.bool_)


def hole_parts(mask: Mask) -> tuple[Ints, tuple[Component, ...]]:
    """The outside parts of a mask that do not reach the frame: their numbers (0 elsewhere) and the parts."""
    found = regions.find(np.pad(as_bytes(~mask), 1, constant_values=1))
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
