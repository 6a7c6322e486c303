"""Text that is too small to be read on a pin."""

from collections.abc import Iterator

import numpy as np

from designs.rendering.findings.case import Case
from designs.rendering.findings.finding import ASK, BLOCK, Finding, severity, widest
from designs.rendering.pinart import FIRST_ENAMEL, METAL, Writing
from designs.rendering.wording import Wording, gettext_noop
from designs.rendering.wording import number as written

MARGIN_MM = 0.3
TALL = 0.5
_LOW = gettext_noop(
    "The text “%(text)s” is %(height)s mm high; from %(limit)s mm it can be read when struck. "
    "Make it larger, shorten it, or choose a larger pin."
)
_LIKE_TEXT = gettext_noop(
    "This looks like text %(height)s mm high. Is it meant to be read? "
    "Then it needs %(limit)s mm, in plain block letters."
)
_THIN = gettext_noop(
    "The lines of the text “%(text)s” are %(width)s mm wide; they need %(limit)s mm. "
    "Use a bolder or plainer typeface, or larger letters."
)


def heights(case: Case) -> Iterator[Finding]:
    """Letters that are too low; of what only looks like letters it is asked."""
    limit = case.rules.limit("text_height")
    for line in case.art.source.writings:
        verdict = severity(line.height_mm, limit)
        if verdict is None:
            continue
        grade, number = verdict
        if line.certain:
            message = Wording(_LOW, text=line.text, height=written(line.height_mm, 2), limit=written(number, 2))
        else:
            grade, number = ASK, widest(limit)
            message = Wording(_LIKE_TEXT, height=written(line.height_mm, 1), limit=written(number, 2))
        yield Finding(
            rule="text_height",
            severity=grade,
            measured_mm=line.height_mm,
            limit_mm=number,
            at_mm=_middle(line),
            box_mm=line.box_mm,
            message=message,
            staff_message=f"text_height: {line.height_mm:.2f} mm, limit {number:g} mm, "
            f"{'<text> ' + repr(line.text) if line.certain else 'a row of like parts'}, box {line.box_mm}",
        )


def strokes(case: Case) -> Iterator[Finding]:
    """Letters whose lines are too thin: as they are on the pin, else as the font's weight says."""
    limit = case.rules.limit("text_stroke")
    for line in case.art.source.writings:
        if not line.certain or line.stroke_mm is None or not widest(limit):
            continue
        on_pin = _on_pin(case, line) if line.stroke_mm < 2 * widest(limit) else None
        width = line.stroke_mm if on_pin is None else on_pin
        verdict = severity(width, limit)
        if verdict is None:
            continue
        grade, number = verdict
        yield Finding(
            rule="text_stroke",
            severity=grade,
            measured_mm=width,
            limit_mm=number,
            at_mm=_middle(line),
            box_mm=line.box_mm,
            message=Wording(_THIN, text=line.text, width=written(width, 2), limit=written(number, 2)),
            staff_message=f"text_stroke: {width:.2f} mm {'by the font' if on_pin is None else 'on the pin'}, "
            f"limit {number:g} mm, box {line.box_mm}",
        )


def _middle(line: Writing) -> tuple[float, float]:
    x0, y0, x1, y1 = line.box_mm
    return (round((x0 + x1) / 2, 3), round((y0 + y1) / 2, 3))


def _on_pin(case: Case, line: Writing) -> float | None:
    """The usual width of the letters within a line's box; None where none of them is left on the pin."""
    scale = case.art.px_per_mm
    x0, y0, x1, y1 = (
        (value + side * MARGIN_MM) * scale for value, side in zip(line.box_mm, (-1, -1, 1, 1), strict=True)
    )
    boxes, first = case.inner.boxes, case.inner.starts[:-1]
    inside = (boxes[:, 0] >= x0) & (boxes[:, 1] >= y0) & (boxes[:, 2] <= x1) & (boxes[:, 3] <= y1)
    height = (boxes[:, 3] - boxes[:, 1]) / scale
    letter = inside & (case.inner.areas > 0) & (height >= TALL * line.height_mm)
    # A letter is higher than the counter in it: what has the highest parts, metal or colour, is the text.
    kinds = [letter & (case.value[first] == METAL), letter & (case.value[first] >= FIRST_ENAMEL)]
    highest = [float(height[kind].max(initial=0.0)) for kind in kinds]
    if not max(highest):
        return None
    sides = kinds[int(np.argmax(highest))][case.inner.loop]
    width = case.spans.width[sides]
    known = width[np.isfinite(width)]
    return case.mm(np.median(known)) if len(known) else None


def covered(findings: list[Finding]) -> list[Finding]:
    """The findings without warnings on single strokes of a text that is itself too small."""
    boxes = [found.box_mm for found in findings if found.rule in {"text_height", "text_stroke"} and found.box_mm]
    single = {"metal_width", "enamel_width", "enamel_area", "print_feature"}
    return [
        found
        for found in findings
        if found.severity == BLOCK
        or found.rule not in single
        or found.at_mm is None
        or not any(x0 <= found.at_mm[0] <= x1 and y0 <= found.at_mm[1] <= y1 for x0, y0, x1, y1 in boxes)
    ]
