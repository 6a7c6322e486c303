"""The back of a pin: struck leather, a stamp, and what holds it to cloth."""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from designs.rendering import attachments, scene, shading
from designs.rendering.arrays import Bytes2D, Field, Mask
from designs.rendering.compiled import kernel
from designs.rendering.layers import BLUE, COVER, GREEN, LIGHT, PATINA, RED, SATIN, SECOND, Layers, Metal, blank
from designs.rendering.platings import Coat
from designs.rendering.prepared import Prepared
from designs.rendering.shading import Room, caught, slope, steepness, thrown_back

LONGEST_STAMP = 40
_EDGE_MM = 0.55
# A stamp keeps clear of the rim and of the clutches, and its letters are between these heights.
_CLEAR_MM = 1.0
_CLUTCH_MM = 5.6
_LETTERS_MM = (2.2, 1.9, 1.6, 1.4, 1.2, 1.0)
_STRUCK_MM = 0.11
_PEBBLES = 22
_TILE_PX = 512
_TILE_MM = 9.0

Leans = npt.NDArray[np.int8]


def back(pin: Prepared, ground: str, coats: tuple[Coat, Coat], attachment: str, stamp: str) -> Bytes2D:
    """A picture (px, px, 4) of the pin from behind. The posts stand where `PinArt.posts` puts them.

    `stamp` is text struck into the back, as large as fits between the clutches; where none fits it is left out.
    """
    parts = [
        (x, y, attachments.part(attachment, size, round(pin.px_per_mm, 3))) for x, y, size in _places(pin, attachment)
    ]
    layers = _layers(pin, attachment, stamp)
    picture = scene.without_metal(pin, layers, ground, mirrored=True)
    scene.plate(picture, pin, layers, coats)
    for x, y, part in parts:
        left = round(pin.px / 2 + x * pin.px_per_mm) - part.middle[0]
        top = round(pin.px / 2 + y * pin.px_per_mm) - part.middle[1]
        scene.pasted(picture, part.rgba, part.shadow, top, left)
    return picture


def _places(pin: Prepared, attachment: str) -> list[tuple[float, float, float]]:
    """Where the parts lie, in mm from the middle of the back as it is seen, and their size where that is chosen."""
    art = pin.art
    posts = [(art.width_mm / 2 - post.x_mm, post.y_mm - art.height_mm / 2) for post in art.posts]
    if attachment not in attachments.BARS:
        return [(x, y, 0.0) for x, y in posts]
    x, y, room = _widest(pin)
    if attachment == "magnet":
        return [(x, y, round(min(13.0, max(5.0, 1.7 * room)), 1))]
    return [_longest(pin)]


def _widest(pin: Prepared) -> tuple[float, float, float]:
    """The middle of the largest disc on the back, and its radius, in mm."""
    small = np.ascontiguousarray(pin.outline[::4, ::-4])
    rows, columns = np.mgrid[0 : small.shape[0], 0 : small.shape[1]]
    aside = np.hypot(rows - small.shape[0] / 2, columns - small.shape[1] / 2) * 4 / pin.px_per_mm
    row, column = np.unravel_index(int(np.argmax(small - 0.03 * aside)), small.shape)
    x, y = _at(pin, float(row) * 4, float(column) * 4)
    return x, y, float(small[row, column])


def _longest(pin: Prepared) -> tuple[float, float, float]:
    """The middle and the length in mm of a bar that fits on the back, preferably a little above its middle."""
    inside = pin.outline[::4, ::-4] > 1.8
    best = (0.0, 0.0, 0.0, 0.0)
    for row in range(len(inside)):
        filled = np.flatnonzero(np.diff(np.concatenate([[0], inside[row].view(np.int8), [0]])))
        for first, last in zip(filled[::2], filled[1::2], strict=True):
            x, y = _at(pin, row * 4.0, (first + last) * 2.0)
            length = (last - first) * 4 / pin.px_per_mm
            worth = min(length, 32.0) - 0.35 * abs(y + pin.art.height_mm * 0.08)
            best = max(best, (worth, x, y, length))
    return best[1], best[2], round(min(32.0, max(14.0, best[3])), 1)


