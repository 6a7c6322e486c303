"""Light: the room that metal mirrors, and what kernels need to shade a pixel. Light comes from the upper left.

Heights and distances are in mm, y grows downwards, z towards the eye. Light is 0 (a dark room) to 255 (a lamp).
"""

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import kernel

KEY = (-0.52, -0.62, 0.59)
_STRIP = (0.86, -0.22, 0.46)
_ROOM_PX = 512
_TILE_PX = 256
# The mirrored room, and the same room as a satin face scatters it: where they lie in `room()`.
MIRROR, SATIN = 0, 1


class Frame(NamedTuple):
    """Where a kernel's pixels lie on the pin: mm of the middle of pixel (0, 0) from the pin's middle, and scale."""

    x_mm: float
    y_mm: float
    px_per_mm: float
    radius_mm: float


def smoothstep(low: float, high: float, value: npt.NDArray[np.float32]) -> Field:
    """0 below `low`, 1 above `high`, a smooth S between."""
    t = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


@cache
def room() -> Bytes2D:
    """What a face shows for each normal: light 0..255 over (ny, nx) from -1 to 1, mirrored and scattered.

    A studio: a large soft box at the upper left, a strip light at the right, beams under a bright ceiling that
    falls off to the lower right, a dark horizon, a dim floor. The reflected ray is 2 n_z n - (0, 0, 1).
    """
    axis = np.linspace(-1, 1, _ROOM_PX, dtype=np.float32)
    nx, ny = np.meshgrid(axis, axis)
    nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1))
    rx, ry, rz = 2 * nz * nx, 2 * nz * ny, 2 * nz * nz - 1
    toward = -(rx * 0.64 + ry * 0.77)
    light = 0.55 + 0.30 * toward
    across = rx * 0.83 + ry * 0.56
    beams = np.exp(-(((across + 0.20) / 0.07) ** 2)) + 0.7 * np.exp(-(((across - 0.17) / 0.10) ** 2))
    beams -= 0.75 * np.exp(-(((across + 0.02) / 0.07) ** 2)) + 0.6 * np.exp(-(((across - 0.36) / 0.08) ** 2))
    light = light + 0.17 * beams * smoothstep(0.55, 0.9, rz)
    light = light * (0.30 + 0.70 * smoothstep(-0.15, 0.55, rz))
    light -= 0.34 * np.exp(-(((rz - 0.30) / 0.20) ** 2)) * smoothstep(-0.2, 0.6, -toward)
    key = rx * KEY[0] + ry * KEY[1] + rz * KEY[2]
    strip = rx * _STRIP[0] + ry * _STRIP[1] + rz * _STRIP[2]
    light += 0.62 * smoothstep(0.80, 0.93, key) + 0.40 * smoothstep(0.90, 0.965, strip)
    floor = smoothstep(0.1, -0.7, rz)
    light = light * (1 - floor) + floor * (0.20 + 0.16 * smoothstep(-0.2, 0.9, ry))
    mirrored = np.clip(light, 0.02, 1.0) * 255
    scattered = np.clip(127 + (cv2.GaussianBlur(mirrored, (0, 0), 28) - 140) * 0.7, 0, 255)
    return np.ascontiguousarray(np.dstack([mirrored, scattered]), dtype=np.uint8)


@cache
def noise(seed: int) -> Field:
    """A tile (256, 256) of smooth noise of unit strength that repeats without a seam; its grains are 4 pixels wide."""
    tile = np.random.default_rng(seed).standard_normal((_TILE_PX, _TILE_PX)).astype(np.float32)
    soft = cv2.GaussianBlur(np.pad(tile, 16, mode="wrap"), (0, 0), 2.0)[16:-16, 16:-16]
    return np.ascontiguousarray(soft / soft.std(), dtype=np.float32)


