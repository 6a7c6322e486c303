import cv2
import numpy as np
import pytest

from designs.rendering import planes, posts


def depth_mm(mask, px_per_mm):
    framed = np.pad(mask.astype(np.uint8), 1)
    return cv2.distanceTransform(framed, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1] / px_per_mm


def test_only_struck_and_cast_pins_have_a_relief(made):
    for process in ("soft_enamel", "hard_enamel", "offset_print", "screen_print"):
        assert planes.relief(made("rocket", process=process).pin_art) is None


def test_metal_of_a_struck_pin_stands_as_high_as_the_die_is_deep(made):
    art = made("rocket", process="die_struck").pin_art
    relief = planes.relief(art)
    assert set(np.unique(relief.levels[art.labels == 0])) == {0}
    assert set(np.unique(relief.levels[art.labels == 1])) == {255}
    assert set(np.unique(relief.levels[art.labels >= 2])) == {1}
    assert 254 * relief.mm_per_level == pytest.approx(posts.RECESS_MM)


def test_areas_of_a_cast_pin_rise_from_their_edges(made):
    art = made("rocket", process="cast_3d").pin_art
    relief = planes.relief(art)
    high = (relief.levels.astype(float) - 1) * relief.mm_per_level
    depth = depth_mm(art.labels >= 2, art.px_per_mm)
    means = [high[(depth > least) & (depth <= least + 0.25)].mean() for least in (0, 0.5, 1.0, 2.0)]
    assert means == sorted(means)
    assert means[0] < 0.3 * planes.SWELL_MM
    assert means[-1] > 0.7 * planes.SWELL_MM
    assert not relief.levels[art.labels == 0].any()


def test_second_metal_goes_on_the_rim_or_on_the_ground(made):
    art = made("rocket").pin_art
    rim, depth = planes.second_metal(art), depth_mm(art.labels > 0, art.px_per_mm)
    assert (art.labels[rim] == 1).all()
    assert rim[(art.labels == 1) & (depth < planes.RIM_MM - 0.05)].all()
    assert not rim[depth > planes.RIM_MM + 0.05].any()
    ground = made("rocket", process="die_struck").pin_art
    assert np.array_equal(planes.second_metal(ground), ground.labels >= 2)