def _at(pin: Prepared, row: float, column: float) -> tuple[float, float]:
    """Millimetres from the middle of a pixel of the mirrored planes."""
    height, width = pin.outline.shape
    return (column - width / 2) / pin.px_per_mm, (row - height / 2) / pin.px_per_mm


def _layers(pin: Prepared, attachment: str, stamp: str) -> Layers:
    """Metal all over, struck with leather inside a smooth rim: the usual free back of a pin."""
    cover, outline = np.ascontiguousarray(pin.cover[:, ::-1]), np.ascontiguousarray(pin.outline[:, ::-1])
    place = np.flatnonzero(cover > 0).astype(np.int32)
    values = np.empty((len(place), 8), dtype=np.uint8)
    struck = _stamp(pin, outline, attachment, stamp)
    metal = Metal(place, values)
    _leather(metal, cover, outline, struck, pin.tilt, shading.room(), _pebbles(), pin.px_per_mm)
    return Layers(blank(cover), metal)


@cache
def _pebbles() -> Leans:
    """How leather leans, a tile (512, 512, 2) of x and y of its unit normal, times 127, over 9 mm without a seam."""
    points = np.random.default_rng(21).random((_PEBBLES, _PEBBLES, 2)) * 0.8 + 0.1
    cell = _TILE_PX / _PEBBLES
    axis = (np.arange(_TILE_PX) + 0.5) / cell
    u, v = np.meshgrid(axis, axis)
    first, second = np.full(u.shape, 9.0), np.full(u.shape, 9.0)
    for row in (-1, 0, 1):
        for column in (-1, 0, 1):
            r, c = v.astype(int) + row, u.astype(int) + column
            point = points[r % _PEBBLES, c % _PEBBLES]
            away = np.hypot(c + point[..., 0] - u, r + point[..., 1] - v)
            second = np.minimum(second, np.maximum(first, away))
            first = np.minimum(first, away)
    height = np.sqrt(np.clip((second - first) / 0.55, 0, 1)) * 0.045
    rough = np.pad(height.astype(np.float32), 8, mode="wrap")
    soft = cv2.GaussianBlur(rough, (0, 0), 2.2)
    scale = _TILE_PX / _TILE_MM / 8
    dx = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3, scale=scale)[8:-8, 8:-8]
    dy = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3, scale=scale)[8:-8, 8:-8]
    unit = -1 / np.sqrt(1 + dx * dx + dy * dy)
    return np.ascontiguousarray(np.rint(np.dstack([dx * unit, dy * unit]) * 127), dtype=np.int8)


def _stamp(pin: Prepared, outline: Field, attachment: str, text: str) -> Field:
    """How high letters stand on the back, in mm; without text one pixel."""
    shown = " ".join(text.split())[:LONGEST_STAMP]
    free = _free(pin, outline, attachment)
    for letters_mm in _LETTERS_MM if shown else ():
        font = ImageFont.load_default(letters_mm / 0.72 * pin.px_per_mm)
        left, top, right, bottom = (int(v) for v in font.getbbox(shown))
        spot = _spot(free, right - left, bottom - top)
        if spot is not None:
            image = Image.new("L", outline.shape[::-1])
            ImageDraw.Draw(image).text((spot[0] - left, spot[1] - top), shown, font=font, fill=255)
            plane = np.asarray(image, dtype=np.float32) * np.float32(_STRUCK_MM / 255)
            return np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.03 * pin.px_per_mm), dtype=np.float32)
    return np.zeros((1, 1), dtype=np.float32)


def _free(pin: Prepared, outline: Field, attachment: str) -> Mask:
    """Where a stamp may lie: away from the rim and from what holds the pin."""
    taken = np.zeros(outline.shape, dtype=np.uint8)
    height, width = outline.shape
    for x, y, size in _places(pin, attachment):
        middle = (round(width / 2 + x * pin.px_per_mm), round(height / 2 + y * pin.px_per_mm))
        reach = round((max(size / 2, _CLUTCH_MM) + 0.4 if attachment != "none" else 1.6) * pin.px_per_mm)
        if attachment == "safety_pin":
            tall = round(3.0 * pin.px_per_mm)
            cv2.rectangle(taken, (middle[0] - reach, middle[1] - tall), (middle[0] + reach, middle[1] + tall), (1,), -1)
        else:
            cv2.circle(taken, middle, reach, (1,), -1)
        if attachment == "tie_tack":
            end = (middle[0] + round(7.5 * pin.px_per_mm), middle[1] + round(18 * pin.px_per_mm))
            cv2.line(taken, middle, end, (1,), round(4 * pin.px_per_mm))
    return np.asarray((outline > _CLEAR_MM) & (taken == 0), dtype=np.bool_)


