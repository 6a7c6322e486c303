"""Each rule of the report on artwork that it just misses and on artwork that just keeps it.

A unit of the drawings is a millimetre on the pin: 28.9 of them and a border of 0.55 mm on both sides make 30 mm. What is
drawn with black lines as metal is 29.7 mm wide, because such a pin gets a border of 0.15 mm.
"""

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from designs.rendering import FlattenOptions, HousePalette, Rules, check, flatten

PX_PER_MM = 32.0
SIDE = 28.9
PLATE = f'<rect width="{SIDE}" height="{SIDE}" rx="3" fill="#e8b23a"/>'
BLACK_PLATE = '<rect x="-0.4" y="-0.4" width="29.7" height="29.7" rx="3"/>'
MID = SIDE / 2
SHADES = ["c62828", "ad1457", "6a1b9a", "283593", "1565c0", "00838f", "2e7d32", "9e9d24", "f9a825", "ef6c00", "4e342e"]


def _svg(body):
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{body}</svg>'.encode()


def _black(body):
    """A drawing that ends in black all round."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-0.4 -0.4 29.7 29.7">{body}</svg>'.encode()


def _bar(width, fill):
    return f'<rect x="{MID - 5}" y="{MID - width / 2}" width="10" height="{width}" fill="{fill}" transform="rotate(20 {MID} {MID})"/>'


def _line(width):
    return _svg(PLATE + _bar(width, "#000"))


def _colour_bar(width):
    return _black(BLACK_PLATE + _bar(width, "#e8b23a"))


def _spot(area):
    return _black(BLACK_PLATE + f'<circle cx="{MID}" cy="{MID}" r="{(area / np.pi) ** 0.5}" fill="#e8b23a"/>')


def _text(height):
    size = height / 0.725
    return _svg(
        f'{PLATE}<text x="4" y="{MID}" font-size="{size}" font-weight="bold" font-family="sans-serif">HILT</text>'
    )


def _strokes(width):
    """Text whose letters are only an outline of that width."""
    return _svg(
        f'{PLATE}<text x="2" y="{MID}" font-size="12" fill="none" stroke="#000" stroke-width="{width}" '
        'font-family="sans-serif">HI</text>'
    )


def _hole(across, x=MID):
    """A black disc with a hole; 0.15 mm of metal are added in it and around the disc."""
    r = across / 2 + 0.15
    return _black(
        f'<path fill-rule="evenodd" d="M-0.4 {MID}a14.85 14.85 0 1 0 29.7 0a14.85 14.85 0 1 0 -29.7 0Z'
        f'M{x - r} {MID}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0Z"/>'
    )


def _beside_hole(width):
    """A hole of 5 mm whose edge comes near to the disc's."""
    return _hole(5.0, x=SIDE + 0.4 + 0.15 - width - 2.5)


def _neck(width):
    """Two black discs and a bar between them; 0.15 mm are added on both sides."""
    drawn = width - 0.3
    return _black(
        f'<circle cx="5.6" cy="{MID}" r="6"/><circle cx="{SIDE - 5.6}" cy="{MID}" r="6"/>'
        f'<rect x="6" y="{MID - drawn / 2}" width="{SIDE - 12}" height="{drawn}"/>'
    )


def _field(across):
    return _black(BLACK_PLATE + f'<circle cx="{MID}" cy="{MID}" r="{across / 2}" fill="#e8b23a"/>')


def _shaded(end):
    stops = f'<stop offset="0" stop-color="#2f7fc1"/><stop offset="1" stop-color="{end}"/>'
    return _svg(
        f'<defs><linearGradient id="g">{stops}</linearGradient></defs>'
        f'<rect width="{SIDE}" height="{SIDE}" rx="3" fill="url(#g)"/>'
    )


def _discs(gap):
    """Two discs; borders of 0.55 mm on both sides close a gap of 1.1 mm."""
    r = (SIDE - gap) / 4
    return _svg(
        f'<circle cx="{r}" cy="{MID}" r="{r}" fill="#1565c0"/><circle cx="{SIDE - r}" cy="{MID}" r="{r}" fill="#c62828"/>'
    )


