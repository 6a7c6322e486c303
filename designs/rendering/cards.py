"""A pin on its backing card of 55 x 85 mm."""

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from designs.rendering import colours, geometry, scene, shading
from designs.rendering.arrays import Bytes2D, Field, Number, Words
from designs.rendering.colours import Floats
from designs.rendering.compiled import kernel
from designs.rendering.layers import mixed
from designs.rendering.pinart import PinArt
from designs.rendering.prepared import Prepared

WIDTH_MM, HEIGHT_MM = 55.0, 85.0
CORNER_MM = 3.0
HOLE_MM = 3.0
POST_HOLE_MM = 0.75
_CARD_SHARE = 0.88
_PIN_MIDDLE = 0.47
_LONGEST_TEXT = 40
_ON_TABLE = ((0.35, 0.25, 0.28), (2.2, 1.6, 0.24))
_TIGHT = ((0.16, 0.14, 0.30), (0.60, 0.50, 0.26), (1.5, 1.1, 0.16))
_BAND_PX = 128
_CREAM = np.array([251.0, 248.0, 243.0])


@dataclass(frozen=True)
class Stock:
    """Cards of one size at one scale, without ink.

    `table` (height, width, 4) is what they lie on, with their shadow; `paper` and `rays` (height, width) are the
    shares 0..255 of card and of ink. `unit` is 1 for a card of 55 mm.
    """

    table: Bytes2D = field(repr=False)
    paper: Bytes2D = field(repr=False)
    rays: Bytes2D = field(repr=False)
    px_per_mm: float
    unit: float


def on_card(pin: Prepared, front: Bytes2D, text: str, ground: str) -> Bytes2D:
    """The pin on a card with rays, a hanging hole, holes for its posts and a short text: a picture `pin.px` high.

    `front` is the pin's front on nothing. A pin wider than the card gets a larger card of the same shape.
    """
    art = pin.art
    widest = max(art.width_mm / 0.80, art.height_mm / 0.72 * WIDTH_MM / HEIGHT_MM, WIDTH_MM)
    stock = _stock(pin.px, round(widest, 2))
    accent = _accent(art)
    picture = _printed(stock, accent, alone=ground == "transparent")
    _written(picture, text, accent, stock)
    _pierced(picture, art, stock)
    _pinned(picture, pin, front, stock)
    return picture


@lru_cache(maxsize=2)
def _stock(px: int, card_mm: float) -> Stock:
    """Cards `card_mm` wide in a picture `px` high."""
    high_mm, unit = card_mm * HEIGHT_MM / WIDTH_MM, card_mm / WIDTH_MM
    per_mm = _CARD_SHARE * px / high_mm
    width = round(card_mm * per_mm + (1 - _CARD_SHARE) * px)
    x_mm = np.asarray(((np.arange(width) + 0.5 - width / 2) / per_mm)[None, :], dtype=np.float32)
    y_mm = np.asarray(((np.arange(px) + 0.5 - px / 2) / per_mm)[:, None], dtype=np.float32)
    paper, rays = np.empty((px, width), np.uint8), np.empty((px, width), np.uint8)
    table = np.full((px, width, 4), 255, dtype=np.uint8)
    # A band at a time, so that no plane of numbers is as large as the picture.
    bands = [slice(top, top + _BAND_PX) for top in range(0, px, _BAND_PX)]
    for band in bands:
        paper[band] = _bytes(np.clip(_paper(x_mm, y_mm[band], (card_mm, high_mm), unit) * per_mm + 0.5, 0, 1) * 255)
        rays[band] = _bytes(_rays(x_mm, y_mm[band] - np.float32((_PIN_MIDDLE - 0.5) * high_mm), high_mm, per_mm) * 255)
    dark = scene.shadow(paper, per_mm * unit, _ON_TABLE)
    for band in bands:
        away = np.asarray(np.hypot(x_mm / high_mm + 0.2, y_mm[band] / high_mm + 0.3), dtype=np.float32)
        light = (0.90 - 0.13 * shading.smoothstep(0.0, 1.0, away)) * (255 - np.float32(1) * dark[band])
        for channel, tint in enumerate((0.985, 0.99, 1.0)):
            table[band, :, channel] = light * tint + 0.5
    return Stock(table, paper, rays, per_mm, unit)


def _bytes(values: npt.NDArray[np.floating]) -> Bytes2D:
    return np.ascontiguousarray(np.clip(values + 0.5, 0, 255), dtype=np.uint8)


def _paper(x_mm: Field, y_mm: Field, card_mm: tuple[float, float], unit: float) -> Field:
    """Signed distance in mm to the card's edge: rounded corners, one hole at the top."""
    corner = CORNER_MM * unit
    dx = np.abs(x_mm) - (card_mm[0] / 2 - corner)
    dy = np.abs(y_mm) - (card_mm[1] / 2 - corner)
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0)
    hole = np.hypot(x_mm, y_mm + card_mm[1] / 2 - 6.5 * unit) - HOLE_MM * unit
    return np.asarray(np.minimum(corner - outside, hole), dtype=np.float32)


def _rays(x_mm: Field, y_mm: Field, high_mm: float, per_mm: float) -> Field:
    """Rays from behind the pin, fading outwards: 0..1."""
    angle, radius = np.arctan2(y_mm, x_mm), np.hypot(y_mm, x_mm)
    wave = np.sin(angle * 12) * np.maximum(radius, 1) / 12
    fade = np.clip(radius / (0.8 * high_mm), 0, 1)
    return np.asarray(np.clip(wave * per_mm + 0.5, 0, 1) * (1 - 0.35 * fade), dtype=np.float32)


