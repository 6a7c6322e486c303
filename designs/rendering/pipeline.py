"""The pipeline: an uploaded artwork becomes a `PinArt`."""

import time
from dataclasses import dataclass, field

import cv2
import numpy as np

from designs.rendering import artwork as artworks
from designs.rendering import background, errors, geometry, labels, lines, metalwork, posts, silhouette
from designs.rendering import colours as colour_maths
from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.findings import Finding, check
from designs.rendering.options import FlattenOptions
from designs.rendering.palette import HousePalette
from designs.rendering.pinart import FIRST_ENAMEL, METAL, Cutout, PaletteEntry, PinArt, Source
from designs.rendering.rules import ProcessRules, Rules

HOUSE_DELTA_E = 3.0
CRUMB_MM2 = 0.5
PHOTO_SHARE = 0.72

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


@dataclass(frozen=True)
class _Canvas:
    """The artwork laid on the canvas of the pin: colours, what belongs to it, scale, and where it came from."""

    rgb: Bytes2D
    art: Mask
    px_per_mm: float
    border_px: float
    artwork_box: Box
    enlarged: float
    noise: float
    native_px_per_mm: float | None
    asks: tuple[str, ...]
    notes: tuple[str, ...]


class _Clock:
    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = round((now - self._last) * 1000, 2)
        self._last = now


def canvas_px(size_mm: float) -> int:
    """Pixels of the label map's longest side: 32 per mm, within 960 and 1600."""
    return int(np.clip(round(32 * size_mm), 960, 1600))


def flatten(data: bytes, *, options: FlattenOptions, rules: Rules, palette: HousePalette) -> Flattened:
    """Turn the bytes of an artwork into a pin.

    The same bytes and arguments give the same pin and report in every process. Raises an `ArtworkError` for
    what cannot be read, ValueError for an unknown process.
    """
    clock = _Clock()
    process = rules.process(options.process)
    artwork = artworks.decode(data, px=canvas_px(options.size_mm))
    clock.lap("decode")
    canvas = _laid_out(artwork, options, process)
    clock.lap("background")
    part = labels.partition(
        canvas.rgb,
        canvas.art,
        px_per_mm=canvas.px_per_mm,
        noise=canvas.noise,
        enlarged=canvas.enlarged,
        most=options.max_colours,
    )
    clock.lap("colours")
    piece = _workpiece(canvas, part, options, process)
    clock.lap("outline")
    label_map = _struck(piece, options, process)
    clock.lap("metalwork")
    flattened = _finished(canvas, part, piece, label_map, options, palette)
    clock.lap("finish")
    findings = tuple(check(flattened.pin_art, process=options.process, rules=rules))
    clock.lap("report")
    notes = (*artwork.notes, *canvas.notes, *flattened.notes)
    return Flattened(flattened.pin_art, flattened.changes, notes, findings, clock.stages)


def _laid_out(artwork: artworks.Artwork, options: FlattenOptions, process: ProcessRules) -> _Canvas:
    rgba, notes, asks = artwork.rgba, [], []
    ground = background.separate(rgba, options.background)
    notes += ground.notes
    if ground.ambiguous:
        asks.append(ground.ambiguous)
    coverage = ground.coverage
    photo = ground.kind in {"none", "kept"} and artwork.native_px is not None and _photographic(rgba)
    shape = options.shape
    if photo:
        asks.append("photo")
        if shape == "none":
            shape = "circle" if process.fill == "print" else "square"
            notes.append(
                f"The picture has no plain background, so the pin got a shape: {_SHAPE_NAMES[shape]}."
            )
    if shape != "none":
        rgba = _on_white(rgba)
        coverage = silhouette.shape_mask(shape, *rgba.shape[:2]).astype(np.float32)
    margin_mm = process.border_mm + (silhouette.PLATE_MARGIN_MM if options.bridge == "plate" else 0.0)
    return _scaled(artwork, rgba, coverage, options, margin_mm, tuple(asks), tuple(notes))


_SHAPE_NAMES = {"circle": "a circle", "square": "a rounded square", "shield": "a shield"}


