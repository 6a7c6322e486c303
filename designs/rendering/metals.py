"""Bare metal: polished lines and rims, sandblasted grounds, cast relief, metal under clear enamel."""

from typing import NamedTuple

import cv2
import numpy as np

from designs.rendering import shading
from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import kernel
from designs.rendering.layers import BLUE, COVER, GREEN, LIGHT, PATINA, RED, SATIN, SECOND, Metal, Places
from designs.rendering.prepared import Prepared
from designs.rendering.shading import eased, looked_up, pattern, slope, steepness


class Bevel(NamedTuple):
    """How metal rises, in mm: over `rim` to `rim_rise` at the outer edge, over `line` to `line_rise` at the colours."""

    rim: float
    rim_rise: float
    line: float
    line_rise: float


RAISED = Bevel(0.26, 0.24, 0.13, 0.13)
FLUSH = Bevel(0.26, 0.24, 0.07, 0.035)
PRINTED = Bevel(0.26, 0.24, 0.10, 0.05)
# How deep the rim of a pin with two metals reaches.
_RIM_MM = 0.62


def raised(pin: Prepared, bevel: Bevel) -> Metal:
    """The metal between the colours."""
    values = np.empty((len(pin.bare), 8), np.uint8)
    _polished(pin.bare, values, pin.outline, pin.enamel, pin.tilt, shading.room(), pin.px_per_mm, bevel)
    _seen(pin.bare, values, pin.cover, pin.share)
    return Metal(pin.bare, values)


def struck(pin: Prepared) -> Metal:
    """A die struck pin: raised metal polished, the ground between sandblasted."""
    values = np.empty((len(pin.whole), 8), np.uint8)
    _polished(pin.whole, values, pin.outline, pin.enamel, pin.tilt, shading.room(), pin.px_per_mm, RAISED)
    _seen(pin.whole, values, pin.cover, np.zeros_like(pin.share))
    _sandblasted(pin.whole, values, pin.share, pin.enamel, pin.tilt, shading.noise(5), pin.px_per_mm)
    return Metal(pin.whole, values)


def sculpted(pin: Prepared) -> Metal:
    """A cast pin: each area swells softly from its edges, in satin metal."""
    values = np.empty((len(pin.whole), 8), np.uint8)
    _polished(pin.whole, values, pin.outline, pin.enamel, pin.tilt, shading.room(), pin.px_per_mm, RAISED)
    _seen(pin.whole, values, pin.cover, np.zeros_like(pin.share))
    _swollen(pin.whole, values, pin.share, pin.enamel, _swelling(pin), shading.room())
    return Metal(pin.whole, values)


