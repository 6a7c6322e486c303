"""Metal lines and enamel areas: from flat colours to what is stamped."""

from dataclasses import dataclass, field

import numpy as np

from designs.rendering import geometry, lines
from designs.rendering.arrays import Bytes2D, Field, Mask
from designs.rendering.pinart import FIRST_ENAMEL, METAL, OUTSIDE
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

    `owner` is the index of the flat colour that each pixel would have without metal.
    """

    solid: Mask
    outline: Field
    art: Mask
    ink: Mask
    owner: Bytes2D
    px_per_mm: float
    rules: ProcessRules
    border_px: float
    line_mm: float
    mends: list[Mend] = field(default_factory=list)

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
    if not (piece.art & ~piece.ink).any():
        return np.asarray(solid * METAL, dtype=np.uint8)
    depth, colour = _partition_depth(piece)
    # A little more, so that a line of the warn limit does not measure as under it on the pixel grid.
    metal = np.maximum(piece.px(piece.line_mm) / 2 + GRID_PX - depth, piece.px(piece.rules.border_mm) - piece.outline)
    metal = np.maximum(metal, _ink_field(piece))
    metal = np.maximum(metal, -_art_field(piece))
    enamel = np.asarray((metal < 0) & solid, dtype=np.bool_)
    if mend:
        enamel = _closed_narrow(piece, enamel)
        enamel = _closed_small(piece, enamel)
        enamel = _thickened(piece, enamel)
    return np.where(enamel, colour + FIRST_ENAMEL, np.where(solid, METAL, OUTSIDE)).astype(np.uint8)


def printed(piece: Workpiece, *, spot: bool) -> Bytes2D:
    """The label map of a printed pin: metal rim, and one area (or one per spot colour) inside it."""
    inside = np.asarray(
        (piece.outline > piece.px(piece.rules.border_mm)) & piece.solid & (_art_field(piece) > 0),
        dtype=np.bool_,
    )
    colour = piece.owner if spot else np.zeros_like(piece.owner)
    return np.where(inside, colour + FIRST_ENAMEL, np.where(piece.solid, METAL, OUTSIDE)).astype(np.uint8)


def _partition_depth(piece: Workpiece) -> tuple[Field, Bytes2D]:
    """Distance of each pixel to the nearest other colour, and the colour that it has after smoothing."""
    colour = geometry.spread(piece.owner, np.asarray(piece.art & ~piece.ink, dtype=np.bool_))
    best = np.full(colour.shape, -np.inf, dtype=np.float32)
    found = colour.copy()
    sigma = EDGE_SIGMA_MM * piece.px_per_mm
    for n in np.unique(colour):
        # Only near its own pixels can a colour be the deepest one.
        window = _window(np.asarray(colour == n, dtype=np.bool_), reach=round(4 * sigma) + 4)
        mask = np.asarray(colour[window] == n, dtype=np.bool_)
        far = np.full(mask.shape, np.float32(max(mask.shape)), np.float32)
        depth = geometry.smooth(far, sigma) if mask.all() else geometry.signed_distance(mask, sigma)
        better = depth > best[window]
        best[window][better] = depth[better]
        found[window][better] = n
    return best, found


def _window(mask: Mask, reach: int) -> tuple[slice, slice]:
    """The box of a mask, widened by `reach` pixels, as slices."""
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    return (
        slice(max(0, int(rows[0]) - reach), int(rows[-1]) + 1 + reach),
        slice(max(0, int(columns[0]) - reach), int(columns[-1]) + 1 + reach),
    )


def _art_field(piece: Workpiece) -> Field:
    """Signed distance to the edge of the artwork; outside it (border, bridges, plate, filled holes) is metal."""
    return geometry.signed_distance(piece.art, EDGE_SIGMA_MM * piece.px_per_mm)


def _ink_field(piece: Workpiece) -> Field:
    if not piece.ink.any():
        return np.full(piece.ink.shape, -np.inf, dtype=np.float32)
    return geometry.signed_distance(piece.ink, 0.7 * EDGE_SIGMA_MM * piece.px_per_mm)


def _closed_narrow(piece: Workpiece, enamel: Mask) -> Mask:
    """Fill with metal where enamel is narrower than the process can fill; corners are rounded by that too."""
    width = piece.rules.limit("enamel_width").block
    if width is None:
        return enamel
    swept = geometry.opened(enamel, piece.px(width) / 2 + 0.6)
    numbers, parts = geometry.components(np.asarray(enamel & ~swept, dtype=np.bool_))
    worth = [part for part in parts if part.area > piece.px(width) * piece.px(width)]
    piece.note("closed", f"a gap narrower than {width:g} mm was closed with metal", worth)
    del numbers
    return swept


def _closed_small(piece: Workpiece, enamel: Mask) -> Mask:
    area = piece.rules.limit("enamel_area").block
    if area is None:
        return enamel
    numbers, parts = geometry.components(enamel)
    small = [part for part in parts if part.area < area * piece.px_per_mm**2 * 1.02]
    piece.note("filled", f"an area smaller than {area:g} mm2 became metal", small)
    return np.asarray(enamel & ~geometry.chosen(numbers, small), dtype=np.bool_)


def _thickened(piece: Workpiece, enamel: Mask) -> Mask:
    """Widen metal that is thinner than the process can strike safely, where it would stand alone."""
    warn = piece.rules.limit("metal_width").warn
    if warn is None:
        return enamel
    target = piece.px(max(warn, min(piece.line_mm, warn + 0.1))) / 2 + GRID_PX
    metal = np.asarray(piece.solid & ~enamel, dtype=np.bool_)
    depth = geometry.inside_distance(metal)
    thin = metal & ~geometry.opened(metal, target - GRID_PX)
    numbers, parts = geometry.components(thin)
    worth = [part for part in parts if part.area > target * target]
    if not worth:
        return enamel
    crest = geometry.chosen(numbers, worth) & lines.ridge(depth)
    piece.note("thickened", f"a metal line thinner than {warn:g} mm was made thicker", worth)
    wider = geometry.smooth(target - geometry.outside_distance(crest), 0.5 * EDGE_SIGMA_MM * piece.px_per_mm)
    enamel = np.asarray(enamel & ~(wider > 0), dtype=np.bool_)
    kept = geometry.opened(enamel, 2.0)
    return _closed_small(piece, kept)
