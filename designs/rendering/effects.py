"""What is mixed into enamel: glitter, pearl, phosphor, or nothing that covers."""

from collections.abc import Mapping
from functools import cache

import cv2
import numpy as np

from designs.rendering import colours, shading
from designs.rendering.arrays import Bytes2D
from designs.rendering.compiled import kernel
from designs.rendering.enamels import CLEAR, PAINTED, Table
from designs.rendering.pinart import PaletteEntry
from designs.rendering.prepared import Prepared
from designs.rendering.shading import Frame

FLAKE_MM = 0.17
# The noise by which mica flows, and its grains per mm.
FLOW_SEED, FLOW_SCALE = 12, 0.7
_MILK = np.array([230.0, 247.0, 214.0])
_GLITTER, _PEARL = 1, 2
_FLAKES, _FLAKE_PX = 64, 16


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
        _mixed(out, pin.owner, table, kinds, _flakes(), swirls, pin.frame, _FLAKE_PX / FLAKE_MM)
        table[kinds > 0, 3] = PAINTED
    return table


def flat(palette: tuple[PaletteEntry, ...]) -> Table:
    """The palette as a table (256, 4) by label."""
    table = np.zeros((256, 4), dtype=np.float32)
    for entry in palette:
        table[entry.label, :3] = colours.from_hex(entry.fill)
    return table


@cache
def _flakes() -> Bytes2D:
    """The light 0..255 of the flake that lies nearest, (1024, 1024): 64 x 64 flakes, one to a cell, without a seam.

    Each lies somewhere in the middle of its cell and leans as it fell.
    """
    table = shading.chances(np.arange(_FLAKES * _FLAKES * 4)).reshape(_FLAKES, _FLAKES, 4)
    down_in, right_in, lean_x, lean_y = (np.asarray(table[..., n], dtype=np.float32) for n in range(4))
    light = shading.reflected(
        (lean_x - np.float32(0.5)) * np.float32(1.6), (lean_y - np.float32(0.5)) * np.float32(1.6)
    )
    axis = (np.arange(_FLAKES * _FLAKE_PX, dtype=np.float32) + np.float32(0.5)) / _FLAKE_PX
    least, found = np.full((len(axis), len(axis)), np.float32(9)), np.zeros((len(axis), len(axis)), np.uint8)
    for below in (0, 1):
        for beside in (0, 1):
            rows, columns = ((axis + np.float32(0.5)).astype(np.int32) - step for step in (below, beside))
            cell = np.ix_(rows % _FLAKES, columns % _FLAKES)
            down = down_in[cell] * np.float32(0.5) + np.float32(0.25) + (rows - axis)[:, None]
            right = right_in[cell] * np.float32(0.5) + np.float32(0.25) + (columns - axis)[None, :]
            away = np.asarray(down * down + right * right, dtype=np.float32)
            found[away < least] = light[cell][away < least]
            least = np.minimum(least, away)
    return found


def _swirls(pin: Prepared) -> Bytes2D:
    """Mica that flows in the enamel, (height, width): 0 dull to 255 bright."""
    frame, (height, width) = pin.frame, pin.owner.shape
    right = frame.x_mm + (np.arange(width // 4 + 1) * 4 + 2) / frame.px_per_mm
    down = frame.y_mm + (np.arange(height // 4 + 1) * 4 + 2) / frame.px_per_mm
    bend = shading.grained(shading.noise(FLOW_SEED), right * FLOW_SCALE, down * FLOW_SCALE)
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
    flakes: Bytes2D,
    swirls: Bytes2D,
    frame: Frame,
    per_mm: float,
) -> None:
    """Paint the areas that glitter or shimmer; a mm is `per_mm` pixels of the flakes, counted from the pin's middle."""
    height, width = owner.shape
    owners, colours, lights, tile, side = owner.ravel(), out.ravel(), swirls.ravel(), flakes.ravel(), len(flakes)
    places = np.empty(width, np.int32)
    for x in range(width):
        places[x] = int(np.floor((frame.x_mm + x / frame.px_per_mm) * per_mm)) % side
    for y in range(height):
        row = int(np.floor((frame.y_mm + y / frame.px_per_mm) * per_mm)) % side * side
        for x in range(width):
            at = y * width + x
            kind = kinds[owners[at]]
            if kind == 0:
                continue
            if kind == _GLITTER:
                light = np.float32(tile[row + places[x]]) * np.float32(1 / 255)
                shade = np.float32(0.72) + np.float32(0.43) * light
                flash = min(max(np.float32(0), light - np.float32(0.84)) * np.float32(4.2), np.float32(1))
            else:
                light = np.float32(lights[at]) * np.float32(1 / 255)
                shade, flash = np.float32(0.92) + np.float32(0.08) * light, light * np.float32(0.34)
            for c in range(3):
                value = min(table[owners[at], c] * shade, np.float32(255))
                colours[4 * at + c] = np.uint8(value + (np.float32(255) - value) * flash)
