"""The pin at its actual size, beside a ruler and a coin's outline."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from designs.rendering import geometry, grounds, scene
from designs.rendering.arrays import Bytes2D
from designs.rendering.grounds import TRANSPARENT
from designs.rendering.prepared import Prepared

# The United States quarter dollar (31 U.S.C. 5112: 0.955 inch).
COIN_MM = 24.26
_FIELD_MM, _GAP_MM, _RULER_MM = 60.0, 5.0, 9.0
_INK = (74, 72, 70, 255)


def field_mm(width_mm: float, height_mm: float) -> float:
    """The side in mm that the picture shows: 60, or more for pins that do not fit there beside a coin."""
    beside = width_mm + COIN_MM + 3 * _GAP_MM
    return max(_FIELD_MM, float(np.ceil(max(beside, height_mm + _RULER_MM + 3 * _GAP_MM))))


def actual_size(pin: Prepared, front: Bytes2D, ground: str) -> Bytes2D:
    """A picture (px, px, 4) that shows the pin at its size when it is printed `field_mm` wide.

    `front` is the pin's front on nothing.
    """
    art = pin.art
    per_mm = pin.px / field_mm(art.width_mm, art.height_mm)
    scale = per_mm / pin.px_per_mm
    cut = scene.premultiplied(front[pin.box])
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    small = geometry.smaller(cut, *size)
    left = round((_GAP_MM + art.width_mm / 2) * per_mm - size[0] / 2)
    top = round((pin.px - _RULER_MM * per_mm) / 2 - size[1] / 2)
    layer = np.zeros((pin.px, pin.px, 4), dtype=np.uint8)
    scene.pasted_premultiplied(layer, small, top, left)
    if ground == TRANSPARENT:
        picture = scene.straight(layer)
    else:
        dark = scene.shadow(np.ascontiguousarray(layer[..., 3]), per_mm * pin.frame.radius_mm / 15, scene.ON_TABLE)
        picture = scene.shaded(grounds.ground(ground, pin.px), dark)
        scene.pasted_premultiplied(picture, layer, 0, 0)
    return _measured(picture, art.width_mm, per_mm)


def _measured(picture: Bytes2D, width_mm: float, per_mm: float) -> Bytes2D:
    """Draw a coin's outline beside the pin, and a ruler below."""
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    line, font = max(1, round(0.15 * per_mm)), ImageFont.load_default(2.1 * per_mm)
    bright = float(picture[0, 0, :3].mean()) if picture[0, 0, 3] else 255.0
    ink = _INK if bright > 110 else (226, 224, 220, 255)
    middle_x = (width_mm + 2 * _GAP_MM + COIN_MM / 2) * per_mm
    middle_y = (image.height - _RULER_MM * per_mm) / 2
    radius = COIN_MM / 2 * per_mm
    pen.ellipse((middle_x - radius, middle_y - radius, middle_x + radius, middle_y + radius), outline=ink, width=line)
    pen.text((middle_x, middle_y), f"{COIN_MM} mm", font=font, fill=ink, anchor="mm")
    base = image.height - _RULER_MM * per_mm
    for mm in range(int(image.width / per_mm - 2 * _GAP_MM) + 1):
        x = (_GAP_MM + mm) * per_mm
        tall = 3.0 if mm % 10 == 0 else 2.2 if mm % 5 == 0 else 1.3
        pen.line((x, base, x, base + tall * per_mm), fill=ink, width=line)
        if mm % 10 == 0:
            pen.text((x, base + 5.0 * per_mm), str(mm), font=font, fill=ink, anchor="mm")
    return np.array(image, dtype=np.uint8)
