"""Lines of text in SVG, against what is drawn."""

import numpy as np
import pytest

from designs.rendering import svg, svg_text
from designs.rendering.sandbox import Sandbox

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
# Capitals without overshoot: what is drawn is as high as the font's capitals.
DRAWN = {
    "plain": 'viewBox="0 0 100 100"><text x="10" y="50" font-size="20">HEH</text>',
    "without a size": 'viewBox="0 0 100 100"><text x="10" y="50">HEH</text>',
    "in points, without a view box": 'width="2in" height="1in"><text x="20" y="60" font-size="24pt">HEH</text>',
    "scaled and turned": 'viewBox="0 0 100 100"><g transform="translate(90 5) scale(2)"><g transform="rotate(90)">'
    '<text x="10" y="20" font-size="8">HEH</text></g></g>',
    "by a class": 'viewBox="0 0 200 200"><style>.a, text.b{font-size:24px;font-weight:700}</style>'
    '<text class="b" x="100" y="90" text-anchor="middle">HEH</text>',
    "by the short form": 'viewBox="0 0 100 100"><text x="5" y="60" style="font: bold 18px/1.2 Helvetica, sans-serif">HEH</text>',
    "of its parent's size": 'viewBox="0 0 100 100"><g font-size="10"><text x="5" y="60" font-size="2em">HEH</text></g>',
    "in a picture in the picture": 'viewBox="0 0 100 100"><svg x="20" y="20" width="50" height="50" viewBox="0 0 10 10">'
    '<text x="1" y="5" font-size="3">HEH</text></svg>',
    "used again": 'viewBox="0 0 100 100"><defs><text id="t" font-size="12">HEH</text></defs>'
    '<use xlink:href="#t" x="20" y="60"/>',
    "a symbol": 'viewBox="0 0 100 100"><symbol id="s" viewBox="0 0 10 10"><text x="1" y="8" font-size="4">HEH</text></symbol>'
    '<use href="#s" x="10" y="10" width="60" height="60"/>',
    "with a wider canvas than view box": 'viewBox="0 0 100 50" width="300" height="300"><text x="10" y="30" font-size="12">HEH</text>',
    "stretched": 'viewBox="0 0 100 100"><text transform="skewX(20) scale(1 2)" x="10" y="30" font-size="12">HEH</text>',
}


def _lines(body: str) -> tuple[svg_text.Line, ...]:
    return svg_text.found(svg.clean(f"{HEAD}{body}</svg>".encode())[0])


@pytest.mark.parametrize("name", DRAWN)
def test_height_and_place_of_text_are_those_of_the_drawing(name):
    (line,) = _lines(DRAWN[name])
    drawn = Sandbox.shared().draw(f"{HEAD}{DRAWN[name]}</svg>".encode(), kind="svg", px=900).rgba[..., 3] > 127
    height, width = drawn.shape
    rows, columns = np.nonzero(drawn)
    high, wide = (rows.max() + 1 - rows.min()) / height, (columns.max() + 1 - columns.min()) / width
    # Text that runs down the picture is as high as its box is wide.
    across = wide * width / height if name == "scaled and turned" else high
    assert line.capitals == pytest.approx(across, rel=0.025)
    x0, y0, x1, y1 = line.box
    assert x0 - 0.03 <= columns.min() / width <= (columns.max() + 1) / width <= x1 + 0.15
    assert y0 - 0.03 <= rows.min() / height <= (rows.max() + 1) / height <= y1 + 0.15


def test_text_is_measured_in_millimetres_on_the_pin():
    (line,) = _lines('viewBox="0 0 100 50"><text x="10" y="30" font-size="4" font-weight="bold">Mind the gap</text>')
    writing = line.placed((16.0, 32.0, 976.0, 512.0), 32.0)
    assert (writing.text, writing.certain) == ("Mind the gap", True)
    assert writing.height_mm == pytest.approx(4 * 0.725 * 0.3, abs=0.001)
    assert writing.stroke_mm == pytest.approx(4 * 0.15 * 0.3, abs=0.001)
    assert writing.box_mm[0] == pytest.approx(0.5 + 3.0, abs=0.001)
    assert 1.0 + 9.0 - 1.2 < writing.box_mm[1] < writing.box_mm[3] < 1.0 + 9.0 + 0.4


def test_spans_are_lines_of_their_own_where_size_or_place_differ():
    found = _lines(
        'viewBox="0 0 100 100"><text x="5" y="30" font-size="10">One <tspan font-weight="bold">more</tspan>'
        '<tspan x="5" y="50" font-size="5">small print</tspan></text>'
    )
    assert [line.text for line in found] == ["One more", "small print"]
    assert [line.capitals for line in found] == pytest.approx([0.0725, 0.03625])


def test_an_outline_makes_letters_bolder_and_hollow_ones_are_as_wide_as_it():
    (plain,), (outlined,), (hollow,) = (
        _lines(f'viewBox="0 0 100 100"><text y="50" font-size="10" {style}>A</text>')
        for style in ("", 'stroke="red" stroke-width="0.5"', 'fill="none" stroke="red" stroke-width="0.5"')
    )
    assert (plain.stroke, outlined.stroke, hollow.stroke) == pytest.approx((0.009, 0.014, 0.005))


@pytest.mark.parametrize(
    "body",
    [
        'viewBox="0 0 10 10"><rect width="4" height="4"/>',
        'viewBox="0 0 10 10"><text y="5" display="none">A</text>',
        'viewBox="0 0 10 10"><g visibility="hidden"><text y="5">A</text></g>',
        'viewBox="0 0 10 10"><text y="5" fill="none">A</text>',
        'viewBox="0 0 10 10"><text y="5" opacity="0">A</text>',
        'viewBox="0 0 10 10"><text y="5">   </text>',
        'viewBox="0 0 10 10"><defs><text y="5">A</text></defs>',
        'viewBox="0 0 10 10"><text y="5" transform="scale(1 0)">A</text>',
        'viewBox="0 0 10 10"><text y="500">A</text>',
        'viewBox="0 0 10 10"><path id="p" d="M0 5 L9 5"/><text><textPath href="#p">A</textPath></text>',
        'viewBox="0 0 10 10"><text y="5" font-size="1e999">A</text>',
        "><text>A</text>",
    ],
)
def test_what_is_not_drawn_is_not_text(body):
    assert _lines(body) == ()


def test_text_that_uses_itself_and_towers_of_it_end_soon():
    tower = "".join(f'<g id="a{n + 1}">{f"<use href=chr(35)a{n}/>" * 10}</g>' for n in range(8)).replace("chr(35)", "#")
    tower = tower.replace("href=#", 'href="#').replace("/>", '"/>')
    body = f'viewBox="0 0 9 9"><defs><text id="a0" y="5" font-size="1">a</text>{tower}</defs><use href="#a8"/>'
    assert len(_lines(body)) == 200
    assert _lines('viewBox="0 0 9 9"><g id="u"><use href="#u"/></g>') == ()
