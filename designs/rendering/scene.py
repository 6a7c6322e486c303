"""The ground that a pin lies on, its shadow, and the pin laid over both."""

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from designs.rendering import platings, shading
from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import kernel
from designs.rendering.layers import BLUE, COVER, GREEN, LIGHT, PATINA, RED, SATIN, SECOND, Layers, Places
from designs.rendering.platings import Coat
from designs.rendering.prepared import Prepared

GROUNDS = ("studio", "transparent")
_GLOW = (0.45, 1.0, 0.62)
_ON_TABLE = ((0.16, 0.14, 0.34), (0.60, 0.55, 0.30), (1.9, 1.35, 0.20))

Words = npt.NDArray[np.uint32]


def base(pin: Prepared, ground: str, *, mirrored: bool) -> Bytes2D:
    """A picture (px, px, 4) of the ground with the pin's shadow on it, or of nothing."""
    if ground == "transparent":
        return np.zeros((pin.px, pin.px, 4), dtype=np.uint8)
    cover = np.zeros((pin.px, pin.px), dtype=np.uint8)
    cover[pin.box] = pin.cover[:, ::-1] if mirrored else pin.cover
    dark = shadow(cover, pin.px_per_mm * pin.frame.radius_mm / 15, _ON_TABLE)
    return _shaded(studio(pin.px).view(np.uint32)[..., 0], dark)[..., None].view(np.uint8)


def without_metal(pin: Prepared, layers: Layers, ground: str, *, mirrored: bool = False) -> Bytes2D:
    """The picture of a pin on its ground, to which only its metal has to be added."""
    picture = base(pin, ground, mirrored=mirrored)
    _laid(
        picture,
        picture.view(np.uint32)[..., 0],
        layers.colour,
        layers.colour.view(np.uint32)[..., 0],
        pin.top,
        pin.left,
    )
    return picture


def with_metal(picture: Bytes2D, pin: Prepared, layers: Layers, plating: str) -> Bytes2D:
    """A copy of what `without_metal` made, plated."""
    out, (first, second) = picture.copy(), platings.coats(plating)
    _plated(out, layers.metal.place, layers.metal.values, layers.colour.shape[1], pin.top, pin.left, first, second)
    return out


