"""The back of a pin: struck texture, posts and their clutches."""

import numpy as np

from designs.rendering import attachments, scene, shading
from designs.rendering.arrays import Bytes2D, Field
from designs.rendering.attachments import Sprite
from designs.rendering.compiled import kernel
from designs.rendering.layers import BLUE, COVER, GREEN, LIGHT, PATINA, RED, SATIN, SECOND, Layers, Metal, Places
from designs.rendering.prepared import Prepared
from designs.rendering.shading import grain, looked_up, pattern, slope, steepness

_EDGE_MM = 0.55


def back(pin: Prepared, ground: str, plating: str, attachment: str) -> Bytes2D:
    """A picture (px, px, 4) of the pin from behind. The posts stand where `PinArt.posts` puts them."""
    layers = pin.keep("back", None, lambda: _layers(pin))
    bare = pin.keep("bare back", ground, lambda: scene.without_metal(pin, layers, ground, mirrored=True))
    picture = scene.with_metal(bare, pin, layers, plating)
    closed = attachments.sprite(attachment, round(pin.px_per_mm, 3))
    for post in pin.art.posts:
        x = pin.px / 2 + (pin.art.width_mm / 2 - post.x_mm) * pin.px_per_mm
        y = pin.px / 2 + (post.y_mm - pin.art.height_mm / 2) * pin.px_per_mm
        _set(picture, closed, x, y)
    return picture


def _layers(pin: Prepared) -> Layers:
    """Metal all over, struck with leather lines inside a smooth rim: the usual free back of a pin."""
    cover, outline = np.ascontiguousarray(pin.cover[:, ::-1]), np.ascontiguousarray(pin.outline[:, ::-1])
    place = np.flatnonzero(cover).astype(np.int32)
    values = np.empty((len(place), 8), dtype=np.uint8)
    _leather(place, values, cover, outline, pin.tilt, shading.room(), shading.noise(21), pin.px_per_mm)
    colour = np.zeros((*cover.shape, 4), dtype=np.uint8)
    colour[..., 3] = cover
    return Layers(colour, Metal(place, values))


@kernel
def _leather(
    place: Places,
    values: Bytes2D,
    cover: Bytes2D,
    outline: Field,
    tilt: Field,
    room: Bytes2D,
    tile: Field,
    px_per_mm: float,
) -> None:
    """Light of a textured back."""
    width, rims, covers, scale = outline.shape[1], outline.ravel(), cover.ravel(), np.float32(px_per_mm)
    fine = np.float32(7.2 / px_per_mm)
    for n in range(len(place)):
        at = place[n]
        y, x = at // width, at % width
        nx, ny = np.float32(0), np.float32(0)
        if rims[at] < np.float32(0.9):
            dx, dy = slope(rims, at, width, 1)
            rise = steepness(rims[at], 0.28, 0.22)
            if rims[at] > np.float32(_EDGE_MM):
                rise -= steepness(rims[at] - np.float32(_EDGE_MM), 0.2, 0.06)
            nx, ny = -dx * rise * scale, -dy * rise * scale
        deep = min(max((rims[at] - np.float32(0.55)) * np.float32(5), np.float32(0)), np.float32(1))
        u, v = x * fine, y * fine
        nx += grain(tile, u, v) * deep * np.float32(0.10)
        ny += grain(tile, v + np.float32(77), u + np.float32(31)) * deep * np.float32(0.10)
        unit = np.float32(1) / np.sqrt(np.float32(1) + nx * nx + ny * ny)
        row, column = looked_up(nx * unit + tilt[y >> 2, x >> 2, 0], ny * unit + tilt[y >> 2, x >> 2, 1], pattern(y, x))
        values[n, LIGHT], values[n, SATIN] = room[row, column, 0], room[row, column, 1]
        values[n, PATINA], values[n, SECOND] = np.uint8(40 * deep), 0
        values[n, RED], values[n, GREEN], values[n, BLUE] = 255, 255, 255
        values[n, COVER] = covers[at]


def _set(picture: Bytes2D, part: Sprite, x: float, y: float) -> None:
    """Lay a sprite's middle on a pixel."""
    half = part.shadow.shape[0] // 2
    scene.pasted(picture, part.rgba, part.shadow, int(y) - half, int(x) - half)
