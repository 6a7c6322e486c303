"""Light: the room that metal mirrors, and what kernels need to shade a pixel. Light comes from the upper left.

Heights and distances are in mm, y grows downwards, z towards the eye. Light is 0 (a dark room) to 255 (a lamp).
"""

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from designs.rendering.arrays import Bytes2D, Field, Number, Words
from designs.rendering.compiled import inner, kernel

KEY = (-0.52, -0.62, 0.59)
_STRIP = (0.86, -0.22, 0.46)
_ROOM_PX = 256
_TILE_PX = 256
GRIT = 1 << 17  # where the chances of coarse grit begin


class Room(NamedTuple):
    """What a face shows for each of 256 x 256 normals, rows y and columns x from -1 to 1: light 0..255.

    `mirrored` has in one word the light of a normal and of its neighbours to the right, below, and below to the right,
    so that one look gives what lies between them; `scattered` is the same room as a satin face shows it.
    """

    mirrored: Words
    scattered: Bytes2D


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
def room() -> Room:
    """A studio with a white table.

    A soft box at the upper left, a strip light at the right, beams under the ceiling that run across every flat face,
    a black flag on the far side, a dark line where the walls meet the table.
    The reflected ray is 2 n_z n - (0, 0, 1).
    """
    axis = np.linspace(-1, 1, _ROOM_PX, dtype=np.float32)
    nx, ny = np.meshgrid(axis, axis)
    nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1))
    rx, ry, rz = 2 * nz * nx, 2 * nz * ny, 2 * nz * nz - 1
    toward = -(rx * 0.64 + ry * 0.77)
    across = rx * 0.83 + ry * 0.56
    beams = _bump(across, -0.20, 0.08) + 0.8 * _bump(across, 0.20, 0.10)
    beams -= 0.9 * _bump(across, 0.0, 0.08) + 0.7 * _bump(across, 0.40, 0.09)
    light = 0.47 + 0.27 * toward + 0.15 * beams * smoothstep(0.5, 0.9, rz)
    flag = _bump(rz, 0.34, 0.26) * smoothstep(0.05, 0.65, -toward)
    wall = smoothstep(-0.05, 0.45, rz)
    light = (light - 0.50 * flag) * (0.62 + 0.38 * wall)
    light += 0.95 * _panel((rx, ry, rz), KEY, 0.56, 0.40) + 0.45 * _panel((rx, ry, rz), _STRIP, 0.12, 0.42)
    table = smoothstep(0.06, -0.30, rz)
    light = np.clip(light * (1 - table) + table * (0.36 + 0.28 * toward), 0.03, 1.1)
    # A steep edge of the metal is a few pixels wide: each of them sees a good part of the room.
    steep = smoothstep(0.16, 0.32, np.hypot(nx, ny))
    light += (cv2.GaussianBlur(light, (0, 0), 7.5) - light) * steep
    mirrored = np.clip(light, 0.02, 1.0) * 255
    scattered = np.clip(127 + (cv2.GaussianBlur(mirrored, (0, 0), 14) - 140) * 0.7, 0, 255)
    words = np.pad(mirrored.astype(np.uint32), ((0, 1), (0, 1)), mode="edge")
    four = words[:-1, :-1] | words[:-1, 1:] << 8 | words[1:, :-1] << 16 | words[1:, 1:] << 24
    return Room(four.astype(np.uint32).ravel(), scattered.astype(np.uint8).ravel())


def _bump(value: Field, middle: float, width: float) -> Field:
    return np.asarray(np.exp(-(((value - middle) / width) ** 2)), dtype=np.float32)


def _panel(ray: tuple[Field, Field, Field], middle: tuple[float, float, float], wide: float, high: float) -> Field:
    """A rectangular lamp 0..1 around a direction, with soft edges; half its sides as tangents."""
    x, y, z = middle
    length = np.hypot(x, y)
    ahead = ray[0] * x + ray[1] * y + ray[2] * z
    sideways = (ray[0] * -y + ray[1] * x) / length
    upwards = (ray[0] * -x * z + ray[1] * -y * z) / length + ray[2] * length
    ahead = np.maximum(ahead, 0.05)
    inside_u, inside_v = wide - np.abs(sideways / ahead), high - np.abs(upwards / ahead)
    return smoothstep(-0.05, 0.07, inside_u) * smoothstep(-0.05, 0.07, inside_v)


@cache
def noise(seed: int) -> Field:
    """A tile (256, 256) of smooth noise of unit strength that repeats without a seam; its grains are 4 pixels wide."""
    tile = np.random.default_rng(seed).standard_normal((_TILE_PX, _TILE_PX)).astype(np.float32)
    soft = cv2.GaussianBlur(np.pad(tile, 16, mode="wrap"), (0, 0), 2.0)[16:-16, 16:-16]
    return np.ascontiguousarray(soft / soft.std(), dtype=np.float32)


