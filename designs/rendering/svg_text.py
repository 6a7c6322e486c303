"""The lines of text in an SVG: their height, the width of their strokes, their place."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from designs.rendering import svg_style
from designs.rendering.pinart import Writing
from designs.rendering.svg_style import Matrix

CAPITALS = 0.725  # cap height in ems: 0.716 of Arial and Helvetica, 0.729 of DejaVu, 0.66 of Times
STEMS = ((100, 0.035), (300, 0.06), (400, 0.09), (500, 0.105), (600, 0.125), (700, 0.15), (900, 0.19))
_NARROW = frozenset("iljtfrI.,:;'!|()[] ")
ASCENT, DESCENT = 0.76, 0.22
DEFAULT_SIZE = 12.0  # librsvg's
MOST_ELEMENTS = 50_000
MOST_LINES = 200
DEEPEST = 200
LONGEST_TEXT = 40
_NEVER_DRAWN = frozenset(
    {"defs", "symbol", "clipPath", "mask", "pattern", "marker", "style", "title", "desc", "metadata", "script"}
)


@dataclass(frozen=True)
class Line:
    """A line of text; everything in shares of the canvas's width (x) or height (y, `capitals`, `stroke`)."""

    text: str
    capitals: float
    stroke: float
    box: tuple[float, float, float, float]

    def placed(self, artwork_box: tuple[float, float, float, float], px_per_mm: float) -> Writing:
        """The line on the pin, whose label map has the whole canvas at `artwork_box`."""
        left, top, right, bottom = (value / px_per_mm for value in artwork_box)
        wide, high = right - left, bottom - top
        x0, y0, x1, y1 = self.box
        return Writing(
            text=self.text,
            height_mm=round(self.capitals * high, 3),
            stroke_mm=round(self.stroke * high, 3),
            box_mm=(
                round(left + x0 * wide, 3),
                round(top + y0 * high, 3),
                round(left + x1 * wide, 3),
                round(top + y1 * high, 3),
            ),
        )


@dataclass(frozen=True)
class _Context:
    """What holds for an element: its transform, style, font size, and how deep it lies."""

    matrix: Matrix
    style: Mapping[str, str]
    size: float = DEFAULT_SIZE
    depth: int = 0

    def entered(self, own: Mapping[str, str]) -> "_Context":
        """The context of the content of a child with this style."""
        return replace(
            self,
            matrix=svg_style.multiplied(self.matrix, svg_style.transform(own.get("transform"))),
            style=svg_style.inherited(self.style, own),
            size=svg_style.font_size(own.get("font-size"), parent=self.size),
            depth=self.depth + 1,
        )


@dataclass
class _Run:
    """Characters of one size; place and width in the units of its element."""

    text: str
    x: float
    y: float
    size: float
    width: float


@dataclass
class _Pen:
    """Where the next character of a text element stands, and what was written so far, by chunks."""

    x: float = 0.0
    y: float = 0.0
    chunks: list[list[_Run]] = field(default_factory=lambda: [[]])

    def moved(self, own: Mapping[str, str], size: float) -> None:
        """Follow x, y, dx and dy; a place of its own begins a chunk."""
        if own.get("x") or own.get("y"):
            self.chunks.append([])
        self.x = svg_style.length(own.get("x"), em=size, whole=0.0, default=self.x)
        self.y = svg_style.length(own.get("y"), em=size, whole=0.0, default=self.y)
        self.x += svg_style.length(own.get("dx"), em=size, whole=0.0)
        self.y += svg_style.length(own.get("dy"), em=size, whole=0.0)

    def write(self, text: str | None, size: float) -> None:
        """Set characters; white space is one blank at most."""
        plain = " ".join((text or "").split())
        if plain:
            width = size * sum(_advance(letter) for letter in plain)
            self.chunks[-1].append(_Run(plain, self.x, self.y, size, width))
            self.x += width


def found(svg: bytes) -> tuple[Line, ...]:
    """The lines of text that a clean SVG (as from `svg.clean`) draws, at most 200.

    Heights are exact for fonts whose capitals have 0.725 em; widths of strokes follow the font's weight, boxes the
    usual advance of a character. What is not a picture of known size, or not well-formed, has no lines.
    """
    if b"text" not in svg:
        return ()
    try:
        root = ET.fromstring(svg)  # noqa: S314 - `svg.clean` left no document type, so no entities
    except ET.ParseError:
        return ()
    width, height = _canvas(root)
    if not width or not height:
        return ()
    reader = _Reader(root, width, height)
    box = svg_style.numbers(root.get("viewBox", ""))
    matrix = svg_style.fitted(box, width, height, root.get("preserveAspectRatio"))
    reader.children(root, _Context(matrix, {}).entered(reader.sheet.of(root)))
    return tuple(reader.lines)


def _canvas(root: Element) -> tuple[float, float]:
    """Width and height of the picture in user units, 0 where it says nothing about them."""
    box = svg_style.numbers(root.get("viewBox", ""))
    wide, high = (box[2], box[3]) if len(box) >= 4 else (0.0, 0.0)
    width = svg_style.length(root.get("width"), em=DEFAULT_SIZE, whole=wide)
    height = svg_style.length(root.get("height"), em=DEFAULT_SIZE, whole=high)
    if not width:
        width = height * wide / high if height and high else wide
    if not height:
        height = width * high / wide if wide else high
    return width, height


