import numpy as np
import pytest

from designs.rendering import Look, contours, fields, prepare, render
from designs.rendering.arrays import Bytes2D
from designs.rendering.prepared import laid_out

PX = 240


def _disc(radius: float, side: int = 200) -> Bytes2D:
    y, x = np.mgrid[0:side, 0:side] + 0.5
    return (np.hypot(x - 97.3, y - 101.8) < radius).astype(np.uint8)


@pytest.mark.parametrize("radius", [6.0, 25.0, 80.0])
def test_curve_of_a_disc_is_round(radius):
    curves = contours.curves(_disc(radius), 1)
    away = np.hypot(*(curves.points - [97.3, 101.8]).T)
    assert len(curves.starts) == 2
    assert np.abs(away - radius).max() < 0.4
    assert away.std() < 0.18
    assert abs((away - radius).mean()) < 0.1


def test_curve_of_a_slanted_edge_has_no_steps():
    """A step of one pixel every 20 becomes a line: no part of it leans by more than 2 degrees from the slope."""
    y, x = np.mgrid[0:120, 0:400]
    curves = contours.curves((y > 40 + x / 20).astype(np.uint8), 1)
    edge = curves.points[(curves.points[:, 0] > 40) & (curves.points[:, 0] < 360) & (curves.points[:, 1] < 100)]
    steps = edge[8:] - edge[:-8]
    assert np.abs(np.degrees(np.arctan2(steps[:, 1], steps[:, 0])) - np.degrees(np.arctan(1 / 20))).max() < 2


def test_each_part_and_each_hole_is_a_curve_of_its_own():
    mask = np.zeros((60, 60), dtype=np.uint8)
    mask[5:25, 5:25] = 1
    mask[10:18, 10:18] = 0
    mask[25:40, 25:40] = 1
    curves = contours.curves(mask, 1)
    assert len(curves.starts) - 1 == 3
    corners = [curves.points[a:b] for a, b in zip(curves.starts[:-1], curves.starts[1:], strict=True)]
    turns = [float(np.sum(c[:, 0] * np.roll(c[:, 1], -1) - np.roll(c[:, 0], -1) * c[:, 1])) / 2 for c in corners]
    assert [round(turn / 10) for turn in turns] == [40, -6, 22]


@pytest.mark.parametrize(("scale", "tolerance"), [(0.5, 0.35), (1.0, 0.35), (2.5, 0.6)])
def test_distance_to_a_disc(scale, tolerance):
    """In mm on a grid of any scale, exact near the edge and within a pixel or two of the label map far from it."""
    grid = fields.Grid(
        height=int(210 * scale), width=int(210 * scale), scale=scale, left=3, top=5, px_per_mm=10 * scale
    )
    edge = fields.edge(contours.curves(_disc(60), 1), grid, exact=6, coarse=3)
    y, x = np.mgrid[0 : grid.height, 0 : grid.width] + 0.5
    true = 60 * scale - np.hypot(x - 97.3 * scale - 3, y - 101.8 * scale - 5)
    away = np.abs(edge.depth * 10 * scale - true)
    assert away[np.abs(true) < 2].max() < tolerance
    assert away[np.abs(true) < 20 * scale].max() < 2.5
    assert away[np.abs(true) < 20 * scale].mean() < 0.6
    assert edge.cover.astype(float).sum() / 255 == pytest.approx(np.pi * (60 * scale) ** 2, rel=0.01)


@pytest.mark.parametrize("view", ["front", "back", "card"])
def test_a_prepared_pin_gives_the_same_pictures_in_any_order(made, view):
    """What is kept between two looks never shows in the next picture."""
    art = made("cat").pin_art
    looks = [
        Look(plating="silver", effects={2: "glitter"}, card_text="Cat"),
        Look(process="hard_enamel", plating="antique_gold", card_text="Cat"),
        Look(process="die_struck", ground="transparent"),
        Look(plating="rainbow", epoxy=True),
    ]
    pin = laid_out(art, 2 * PX)
    for look in (*looks, *reversed(looks)):
        drawn = render(pin, view=view, look=look, px=PX)
        assert drawn.encode("png") == render(art, view=view, look=look, px=PX).encode("png")


def test_distance_where_there_is_no_colour_is_far(made):
    """Line art in bare metal has no enamel edge anywhere."""
    pin = laid_out(made("line_art").pin_art, 200)
    assert np.isfinite(pin.enamel).all()
    assert pin.enamel.max() < -1
    assert not pin.share.any()


def test_a_picture_larger_than_the_pin_was_prepared_for_is_refused(made):
    with pytest.raises(ValueError, match="prepared for pictures of up to 1000"):
        render(prepare(made("ring").pin_art, 1000), view="front", look=Look(), px=1001)


def test_every_coloured_pixel_has_an_owner(made):
    for name in ("cat", "rocket", "mushroom"):
        art = made(name).pin_art
        pin = laid_out(art, 700)
        assert set(np.unique(pin.owner[pin.share > 0])) == {entry.label for entry in art.palette}
        assert not pin.owner[pin.share == 0].any()
