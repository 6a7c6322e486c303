"""What a pin lies on, drawn for a square picture: studio paper, craft paper, slate, denim, walnut."""

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np

from designs.rendering import shading
from designs.rendering.arrays import Bytes2D, Field

TRANSPARENT = "transparent"
_BAND_PX = 128
Colour = tuple[float, float, float]
Paint = Callable[[slice], list[Field]]
"""Red, green and blue, each 0..255, of some rows of a ground."""


@lru_cache(maxsize=3)
def ground(name: str, px: int) -> Bytes2D:
    """A ground (px, px, 4), opaque, lit from the upper left."""
    axis = (np.arange(px, dtype=np.float32) + np.float32(0.5)) / px - np.float32(0.5)
    fall = np.empty((px, px), dtype=np.float32)
    for band in _bands(px):
        away = np.hypot(axis[None, :] * 1.35 + 0.22, axis[band, None] * 1.35 + 0.30)
        fall[band] = shading.smoothstep(0.0, 1.25, np.asarray(away, dtype=np.float32))
    return _bytes(_GROUNDS[name](px, fall), px)


def _bands(px: int) -> list[slice]:
    """Rows a few at a time, so that few planes of numbers are as large as the picture."""
    return [slice(top, top + _BAND_PX) for top in range(0, px, _BAND_PX)]


def _bytes(paint: Paint, px: int) -> Bytes2D:
    """The paint as opaque pixels, by an ordered pattern so that soft grounds do not band."""
    pattern = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.float32) / 16
    tiled = np.tile(pattern, (_BAND_PX // 4, px // 4 + 1))[:, :px]
    shown = np.full((px, px, 4), 255, dtype=np.uint8)
    for band in _bands(px):
        for channel, plane in enumerate(paint(band)):
            shown[band, :, channel] = np.clip(plane + tiled[: len(plane)], 0, 255)
    return shown


def _tinted(light: Field, colour: Colour) -> Paint:
    """Light 0..1 on a colour."""
    return lambda band: [light[band] * 255 * np.float32(part) for part in colour]


def _graded(level: Field, dark: Colour, pale: Colour, light: Field) -> Paint:
    """Between two colours by level 0..1, lit."""
    return lambda band: [
        (np.float32(low) + np.float32(high - low) * level[band]) * light[band]
        for low, high in zip(dark, pale, strict=True)
    ]


def _noise(px: int, grains: int, seed: int, stretch: float = 1.0) -> Field:
    """Smooth noise of unit strength with this many grains across the picture, longer across by `stretch`."""
    rows, columns = grains, max(2, round(grains / stretch))
    rough = np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(rough, (px, px), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _studio(px: int, fall: Field) -> Paint:
    """Seamless white paper, brightest at the upper left."""
    del px
    return _tinted(0.975 - 0.105 * fall, (1.0, 0.997, 0.992))


def _paper(px: int, fall: Field) -> Paint:
    """Uncoated warm paper with fibres."""
    fibres = _noise(px, 420, 31, 2.2) * 0.008 + _noise(px, 150, 32, 0.5) * 0.007 + _noise(px, 40, 33) * 0.004
    flecks = np.clip(_noise(px, 300, 34, 2.5) - 2.6, 0, 1) * 0.10
    return _tinted(0.93 - 0.13 * fall + fibres - flecks, (1.0, 0.965, 0.905))


def _slate(px: int, fall: Field) -> Paint:
    """Split stone, dark and slightly blue."""
    height = _noise(px, 9, 41) * 1.6 + _noise(px, 30, 42, 1.6) * 0.7 + _noise(px, 110, 43, 1.8) * 0.28
    height = np.asarray(height + _noise(px, 380, 44) * 0.10, dtype=np.float32)
    scale = px / 1200
    relief = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3) + cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3) * 1.2
    light = 0.235 - 0.085 * fall + np.clip(relief * scale * 0.020, -0.05, 0.07) + _noise(px, 500, 45) * 0.006
    return _tinted(np.clip(light, 0.03, 1), (0.97, 1.0, 1.05))


def _denim(px: int, fall: Field) -> Paint:
    """Blue twill: pale weft between dark warp threads, 3 over 1, worn unevenly."""
    threads = 110
    axis = (np.arange(px, dtype=np.float32) + np.float32(0.5)) / px * threads
    wander = _noise(px, 14, 51) * 0.10
    u, v = axis[None, :] + wander, axis[:, None] * 0.9 + wander * 0.6
    twill = np.sin((u * 0.5 + v * 0.5) * np.float32(2 * np.pi)) * 0.5
    warp = np.sin(u * np.float32(2 * np.pi)) * 0.25
    slub = _noise(px, threads * 2, 52, 0.12) * 0.16 + _noise(px, threads, 53, 3.0) * 0.10
    worn = _noise(px, 7, 54) * 0.05 + _noise(px, 600, 55) * 0.06
    level = np.asarray(np.clip(0.42 + twill * 0.30 + warp * 0.14 + slub * 0.6 + worn, 0, 1), dtype=np.float32)
    return _graded(level, (33, 48, 80), (112, 134, 170), 1.06 - 0.34 * fall)


def _walnut(px: int, fall: Field) -> Paint:
    """Oiled wood, its grain across the picture."""
    bend = _noise(px, 5, 61, 2.5) * 0.8 + _noise(px, 14, 62, 5.0) * 0.25
    axis = (np.arange(px, dtype=np.float32) + np.float32(0.5)) / px
    rings = np.sin((axis[:, None] * 9 + bend) * np.float32(2 * np.pi))
    pores = np.clip(_noise(px, 520, 63, 26.0) - 0.7, 0, 1.5) * 0.16
    streaks = _noise(px, 260, 64, 30.0) * 0.05
    level = np.clip(0.46 + rings * 0.17 + streaks - pores + _noise(px, 600, 65, 6.0) * 0.025, 0, 1)
    return _graded(np.asarray(level, np.float32), (52, 31, 20), (150, 102, 66), 1.05 - 0.33 * fall)


_GROUNDS: dict[str, Callable[[int, Field], Paint]] = {
    "studio": _studio,
    "paper": _paper,
    "slate": _slate,
    "denim": _denim,
    "walnut": _walnut,
}
GROUNDS = (*_GROUNDS, TRANSPARENT)
