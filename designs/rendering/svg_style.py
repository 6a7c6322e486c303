"""Lengths, transforms and styles of SVG, as far as text needs them."""

import math
import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "q": 96 / 101.6}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LENGTH = re.compile(rf"\s*({_NUMBER})\s*(%|[a-zA-Z]*)")
_NUMBERS = re.compile(_NUMBER)
_TRANSFORM = re.compile(r"(\w+)\s*\(([^)]*)\)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_FONT = re.compile(rf"({_NUMBER}(?:px|pt|pc|in|mm|cm|em|rem|%)?)(?:\s*/\s*\S+)?\s+\S")
_SIZES = {
    "xx-small": 9.0,
    "x-small": 10.0,
    "small": 13.0,
    "medium": 16.0,
    "large": 18.0,
    "x-large": 24.0,
    "xx-large": 32.0,
}
_WEIGHTS = {"normal": 400.0, "bold": 700.0, "bolder": 700.0, "lighter": 300.0}
INHERITED = frozenset({"font-weight", "text-anchor", "visibility", "fill", "stroke", "stroke-width"})


def local_name(element: Element) -> str:
    """The name of an element without its name space."""
    return element.tag.rpartition("}")[2]


def numbers(text: str) -> list[float]:
    """All numbers in a text, at most a thousand."""
    return [float(found) for found, _ in zip(_NUMBERS.findall(text), range(1000), strict=False)]


def length(text: str | None, *, em: float, whole: float, default: float = 0.0) -> float:
    """A length in user units; percentages are of `whole`. Takes the first of a list."""
    found = _LENGTH.match(text) if text else None
    if found is None:
        return default
    value, unit = float(found.group(1)), found.group(2).lower()
    if unit in {"em", "rem"}:
        return value * em
    if unit in {"ex", "ch"}:
        return value * em / 2
    return value * whole / 100 if unit == "%" else value * _UNITS.get(unit, 1.0)


def font_size(text: str | None, *, parent: float) -> float:
    """A font size in user units."""
    word = (text or "").strip().lower()
    if word in _SIZES:
        return _SIZES[word]
    if word in {"smaller", "larger"}:
        return parent * (1.2 if word == "larger" else 1 / 1.2)
    return length(word, em=parent, whole=parent, default=parent)


def weight(text: str | None) -> float:
    """A font weight, 100 to 900."""
    word = (text or "normal").strip().lower()
    return _WEIGHTS.get(word) or min(900.0, max(100.0, length(word, em=1, whole=1, default=400.0)))


def multiplied(a: Matrix, b: Matrix) -> Matrix:
    """The transform that applies `b` first, then `a`."""
    return (
        a[0] * b[0] + a[2] * b[1],
        a[1] * b[0] + a[3] * b[1],
        a[0] * b[2] + a[2] * b[3],
        a[1] * b[2] + a[3] * b[3],
        a[0] * b[4] + a[2] * b[5] + a[4],
        a[1] * b[4] + a[3] * b[5] + a[5],
    )


def transform(text: str | None) -> Matrix:
    """The matrix of a `transform` attribute."""
    matrix = IDENTITY
    for name, arguments in _TRANSFORM.findall(text or ""):
        matrix = multiplied(matrix, _single(name, numbers(arguments)))
    return matrix


def _single(name: str, n: list[float]) -> Matrix:
    if name == "matrix" and len(n) >= 6:
        return (n[0], n[1], n[2], n[3], n[4], n[5])
    if name == "rotate" and n:
        return _turned(*n[:3])
    first, second = (*n, 0.0)[0], (*n, 0.0, 0.0)[1]
    slope = math.tan(math.radians(first))
    known: dict[str, Matrix] = {
        "translate": (1, 0, 0, 1, first, second),
        "scale": (first, 0, 0, second if len(n) > 1 else first, 0, 0),
        "skewX": (1, 0, slope, 1, 0, 0),
        "skewY": (1, slope, 0, 1, 0, 0),
    }
    return known.get(name, IDENTITY) if n else IDENTITY


def _turned(degrees: float, x: float = 0.0, y: float = 0.0) -> Matrix:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)


def fitted(view_box: list[float], width: float, height: float, aspect: str | None) -> Matrix:
    """The transform from a view box to a viewport at 0, 0 (`preserveAspectRatio`)."""
    if len(view_box) < 4 or view_box[2] <= 0 or view_box[3] <= 0:
        return IDENTITY
    x, y, wide, high = view_box[:4]
    across, down = width / wide, height / high
    words = (aspect or "xMidYMid meet").split()
    if words[0] == "none":
        return (across, 0, 0, down, -x * across, -y * down)
    scale = max(across, down) if "slice" in words else min(across, down)
    shares = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
    share_x, share_y = shares.get(words[0][1:4], 0.5), shares.get(words[0][5:8], 0.5)
    return (
        scale,
        0,
        0,
        scale,
        (width - wide * scale) * share_x - x * scale,
        (height - high * scale) * share_y - y * scale,
    )


class Sheet:
    """The rules of an SVG's `style` elements that select by element, class or id."""

    def __init__(self, root: Element) -> None:
        text = "".join("".join(each.itertext()) for each in root.iter() if local_name(each) == "style")
        self._rules: dict[str, dict[str, str]] = {}
        for selectors, body in _RULE.findall(_COMMENT.sub("", text)):
            for selector in selectors.split(","):
                self._rules.setdefault(selector.strip(), {}).update(_declarations(body))

    def of(self, element: Element) -> dict[str, str]:
        """What is declared for an element: by attributes, then by rules, then in its `style`."""
        found = {name.rpartition("}")[2]: value for name, value in element.items()}
        style, classes, name = found.get("style", ""), found.get("class", ""), found.get("id", "")
        for selector in self._selectors(local_name(element), classes.split(), name):
            found.update(self._rules.get(selector, {}))
        found.update(_declarations(style))
        short = _FONT.search(f"{found.get('font', '')} ")
        if short and "font-size" not in found:
            found["font-size"] = short.group(1)
            found.setdefault("font-weight", "bold" if "bold" in found["font"].split() else "normal")
        return found

    @staticmethod
    def _selectors(tag: str, classes: list[str], name: str) -> Iterator[str]:
        yield from ("*", tag)
        for each in classes:
            yield from (f".{each}", f"{tag}.{each}")
        if name:
            yield f"#{name}"


def _declarations(body: str) -> dict[str, str]:
    pairs = (each.split(":", 1) for each in body.split(";") if ":" in each)
    return {name.strip().lower(): value.replace("!important", "").strip() for name, value in pairs}


def inherited(parent: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The style that a child gets."""
    kept = {name: value for name, value in parent.items() if name in INHERITED}
    return kept | {name: value for name, value in own.items() if value != "inherit"}
