"""Thickness, weight and posts of a pin."""

from dataclasses import dataclass

import numpy as np

from designs.rendering import distances
from designs.rendering.arrays import Mask
from designs.rendering.pinart import Post

IRON_G_PER_MM3 = 0.00787
ENAMEL_G_PER_MM3 = 0.0013
RECESS_MM = 0.45
POST_G = 0.16
EDGE_MM = 5.5
APART_MM = 11.0
COARSE_PX = 4
ROOM_WEIGHT = 3.0
ALONG_FROM = 1.4
_ALONG = {1: (0.45,), 2: (0.27, 0.73), 3: (0.2, 0.5, 0.8), 4: (0.14, 0.38, 0.62, 0.86)}
_SPREAD = {
    1: ((0.5, 0.45),),
    2: ((0.27, 0.45), (0.73, 0.45)),
    3: ((0.25, 0.4), (0.75, 0.4), (0.5, 0.75)),
    4: ((0.27, 0.3), (0.73, 0.3), (0.27, 0.7), (0.73, 0.7)),
}


def thickness_mm(longest_mm: float) -> float:
    """1.2 mm up to 32 mm, 1.5 mm up to 45 mm, 2.0 mm above."""
    if longest_mm <= 32:
        return 1.2
    return 1.5 if longest_mm <= 45 else 2.0


@dataclass(frozen=True)
class Scales:
    """What an iron pin's weight depends on; its enamel areas are recessed by 0.45 mm and filled."""

    solid_mm2: float
    enamel_mm2: float
    thickness_mm: float

    def grams(self, *, post_count: int) -> float:
        """The weight of the pin with its posts, without clutches."""
        enamel = self.enamel_mm2 * RECESS_MM
        iron = self.solid_mm2 * self.thickness_mm - enamel
        return round(iron * IRON_G_PER_MM3 + enamel * ENAMEL_G_PER_MM3 + post_count * POST_G, 2)


def post_count(*, width_mm: float, height_mm: float, grams: float) -> int:
    """One post up to 30 mm and an aspect of 1.8 and 8 g, two beyond, three from 65 mm, four from 75 mm."""
    longest, shortest = max(width_mm, height_mm), min(width_mm, height_mm)
    if longest >= 65:
        return 4 if longest >= 75 else 3
    return 2 if longest > 30 or longest > 1.8 * shortest or grams > 8 else 1


def place(solid: Mask, *, px_per_mm: float, count: int, grams: float) -> tuple[Post, ...]:
    """Posts inside the silhouette, at least 5.5 mm from its edge and 11 mm apart where there is room.

    One post sits near the middle, a little high, so that the pin hangs upright; more of them spread over the pin,
    along the longer side of a long one.
    """
    middle = COARSE_PX // 2
    coarse = np.ascontiguousarray(solid[middle::COARSE_PX, middle::COARSE_PX])
    if not coarse.any():
        coarse, middle, step = solid, 0, 1
    else:
        step = COARSE_PX
    scale = step / px_per_mm
    room = np.minimum(distances.inside(coarse, EDGE_MM / scale) * scale, EDGE_MM) * ROOM_WEIGHT
    room[~coarse] = -np.inf
    height, width = (side / px_per_mm for side in solid.shape)
    y, x = (np.arange(n, dtype=np.float32) * scale + (middle + 0.5) / px_per_mm for n in coarse.shape)
    diameter = 0.8 if grams < 4 and max(width, height) <= 20 else 1.0
    found: list[Post] = []
    for across, down in _wishes(width, height, count):
        score = room - np.hypot(x[None] - across, y[:, None] - down)
        for other in found:
            near = APART_MM - np.hypot(x[None] - other.x_mm, y[:, None] - other.y_mm)
            score -= ROOM_WEIGHT * np.maximum(near, 0)
        row, column = np.unravel_index(int(np.argmax(score)), score.shape)
        found.append(Post(round(float(x[column]), 3), round(float(y[row]), 3), diameter))
    return tuple(found)


def _wishes(width: float, height: float, count: int) -> list[tuple[float, float]]:
    """Where posts would be on a pin without gaps, in mm."""
    if height > ALONG_FROM * width:
        return [(0.5 * width, share * height) for share in _ALONG[count]]
    if width > ALONG_FROM * height:
        return [(share * width, 0.45 * height) for share in _ALONG[count]]
    return [(across * width, down * height) for across, down in _SPREAD[count]]
