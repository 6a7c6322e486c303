"""The largest disc that fits into an area."""

import numpy as np

from designs.rendering import geometry
from designs.rendering.arrays import Mask
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
    step, left = pixel, MOST_STEPS
    while step >= FINEST_STEP_PX:
        around = np.array([(x + dx * step, y + dy * step) for dy in (-1, 0, 1) for dx in (-1, 0, 1)])
        clear = np.hypot(edge_x - around[:, :1], edge_y - around[:, 1:]).min(axis=1)
        clear[[not _within(area, px / pixel, py / pixel) for px, py in around]] = 0
        best = int(np.argmax(clear))
        if clear[best] > radius and left:
            (x, y), radius, left = around[best], float(clear[best]), left - 1
        else:
            step, left = step / 2, 2
    away = np.hypot(edge_x - x, edge_y - y)
    # The edge is uneven by a fraction of a pixel; what counts is where it is on average.
    return float(x), float(y), float(away[away < radius + UNEVEN_PX].mean())


def _within(area: Mask, column: float, row: float) -> bool:
    return 0 <= column < area.shape[1] and 0 <= row < area.shape[0] and bool(area[int(row), int(column)])