def _spot(free: Mask, width: int, height: int) -> tuple[int, int] | None:
    """Left and top of the lowest place, nearest to the middle, where a box of this size is free all over."""
    if width >= free.shape[1] or height >= free.shape[0]:
        return None
    sums = cv2.integral(free.view(np.uint8))
    inside = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    rows, columns = np.nonzero(inside == width * height)
    if not len(rows):
        return None
    worth = rows - 0.8 * np.abs(columns + width / 2 - free.shape[1] / 2)
    best = int(np.argmax(worth))
    return int(columns[best]), int(rows[best])


@kernel
def _leather(
    metal: Metal,
    cover: Bytes2D,
    outline: Field,
    stamp: Field,
    tilt: Field,
    room: Room,
    pebbles: Leans,
    px_per_mm: float,
) -> None:
    """Light of a textured back, smooth at its rim and on the letters of its stamp."""
    place, values, width, quarter = metal.place, metal.values.ravel(), outline.shape[1], tilt.shape[1]
    rims, covers, letters, leans, tile = outline.ravel(), cover.ravel(), stamp.ravel(), tilt.ravel(), pebbles.ravel()
    scale, fine, y, end, row, bend = np.float32(px_per_mm), _TILE_PX / _TILE_MM / px_per_mm, 0, width, 0, 0
    columns, per = np.empty(width, np.int32), np.float32(1 / 127)
    for x in range(width):
        columns[x] = 2 * (int(x * fine) % _TILE_PX)
    for n in range(len(place)):
        at, v = place[n], 8 * n
        while at >= end:
            y, end = y + 1, end + width
            row, bend = int(y * fine) % _TILE_PX * 2 * _TILE_PX, (y >> 2) * quarter * 2
        x, nx, ny, depth, deep = at - end + width, np.float32(0), np.float32(0), rims[at], np.float32(1)
        if depth < np.float32(0.9):
            dx, dy = slope(rims, at, width, 1)
            rise = steepness(depth, 0.28, 0.20) * scale
            if depth > np.float32(_EDGE_MM):
                rise -= steepness(depth - np.float32(_EDGE_MM), 0.2, 0.06) * scale
            nx, ny = -dx * rise, -dy * rise
            deep = min(max((depth - np.float32(0.55)) * np.float32(5), np.float32(0)), np.float32(1))
        if len(letters) > 1:
            dx, dy = slope(letters, at, width, 1)
            nx, ny = nx - dx * scale, ny - dy * scale
            deep *= np.float32(1) - min(letters[at] * np.float32(1 / _STRUCK_MM), np.float32(1))
        pebble, lean = row + columns[x], bend + (x >> 2) * 2
        across, along = np.float32(tile[pebble]) * per, np.float32(tile[pebble + 1]) * per
        if nx == 0 and ny == 0 and deep == 1:
            light, satin = caught(room, across + leans[lean], along + leans[lean + 1])
        else:
            nx, ny = nx + across * deep, ny + along * deep
            unit = np.float32(1) / np.sqrt(np.float32(1) + nx * nx + ny * ny)
            light, satin = thrown_back(room, nx * unit + leans[lean], ny * unit + leans[lean + 1])
        # Half of what a struck, unpolished face throws back is scattered.
        light += (satin - light) * np.float32(0.55) * deep
        values[v + LIGHT], values[v + SATIN] = np.uint8(light), np.uint8(satin)
        values[v + PATINA], values[v + SECOND] = np.uint8(np.float32(60) * deep), 0
        values[v + RED], values[v + GREEN], values[v + BLUE], values[v + COVER] = 255, 255, 255, covers[at]
