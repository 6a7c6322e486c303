"""What of an opaque picture is taken for its ground: pictures of (height, width, 4), no transparency."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from designs.rendering import background

WHITE, BLUE, RED, YELLOW, BLACK = "#ffffff", "#1d4ed8", "#d52b1e", "#ffcc00", "#111111"
OUT, IN = 0, 255


def _drawn(ground: str, *shapes: tuple[str, tuple[int, int, int, int], str], size: tuple[int, int] = (300, 300)):
    image = Image.new("RGBA", size, ground)
    pen = ImageDraw.Draw(image)
    for kind, box, colour in shapes:
        if kind == "rounded":
            pen.rounded_rectangle(box, 50, fill=colour)
        elif kind == "arc":
            pen.arc(box, 10, 350, fill=colour, width=5)
        elif kind == "slit":
            pen.arc(box, 2, 358, fill=colour, width=5)
        elif kind == "circle":
            pen.ellipse(box, outline=colour, width=5)
        else:
            pen.ellipse(box, fill=colour)
    return np.asarray(image)


RING = _drawn(WHITE, ("disc", (40, 40, 260, 260), BLUE), ("disc", (110, 110, 190, 190), WHITE))
DRAWING = _drawn(
    WHITE, ("disc", (40, 40, 260, 260), BLUE), ("disc", (60, 60, 90, 240), RED), ("disc", (110, 110, 190, 190), WHITE)
)
LINES = _drawn(WHITE, ("circle", (40, 40, 260, 260), BLACK), ("circle", (110, 110, 190, 190), BLACK))
GAP = _drawn(WHITE, ("arc", (100, 100, 200, 200), BLACK), ("disc", (120, 130, 130, 140), RED))
JAR = _drawn(
    WHITE, ("slit", (40, 40, 260, 260), BLACK), ("disc", (70, 170, 230, 250), BLUE), ("disc", (100, 190, 140, 230), RED)
)
BOWL = _drawn(
    WHITE, ("arc", (40, 40, 260, 260), BLACK), ("disc", (70, 170, 230, 250), BLUE), ("disc", (100, 190, 140, 230), RED)
)
ICON = _drawn(WHITE, ("rounded", (0, 0, 299, 299), BLUE), ("disc", (110, 110, 190, 190), WHITE))
PLATE = _drawn(BLUE, ("disc", (110, 110, 190, 190), WHITE))
STICKER = _drawn(BLUE, ("disc", (40, 40, 260, 260), RED), ("disc", (110, 110, 190, 190), WHITE))
FLAG = _drawn(RED, ("disc", (40, 30, 120, 110), YELLOW), size=(300, 200))


@pytest.mark.parametrize("lossy", [False, True])
@pytest.mark.parametrize(
    ("picture", "choice", "kind", "corner", "middle", "asks"),
    [
        pytest.param(RING, "auto", "removed", OUT, OUT, None, id="hole in a mark of one colour"),
        pytest.param(RING, "remove", "removed", OUT, IN, None, id="which a choice fills with white"),
        pytest.param(RING, "keep", "kept", IN, IN, None, id="or keeps with all the ground"),
        pytest.param(DRAWING, "auto", "removed", OUT, IN, None, id="white among other colours"),
        pytest.param(LINES, "auto", "removed", OUT, IN, None, id="white within black lines"),
        pytest.param(GAP, "auto", "removed", OUT, IN, "background", id="white within lines that have a gap"),
        pytest.param(GAP, "remove", "removed", OUT, OUT, "background", id="which a choice leaves open"),
        pytest.param(JAR, "auto", "removed", OUT, IN, "background", id="white above a colour, in a line with a gap"),
        pytest.param(BOWL, "auto", "removed", OUT, OUT, None, id="which runs out of a wide one"),
        pytest.param(ICON, "auto", "removed", OUT, OUT, None, id="rounded square that fills the picture"),
        pytest.param(PLATE, "auto", "kept", IN, IN, "background", id="white on a coloured plate"),
        pytest.param(PLATE, "remove", "removed", OUT, IN, None, id="which a choice removes"),
        pytest.param(STICKER, "auto", "removed", OUT, IN, None, id="drawing on a coloured ground"),
        pytest.param(FLAG, "auto", "kept", IN, IN, "background", id="flag"),
    ],
)
def test_ground_is_told_from_what_belongs_to_the_pin(picture, choice, kind, corner, middle, asks, lossy):
    found = background.separate(picture, choice, lossy=lossy)
    height, width = found.coverage.shape
    seen = (int(found.coverage[1, 1]), int(found.coverage[height // 2, width // 2]))
    assert (found.kind, seen, found.ambiguous) == (kind, (corner, middle), asks)
    assert len(found.notes) == (0 if choice == "keep" else 1)


@pytest.mark.parametrize("shapes", [(), (("disc", (40, 40, 260, 260), YELLOW),)])
def test_small_clear_part_of_an_opaque_picture_is_a_hole(shapes):
    """It has 0.1 % of the picture's pixels, and its hidden colour is black."""
    ground = background.separate(
        _drawn(BLUE, *shapes, ("disc", (145, 145, 155, 155), "#00000000")), "auto", lossy=False
    )
    assert ground.coverage[150, 150] == OUT
    assert ground.coverage[100, 150] == IN
