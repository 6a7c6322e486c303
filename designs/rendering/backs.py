"""The back of a pin: struck texture, posts and their clutches."""

import numpy as np

from designs.rendering import platings, shading
from designs.rendering.arrays import Field
from designs.rendering.pinart import PinArt
from designs.rendering.shading import Surface

ATTACHMENTS = ("butterfly_clutch", "rubber_clutch", "deluxe_clutch", "none")
_BRASS, _STEEL = "brass", "nickel"


def back(art: PinArt, px: int, fill: float, plating: str, attachment: str) -> tuple[Field, Field, Surface]:
    """Colour (px, px, 3) 0..1 and coverage of the pin seen from behind (mirrored), and its grid.

    The posts stand where `PinArt.posts` puts them; `attachment` closes them.
    """
    on = shading.surface(art, px, fill=fill, mirrored=True)
    colour, cover = _textured(on, plating), on.cover(on.outline)
    for post in art.posts:
        x = np.float32(art.width_mm / 2 - post.x_mm)
        y = np.float32(post.y_mm - art.height_mm / 2)
        colour, cover = _closed(on, colour, cover, (float(x), float(y)), attachment)
    return colour, cover, on


def _textured(on: Surface, plating: str) -> Field:
    """Metal struck with leather lines inside a smooth rim, the usual free back of a pin."""
    inside = shading.smoothstep(0.55, 0.75, on.outline)
    ridges = np.abs(shading.grain(on, 0.55, seed=21)) * np.float32(0.045)
    fine = shading.grain(on, 0.16, seed=22) * np.float32(0.010)
    height = shading.rounded(on.outline, 0.28, 0.22) - shading.rounded(on.outline - 0.55, 0.2, 0.06)
    height = on.blur(np.asarray(height + (ridges + fine) * inside, dtype=np.float32), 0.03)
    nx, ny = shading.normals(height, on.px_per_mm)
    dome = np.float32(0.22 / on.radius_mm)
    light = shading.reflected(nx + on.x * dome, ny + on.y * dome)
    sweep = np.asarray(((on.x + on.y) / np.float32(2 * on.radius_mm) + 0.5) % 1, dtype=np.float32)
    if platings.PLATINGS[plating].gloss < 0.5:
        light = np.float32(0.5) + (light - np.float32(0.55)) * np.float32(0.5)
    return platings.coloured(np.asarray(light, dtype=np.float32), plating, sweep)


def _closed(on: Surface, colour: Field, cover: Field, at: tuple[float, float], attachment: str) -> tuple[Field, Field]:
    """Put one post and its clutch on the back."""
    dx, dy = on.x - np.float32(at[0]), on.y - np.float32(at[1])
    radius = np.asarray(np.hypot(dx, dy), dtype=np.float32)
    if attachment == "rubber_clutch":
        part, shape = _rubber(on, radius, dx, dy)
    elif attachment == "butterfly_clutch":
        part, shape = _butterfly(on, radius, dx, dy)
    elif attachment == "deluxe_clutch":
        part, shape = _turned(on, radius, 4.6, _STEEL)
    else:
        part, shape = _turned(on, radius, 0.9, _STEEL)
    dark = on.blur(on.shifted(shape, 0.45, 0.6), 0.5) * np.float32(0.55)
    colour = colour * (1 - dark)[..., None]
    colour = colour * (1 - shape[..., None]) + part * shape[..., None]
    return np.asarray(colour, dtype=np.float32), np.asarray(np.maximum(cover, shape), dtype=np.float32)


def _lit(on: Surface, height: Field, plating: str) -> Field:
    nx, ny = shading.normals(on.blur(height, 0.05), on.px_per_mm)
    return platings.coloured(shading.reflected(nx, ny), plating, np.zeros_like(height))


def _pin_tip(radius: Field) -> Field:
    return np.asarray(np.sqrt(np.clip(0.55**2 - radius**2, 0, None)) * np.float32(1.6), dtype=np.float32)


def _turned(on: Surface, radius: Field, size: float, plating: str) -> tuple[Field, Field]:
    """A turned metal body: a rounded rim, a shallow step, a domed cap."""
    height = shading.rounded(np.float32(size) - radius, 0.5, 0.5)
    height = height + shading.rounded(np.float32(size * 0.62) - radius, 0.35, 0.4) + _pin_tip(radius)
    return _lit(on, np.asarray(height, dtype=np.float32), plating), on.cover(np.float32(size) - radius)


def _butterfly(on: Surface, radius: Field, dx: Field, dy: Field) -> tuple[Field, Field]:
    """A military clutch: a stamped disc of 10 mm, a raised collar, two wings to squeeze."""
    disc = np.float32(5.0) - radius
    wing = np.float32(1.55) - np.maximum(
        np.abs(np.abs(dx) - np.float32(2.6)) * np.float32(0.72), np.abs(dy) - np.float32(0.2)
    )
    height = (
        shading.rounded(disc, 0.45, 0.40) + shading.rounded(np.float32(1.35) - radius, 0.5, 0.55) + _pin_tip(radius)
    )
    height = height + shading.rounded(wing, 0.45, 0.34)
    height = height - np.exp(-((radius - np.float32(4.1)) ** 2) / np.float32(0.03)) * np.float32(0.10)
    return _lit(on, np.asarray(height, dtype=np.float32), _BRASS), on.cover(disc)


def _rubber(on: Surface, radius: Field, dx: Field, dy: Field) -> tuple[Field, Field]:
    """A black rubber clutch of 9 mm: a soft stepped dome with a dull highlight, the pin's tip in its middle."""
    height = shading.rounded(np.float32(4.5) - radius, 1.3, 1.0) - shading.rounded(np.float32(2.3) - radius, 0.6, 0.35)
    nx, ny = shading.normals(on.blur(np.asarray(height, dtype=np.float32), 0.12), on.px_per_mm)
    light = on.blur(shading.reflected(nx, ny), 0.10)
    tone = np.float32(0.055) + light * light * np.float32(0.24)
    part = np.repeat(np.asarray(tone, dtype=np.float32)[..., None], 3, axis=2)
    tip = on.cover(np.float32(0.6) - radius)[..., None]
    del dx, dy
    steel = _lit(on, _pin_tip(radius), _STEEL)
    return np.asarray(part * (1 - tip) + steel * tip, dtype=np.float32), on.cover(np.float32(4.5) - radius)