def _scaled(  # noqa: PLR0913 - the one place where the canvas is put together
    artwork: artworks.Artwork,
    rgba: Bytes2D,
    coverage: np.ndarray,
    options: FlattenOptions,
    margin_mm: float,
    asks: tuple[str, ...],
    notes: tuple[str, ...],
) -> _Canvas:
    """Crop to what belongs to the pin and bring it to the canvas's scale."""
    ys, xs = np.nonzero(coverage >= 0.5)
    x0, x1, y0, y1 = int(xs.min()), int(xs.max()) + 1, int(ys.min()), int(ys.max()) + 1
    size = canvas_px(options.size_mm)
    px_per_mm = size / options.size_mm
    border = margin_mm * px_per_mm
    scale = (size - 2 * border) / max(x1 - x0, y1 - y0)
    rgb = np.ascontiguousarray(rgba[..., :3])
    noise = labels.noise_level(rgb) if artwork.native_px is not None else 0.0
    if noise > 0.8:
        rgb = np.asarray(cv2.bilateralFilter(rgb, 7, 14 + 7 * noise, 3), dtype=np.uint8)
    cut = (slice(max(0, y0 - 2), y1 + 2), slice(max(0, x0 - 2), x1 + 2))
    left, top = x0 - cut[1].start, y0 - cut[0].start
    colour, cover = _resampled(rgb[cut], coverage[cut], scale)
    pad = int(np.ceil(border)) + 6
    colour = cv2.copyMakeBorder(colour, pad, pad, pad, pad, cv2.BORDER_REPLICATE)
    if scale > 1:
        # Enlarged pixels are squares; their corners are not the artist's.
        cover = geometry.smooth(np.asarray(cover, dtype=np.float32), 0.4 * scale)
    art = np.pad(cover >= 0.5, pad)
    if not art.any():
        raise errors.EmptyArtwork("Nothing is drawn: what is there is too faint. Send the artwork itself.")
    shift_x, shift_y = pad - (x0 - left) * scale, pad - (y0 - top) * scale
    height, width = rgba.shape[:2]
    native = None if artwork.native_px is None else artwork.native_px / max(width, height)
    return _Canvas(
        rgb=np.asarray(colour, dtype=np.uint8),
        art=np.asarray(art, dtype=np.bool_),
        px_per_mm=px_per_mm,
        border_px=border,
        artwork_box=(shift_x, shift_y, shift_x + width * scale, shift_y + height * scale),
        enlarged=max(1.0, scale),
        noise=noise,
        native_px_per_mm=None if native is None else native * px_per_mm / scale,
        asks=asks,
        notes=notes,
    )


def _resampled(rgb: Bytes2D, coverage: np.ndarray, scale: float) -> tuple[Bytes2D, np.ndarray]:
    """Colours and coverage at another scale; colours are weighted by coverage, so that no ground bleeds in."""
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    weight = coverage.astype(np.float32)
    if weight.min() >= 1:
        plain = cv2.resize(rgb, size, interpolation=method)
        return np.asarray(plain, dtype=np.uint8), np.ones(plain.shape[:2], dtype=np.float32)
    cover = np.asarray(cv2.resize(weight, size, interpolation=method), dtype=np.float32)
    premultiplied = cv2.resize(rgb.astype(np.float32) * weight[..., None], size, interpolation=method)
    colour = np.clip(np.rint(premultiplied / np.maximum(cover, 1e-3)[..., None]), 0, 255)
    return np.asarray(colour, dtype=np.uint8), cover


def _on_white(rgba: Bytes2D) -> Bytes2D:
    alpha = rgba[..., 3:].astype(np.float32) / 255
    rgb = rgba[..., :3] * alpha + 255 * (1 - alpha)
    return np.dstack([np.rint(rgb), np.full(rgba.shape[:2], 255.0)]).astype(np.uint8)


def _photographic(rgba: Bytes2D) -> bool:
    """Whether a few colours do not hold most of the picture."""
    small = cv2.resize(rgba[..., :3], (256, 256), interpolation=cv2.INTER_AREA).astype(np.int64)
    bins = (small[..., 0] >> 4 << 8) | (small[..., 1] >> 4 << 4) | (small[..., 2] >> 4)
    counts = np.sort(np.bincount(bins.ravel(), minlength=4096))[::-1]
    return bool(counts[:16].sum() < PHOTO_SHARE * counts.sum())


