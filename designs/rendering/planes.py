"""What a pin in relief or in two metals needs beside its label map: how high its metal is, and where the second metal goes."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from designs.rendering import distances, geometry
from designs.rendering.arrays import Bytes2D, Field, Mask
from designs.rendering.pinart import FIRST_ENAMEL, METAL, OUTSIDE, PinArt
from designs.rendering.posts import RECESS_MM

STRUCK, CAST = "die_struck", "cast_3d"
# How far the second metal reaches from the outline inwards, where it goes on the rim.
RIM_MM = 0.62
# Each area of a cast pin swells from its edges to this height, two thirds of it within so many mm, and its top is soft.
SWELL_MM, SWELL_WITHIN_MM, SOFT_MM = 0.8, 1.1, 0.30
_COARSE_PX_PER_MM = 8
_FAR = 4  # as many times `SWELL_WITHIN_MM` from its edge an area has its height


@dataclass(frozen=True)
class Relief:
    """Heights of metal: `levels` is uint8 (height, width), 0 outside the pin; 1 is the ground, each more `mm_per_level`."""

    levels: Bytes2D = field(repr=False)
    mm_per_level: float


def relief(art: PinArt) -> Relief | None:
    """The heights of a struck or cast pin; None where the process makes none."""
    if art.process == STRUCK:
        high, height_mm = np.asarray(art.labels == METAL, dtype=np.float32), RECESS_MM
    elif art.process == CAST:
        high, height_mm = _swell(art) / np.float32(SWELL_MM), SWELL_MM
    else:
        return None
    levels = np.rint(1 + high * 254).astype(np.uint8)
    levels[art.labels == OUTSIDE] = 0
    return Relief(levels, height_mm / 254)


def swell(depth_mm: Field) -> Field:
    """How high a cast area is, in mm, by the distance to its edge."""
    return np.asarray(SWELL_MM * (1 - np.exp(-np.maximum(depth_mm, 0) / np.float32(SWELL_WITHIN_MM))), dtype=np.float32)


def second_metal(art: PinArt) -> Mask:
    """Where the second of two platings goes: on the ground of a struck or cast pin, else on the rim."""
    if art.process in {STRUCK, CAST}:
        return np.asarray(art.labels >= FIRST_ENAMEL, dtype=np.bool_)
    inner = distances.eroded(np.asarray(art.labels != OUTSIDE, dtype=np.bool_), RIM_MM * art.px_per_mm)
    return np.asarray((art.labels == METAL) & ~inner, dtype=np.bool_)


def _swell(art: PinArt) -> Field:
    """The relief of a cast pin in mm (height, width), worked out on a coarse grid: nothing of it is sharp."""
    step = max(1, round(art.px_per_mm / _COARSE_PX_PER_MM))
    scale = art.px_per_mm / step
    areas = np.ascontiguousarray(art.labels[step // 2 :: step, step // 2 :: step] >= FIRST_ENAMEL)
    depth = distances.inside(areas, _FAR * SWELL_WITHIN_MM * scale) / np.float32(scale)
    high = geometry.smooth(swell(depth), SOFT_MM * scale)
    height, width = art.labels.shape
    return np.asarray(cv2.resize(high, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
