"""From a struck workpiece to a `PinArt`: cropped to its box, its colours numbered, everything in mm."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from designs.rendering import colours, cutouts, drawn, edges, geometry, lettering, posts, regions
from designs.rendering.arrays import Bytes2D
from designs.rendering.labels import Floats, Partition
from designs.rendering.layout import Canvas
from designs.rendering.metalwork import Workpiece
from designs.rendering.options import FlattenOptions
from designs.rendering.palette import HousePalette
from designs.rendering.pinart import (
    FIRST_ENAMEL,
    HOUSE_DELTA_E,
    METAL,
    Gradient,
    Lost,
    PaletteEntry,
    PinArt,
    Source,
    Writing,
)

Box = tuple[float, float, float, float]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Struck:
    """All that is known when the pin is struck; `label_map` has the canvas's size.

    `parts` are the regions of the flat colours on the canvas, before specks are absorbed.
    """

    canvas: Canvas
    part: Partition
    parts: regions.Regions
    piece: Workpiece
    label_map: Bytes2D
    options: FlattenOptions

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """The pin's box on the canvas: x0, y0, x1, y1."""
        return geometry.box(np.asarray(self.label_map > 0, dtype=np.bool_))

    @cached_property
    def counts(self) -> Numbers:
        """How many pixels each label 0..255 has."""
        return geometry.counts(self.label_map)

    @property
    def printed(self) -> bool:
        """Whether colour is printed, not filled."""
        return self.piece.rules.fill == "print"

    @property
    def spot(self) -> bool:
        """Whether a print has flat colours."""
        return self.options.process == "screen_print"


def finished(struck: Struck, palette: HousePalette) -> tuple[PinArt, tuple[int, int], edges.Edges]:
    """The pin, where its left top corner lies on the canvas, and the edges of its silhouette."""
    x0, y0, x1, y1 = struck.box
    label_map = np.ascontiguousarray(struck.label_map[y0:y1, x0:x1])
    px_per_mm = max(label_map.shape) / struck.options.size_mm
    plane = _print_plane(struck, label_map)
    srgb = struck.part.srgb if plane is None or struck.spot else _mean_colour(plane)
    label_map, used = _renumbered(label_map, struck.counts)
    entries = tuple(
        _entry(struck, palette, label, srgb[old - FIRST_ENAMEL], area / px_per_mm**2)
        for label, (old, area) in enumerate(used, start=FIRST_ENAMEL)
    )
    outline = edges.traced(np.minimum(label_map, METAL), first=METAL)
    return _measured(struck, label_map, outline, entries, px_per_mm, plane), (x0, y0), outline


def _print_plane(struck: Struck, cropped: Bytes2D) -> Bytes2D | None:
    if not struck.printed:
        return None
    x0, y0, x1, y1 = struck.box
    rgb = struck.part.srgb[struck.piece.owner] if struck.spot else struck.canvas.rgb
    return np.dstack([rgb[y0:y1, x0:x1], np.where(cropped >= FIRST_ENAMEL, 255, 0)]).astype(np.uint8)


def _mean_colour(plane: Bytes2D) -> Floats:
    shown = plane[..., 3] > 0
    if not shown.any():
        return np.array([[128.0, 128.0, 128.0]])
    return np.asarray(np.rint(plane[..., :3][shown].mean(axis=0))[None], dtype=np.float64)


def _renumbered(label_map: Bytes2D, counts: Numbers) -> tuple[Bytes2D, list[tuple[int, int]]]:
    """Number the colours that are left from 2, the largest first; returns also (old label, pixels) of each."""
    used = [int(n) for n in np.argsort(-counts, kind="stable") if n >= FIRST_ENAMEL and counts[n] > 0]
    table = np.zeros(256, dtype=np.uint8)
    table[METAL] = METAL
    table[used] = np.arange(FIRST_ENAMEL, FIRST_ENAMEL + len(used))
    return geometry.looked_up(table, label_map), [(old, int(counts[old])) for old in used]


def _entry(struck: Struck, palette: HousePalette, label: int, srgb: Floats, area: float) -> PaletteEntry:
    code = colours.hex_code(srgb)
    house, away = palette.nearest(code)
    chosen = struck.options.effects.get(label, "none")
    return PaletteEntry(
        label=label,
        hex=code,
        fill=house.hex if away <= HOUSE_DELTA_E else code,
        house=house.code,
        delta_e=round(away, 2),
        area_mm2=round(area, 2),
        effect={"print": "print", "metal": "recessed"}.get(struck.piece.rules.fill, chosen),
    )


