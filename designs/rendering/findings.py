"""The manufacturability report: what can be measured on a pin, by the rules of its process."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from designs.rendering import geometry, lines
from designs.rendering.arrays import Mask
from designs.rendering.pinart import FIRST_ENAMEL, METAL, PinArt
from designs.rendering.rules import Limit, ProcessRules, Rules

BLOCK, WARN, ASK = "block", "warn", "ask"
MOST_PLACES = 12
SOFT_BORDERS = 0.05

Point = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Finding:
    """One thing that cannot be made, may fail, or must be asked.

    Lengths in mm (mm2 for `enamel_area`, dpi for `resolution`, counts for `colour_count` and
    `silhouette_pieces`); places in mm from the left top corner of the pin. `mend` is the id of the automatic
    mend on offer, or None: `bridge` (bridge="auto" or "plate"), `print` (a printing process), `max_colours`,
    `background` (background="keep" or "remove"), and `thicken merge fill line` (mend=True).
    """

    rule: str
    severity: str
    measured_mm: float | None
    limit_mm: float | None
    at_mm: Point | None
    box_mm: Box | None
    message: str
    staff_message: str
    mend: str | None = None


@dataclass(frozen=True)
class _Case:
    """What the measuring functions share."""

    art: PinArt
    rules: ProcessRules

    def mm(self, value: float) -> float:
        return round(value / self.art.px_per_mm, 3)

    def box(self, part: geometry.Component) -> Box:
        x0, y0, x1, y1 = part.box
        return (self.mm(x0), self.mm(y0), self.mm(x1), self.mm(y1))

    def at(self, part: geometry.Component) -> Point:
        return (self.mm(part.centre[0]), self.mm(part.centre[1]))


def check(pin_art: PinArt, *, process: str, rules: Rules) -> list[Finding]:
    """Every finding on a pin by the rules of `process`, blocking ones first, at most 12 places per rule.

    Measured: metal_width enamel_width enamel_area cutout_size bridge_width border_width neck_width
    field_size gradient colours_touching silhouette_pieces resolution colour_count; `background` is asked
    where it is not certain what belongs to the pin.
    """
    case = _Case(pin_art, rules.process(process))
    found: list[Finding] = []
    for measure in (
        _pieces, _touching, _gradient, _colour_count, _resolution, _asks, _metal_width, _enamel_width,
        _enamel_area, _cutouts, _bridges, _border, _necks, _fields,
    ):  # fmt: skip
        found += sorted(measure(case), key=_order)[:MOST_PLACES]
    return sorted(found, key=lambda finding: _RANK[finding.severity])


_RANK = {BLOCK: 0, WARN: 1, ASK: 2}


def _order(finding: Finding) -> tuple[int, float]:
    return _RANK[finding.severity], finding.measured_mm or 0.0


def _severity(value: float, limit: Limit) -> tuple[str, float] | None:
    """The severity of a value that must not be small, and the limit that it misses."""
    if limit.block is not None and value < limit.block:
        return BLOCK, limit.block
    if limit.warn is not None and value < limit.warn:
        return WARN, limit.warn
    return None


def _narrow(mask: Mask, limit_px: float) -> Iterator[tuple[geometry.Component, float]]:
    """The parts of a mask narrower than a limit, with their width: twice the crest's distance, less half a pixel.

    Corners are narrow too, but they are not longer than wide; they are left out.
    """
    depth = geometry.inside_distance(mask)
    swept = geometry.opened(mask, limit_px / 2 + 0.25)
    numbers, parts = geometry.components(np.asarray(mask & ~swept, dtype=np.bool_))
    crest = lines.ridge(depth)
    for part in parts:
        x0, y0, x1, y1 = part.box
        here = numbers[y0:y1, x0:x1] == part.number
        ridge = depth[y0:y1, x0:x1][here & crest[y0:y1, x0:x1]]
        if ridge.size == 0:
            continue
        width = 2 * float(np.percentile(ridge, 25)) - 0.5
        if width < limit_px and part.area > max(0.8 * limit_px * limit_px, 4) and _length(part) > 0.8 * limit_px:
            yield part, width


def _length(part: geometry.Component) -> float:
    x0, y0, x1, y1 = part.box
    return float(max(x1 - x0, y1 - y0))


def _widths(case: _Case, rule: str, mask: Mask, text: str, mend: str | None) -> Iterator[Finding]:
    limit = case.rules.limit(rule)
    top = max((value for value in (limit.block, limit.warn) if value is not None), default=None)
    if top is None or not mask.any():
        return
    for part, width in _narrow(mask, top * case.art.px_per_mm):
        verdict = _severity(case.mm(width), limit)
        if verdict is None:
            continue
        severity, number = verdict
        yield Finding(
            rule=rule,
            severity=severity,
            measured_mm=case.mm(width),
            limit_mm=number,
            at_mm=case.at(part),
            box_mm=case.box(part),
            message=text.format(width=f"{case.mm(width):.2f}", limit=f"{number:.2f}"),
            staff_message=f"{rule}: {case.mm(width):.2f} mm, limit {number:g} mm, box {case.box(part)}",
            mend=mend,
        )


def _metal_width(case: _Case) -> Iterator[Finding]:
    text = "A metal line is {width} mm wide here; it needs {limit} mm to be struck cleanly."
    return _widths(case, "metal_width", case.art.labels == METAL, text, "thicken")


def _enamel_width(case: _Case) -> Iterator[Finding]:
    text = "A coloured area is {width} mm wide here; it needs {limit} mm so that enamel can be filled in."
    return _widths(case, "enamel_width", case.art.labels >= FIRST_ENAMEL, text, None)


def _necks(case: _Case) -> Iterator[Finding]:
    text = "The pin is only {width} mm wide here; under {limit} mm it may bend or break when worn."
    solid = case.art.labels >= METAL
    return _widths(case, "neck_width", solid | geometry.holes(solid), text, None)


def _enamel_area(case: _Case) -> Iterator[Finding]:
    limit = case.rules.limit("enamel_area")
    for label in range(FIRST_ENAMEL, FIRST_ENAMEL + len(case.art.palette)):
        for part in geometry.components(case.art.labels == label)[1]:
            area = round(part.area / case.art.px_per_mm**2, 3)
            verdict = _severity(area, limit)
            if verdict is None:
                continue
            severity, number = verdict
            yield Finding(
                rule="enamel_area",
                severity=severity,
                measured_mm=area,
                limit_mm=number,
                at_mm=case.at(part),
                box_mm=case.box(part),
                message=f"A coloured area of {area:.2f} mm2 is very small; {number:g} mm2 can be filled safely.",
                staff_message=f"enamel_area: label {label}, {area:.2f} mm2, limit {number:g} mm2",
                mend="merge",
            )


def _cutouts(case: _Case) -> Iterator[Finding]:
    limit = case.rules.limit("cutout_size")
    for hole in case.art.cutouts:
        verdict = _severity(hole.across_mm, limit)
        if verdict is None:
            continue
        severity, number = verdict
        half = hole.across_mm / 2
        yield Finding(
            rule="cutout_size",
            severity=severity,
            measured_mm=hole.across_mm,
            limit_mm=number,
            at_mm=(hole.x_mm, hole.y_mm),
            box_mm=(hole.x_mm - half, hole.y_mm - half, hole.x_mm + half, hole.y_mm + half),
            message=f"A cut-out is {hole.across_mm:.2f} mm across; from {number:g} mm it can be punched safely.",
            staff_message=f"cutout_size: {hole.across_mm:.2f} mm across, {hole.area_mm2:.2f} mm2",
            mend="fill",
        )


def _bridges(case: _Case) -> Iterator[Finding]:
    """Metal between cut-outs, or between a cut-out and the outline."""
    if not case.art.cutouts:
        return iter(())
    text = "The metal beside a cut-out is only {width} mm wide; under {limit} mm it may break."
    solid = np.asarray(case.art.labels >= METAL, dtype=np.bool_)
    near = geometry.dilated(geometry.holes(solid), 2.5 * case.art.px_per_mm)
    return (
        finding
        for finding in _widths(case, "bridge_width", solid, text, None)
        if finding.at_mm is not None and _holds(near, finding.at_mm, case.art.px_per_mm)
    )


def _holds(mask: Mask, at_mm: Point, px_per_mm: float) -> bool:
    x, y = int(at_mm[0] * px_per_mm), int(at_mm[1] * px_per_mm)
    return bool(mask[min(y, mask.shape[0] - 1), min(x, mask.shape[1] - 1)])


def _border(case: _Case) -> Iterator[Finding]:
    """The metal between any colour and the outside."""
    limit = case.rules.limit("border_width")
    enamel = np.asarray(case.art.labels >= FIRST_ENAMEL, dtype=np.bool_)
    if not enamel.any():
        return
    solid = np.asarray(case.art.labels >= METAL, dtype=np.bool_)
    depth = np.where(enamel, geometry.inside_distance(solid), np.float32(np.inf))
    y, x = np.unravel_index(int(np.argmin(depth)), depth.shape)
    width = case.mm(float(depth[y, x]) - 1.0)
    verdict = _severity(width, limit)
    if verdict is None:
        return
    severity, number = verdict
    at = (case.mm(int(x)), case.mm(int(y)))
    yield Finding(
        rule="border_width",
        severity=severity,
        measured_mm=width,
        limit_mm=number,
        at_mm=at,
        box_mm=(at[0] - 0.5, at[1] - 0.5, at[0] + 0.5, at[1] + 0.5),
        message=f"The metal border is {width:.2f} mm wide at its narrowest; it needs {number:g} mm.",
        staff_message=f"border_width: {width:.2f} mm at {at}",
    )


def _fields(case: _Case) -> Iterator[Finding]:
    limit = case.rules.limit("field_size").warn
    if limit is None:
        return
    numbers, parts = geometry.components(np.asarray(case.art.labels >= FIRST_ENAMEL, dtype=np.bool_))
    for part in parts:
        x0, y0, x1, y1 = part.box
        if min(x1 - x0, y1 - y0) < limit * case.art.px_per_mm:
            continue
        x, y, radius = geometry.deepest(np.asarray(numbers[y0:y1, x0:x1] == part.number, dtype=np.bool_))
        across = case.mm(2 * radius - 1)
        if across <= limit:
            continue
        yield Finding(
            rule="field_size",
            severity=WARN,
            measured_mm=across,
            limit_mm=limit,
            at_mm=(case.mm(x0 + x), case.mm(y0 + y)),
            box_mm=case.box(part),
            message=f"A coloured field is {across:.1f} mm across; over {limit:g} mm enamel can look wavy. "
            "A line or a texture in it helps.",
            staff_message=f"field_size: {across:.1f} mm inscribed circle, limit {limit:g} mm",
        )


def _pieces(case: _Case) -> Iterator[Finding]:
    most = case.rules.limit("silhouette_pieces").block
    parts = geometry.components(np.asarray(case.art.labels >= METAL, dtype=np.bool_))[1]
    if most is None or len(parts) <= most:
        return
    main = max(parts, key=lambda part: part.area)
    for part in parts:
        if part is main:
            continue
        yield Finding(
            rule="silhouette_pieces",
            severity=BLOCK,
            measured_mm=float(len(parts)),
            limit_mm=most,
            at_mm=case.at(part),
            box_mm=case.box(part),
            message=f"The pin falls into {len(parts)} pieces; this one is loose. "
            "Metal bridges or a back plate can join them.",
            staff_message=f"silhouette_pieces: {len(parts)} parts; loose part of "
            f"{part.area / case.art.px_per_mm**2:.2f} mm2",
            mend="bridge",
        )


def _touching(case: _Case) -> Iterator[Finding]:
    limit = case.rules.limit("colours_touching").block
    labels = case.art.labels
    across = (labels[:, 1:] != labels[:, :-1]) & (np.minimum(labels[:, 1:], labels[:, :-1]) >= FIRST_ENAMEL)
    down = (labels[1:] != labels[:-1]) & (np.minimum(labels[1:], labels[:-1]) >= FIRST_ENAMEL)
    places = np.concatenate([np.argwhere(across), np.argwhere(down)])
    if limit is None or len(places) == 0:
        return
    at = (case.mm(int(places[0][1])), case.mm(int(places[0][0])))
    yield Finding(
        rule="colours_touching",
        severity=BLOCK,
        measured_mm=0.0,
        limit_mm=case.rules.line_mm,
        at_mm=at,
        box_mm=(at[0] - 0.5, at[1] - 0.5, at[0] + 0.5, at[1] + 0.5),
        message="Two colours touch here; enamel needs a metal line between them.",
        staff_message=f"colours_touching: {len(places)} pixel pairs",
        mend="line",
    )


def _gradient(case: _Case) -> Iterator[Finding]:
    source = case.art.source
    if case.rules.limit("gradient").block is None or source.soft_share <= SOFT_BORDERS:
        return
    at = source.soft_at_mm
    yield Finding(
        rule="gradient",
        severity=BLOCK,
        measured_mm=None,
        limit_mm=None,
        at_mm=at,
        box_mm=None if at is None else (at[0] - 1.5, at[1] - 1.5, at[0] + 1.5, at[1] + 1.5),
        message="The artwork shades from one colour into another here; enamel is flat. "
        "Have it printed, or accept steps of flat colour.",
        staff_message=f"gradient: {source.soft_share:.0%} of the colour borders have no edge in the artwork",
        mend="print",
    )


def _colour_count(case: _Case) -> Iterator[Finding]:
    limit, count = case.rules.limit("colour_count"), len(case.art.palette)
    if limit.block is not None and count > limit.block:
        severity, number = BLOCK, limit.block
    elif limit.warn is not None and count > limit.warn:
        severity, number = WARN, limit.warn
    else:
        return
    yield Finding(
        rule="colour_count",
        severity=severity,
        measured_mm=float(count),
        limit_mm=number,
        at_mm=None,
        box_mm=None,
        message=f"The pin has {count} colours; up to {number:g} are usual. Fewer colours are cheaper and crisper.",
        staff_message=f"colour_count: {count}, limit {number:g}",
        mend="max_colours",
    )


def _resolution(case: _Case) -> Iterator[Finding]:
    density = case.art.source.native_px_per_mm
    if density is None:
        return
    dpi = round(density * 25.4, 1)
    verdict = _severity(dpi, case.rules.limit("resolution"))
    if verdict is None:
        return
    severity, number = verdict
    yield Finding(
        rule="resolution",
        severity=severity,
        measured_mm=dpi,
        limit_mm=number,
        at_mm=None,
        box_mm=None,
        message=f"The picture has {dpi:.0f} dots per inch at this size; from {number:g} its edges become sharp. "
        "Send a larger picture, an SVG or a PDF, or choose a smaller pin.",
        staff_message=f"resolution: {dpi:.0f} dpi at final size, limit {number:g}",
    )


_QUESTIONS = {
    "background": (
        "We are not sure whether the background belongs to the pin. Look at the outline and choose: keep or remove.",
        "background",
    ),
    "photo": (
        "This looks like a photograph. Enamel is flat colour; a printed pin shows it as it is.",
        "print",
    ),
}


def _asks(case: _Case) -> Iterator[Finding]:
    for ask in case.art.source.asks:
        if ask == "photo" and case.rules.fill == "print":
            continue
        message, mend = _QUESTIONS[ask]
        yield Finding(
            rule="gradient" if ask == "photo" else ask,
            severity=ASK,
            measured_mm=None,
            limit_mm=None,
            at_mm=None,
            box_mm=None,
            message=message,
            staff_message=f"ambiguous: {ask}",
            mend=mend,
        )
