"""Where metal, colour or the pin itself is narrower than its process allows."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from designs.rendering import corners, places, widths
from designs.rendering.arrays import Mask
from designs.rendering.edges import Numbers
from designs.rendering.findings.case import Case
from designs.rendering.findings.finding import BLOCK, WARN, Finding, severity, widest
from designs.rendering.pinart import FIRST_ENAMEL, METAL, OUTSIDE
from designs.rendering.rules import Limit
from designs.rendering.wording import Wording, gettext_noop
from designs.rendering.wording import number as written

STRETCH_MM = 0.2
POINT_MM = 0.1
DOUBT_MM = 0.005  # a sixth of a pixel: so little under the warn limit is the measure's own error
CANDIDATES = 1.08  # beside corners the first measure reads up to this much too wide
END_BLOCKS_FROM = 1.0  # every corner narrows to nothing: a dead end counts from this length on, in limits
END_WARNS_FROM = 2.5


@dataclass(frozen=True)
class _Subject:
    """What is measured by a rule, in words: `width`, `limit` and, for points, `length` are filled in."""

    rule: str
    stretch: str
    tip: str
    mend: str | None = None


_METAL = _Subject(
    "metal_width",
    gettext_noop("A metal line is %(width)s mm wide here; it needs %(limit)s mm to be struck cleanly."),
    gettext_noop(
        "A metal line runs out to a point here: under %(limit)s mm for %(length)s mm, its end will not be struck cleanly."
    ),
    "thicken",
)
_ENAMEL = {
    "enamel": _Subject(
        "enamel_width",
        gettext_noop(
            "A coloured area is %(width)s mm wide here; it needs %(limit)s mm so that enamel can be filled in."
        ),
        gettext_noop(
            "A coloured area runs out to a point here: under %(limit)s mm for %(length)s mm, so enamel ends before its tip."
        ),
    ),
    "metal": _Subject(
        "enamel_width",
        gettext_noop("A sunken area is %(width)s mm wide here; it needs %(limit)s mm to be struck cleanly."),
        gettext_noop(
            "A sunken area runs out to a point here: under %(limit)s mm for %(length)s mm, it closes before its tip."
        ),
    ),
}
_BORDER = _Subject(
    "border_width",
    gettext_noop("The metal border is %(width)s mm wide here; it needs %(limit)s mm to hold the colour beside it."),
    gettext_noop("The metal border is %(width)s mm wide here; it needs %(limit)s mm to hold the colour beside it."),
)
_NECK = _Subject(
    "neck_width",
    gettext_noop("The pin is only %(width)s mm wide here; under %(limit)s mm it may bend or break when worn."),
    gettext_noop(
        "The pin runs out to a thin point here: under %(limit)s mm for %(length)s mm, it may bend or chip when worn."
    ),
)
_BRIDGE = _Subject(
    "bridge_width",
    gettext_noop("The metal beside a cut-out is only %(width)s mm wide here; under %(limit)s mm it may break."),
    gettext_noop(
        "The metal beside a cut-out runs out to a thin point here: under %(limit)s mm for %(length)s mm, it may break."
    ),
)
_PRINT = _Subject(
    "print_feature",
    gettext_noop("A printed detail is %(width)s mm wide here; it needs %(limit)s mm to be printed cleanly."),
    gettext_noop(
        "A printed detail runs out to a point here: under %(limit)s mm for %(length)s mm, its tip may not print."
    ),
)


_LOST_METAL = gettext_noop(
    "A line was drawn %(width)s mm wide here: too thin to be struck, it is not on the pin. It needs %(limit)s mm."
)
_LOST_COLOUR = gettext_noop(
    "A colour was drawn %(width)s mm wide here: beside its metal lines no room is left for enamel. It needs %(limit)s mm."
)


def metal(case: Case) -> Iterator[Finding]:
    """Metal between colours; at the pin's edge, where other rules ask for more, only what cannot be struck."""
    limit = case.rules.limit("metal_width")
    wall = case.metal & (case.inner.beyond >= FIRST_ENAMEL) & _faces_colour(case)
    yield from _found(case, case.spans, wall, limit, _METAL)
    yield from _found(case, case.spans, case.metal & ~wall, Limit(block=limit.block, warn=None), _METAL)
    yield from _points(case, limit)
    yield from lost(case, _METAL.rule, limit.block, _LOST_METAL)


