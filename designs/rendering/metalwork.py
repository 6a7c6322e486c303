"""Metal lines and enamel areas: from flat colours to what is stamped."""

from dataclasses import dataclass, field

import numpy as np

from designs.rendering import corners, distances, geometry, lines, regions
from designs.rendering.arrays import Bytes2D, Field, Mask
from designs.rendering.compiled import kernel
from designs.rendering.pinart import FIRST_ENAMEL, METAL
from designs.rendering.rules import ProcessRules
from designs.rendering.silhouette import EDGE_SIGMA_MM

MOST_NOTES = 40
GRID_PX = 0.8


@dataclass(frozen=True)
class Mend:
    """A change that was made so that the pin can be struck, with its place in label-map pixels."""

    kind: str
    text: str
    at: tuple[float, float]
    box: tuple[float, float, float, float]


@dataclass
class Workpiece:
    """The state of a pin while it is worked on. Fields and masks are (height, width), lengths in pixels.

    `owner` is the index of the flat colour that each pixel would have without metal. `outline` and `art_depth` are
    signed distances to the edge of the pin and of the artwork, positive inside, smoothed. `closed_holes` are the holes of
    the artwork that the border has closed, with the diameters of the discs in them.
    """

    solid: Mask
    outline: Field
    art: Mask
    art_depth: Field
    ink: Mask
    owner: Bytes2D
    px_per_mm: float
    rules: ProcessRules
    border_px: float
    line_mm: float
    mends: list[Mend] = field(default_factory=list)
    closed_holes: list[tuple[geometry.Component, float]] = field(default_factory=list)

    def px(self, millimetres: float) -> float:
        """Millimetres in pixels."""
        return millimetres * self.px_per_mm

    def note(self, kind: str, text: str, parts: list[geometry.Component]) -> None:
        """Record one mend per part, the largest first; beyond `MOST_NOTES` one entry counts the rest."""
        ordered = sorted(parts, key=lambda part: -part.area)
        for part in ordered[:MOST_NOTES]:
            self.mends.append(Mend(kind, text, part.centre, part.box))
        rest = ordered[MOST_NOTES:]
        if rest:
            x0, y0 = min(p.box[0] for p in rest), min(p.box[1] for p in rest)
            x1, y1 = max(p.box[2] for p in rest), max(p.box[3] for p in rest)
            middle = ((x0 + x1) / 2, (y0 + y1) / 2)
            self.mends.append(Mend(kind, f"{text}; so were {len(rest)} smaller ones", middle, (x0, y0, x1, y1)))


def enamelled(piece: Workpiece, *, mend: bool) -> Bytes2D:
    """The label map of an enamelled (or struck) pin: 0 outside, 1 metal, 2.. the flat colours.

    A metal line of `line_mm` runs between any two colours, a rim along the outline, metal on the drawing's
    lines. With `mend`, lines too thin are thickened and areas too narrow or too small are closed.
    """
    solid = piece.solid
    coloured = np.asarray(piece.art & ~piece.ink, dtype=np.bool_)
    if not coloured.any():
        return np.asarray(solid * METAL, dtype=np.uint8)
    # A line is a little wider than asked for, so that one of the warn limit does not measure as under it on the grid.
    half_line, sigma = piece.px(piece.line_mm) / 2 + GRID_PX, piece.px(EDGE_SIGMA_MM)
    reach = half_line + geometry.SIGMAS * sigma + 1
    colour = distances.spread(piece.owner, coloured, reach)
    # A border between colours runs between the pixels on its two sides, half a pixel from the middle of each.
    away = distances.near(distances.edge_pixels(colour), reach) + np.float32(0.5)
    enamel = _enamel(
        geometry.smooth(away, sigma),
        half_line,
        piece.outline,
        piece.px(piece.rules.border_mm),
        piece.art_depth,
        _smooth_ink(piece),
        solid,
    )
    if mend:
        enamel = _closed_narrow(piece, enamel)
        enamel = _closed_small(piece, enamel)
        enamel = _thickened(piece, enamel)
    return _label_map(solid, enamel, colour)