def _swelling(pin: Prepared) -> Field:
    """X and y of the normal (height, width, 2) of a cast relief, from heights at a quarter of the size."""
    height, width = pin.enamel.shape
    small = cv2.resize(pin.enamel, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    scale = pin.px_per_mm / 4
    swell = np.float32(0.8) * (1 - np.exp(-np.maximum(small, 0) / np.float32(1.1)))
    high = cv2.GaussianBlur(swell, (0, 0), 0.30 * scale)
    dx = cv2.Sobel(high, cv2.CV_32F, 1, 0, ksize=3, scale=scale / 8)
    dy = cv2.Sobel(high, cv2.CV_32F, 0, 1, ksize=3, scale=scale / 8)
    unit = -1 / np.sqrt(1 + dx * dx + dy * dy)
    lean = np.dstack([dx * unit, dy * unit])
    return np.ascontiguousarray(cv2.resize(lean, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


@kernel
def _polished(
    place: Places,
    values: Bytes2D,
    outline: Field,
    enamel: Field,
    tilt: Field,
    room: Bytes2D,
    px_per_mm: float,
    bevel: Bevel,
) -> None:
    """Light and patina of raised metal, and of nothing deep between it."""
    width, rims, lines = outline.shape[1], outline.ravel(), enamel.ravel()
    scale, y, end = np.float32(px_per_mm), 0, outline.shape[1]
    for n in range(len(place)):
        at = place[n]
        while at >= end:
            y, end = y + 1, end + width
        x = at - end + width
        nx, ny, away = np.float32(0), np.float32(0), -lines[at]
        if away * scale < np.float32(-1):
            continue
        if rims[at] < np.float32(bevel.rim):
            dx, dy = slope(rims, at, width, 1)
            rise = steepness(rims[at], bevel.rim, bevel.rim_rise) * scale
            nx, ny = -dx * rise, -dy * rise
        if away < np.float32(bevel.line):
            dx, dy = slope(lines, at, width, 1)
            rise = steepness(away, bevel.line, bevel.line_rise) * scale
            nx, ny = nx + dx * rise, ny + dy * rise
        unit = np.float32(1)
        if nx != 0 or ny != 0:
            unit = np.float32(1) / np.sqrt(np.float32(1) + nx * nx + ny * ny)
        lean_x, lean_y = tilt[y >> 2, x >> 2, 0], tilt[y >> 2, x >> 2, 1]
        row, column = looked_up(nx * unit + lean_x, ny * unit + lean_y, pattern(y, x))
        foot = min(max(np.float32(0), np.float32(1) - away * np.float32(5)), np.float32(1))
        values[n, LIGHT], values[n, SATIN] = room[row, column, 0], room[row, column, 1]
        values[n, PATINA] = np.uint8(np.float32(115) * foot * foot * foot)
        values[n, SECOND] = np.uint8(255) if rims[at] > np.float32(_RIM_MM) else np.uint8(0)


@kernel
def _seen(place: Places, values: Bytes2D, cover: Bytes2D, share: Bytes2D) -> None:
    """How much of the metal is seen: what the colours leave."""
    covers, shares = cover.ravel(), share.ravel()
    for n in range(len(place)):
        at = place[n]
        left = np.uint8(255 - shares[at])
        values[n, RED], values[n, GREEN], values[n, BLUE] = left, left, left
        values[n, COVER] = covers[at]


@kernel
def _sandblasted(
    place: Places, values: Bytes2D, share: Bytes2D, enamel: Field, tilt: Field, tile: Field, px_per_mm: float
) -> None:
    """The recessed ground: matt and grainy, in shade at the walls; an antique finish settles there."""
    width, shares, depths = share.shape[1], share.ravel(), enamel.ravel()
    right, down = int(0.12 * px_per_mm + 0.5), int(0.15 * px_per_mm + 0.5)
    fine, y, end = np.float32(64 / px_per_mm), 0, width
    for n in range(len(place)):
        at = place[n]
        while at >= end:
            y, end = y + 1, end + width
        if shares[at]:
            x = at - end + width
            u, v = np.int64(x * fine), np.int64(y * fine)
            grit = tile[v & 255, u & 255] * np.float32(8) + tile[(v >> 2) & 255, (u >> 2) & 255] * np.float32(4)
            lean = tilt[y >> 2, x >> 2, 0] + tilt[y >> 2, x >> 2, 1]
            depth = max(depths[at], np.float32(0))
            foot = max(np.float32(0), np.float32(1) - depth * np.float32(2.2))
            light = np.float32(98) + grit - lean * np.float32(60) - np.float32(34) * foot * foot
            light -= eased(0.10, -0.10, depths[at - down * width - right]) * np.float32(40)
            light = min(max(light, np.float32(4)), np.float32(250))
            patina = np.float32(150) + np.float32(60) * foot - grit * np.float32(1.5)
            _blended(values, n, shares[at], light, light, min(max(patina, np.float32(0)), np.float32(255)))


@kernel
def _swollen(place: Places, values: Bytes2D, share: Bytes2D, enamel: Field, swelling: Field, room: Bytes2D) -> None:
    """The relief between the lines: satin, dark in the furrows."""
    width, shares, depths = share.shape[1], share.ravel(), enamel.ravel()
    y, end = 0, width
    for n in range(len(place)):
        at = place[n]
        while at >= end:
            y, end = y + 1, end + width
        if shares[at]:
            x = at - end + width
            row, column = looked_up(swelling[y, x, 0], swelling[y, x, 1], pattern(y, x))
            light = np.float32(room[row, column, 0]) * np.float32(0.55) + np.float32(room[row, column, 1]) * np.float32(
                0.40
            )
            foot = max(np.float32(0), np.float32(1) - max(depths[at], np.float32(0)) * np.float32(2.2))
            light *= np.float32(1) - np.float32(0.42) * foot * foot
            deep = max(np.float32(0), np.float32(1) - depths[at] * np.float32(1.1))
            _blended(values, n, shares[at], light, light, np.float32(215) * deep * deep)


@kernel
def _blended(values: Bytes2D, n: Number, share: Number, light: Number, satin: Number, patina: Number) -> None:
    """Put a ground of this light over a share of a metal pixel."""
    if share < 255:
        part = np.float32(share) * np.float32(1 / 255)
        light = values[n, LIGHT] + (light - values[n, LIGHT]) * part
        satin = values[n, SATIN] + (satin - values[n, SATIN]) * part
        patina = values[n, PATINA] + (patina - values[n, PATINA]) * part
    values[n, LIGHT], values[n, SATIN], values[n, PATINA] = np.uint8(light), np.uint8(satin), np.uint8(patina)
    values[n, SECOND] = share
