import io

import numpy as np
import pytest
from PIL import Image

from designs.rendering import FlattenOptions, HousePalette, Rules, colours, flatten
from tests.designs.rendering import arts

LINEAR = '<linearGradient id="g" x1="0" y1="0" x2="1" y2="0">{stops}</linearGradient>'
RADIAL = '<radialGradient id="g" cx="0.5" cy="0.5" r="0.6">{stops}</radialGradient>'
STOPS = '<stop offset="0" stop-color="{}"/><stop offset="1" stop-color="{}"/>'
SHADED = '<rect x="10" y="10" width="80" height="30" fill="url(#g)"/><rect x="10" y="50" width="80" height="40" fill="#203a5c"/>'


def _svg(shapes, kind=LINEAR, ends=("#2f7fc1", "#e7c84b")):
    return f"{arts.HEAD}<defs>{kind.format(stops=STOPS.format(*ends))}</defs>{shapes}</svg>"


def _jpeg(svg, noise=0.0, light=None):
    """A picture of 1000 px on white, with Gaussian noise of so many levels, and each row in its own light."""
    pixels = np.asarray(arts.on_white(arts.drawn(svg, 1000)), dtype=np.float64)
    if light is not None:
        pixels = pixels * np.linspace(*light, len(pixels))[:, None, None]
    pixels = pixels + np.random.default_rng(7).normal(0, noise, pixels.shape)
    buffer = io.BytesIO()
    Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def _found(data):
    made = flatten(data, options=FlattenOptions(), rules=Rules.seed(), palette=HousePalette.seed())
    return made, [f for f in made.findings if f.rule == "gradient" and f.severity == "block"]


@pytest.mark.parametrize("kind", [LINEAR, RADIAL], ids=["linear", "radial"])
@pytest.mark.parametrize("form", ["svg", "jpeg", "noisy jpeg"])
def test_a_shaded_fill_is_named_with_its_colours_and_its_place(kind, form):
    svg = _svg(SHADED, kind)
    data = svg.encode() if form == "svg" else _jpeg(svg, noise=6.0 if form == "noisy jpeg" else 0.0)
    made, (finding,) = _found(data)
    (gradient,) = made.pin_art.source.gradients
    named = colours.lab(np.array([colours.from_hex(code) for code in gradient.ends]))
    drawn = colours.lab(np.array([colours.from_hex(code) for code in ("#2f7fc1", "#e7c84b")]))
    away = colours.delta_e(named[:, None], drawn[None])
    # A tile's mean is a little off the end.
    assert max(away.min(axis=1)) < 8
    assert all(code in finding.message for code in gradient.ends)
    assert finding.mend == "print"
    x0, y0, x1, y1 = finding.box_mm
    middle = made.pin_art.height_mm * 0.48
    assert y0 < finding.at_mm[1] < y1 < middle
    assert x0 < 2.5 < finding.at_mm[0] < 27.5 < x1


@pytest.mark.parametrize("end", ["#3d86c4", "#2f7fb0"])
def test_a_change_that_nobody_sees_is_none(end):
    away = colours.delta_e(*colours.lab(np.array([colours.from_hex(code) for code in ("#2f7fc1", end)])))
    assert 2.0 < float(away) < 4.0
    assert _found(_svg(SHADED, ends=("#2f7fc1", end)).encode())[1] == []


def test_a_gentle_change_over_a_large_fill_is_one():
    assert len(_found(_svg(SHADED, ends=("#2f7fc1", "#4a90c4")).encode())[1]) == 1


def test_lines_through_a_shaded_fill_leave_it_one():
    lines = '<path d="M30 5v40M50 5v40M70 5v40" stroke="#111111" stroke-width="3"/>'
    assert len(_found(_svg(SHADED + lines).encode())[1]) == 1


def test_two_fills_are_two():
    other = '<linearGradient id="h" x2="0" y2="1"><stop stop-color="#7a1fa2"/><stop offset="1" stop-color="#f48fb1"/></linearGradient>'
    shapes = f"<defs>{other}</defs>{SHADED.replace('#203a5c', 'url(#h)')}"
    assert len(_found(_svg(shapes).encode())[1]) == 2


@pytest.mark.parametrize("form", ["svg", "jpeg", "noisy jpeg"])
def test_near_colours_side_by_side_are_flat(form):
    svg = _svg(
        '<rect x="10" y="10" width="80" height="30" fill="#c62828"/><rect x="10" y="40" width="80" height="30" fill="#d84343"/>'
        '<rect x="10" y="70" width="80" height="20" fill="#e57373"/>'
    )
    data = svg.encode() if form == "svg" else _jpeg(svg, noise=6.0 if form == "noisy jpeg" else 0.0)
    assert _found(data)[1] == []


def test_uneven_light_on_a_photographed_print_is_no_gradient():
    svg = _svg('<circle cx="50" cy="50" r="45" fill="#c8802f"/><circle cx="50" cy="50" r="20" fill="#203a5c"/>')
    assert _found(_jpeg(svg, noise=6.0, light=(0.85, 1.0)))[1] == []