def _workpiece(
    canvas: _Canvas, part: labels.Partition, options: FlattenOptions, process: ProcessRules
) -> metalwork.Workpiece:
    """Drawing lines and the pin's outline: border, holes, loose pieces."""
    owner, specks = labels.without_specks(part.labels, canvas.art, canvas.px_per_mm)
    art, crumbs = silhouette.without_crumbs(canvas.art, smallest_px2=CRUMB_MM2 * canvas.px_per_mm**2 / 10)
    ink = np.zeros(art.shape, dtype=np.bool_)
    if process.fill != "print":
        ink = lines.drawing_lines(owner, part.srgb, art, px_per_mm=canvas.px_per_mm, choice=options.lines)
    outline = silhouette.outline(
        art, border_px=process.border_mm * canvas.px_per_mm, px_per_mm=canvas.px_per_mm
    )
    line_mm = options.line_mm or process.line_mm
    piece = metalwork.Workpiece(
        solid=np.asarray(outline > 0, dtype=np.bool_),
        outline=outline,
        art=art,
        ink=ink,
        owner=owner,
        px_per_mm=canvas.px_per_mm,
        rules=process,
        line_mm=max(line_mm, process.limit("metal_width").warn or 0.0),
    )
    for x, y, n in specks[:40]:
        text = f"a speck of {colour_maths.hex_code(part.srgb[n])} was given to the colour around it"
        piece.mends.append(metalwork.Mend("absorbed", text, (x, y), (x - 3, y - 3, x + 3, y + 3)))
    piece.note("dropped", "a loose crumb too small for metal was left out", crumbs)
    _joined(piece, options)
    return piece