def _dots(side):
    buffer = io.BytesIO()
    picture = np.zeros((side, side, 4), np.uint8)
    cv2.circle(picture, (side // 2, side // 2), side // 2, (198, 40, 40, 255), -1)
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def _colours(count):
    fields = "".join(
        f'<rect x="{2 + 6.5 * (n % 4)}" y="{2 + 6.5 * (n // 4)}" width="5" height="5" fill="#{code}"/>'
        for n, code in enumerate(SHADES[:count])
    )
    return _black(BLACK_PLATE + fields)


CASES = {
    # rule: (artwork, on which it stands, on which it does not, severity, options)
    "metal_width": (_line, 0.27, 0.33, "warn", {"lines": "metal"}),
    "enamel_width": (_colour_bar, 0.57, 0.63, "warn", {"lines": "metal"}),
    "enamel_area": (_spot, 0.36, 0.45, "warn", {"lines": "metal"}),
    "text_height": (_text, 1.45, 1.55, "warn", {}),
    "text_stroke": (_strokes, 0.23, 0.27, "warn", {}),
    "cutout_size": (_hole, 1.95, 2.05, "warn", {"lines": "metal"}),
    "bridge_width": (_beside_hole, 0.96, 1.04, "warn", {"lines": "metal"}),
    "neck_width": (_neck, 1.16, 1.24, "warn", {"lines": "metal"}),
    "field_size": (_field, 10.1, 9.9, "warn", {"lines": "metal"}),
    "gradient": (_shaded, "#4a90c4", "#3d86c4", "block", {}),
    "silhouette_pieces": (_discs, 1.3, 0.9, "block", {}),
    "print_feature": (_line, 0.12, 0.18, "warn", {"process": "screen_print"}),
    "resolution": (_dots, 336, 346, "warn", {}),
    "colour_count": (_colours, 11, 10, "warn", {"lines": "metal"}),
}


def _severities(rule, data, options):
    chosen = FlattenOptions(mend=False, **options)
    made = flatten(data, options=chosen, rules=Rules.seed(), palette=HousePalette.seed())
    return {f.severity for f in made.findings if f.rule == rule}


@pytest.mark.parametrize("rule", CASES)
def test_rule_stands_on_what_just_misses_it_and_not_on_what_just_keeps_it(rule):
    draw, misses, keeps, severity, options = CASES[rule]
    assert _severities(rule, draw(misses), options) == {severity}
    assert _severities(rule, draw(keeps), options) == set()


def test_every_rule_of_the_seed_is_told_apart_here():
    named = {rule for process in Rules.seed().processes.values() for rule in process.limits}
    assert named == {*CASES, "colours_touching", "border_width"}


def _drawn(labels):
    """What is found on a label map that no artwork leads to, because the pipeline leaves room for metal."""
    art = flatten(_colours(2), options=FlattenOptions(), rules=Rules.seed(), palette=HousePalette.seed()).pin_art
    drawn = replace(art, labels=labels, px_per_mm=PX_PER_MM)
    return [(f.rule, f.severity) for f in check(drawn, process="soft_enamel", rules=Rules.seed())]


@pytest.mark.parametrize(("line_px", "found"), [(0, ["block"]), (1, [])])
def test_colours_touch_where_no_metal_is_between_them(line_px, found):
    labels = np.ones((960, 960), np.uint8)
    labels[300:600, 200:400] = 2
    labels[300:600, 400 + line_px : 600] = 3
    assert [severity for rule, severity in _drawn(labels) if rule == "colours_touching"] == found


@pytest.mark.parametrize(("width", "found"), [(0.47, ["warn"]), (0.53, [])])
def test_border_is_too_narrow_just_under_its_limit(width, found):
    away = np.hypot(*(np.mgrid[0:960, 0:960] - 479.3))
    labels = np.where(away < 470, np.uint8(1), np.uint8(0))
    labels[away < 470 - width * PX_PER_MM] = 2
    assert [severity for rule, severity in _drawn(labels) if rule == "border_width"] == found
