"""Colour between the metal: soft enamel in its recesses, hard enamel flush and polished, print under lacquer."""

from typing import NamedTuple

import numpy as np

from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import inner, kernel
from designs.rendering.prepared import Prepared
from designs.rendering.shading import KEY, eased, facing, pattern, slope

# In a table of colours (256, 4) the fourth number says that the plane holds the colour already, or that metal is
# seen through it.
Table = Field
PAINTED, CLEAR = 1, 2
_BODY = 0.30
# Beyond this distance from metal neither a wall's shade nor the meniscus reaches.
_WALL_MM = 0.46


def recessed(pin: Prepared, out: Bytes2D, table: Table, lamp: float) -> None:
    """Soft enamel: poured below the metal, drawn up at the walls, in the shade of the upper left walls.

    `lamp` 0..1 is how strongly it mirrors the lamp: weakly under an epoxy dome.
    """
    _recessed(out, pin.share, pin.owner, pin.enamel, table, pin.sheen, pin.px_per_mm, lamp)


@kernel
def _recessed(
    out: Bytes2D,
    share: Bytes2D,
    owner: Bytes2D,
    enamel: Field,
    table: Table,
    sheen: Bytes2D,
    px_per_mm: Number,
    lamp: Number,
) -> None:
    height, width = enamel.shape
    depths, shares, owners, colours, sheens = enamel.ravel(), share.ravel(), owner.ravel(), out.ravel(), sheen.ravel()
    right, down = int(0.13 * px_per_mm + 0.5), int(0.16 * px_per_mm + 0.5)
    far, near = down * width + right, down // 2 * width + right // 2
    for y in range(height):
        for x in range(width):
            at = y * width + x
            if shares[at]:
                depth, light = max(depths[at], np.float32(0)), np.float32(1)
                shine = np.float32(sheens[at]) * np.float32(0.05 / 255)
                if depth < np.float32(_WALL_MM):
                    light = _shade(depth, min(depths[at - far], depths[at - near]))
                    shine += _drawn_up(depths, at, width, depth, px_per_mm) * np.float32(lamp)
                _put(colours, at, table, owners[at], light, shine, shares[at], pattern(y, x))


def flush(pin: Prepared, out: Bytes2D, table: Table) -> None:
    """Hard enamel: ground flat with the metal and polished; a hairline where they meet, one broad sheen."""
    _flat(out, pin.share, pin.owner, pin.enamel, table, pin.sheen, Lacquer(0.06, 0.34, 0.15))


def printed(pin: Prepared, out: Bytes2D, table: Table) -> None:
    """Ink on flat metal under clear lacquer."""
    _flat(out, pin.share, pin.owner, pin.enamel, table, pin.sheen, Lacquer(0.10, 0.22, 0.06))


class Lacquer(NamedTuple):
    """A flat face: within `edge` mm of its border up to `dark` 0..1 darker; `gloss` 0..1 of the window's sheen."""

    edge: float
    dark: float
    gloss: float


@kernel
def _flat(
    out: Bytes2D, share: Bytes2D, owner: Bytes2D, enamel: Field, table: Table, sheen: Bytes2D, lacquer: Lacquer
) -> None:
    height, width = enamel.shape
    depths, shares, owners, colours, sheens = enamel.ravel(), share.ravel(), owner.ravel(), out.ravel(), sheen.ravel()
    edge, dark, gloss = np.float32(1 / lacquer.edge), np.float32(lacquer.dark), np.float32(lacquer.gloss / 255)
    for y in range(height):
        for x in range(width):
            at = y * width + x
            if shares[at]:
                near = max(np.float32(0), np.float32(1) - max(depths[at], np.float32(0)) * edge)
                shine = np.float32(sheens[at]) * gloss
                light = np.float32(1) - dark * near * near
                _put(colours, at, table, owners[at], light, shine, shares[at], pattern(y, x))


@kernel
def _shade(depth: Number, wall: Number) -> Number:
    """Light 0..1 that is left in a recess: less where a wall stands towards the lamp, less at the foot of any wall.

    `wall` is the depth of a place a little nearer to the lamp, negative inside the wall.
    """
    lit = np.float32(1) - eased(0.10, -0.10, wall) * np.float32(0.42)
    foot = max(np.float32(0), np.float32(1) - depth * np.float32(2.2))
    return lit * (np.float32(1) - np.float32(0.28) * foot * foot * foot)


@inner
def _drawn_up(depths: Field, at: Number, width: Number, depth: Number, px_per_mm: Number) -> Number:
    """The lamp 0..1 in the meniscus: enamel climbs its walls, most where it touches them."""
    near = max(np.float32(0), np.float32(1) - depth * np.float32(2.4))
    if near == 0:
        return np.float32(0)
    dx, dy = slope(depths, at, width, 2)
    rise = near * near * np.float32(1.3 * px_per_mm)
    nx, ny = dx * rise, dy * rise
    if np.float32(KEY[0]) * nx + np.float32(KEY[1]) * ny < np.float32(0.1):
        return np.float32(0)  # it faces away from the lamp
    return eased(0.84, 0.98, facing(nx, ny))


@inner
def _put(
    colours: Bytes2D,
    at: Number,
    table: Table,
    label: Number,
    light: Number,
    shine: Number,
    share: Number,
    rounding: Number,
) -> None:
    """A pixel's colour darkened to `light` 0..1, carried towards white by `shine` 0..1, times its share."""
    part = np.float32(share) * np.float32(1 / 255)
    factor = light * (np.float32(1) - shine) * part
    offset = np.float32(255) * shine * part + rounding
    # Unsigned, so that nothing asks at each place whether it counts from the end.
    place, one, two = np.uint64(at) * np.uint64(4), np.uint64(1), np.uint64(2)
    row = np.uint64(label)
    red, green, blue, kind = table[row, 0], table[row, 1], table[row, 2], table[row, 3]
    if kind == CLEAR:
        red, green, blue = red * np.float32(_BODY), green * np.float32(_BODY), blue * np.float32(_BODY)
    elif kind == PAINTED:
        red, green = np.float32(colours[place]), np.float32(colours[place + one])
        blue = np.float32(colours[place + two])
    colours[place] = np.uint8(min(red * factor + offset, np.float32(255)))
    colours[place + one] = np.uint8(min(green * factor + offset, np.float32(255)))
    colours[place + two] = np.uint8(min(blue * factor + offset, np.float32(255)))