def _joined(piece: metalwork.Workpiece, options: FlattenOptions) -> None:
    """Fill small holes, and join loose pieces where that was asked for."""
    solid = piece.solid
    smallest = piece.rules.limit("cutout_size").block
    if options.mend and smallest is not None:
        filled, parts = silhouette.small_holes(solid, smallest_px=piece.px(smallest))
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
        solid = silhouette.plated(geometry.dilated(solid, margin), px_per_mm=piece.px_per_mm)
        ys, xs = np.nonzero(solid)
        box = (float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
        centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        piece.mends.append(metalwork.Mend("plate", "a metal back plate carries all pieces", centre, box))
    if solid is not piece.solid:
        sigma = silhouette.EDGE_SIGMA_MM * piece.px_per_mm
        piece.outline = geometry.signed_distance(np.asarray(solid, dtype=np.bool_), sigma)
        piece.solid = np.asarray(piece.outline > 0, dtype=np.bool_)


def _struck(piece: metalwork.Workpiece, options: FlattenOptions, process: ProcessRules) -> Bytes2D:
    if process.fill == "print":
        return metalwork.printed(piece, spot=options.process == "screen_print")
    return metalwork.enamelled(piece, mend=options.mend)


def _finished(  # noqa: PLR0913 - the one place where the pin is put together
    canvas: _Canvas,
    part: labels.Partition,
    piece: metalwork.Workpiece,
    label_map: Bytes2D,
    options: FlattenOptions,
    palette: HousePalette,
) -> Flattened:
    """Crop to the pin's box, number the colours, and measure everything in mm."""
    ys, xs = np.nonzero(label_map)
    x0, y0, x1, y1 = int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
    cropped = np.ascontiguousarray(label_map[y0:y1, x0:x1])
    px_per_mm = max(cropped.shape) / options.size_mm
    spot = options.process == "screen_print"
    plane = None
    if piece.rules.fill == "print":
        rgb = part.srgb[piece.owner].astype(np.uint8) if spot else canvas.rgb
        plane = np.dstack([rgb[y0:y1, x0:x1], np.where(cropped >= FIRST_ENAMEL, 255, 0)]).astype(np.uint8)
    srgb = part.srgb if piece.rules.fill != "print" or spot else _mean_colour(plane)
    cropped, entries, renumbered = _numbered(cropped, srgb, options, piece.rules.fill, palette, px_per_mm)
    del renumbered
    pin = _measured(cropped, entries, canvas, piece, part, options, px_per_mm, (x0, y0), plane)

    def to_mm(x: float, y: float) -> Place:
        return (round((x - x0) / px_per_mm, 3), round((y - y0) / px_per_mm, 3))

    changes = tuple(
        Change(m.kind, m.text, to_mm(*m.at), (*to_mm(m.box[0], m.box[1]), *to_mm(m.box[2], m.box[3])))
        for m in piece.mends
    )
    notes = tuple(f"The colour {small} was merged into {big}." for small, big in part.merged)
    return Flattened(pin, changes, notes, (), {})


def _mean_colour(plane: Bytes2D | None) -> np.ndarray:
    if plane is None or not plane[..., 3].any():
        return np.array([[128.0, 128.0, 128.0]])
    return np.rint(plane[..., :3][plane[..., 3] > 0].mean(axis=0))[None]


def _numbered(  # noqa: PLR0913 - the palette depends on all of these
    label_map: Bytes2D,
    srgb: np.ndarray,
    options: FlattenOptions,
    fill: str,
    palette: HousePalette,
    px_per_mm: float,
) -> tuple[Bytes2D, tuple[PaletteEntry, ...], int]:
    """Number the colours that are left from 2, the largest first, and look each up in the house palette."""
    counts = np.bincount(label_map.ravel(), minlength=256)
    used = [n for n in np.argsort(-counts, kind="stable") if n >= FIRST_ENAMEL and counts[n] > 0]
    table = np.zeros(256, dtype=np.uint8)
    table[METAL] = METAL
    entries = []
    for label, old in enumerate(used, start=FIRST_ENAMEL):
        table[old] = label
        code = colour_maths.hex_code(srgb[old - FIRST_ENAMEL])
        house, away = palette.nearest(code)
        effect = {"print": "print", "metal": "recessed"}.get(fill, options.effects.get(label, "none"))
        entries.append(
            PaletteEntry(
                label=label,
                hex=code,
                fill=house.hex if away <= HOUSE_DELTA_E else code,
                house=house.code,
                delta_e=round(away, 2),
                area_mm2=round(float(counts[old]) / px_per_mm**2, 2),
                effect=effect,
            )
        )
    return table[label_map], tuple(entries), len(used)


def _measured(  # noqa: PLR0913 - the one place where the pin is put together
    label_map: Bytes2D,
    entries: tuple[PaletteEntry, ...],
    canvas: _Canvas,
    piece: metalwork.Workpiece,
    part: labels.Partition,
    options: FlattenOptions,
    px_per_mm: float,
    origin: tuple[int, int],
    plane: Bytes2D | None,
) -> PinArt:
    height_mm, width_mm = (round(side / px_per_mm, 3) for side in label_map.shape)
    solid = np.asarray(label_map >= METAL, dtype=np.bool_)
    thickness = posts.thickness_mm(max(width_mm, height_mm))
    enamel_mm2 = sum(entry.area_mm2 for entry in entries) if piece.rules.fill != "print" else 0.0
    solid_mm2 = float(np.count_nonzero(solid)) / px_per_mm**2
    grams = posts.weight_g(solid_mm2=solid_mm2, enamel_mm2=enamel_mm2, thickness=thickness, post_count=1)
    count = posts.post_count(width_mm=width_mm, height_mm=height_mm, grams=grams)
    soft = part.soft_at
    box = canvas.artwork_box
    return PinArt(
        labels=label_map,
        px_per_mm=px_per_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        process=options.process,
        palette=entries,
        cutouts=_cutouts(solid, px_per_mm),
        posts=posts.place(solid, px_per_mm=px_per_mm, count=count, grams=grams),
        thickness_mm=thickness,
        weight_g=posts.weight_g(
            solid_mm2=solid_mm2, enamel_mm2=enamel_mm2, thickness=thickness, post_count=count
        ),
        artwork_box=(
            round(box[0] - origin[0], 3),
            round(box[1] - origin[1], 3),
            round(box[2] - origin[0], 3),
            round(box[3] - origin[1], 3),
        ),
        border_mm=round(canvas.border_px / px_per_mm, 3),
        line_mm=piece.line_mm,
        source=Source(
            native_px_per_mm=None if canvas.native_px_per_mm is None else round(canvas.native_px_per_mm, 3),
            soft_share=round(part.soft_share, 4),
            soft_at_mm=None
            if soft is None
            else (round((soft[0] - origin[0]) / px_per_mm, 3), round((soft[1] - origin[1]) / px_per_mm, 3)),
            asks=canvas.asks,
        ),
        print_rgba=plane,
    )


def _cutouts(solid: Mask, px_per_mm: float) -> tuple[Cutout, ...]:
    numbers, parts = geometry.components(geometry.holes(solid))
    found = []
    for part in parts:
        x0, y0, x1, y1 = part.box
        x, y, radius = geometry.deepest(np.asarray(numbers[y0:y1, x0:x1] == part.number, dtype=np.bool_))
        found.append(
            Cutout(
                x_mm=round((x0 + x + 0.5) / px_per_mm, 3),
                y_mm=round((y0 + y + 0.5) / px_per_mm, 3),
                across_mm=round((2 * radius - 1) / px_per_mm, 3),
                area_mm2=round(part.area / px_per_mm**2, 3),
            )
        )
    return tuple(found)
