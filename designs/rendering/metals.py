"""Bare metal: polished lines and rims, sandblasted grounds, cast relief, metal under clear enamel."""

from typing import NamedTuple

import cv2
import numpy as np

from designs.rendering import planes, shading
from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import inner, kernel
from designs.rendering.enamels import CLEAR
from designs.rendering.layers import BLUE, COVER, GREEN, LIGHT, PATINA, RED, SATIN, SECOND, Metal
from designs.rendering.prepared import Prepared
from designs.rendering.shading import Frame, Room, eased, slope, steepness, thrown_back


class Bevel(NamedTuple):
    """How metal rises, in mm: over `rim` to `rim_rise` at the outer edge, over `line` to `line_rise` at the colours."""

    rim: float
    rim_rise: float
    line: float
    line_rise: float


RAISED = Bevel(0.26, 0.20, 0.16, 0.13)
FLUSH = Bevel(0.26, 0.18, 0.06, 0.03)
PRINTED = Bevel(0.26, 0.18, 0.10, 0.05)
# Kernels read numbers of their own module.
_RIM_MM = planes.RIM_MM


def raised(pin: Prepared, bevel: Bevel) -> Metal:
    """The metal between the colours."""
    return pin.keep("metal", bevel, lambda: _raised(pin, bevel))


def _raised(pin: Prepared, bevel: Bevel) -> Metal:
    metal = Metal(pin.bare, np.empty((len(pin.bare), 8), np.uint8))
    _polished(metal, pin.outline, pin.enamel, pin.tilt, shading.room(), pin.px_per_mm, bevel)
    _seen(metal, pin.cover, pin.share)
    return metal


def struck(pin: Prepared) -> Metal:
    """A die struck pin: raised metal polished, the ground between sandblasted."""
    metal = _whole(pin)
    _sandblasted(metal, pin.share, pin.enamel, pin.tilt, shading.grit(), pin.frame)
    return metal


def sculpted(pin: Prepared) -> Metal:
    """A cast pin: each area swells softly from its edges, in satin metal."""
    metal = _whole(pin)
    _swollen(metal, pin.share, pin.enamel, _swelling(pin), shading.room())
    return metal


def _whole(pin: Prepared) -> Metal:
    """Metal all over, of which only the raised part is polished yet."""
    metal = Metal(pin.whole, np.empty((len(pin.whole), 8), np.uint8))
    _polished(metal, pin.outline, pin.enamel, pin.tilt, shading.room(), pin.px_per_mm, RAISED)
    _seen(metal, pin.cover, np.zeros((0, 0), np.uint8))
    return metal