def _points(case: Case, limit: Limit) -> Iterator[Finding]:
    """Metal that is no wider than a point, between what meets corner to corner."""
    grade = _of_width(0.0, limit)
    if grade is None:
        return
    for x, y in corners.contacts(case.art.labels != METAL).tolist():
        reach = POINT_MM * case.art.px_per_mm
        place = places.Place(
            width=0.0,
            length=0.0,
            at=(float(x), float(y)),
            box=(x - reach, y - reach, x + reach, y + reach),
            kind=places.NECK,
            tapers=False,
            sides=np.zeros(0, np.int32),
        )
        yield _finding(case, _METAL, grade, limit, place)


def enamel(case: Case) -> Iterator[Finding]:
    """Colours between metal."""
    if case.rules.fill in _ENAMEL:
        subject = _ENAMEL[case.rules.fill]
        mend = "fill" if case.rules.fill == "enamel" else None
        for found in _found(case, case.spans, case.colour, case.rules.limit("enamel_width"), subject):
            yield replace(found, mend=mend) if found.severity == BLOCK else found
        yield from lost(case, subject.rule, case.rules.limit(subject.rule).block, _LOST_COLOUR)


def printed(case: Case) -> Iterator[Finding]:
    """Flat printed colours."""
    yield from _found(case, case.spans, case.colour, case.rules.limit("print_feature"), _PRINT)


def border(case: Case) -> Iterator[Finding]:
    """Metal between a colour and the outside or a cut-out; a colour without any has a border of 0."""
    limit = case.rules.limit("border_width")
    rim = case.metal & ((case.inner.beyond >= FIRST_ENAMEL) != _faces_colour(case))
    yield from _found(case, case.spans, rim, limit, _BORDER)
    grade = _of_width(0.0, limit)
    if grade is not None:
        for run in stretches(case, case.colour & (case.inner.beyond == OUTSIDE)):
            yield _finding(case, _BORDER, grade, limit, _bare(case, run))


def necks(case: Case) -> Iterator[Finding]:
    """The pin's outline against itself."""
    outside = np.asarray(case.outer.areas > 0, dtype=np.bool_)[case.outer.loop]
    both = outside & _facing(case.solid_spans, outside)
    yield from _found(case, case.solid_spans, both, case.rules.limit("neck_width"), _NECK)


def bridges(case: Case) -> Iterator[Finding]:
    """Metal between cut-outs, or between a cut-out and the outline."""
    hole = np.asarray(case.outer.areas < 0, dtype=np.bool_)[case.outer.loop]
    either = hole | _facing(case.solid_spans, hole)
    yield from _found(case, case.solid_spans, either, case.rules.limit("bridge_width"), _BRIDGE)


def lost(case: Case, rule: str, least: float | None, text: str) -> Iterator[Finding]:
    """What was drawn too fine to be on the pin at all."""
    for each in case.art.source.lost:
        if each.rule != rule or least is None:
            continue
        room = 0.0 if rule == _METAL.rule or each.enclosed else case.art.line_mm
        limit = round(least + room, 3)
        yield Finding(
            rule=rule,
            severity=WARN if each.mended else BLOCK,
            measured_mm=each.width_mm,
            limit_mm=limit,
            at_mm=each.at_mm,
            box_mm=each.box_mm,
            message=Wording(text, width=written(each.width_mm, 2), limit=written(limit, 2)),
            staff_message=f"{rule}: {each.width_mm:.2f} mm drawn, not on the pin, limit {limit:g} mm, box {each.box_mm}",
        )


