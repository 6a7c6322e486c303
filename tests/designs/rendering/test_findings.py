import math
from dataclasses import replace

import cv2
import numpy as np
import pytest

from designs.rendering import Limit, PaletteEntry, PinArt, Rules, Source, check
from designs.rendering.rules import ProcessRules

PX_PER_MM = 32.0
SIDE = 640


def _pin(labels, **facts):
    count = int(labels.max()) - 1
    palette = tuple(
        PaletteEntry(label=n, hex="#cc2222", fill="#cc2222", house="E-001", delta_e=0.0, area_mm2=1.0)
        for n in range(2, 2 + count)
    )
    height, width = labels.shape
    return PinArt(
        labels=labels,
        px_per_mm=PX_PER_MM,
        width_mm=width / PX_PER_MM,
        height_mm=height / PX_PER_MM,
        process="soft_enamel",
        palette=palette,
        cutouts=(),
        posts=(),
        thickness_mm=1.2,
        weight_g=5.0,
        artwork_box=(0, 0, width, height),
        border_mm=0.55,
        line_mm=0.3,
        **facts,
    )


def _disc(label=2):
    """A metal disc of 20 mm with an enamel field of 18 mm."""
    labels = np.zeros((SIDE, SIDE), np.uint8)
    cv2.circle(labels, (SIDE // 2, SIDE // 2), 318, (1,), -1)
    cv2.circle(labels, (SIDE // 2, SIDE // 2), 288, (label,), -1)
    return labels


def _bar(labels, width_mm, angle, label):
    """A bar of 8 mm and a known width through the middle, drawn 8 times finer and sampled."""
    fine = np.zeros((SIDE * 8, SIDE * 8), np.uint8)
    middle = SIDE * 4 + 3.5
    box = cv2.boxPoints(((middle, middle), (8 * PX_PER_MM * 8, width_mm * PX_PER_MM * 8), angle))
    cv2.fillConvexPoly(fine, np.rint(box * 16).astype(np.int32), (255,), shift=4)
    mask = cv2.resize(fine, (SIDE, SIDE), interpolation=cv2.INTER_AREA) >= 128
    labels[mask] = label
    return labels


def _of(findings, rule):
    return [finding for finding in findings if finding.rule == rule]


def _check(labels, process="soft_enamel", **facts):
    return check(_pin(labels, **facts), process=process, rules=Rules.seed())


@pytest.mark.parametrize("angle", [0, 17, 45, 90])
@pytest.mark.parametrize("width", [0.12, 0.18, 0.26])
def test_thin_metal_is_measured_within_six_hundredths(width, angle):
    (finding,) = _of(_check(_bar(_disc(), width, angle, 1)), "metal_width")
    assert finding.measured_mm == pytest.approx(width, abs=0.06)
    assert finding.severity == ("block" if finding.measured_mm < 0.20 else "warn")
    assert finding.at_mm == pytest.approx((10, 10), abs=0.3)
    assert finding.mend == "thicken"


@pytest.mark.parametrize("angle", [0, 17, 45, 90])
@pytest.mark.parametrize("width", [0.20, 0.40, 0.52])
def test_narrow_enamel_is_measured_within_six_hundredths(width, angle):
    labels = _disc(label=1)
    (finding,) = _of(_check(_bar(labels, width, angle, 2)), "enamel_width")
    assert finding.measured_mm == pytest.approx(width, abs=0.06)
    assert finding.severity == ("block" if finding.measured_mm < 0.30 else "warn")


def test_sound_pin_has_only_its_wide_field_named():
    assert [(f.rule, f.severity) for f in _check(_disc())] == [("field_size", "warn")]
    assert _check(_disc(), process="hard_enamel") == []


def test_wide_field_is_measured():
    (finding,) = _of(_check(_disc()), "field_size")
    assert finding.measured_mm == pytest.approx(18.0, abs=0.1)


def test_touching_colours_block():
    labels = _disc()
    labels[:, : SIDE // 2][labels[:, : SIDE // 2] == 2] = 3
    (finding,) = _of(_check(labels), "colours_touching")
    assert (finding.severity, finding.mend) == ("block", "line")


def test_metal_between_what_meets_corner_to_corner_is_no_wider_than_a_point():
    labels = _disc(label=1)
    labels[200:320, 200:320] = labels[320:440, 320:440] = 2
    (finding,) = _of(_check(labels), "metal_width")
    assert (finding.severity, finding.measured_mm, finding.at_mm) == ("block", 0.0, (10.0, 10.0))
    labels[317:323, 317:323] = 1
    assert all(finding.measured_mm > 0.1 for finding in _of(_check(labels), "metal_width"))


def test_colour_without_metal_at_the_edge_blocks():
    labels = _disc()
    labels[:, : SIDE // 2][labels[:, : SIDE // 2] == 1] = 2
    (finding,) = _of(_check(labels), "border_width")
    assert (finding.severity, finding.measured_mm) == ("block", 0.0)


def test_tiny_area_and_narrow_neck_are_named():
    labels = _disc(label=1)
    cv2.circle(labels, (320, 320), 6, (2,), -1)
    (area,) = _of(_check(labels), "enamel_area")
    assert (area.severity, area.measured_mm) == ("block", pytest.approx(math.pi * 36 / 1024, abs=0.03))
    dumb_bell = np.zeros((SIDE, SIDE), np.uint8)
    cv2.circle(dumb_bell, (150, 320), 140, (1,), -1)
    cv2.circle(dumb_bell, (490, 320), 140, (1,), -1)
    cv2.rectangle(dumb_bell, (150, 308), (490, 331), (1,), -1)
    (neck,) = _of(_check(dumb_bell), "neck_width")
    assert (neck.severity, neck.measured_mm) == ("block", pytest.approx(24 / 32, abs=0.06))


def test_loose_piece_blocks_and_offers_a_bridge():
    labels = _disc()
    labels[4:40, 4:40] = 1
    (finding,) = _of(_check(labels), "silhouette_pieces")
    assert (finding.severity, finding.measured_mm, finding.mend) == ("block", 2.0, "bridge")


@pytest.mark.parametrize(("density", "severity"), [(5.0, "block"), (8.0, "warn")])
def test_low_resolution_is_named(density, severity):
    (finding,) = _of(_check(_disc(), source=Source(native_px_per_mm=density)), "resolution")
    assert (finding.severity, finding.measured_mm) == (severity, round(density * 25.4, 1))
    assert _of(_check(_disc(), source=Source(native_px_per_mm=12.0)), "resolution") == []


def test_questions_are_asked():
    findings = _check(_disc(), source=Source(asks=("background", "photo")))
    assert [(f.severity, f.mend) for f in findings if f.severity == "ask"] == [
        ("ask", "background"),
        ("ask", "print"),
    ]
    printed = _check(_disc(), process="uv_print", source=Source(asks=("photo",)))
    assert [f.severity for f in printed if f.severity == "ask"] == []


def test_rules_are_an_argument():
    strict = ProcessRules(fill="enamel", line_mm=0.3, border_mm=0.5, limits={"field_size": Limit(block=None, warn=5.0)})
    rules = Rules(version="test", processes={"soft_enamel": strict})
    findings = check(_pin(_disc()), process="soft_enamel", rules=rules)
    assert [(f.rule, f.limit_mm) for f in findings] == [("field_size", 5.0)]
    with pytest.raises(ValueError, match="unknown process 'glass'"):
        check(_pin(_disc()), process="glass", rules=Rules.seed())


def test_count_of_colours_is_limited():
    labels = np.ones((SIDE, SIDE), np.uint8)
    for n in range(16):
        labels[20 + 150 * (n // 4) : 140 + 150 * (n // 4), 20 + 150 * (n % 4) : 140 + 150 * (n % 4)] = n + 2
    (finding,) = _of(_check(labels), "colour_count")
    assert (finding.severity, finding.measured_mm, finding.mend) == ("block", 16.0, "max_colours")
    fewer = replace(_pin(labels), palette=_pin(labels).palette[:11])
    (finding,) = _of(check(fewer, process="soft_enamel", rules=Rules.seed()), "colour_count")
    assert finding.severity == "warn"
