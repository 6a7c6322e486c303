"""The largest disc that fits into an area."""

import numpy as np

from designs.rendering import geometry
from designs.rendering.arrays import Mask, Number
from designs.rendering.compiled import kernel
from designs.rendering.edges import Reals

FINEST_STEP_PX = 0.25
MOST_STEPS = 4
UNEVEN_PX = 0.5

Disc = tuple[float, float, float]


def largest(area: Mask, edge: tuple[Reals, Reals], *, pixel: float = 1.0) -> Disc:
    """The middle (x, y) and radius of the largest disc in an area, from the left top corner of its mask.

    A mask's pixel is `pixel` wide; `edge` holds x and y of points on the area's edge, close together. The middle
    of the deepest pixel is moved, at most `MOST_STEPS` pixels far, until the edge is as far away as it can be.
    """
    depth = geometry.inside_distance(area)
    row, column = np.unravel_index(int(np.argmax(depth)), depth.shape)
    x, y = (int(column) + 0.5) * pixel, (int(row) + 0.5) * pixel
    away = np.hypot(edge[0] - x, edge[1] - y)
    radius = float(away.min())
    near = away <= radius + 2 * MOST_STEPS * pixel
    edge_x, edge_y = edge[0][near], edge[1][near]
    x, y, radius = _moved(np.ascontiguousarray(area), float(pixel), edge_x, edge_y, (x, y, radius))
    away = np.hypot(edge_x - x, edge_y - y)
    # The edge is uneven by a fraction of a pixel; what counts is where it is on average.
    return x, y, float(away[away < radius + UNEVEN_PX].mean())


@kernel
def _moved(area: Mask, pixel: float, edge_x: Reals, edge_y: Reals, disc: Disc) -> Disc:
    """The disc at the best of the eight places around, by ever smaller steps."""
    x, y, radius = disc
    step, left = pixel, MOST_STEPS
    while step >= FINEST_STEP_PX:
        best_x, best_y, best = x, y, 0.0
        for n in range(9):
            px, py = x + (n % 3 - 1) * step, y + (n // 3 - 1) * step
            clear = _clear(edge_x, edge_y, px, py) if _within(area, px / pixel, py / pixel) else 0.0
            if clear > best:
                best_x, best_y, best = px, py, clear
        if best > radius and left:
            x, y, radius, left = best_x, best_y, best, left - 1
        else:
            step, left = step / 2, 2
    return x, y, radius


@kernel
def _clear(edge_x: Reals, edge_y: Reals, x: Number, y: Number) -> Number:
    """How far the nearest point of the edge is."""
    nearest = np.inf
    for n in range(len(edge_x)):
        nearest = min(nearest, (edge_x[n] - x) ** 2 + (edge_y[n] - y) ** 2)
    return np.sqrt(nearest)


@kernel
def _within(area: Mask, column: Number, row: Number) -> bool:
    return 0 <= column < area.shape[1] and 0 <= row < area.shape[0] and bool(area[int(row), int(column)])
