"""What holds for the pin as a whole: its pieces, colours and source."""

from collections.abc import Iterator

import numpy as np

from designs.rendering.findings.case import Case
from designs.rendering.findings.finding import ASK, BLOCK, WARN, Finding, severity
from designs.rendering.wording import Wording, gettext_noop
from designs.rendering.wording import number as written

_QUESTIONS = {
    "background": (
        gettext_noop(
            "We are not sure whether the background belongs to the pin. Look at the outline and choose: keep or remove."
        ),
        "background",
    ),
    "photo": (
        gettext_noop("This looks like a photograph. Enamel is flat colour; a printed pin shows it as it is."),
        "print",
    ),
}
_PIECES = gettext_noop(
    "The pin falls into %(pieces)s pieces; this one is loose. Metal bridges or a back plate can join them."
)
_SHADES = gettext_noop(
    "The artwork shades from %(first)s into %(last)s here; enamel is flat. "
    "Have it printed, or accept steps of flat colour."
)
_COLOURS = gettext_noop(
    "The pin has %(colours)s colours; up to %(limit)s are usual. Fewer colours are cheaper and crisper."
)
_COARSE = gettext_noop(
    "The picture has %(dots)s dots per inch at this size; from %(limit)s its edges become sharp. "
    "Send a larger picture, an SVG or a PDF, or choose a smaller pin."
)


def pieces(case: Case) -> Iterator[Finding]:
    """Parts of the silhouette that hang on nothing."""
    most = case.rules.limit("silhouette_pieces").block
    parts = np.nonzero(case.outer.areas > 0)[0]
    if most is None or len(parts) <= most:
        return
    main = parts[int(np.argmax(case.outer.areas[parts]))]
    for part in parts[parts != main]:
        x0, y0, x1, y1 = case.outer.boxes[part]
        mm2 = case.outer.areas[part] / case.art.px_per_mm**2
        yield Finding(
            rule="silhouette_pieces",
            severity=BLOCK,
            measured_mm=float(len(parts)),
            limit_mm=most,
            at_mm=case.point(((x0 + x1) / 2, (y0 + y1) / 2)),
            box_mm=case.box((x0, y0, x1, y1)),
            message=Wording(_PIECES, pieces=len(parts)),
            staff_message=f"silhouette_pieces: {len(parts)} parts; loose part of {mm2:.2f} mm2",
            mend="bridge",
        )


def gradient(case: Case) -> Iterator[Finding]:
    """Shading where the process has only flat colour."""
    if case.rules.limit("gradient").block is None:
        return
    for each in case.art.source.gradients:
        first, last = each.ends
        yield Finding(
            rule="gradient",
            severity=BLOCK,
            measured_mm=None,
            limit_mm=None,
            at_mm=each.at_mm,
            box_mm=each.box_mm,
            message=Wording(_SHADES, first=first, last=last),
            staff_message=f"gradient: {first} to {last}, box {each.box_mm}",
            mend="print",
        )


def colour_count(case: Case) -> Iterator[Finding]:
    """More colours than usual, or than can be made."""
    limit, count = case.rules.limit("colour_count"), len(case.art.palette)
    if limit.block is not None and count > limit.block:
        grade, number = BLOCK, limit.block
    elif limit.warn is not None and count > limit.warn:
        grade, number = WARN, limit.warn
    else:
        return
    yield Finding(
        rule="colour_count",
        severity=grade,
        measured_mm=float(count),
        limit_mm=number,
        at_mm=None,
        box_mm=None,
        message=Wording(_COLOURS, colours=count, limit=written(number)),
        staff_message=f"colour_count: {count}, limit {number:g}",
        mend="max_colours",
    )


def resolution(case: Case) -> Iterator[Finding]:
    """A picture with too few dots for its size."""
    density = case.art.source.native_px_per_mm
    if density is None:
        return
    dpi = round(density * 25.4, 1)
    verdict = severity(dpi, case.rules.limit("resolution"))
    if verdict is None:
        return
    grade, number = verdict
    yield Finding(
        rule="resolution",
        severity=grade,
        measured_mm=dpi,
        limit_mm=number,
        at_mm=None,
        box_mm=None,
        message=Wording(_COARSE, dots=written(dpi, 0), limit=written(number)),
        staff_message=f"resolution: {dpi:.0f} dpi at final size, limit {number:g}",
    )


def questions(case: Case) -> Iterator[Finding]:
    """What the customer should confirm."""
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
            message=Wording(message),
            staff_message=f"ambiguous: {ask}",
            mend=mend,
        )