@kernel
def _enamel(depth: Field, line: float, outline: Field, border: float, art_depth: Field, ink: Mask, solid: Mask) -> Mask:
    """Where enamel is filled: away from the borders between colours, from the outline and from the drawing's lines.

    Outside the artwork (border, bridges, plate, filled holes) all is metal.
    """
    out = np.empty(solid.shape, np.bool_)
    for y in range(solid.shape[0]):
        for x in range(solid.shape[1]):
            inside = solid[y, x] and not ink[y, x] and art_depth[y, x] > 0
            out[y, x] = inside and outline[y, x] > border and depth[y, x] > line
    return out


@kernel
def _label_map(solid: Mask, enamel: Mask, colour: Bytes2D) -> Bytes2D:
    out = np.zeros(solid.shape, np.uint8)
    for y in range(solid.shape[0]):
        for x in range(solid.shape[1]):
            if enamel[y, x]:
                out[y, x] = colour[y, x] + FIRST_ENAMEL
            elif solid[y, x]:
                out[y, x] = METAL
    return out


def printed(piece: Workpiece, *, spot: bool) -> Bytes2D:
    """The label map of a printed pin: metal rim, and one area (or one per spot colour) inside it."""
    inside = np.asarray(
        (piece.outline > piece.px(piece.rules.border_mm)) & piece.solid & (piece.art_depth > 0),
        dtype=np.bool_,
    )
    colour = piece.owner if spot else np.zeros_like(piece.owner)
    return _label_map(piece.solid, inside, colour)


def _smooth_ink(piece: Workpiece) -> Mask:
    """The drawing's own lines without the staircase of the pixel grid."""
    if not piece.ink.any():
        return piece.ink
    soft = geometry.smooth_bytes(geometry.as_bytes(piece.ink) * np.uint8(255), 0.7 * EDGE_SIGMA_MM * piece.px_per_mm)
    return np.asarray(soft >= 128, dtype=np.bool_)


def _closed_narrow(piece: Workpiece, enamel: Mask) -> Mask:
    """Fill with metal where enamel is narrower than the process can fill; corners are rounded by that too."""
    width = piece.rules.limit("enamel_width").block
    if width is None:
        return enamel
    swept = distances.opened(enamel, piece.px(width) / 2 + 0.6)
    found = regions.find(geometry.as_bytes(enamel & ~swept))
    worth = geometry.parts_of(found, found.area > piece.px(width) * piece.px(width))
    piece.note("closed", f"a gap narrower than {width:g} mm was closed with metal", worth)
    return swept


def _closed_small(piece: Workpiece, enamel: Mask) -> Mask:
    area = piece.rules.limit("enamel_area").block
    if area is None:
        return enamel
    found = regions.find(geometry.as_bytes(enamel))
    small = geometry.parts_of(found, found.area < area * piece.px_per_mm**2 * 1.02)
    if not small:
        return enamel
    piece.note("filled", f"an area smaller than {area:g} mm2 became metal", small)
    return np.asarray(enamel & ~geometry.chosen(found.numbers, small), dtype=np.bool_)


def _thickened(piece: Workpiece, enamel: Mask) -> Mask:
    """Widen metal that is thinner than the process can strike safely, where it would stand alone."""
    warn = piece.rules.limit("metal_width").warn
    if warn is None:
        return enamel
    target = piece.px(max(warn, min(piece.line_mm, warn + 0.1))) / 2 + GRID_PX
    metal = np.asarray(piece.solid & ~enamel, dtype=np.bool_)
    thin = np.asarray(metal & ~distances.opened(metal, target - GRID_PX), dtype=np.bool_)
    found = regions.find(geometry.as_bytes(thin))
    worth = geometry.parts_of(found, found.area > target * target)
    # Areas that meet corner to corner have metal around them and none between them.
    touching = corners.contacts(enamel)
    if not worth and not len(touching):
        return enamel
    depth = distances.near(~metal, target + 1)
    crest = np.asarray(geometry.chosen(found.numbers, worth) & lines.ridge(depth), dtype=np.bool_)
    crest |= corners.around(touching, crest.shape)
    piece.note("thickened", f"a metal line thinner than {warn:g} mm was made thicker", worth + corners.parts(touching))
    sigma = 0.5 * piece.px(EDGE_SIGMA_MM)
    away = distances.near(crest, target + geometry.SIGMAS * sigma + 1)
    wider = geometry.smooth(target - away, sigma)
    enamel = np.asarray(enamel & ~(wider > 0), dtype=np.bool_)
    return _closed_small(piece, distances.opened(enamel, 2.0))
