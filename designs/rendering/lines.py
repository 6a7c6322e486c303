"""Which dark parts of an artwork are drawing lines, to become raised metal."""

import cv2
import numpy as np
import numpy.typing as npt

from designs.rendering import colours, distances, geometry, regions
from designs.rendering.arrays import Bytes2D, Field, Mask

DARKEST_LIGHTNESS = 0.34
MOST_CHROMA = 0.06
ENAMEL_FROM_MM2 = 4.0
LINES_FROM_SHARE = 0.35
OUTLINED_FROM_SHARE = 0.85
WIDEST_MM = 1.3


def drawing_lines(labels: Bytes2D, srgb: npt.NDArray[np.float64], art: Mask, *, px_per_mm: float, choice: str) -> Mask:
    """The pixels that act as drawing lines; `choice` is `auto`, `metal` (all dark parts) or `enamel` (none).

    A line is a dark neutral part no wider than 1.7 times the usual width of the dark strokes, within
    0.75 to 1.3 mm; dark parts wider than that stay enamel where they have at least 4 mm2.
    """
    nothing = np.zeros(art.shape, dtype=np.bool_)
    if choice == "enamel":
        return nothing
    values = colours.oklab(srgb)
    dark = (values[:, 0] < DARKEST_LIGHTNESS) & (np.hypot(values[:, 1], values[:, 2]) < MOST_CHROMA)
    ink = np.asarray((geometry.looked_up(dark, labels) > 0) & art, dtype=np.bool_)
    if choice == "metal" or not ink.any():
        return ink
    thick = _thick_parts(ink, px_per_mm)
    thin = ink & ~thick
    if np.count_nonzero(ink) == np.count_nonzero(art):
        # One dark mark and nothing else: it is the picture, not its lines.
        return nothing if thick.any() else ink
    return thin if np.count_nonzero(thin) >= LINES_FROM_SHARE * np.count_nonzero(ink) else nothing


def hold_the_edge(ink: Mask, art: Mask) -> bool:
    """Whether the drawing's own lines run along nearly all of the art's edge, as an outline does."""
    edge = np.asarray(art & ~distances.eroded(art, 3.5), dtype=np.bool_)
    return bool(np.count_nonzero(edge & ink) > OUTLINED_FROM_SHARE * np.count_nonzero(edge))


def _thick_parts(ink: Mask, px_per_mm: float) -> Mask:
    reach = WIDEST_MM * px_per_mm
    depth = distances.near(~ink, reach)
    crest = depth[ridge(depth) & (depth < reach)]
    usual = 2 * float(np.median(crest)) / px_per_mm if crest.size else 0.0
    widest = float(np.clip(1.7 * usual, 0.75, WIDEST_MM))
    core = np.asarray(depth > widest * px_per_mm / 2, dtype=np.bool_)
    thick = distances.dilated(core, widest * px_per_mm / 2 + 0.5) & ink
    found = regions.find(geometry.as_bytes(np.asarray(thick, dtype=np.bool_)))
    # Where two strokes meet, the ink is a little wider than a stroke, and still no area.
    deep = np.bincount(found.numbers[depth > 1.45 * widest * px_per_mm / 2], minlength=len(found.area) + 1)[1:] > 0
    large = geometry.parts_of(found, deep & (found.area >= ENAMEL_FROM_MM2 * px_per_mm**2))
    return geometry.chosen(found.numbers, large)


def ridge(depth: Field) -> Mask:
    """The crest of a distance field: pixels that no neighbour exceeds by more than half a pixel."""
    highest = cv2.dilate(depth, np.ones((3, 3), np.uint8))
    return np.asarray((depth >= highest - 0.5) & (depth > 0), dtype=np.bool_)
