"""What a pin remembers of its artwork, and what the report says of it: texts, and details that are too fine."""

import pytest

from designs.rendering import FlattenOptions, HousePalette, Rules, flatten

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><circle cx="150" cy="150" r="145" fill="#f2c14e"/>'
)
SMALL_TEXT = f'{HEAD}<text x="110" y="150" font-size="8" fill="#123a8f">HEX TEXT</text></svg>'
LARGE_TEXT = f'{HEAD}<text x="50" y="170" font-size="60" fill="#123a8f">HEX</text></svg>'
# The same small letters as paths: nobody can know that they are text.
LETTERS = (
    "M0 0v6M4 0v6M0 3h4", "M0 6V0h4M0 3h3M0 6h4", "M0 0l4 6M4 0l-4 6", "M0 0h4M2 0v6", "M0 0v6h4", "M0 0v6M0 3h3l1-3",
)  # fmt: skip
OUTLINED = f"{HEAD}" + "".join(
    f'<path transform="translate({100 + 9 * n} 150) scale(1.4)" d="{path}" fill="none" stroke="#123a8f"/>'
    for n, path in enumerate(LETTERS)
) + "</svg>"  # fmt: skip
HAIRLINE = f'{HEAD}<path d="M60 150H240" stroke="#123a8f" stroke-width=".6"/></svg>'
PLAIN = f'{HEAD}<circle cx="150" cy="150" r="70" fill="#123a8f"/></svg>'


def _made(svg: str):
    return flatten(svg.encode(), options=FlattenOptions(), rules=Rules.seed(), palette=HousePalette.seed())


def _found(svg: str, rule: str) -> list[tuple[str, float]]:
    return [(found.severity, found.measured_mm) for found in _made(svg).findings if found.rule == rule]


def test_text_of_an_svg_is_measured_by_its_font_size():
    """8 of 300 units, of which the pin's artwork has 290 on 28.9 mm: capitals of 0.725 em."""
    made = _made(SMALL_TEXT)
    (line,) = made.pin_art.source.writings
    assert (line.text, line.certain) == ("HEX TEXT", True)
    x0, _, x1, _ = made.pin_art.artwork_box
    assert line.height_mm == pytest.approx(0.725 * 8 / 300 * (x1 - x0) / made.pin_art.px_per_mm, abs=0.005)
    assert _found(SMALL_TEXT, "text_height") == [("block", line.height_mm)]
    assert _found(LARGE_TEXT, "text_height") == []


def test_what_looks_like_small_letters_is_asked():
    assert [severity for severity, _ in _found(OUTLINED, "text_height")] == ["ask"]
    assert _found(PLAIN, "text_height") == []


def test_detail_that_is_too_fine_for_the_pin_is_reported():
    (lost,) = _made(HAIRLINE).pin_art.source.lost
    assert lost.width_mm == pytest.approx(0.06, abs=0.04)
    assert _made(PLAIN).pin_art.source.lost == ()
    assert any(rule in {"metal_width", "enamel_width"} for rule in {each.rule for each in _made(HAIRLINE).findings})


@pytest.mark.parametrize("shift", [0.0, 0.1, 0.2, 0.3])
def test_line_of_three_pixels_is_one_line(shift):
    """Its middle pixels are as flat as an area's."""
    lines = f"M{150 + shift} 100V122M60 {100 + shift}H72"
    svg = f'{HEAD}<path d="{lines}" stroke="#123a8f" stroke-width="1.04"/></svg>'
    lost = _made(svg).pin_art.source.lost
    assert [each.width_mm for each in lost] == [pytest.approx(1.04 / 290 * 28.9, abs=0.04)] * 2


def test_dark_hairline_in_colour_is_metal_and_a_coloured_one_in_metal_is_colour():
    """A line is what most of its middle is."""
    lines = {"metal_width": ("#f2c14e", "#000000"), "enamel_width": ("#000000", "#f2c14e")}
    for rule, (ground, line) in lines.items():
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><circle cx="150" cy="150" r="145" fill="{ground}"/>'
            f'<path d="M60 130L240 170" stroke="{line}" stroke-width="1"/></svg>'
        )
        assert [each.rule for each in _made(svg).pin_art.source.lost] == [rule]


def test_small_hole_is_closed_as_a_mend_and_stays_without():
    hole = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300"><path fill="#f2c14e" fill-rule="evenodd" '
        'd="M5 150A145 145 0 1 0 295 150A145 145 0 1 0 5 150ZM143.3 150a6.7 6.7 0 1 0 13.4 0a6.7 6.7 0 1 0 -13.4 0Z"/></svg>'
    )
    for mend, holes in ((True, 0), (False, 1)):
        made = flatten(
            hole.encode(), options=FlattenOptions(mend=mend), rules=Rules.seed(), palette=HousePalette.seed()
        )
        assert len(made.pin_art.cutouts) == holes
    x0, _, x1, _ = made.pin_art.artwork_box
    drawn = 13.4 / 300 * (x1 - x0) / made.pin_art.px_per_mm - 2 * made.pin_art.border_mm
    assert made.pin_art.cutouts[0].across_mm == pytest.approx(drawn, abs=0.06)


@pytest.mark.parametrize(("across_mm", "left_mm"), [(0.9, 0.0), (1.2, 0.1)])
def test_hole_that_the_border_closes_is_told_with_what_is_left_of_it(across_mm, left_mm):
    """A border of 0.55 mm on both sides takes 1.1 mm of a hole; 28.9 units are the artwork's 28.9 mm."""
    radius = across_mm / 2
    around = f"M{14.45 - radius} 14.45a{radius} {radius} 0 1 0 {across_mm} 0a{radius} {radius} 0 1 0 {-across_mm} 0Z"
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28.9 28.9"><path fill-rule="evenodd" fill="#cc2222" '
        f'd="M14.45 0a14.45 14.45 0 1 0 .001 0Z{around}"/></svg>'
    )
    for mend in (True, False):
        options = FlattenOptions(mend=mend)
        made = flatten(drawing.encode(), options=options, rules=Rules.seed(), palette=HousePalette.seed())
        assert made.pin_art.cutouts == ()
        (change,) = [change for change in made.changes if change.kind == "filled"]
        assert change.at_mm == pytest.approx((15, 15), abs=0.05)
        told = [found for found in made.findings if found.rule == "cutout_size"]
        # As a mend it is no fault any more.
        assert len(told) == (0 if mend else 1)
        for found in told:
            assert found.severity == "block"
            assert found.measured_mm == pytest.approx(left_mm, abs=0.05)
            assert found.at_mm == pytest.approx((15, 15), abs=0.05)
