"""The engine draws what it drew when the golden pictures were made, as far as an eye can tell."""

import cv2
import numpy as np
import pytest

from designs.rendering import colours
from designs.rendering.contact_sheet import ARTWORKS
from tests.designs.rendering import goldens

# Distances in Oklab (0.02 is just noticeable): over the whole picture, and of the means of the worst square of 8 pixels.
MOST_MEAN, MOST_SQUARE = 0.010, 0.06


def test_every_artwork_has_its_look():
    assert sorted(goldens.LOOKS) == sorted(ARTWORKS)
    assert sum(path.stat().st_size for path in goldens.FOLDER.iterdir()) < 400_000


@pytest.mark.parametrize("name", ARTWORKS)
def test_picture_is_the_golden_one(name):
    drawn, golden = goldens.draw(name).rgba[..., :3], goldens.read(name)
    assert drawn.shape == golden.shape
    away = colours.oklab(drawn) - colours.oklab(golden)
    squares = cv2.resize(away, (away.shape[1] // 8, away.shape[0] // 8), interpolation=cv2.INTER_AREA)
    assert float(np.linalg.norm(away, axis=2).mean()) < MOST_MEAN
    assert float(np.linalg.norm(squares, axis=2).max()) < MOST_SQUARE