def chances(numbers: npt.ArrayLike) -> Field:
    """A fraction 0..1 for each whole number, the same on every machine: the browser draws from the same ones.

    M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
    Generation" (2014), the permutation RXS-M-XS for 32 bits.
    """
    state = np.asarray(numbers, dtype=np.int64).astype(np.uint32) * np.uint32(747796405) + np.uint32(2891336453)
    word = ((state >> ((state >> np.uint32(28)) + np.uint32(4))) ^ state) * np.uint32(277803737)
    word = (word >> np.uint32(22)) ^ word
    return np.asarray((word >> np.uint32(8)) / np.float32(1 << 24), dtype=np.float32)


@cache
def grit() -> Field:
    """A tile (256, 256) without a seam of what sandblasting leaves: levels of light, one for each 1/16 mm."""
    row, column = np.mgrid[0:_TILE_PX, 0:_TILE_PX]
    fine = chances(row * _TILE_PX + column)
    coarse = chances(GRIT + (row // 4) * _TILE_PX + column // 4)
    return np.asarray(
        (fine - np.float32(0.5)) * np.float32(24) + (coarse - np.float32(0.5)) * np.float32(12), np.float32
    )


def grained(tile: Field, right: npt.NDArray[np.float64], down: npt.NDArray[np.float64]) -> Field:
    """A tile of noise at these columns and rows, in mm: grains of 4 mm."""
    at_x, at_y = np.meshgrid(np.float32(right % _TILE_PX), np.float32(down % _TILE_PX))
    return np.asarray(cv2.remap(tile, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), dtype=np.float32)


def reflected(nx: Field, ny: Field) -> Field:
    """The light 0..255 of polished metal whose unit normals have these x and y."""
    half = np.float32((_ROOM_PX - 1) / 2)
    table = (room().mirrored & np.uint32(255)).reshape(_ROOM_PX, _ROOM_PX).astype(np.float32)
    at_x, at_y = np.asarray((nx + 1) * half, np.float32), np.asarray((ny + 1) * half, np.float32)
    return np.asarray(cv2.remap(table, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


@inner
def caught(room: Room, nx: Number, ny: Number) -> tuple[Number, Number]:
    """What `thrown_back` gives, in steps of the table: enough for a face so rough that these are not seen."""
    half, last = np.float32((_ROOM_PX - 1) / 2), np.int32(_ROOM_PX - 1)
    column = min(max(np.int32(nx * half + half + np.float32(0.5)), np.int32(0)), last)
    row = min(max(np.int32(ny * half + half + np.float32(0.5)), np.int32(0)), last)
    at = np.uint32(row) * np.uint32(_ROOM_PX) + np.uint32(column)
    return np.float32(room.mirrored[at] & np.uint32(255)), np.float32(room.scattered[at])


@inner
def thrown_back(room: Room, nx: Number, ny: Number) -> tuple[Number, Number]:
    """The light 0..255 that polished and that satin metal with this unit normal throws back."""
    half, last = np.float32((_ROOM_PX - 1) * 128), np.int32((_ROOM_PX - 1) * 256)
    u = np.uint32(min(max(np.int32(nx * half + half), np.int32(0)), last))
    v = np.uint32(min(max(np.int32(ny * half + half), np.int32(0)), last))
    across, down = u & np.uint32(255), v & np.uint32(255)
    at = (v >> np.uint32(8)) * np.uint32(_ROOM_PX) + (u >> np.uint32(8))
    four = room.mirrored[at]
    # The upper and the lower two at once, each in its half of a word.
    left, right = four & np.uint32(0xFF00FF), (four >> np.uint32(8)) & np.uint32(0xFF00FF)
    both = left * (np.uint32(256) - across) + right * across
    light = (both & np.uint32(0xFFFF)) * (np.uint32(256) - down) + (both >> np.uint32(16)) * down
    return np.float32(light >> np.uint32(16)), np.float32(room.scattered[at])


@kernel
def pattern(y: int, x: int) -> Number:
    """Fractions 0..15/16, evenly spread over 4 x 4 pixels: added before rounding down they keep soft light smooth."""
    odd = (x ^ y) & 1
    return np.float32(odd * 8 + (x & 1) * 4 + (((x ^ y) >> 1) & 1) * 2 + ((x >> 1) & 1)) * np.float32(1 / 16)


@inner
def slope(flat: Field, n: int, width: int, reach: int) -> tuple[Number, Number]:
    """The change of a field (as one row of numbers, `width` to a line) per pixel to the right and downwards.

    Averaged over `reach` and twice that, so that ridges are round.
    """
    share = np.float32(1 / 6) / np.float32(reach)
    # Unsigned, so that nothing asks at each place whether it counts from the end.
    at, right, down, two = np.uint64(n), np.uint64(reach), np.uint64(reach * width), np.uint64(2)
    across = flat[at + right] - flat[at - right] + flat[at + two * right] - flat[at - two * right]
    along = flat[at + down] - flat[at - down] + flat[at + two * down] - flat[at - two * down]
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
