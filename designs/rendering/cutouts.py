"""The holes through a pin."""

import cv2
import numpy as np

from designs.rendering import discs
from designs.rendering.arrays import Mask
from designs.rendering.edges import Edges
from designs.rendering.pinart import Cutout

COARSE_PX = 96


def found(solid: Mask, outline: Edges, *, px_per_mm: float) -> tuple[Cutout, ...]:
    """The holes in a silhouette (height, width) whose edges are `outline`, from top to bottom."""
    return tuple(_cutout(solid, outline, int(loop), px_per_mm) for loop in np.nonzero(outline.areas < 0)[0])


def _cutout(solid: Mask, outline: Edges, loop: int, px_per_mm: float) -> Cutout:
    x0, y0, x1, y1 = (int(value) for value in outline.boxes[loop])
    step = -(-max(x1 - x0, y1 - y0) // COARSE_PX)
    sides = slice(int(outline.starts[loop]), int(outline.starts[loop + 1]))
    points = np.stack([outline.x[sides] - x0, outline.y[sides] - y0], axis=1) / step - 0.5
    own = np.zeros((-(-(y1 - y0) // step), -(-(x1 - x0) // step)), np.uint8)
    cv2.fillPoly(own, [np.rint(points).astype(np.int32)], (1,))
    # What is not solid within the hole's box may belong to another hole.
    hole = np.asarray(~solid[y0:y1:step, x0:x1:step] & (own > 0), dtype=np.bool_)
    near = (outline.x >= x0) & (outline.x <= x1) & (outline.y >= y0) & (outline.y <= y1)
    x, y, radius = discs.largest(hole, (outline.x[near] - x0, outline.y[near] - y0), pixel=step)
    return Cutout(
        x_mm=round((x0 + x) / px_per_mm, 3),
        y_mm=round((y0 + y) / px_per_mm, 3),
        across_mm=round(2 * radius / px_per_mm, 3),
        area_mm2=round((-float(outline.areas[loop]) - _islands(outline, loop, own, step)) / px_per_mm**2, 3),
    )


def _islands(outline: Edges, loop: int, own: np.ndarray, step: int) -> float:
    """The area in pixels of loose pieces that lie within a hole; `own` is the filled hole, every `step`th pixel."""
    x0, y0, x1, y1 = outline.boxes[loop]
    first = outline.starts[:-1]
    row, column = outline.row[first], outline.column[first]
    inside = (row > y0) & (row < y1 - 1) & (column > x0) & (column < x1 - 1)
    inside[loop] = False
    held = [n for n in np.nonzero(inside)[0] if own[(row[n] - y0) // step, (column[n] - x0) // step]]
    return float(outline.areas[held].sum())
