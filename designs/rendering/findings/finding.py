"""What a report is made of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from designs.rendering.rules import Limit
from designs.rendering.wording import Wording, gettext_noop

BLOCK, WARN, ASK = "block", "warn", "ask"
RANK = {BLOCK: 0, WARN: 1, ASK: 2}
MOST_PLACES = 12
_MORE = gettext_noop("%(finding)s There are %(number)s more such places.")

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
    message: Wording
    staff_message: str
    mend: str | None = None


def severity(value: float, limit: Limit) -> tuple[str, float] | None:
    """The severity of a value that must not be small, and the limit that it misses; None where it is sound."""
    if limit.block is not None and value < limit.block:
        return BLOCK, limit.block
    if limit.warn is not None and value < limit.warn:
        return WARN, limit.warn
    return None


def widest(limit: Limit) -> float:
    """The larger of both limits, 0 where the process has none."""
    return max(limit.block or 0.0, limit.warn or 0.0)


def few(findings: Iterable[Finding]) -> list[Finding]:
    """The findings of one rule, the worst first; of more than 12 the last one speaks for all the rest."""
    ordered = sorted(findings, key=lambda found: (RANK[found.severity], found.measured_mm or 0.0))
    rest = ordered[MOST_PLACES:]
    if not rest:
        return ordered
    last = ordered[MOST_PLACES - 1]
    boxes = [found.box_mm for found in (last, *rest) if found.box_mm is not None]
    return [
        *ordered[: MOST_PLACES - 1],
        replace(
            last,
            box_mm=union(boxes) if boxes else None,
            message=Wording(_MORE, finding=last.message, number=len(rest)),
            staff_message=f"{last.staff_message}; {len(rest)} more such places in this box",
        ),
    ]


def union(boxes: list[Box]) -> Box:
    """The box around boxes."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