def stretches(case: Case, wanted: Mask) -> list[Numbers]:
    """The wanted sides of the inner edges, as stretches of their loops."""
    sides = np.nonzero(wanted)[0].astype(np.int32)
    return places.runs(case.inner, sides, gap=round(case.art.px_per_mm * STRETCH_MM)) if len(sides) else []


def _facing(spans: widths.Spans, wanted: Mask) -> Mask:
    """Which sides face a wanted one."""
    return np.asarray((spans.facing >= 0) & wanted[spans.facing], dtype=np.bool_)


def _faces_colour(case: Case) -> Mask:
    return _facing(case.spans, case.inner.beyond >= FIRST_ENAMEL)


def _found(case: Case, spans: widths.Spans, sides: Mask, limit: Limit, subject: _Subject) -> Iterator[Finding]:
    scale = case.art.px_per_mm
    sure = Limit(block=limit.block, warn=None if limit.warn is None else limit.warn - DOUBT_MM)
    top = widest(sure)
    if not top:
        return
    shortest = min(END_BLOCKS_FROM * (sure.block or np.inf), END_WARNS_FROM * (sure.warn or np.inf))
    for place in places.narrow(
        spans, sides, limit=CANDIDATES * top * scale, stretch=STRETCH_MM * scale, shortest_end=shortest * scale
    ):
        grade = (
            _of_end(spans, place, sure, scale) if place.kind == places.END else _of_width(case.mm(place.width), sure)
        )
        if grade is not None:
            yield _finding(case, subject, grade, limit, places.below(spans, place, top * scale) or place)


def _of_width(width: float, limit: Limit) -> str | None:
    verdict = severity(width, limit)
    return None if verdict is None else verdict[0]


def _of_end(spans: widths.Spans, place: places.Place, limit: Limit, scale: float) -> str | None:
    """The severity of a dead end: by the length over which it is too narrow."""
    for grade, value, least in ((BLOCK, limit.block, END_BLOCKS_FROM), (WARN, limit.warn, END_WARNS_FROM)):
        part = places.below(spans, place, value * scale) if value else None
        if value and part is not None and part.length >= least * value * scale:
            return grade
    return None


def _bare(case: Case, sides: Numbers) -> places.Place:
    """A stretch of a colour's edge that has no metal at all."""
    x, y = case.inner.x[sides], case.inner.y[sides]
    middle = len(sides) // 2
    return places.Place(
        width=0.0,
        length=len(sides) / places.SIDES_PER_PX,
        at=(float(x[middle]), float(y[middle])),
        box=(float(x.min()), float(y.min()), float(x.max()), float(y.max())),
        kind=places.WHOLE,
        tapers=False,
        sides=sides,
    )


def _finding(case: Case, subject: _Subject, grade: str, limit: Limit, place: places.Place) -> Finding:
    number = (limit.block if grade == BLOCK else limit.warn) or 0.0
    # Over the length that counts, a point that is only worth a warning is as wide as the block limit.
    least = (limit.block or 0.0) if place.tapers and grade == WARN else 0.0
    width, length = max(case.mm(place.width), least), f"{case.mm(place.length):.1f}"
    # Rounded down, a width never reads as the limit that it misses.
    shown = f"{math.floor(100 * width) / 100:.2f}"
    text = subject.tip if place.tapers else subject.stretch
    box = case.box(place.box)
    return Finding(
        rule=subject.rule,
        severity=grade,
        measured_mm=width,
        limit_mm=number,
        at_mm=case.point(place.at),
        box_mm=box,
        message=Wording(text, width=Decimal(shown), limit=written(number, 2), length=Decimal(length)),
        staff_message=f"{subject.rule}: {shown} mm over {length} mm, limit {number:g} mm, box {box}",
        mend=subject.mend,
    )
