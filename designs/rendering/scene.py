"""The ground that a pin lies on, and its shadow."""

import numpy as np

from designs.rendering import shading
from designs.rendering.arrays import Bytes2D, Field
from designs.rendering.picture import Picture
from designs.rendering.shading import Surface


def grounded(colour: Field, cover: Field, on: Surface, ground: str, *, night: bool = False) -> Picture:
    """Lay the pin on its ground with shadows to the lower right, or on nothing."""
    if ground == "transparent":
        return Picture(as_bytes(np.dstack([colour, cover])))
    scene = studio(on) * np.float32(0.07 if night else 1.0)
    scene = scene * (1 - shadow(on, cover))[..., None]
    scene = scene * (1 - cover[..., None]) + colour * cover[..., None]
    return Picture(as_bytes(np.dstack([scene, np.ones_like(cover)])))


def studio(on: Surface) -> Field:
    """A pale seamless ground, brightest at the upper left."""
    reach = np.float32(1.9 * on.radius_mm)
    away = np.hypot(on.x / reach + np.float32(0.22), on.y / reach + np.float32(0.30))
    light = np.float32(0.975) - np.float32(0.105) * shading.smoothstep(0.0, 1.25, np.asarray(away, dtype=np.float32))
    return np.asarray(light[..., None] * np.array([1.0, 0.997, 0.992], dtype=np.float32), dtype=np.float32)


def shadow(on: Surface, cover: Field) -> Field:
    """Darkness 0..1 that a pin of 1.2 mm lays on its ground: a contact line, a core, a wide soft one."""
    size = on.radius_mm / 15
    total = np.zeros_like(cover)
    for sigma, offset, strength in ((0.16, 0.14, 0.34), (0.60, 0.55, 0.30), (1.9, 1.35, 0.20)):
        moved = on.shifted(cover, offset * 0.75 * size, offset * size)
        total = total + on.blur(moved, sigma * size) * np.float32(strength) * (1 - total)
    return np.asarray(np.clip(total, 0, 0.85), dtype=np.float32)


def as_bytes(values: Field) -> Bytes2D:
    """0..1 as uint8, with half a level of ordered dither so that soft grounds do not band."""
    pattern = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.float32) / 16
    height, width = values.shape[:2]
    tiled = np.tile(pattern, (height // 4 + 1, width // 4 + 1))[:height, :width, None]
    return np.clip(values * 255 + np.where(values < 1, tiled, 0), 0, 255).astype(np.uint8)
