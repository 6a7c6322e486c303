"""What a pin lies on, drawn for a square picture: studio paper, craft paper, slate, denim, walnut."""

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np

from designs.rendering import shading
from designs.rendering.arrays import Bytes2D, Field

TRANSPARENT = "transparent"


@lru_cache(maxsize=8)
def ground(name: str, px: int) -> Bytes2D:
    """A ground (px, px, 4), opaque, lit from the upper left."""
    axis = (np.arange(px, dtype=np.float32) + np.float32(0.5)) / px - np.float32(0.5)
    away = np.hypot(axis[None, :] * 1.35 + 0.22, axis[:, None] * 1.35 + 0.30)
    fall = shading.smoothstep(0.0, 1.25, np.asarray(away, dtype=np.float32))
    return _bytes(_GROUNDS[name](px, fall))


def _bytes(values: Field) -> Bytes2D:
    """0..255 (height, width, 3) as opaque pixels, by an ordered pattern so that soft grounds do not band."""
    pattern = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.float32) / 16
    height, width = values.shape[:2]
    tiled = np.tile(pattern, (height // 4 + 1, width // 4 + 1))[:height, :width, None]
    shown = np.full((height, width, 4), 255, dtype=np.uint8)
    shown[..., :3] = np.clip(values + tiled, 0, 255)
    return shown


def _tinted(light: Field, colour: tuple[float, float, float]) -> Field:
    return np.asarray(light[..., None] * np.array(colour, dtype=np.float32), dtype=np.float32)


def _noise(px: int, grains: int, seed: int, stretch: float = 1.0) -> Field:
    """Smooth noise of unit strength with this many grains across the picture, longer across by `stretch`."""
    rows, columns = grains, max(2, round(grains / stretch))
    rough = np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(rough, (px, px), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _studio(px: int, fall: Field) -> Field:
    """Seamless white paper, brightest at the upper left."""
    del px
    return _tinted((0.975 - 0.105 * fall) * 255, (1.0, 0.997, 0.992))


def _paper(px: int, fall: Field) -> Field:
    """Uncoated warm paper with fibres."""
    fibres = _noise(px, 420, 31, 2.2) * 0.008 + _noise(px, 150, 32, 0.5) * 0.007 + _noise(px, 40, 33) * 0.004
    flecks = np.clip(_noise(px, 300, 34, 2.5) - 2.6, 0, 1) * 0.10
    return _tinted((0.93 - 0.13 * fall + fibres - flecks) * 255, (1.0, 0.965, 0.905))


def _slate(px: int, fall: Field) -> Field:
    """Split stone, dark and slightly blue."""
    height = _noise(px, 9, 41) * 1.6 + _noise(px, 30, 42, 1.6) * 0.7 + _noise(px, 110, 43, 1.8) * 0.28
    height = np.asarray(height + _noise(px, 380, 44) * 0.10, dtype=np.float32)
    scale = px / 1200
    relief = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3) + cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3) * 1.2
    light = 0.235 - 0.085 * fall + np.clip(relief * scale * 0.020, -0.05, 0.07) + _noise(px, 500, 45) * 0.006
    return _tinted(np.clip(light, 0.03, 1) * 255, (0.97, 1.0, 1.05))


def _denim(px: int, fall: Field) -> Field:
    """Blue twill: pale weft between dark warp threads, 3 over 1, worn unevenly."""
    threads = 110
    axis = (np.arange(px, dtype=np.float32) + np.float32(0.5)) / px * threads
    wander = _noise(px, 14, 51) * 0.10
    u, v = axis[None, :] + wander, axis[:, None] * 0.9 + wander * 0.6
    twill = np.sin((u * 0.5 + v * 0.5) * np.float32(2 * np.pi)) * 0.5
    warp = np.sin(u * np.float32(2 * np.pi)) * 0.25
    slub = _noise(px, threads * 2, 52, 0.12) * 0.16 + _noise(px, threads, 53, 3.0) * 0.10
    worn = _noise(px, 7, 54) * 0.05 + _noise(px, 600, 55) * 0.06
    level = np.asarray(
        np.clip(0.42 + twill * 0.30 + warp * 0.14 + slub * 0.6 + worn, 0, 1)[..., None], dtype=np.float32
    )
    dark, pale = np.array([33, 48, 80], dtype=np.float32), np.array([112, 134, 170], dtype=np.float32)
    return np.asarray((dark + (pale - dark) * level) * (1.06 - 0.34 * fall)[..., None], dtype=np.float32)


def _walnut(px: int, fall: Field) -> Field:
    """Oiled wood, its grain across the picture."""
    bend = _noise(px, 5, 61, 2.5) * 0.8 + _noise(px, 14, 62, 5.0) * 0.25
    axis = (np.arange(px, dtype=np.float32) + np.float32(0.5)) / px
    rings = np.sin((axis[:, None] * 9 + bend) * np.float32(2 * np.pi))
    pores = np.clip(_noise(px, 520, 63, 26.0) - 0.7, 0, 1.5) * 0.16
    streaks = _noise(px, 260, 64, 30.0) * 0.05
    level = np.clip(0.46 + rings * 0.17 + streaks - pores + _noise(px, 600, 65, 6.0) * 0.025, 0, 1)[..., None]
    dark, pale = np.array([52, 31, 20], dtype=np.float32), np.array([150, 102, 66], dtype=np.float32)
    return np.asarray((dark + (pale - dark) * level) * (1.05 - 0.33 * fall)[..., None], dtype=np.float32)


_GROUNDS: dict[str, Callable[[int, Field], Field]] = {
    "studio": _studio,
    "paper": _paper,
    "slate": _slate,
    "denim": _denim,
    "walnut": _walnut,
}
GROUNDS = (*_GROUNDS, TRANSPARENT)
