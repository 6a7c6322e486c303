"""Exact distances to a mask, up to a reach, in pixels between the middles of pixels.

First the nearest pixel of each column, then along the rows the least sum of squares (Saito and Toriwaki, "New algorithms
for Euclidean distance transformation of an n-dimensional digitized picture", 1994). A reach bounds the work, and lets
squares fit into few bits, of which a processor compares many at once.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from designs.rendering.arrays import Bytes2D, Field, Mask
from designs.rendering.compiled import inner, kernel

# The squares of two such distances add up in 16 bits, and in 8.
LONGEST_PX, LONGEST_IN_BYTES_PX = 180, 11

Squares = npt.NDArray[Any]


def near(mask: Mask, reach: float) -> Field:
    """The distance of each pixel to the nearest pixel of the mask, but at most `reach`, rounded up."""
    return _roots(_squares(mask, _whole(reach), framed=False))


def inside(mask: Mask, reach: float) -> Field:
    """The distance of each pixel to the nearest pixel outside, at most `reach`, rounded up; the frame is outside."""
    return _roots(_squares(~mask, _whole(reach), framed=True))


def signed(mask: Mask, reach: float) -> Field:
    """The distance to the edge of a mask, positive inside, within about `reach`.

    The frame of the picture does not count as an edge.
    """
    mask = np.ascontiguousarray(mask)
    return _signed(mask, _squares(edge_pixels(mask.view(np.uint8)), _whole(reach), framed=False))


def dilated(mask: Mask, radius: float) -> Mask:
    """All pixels within `radius` of a pixel of the mask."""
    return np.asarray(_squares(mask, int(radius) + 1, framed=False) <= int(radius * radius), dtype=np.bool_)


def eroded(mask: Mask, radius: float) -> Mask:
    """The pixels that are at least `radius` from every pixel outside; the frame of the picture is outside."""
    least = int(np.ceil(radius * radius))
    return np.asarray(_squares(~mask, _whole(radius), framed=True) >= least, dtype=np.bool_)


def opened(mask: Mask, radius: float) -> Mask:
    """The part of a mask that a disc of `radius` can sweep."""
    return np.asarray(dilated(eroded(mask, radius), radius) & mask, dtype=np.bool_)


def spread(labels: Bytes2D, known: Mask, reach: float) -> Bytes2D:
    """Labels continued from the known pixels: each other one takes the label of its nearest known one within `reach`.

    Pixels farther away keep their label.
    """
    return _spread(labels, known, _whole(reach))


def _whole(reach: float) -> int:
    pixels = max(1, int(np.ceil(reach)))
    if pixels > LONGEST_PX:
        raise ValueError(f"distances can be asked for up to {LONGEST_PX} pixels, not {reach}")
    return pixels


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


@kernel
def _rows_away(mask: Mask, reach: int, framed: bool) -> Bytes2D:  # noqa: FBT001 - kernels take no keywords
    """How many rows up or down the nearest pixel of the mask is, at most `reach`; `framed`, the frame is of the mask."""
    height, width = mask.shape
    away = np.empty((height, width), np.uint8)
    most, first = np.uint8(reach), np.uint8(1 if framed else reach)
    for x in range(width):
        away[0, x] = np.uint8(0) if mask[0, x] else first
    for y in range(1, height):
        for x in range(width):
            above = away[y - 1, x]
            further = above if above == most else np.uint8(above + np.uint8(1))
            away[y, x] = np.uint8(0) if mask[y, x] else further
    if framed:
        for x in range(width):
            away[height - 1, x] = min(away[height - 1, x], first)
    for y in range(height - 2, -1, -1):
        for x in range(width):
            below, here = away[y + 1, x], away[y, x]
            further = below if below == most else np.uint8(below + np.uint8(1))
            away[y, x] = min(here, further)
    return away


def _squares(mask: Mask, reach: int, *, framed: bool) -> Squares:
    """Squared distances to the mask, at most `reach` squared; `framed`, the frame of the picture is of the mask."""
    out = np.empty(mask.shape, np.uint8 if reach <= LONGEST_IN_BYTES_PX else np.uint16)
    _measured(_rows_away(mask, reach, framed), reach, framed, out)
    return out


@inner
def _lower(line: Squares, reach: int, shift: int, best: Squares) -> None:
    """Lower numbers to those up to `reach` beside them in a line, plus the squares, shifted, of how far these are.

    `line` is longer than `best` by the reach at both ends.
    """
    width = len(best)
    for step in range(1, reach):
        square = best.dtype.type(step * step << shift)
        left, right = line[reach - step : reach - step + width], line[reach + step : reach + step + width]
        for x in range(width):
            # Without these types the numbers would be widened, and fewer compared at once.
            away = best.dtype.type(min(left[x], right[x]) + square)
            best[x] = min(best[x], away)


@kernel
def _measured(rows: Bytes2D, reach: int, framed: bool, out: Squares) -> None:  # noqa: FBT001
    """The least sum of the square of a pixel's step along its row and of how far the mask is from there in its column."""
    height, width = rows.shape
    line = np.full(width + 2 * reach, 0 if framed else reach * reach, out.dtype)
    middle = line[reach : reach + width]
    for y in range(height):
        best, row = out[y], rows[y]
        for x in range(width):
            away = out.dtype.type(row[x])
            middle[x] = out.dtype.type(away * away)
        for x in range(width):
            best[x] = middle[x]
        _lower(line, reach, 0, best)


@kernel
def _roots(squares: Squares) -> Field:
    out = np.empty(squares.shape, np.float32)
    for y in range(squares.shape[0]):
        for x in range(squares.shape[1]):
            out[y, x] = np.sqrt(np.float32(squares[y, x]))
    return out


@kernel
def _signed(mask: Mask, squares: Squares) -> Field:
    """Squared distances from the pixels on both sides of an edge as distances from the edge, negative outside."""
    out = np.empty(squares.shape, np.float32)
    for y in range(squares.shape[0]):
        for x in range(squares.shape[1]):
            away = np.sqrt(np.float32(squares[y, x])) + np.float32(0.5)
            out[y, x] = away if mask[y, x] else -away
    return out


@kernel
def _spread(labels: Bytes2D, known: Mask, reach: int) -> Bytes2D:
    """As `spread`. Squared distance and label in one number: the least has the nearest label."""
    height, width = labels.shape
    rows = _rows_away(known, reach, False)
    out = _owners(labels, rows)
    most = np.uint32(reach * reach << 8)
    line = np.full(width + 2 * reach, most, np.uint32)
    middle, best = line[reach : reach + width], np.empty(width, np.uint32)
    for y in range(height):
        for x in range(width):
            away = np.uint32(rows[y, x])
            middle[x] = np.uint32((away * away) << np.uint32(8)) | np.uint32(out[y, x])
        for x in range(width):
            best[x] = middle[x]
        _lower(line, reach, 8, best)
        for x in range(width):
            out[y, x] = np.uint8(best[x] & np.uint32(255)) if best[x] < most else labels[y, x]
    return out


@kernel
def _owners(labels: Bytes2D, rows: Bytes2D) -> Bytes2D:
    """The label of the nearest known pixel of each column; `rows` is how far away it is."""
    height, width = labels.shape
    owner = labels.copy()
    for y in range(1, height):
        for x in range(width):
            if rows[y, x] == np.uint8(rows[y - 1, x] + np.uint8(1)):
                owner[y, x] = owner[y - 1, x]
    for y in range(height - 2, -1, -1):
        for x in range(width):
            if rows[y, x] == np.uint8(rows[y + 1, x] + np.uint8(1)):
                owner[y, x] = owner[y + 1, x]
    return owner
