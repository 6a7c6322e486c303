"""Where the pixels of a mask meet corner to corner only: what lies between them there is no wider than a point."""

import numpy as np
import numpy.typing as npt

from designs.rendering import geometry
from designs.rendering.arrays import Mask
from designs.rendering.compiled import kernel

Corners = npt.NDArray[np.int32]


@kernel
def contacts(mask: Mask) -> Corners:
    """The corners (n, 2), x and y, at which two pixels of the mask touch and the other two are not of it."""
    height, width = mask.shape
    found = []
    for y in range(1, height):
        above, row = mask[y - 1], mask[y]
        # Most rows have none, and counting needs no branches.
        count = 0
        for x in range(1, width):
            count += (row[x] == above[x - 1]) & (row[x] != above[x]) & (row[x] != row[x - 1])
        for x in range(1, width if count else 0):
            if row[x] == above[x - 1] and row[x] != above[x] and row[x] != row[x - 1]:
                found.append((x, y))
    corners = np.empty((len(found), 2), np.int32)
    for n in range(len(found)):
        corners[n, 0], corners[n, 1] = found[n]
    return corners


def parts(corners: Corners) -> list[geometry.Component]:
    """The four pixels around each corner as a part."""
    return [
        geometry.Component(number=0, area=4, box=(x - 1, y - 1, x + 1, y + 1), centre=(float(x), float(y)))
        for x, y in corners.tolist()
    ]


def around(corners: Corners, shape: tuple[int, ...]) -> Mask:
    """A mask of the four pixels around each corner."""
    mask = np.zeros(shape, dtype=np.bool_)
    for down in (-1, 0):
        for across in (-1, 0):
            mask[corners[:, 1] + down, corners[:, 0] + across] = True
    return mask
