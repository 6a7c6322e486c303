"""The pipeline: an uploaded artwork becomes a `PinArt`."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from designs.rendering import artwork as artworks
from designs.rendering import (
    chosen,
    colours,
    distances,
    geometry,
    labels,
    layout,
    lines,
    metalwork,
    regions,
    silhouette,
)
from designs.rendering.arrays import Bytes2D
from designs.rendering.findings import Finding, check
from designs.rendering.finishing import Struck, finished
from designs.rendering.options import FlattenOptions
from designs.rendering.palette import HousePalette
from designs.rendering.pinart import FIRST_ENAMEL, PinArt
from designs.rendering.rules import ProcessRules, Rules

CRUMB_MM2 = 0.05
OUTLINED_BORDER_MM = 0.15

STAGES = ("reading", "outline", "colours", "metal", "checking")

Place = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Change:
    """A change made so that the pin can be struck: kind, sentence, place and box in mm."""

    kind: str
    text: str
    at_mm: Place
    box_mm: Box


@dataclass(frozen=True)
class Flattened:
    """The outcome of `flatten`: the pin, what was changed in it, notes for the customer, the report.

    `timings_ms` is wall time per stage and the only part that differs between runs.
    """

    pin_art: PinArt
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]
    timings_ms: dict[str, float] = field(compare=False)


class _Clock:
    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = round((now - self._last) * 1000, 2)
        self._last = now


def _tell_nobody(_stage: str) -> None:
    return


def flatten(
    data: bytes,
    *,
    options: FlattenOptions,
    rules: Rules,
    palette: HousePalette,
    tell: Callable[[str], None] = _tell_nobody,
) -> Flattened:
    """Turn the bytes of an artwork into a pin.

    The same bytes and arguments give the same pin and report in every process. `tell` is called as each of `STAGES`
    begins. Raises an `ArtworkError` for what cannot be read, ValueError for an unknown process.
    """
    clock = _Clock()
    process = rules.process(options.process)
    tell("reading")
    artwork = artworks.decode(data, px=layout.art_px(options.size_mm, layout.margin_mm(options, process)))
    clock.lap("decode")
    tell("outline")
    canvas = layout.laid_out(artwork, options, process)
    clock.lap("background")
    tell("colours")
    part = labels.partition(
        canvas.rgb,
        canvas.art,
        px_per_mm=canvas.px_per_mm,
        noise=canvas.noise,
        enlarged=canvas.enlarged,
        most=options.max_colours,
    )
    part = chosen.merged(part, options.merges)
    canvas = chosen.cut_out(canvas, part, options.cutouts)
    clock.lap("colours")
    tell("metal")
    parts = labels.parts(part.labels, canvas.art)
    piece = _workpiece(canvas, part, parts, options, process)
    clock.lap("outline")
    label_map = _struck(piece, options, process)
    clock.lap("metalwork")
    struck = Struck(canvas, part, parts, piece, label_map, options)
    lost = _lost_colours(struck) if process.fill == "enamel" else ()
    pin, origin, outline = finished(struck, palette)
    clock.lap("finish")
    tell("checking")
    findings = tuple(check(pin, process=options.process, rules=rules, outline=outline))
    clock.lap("report")
    merged = tuple(f"The colour {small} was merged into {big}." for small, big in part.merged)
    return Flattened(
        pin_art=pin,
        changes=_changes(piece, origin, pin.px_per_mm),
        notes=(*artwork.notes, *canvas.notes, *merged, *lost),
        findings=findings,
        timings_ms=clock.stages,
    )


def _workpiece(
    canvas: layout.Canvas,
    part: labels.Partition,
    parts: regions.Regions,
    options: FlattenOptions,
    process: ProcessRules,
) -> metalwork.Workpiece:
    """Drawing lines and the pin's outline: border, holes, loose pieces."""
    owner, specks = labels.without_specks(part.labels, parts, canvas.px_per_mm)
    art, crumbs = silhouette.without_crumbs(canvas.art, smallest_px2=CRUMB_MM2 * canvas.px_per_mm**2)
    ink = np.zeros(art.shape, dtype=np.bool_)
    if process.fill != "print":
        ink = lines.drawing_lines(owner, part.srgb, art, px_per_mm=canvas.px_per_mm, choice=options.lines)
    # A drawn outline is the pin's rim already; only a little metal is added round it.
    border_mm = OUTLINED_BORDER_MM if ink.any() and lines.hold_the_edge(ink, art) else process.border_mm
    border_px = border_mm * canvas.px_per_mm
    reach = (process.border_mm + silhouette.CLOSED_GAP_MM / 2) * canvas.px_per_mm + silhouette.FREE_PX
    art_depth = geometry.signed_distance(art, silhouette.EDGE_SIGMA_MM * canvas.px_per_mm, reach=reach)
    gap_mm = silhouette.CLOSED_GAP_MM if options.mend else 0.0
    outline = silhouette.outline(art_depth, border_px=border_px, px_per_mm=canvas.px_per_mm, gap_mm=gap_mm)
    line_mm = options.line_mm or process.line_mm
    piece = metalwork.Workpiece(
        solid=np.asarray(outline > 0, dtype=np.bool_),
        outline=outline,
        art=art,
        art_depth=art_depth,
        ink=ink,
        owner=owner,
        px_per_mm=canvas.px_per_mm,
        rules=process,
        border_px=border_px,
        line_mm=max(line_mm, process.limit("metal_width").warn or 0.0),
        closed_holes=silhouette.closed_holes(art, outline, smallest_px2=CRUMB_MM2 * canvas.px_per_mm**2),
    )
    closed = [hole for hole, _ in piece.closed_holes]
    piece.note("filled", "a hole was filled with metal, because the borders around it meet", closed)
    for n in sorted({label for label, _ in specks}):
        text = f"a speck of {colours.hex_code(part.srgb[n])} was given to the colour around it"
        piece.note("absorbed", text, [speck for label, speck in specks if label == n])
    piece.note("dropped", "a loose crumb too small for metal was left out", crumbs)
    _joined(piece, options)
    return piece


