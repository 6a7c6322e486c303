"""The picture that other sites show: the pin on paper, 1200 x 630."""

import numpy as np

from designs.rendering import sharing
from designs.rendering.picture import Picture


def test_pin_lies_in_the_middle_of_opaque_paper_and_throws_a_shadow() -> None:
    rgba = np.zeros((1280, 1280, 4), dtype=np.uint8)
    rgba[320:960, 320:960] = (200, 20, 20, 255)
    shown = sharing.on_paper(Picture(rgba))
    assert (shown.opaque, shown.rgba.shape) == (True, (630, 1200, 4))
    assert shown.rgba[..., 3].min() == 255
    red = (shown.rgba[..., 0] > 180) & (shown.rgba[..., 1] < 40)
    ys, xs = np.nonzero(red)
    assert (ys.min(), ys.max(), xs.min(), xs.max()) == (165, 464, 450, 749)
    paper, shadow = shown.rgba[60, 60, :3].astype(int), shown.rgba[467, 600, :3].astype(int)
    assert paper.min() > 180
    assert (paper - shadow).min() > 40


def test_nothing_leaves_plain_paper() -> None:
    shown = sharing.on_paper(Picture(np.zeros((64, 64, 4), dtype=np.uint8)))
    assert shown.rgba[..., :3].min() > 150