def _swelling(pin: Prepared) -> Field:
    """X and y of the normal (height, width, 2) of a cast relief, from heights at a quarter of the size."""
    height, width = pin.enamel.shape
    small = cv2.resize(pin.enamel, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    scale = pin.px_per_mm / 4
    high = cv2.GaussianBlur(planes.swell(np.asarray(small, dtype=np.float32)), (0, 0), planes.SOFT_MM * scale)
    dx = cv2.Sobel(high, cv2.CV_32F, 1, 0, ksize=3, scale=scale / 8)
    dy = cv2.Sobel(high, cv2.CV_32F, 0, 1, ksize=3, scale=scale / 8)
    unit = -1 / np.sqrt(1 + dx * dx + dy * dy)
    lean = np.dstack([dx * unit, dy * unit])
    return np.ascontiguousarray(cv2.resize(lean, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def under_glass(pin: Prepared, table: Field) -> Metal:
    """The engine-turned metal that is seen through clear colours, which have a 2 in the last column of `table`."""
    clear = np.where(table[:, 3] == CLEAR, np.uint8(1), np.uint8(0))
    place = np.flatnonzero(clear[pin.owner]).astype(np.int32)
    values = np.zeros((len(place), 8), np.uint8)
    metal = Metal(place, values)
    _turned(metal, pin.cover, pin.share, pin.owner, pin.enamel, table, shading.room(), pin.frame)
    return metal


@kernel
def _turned(
    metal: Metal,
    cover: Bytes2D,
    share: Bytes2D,
    owner: Bytes2D,
    enamel: Field,
    table: Field,
    room: Room,
    frame: Frame,
) -> None:
    """Rays from the pin's middle with a wave in them, cut into the ground; the colour takes its part of the light."""
    place, values, width = metal.place, metal.values, cover.shape[1]
    covers, shares, owners, depths = cover.ravel(), share.ravel(), owner.ravel(), enamel.ravel()
    right, down = int(0.13 * frame.px_per_mm + 0.5), int(0.16 * frame.px_per_mm + 0.5)
    for n in range(len(place)):
        at = place[n]
        x = np.float32(frame.x_mm + (at % width) / frame.px_per_mm)
        y = np.float32(frame.y_mm + (at // width) / frame.px_per_mm)
        away = np.sqrt(x * x + y * y) + np.float32(1e-3)
        phase = np.float32(np.arctan2(y, x)) * np.float32(80) + np.sin(away * np.float32(2.4)) * np.float32(2.2)
        lean = np.cos(phase) * np.float32(0.30) * min(away * np.float32(0.25), np.float32(1))
        swing = np.sin(away * np.float32(4.8)) * np.float32(0.10)
        nx, ny = (-y * lean + x * swing) / away, (x * lean + y * swing) / away
        light, satin = thrown_back(room, nx, ny)
        lit = np.float32(1) - eased(0.10, -0.10, depths[at - down * width - right]) * np.float32(0.42)
        values[n, LIGHT], values[n, SATIN] = np.uint8(light), np.uint8(satin)
        for c in range(3):
            through = table[owners[at], c] * np.float32(1 / 255)
            seen = np.float32(0.80) * through * lit * np.float32(shares[at])
            values[n, RED + c] = np.uint8(seen)
        values[n, COVER] = covers[at]


@kernel
def _polished(
    metal: Metal, outline: Field, enamel: Field, tilt: Field, room: Room, px_per_mm: float, bevel: Bevel
) -> None:
    """Light and patina of raised metal, and of nothing deep between it."""
    place, values, width, quarter = metal.place, metal.values.ravel(), outline.shape[1], tilt.shape[1]
    rims, lines, leans, scale = outline.ravel(), enamel.ravel(), tilt.ravel(), np.float32(px_per_mm)
    rim, rim_rise, line, line_rise = bevel.rim, bevel.rim_rise, bevel.line, bevel.line_rise
    y, end = 0, width
    for n in range(len(place)):
        at, v = place[n], 8 * n
        while at >= end:
            y, end = y + 1, end + width
        depth, away = rims[at], -lines[at]
        if away * scale < np.float32(-1):
            continue
        nx, ny, unit = np.float32(0), np.float32(0), np.float32(1)
        if depth < np.float32(rim):
            dx, dy = slope(rims, at, width, 1)
            rise = steepness(depth, rim, rim_rise) * scale
            nx, ny = -dx * rise, -dy * rise
        if away < np.float32(line):
            dx, dy = slope(lines, at, width, 1)
            rise = steepness(away, line, line_rise) * scale
            nx, ny = nx + dx * rise, ny + dy * rise
        if nx != 0 or ny != 0:
            unit = np.float32(1) / np.sqrt(np.float32(1) + nx * nx + ny * ny)
        lean = ((y >> 2) * quarter + ((at - end + width) >> 2)) * 2
        light, satin = thrown_back(room, nx * unit + leans[lean], ny * unit + leans[lean + 1])
        foot = min(max(np.float32(0), np.float32(1) - away * np.float32(5)), np.float32(1))
        values[v + LIGHT], values[v + SATIN] = np.uint8(light), np.uint8(satin)
        values[v + PATINA] = np.uint8(np.float32(115) * foot * foot * foot)
        edge = min(max((np.float32(_RIM_MM) - depth) * scale + np.float32(0.5), np.float32(0)), np.float32(1))
        values[v + SECOND] = np.uint8(edge * np.float32(255))


@kernel
def _seen(metal: Metal, cover: Bytes2D, share: Bytes2D) -> None:
    """How much of the metal is seen: what the colours leave; all of it where `share` is empty."""
    place, values, covers, shares = metal.place, metal.values.ravel(), cover.ravel(), share.ravel()
    for n in range(len(place)):
        at, v = place[n], 8 * n
        left = np.uint8(255 - shares[at]) if len(shares) else np.uint8(255)
        values[v + RED], values[v + GREEN], values[v + BLUE] = left, left, left
        values[v + COVER] = covers[at]


@kernel
def _sandblasted(metal: Metal, share: Bytes2D, enamel: Field, tilt: Field, tile: Field, frame: Frame) -> None:
    """The recessed ground: matt and grainy, in shade at the walls; an antique finish settles there."""
    place, values, width, quarter = metal.place, metal.values.ravel(), share.shape[1], tilt.shape[1]
    shares, depths, leans, grits = share.ravel(), enamel.ravel(), tilt.ravel(), tile.ravel()
    far = int(0.15 * frame.px_per_mm + 0.5) * width + int(0.12 * frame.px_per_mm + 0.5)
    fine, y, end = np.float32(16 / frame.px_per_mm), 0, width
    left, top = np.float32(16 * frame.x_mm), np.float32(16 * frame.y_mm)
    for n in range(len(place)):
        at = place[n]
        while at >= end:
            y, end = y + 1, end + width
        if shares[at]:
            x, depth = at - end + width, max(depths[at], np.float32(0))
            u, v = left + np.float32(np.int32(x)) * fine, top + np.float32(np.int32(y)) * fine
            grit = grits[(int(np.floor(v)) & 255) * 256 + (int(np.floor(u)) & 255)]
            lean = ((y >> 2) * quarter + (x >> 2)) * 2
            foot = max(np.float32(0), np.float32(1) - depth * np.float32(2.2))
            light = np.float32(88) + grit - (leans[lean] + leans[lean + 1]) * np.float32(60)
            light -= np.float32(34) * foot * foot + eased(0.10, -0.10, depths[at - far]) * np.float32(40)
            patina = np.float32(96) + np.float32(95) * foot - grit * np.float32(1.5)
            _blended(values, 8 * n, shares[at], light, patina)


@kernel
def _swollen(metal: Metal, share: Bytes2D, enamel: Field, swelling: Field, room: Room) -> None:
    """The relief between the lines: satin, dark in the furrows."""
    place, values, shares = metal.place, metal.values.ravel(), share.ravel()
    depths, leans = enamel.ravel(), swelling.ravel()
    for n in range(len(place)):
        at = place[n]
        if shares[at]:
            light, satin = thrown_back(room, leans[2 * at], leans[2 * at + 1])
            foot = max(np.float32(0), np.float32(1) - max(depths[at], np.float32(0)) * np.float32(2.2))
            deep = max(np.float32(0), np.float32(1) - depths[at] * np.float32(1.1))
            light = light * np.float32(0.55) + satin * np.float32(0.40)
            light *= np.float32(1) - np.float32(0.42) * foot * foot
            _blended(values, 8 * n, shares[at], light, np.float32(215) * deep * deep)


@inner
def _blended(values: Bytes2D, v: Number, share: Number, light: Number, patina: Number) -> None:
    """Put a ground of this light over a share of a metal pixel, which begins at `v`."""
    light = min(max(light, np.float32(4)), np.float32(250))
    patina = min(max(patina, np.float32(0)), np.float32(255))
    satin = light
    if share < 255:
        part = np.float32(share) * np.float32(1 / 255)
        light = values[v + LIGHT] + (light - values[v + LIGHT]) * part
        satin = values[v + SATIN] + (satin - values[v + SATIN]) * part
        patina = values[v + PATINA] + (patina - values[v + PATINA]) * part
    values[v + LIGHT], values[v + SATIN] = np.uint8(light), np.uint8(satin)
    values[v + PATINA], values[v + SECOND] = np.uint8(patina), share