def _joined(piece: metalwork.Workpiece, options: FlattenOptions) -> None:
    """Fill small holes, and join loose pieces where that was asked for."""
    solid = piece.solid
    smallest = piece.rules.limit("cutout_size").block
    if options.mend and smallest is not None:
        filled, parts = silhouette.small_holes(solid, smallest_px=piece.px(smallest))
        if parts:
            piece.note("filled", f"a hole smaller than {smallest:g} mm was filled with metal", parts)
            solid = solid | filled
    if options.bridge == "auto":
        solid, middles = silhouette.bridged(solid, px_per_mm=piece.px_per_mm)
        for x, y in middles:
            reach = piece.px(1.0)
            box = (x - reach, y - reach, x + reach, y + reach)
            piece.mends.append(metalwork.Mend("bridge", "a metal bridge joins two loose pieces", (x, y), box))
    elif options.bridge == "plate":
        margin = piece.px(silhouette.PLATE_MARGIN_MM)
        solid = silhouette.plated(distances.dilated(solid, margin), px_per_mm=piece.px_per_mm)
        ys, xs = np.nonzero(solid)
        box = (float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
        centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        piece.mends.append(metalwork.Mend("plate", "a metal back plate carries all pieces", centre, box))
    if solid is not piece.solid:
        reach = piece.px(piece.rules.border_mm) + silhouette.FREE_PX
        piece.outline = geometry.signed_distance(
            np.asarray(solid, dtype=np.bool_), piece.px(silhouette.EDGE_SIGMA_MM), reach=reach
        )
        piece.solid = np.asarray(piece.outline > 0, dtype=np.bool_)


def _struck(piece: metalwork.Workpiece, options: FlattenOptions, process: ProcessRules) -> Bytes2D:
    if process.fill == "print":
        return metalwork.printed(piece, spot=options.process == "screen_print")
    return metalwork.enamelled(piece, mend=options.mend)


def _lost_colours(struck: Struck) -> tuple[str, ...]:
    """A sentence per colour of the artwork of which no enamel is left."""
    piece = struck.piece
    drawn = set(np.flatnonzero(geometry.counts(piece.owner, piece.art & ~piece.ink)).tolist())
    filled = {label - FIRST_ENAMEL for label in np.flatnonzero(struck.counts).tolist()}
    return tuple(
        f"The colour {colours.hex_code(struck.part.srgb[n])} is too fine for enamel at this size; it became metal."
        for n in sorted(drawn - filled)
    )


def _changes(piece: metalwork.Workpiece, origin: tuple[int, int], px_per_mm: float) -> tuple[Change, ...]:
    def to_mm(x: float, y: float) -> Place:
        return (round((x - origin[0]) / px_per_mm, 3), round((y - origin[1]) / px_per_mm, 3))

    return tuple(
        Change(m.kind, m.text, to_mm(*m.at), (*to_mm(m.box[0], m.box[1]), *to_mm(m.box[2], m.box[3])))
        for m in piece.mends
    )
