"""The outline of the pin: border, holes, loose pieces, bridges, plates, shapes."""

import cv2
import numpy as np

from designs.rendering import discs, distances, edges, geometry, regions
from designs.rendering.arrays import Field, Mask

CLOSED_GAP_MM = 0.15
BRIDGE_MM = 1.3
PLATE_MARGIN_MM = 0.9
MOST_BRIDGES = 60
EDGE_SIGMA_MM = 0.045
# Depths are known this much farther than they are compared.
FREE_PX = 6


def outline(art_depth: Field, *, border_px: float, px_per_mm: float, gap_mm: float) -> Field:
    """The pin's outline as a signed distance: the art widened by the border, with gaps of up to `gap_mm` closed.

    `art_depth` is the signed distance to the edge of the art, positive inside, smoothed, right within the border and
    the gap.
    """
    if gap_mm == 0:
        return art_depth + np.float32(border_px)
    gap = gap_mm / 2 * px_per_mm
    height, width = art_depth.shape
    # Gaps are closed at half resolution, a hair less than the border, so that only gaps differ from it.
    coarse = cv2.resize(art_depth, ((width + 1) // 2, (height + 1) // 2), interpolation=cv2.INTER_LINEAR)
    wide = np.asarray(coarse >= -(border_px + gap), dtype=np.bool_)
    closed = distances.near(~wide, (border_px + gap) / 2 + FREE_PX) * np.float32(2) - np.float32(gap + 1.75)
    closed = geometry.smooth(closed, EDGE_SIGMA_MM * px_per_mm / 2)
    closed = np.asarray(cv2.resize(closed, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
    return np.asarray(np.maximum(closed, art_depth + np.float32(border_px), out=closed), dtype=np.float32)


def closed_back(wide: Mask, gap: float) -> Mask:
    """A widened mask brought back by `gap` pixels; the frame of the picture is outside."""
    return np.asarray(geometry.inside_distance(wide) > gap, dtype=np.bool_)


def small_holes(solid: Mask, *, smallest_px: float) -> tuple[Mask, list[geometry.Component]]:
    """The holes in which no disc of `smallest_px` diameter fits: they are filled with metal."""
    numbers, parts = geometry.hole_parts(solid)
    small = []
    for part in parts:
        x0, y0, x1, y1 = part.box
        window = numbers[y0:y1, x0:x1] == part.number
        if 2 * geometry.deepest(np.asarray(window, dtype=np.bool_))[2] - 1 < smallest_px:
            small.append(part)
    return geometry.chosen(numbers, small), small


def closed_holes(art: Mask, outline: Field, *, smallest_px2: float) -> list[tuple[geometry.Component, float]]:
    """The holes of the art that are closed by the border around it, and the diameter in pixels of the disc in each.

    Those of less than `smallest_px2` are crumbs and not told.
    """
    numbers, parts = geometry.hole_parts(art)
    closed = []
    for part in parts:
        x0, y0, x1, y1 = part.box
        hole = np.asarray(numbers[y0:y1, x0:x1] == part.number, dtype=np.bool_)
        if part.area >= smallest_px2 and (outline[y0:y1, x0:x1][hole] > 0).all():
            edge = edges.traced(hole.view(np.uint8), first=1)
            closed.append((part, 2 * discs.largest(hole, (edge.x, edge.y))[2]))
    return closed


def without_crumbs(solid: Mask, *, smallest_px2: float) -> tuple[Mask, list[geometry.Component]]:
    """Drop pieces too small to be a pin or to carry a bridge; the largest piece always stays."""
    found = regions.find(geometry.as_bytes(solid))
    small = geometry.parts_of(found, found.area < min(smallest_px2, found.area.max(initial=0)))
    if not small:
        return solid, []
    return np.asarray(solid & ~geometry.chosen(found.numbers, small), dtype=np.bool_), small


def bridged(solid: Mask, *, px_per_mm: float) -> tuple[Mask, list[tuple[int, int]]]:
    """Join the pieces of a silhouette by straight bridges over the shortest gaps.

    Returns the joined mask and the middle (x, y) of each bridge.
    """
    joined = solid.copy()
    middles: list[tuple[int, int]] = []
    for _ in range(MOST_BRIDGES):
        numbers, parts = geometry.components(joined)
        if len(parts) < 2:
            break
        largest = max(parts, key=lambda part: part.area).number
        main = np.asarray(numbers == largest, dtype=np.bool_)
        away = geometry.outside_distance(main)
        others = joined & ~main
        away_there = np.where(others, away, np.float32(np.inf))
        y1, x1 = np.unravel_index(int(np.argmin(away_there)), away_there.shape)
        ys, xs = np.nonzero(main)
        near = int(np.argmin((xs - x1) ** 2 + (ys - y1) ** 2))
        start, end = (int(xs[near]), int(ys[near])), (int(x1), int(y1))
        canvas = geometry.as_bytes(joined).copy()
        cv2.line(
            canvas,
            *_lengthened(start, end, 0.6 * px_per_mm),
            color=(1,),
            thickness=round(BRIDGE_MM * px_per_mm),
        )
        joined = np.asarray(canvas > 0, dtype=np.bool_)
        middles.append(((start[0] + end[0]) // 2, (start[1] + end[1]) // 2))
    return joined, middles


def _lengthened(start: tuple[int, int], end: tuple[int, int], by: float) -> tuple[tuple[int, int], tuple[int, int]]:
    """Both ends of a bridge pushed into the pieces that it joins."""
    away = np.array(end, dtype=np.float64) - start
    step = away / max(1.0, float(np.hypot(*away))) * by
    first, last = np.rint(start - step).astype(int), np.rint(end + step).astype(int)
    return (int(first[0]), int(first[1])), (int(last[0]), int(last[1]))


def plated(solid: Mask, *, px_per_mm: float) -> Mask:
    """One back plate under all pieces: the silhouette closed with ever larger discs until it is one piece."""
    pad = round(12 * px_per_mm)
    wide = np.pad(solid, pad)
    away = geometry.outside_distance(wide)
    for millimetres in (1.5, 2.5, 4.0, 6.0, 9.0):
        reach = millimetres * px_per_mm
        plate = closed_back(np.asarray(away <= reach, dtype=np.bool_), reach) | wide
        plate = plate | geometry.holes(plate)
        if len(geometry.components(plate)[1]) == 1:
            return np.asarray(plate[pad:-pad, pad:-pad], dtype=np.bool_)
    points = np.argwhere(solid)[:, ::-1].astype(np.int32)
    canvas = np.zeros(solid.shape, np.uint8)
    cv2.fillConvexPoly(canvas, cv2.convexHull(points), (1,))
    return np.asarray(canvas > 0, dtype=np.bool_)


def shape_mask(shape: str, height: int, width: int) -> Mask:
    """A circle, shield or rounded square that fills a picture of this size as far as it fits."""
    side = min(height, width)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v = (x + 0.5 - width / 2) / (side / 2), (y + 0.5 - height / 2) / (side / 2)
    if shape == "circle":
        inside = u**2 + v**2 <= 1
    elif shape == "shield":
        inside = _shield(u, v)
    else:
        half_w, half_h, corner = width / side, height / side, 0.22
        dx = np.maximum(np.abs(u) - (half_w - corner), 0)
        dy = np.maximum(np.abs(v) - (half_h - corner), 0)
        inside = np.hypot(dx, dy) <= corner
    return np.asarray(inside, dtype=np.bool_)


def _shield(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """A heater shield: straight top, sides that curve together to a point."""
    half = np.where(v < -0.1, 0.86, 0.86 * np.sqrt(np.clip(1 - ((v + 0.1) / 1.1) ** 2, 0, 1)))
    return np.asarray((np.abs(u) <= half) & (v >= -1) & (v <= 1))
