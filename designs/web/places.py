"""Where things lie on the front picture of a pin: findings, colours, and the millimetres themselves."""

import math
from dataclasses import dataclass

from designs import engine
from designs.measures import Measures
from designs.report import Finding, Report

MM_PER_INCH = 25.4
CANVAS = 1000  # places are on a picture of 1000 x 1000


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered finding on the front picture of 1000 x 1000."""

    number: int
    group: int
    message: str
    severity: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the number of a colour stands on the front picture of 1000 x 1000."""

    label: int
    number: int
    name: str
    fill: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class TrueSize:
    """The front picture in mm, so that the pin on it is as large as the real one, and the pin's own measures."""

    picture_mm: float
    width_mm: float
    height_mm: float

    @property
    def width_in(self) -> float:
        """Inches."""
        return self.width_mm / MM_PER_INCH

    @property
    def height_in(self) -> float:
        """Inches."""
        return self.height_mm / MM_PER_INCH

    @property
    def ruler_mm(self) -> tuple[int, ...]:
        """The marks of the ruler under the pin, one per mm."""
        return tuple(range(math.ceil(self.width_mm / 10) * 10 + 1))


def list_marks(report: Report | None, measures: Measures | None) -> list[Mark]:
    """Where findings lie on the front picture: the pin's longest side fills a known share of it, in its middle."""
    if report is None or measures is None:
        return []
    scale = CANVAS * engine.FRONT_FILL / max(measures.width_mm, measures.height_mm)
    first: dict[tuple[str, str, str], int] = {}
    for found in report.findings:
        first.setdefault(rule_of(found), found.number)
    return [
        Mark(
            number=found.number,
            group=first[rule_of(found)],
            message=found.message,
            severity=found.severity,
            x=round(CANVAS / 2 + (found.at_mm[0] - measures.width_mm / 2) * scale),
            y=round(CANVAS / 2 + (found.at_mm[1] - measures.height_mm / 2) * scale),
        )
        for found in report.findings
        if found.at_mm is not None
    ]


def list_spots(measures: Measures | None) -> list[Spot]:
    """Where the colours lie on the front picture."""
    if measures is None:
        return []
    scale = CANVAS * engine.FRONT_FILL / max(measures.width_mm, measures.height_mm)
    return [
        Spot(
            label=colour.label,
            number=colour.number,
            name=colour.name,
            fill=colour.fill,
            x=round(CANVAS / 2 + (colour.x_mm - measures.width_mm / 2) * scale),
            y=round(CANVAS / 2 + (colour.y_mm - measures.height_mm / 2) * scale),
        )
        for colour in measures.colours
        if colour.effect not in {"print", "recessed"}
    ]


def true_size(measures: Measures | None) -> TrueSize | None:
    """How large the front picture is where the pin on it has its real size."""
    if measures is None:
        return None
    longest = max(measures.width_mm, measures.height_mm)
    return TrueSize(round(longest / engine.FRONT_FILL, 2), measures.width_mm, measures.height_mm)


def rule_of(found: Finding) -> tuple[str, str, str]:
    """What is told once of all its places: the rule, how bad it is, and what would mend it."""
    return found.rule, found.severity, found.mend