def _measured(
    struck: Struck,
    label_map: Bytes2D,
    outline: edges.Edges,
    entries: tuple[PaletteEntry, ...],
    px_per_mm: float,
    plane: Bytes2D | None,
) -> PinArt:
    height_mm, width_mm = (round(side / px_per_mm, 3) for side in label_map.shape)
    solid = np.asarray(label_map >= METAL, dtype=np.bool_)
    thickness = posts.thickness_mm(max(width_mm, height_mm))
    weigh = posts.Scales(
        solid_mm2=float(np.count_nonzero(solid)) / px_per_mm**2,
        enamel_mm2=0.0 if struck.printed else sum(entry.area_mm2 for entry in entries),
        thickness_mm=thickness,
    )
    grams = weigh.grams(post_count=1)
    count = posts.post_count(width_mm=width_mm, height_mm=height_mm, grams=grams)
    x0, y0, _, _ = struck.box
    left, top, right, bottom = struck.canvas.artwork_box
    return PinArt(
        labels=label_map,
        px_per_mm=px_per_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        process=struck.options.process,
        palette=entries,
        cutouts=cutouts.found(solid, outline, px_per_mm=px_per_mm),
        posts=posts.place(solid, px_per_mm=px_per_mm, count=count, grams=grams),
        thickness_mm=thickness,
        weight_g=weigh.grams(post_count=count),
        artwork_box=(round(left - x0, 3), round(top - y0, 3), round(right - x0, 3), round(bottom - y0, 3)),
        border_mm=round(struck.piece.border_px / px_per_mm, 3),
        line_mm=struck.piece.line_mm,
        source=_source(struck, px_per_mm),
        print_rgba=plane,
    )


def _source(struck: Struck, px_per_mm: float) -> Source:
    native = struck.canvas.native_px_per_mm
    return Source(
        native_px_per_mm=None if native is None else round(native, 3),
        gradients=_gradients(struck, px_per_mm),
        asks=struck.canvas.asks,
        writings=_writings(struck, px_per_mm),
        lost=_lost(struck, px_per_mm),
    )


def _lost(struck: Struck, px_per_mm: float) -> tuple[Lost, ...]:
    """The details that are not on the pin: holes that the border has closed, lines and strips too thin for the process.

    A hole that is filled as a mend is told among the changes.
    """
    x0, y0, _, _ = struck.box
    piece = struck.piece
    holes = () if struck.options.mend else drawn.holes(piece, origin=(x0, y0), px_per_mm=px_per_mm)
    if struck.printed:
        return holes
    return holes + drawn.lost(
        struck.canvas,
        struck.part,
        piece,
        struck.label_map,
        options=struck.options,
        origin=(x0, y0),
        px_per_mm=px_per_mm,
    )


def _gradients(struck: Struck, px_per_mm: float) -> tuple[Gradient, ...]:
    """The shaded fills, in mm on the pin."""
    x, y, _, _ = struck.box

    def mm(px: float, origin: int) -> float:
        return round((px - origin) / px_per_mm, 3)

    return tuple(
        Gradient(
            ends=each.ends,
            at_mm=(mm(each.at[0], x), mm(each.at[1], y)),
            box_mm=(mm(each.box[0], x), mm(each.box[1], y), mm(each.box[2], x), mm(each.box[3], y)),
        )
        for each in struck.part.shadings
    )


def _writings(struck: Struck, px_per_mm: float) -> tuple[Writing, ...]:
    """The texts that the file names, and what else looks like letters."""
    x0, y0, _, _ = struck.box
    left, top, right, bottom = struck.canvas.artwork_box
    artwork_box = (left - x0, top - y0, right - x0, bottom - y0)
    named = tuple(line.placed(artwork_box, px_per_mm) for line in struck.canvas.texts)
    rows = lettering.found(struck.parts, origin=(x0, y0), px_per_mm=px_per_mm)
    return named + tuple(row for row in rows if not any(_overlap(row.box_mm, text.box_mm) for text in named))


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
