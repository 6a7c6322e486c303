"""What is mixed into enamel: glitter, pearl, phosphor."""

from collections.abc import Mapping

import cv2
import numpy as np

from designs.rendering import colours, shading
from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import kernel
from designs.rendering.enamels import Table
from designs.rendering.pinart import PaletteEntry
from designs.rendering.prepared import Prepared
from designs.rendering.shading import looked_up

FLAKE_MM = 0.20
_MILK = np.array([230.0, 247.0, 214.0])
_GLITTER, _PEARL = 1, 2


def coloured(pin: Prepared, out: Bytes2D, effects: Mapping[int, str]) -> Table:
    """The colours of the pin's palette, by label; those that change within an area are painted into `out`."""
    table = flat(pin.art.palette)
    kinds = np.zeros(256, dtype=np.uint8)
    for label, effect in effects.items():
        if effect == "glow":
            table[label, :3] = table[label, :3] * 0.72 + _MILK * 0.28
        kinds[label] = {"glitter": _GLITTER, "pearl": _PEARL}.get(effect, 0)
    if kinds.any():
        _mixed(out, pin.owner, table, kinds, _flakes(), _swirls(pin), shading.room(), FLAKE_MM * pin.px_per_mm)
        table[kinds > 0, 3] = 1
    return table


def flat(palette: tuple[PaletteEntry, ...]) -> Table:
    """The palette as a table (256, 4) by label."""
    table = np.zeros((256, 4), dtype=np.float32)
    for entry in palette:
        table[entry.label, :3] = colours.from_hex(entry.fill)
    return table


def _flakes() -> Field:
    """Where in its cell each of 64 x 64 flakes lies (0.25..0.75) and how it leans (x and y of its normal)."""
    table = np.random.default_rng(11).random((64, 64, 4)).astype(np.float32)
    table[..., :2] = table[..., :2] * 0.5 + 0.25
    table[..., 2:] = (table[..., 2:] - 0.5) * 1.3
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
    cell_px: Number,
) -> None:
    """Paint the areas that glitter or shimmer."""
    (height, width), per_px = owner.shape, np.float32(1 / cell_px)
    for y in range(height):
        for x in range(width):
            label = owner[y, x]
            if kinds[label] == _GLITTER:
                light = _flake(flakes, room, np.float32(y) * per_px, np.float32(x) * per_px)
                shade = np.float32(0.66) + np.float32(0.52) * light
                flash = max(np.float32(0), light - np.float32(0.80)) * np.float32(4)
            elif kinds[label] == _PEARL:
                light = np.float32(swirls[y, x]) * np.float32(1 / 255)
                shade, flash = np.float32(0.92) + np.float32(0.08) * light, light * np.float32(0.34)
            else:
                continue
            for c in range(3):
                value = min(table[label, c] * shade, np.float32(255))
                out[y, x, c] = np.uint8(value + (np.float32(255) - value) * min(flash, np.float32(1)))


@kernel
def _flake(flakes: Field, room: Bytes2D, v: Number, u: Number) -> Number:
    """Light 0..1 of the flake that lies nearest to a place, in cells."""
    row, column = int(v + np.float32(0.5)), int(u + np.float32(0.5))
    best, at_row, at_column = np.float32(9), 0, 0
    for r in range(row - 1, row + 1):
        for c in range(column - 1, column + 1):
            dy = np.float32(r) + flakes[r & 63, c & 63, 0] - v
            dx = np.float32(c) + flakes[r & 63, c & 63, 1] - u
            if dx * dx + dy * dy < best:
                best, at_row, at_column = dx * dx + dy * dy, r & 63, c & 63
    y, x = looked_up(flakes[at_row, at_column, 2], flakes[at_row, at_column, 3], np.float32(0.5))
    return np.float32(room[y, x, 0]) * np.float32(1 / 255)
