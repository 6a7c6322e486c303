"""Gauges of known width on the label map: what the report measures."""

import numpy as np
import pytest

from designs.rendering import Limit, Rules, check
from designs.rendering.rules import ProcessRules
from tests.designs.rendering import gauges

WIDTHS = (0.10, 0.12, 0.15, 0.18, 0.22, 0.26, 0.30, 0.36, 0.45, 0.60, 0.80, 1.00, 1.30, 1.60, 2.00)
ANGLES = (0, 90, 45, 2)
CLOSE_MM, FAR_MM = 0.03, 0.06


def _rules(rule: str) -> Rules:
    """Nothing but one rule, which asks for 2.5 mm."""
    process = ProcessRules(fill="enamel", line_mm=0.3, border_mm=0.5, limits={rule: Limit(block=2.5, warn=None)})
    return Rules(version="test", processes={"soft_enamel": process})


def _labels(rule: str, mask: np.ndarray) -> np.ndarray:
    if rule in {"neck_width", "bridge_width"}:
        return mask.astype(np.uint8)
    inside, around = (1, 2) if rule == "metal_width" else (2, 1)
    return np.where(mask, inside, around).astype(np.uint8)


def _is_near_the_middle(box: tuple[float, float, float, float]) -> bool:
    x0, y0, x1, y1 = box
    return max(x0, y0) - 2.2 < gauges.MIDDLE < min(x1, y1) + 2.2


def _errors(rule: str, kind: str) -> list[float]:
    """Measured minus true width, of gauges at many angles that lie anywhere on the grid."""
    dice = np.random.default_rng([len(rule), len(kind)])
    errors = []
    for width in WIDTHS:
        for angle in (*ANGLES, dice.uniform(0, 180), dice.uniform(0, 180)):
            shift = (dice.random(), dice.random())
            labels = _labels(rule, gauges.KINDS[kind](width, angle, shift))
            found = check(gauges.pin(labels), process="soft_enamel", rules=_rules(rule))
            there = [f for f in found if _is_near_the_middle(f.box_mm)]
            assert there, f"{rule}: a {kind} of {width} mm at {angle:.0f} degrees is not reported"
            errors.append(min(f.measured_mm for f in there) - width)
    return errors


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        *((rule, kind) for rule in ("metal_width", "enamel_width") for kind in gauges.KINDS),
        ("neck_width", "bar"),
        ("neck_width", "neck"),
        ("bridge_width", "ring"),
    ],
)
def test_gauges_are_measured_within_three_hundredths(rule, kind):
    errors = np.abs(_errors(rule, kind))
    assert float(np.mean(errors <= CLOSE_MM)) >= 0.95
    assert float(errors.max()) <= FAR_MM


@pytest.mark.parametrize(("severity", "width"), [("block", 0.27), ("warn", 0.33), ("warn", 0.57), (None, 0.63)])
def test_limits_are_told_apart_by_a_line_of_that_width(severity, width):
    labels = _labels("enamel_width", gauges.bar(width, 33, (0.3, 0.7)))
    found = [
        f for f in check(gauges.pin(labels), process="soft_enamel", rules=Rules.seed()) if f.rule == "enamel_width"
    ]
    assert [f.severity for f in found] == ([severity] if severity else [])
    assert all(f.limit_mm == (0.30 if severity == "block" else 0.60) for f in found)


def test_a_measure_is_the_same_however_the_gauge_is_turned_on_the_grid():
    measured = []
    for turn in range(4):
        labels = np.ascontiguousarray(np.rot90(_labels("metal_width", gauges.neck(0.25, 20, (0.2, 0.4))), turn))
        (found,) = [
            f for f in check(gauges.pin(labels), process="soft_enamel", rules=Rules.seed()) if f.rule == "metal_width"
        ]
        measured.append(found.measured_mm)
    assert max(measured) - min(measured) <= 0.002
