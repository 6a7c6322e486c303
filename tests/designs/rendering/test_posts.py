import cv2
import numpy as np
import pytest

from designs.rendering import posts

PX_PER_MM = 20.0


def _disc(across_mm):
    side = round(across_mm * PX_PER_MM)
    solid = np.zeros((side, side), np.uint8)
    cv2.circle(solid, (side // 2, side // 2), side // 2 - 1, (1,), -1)
    return solid.astype(np.bool_)


def _depth_mm(solid, post):
    depth = cv2.distanceTransform(np.pad(solid.view(np.uint8), 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    return depth[int(post.y_mm * PX_PER_MM), int(post.x_mm * PX_PER_MM)] / PX_PER_MM


@pytest.mark.parametrize(
    ("width", "height", "grams", "count"),
    [
        (30, 30, 4, 1), (30.5, 20, 4, 2), (28, 15.6, 4, 1), (28, 15.5, 4, 2), (30, 30, 8.1, 2),
        (64.9, 60, 30, 2), (65, 40, 30, 3), (74.9, 40, 30, 3), (40, 75, 30, 4),
    ],
)  # fmt: skip
def test_posts_are_as_many_as_size_shape_and_weight_ask_for(width, height, grams, count):
    assert posts.post_count(width_mm=width, height_mm=height, grams=grams) == count


@pytest.mark.parametrize(("across", "count"), [(26, 1), (38, 2), (66, 3), (76, 4)])
def test_posts_keep_clear_of_the_edge_and_of_each_other(across, count):
    solid = _disc(across)
    found = posts.place(solid, px_per_mm=PX_PER_MM, count=count, grams=5.0)
    assert len(found) == count
    assert all(_depth_mm(solid, post) >= 5.4 for post in found)
    apart = [np.hypot(a.x_mm - b.x_mm, a.y_mm - b.y_mm) for a in found for b in found if a is not b]
    assert min(apart, default=11.0) >= 10.9
    assert float(np.mean([post.x_mm for post in found])) == pytest.approx(across / 2, abs=0.5)


def test_a_single_post_sits_above_the_middle_and_goes_where_the_pin_is_wide():
    (post,) = posts.place(_disc(26), px_per_mm=PX_PER_MM, count=1, grams=5.0)
    assert 10 < post.y_mm < 13
    narrow = np.zeros((400, 600), np.bool_)
    narrow[180:220] = True
    narrow[:, :300] = True
    (post,) = posts.place(narrow, px_per_mm=PX_PER_MM, count=1, grams=5.0)
    assert _depth_mm(narrow, post) >= 5.3


def test_posts_of_a_long_pin_stand_in_a_row_and_always_on_metal():
    tall = np.zeros((700, 160), np.bool_)
    tall[:, 30:130] = True
    found = posts.place(tall, px_per_mm=PX_PER_MM, count=2, grams=5.0)
    assert [post.x_mm for post in found] == pytest.approx([4.0, 4.0], abs=0.2)
    assert found[1].y_mm - found[0].y_mm >= 10.9
    speck = np.zeros((40, 40), np.bool_)
    speck[3, 3] = True
    (post,) = posts.place(speck, px_per_mm=PX_PER_MM, count=1, grams=1.0)
    assert speck[int(post.y_mm * PX_PER_MM), int(post.x_mm * PX_PER_MM)]
