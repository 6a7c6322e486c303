import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from designs.rendering import distances, geometry, regions

# The first call of a kernel may compile it.
unhurried = settings(deadline=None)
small_maps = arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 3))


def by_opencv(values):
    """Value, area and box of each region, found value by value by another library."""
    found = []
    for value in range(1, 4):
        _, _, stats, _ = cv2.connectedComponentsWithStats((values == value).astype(np.uint8), connectivity=4)
        found += [(value, int(a), int(x), int(y), int(x + w), int(y + h)) for x, y, w, h, a in stats[1:]]
    return sorted(found)


@unhurried
@given(small_maps)
def test_regions_are_those_of_another_library(values):
    found = regions.find(values)
    mine = np.c_[found.value, found.area, found.box].tolist()
    assert sorted(map(tuple, mine)) == by_opencv(values)
    assert (found.numbers == 0).tolist() == (values == 0).tolist()


@unhurried
@given(small_maps)
def test_region_map_and_tables_tell_the_same(values):
    found = regions.find(values)
    for row, area in enumerate(found.area):
        ys, xs = np.nonzero(found.numbers == row + 1)
        assert len(ys) == area
        assert set(values[ys, xs].tolist()) == {int(found.value[row])}
        assert found.centre[row].tolist() == pytest.approx([xs.mean(), ys.mean()])


@unhurried
@given(arrays(np.bool_, st.tuples(st.integers(3, 14), st.integers(3, 14))), st.floats(0.5, 4.0))
def test_discs_grow_and_shrink_by_true_distance(mask, radius):
    ys, xs = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]]
    outside = np.pad(~mask, 1, constant_values=True)
    near, deep = np.zeros(mask.shape, bool), np.ones(mask.shape, bool)
    for y, x in np.argwhere(mask):
        near |= np.hypot(ys - y, xs - x) <= radius
    for y, x in np.argwhere(outside) - 1:
        deep &= np.hypot(ys - y, xs - x) >= radius
    assert distances.dilated(mask, radius).tolist() == near.tolist()
    assert distances.eroded(mask, radius).tolist() == (deep & mask).tolist()


def test_distances_do_not_depend_on_where_memory_lies():
    dice = np.random.default_rng(5)
    kept = []
    for _ in range(60):
        coarse = dice.integers(0, 2, (4, 5)).astype(np.bool_)
        mask = np.repeat(np.repeat(coarse, dice.integers(3, 20), axis=0), dice.integers(3, 20), axis=1)
        first = geometry.inside_distance(mask)
        kept.append((first, np.empty(int(dice.integers(1, 200)), np.uint8)))
        assert np.array_equal(first, geometry.inside_distance(mask.copy()))


def test_holes_are_what_the_frame_does_not_reach():
    ring = np.zeros((9, 9), dtype=np.bool_)
    ring[1:8, 1:8] = True
    ring[3:5, 3:6] = False
    numbers, parts = geometry.hole_parts(ring)
    assert [(part.number, part.area, part.box) for part in parts] == [(1, 6, (3, 3, 6, 5))]
    assert np.argwhere(numbers == 1).tolist() == [[y, x] for y in (3, 4) for x in (3, 4, 5)]
    assert geometry.holes(ring).sum() == 6