def grained(tile: Field, right: npt.NDArray[np.float64], down: npt.NDArray[np.float64]) -> Field:
    """A tile of noise at these columns and rows, in mm: grains of 4 mm."""
    at_x, at_y = np.meshgrid(np.float32(right % _TILE_PX), np.float32(down % _TILE_PX))
    return np.asarray(cv2.remap(tile, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), dtype=np.float32)


def reflected(nx: Field, ny: Field) -> Field:
    """The light 0..255 of polished metal whose unit normals have these x and y."""
    half = np.float32((_ROOM_PX - 1) / 2)
    table = np.ascontiguousarray(room()[..., MIRROR], dtype=np.float32)
    at_x, at_y = np.asarray((nx + 1) * half, np.float32), np.asarray((ny + 1) * half, np.float32)
    return np.asarray(cv2.remap(table, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


@kernel
def looked_up(nx: Number, ny: Number, shift: Number) -> tuple[int, int]:
    """Row and column of `room()` for a unit normal, rounded up by `shift` 0..1 of a cell."""
    half = np.float32((_ROOM_PX - 1) / 2)
    column, row = int(nx * half + half + shift), int(ny * half + half + shift)
    return min(max(row, 0), _ROOM_PX - 1), min(max(column, 0), _ROOM_PX - 1)


@kernel
def pattern(y: int, x: int) -> Number:
    """Fractions 0..15/16, evenly spread over 4 x 4 pixels: added before rounding down they keep soft light smooth."""
    odd = (x ^ y) & 1
    return np.float32(odd * 8 + (x & 1) * 4 + (((x ^ y) >> 1) & 1) * 2 + ((x >> 1) & 1)) * np.float32(1 / 16)


@kernel
def grain(tile: Field, u: Number, v: Number) -> Number:
    """A tile of noise at column u and row v, both positive, interpolated, without end."""
    column, row = int(u), int(v)
    fu, fv = np.float32(u) - np.float32(column), np.float32(v) - np.float32(row)
    left, right, top, low = column & 255, (column + 1) & 255, row & 255, (row + 1) & 255
    upper = tile[top, left] + (tile[top, right] - tile[top, left]) * fu
    lower = tile[low, left] + (tile[low, right] - tile[low, left]) * fu
    return upper + (lower - upper) * fv


@kernel
def slope(flat: Field, n: int, width: int, reach: int) -> tuple[Number, Number]:
    """The change of a field (as one row of numbers, `width` to a line) per pixel to the right and downwards.

    Averaged over `reach` and twice that, so that ridges are round.
    """
    share, down = np.float32(1 / 6) / np.float32(reach), reach * width
    across = flat[n + reach] - flat[n - reach] + flat[n + 2 * reach] - flat[n - 2 * reach]
    along = flat[n + down] - flat[n - down] + flat[n + 2 * down] - flat[n - 2 * down]
    return across * share, along * share


@kernel
def facing(nx: Number, ny: Number) -> Number:
    """How directly a mirror whose normal is (nx, ny, 1) throws the lamp at the eye: 1 is the middle of the lamp."""
    twice = np.float32(2) / (np.float32(1) + nx * nx + ny * ny)
    toward = np.float32(KEY[0]) * nx + np.float32(KEY[1]) * ny
    return twice * toward + (twice - np.float32(1)) * np.float32(KEY[2])


@kernel
def eased(low: Number, high: Number, value: Number) -> Number:
    """0 below `low`, 1 above `high`, a smooth S between."""
    t = min(max((value - np.float32(low)) * np.float32(1 / (high - low)), np.float32(0)), np.float32(1))
    return t * t * (np.float32(3) - np.float32(2) * t)


@kernel
def steepness(depth: Number, wide: Number, rise: Number) -> Number:
    """Slope of an edge that rises over `wide` mm to a flat top by `rise` mm, as a quarter of a sine, near enough."""
    t = min(max(depth * np.float32(1 / wide), np.float32(0)), np.float32(1))
    t = t * t
    peak = np.float32(rise / wide * np.pi / 2)
    return peak * (np.float32(1) - t * (np.float32(1.2234) - np.float32(0.2234) * t))
