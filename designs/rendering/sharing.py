"""The picture that other sites show of a pin when somebody shares its page: the pin on paper, wider than high."""

import numpy as np

from designs.rendering import grounds, scene
from designs.rendering.arrays import Bytes2D
from designs.rendering.picture import Picture

WIDTH, HEIGHT = 1200, 630  # what the Open Graph protocol's users cut previews to: 1.91 to 1
_PIN_PX = 600
_PX_PER_MM = 17.0  # of a usual pin at that size; only its shadow is drawn by it
_SHADOW = ((0.16, 0.14, 0.30), (0.60, 0.50, 0.26), (1.5, 1.1, 0.16))


def on_paper(front: Picture) -> Picture:
    """The bare front of a pin, square, in the middle of a sheet of paper."""
    top = (WIDTH - HEIGHT) // 2
    sheet = grounds.ground("paper", WIDTH)[top : top + HEIGHT].copy()
    pin = np.zeros_like(sheet)
    down, right = (HEIGHT - _PIN_PX) // 2, (WIDTH - _PIN_PX) // 2
    pin[down : down + _PIN_PX, right : right + _PIN_PX] = scene.premultiplied(front.resized(_PIN_PX).rgba)
    dark = scene.shadow(np.ascontiguousarray(pin[..., 3]), _PX_PER_MM, _SHADOW)
    return Picture(_laid(sheet, pin, dark), opaque=True)


def _laid(sheet: Bytes2D, pin: Bytes2D, dark: Bytes2D) -> Bytes2D:
    rest = (255 - pin[..., 3:].astype(np.float32)) * (255 - dark[..., None].astype(np.float32)) / 65025
    laid = np.full_like(sheet, 255)
    laid[..., :3] = np.minimum(sheet[..., :3] * rest + pin[..., :3] + 0.5, 255)
    return laid
