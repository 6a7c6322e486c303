"""Colours that are too small, too wide or touch; cut-outs that are too small."""

from collections.abc import Iterator

import cv2
import numpy as np

from designs.rendering import discs
from designs.rendering.arrays import Mask
from designs.rendering.findings.case import Case
from designs.rendering.findings.finding import BLOCK, WARN, Finding, severity, widest
from designs.rendering.findings.narrow import lost, stretches
from designs.rendering.wording import Wording, gettext_noop
from designs.rendering.wording import number as written

COARSE_PX = 4
_CLOSED_HOLE = gettext_noop(
    "A hole of the artwork is %(width)s mm wide here between the metal borders around it, and is filled. "
    "It needs %(limit)s mm to be punched."
)
_SMALL = gettext_noop("A coloured area of %(area)s mm² is very small; %(limit)s mm² can be filled safely.")
_WIDE = gettext_noop(
    "A coloured field is %(across)s mm across; over %(limit)s mm enamel can look wavy. A line or a texture in it helps."
)
_TOUCHING = gettext_noop("Two colours touch here; enamel needs a metal line between them.")
_CUTOUT = gettext_noop("A cut-out is %(across)s mm across; from %(limit)s mm it can be punched safely.")


def small_colours(case: Case) -> Iterator[Finding]:
    """Colours with too little area."""
    limit = case.rules.limit("enamel_area")
    scale = case.art.px_per_mm**2
    for loop in _colours(case):
        if case.inner.areas[loop] > 2 * widest(limit) * scale:
            continue
        area = _area(case, loop)
        mm2 = round(float(np.count_nonzero(area)) / scale, 3)
        verdict = severity(mm2, limit)
        if verdict is None:
            continue
        grade, number = verdict
        box = case.inner.boxes[loop]
        rows, columns = np.nonzero(area)
        yield Finding(
            rule="enamel_area",
            severity=grade,
            measured_mm=mm2,
            limit_mm=number,
            at_mm=case.point((box[0] + columns.mean() + 0.5, box[1] + rows.mean() + 0.5)),
            box_mm=case.box(box),
            message=Wording(_SMALL, area=written(mm2, 2), limit=written(number)),
            staff_message=f"enamel_area: label {case.value[case.inner.starts[loop]]}, {mm2:.2f} mm2, limit {number:g} mm2",
            mend="merge" if grade == BLOCK else None,
        )


def wide_colours(case: Case) -> Iterator[Finding]:
    """Colours into which a disc of the limit fits."""
    limit = case.rules.limit("field_size").warn
    if limit is None:
        return
    for loop in _colours(case):
        x0, y0, x1, y1 = case.inner.boxes[loop]
        if min(x1 - x0, y1 - y0) < limit * case.art.px_per_mm:
            continue
        sides = case.value == case.value[case.inner.starts[loop]]
        edge = (case.inner.x[sides] - x0, case.inner.y[sides] - y0)
        x, y, radius = discs.largest(_area(case, loop, COARSE_PX), edge, pixel=COARSE_PX)
        across = case.mm(2 * radius)
        if across <= limit:
            continue
        yield Finding(
            rule="field_size",
            severity=WARN,
            measured_mm=across,
            limit_mm=limit,
            at_mm=case.point((x0 + x, y0 + y)),
            box_mm=case.box((x0, y0, x1, y1)),
            message=Wording(_WIDE, across=written(across, 1), limit=written(limit)),
            staff_message=f"field_size: {across:.1f} mm inscribed circle, limit {limit:g} mm",
        )


def _colours(case: Case) -> Iterator[int]:
    """The loops around colours."""
    first = case.inner.starts[:-1]
    around = (case.inner.areas > 0) & case.colour[first] if len(first) else np.zeros(0, np.bool_)
    yield from (int(loop) for loop in np.nonzero(around)[0])


def _area(case: Case, loop: int, step: int = 1) -> Mask:
    """The pixels of the colour within a loop, every `step`th, cut to the loop's box."""
    x0, y0, x1, y1 = case.inner.boxes[loop]
    start = case.inner.starts[loop]
    row, column = case.inner.row[start], case.inner.column[start]
    # Where only some pixels are looked at, the loop's own first pixel has to be among them.
    window = case.art.labels[y0 + (row - y0) % step : y1 : step, x0 + (column - x0) % step : x1 : step]
    _, numbers = cv2.connectedComponents(np.asarray(window == case.value[start], dtype=np.uint8), connectivity=4)
    return np.asarray(numbers == numbers[(row - y0) // step, (column - x0) // step], dtype=np.bool_)


def touching(case: Case) -> Iterator[Finding]:
    """Colours without metal between them."""
    if case.rules.limit("colours_touching").block is None:
        return
    # Both colours have sides along their common edge: the one with the lower label tells.
    for run in stretches(case, case.colour & (case.inner.beyond > case.value)):
        x, y = case.inner.x[run], case.inner.y[run]
        yield Finding(
            rule="colours_touching",
            severity=BLOCK,
            measured_mm=0.0,
            limit_mm=case.rules.line_mm,
            at_mm=case.point((x[len(run) // 2], y[len(run) // 2])),
            box_mm=case.box((x.min(), y.min(), x.max(), y.max())),
            message=Wording(_TOUCHING),
            staff_message=f"colours_touching: {len(run)} pixel sides of labels {case.value[run[0]]} "
            f"and {case.inner.beyond[run[0]]}",
            mend="line",
        )


def cutouts(case: Case) -> Iterator[Finding]:
    """Holes too small to be punched."""
    limit = case.rules.limit("cutout_size")
    for hole in case.art.cutouts:
        verdict = severity(hole.across_mm, limit)
        if verdict is None:
            continue
        grade, number = verdict
        half = hole.across_mm / 2
        yield Finding(
            rule="cutout_size",
            severity=grade,
            measured_mm=hole.across_mm,
            limit_mm=number,
            at_mm=(hole.x_mm, hole.y_mm),
            box_mm=(hole.x_mm - half, hole.y_mm - half, hole.x_mm + half, hole.y_mm + half),
            message=Wording(_CUTOUT, across=written(hole.across_mm, 2), limit=written(number)),
            staff_message=f"cutout_size: {hole.across_mm:.2f} mm across, {hole.area_mm2:.2f} mm2, limit {number:g} mm",
            mend="fill" if grade == BLOCK else None,
        )
    yield from lost(case, "cutout_size", limit.block, _CLOSED_HOLE)