def _accent(art: PinArt) -> Floats:
    """The most colourful of the pin's larger colours, 0..255."""
    if not art.palette:
        return np.array([140.0, 153.0, 173.0])
    rows = np.array([colours.from_hex(entry.fill) for entry in art.palette])
    area = np.array([entry.area_mm2 for entry in art.palette])
    values = colours.oklab(rows)
    strength = np.hypot(values[:, 1], values[:, 2]) * np.sqrt(area)
    return np.asarray(rows[int(np.argmax(strength))], dtype=np.float64)


def _printed(stock: Stock, accent: Floats, *, alone: bool) -> Bytes2D:
    """A card with rays in its accent colour on its table or, `alone`, on nothing."""
    ink = np.arange(256)[:, None] / 255
    ramp = np.full((256, 4), 255, dtype=np.uint8)
    ramp[:, :3] = _CREAM * (1 - ink) + (_CREAM * 0.80 + accent * 0.20) * ink + 0.5
    words = _laid_out(stock.table.view(np.uint32)[..., 0], stock.paper, stock.rays, ramp.view(np.uint32)[:, 0], alone)
    return np.asarray(words[..., None].view(np.uint8))


@kernel
def _laid_out(table: Words, paper: Bytes2D, rays: Bytes2D, ramp: Words, alone: Number) -> Words:
    """The same with one word per pixel; `ramp` is the card's colour by how much ink is on it."""
    out = np.empty_like(table)
    pixels, under, covers, inks = out.ravel(), table.ravel(), paper.ravel(), rays.ravel()
    for n in range(len(covers)):
        cover, card = np.uint32(covers[n]), ramp[inks[n]]
        if alone:
            pixels[n] = (card & np.uint32(0xFFFFFF)) | cover << np.uint32(24)
        elif cover == 255:
            pixels[n] = card
        else:
            pixels[n] = np.uint32(0xFF000000) | mixed(card, under[n], cover)
    return out


def _written(picture: Bytes2D, text: str, accent: Floats, stock: Stock) -> None:
    """The card's text near its lower edge, as large as fits in 44 mm, in the accent colour darkened."""
    shown = " ".join(text.split())[:_LONGEST_TEXT]
    if not shown:
        return
    per_mm = stock.px_per_mm * stock.unit
    size, room = 5.2 * per_mm, 44 * per_mm
    font = ImageFont.load_default(size)
    width = font.getlength(shown)
    if width > room:
        font = ImageFont.load_default(size * room / width)
    middle = round(picture.shape[0] / 2 + (HEIGHT_MM / 2 - 9.5) * per_mm)
    band = picture[middle - round(size) : middle + round(size)]
    image = Image.fromarray(np.ascontiguousarray(band))
    ink = tuple(int(v) for v in np.clip(accent * 0.32 + 10, 0, 255))
    ImageDraw.Draw(image).text((image.width / 2, image.height / 2), shown, font=font, fill=ink, anchor="mm")
    band[:] = np.asarray(image)


def _pierced(picture: Bytes2D, art: PinArt, stock: Stock) -> None:
    """The holes that the posts go through, seen where the pin has a hole of its own."""
    for post in art.posts:
        x = picture.shape[1] / 2 + (post.x_mm - art.width_mm / 2) * stock.px_per_mm
        y = picture.shape[0] * _PIN_MIDDLE + (post.y_mm - art.height_mm / 2) * stock.px_per_mm
        centre = (round(x * 16), round(y * 16))
        radius = round(POST_HOLE_MM * stock.px_per_mm * 16)
        cv2.circle(picture, centre, radius, (70, 66, 62, 255), -1, cv2.LINE_AA, 4)


def _pinned(picture: Bytes2D, pin: Prepared, front: Bytes2D, stock: Stock) -> None:
    """Lay the pin on the card with its shadow; it is drawn smaller, its edges averaged."""
    scale = stock.px_per_mm / pin.px_per_mm
    cut = scene.premultiplied(front[pin.box])
    small = geometry.smaller(cut, max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    pad = int(3.2 * stock.px_per_mm * pin.frame.radius_mm / 15) + 1
    padded = np.zeros((small.shape[0] + 2 * pad, small.shape[1] + 2 * pad, 4), dtype=np.uint8)
    padded[pad:-pad, pad:-pad] = small
    cover = np.ascontiguousarray(padded[..., 3])
    dark = scene.shadow(cover, stock.px_per_mm * pin.frame.radius_mm / 15, _TIGHT)
    top = round(picture.shape[0] * _PIN_MIDDLE - padded.shape[0] / 2)
    left = round(picture.shape[1] / 2 - padded.shape[1] / 2)
    _laid(picture, padded, dark, top, left)


@kernel
def _laid(picture: Bytes2D, pin: Bytes2D, dark: Bytes2D, top: int, left: int) -> None:
    """Lay a premultiplied picture and its shadow over a card; what sticks out is cut off."""
    for y in range(max(0, -top), min(pin.shape[0], picture.shape[0] - top)):
        for x in range(max(0, -left), min(pin.shape[1], picture.shape[1] - left)):
            rest = np.uint32(255 - pin[y, x, 3]) * np.uint32(255 - dark[y, x])
            for c in range(3):
                under = (np.uint32(picture[y + top, x + left, c]) * rest + np.uint32(32512)) // np.uint32(65025)
                picture[y + top, x + left, c] = np.uint8(min(np.uint32(255), under + np.uint32(pin[y, x, c])))
            picture[y + top, x + left, 3] = max(picture[y + top, x + left, 3], pin[y, x, 3])
