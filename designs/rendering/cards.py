"""A pin on its backing card of 55 x 85 mm."""

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from designs.rendering import colours, scene, shading
from designs.rendering.arrays import Field
from designs.rendering.picture import Picture
from designs.rendering.pinart import PinArt
from designs.rendering.shading import Surface

WIDTH_MM, HEIGHT_MM = 55.0, 85.0
CORNER_MM = 3.0
HOLE_MM = 3.0
_CARD_SHARE = 0.88
_PIN_FILL = 0.62
_PIN_MIDDLE = 0.47
_LONGEST_TEXT = 40

Front = Callable[[int, float], tuple[Field, Field, Surface]]


def on_card(art: PinArt, px: int, text: str, front: Front) -> Picture:
    """The pin on a card with rays, a hanging hole and a short text, `px` high.

    `front(size, fill)` draws the pin. A pin wider than the card gets a larger card of the same shape.
    """
    widest = max(art.width_mm / 0.80, art.height_mm / 0.72 * WIDTH_MM / HEIGHT_MM, WIDTH_MM)
    card_mm = (widest, widest * HEIGHT_MM / WIDTH_MM)
    per_mm = _CARD_SHARE * px / card_mm[1]
    width = round(card_mm[0] * per_mm + (1 - _CARD_SHARE) * px)
    y, x = np.mgrid[0:px, 0:width].astype(np.float32)
    x_mm, y_mm = (x + 0.5 - width / 2) / per_mm, (y + 0.5 - px / 2) / per_mm
    unit = card_mm[0] / WIDTH_MM
    paper = _paper_field(x_mm, y_mm, card_mm, unit)
    cover = np.clip(paper * per_mm + 0.5, 0, 1).astype(np.float32)
    picture = _table(x_mm, y_mm, card_mm)
    picture = picture * (1 - _card_shadow(cover, per_mm * unit))[..., None]
    card = _rays(art, x_mm, y_mm, card_mm)
    edge = np.clip(1 - paper * per_mm / 1.5, 0, 1) * np.float32(0.06)
    picture = picture * (1 - cover[..., None]) + (card - edge[..., None]) * cover[..., None]
    picture = _lay_pin(picture, art, per_mm, front)
    return _with_text(picture, art, text, per_mm * unit)


def _paper_field(x_mm: Field, y_mm: Field, card_mm: tuple[float, float], unit: float) -> Field:
    """Signed distance in mm to the card's edge: rounded corners, one hole at the top."""
    corner = CORNER_MM * unit
    dx = np.abs(x_mm) - (card_mm[0] / 2 - corner)
    dy = np.abs(y_mm) - (card_mm[1] / 2 - corner)
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0)
    hole = np.hypot(x_mm, y_mm + card_mm[1] / 2 - 6.5 * unit) - HOLE_MM * unit
    return np.asarray(np.minimum(corner - outside, hole), dtype=np.float32)


def _table(x_mm: Field, y_mm: Field, card_mm: tuple[float, float]) -> Field:
    away = np.hypot(x_mm / card_mm[1] + 0.2, y_mm / card_mm[1] + 0.3)
    light = 0.90 - 0.13 * shading.smoothstep(0.0, 1.0, np.asarray(away, dtype=np.float32))
    return np.asarray(light[..., None] * np.array([0.985, 0.99, 1.0]), dtype=np.float32)


def _card_shadow(cover: Field, per_mm: float) -> Field:
    total = np.zeros_like(cover)
    for sigma, offset, strength in ((0.35, 0.25, 0.28), (2.2, 1.6, 0.24)):
        move = np.array([[1, 0, offset * per_mm * 0.8], [0, 1, offset * per_mm]])
        moved = cv2.warpAffine(cover, move, (cover.shape[1], cover.shape[0]))
        total = total + cv2.GaussianBlur(moved, (0, 0), sigma * per_mm) * strength * (1 - total)
    return np.asarray(total, dtype=np.float32)


def _accent(art: PinArt) -> np.ndarray:
    """The most colourful of the pin's larger colours, 0..1."""
    if not art.palette:
        return np.array([0.55, 0.60, 0.68])
    rows = np.array([colours.from_hex(entry.fill) for entry in art.palette])
    area = np.array([entry.area_mm2 for entry in art.palette])
    values = colours.oklab(rows)
    strength = np.hypot(values[:, 1], values[:, 2]) * np.sqrt(area)
    return np.asarray(rows[int(np.argmax(strength))] / 255)


def _rays(art: PinArt, x_mm: Field, y_mm: Field, card_mm: tuple[float, float]) -> Field:
    """Cream paper with pale rays in the pin's own colour from behind the pin."""
    middle = (_PIN_MIDDLE - 0.5) * card_mm[1]
    angle = np.arctan2(y_mm - middle, x_mm)
    radius = np.hypot(y_mm - middle, x_mm)
    wave = np.sin(angle * 12) * np.maximum(radius, 1) / 12
    per_mm = 1 / max(1e-6, float(x_mm[0, 1] - x_mm[0, 0]))
    share = np.clip(wave * per_mm + 0.5, 0, 1)[..., None]
    cream = np.array([0.985, 0.975, 0.955])
    tint = cream * 0.80 + _accent(art) * 0.20
    fade = np.clip(radius / (0.8 * card_mm[1]), 0, 1)[..., None]
    return np.asarray(cream * (1 - share) + (tint * (1 - 0.35 * fade) + cream * 0.35 * fade) * share, dtype=np.float32)


def _lay_pin(picture: Field, art: PinArt, per_mm: float, front: Front) -> Field:
    size = round(max(art.width_mm, art.height_mm) / _PIN_FILL * per_mm)
    colour, cover, on = front(size, _PIN_FILL)
    height, width = picture.shape[:2]
    top, left = round(height * _PIN_MIDDLE - size / 2), (width - size) // 2
    y0, x0, y1, x1 = max(0, top), max(0, left), min(height, top + size), min(width, left + size)
    cut = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    under = picture[y0:y1, x0:x1] * (1 - 0.85 * scene.shadow(on, cover)[cut])[..., None]
    alpha = cover[cut][..., None]
    picture[y0:y1, x0:x1] = under * (1 - alpha) + colour[cut] * alpha
    return picture


def _with_text(picture: Field, art: PinArt, text: str, per_mm: float) -> Picture:
    """The card's text near its lower edge, as large as fits in 44 mm, in the accent colour darkened."""
    image = Image.fromarray(scene.as_bytes(np.dstack([picture, np.ones(picture.shape[:2], np.float32)])))
    shown = " ".join(text.split())[:_LONGEST_TEXT]
    if shown:
        size = 5.2 * per_mm
        font = ImageFont.load_default(size)
        width = font.getlength(shown)
        if width > 44 * per_mm:
            font = ImageFont.load_default(size * 44 * per_mm / width)
        ink = tuple(int(v) for v in np.clip(_accent(art) * 0.32 * 255 + 10, 0, 255))
        place = (image.width / 2, image.height / 2 + (HEIGHT_MM / 2 - 9.5) * per_mm)
        ImageDraw.Draw(image).text(place, shown, font=font, fill=ink, anchor="mm")
    return Picture(np.asarray(image, dtype=np.uint8))
