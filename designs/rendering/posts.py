"""Thickness, weight and posts of a pin."""

from dataclasses import dataclass

import numpy as np

from designs.rendering import geometry
from designs.rendering.arrays import Field, Mask
from designs.rendering.pinart import Post

IRON_G_PER_MM3 = 0.00787
ENAMEL_G_PER_MM3 = 0.0013
RECESS_MM = 0.45
POST_G = 0.16
EDGE_MM = 5.5


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
    """One post up to 30 mm and an aspect of 1.8 and 8 g, two beyond, three from 65 mm."""
    longest, shortest = max(width_mm, height_mm), min(width_mm, height_mm)
    if longest >= 65:
        return 3
    return 2 if longest > 30 or longest > 1.8 * shortest or grams > 8 else 1


def place(solid: Mask, *, px_per_mm: float, count: int, grams: float) -> tuple[Post, ...]:
    """Posts inside the silhouette, at least 5.5 mm from its edge where it is wide enough.

    One post sits near the middle, a little high, so that the pin hangs upright; two or three share a line
    across the longer side, or along the middle of tall pins.
    """
    depth = geometry.inside_distance(solid) / px_per_mm
    height, width = solid.shape
    diameter = 0.8 if grams < 4 and max(width, height) / px_per_mm <= 20 else 1.0
    shares = {1: (0.5,), 2: (0.27, 0.73), 3: (0.2, 0.5, 0.8)}[count]
    spots = [(0.5, share) if height > 1.4 * width else (share, 0.45) for share in shares]
    if count == 1:
        spots = [(0.5, 0.45)]
    posts = [_best_spot(depth, (x * width, y * height), px_per_mm, count) for x, y in spots]
    return tuple(
        Post(x_mm=round(x / px_per_mm, 3), y_mm=round(y / px_per_mm, 3), diameter_mm=diameter) for x, y in posts
    )


def _best_spot(depth: Field, wish: tuple[float, float], px_per_mm: float, count: int) -> tuple[int, int]:
    """The pixel nearest to the wish that is deep enough; else the deepest there is near it."""
    y, x = np.mgrid[0 : depth.shape[0], 0 : depth.shape[1]].astype(np.float32)
    away = np.hypot(x - wish[0], y - wish[1]) / px_per_mm
    reach = max(depth.shape) / px_per_mm / (2.0 if count == 1 else 2.6 * count / 2)
    score = np.minimum(depth, EDGE_MM) * 3 - away - np.where(away > reach, 1e3, 0) - np.where(depth <= 0, 1e6, 0)
    row, column = np.unravel_index(int(np.argmax(score)), score.shape)
    return int(column), int(row)
