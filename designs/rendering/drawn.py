"""Details of the artwork that are too fine to be on the pin, measured before they are gone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from designs.rendering import colours, edges, labels, lines, places, widths
from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.compiled import kernel
from designs.rendering.edges import Numbers
from designs.rendering.layout import Canvas
from designs.rendering.metalwork import GRID_PX, Workpiece
from designs.rendering.options import FlattenOptions
from designs.rendering.pinart import FIRST_ENAMEL, METAL, Lost

LEAST_CONTRAST = 60  # of 255, in one channel
AROUND_PX = 2
MOST_ENLARGED = 1.5
FINE = 255  # a value for fine lines that no flat colour stands for
FINEST_MM = 0.16  # wider ones have flat pixels, and so a flat colour
STRETCH_MM = 0.2
LONG_MM = 0.5  # less of it is an edge between mixed pixels, or a corner that ends in metal as all corners do


@dataclass(frozen=True)
class _Scale:
    """Where the pin lies on the canvas, and its scale."""

    x: float
    y: float
    px_per_mm: float

    def mm(self, pixels: float) -> float:
        return round(pixels / self.px_per_mm, 3)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.mm(x - self.x), self.mm(y - self.y)


def lost(
    canvas: Canvas,
    part: labels.Partition,
    piece: Workpiece,
    label_map: Bytes2D,
    *,
    options: FlattenOptions,
    origin: tuple[int, int],
    px_per_mm: float,
) -> tuple[Lost, ...]:
    """What was drawn and is not in the label map: hairlines, thin lines, strips of colour between metal lines.

    `label_map` has the canvas's size, and `origin` (x, y) is where the pin's left top corner lies on it. Pictures
    with noise, or enlarged from few pixels, tell nothing about hairlines; there only what has a flat colour is
    looked at, and nothing in a photograph.
    """
    if "photo" in canvas.asks:
        return ()
    drawn = (piece.owner + np.uint8(FIRST_ENAMEL)) * canvas.art.view(np.uint8)
    drawn[piece.ink] = METAL
    if canvas.noise <= labels.NOISY and canvas.enlarged <= MOST_ENLARGED:
        _add_fine(drawn, canvas.rgb, piece.owner, np.rint(part.srgb).astype(np.int16), part.flat)
    metal = piece.px(piece.rules.limit("metal_width").block or 0.0)
    strip, fine = piece.px(piece.line_mm) + 2 * GRID_PX, piece.px(FINEST_MM)
    outline = edges.traced(drawn, first=METAL)
    value = drawn[outline.row, outline.column]
    reach = dict.fromkeys(range(FIRST_ENAMEL, FINE), strip) | {METAL: metal, FINE: fine}
    spans = widths.spans(outline, drawn, reach=reach)
    scale = _Scale(*origin, px_per_mm)
    found: list[Lost] = []
    for sides, limit in ((value == METAL, metal), (value == FINE, fine), ((value > METAL) & (value < FINE), strip)):
        chosen = np.asarray(sides, dtype=np.bool_)
        stretch, shortest = piece.px(STRETCH_MM), piece.px(LONG_MM)
        for place in places.narrow(spans, chosen, limit=limit, stretch=stretch, shortest=shortest):
            middles = _middles(spans, place)
            here = drawn[middles]
            # At its ends a line's middle may lie beside it.
            usual = int(np.bincount(here).argmax())
            # Where a mend closes the neck between two areas, both are still there.
            still_there = options.mend and place.kind == places.NECK
            if place.tapers or still_there or np.count_nonzero(label_map[middles] != here) <= len(here) / 2:
                continue
            fine_and_dark = usual == FINE and options.lines != "enamel" and _is_dark(canvas.rgb[middles])
            found.append(_lost(outline, place, scale, dark=usual == METAL or fine_and_dark, mended=options.mend))
    return tuple(found)


def holes(piece: Workpiece, *, origin: tuple[int, int], px_per_mm: float) -> tuple[Lost, ...]:
    """The holes that the border has closed; their width is what it leaves of them."""
    scale = _Scale(*origin, px_per_mm)
    return tuple(
        Lost(
            rule="cutout_size",
            width_mm=max(0.0, scale.mm(across - 2 * piece.border_px)),
            at_mm=scale.at(hole.centre[0] + 0.5, hole.centre[1] + 0.5),
            box_mm=(*scale.at(*hole.box[:2]), *scale.at(*hole.box[2:])),
            enclosed=True,
            mended=False,
        )
        for hole, across in piece.closed_holes
    )


def _middles(spans: widths.Spans, place: places.Place) -> tuple[Numbers, Numbers]:
    """The pixels (rows, columns) halfway across a place."""
    edge, known = spans.edges, place.sides[spans.facing[place.sides] >= 0]
    across = spans.facing[known]
    return (
        ((edge.y[known] + edge.y[across]) / 2).astype(np.int32),
        ((edge.x[known] + edge.x[across]) / 2).astype(np.int32),
    )


def _is_dark(rgb: Bytes2D) -> bool:
    """Whether the middle pixels (n, 3) of a line have a colour that drawing lines have."""
    lab = colours.oklab(np.median(rgb.astype(np.float64), axis=0)[None])[0]
    return bool(lab[0] < lines.DARKEST_LIGHTNESS and np.hypot(lab[1], lab[2]) < lines.MOST_CHROMA)


def _lost(outline: edges.Edges, place: places.Place, scale: _Scale, *, dark: bool, mended: bool) -> Lost:
    beside = outline.beyond[place.sides]
    x0, y0, x1, y1 = place.box
    return Lost(
        rule="metal_width" if dark else "enamel_width",
        width_mm=scale.mm(place.width),
        at_mm=scale.at(*(float(value) for value in place.at)),
        box_mm=(*scale.at(x0, y0), *scale.at(x1, y1)),
        enclosed=bool(np.count_nonzero(beside == METAL) > len(beside) / 2),
        mended=mended,
    )


@kernel
def _add_fine(drawn: Bytes2D, rgb: Bytes2D, owner: Bytes2D, srgb: npt.NDArray[np.int16], flat: Mask) -> None:
    """Mark the pixels of lines that are not `flat` all over: unlike their own colour where all around has that colour.

    A pixel on the edge between two flat colours is a mixture of them, and a line's outer pixels are mixtures with
    the ground; the line begins where a pixel is half as unlike as the most unlike one beside it.
    """
    height, width = owner.shape
    unlike = np.zeros((height, width), np.int16)
    for y in range(AROUND_PX, height - AROUND_PX):
        for x in range(AROUND_PX, width - AROUND_PX):
            # In the middle of a line of three pixels there may be a flat one, beside the others.
            if drawn[y, x] == 0 or (
                flat[y, x] and flat[y, x - 1] and flat[y, x + 1] and flat[y - 1, x] and flat[y + 1, x]
            ):
                continue
            n = owner[y, x]
            away = max(abs(rgb[y, x, 0] - srgb[n, 0]), abs(rgb[y, x, 1] - srgb[n, 1]), abs(rgb[y, x, 2] - srgb[n, 2]))
            if away >= LEAST_CONTRAST // 2 and _is_alone(owner, y, x):
                unlike[y, x] = away
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            if unlike[y, x] == 0:
                continue
            most = unlike[y - 1 : y + 2, x - 1 : x + 2].max()
            if most >= LEAST_CONTRAST and 2 * unlike[y, x] >= most:
                drawn[y, x] = FINE


@kernel
def _is_alone(owner: Bytes2D, y: int, x: int) -> bool:
    """Whether all pixels around one have its colour."""
    for row in range(y - AROUND_PX, y + AROUND_PX + 1):
        for column in range(x - AROUND_PX, x + AROUND_PX + 1):
            if owner[row, column] != owner[y, x]:
                return False
    return True
