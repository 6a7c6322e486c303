"""How wide the parts of a map are, measured across between facing edges."""

from dataclasses import dataclass

import numpy as np

from designs.rendering import geometry
from designs.rendering.arrays import Bytes2D, Ints
from designs.rendering.compiled import kernel
from designs.rendering.edges import Edges, Numbers, Reals

BLUNT = 0.5
STEP = 65536


@dataclass(frozen=True, eq=False)
class Spans:
    """The width of the region at each side of its edges.

    `width` in pixels, infinite where no other edge faces this one within reach; `facing` the number of the side
    across, -1 where there is none.
    """

    edges: Edges
    width: Reals
    facing: Numbers


def spans(edges: Edges, cells: Bytes2D, *, reach: dict[int, float]) -> Spans:
    """The widths at all edges of a map, up to `reach` pixels (by the region's value; others are not measured).

    Two edges face each other where they close an angle of less than 60 degrees; the width is that of the disc
    that touches both.
    """
    most = np.zeros(256)
    most[list(reach)] = list(reach.values())
    width, facing = np.empty(len(edges)), np.empty(len(edges), np.int32)
    where = (edges.row, edges.column, edges.loop, edges.starts, edges.sides)
    _crossed(geometry.framed(cells, 1, 0), most, where, (edges.x, edges.y, edges.nx, edges.ny), (width, facing))
    return Spans(edges, _averaged(width, edges.starts), facing)


@kernel
def _exit(
    flat: Bytes2D, across: int, value: int, ray: tuple[float, float, float, float], most: float
) -> tuple[int, int]:
    """The last pixel (row, column) of a value on a ray (x, y, dx, dy); -1, -1 where it runs on beyond `most`.

    `flat` is a framed map row by row, `across` its width.
    """
    # In whole numbers of which 65536 are a pixel: these become rows and columns quickly.
    dx, dy = int(ray[2] * STEP), int(ray[3] * STEP)
    x, y = int((ray[0] + 1) * STEP) + dx // 2, int((ray[1] + 1) * STEP) + dy // 2
    last = -1
    for n in range(int(most + 0.5)):
        at = (y >> 16) * across + (x >> 16)
        if flat[at] == value:
            last = at
        elif last >= 0 or n > 1:
            break
        x, y = x + dx, y + dy
    else:
        return -1, -1
    return (last // across - 1, last % across - 1) if last >= 0 else (-1, -1)


@kernel
def _side_near(cells: Bytes2D, sides: Ints, row: int, column: int) -> int:
    """A side of a pixel or of one around it that has the same value, -1 where none has one."""
    if row < 0:
        return -1
    if sides[row, column]:
        return int(sides[row, column] - 1)
    for y in range(max(0, row - 1), min(sides.shape[0], row + 2)):
        for x in range(max(0, column - 1), min(sides.shape[1], column + 2)):
            if sides[y, x] and cells[y + 1, x + 1] == cells[row + 1, column + 1]:
                return int(sides[y, x] - 1)
    return -1


@kernel
def _ball(i: int, k: int, curve: tuple[Reals, Reals, Reals, Reals]) -> float:
    """The diameter of the disc that touches the edge at side i and passes through side k."""
    x, y, nx, ny = curve
    dx, dy = x[k] - x[i], y[k] - y[i]
    inward = dx * nx[i] + dy * ny[i]
    return (dx * dx + dy * dy) / inward if inward > 0 else np.inf


@kernel
def _across(i: int, near: int, curve: tuple[Reals, Reals, Reals, Reals], first: int, end: int) -> tuple[float, int]:
    """The largest disc that touches the edge at side i and stays within the loop first..end, and where it touches.

    The search walks along the loop from `near` for as long as the disc becomes smaller.
    """
    _, _, nx, ny = curve
    best, k = _ball(i, near, curve), near
    moved = True
    while moved:
        moved, middle = False, k
        for step in range(-3, 4):
            other = first + (middle - first + step) % (end - first)
            size = _ball(i, other, curve)
            if size < best:
                best, k, moved = size, other, True
    facing = -(nx[i] * nx[k] + ny[i] * ny[k])
    return (np.inf if facing < BLUNT else best), k


@kernel
def _crossed(
    cells: Bytes2D,
    most: Reals,
    where: tuple[Numbers, Numbers, Numbers, Numbers, Ints],
    curve: tuple[Reals, Reals, Reals, Reals],
    out: tuple[Reals, Numbers],
) -> None:
    """Cast a ray from every side into its region."""
    rows, columns, loop, starts, sides = where
    x, y, nx, ny = curve
    (width, facing), flat = out, cells.ravel()
    for i in range(len(x)):
        width[i], facing[i] = np.inf, -1
        value = cells[rows[i] + 1, columns[i] + 1]
        if most[value] <= 0:
            continue
        row, column = _exit(flat, cells.shape[1], value, (x[i], y[i], nx[i], ny[i]), most[value])
        near = _side_near(cells, sides, row, column)
        if near >= 0:
            other = loop[near]
            width[i], facing[i] = _across(i, near, curve, starts[other], starts[other + 1])


@kernel
def _averaged(width: Reals, starts: Numbers) -> Reals:
    """Each width with those of its neighbours in the loop, where they have one."""
    smooth = width.copy()
    for n in range(len(starts) - 1):
        start, count = starts[n], starts[n + 1] - starts[n]
        reach = min(3, count // 8)
        for i in range(count):
            if width[start + i] == np.inf:
                continue
            total, found = 0.0, 0
            for j in range(-reach, reach + 1):
                value = width[start + (i + j) % count]
                if value < np.inf:
                    total += value
                    found += 1
            smooth[start + i] = total / found
    return smooth
