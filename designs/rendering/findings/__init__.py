"""The manufacturability report: what can be measured on a pin, by the rules of its process."""

from designs.rendering.edges import Edges
from designs.rendering.findings import areas, narrow, text, whole
from designs.rendering.findings.case import Case
from designs.rendering.findings.finding import ASK, BLOCK, RANK, WARN, Finding, few
from designs.rendering.pinart import PinArt
from designs.rendering.rules import Rules

__all__ = ["ASK", "BLOCK", "WARN", "Finding", "check"]

_MEASURES = (
    whole.pieces,
    areas.touching,
    whole.gradient,
    whole.colour_count,
    whole.resolution,
    whole.questions,
    text.heights,
    text.strokes,
    narrow.metal,
    narrow.enamel,
    narrow.printed,
    areas.small_colours,
    areas.cutouts,
    narrow.bridges,
    narrow.border,
    narrow.necks,
    areas.wide_colours,
)


def check(pin_art: PinArt, *, process: str, rules: Rules, outline: Edges | None = None) -> list[Finding]:
    """Every finding on a pin by the rules of `process`, blocking ones first, at most 12 per rule.

    Measured: metal_width enamel_width enamel_area text_height text_stroke cutout_size bridge_width border_width
    neck_width field_size gradient colours_touching silhouette_pieces print_feature resolution colour_count;
    `background` is asked where it is not certain what belongs to the pin. `outline` are the edges of the silhouette, where
    they are known already.
    """
    case = Case(pin_art, rules.process(process), outline)
    by_rule: dict[str, list[Finding]] = {}
    for found in text.covered([found for measure in _MEASURES for found in measure(case)]):
        by_rule.setdefault(found.rule, []).append(found)
    return sorted((found for each in by_rule.values() for found in few(each)), key=lambda found: RANK[found.severity])
