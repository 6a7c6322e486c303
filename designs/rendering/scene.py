"""The ground that a pin lies on, its shadow, and the pin laid over both."""

from collections.abc import Sequence

import cv2
import numpy as np

from designs.rendering import geometry, grounds
from designs.rendering.arrays import Bytes2D, Field, Number, Words
from designs.rendering.compiled import inner, kernel
from designs.rendering.grounds import TRANSPARENT
from designs.rendering.layers import BLUE, COVER, GREEN, LIGHT, PATINA, RED, SATIN, SECOND, Layers, Metal, mixed
from designs.rendering.platings import Coat
from designs.rendering.prepared import Prepared

OPAQUE = 0xFF000000
_SWEPT_PX = 1200  # the picture over which a coat's hues run as it says
_GLOW = (0.45, 1.0, 0.62)
# What `shadow` lays under a pin of 30 mm on a table.
ON_TABLE = ((0.16, 0.14, 0.34), (0.60, 0.55, 0.30), (1.9, 1.35, 0.20))


def base(pin: Prepared, ground: str, *, mirrored: bool) -> Bytes2D:
    """A picture (px, px, 4) of the ground with the pin's shadow on it, or of nothing."""
    if ground == TRANSPARENT:
        return np.zeros((pin.px, pin.px, 4), dtype=np.uint8)
    cover = np.zeros((pin.px, pin.px), dtype=np.uint8)
    cover[pin.box] = pin.cover[:, ::-1] if mirrored else pin.cover
    dark = shadow(cover, pin.px_per_mm * pin.frame.radius_mm / 15, ON_TABLE)
    return shaded(grounds.ground(ground, pin.px), dark)


def shaded(ground: Bytes2D, dark: Bytes2D) -> Bytes2D:
    """An opaque ground (height, width, 4) under a shadow (height, width) 0..255."""
    return np.asarray(_shaded(ground.view(np.uint32)[..., 0], dark)[..., None].view(np.uint8))


def without_metal(pin: Prepared, layers: Layers, ground: str, *, mirrored: bool = False) -> Bytes2D:
    """The picture of a pin on its ground, to which only its metal has to be added."""
    picture = base(pin, ground, mirrored=mirrored)
    _laid(picture.view(np.uint32)[..., 0], layers.colour.view(np.uint32)[..., 0], pin.top, pin.left)
    return picture


