"""The manufacturability report: what can be measured on a pin, by the rules of its process."""

from designs.rendering.findings import areas, narrow, whole
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
    narrow.metal,
    narrow.enamel,
    narrow.printed,
    areas.small_colours,
    areas.cutouts,
    narrow.bridges,
    narrow.border,
    narrow.necks,
    areas.wide_colours,
    whole.clutches,
)


def check(pin_art: PinArt, *, process: str, rules: Rules) -> list[Finding]:
    """Every finding on a pin by the rules of `process`, blocking ones first, at most 12 per rule.

    Measured: metal_width enamel_width enamel_area cutout_size bridge_width border_width neck_width
    field_size gradient colours_touching silhouette_pieces print_feature resolution colour_count post_edge;
    `background` is asked where it is not certain what belongs to the pin.
    """
    case = Case(pin_art, rules.process(process))
    found = [finding for measure in _MEASURES for finding in few(measure(case))]
    return sorted(found, key=lambda finding: RANK[finding.severity])
