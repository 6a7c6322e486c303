"""Parts of an artwork that look like letters: small, alike in size, in a row, and not all of one shape."""

import numpy as np
import numpy.typing as npt

from designs.rendering.pinart import Writing
from designs.rendering.regions import Regions, Table

SMALLEST_MM, LARGEST_MM = 0.25, 2.0
FEWEST = 4
FEWEST_SHAPES = 3
ALIKE = 1.7  # letters of one line: tall ones to low ones
WIDEST = 1.7  # an m against its height
GAP = 0.7  # between letters, in heights; a word space is wider
MOST_BESIDE = 2.6  # neighbours of a part in a row, on average; leaves and spots lie all around each other
SLENDER = 2.2  # a row is so much longer than its letters are high
THICKEST = 0.86  # letters do not fill their boxes

Flags = npt.NDArray[np.bool_]


def found(parts: Regions, *, origin: tuple[int, int], px_per_mm: float) -> tuple[Writing, ...]:
    """Rows of parts of one flat colour that look like letters, as lines of text that are not certain.

    `parts` are the regions of the flat colours on the canvas, before specks are absorbed; `origin` (x, y) is where
    the pin's left top corner lies on it.
    """
    width, height = parts.box[:, 2] - parts.box[:, 0], parts.box[:, 3] - parts.box[:, 1]
    size = np.maximum(height, width) / px_per_mm
    filled = parts.area / (width * height)
    letter = (size >= SMALLEST_MM) & (size <= LARGEST_MM) & (width <= WIDEST * height) & (filled < THICKEST)
    rows = np.nonzero(letter)[0]
    if len(rows) < FEWEST:
        return ()
    beside = _neighbours(parts, rows)
    return tuple(
        _writing(parts.box[row], origin, px_per_mm)
        for row in (rows[group] for group in _groups(beside))
        if _is_row(parts, row) and beside[np.isin(rows, row)].sum() <= MOST_BESIDE * len(row)
    )


def _neighbours(parts: Regions, rows: npt.NDArray[np.intp]) -> Flags:
    """Which of the rows lie beside each other, have one colour and are alike in size (rows, rows)."""
    box, value = parts.box[rows].astype(np.float64), parts.value[rows]
    height = box[:, 3] - box[:, 1]
    tall = np.maximum(height[:, None], height[None])
    apart = np.maximum(box[:, None, :2] - box[None, :, 2:], box[None, :, :2] - box[:, None, 2:]).max(axis=2)
    middle = (box[:, :2] + box[:, 2:]) / 2
    level = np.abs(middle[:, None, 1] - middle[None, :, 1]) <= 0.75 * tall
    near = (apart <= GAP * tall) & (tall <= ALIKE * np.minimum(height[:, None], height[None])) & level
    near &= value[:, None] == value[None]
    np.fill_diagonal(near, val=False)
    return np.asarray(near, dtype=np.bool_)


def _groups(beside: Flags) -> list[npt.NDArray[np.intp]]:
    """The sets of rows that hang together, of at least `FEWEST`."""
    left, groups = set(range(len(beside))), []
    while left:
        group, new = set(), {min(left)}
        while new:
            group |= new
            new = set(np.nonzero(beside[sorted(new)].any(axis=0))[0].tolist()) - group
        left -= group
        if len(group) >= FEWEST:
            groups.append(np.array(sorted(group)))
    return groups


def _is_row(parts: Regions, rows: npt.NDArray[np.intp]) -> bool:
    """Whether parts stand in a line and have several shapes, as letters do and windows, teeth or dots do not."""
    box: Table = parts.box[rows]
    width, height = box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]
    length = max(int(box[:, 2].max() - box[:, 0].min()), int(box[:, 3].max() - box[:, 1].min()))
    filled = parts.area[rows] / (width * height)
    shapes = {(round(3 * float(w / h)), round(8 * float(f))) for w, h, f in zip(width, height, filled, strict=True)}
    return length >= SLENDER * float(np.median(height)) and len(shapes) >= FEWEST_SHAPES


def _writing(boxes: Table, origin: tuple[int, int], px_per_mm: float) -> Writing:
    x, y = origin
    edges = (boxes[:, 0].min() - x, boxes[:, 1].min() - y, boxes[:, 2].max() - x, boxes[:, 3].max() - y)
    x0, y0, x1, y1 = (round(float(edge) / px_per_mm, 3) for edge in edges)
    capitals = float(np.quantile(boxes[:, 3] - boxes[:, 1], 0.8)) / px_per_mm
    return Writing(text="", height_mm=round(capitals, 3), stroke_mm=None, box_mm=(x0, y0, x1, y1), certain=False)