def plate(picture: Bytes2D, pin: Prepared, layers: Layers, coats: tuple[Coat, Coat]) -> None:
    """Plate what `without_metal` made with the first coat, and with the second in the pin's other parts."""
    metal, words = layers.metal, picture.view(np.uint32)[..., 0]
    seen = metal.values.view(np.uint32)
    # The hues of a rainbow run over the pin alike at every size.
    first, second = (
        coat._replace(across=coat.across * _SWEPT_PX // pin.px, down=coat.down * _SWEPT_PX // pin.px) for coat in coats
    )
    _plated(words, metal, seen, layers.colour.shape[1], pin.top, pin.left, first, second)


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


def shadow(cover: Bytes2D, scale: float, parts: Sequence[tuple[float, float, float]]) -> Bytes2D:
    """Darkness 0..255 (height, width) that something lays to its lower right.

    `parts` are softness and reach in mm at `scale` pixels per mm, and strength 0..1: a contact line, a core, a wide
    soft part. Each is drawn as small as its softness allows.
    """
    height, width = cover.shape
    quarter = (-(-width // 4), -(-height // 4))
    left = np.ones(quarter[::-1], dtype=np.float32)
    first = geometry.smaller(cover, *quarter).astype(np.float32)
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
def _laid(picture: Words, colour: Words, top: int, left: int) -> None:
    """Lay what is not metal over its part of a picture, by the pin's coverage."""
    height, width = colour.shape
    for y in range(height):
        row, under = colour[y], picture[y + top, left : left + width]
        for x in range(width):
            cover = row[x] >> np.uint32(24)
            if cover == 255 or (cover and under[x] < np.uint32(0x1000000)):
                under[x] = row[x]
            elif cover:
                under[x] = (under[x] & np.uint32(OPAQUE)) | mixed(row[x], under[x], cover)


@kernel
def _plated(
    words: Words, metal: Metal, seen: Words, width: int, top: int, left: int, first: Coat, second: Coat
) -> None:
    """Add the metal (of planes `width` wide) to its part of a picture, which is one word per pixel.

    `seen` are the values as words: their second halves say how much of the metal is seen.
    """
    place, numbers, shares, pixels, across = (
        metal.place,
        metal.values.ravel(),
        seen.ravel(),
        words.ravel(),
        words.shape[1],
    )
    hues, other_hues, many, dual = first.table.ravel(), second.table.ravel(), len(first.table), len(second.table) > 0
    across_hues, down_hues, polish, patina = first.across, first.down, first.polish, first.patina
    y, begin, end, shift = 0, 0, 0, 0
    for n in range(len(place)):
        at, v = place[n], 8 * n
        if at < begin or at >= end:
            y = at // width
            begin = y * width
            end, shift = begin + width, (y + top) * across + left - begin
        light = _light(numbers, v, polish, patina)
        if many > 1:
            light += ((at - begin) * across_hues + y * down_hues) // 1024 % many * 256
        shown = hues[light]
        if dual and numbers[v + SECOND]:
            other = other_hues[_light(numbers, v, second.polish, second.patina)]
            shown = _blended(shown, other, np.uint32(numbers[v + SECOND]))
        under = pixels[at + shift]
        if shares[2 * n + 1] == np.uint32(0xFFFFFFFF):
            pixels[at + shift] = (under & np.uint32(OPAQUE)) | shown
        else:
            cover = np.uint32(numbers[v + COVER]) if under >= OPAQUE else np.uint32(255)
            red, green = numbers[v + RED] * cover, numbers[v + GREEN] * cover
            low = _added(under, shown, red, 0) | _added(under, shown, green, 8)
            pixels[at + shift] = (under & np.uint32(OPAQUE)) | low | _added(under, shown, numbers[v + BLUE] * cover, 16)


@inner
def _light(numbers: Bytes2D, v: Number, polish: Number, patina: Number) -> Number:
    """The light that a plating shows: between polished and satin, darkened by patina."""
    light = np.int32(numbers[v + LIGHT])
    if polish < 256:
        light = (light * polish + np.int32(numbers[v + SATIN]) * (256 - polish)) >> 8
    if patina:
        light -= (light * np.int32(numbers[v + PATINA]) * patina) >> 16
    return light


@kernel
def _added(under: Number, shown: Number, share: Number, shift: Number) -> Number:
    """One byte of a pixel plus the same byte of another times a share of 65025."""
    part = (((shown >> np.uint32(shift)) & np.uint32(255)) * share + np.uint32(32512)) // np.uint32(65025)
    return np.uint32(min(((under >> np.uint32(shift)) & np.uint32(255)) + part, np.uint32(255))) << np.uint32(shift)


@kernel
def _blended(first: Number, second: Number, part: Number) -> Number:
    """Two colours, each in one word, mixed by `part` 0..255."""
    rest = np.uint32(256) - part
    even = ((first & np.uint32(0xFF00FF)) * rest + (second & np.uint32(0xFF00FF)) * part) >> np.uint32(8)
    odd = ((first & np.uint32(0xFF00)) * rest + (second & np.uint32(0xFF00)) * part) >> np.uint32(8)
    return np.uint32((even & np.uint32(0xFF00FF)) | (odd & np.uint32(0xFF00)))


def premultiplied(rgba: Bytes2D) -> Bytes2D:
    """A picture with its colours times its coverage."""
    return np.asarray(_premultiplied(np.ascontiguousarray(rgba).view(np.uint32)[..., 0])[..., None].view(np.uint8))


@kernel
def _premultiplied(picture: Words) -> Words:
    """The same with one word per pixel."""
    out = np.empty_like(picture)
    pixels, words = picture.ravel(), out.ravel()
    for n in range(len(pixels)):
        alpha = pixels[n] >> np.uint32(24)
        words[n] = pixels[n] if alpha == 255 else np.uint32(0)
        if 0 < alpha < 255:
            words[n] = alpha << np.uint32(24)
            for shift in range(0, 24, 8):
                value = (pixels[n] >> np.uint32(shift) & np.uint32(255)) * alpha + np.uint32(127)
                words[n] |= value // np.uint32(255) << np.uint32(shift)
    return out


@kernel
def pasted_premultiplied(picture: Bytes2D, over: Bytes2D, top: Number, left: Number) -> None:
    """Lay a premultiplied picture over another; what sticks out is cut off."""
    for y in range(max(0, -top), min(over.shape[0], picture.shape[0] - top)):
        for x in range(max(0, -left), min(over.shape[1], picture.shape[1] - left)):
            rest = np.uint32(255 - over[y, x, 3])
            if rest < 255:
                for c in range(4):
                    under = (np.uint32(picture[y + top, x + left, c]) * rest + np.uint32(127)) // np.uint32(255)
                    picture[y + top, x + left, c] = np.uint8(min(under + np.uint32(over[y, x, c]), np.uint32(255)))


@kernel
def straight(picture: Bytes2D) -> Bytes2D:
    """Undo the premultiplication."""
    out = picture.copy()
    height, width = picture.shape[:2]
    for y in range(height):
        for x in range(width):
            alpha = np.uint32(picture[y, x, 3])
            if 0 < alpha < 255:
                for c in range(3):
                    out[y, x, c] = np.uint8(min(np.uint32(picture[y, x, c]) * np.uint32(255) // alpha, np.uint32(255)))
    return out


@kernel
def pasted(picture: Bytes2D, rgba: Bytes2D, shadow: Bytes2D, top: Number, left: Number) -> None:
    """Lay a part (rows, columns, 4) with its shadow over a picture; what sticks out is cut off."""
    for y in range(max(0, -top), min(rgba.shape[0], picture.shape[0] - top)):
        for x in range(max(0, -left), min(rgba.shape[1], picture.shape[1] - left)):
            over, light = np.uint32(rgba[y, x, 3]), np.uint32(255 - shadow[y, x])
            if over == 0 and light == 255:
                continue
            row, column = y + top, x + left
            bare = picture[row, column, 3] == 0 and over > 0
            for c in range(3):
                part = np.uint32(rgba[y, x, c])
                under = part if bare else np.uint32(picture[row, column, c]) * light // np.uint32(255)
                picture[row, column, c] = np.uint8((part * over + under * (np.uint32(255) - over)) // np.uint32(255))
            picture[row, column, 3] = max(picture[row, column, 3], rgba[y, x, 3])


@kernel
def _darkened(picture: Bytes2D, lit: Bytes2D, halo: Bytes2D, glow: Field) -> None:
    height, width = lit.shape
    for y in range(height):
        for x in range(width):
            light = np.float32(lit[y, x]) * np.float32(0.9) + np.float32(halo[y, x]) * np.float32(0.35)
            for c in range(3):
                value = np.float32(picture[y, x, c]) * np.float32(0.08) + light * glow[c]
                picture[y, x, c] = np.uint8(min(value, np.float32(255)))