def in_the_dark(picture: Bytes2D, pin: Prepared, labels: tuple[int, ...]) -> None:
    """Put out the lamps over a picture: a faint shape is left, and the light of the areas that glow, with its halo."""
    chosen = np.zeros(256, dtype=np.uint8)
    chosen[list(labels)] = 1
    lit = np.zeros((pin.px, pin.px), dtype=np.uint8)
    lit[pin.box] = chosen[pin.owner] * pin.share
    small = cv2.resize(lit, (pin.px // 8, pin.px // 8), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 0.8 * pin.px_per_mm / 8)
    halo = cv2.resize(soft, (pin.px, pin.px), interpolation=cv2.INTER_LINEAR)
    _darkened(picture, lit, np.asarray(halo, dtype=np.uint8), np.array(_GLOW, dtype=np.float32))


@cache
def studio(px: int) -> Bytes2D:
    """A pale seamless ground (px, px, 4), brightest at the upper left."""
    axis = (np.arange(px, dtype=np.float32) + 0.5) / px - 0.5
    away = np.hypot(axis[None, :] * 1.35 + 0.22, axis[:, None] * 1.35 + 0.30)
    light = 0.975 - 0.105 * shading.smoothstep(0.0, 1.25, np.asarray(away, dtype=np.float32))
    tint = np.array([1.0, 0.997, 0.992, 1.0], dtype=np.float32)
    return dithered(light[..., None] * tint * 255)


def dithered(values: Field) -> Bytes2D:
    """0..255 (height, width, 4) as bytes, opaque, by an ordered pattern so that soft grounds do not band."""
    pattern = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.float32) / 16
    height, width = values.shape[:2]
    tiled = np.tile(pattern, (height // 4 + 1, width // 4 + 1))[:height, :width, None]
    shown = np.clip(values + tiled, 0, 255).astype(np.uint8)
    shown[..., 3] = 255
    return shown


def shadow(cover: Bytes2D, scale: float, parts: Sequence[tuple[float, float, float]]) -> Bytes2D:
    """Darkness 0..255 (height, width) that something lays to its lower right.

    `parts` are softness and reach in mm at `scale` pixels per mm, and strength 0..1: a contact line, a core, a wide
    soft part. Each is drawn as small as its softness allows.
    """
    height, width = cover.shape
    quarter = (-(-width // 4), -(-height // 4))
    left = np.ones(quarter[::-1], dtype=np.float32)
    first = cv2.resize(cover, quarter, interpolation=cv2.INTER_AREA).astype(np.float32)
    for softness, reach, strength in parts:
        step = 4 * max(1, int(softness * scale / 8))
        size = (-(-width // step), -(-height // step))
        small = cv2.resize(first, size, interpolation=cv2.INTER_AREA)
        move = np.array([[1, 0, reach * 0.75 * scale / step], [0, 1, reach * scale / step]])
        moved = cv2.warpAffine(small, move, size, flags=cv2.INTER_LINEAR)
        soft = cv2.GaussianBlur(moved, (0, 0), max(0.3, softness * scale / step), borderType=cv2.BORDER_REPLICATE)
        left *= 1 - cv2.resize(soft, quarter, interpolation=cv2.INTER_LINEAR) * np.float32(strength / 255)
    plane = np.clip((1 - left) * 255 + 0.5, 0, 217).astype(np.uint8)
    return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


@kernel
def _shaded(ground: Words, dark: Bytes2D) -> Words:
    """A ground (height, width) of opaque pixels in one word each, darkened by a shadow."""
    out = np.empty_like(ground)
    pixels, shades, words = ground.ravel(), dark.ravel(), out.ravel()
    for n in range(len(pixels)):
        light = np.uint32(256) - np.uint32(shades[n])
        even = ((pixels[n] & np.uint32(0x00FF00FF)) * light >> np.uint32(8)) & np.uint32(0x00FF00FF)
        odd = (((pixels[n] >> np.uint32(8)) & np.uint32(0xFF)) * light) & np.uint32(0xFF00)
        words[n] = even | odd | np.uint32(0xFF000000)
    return out


@kernel
def _laid(out: Bytes2D, pixels: Words, colour: Bytes2D, words: Words, top: Number, left: Number) -> None:
    """Lay what is not metal over its part of a picture, by the pin's coverage; both also as one word per pixel."""
    height, width = words.shape
    for y in range(height):
        for x in range(width):
            cover = words[y, x] >> np.uint32(24)
            if cover == 255 or (cover and out[y + top, x + left, 3] == 0):
                pixels[y + top, x + left] = words[y, x]
            elif cover:
                for c in range(3):
                    under = np.uint32(out[y + top, x + left, c])
                    value = (np.uint32(colour[y, x, c]) * cover + under * (np.uint32(255) - cover)) // np.uint32(255)
                    out[y + top, x + left, c] = np.uint8(value)


@kernel
def _plated(
    out: Bytes2D, place: Places, values: Bytes2D, width: Number, top: Number, left: Number, first: Coat, second: Coat
) -> None:
    """Add the metal (of planes `width` wide) to its part of a picture."""
    pixels, across = out.ravel(), out.shape[1]
    y, end = 0, width
    for n in range(len(place)):
        at = place[n]
        if at < end - width or at >= end:
            y = at // width
            end = (y + 1) * width
        x = at - end + width
        base = ((y + top) * across + x + left) * 4
        red, green, blue = _coloured(values, n, first, y, x)
        part = np.int32(values[n, SECOND])
        if part and len(second.table):
            other = _coloured(values, n, second, y, x)
            red += (other[0] - red) * part // 255
            green += (other[1] - green) * part // 255
            blue += (other[2] - blue) * part // 255
        whole = values[n, COVER] == 255 or pixels[base + 3] < 255
        cover = np.uint32(255) if whole else np.uint32(values[n, COVER])
        if whole and values[n, RED] == 255 and values[n, GREEN] == 255 and values[n, BLUE] == 255:
            pixels[base], pixels[base + 1], pixels[base + 2] = red, green, blue
        else:
            pixels[base] += _weighed(red, values[n, RED], cover)
            pixels[base + 1] += _weighed(green, values[n, GREEN], cover)
            pixels[base + 2] += _weighed(blue, values[n, BLUE], cover)


@kernel
def _weighed(shown: Number, weight: Number, cover: Number) -> Number:
    """A colour byte times two shares 0..255."""
    return np.uint8((np.uint32(shown) * np.uint32(weight) * cover + np.uint32(32512)) // np.uint32(65025))


@kernel
def _coloured(values: Bytes2D, n: Number, coat: Coat, y: Number, x: Number) -> tuple[Number, Number, Number]:
    """Red, green and blue of a plating: from light between polished and satin, darkened by patina."""
    light = (np.int32(values[n, LIGHT]) * coat.polish + np.int32(values[n, SATIN]) * (256 - coat.polish)) >> 8
    light -= (light * np.int32(values[n, PATINA]) * coat.patina) >> 16
    table, hue = coat.table, 0
    if len(table) > 1:
        hue = (x * coat.across + y * coat.down) // 1024 % len(table)
    return np.int32(table[hue, light, 0]), np.int32(table[hue, light, 1]), np.int32(table[hue, light, 2])


@kernel
def pasted(picture: Bytes2D, rgba: Bytes2D, shadow: Bytes2D, top: Number, left: Number) -> None:
    """Lay a part (side, side, 4) with its shadow (side, side) over a picture; what sticks out is cut off."""
    for y in range(max(0, -top), min(rgba.shape[0], picture.shape[0] - top)):
        for x in range(max(0, -left), min(rgba.shape[1], picture.shape[1] - left)):
            pixel, over = picture[y + top, x + left], np.uint32(rgba[y, x, 3])
            light = np.uint32(255 - shadow[y, x])
            for c in range(3):
                under = np.uint32(pixel[c]) * light // np.uint32(255)
                if pixel[3] == 0 and over:
                    under = np.uint32(rgba[y, x, c])
                pixel[c] = np.uint8(
                    (np.uint32(rgba[y, x, c]) * over + under * (np.uint32(255) - over)) // np.uint32(255)
                )
            pixel[3] = max(pixel[3], rgba[y, x, 3])


@kernel
def _darkened(picture: Bytes2D, lit: Bytes2D, halo: Bytes2D, glow: Field) -> None:
    height, width = lit.shape
    for y in range(height):
        for x in range(width):
            light = np.float32(lit[y, x]) * np.float32(0.9) + np.float32(halo[y, x]) * np.float32(0.35)
            for c in range(3):
                value = np.float32(picture[y, x, c]) * np.float32(0.08) + light * glow[c]
                picture[y, x, c] = np.uint8(min(value, np.float32(255)))
