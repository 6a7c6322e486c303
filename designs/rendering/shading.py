"""Light on metal and enamel. Light comes from the upper left; heights and distances are in mm."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from designs.rendering import geometry
from designs.rendering.arrays import Bytes2D, Field
from designs.rendering.pinart import FIRST_ENAMEL, METAL, PinArt

KEY = np.array([-0.52, -0.62, 0.59])
STRIP = np.array([0.86, -0.22, 0.46])
ENVIRONMENT_PX = 512
# Removes the staircase of the label map from edges and from the light on them.
SMOOTH_PX = 2.3


@dataclass(frozen=True)
class Surface:
    """The pin on the picture's grid. `outline` and `enamel` are signed distances in mm, positive inside.

    `owner` is the enamel label of each pixel, continued under the metal; `x`, `y` are mm from the middle.
    """

    outline: Field
    enamel: Field
    owner: Bytes2D
    x: Field
    y: Field
    px_per_mm: float
    radius_mm: float

    def cover(self, field: Field) -> Field:
        """Anti-aliased coverage 0..1 of the inside of a signed distance."""
        return np.asarray(np.clip(field * self.px_per_mm + 0.5, 0, 1), dtype=np.float32)

    def blur(self, field: Field, sigma_mm: float) -> Field:
        """Gaussian blur by millimetres; wide blurs run at lower resolution."""
        sigma = sigma_mm * self.px_per_mm
        if sigma < 0.3:
            return field
        if sigma < 8:
            return geometry.smooth(field, sigma)
        step = int(sigma // 4)
        height, width = field.shape
        small = geometry.resized(field, max(8, width // step), max(8, height // step))
        soft = geometry.smooth(small, sigma / step)
        return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)

    def shifted(self, field: Field, dx_mm: float, dy_mm: float) -> Field:
        """The field moved right and down by millimetres."""
        move = np.array([[1, 0, dx_mm * self.px_per_mm], [0, 1, dy_mm * self.px_per_mm]], dtype=np.float64)
        size = (field.shape[1], field.shape[0])
        return np.asarray(
            cv2.warpAffine(field, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            np.float32,
        )


def surface(art: PinArt, px: int, *, fill: float, mirrored: bool = False) -> Surface:
    """Lay a pin on a square picture of `px`, its longest side taking `fill` of it."""
    labels = np.ascontiguousarray(art.labels[:, ::-1]) if mirrored else art.labels
    height, width = labels.shape
    side = round(max(height, width) / fill)
    top, left = (side - height) // 2, (side - width) // 2
    square = np.zeros((side, side), dtype=np.uint8)
    square[top : top + height, left : left + width] = labels
    solid = np.asarray(square >= METAL, dtype=np.bool_)
    coloured = np.asarray(square >= FIRST_ENAMEL, dtype=np.bool_)
    mm = np.float32(1 / art.px_per_mm)
    far = np.full(square.shape, np.float32(-side), dtype=np.float32)
    outline = geometry.signed_distance(solid, SMOOTH_PX) * mm
    enamel = (geometry.signed_distance(coloured, SMOOTH_PX) if coloured.any() else far) * mm
    owner = geometry.spread(square, coloured)
    axis = (np.arange(px, dtype=np.float32) + 0.5 - px / 2) * (side / px * mm)
    return Surface(
        outline=geometry.resized(outline, px, px),
        enamel=geometry.resized(enamel, px, px),
        owner=np.asarray(cv2.resize(owner, (px, px), interpolation=cv2.INTER_NEAREST), dtype=np.uint8),
        x=np.broadcast_to(axis[None, :], (px, px)),
        y=np.broadcast_to(axis[:, None], (px, px)),
        px_per_mm=px / side * art.px_per_mm,
        radius_mm=max(height, width) / 2 * float(mm),
    )


def smoothstep(low: float, high: float, value: Field) -> Field:
    """0 below `low`, 1 above `high`, a smooth S between."""
    t = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


@cache
def environment() -> Field:
    """What a mirror shows for each normal: a table over (ny, nx) from -1 to 1 of light 0..1.

    A studio: a large soft box at the upper left, a strip light at the right, a bright ceiling that falls off to
    the lower right, a dark horizon, a dim floor. The reflected ray is 2 n_z n - (0, 0, 1).
    """
    axis = np.linspace(-1, 1, ENVIRONMENT_PX, dtype=np.float32)
    nx, ny = np.meshgrid(axis, axis)
    nz = np.sqrt(np.clip(1 - nx**2 - ny**2, 0, 1))
    rx, ry, rz = 2 * nz * nx, 2 * nz * ny, 2 * nz * nz - 1
    toward = -(rx * 0.64 + ry * 0.77)
    light = 0.55 + 0.30 * toward
    # Lamps and beams under the ceiling: bands that run across every flat face.
    across = rx * 0.83 + ry * 0.56
    beams = np.exp(-(((across + 0.20) / 0.07) ** 2)) + 0.7 * np.exp(-(((across - 0.17) / 0.10) ** 2))
    beams -= 0.75 * np.exp(-(((across + 0.02) / 0.07) ** 2)) + 0.6 * np.exp(-(((across - 0.36) / 0.08) ** 2))
    light = light + 0.17 * beams * smoothstep(0.55, 0.9, rz)
    light = light * (0.30 + 0.70 * smoothstep(-0.15, 0.55, rz))
    light -= 0.34 * np.exp(-(((rz - 0.30) / 0.20) ** 2)) * smoothstep(-0.2, 0.6, -toward)
    key = rx * KEY[0] + ry * KEY[1] + rz * KEY[2]
    strip = rx * STRIP[0] + ry * STRIP[1] + rz * STRIP[2]
    light += 0.62 * smoothstep(0.80, 0.93, key) + 0.40 * smoothstep(0.90, 0.965, strip)
    floor = smoothstep(0.1, -0.7, rz)
    light = light * (1 - floor) + floor * (0.20 + 0.16 * smoothstep(-0.2, 0.9, ry))
    return np.asarray(np.clip(light, 0.02, 1.0), dtype=np.float32)


def reflected(nx: Field, ny: Field) -> Field:
    """The environment's light in a mirror whose unit normal has these x and y."""
    half = np.float32((ENVIRONMENT_PX - 1) / 2)
    table = environment()
    at_x, at_y = (nx + 1) * half, (ny + 1) * half
    return np.asarray(cv2.remap(table, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def normals(height: Field, px_per_mm: float) -> tuple[Field, Field]:
    """The x and y of the unit normals of a height field in mm."""
    dx = np.asarray(cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=px_per_mm / 8), dtype=np.float32)
    dy = np.asarray(cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=px_per_mm / 8), dtype=np.float32)
    length = np.sqrt(1 + dx * dx + dy * dy)
    return np.asarray(-dx / length, np.float32), np.asarray(-dy / length, np.float32)


