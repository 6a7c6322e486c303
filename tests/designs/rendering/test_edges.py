import numpy as np
import pytest

from designs.rendering import cutouts, discs, edges


def _disc(radius, x=100.3, y=99.6, side=200):
    rows, columns = np.mgrid[0:side, 0:side] + 0.5
    return (np.hypot(columns - x, rows - y) <= radius).astype(np.uint8)


def test_areas_within_edges_are_the_pixels_of_the_regions():
    cells = np.zeros((60, 80), np.uint8)
    cells[5:40, 5:50] = 1
    cells[10:20, 10:30] = 2
    cells[12:16, 12:18] = 0
    cells[50:55, 70:80] = 2
    found = edges.traced(cells, first=1)
    assert sorted(found.areas.tolist()) == sorted([35 * 45, -10 * 20, 10 * 20, -4 * 6, 5 * 10])
    assert found.areas.sum() == np.count_nonzero(cells)
    assert [5, 5, 50, 40] in found.boxes.tolist()


def test_pixels_that_meet_at_a_corner_are_two_regions():
    cells = np.zeros((6, 6), np.uint8)
    cells[1:3, 1:3] = cells[3:5, 3:5] = 1
    assert edges.traced(cells, first=1).areas.tolist() == [4.0, 4.0]


def test_every_side_knows_its_pixel_and_what_lies_beyond():
    cells = np.zeros((30, 30), np.uint8)
    cells[4:20, 4:20] = 1
    cells[8:12, 8:12] = 3
    found = edges.traced(cells, first=1)
    value = cells[found.row, found.column]
    assert sorted(zip(value.tolist(), found.beyond.tolist(), strict=True)) == sorted(
        [(1, 0)] * 64 + [(1, 3)] * 16 + [(3, 1)] * 16
    )
    numbered = found.sides > 0
    assert np.array_equal(numbered, np.isin(np.arange(900).reshape(30, 30), found.row * 30 + found.column))


def test_a_map_without_regions_has_no_edges():
    found = edges.traced(np.zeros((10, 10), np.uint8), first=1)
    assert (len(found), found.areas.tolist(), found.boxes.tolist()) == (0, [], [])


@pytest.mark.parametrize("radius", [20, 50, 90])
def test_smoothed_edge_of_a_disc_lies_on_its_circle_and_looks_inwards(radius):
    found = edges.traced(_disc(radius), first=1)
    away = np.hypot(found.x - 100.3, found.y - 99.6)
    assert abs(float(away.mean()) - radius) < 0.03
    assert float(away.std()) < 0.15
    inward = (found.nx * (100.3 - found.x) + found.ny * (99.6 - found.y)) / away
    assert float(inward.min()) > 0.98


@pytest.mark.parametrize("radius", [6.0, 17.3, 40.0, 88.8])
def test_largest_disc_in_a_disc_is_that_disc(radius):
    area = _disc(radius).astype(np.bool_)
    found = edges.traced(area.view(np.uint8), first=1)
    step = 4 if radius > 30 else 1
    x, y, measured = discs.largest(area[::step, ::step], (found.x, found.y), pixel=step)
    assert (x, y) == pytest.approx((100.3, 99.6), abs=1.0)
    assert measured == pytest.approx(radius, abs=0.5)


def test_cut_outs_are_measured_across_and_without_what_stands_in_them():
    solid = _disc(95).astype(np.bool_)
    solid &= _disc(20, x=60, y=100) == 0
    solid &= _disc(30, x=130, y=100) == 0
    solid |= _disc(12, x=130, y=100) > 0
    whole, ring = sorted(
        cutouts.found(solid, edges.traced(solid.view(np.uint8), first=1), px_per_mm=10.0), key=lambda hole: hole.x_mm
    )
    assert (whole.x_mm, whole.y_mm) == pytest.approx((6.0, 10.0), abs=0.05)
    assert whole.across_mm == pytest.approx(4.0, abs=0.04)
    assert whole.area_mm2 == pytest.approx(np.pi * 4, rel=0.01)
    assert ring.across_mm == pytest.approx(1.8, abs=0.06)
    assert ring.area_mm2 == pytest.approx(np.pi * (9 - 1.44), rel=0.01)
    disc = _disc(80).astype(np.bool_)
    assert cutouts.found(disc, edges.traced(disc.view(np.uint8), first=1), px_per_mm=10.0) == ()