class _Reader:
    """Walks an SVG and collects its lines of text."""

    def __init__(self, root: Element, width: float, height: float) -> None:
        self.sheet = svg_style.Sheet(root)
        self.lines: list[Line] = []
        self._size = (width, height)
        self._named = {each.get("id"): each for each in root.iter() if each.get("id")}
        self._left = itertools.count(MOST_ELEMENTS, -1)

    def children(self, element: Element, context: _Context) -> None:
        """Read all children of an element."""
        for child in element:
            self.element(child, context)

    def element(self, element: Element, context: _Context) -> None:
        """Read one element, whose parent has this context."""
        name = svg_style.local_name(element)
        enough = len(self.lines) >= MOST_LINES or next(self._left) <= 0 or context.depth > DEEPEST
        if not name or name in _NEVER_DRAWN or enough:
            return
        own = self.sheet.of(element)
        if own.get("display") == "none" or own.get("opacity") in {"0", "0%"}:
            return
        inner = context.entered(own)
        if name == "text":
            self._text(element, inner)
        elif name == "use":
            self._use(own, inner)
        elif name == "svg":
            self._viewport(element, own, inner)
        else:
            self.children(element, inner)

    def _use(self, own: Mapping[str, str], context: _Context) -> None:
        target = self._named.get(own.get("href", "").strip().removeprefix("#"))
        if target is None:
            return
        x, y = (svg_style.length(own.get(name), em=context.size, whole=0.0) for name in ("x", "y"))
        moved = replace(context, matrix=svg_style.multiplied(context.matrix, (1, 0, 0, 1, x, y)))
        if svg_style.local_name(target) == "symbol":
            self._viewport(target, self.sheet.of(target) | {n: own[n] for n in ("width", "height") if n in own}, moved)
        else:
            self.element(target, moved)

    def _viewport(self, element: Element, own: Mapping[str, str], context: _Context) -> None:
        """The content of a nested `svg` or a `symbol`."""
        box = svg_style.numbers(own.get("viewBox", ""))
        wide, high = (box[2], box[3]) if len(box) >= 4 else self._size
        x, y = (svg_style.length(own.get(name), em=context.size, whole=0.0) for name in ("x", "y"))
        width = svg_style.length(own.get("width"), em=context.size, whole=self._size[0], default=wide)
        height = svg_style.length(own.get("height"), em=context.size, whole=self._size[1], default=high)
        inner = svg_style.multiplied(
            (1, 0, 0, 1, x, y), svg_style.fitted(box, width, height, own.get("preserveAspectRatio"))
        )
        self.children(element, replace(context, matrix=svg_style.multiplied(context.matrix, inner)))

    def _text(self, element: Element, context: _Context) -> None:
        pen = _Pen()
        self._write(element, self.sheet.of(element), context, pen)
        for chunk in pen.chunks:
            anchor = context.style.get("text-anchor", "start")
            shift = {"middle": 0.5, "end": 1.0}.get(anchor, 0.0) * sum(run.width for run in chunk)
            for _, runs in itertools.groupby(chunk, key=lambda run: (round(run.size, 3), run.y)):
                self._add(list(runs), context, shift)

    def _write(self, element: Element, own: Mapping[str, str], context: _Context, pen: _Pen) -> None:
        """Set the characters of a text element and of the spans in it."""
        pen.moved(own, context.size)
        pen.write(element.text, context.size)
        for child in element:
            name, inner = svg_style.local_name(child), self.sheet.of(child)
            # librsvg draws no text on paths.
            if name in {"tspan", "a"} and inner.get("display") != "none":
                self._write(child, inner, context.entered(inner), pen)
            pen.write(child.tail, context.size)

    def _add(self, runs: list[_Run], context: _Context, shift: float) -> None:
        a, b, c, d, _, _ = context.matrix
        across, area = (a * a + b * b) ** 0.5, abs(a * d - b * c)
        stroke = _stroke(context, runs[0].size)
        if not across or not area or stroke is None:
            return
        width, height = self._size
        first, last = runs[0], runs[-1]
        left, right = first.x - shift, last.x + last.width - shift
        top, bottom = first.y - ASCENT * first.size, first.y + DESCENT * first.size
        corners = [_moved(context.matrix, x, y) for x in (left, right) for y in (top, bottom)]
        x, y = [x / width for x, _ in corners], [y / height for _, y in corners]
        box = (min(x), min(y), max(x), max(y))
        # Written so that it is false for what is not a number, too.
        if box[0] < 1 and box[1] < 1 and box[2] > 0 and box[3] > 0 and all(map(math.isfinite, box)):
            self.lines.append(
                Line(
                    text=" ".join(run.text for run in runs)[:LONGEST_TEXT],
                    capitals=CAPITALS * first.size * area / across / height,
                    stroke=stroke * area**0.5 / height,
                    box=box,
                )
            )


def _advance(letter: str) -> float:
    """The usual advance of a character in ems."""
    if letter in _NARROW:
        return 0.34
    return 0.72 if letter.isupper() else 0.6


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _stroke(context: _Context, size: float) -> float | None:
    """The width of a stem of the letters, by the font's weight and the line around them; None where nothing shows."""
    style = context.style
    filled = style.get("fill", "black") not in {"none", "transparent"}
    lined = style.get("stroke", "none") not in {"none", "transparent"}
    if style.get("visibility") in {"hidden", "collapse"} or not (filled or lined):
        return None
    heavy = svg_style.weight(style.get("font-weight"))
    (low, thin), (high, thick) = next(pair for pair in itertools.pairwise(STEMS) if heavy <= pair[1][0])
    stem = size * (thin + (thick - thin) * (heavy - low) / (high - low)) if filled else 0.0
    line = svg_style.length(style.get("stroke-width"), em=size, whole=size, default=1.0) if lined else 0.0
    return stem + line
