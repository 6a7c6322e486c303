"""What is mixed into enamel: glitter, pearl, phosphor, or nothing that covers."""

from collections.abc import Mapping
from functools import cache

import cv2
import numpy as np

from designs.rendering import colours, shading
from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import inner, kernel
from designs.rendering.enamels import CLEAR, PAINTED, Table
from designs.rendering.pinart import PaletteEntry
from designs.rendering.prepared import Prepared
from designs.rendering.shading import thrown_back

FLAKE_MM = 0.17
_MILK = np.array([230.0, 247.0, 214.0])
_GLITTER, _PEARL = 1, 2


def coloured(pin: Prepared, out: Bytes2D, effects: Mapping[int, str]) -> Table:
    """The colours of the pin's palette, by label; those that change within an area are painted into `out`."""
    table = flat(pin.art.palette)
    kinds = np.zeros(256, dtype=np.uint8)
    for label, effect in effects.items():
        if effect == "glow":
            table[label, :3] = table[label, :3] * 0.72 + _MILK * 0.28
        elif effect == "translucent":
            table[label, 3] = CLEAR
        kinds[label] = {"glitter": _GLITTER, "pearl": _PEARL}.get(effect, 0)
    if kinds.any():
        swirls = _swirls(pin) if (kinds == _PEARL).any() else np.zeros((0, 0), np.uint8)
        _mixed(out, pin.owner, table, kinds, _flakes(), swirls, shading.room(), FLAKE_MM * pin.px_per_mm)
        table[kinds > 0, 3] = PAINTED
    return table


def flat(palette: tuple[PaletteEntry, ...]) -> Table:
    """The palette as a table (256, 4) by label."""
    table = np.zeros((256, 4), dtype=np.float32)
    for entry in palette:
        table[entry.label, :3] = colours.from_hex(entry.fill)
    return table


@cache
def _flakes() -> Field:
    """Where in its cell each of 64 x 64 flakes lies (0.25..0.75) and how it leans (x and y of its normal)."""
    table = np.random.default_rng(11).random((64, 64, 4)).astype(np.float32)
    table[..., :2] = table[..., :2] * 0.5 + 0.25
    table[..., 2:] = (table[..., 2:] - 0.5) * 1.6
    return table


def _swirls(pin: Prepared) -> Bytes2D:
    """Mica that flows in the enamel, (height, width): 0 dull to 255 bright."""
    frame, (height, width) = pin.frame, pin.owner.shape
    right = frame.x_mm + (np.arange(width // 4 + 1) * 4 + 2) / frame.px_per_mm
    down = frame.y_mm + (np.arange(height // 4 + 1) * 4 + 2) / frame.px_per_mm
    bend = shading.grained(shading.noise(12), right * 0.7, down * 0.7)
    flow = np.sin(right[None, :] * 0.9 + down[:, None] * 0.5 + bend * 1.6) * 0.5
    flow += shading.grained(shading.noise(13), right * 5, down * 5) * 0.12
    light = shading.smoothstep(-0.3, 0.7, np.asarray(flow, dtype=np.float32)) * 255
    return np.asarray(cv2.resize(light.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


@kernel
def _mixed(
    out: Bytes2D,
    owner: Bytes2D,
    table: Table,
    kinds: Bytes2D,
    flakes: Field,
    swirls: Bytes2D,
    room: Bytes2D,
    cell_px: float,
) -> None:
    """Paint the areas that glitter or shimmer."""
    (height, width), per_px = owner.shape, np.float32(1 / cell_px)
    owners, colours, lights, tiles = owner.ravel(), out.ravel(), swirls.ravel(), flakes.ravel()
    for y in range(height):
        v = np.float32(np.int32(y)) * per_px
        for x in range(width):
            at = y * width + x
            kind = kinds[owners[at]]
            if kind == 0:
                continue
            if kind == _GLITTER:
                light = _flake(tiles, room, v, np.float32(np.int32(x)) * per_px)
                shade = np.float32(0.72) + np.float32(0.43) * light
                flash = min(max(np.float32(0), light - np.float32(0.84)) * np.float32(4.2), np.float32(1))
            else:
                light = np.float32(lights[at]) * np.float32(1 / 255)
                shade, flash = np.float32(0.92) + np.float32(0.08) * light, light * np.float32(0.34)
            for c in range(3):
                value = min(table[owners[at], c] * shade, np.float32(255))
                colours[4 * at + c] = np.uint8(value + (np.float32(255) - value) * flash)


@inner
def _flake(tiles: Field, room: Bytes2D, v: Number, u: Number) -> Number:
    """Light 0..1 of the flake that lies nearest to a place, in cells."""
    row, column = int(v + np.float32(0.5)), int(u + np.float32(0.5))
    best, found = np.float32(9), 0
    for k in range(4):
        r, c = row - (k >> 1), column - (k & 1)
        at = ((r & 63) * 64 + (c & 63)) * 4
        dy, dx = np.float32(np.int32(r)) + tiles[at] - v, np.float32(np.int32(c)) + tiles[at + 1] - u
        away = dx * dx + dy * dy
        if away < best:
            best, found = away, at
    light, _ = thrown_back(room, tiles[found + 2], tiles[found + 3])
    return light * np.float32(1 / 255)