def rounded(depth: Field, width_mm: float, height_mm: float) -> Field:
    """The height of an edge that rises over `width_mm` to a flat top, as a quarter of a sine."""
    t = np.clip(depth / np.float32(width_mm), 0, 1)
    return np.asarray(np.sin(t * np.float32(np.pi / 2)) * np.float32(height_mm), dtype=np.float32)


@cache
def _noise_tile(seed: int) -> Field:
    """A 512 x 512 tile of smooth noise of unit strength that repeats without a seam; its grains are 3 pixels."""
    tile = np.random.default_rng(seed).standard_normal((512, 512)).astype(np.float32)
    soft = geometry.smooth(np.pad(tile, 16, mode="wrap"), 1.5)[16:-16, 16:-16]
    return np.asarray(soft / soft.std(), dtype=np.float32)


def grain(on: Surface, size_mm: float, seed: int) -> Field:
    """Smooth noise of unit strength whose grains are about `size_mm` wide, fixed to the pin."""
    scale = np.float32(3.0 / size_mm)
    across = np.asarray((on.x[0] * scale) % 512, dtype=np.float32)
    down = np.asarray((on.y[:, 0] * scale) % 512, dtype=np.float32)
    at_x, at_y = np.meshgrid(across, down)
    return np.asarray(
        cv2.remap(_noise_tile(seed), at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), np.float32
    )
