"""The live-preview bundle: a pin for the browser, which draws it there and changes plating and colours at once.

Layout, little endian: the four bytes `PIN1`, the length of the head as uint32, the head as JSON (UTF-8), then the parts
one after another. The head holds what `PinArt.facts` says, and `parts`: per part `name`, `type` (a media type), `offset`
from the end of the head, `length`, `width`, `height`, and for distances `mm_per_level` and `zero`, so that
mm = (level - zero) x mm_per_level, positive inside, held at the ends of the range.

- `labels`: 0 outside, 1 metal, 2.. enamel, as in `PinArt.labels`.
- `enamel`: distance to the edge between enamel and metal, at full resolution, up to 0.8 mm.
- `outline`: distance to the edge of the metal, at half resolution, up to 1.6 mm.
- `print`: the printed colours as a picture, where there is a print.
"""

import io
import json
import struct
from typing import Any

import numpy as np
from PIL import Image

from designs.rendering import geometry
from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.pinart import FIRST_ENAMEL, METAL, PinArt

MAGIC = b"PIN1"
ENAMEL_MM, OUTLINE_MM = 0.8, 1.6
ZERO, STEPS = 128, 127
# Takes the staircase of the label map off the edges, as the server's own pictures do.
SMOOTH_PX = 1.0
PRINT_QUALITY = 80


def bundle(pin_art: PinArt) -> bytes:
    """The pin as one file for the browser; the same pin, the same bytes."""
    labels = pin_art.labels
    parts: list[tuple[dict[str, Any], bytes]] = [
        _plane("labels", labels),
        _distance("enamel", pin_art, np.asarray(labels >= FIRST_ENAMEL, dtype=np.bool_), ENAMEL_MM, 1),
        _distance("outline", pin_art, np.asarray(labels >= METAL, dtype=np.bool_), OUTLINE_MM, 2),
    ]
    if pin_art.print_rgba is not None:
        parts.append(_print(pin_art.print_rgba))
    offset, listed = 0, []
    for facts, data in parts:
        listed.append({**facts, "offset": offset, "length": len(data)})
        offset += len(data)
    head = json.dumps({**pin_art.facts(), "parts": listed}, separators=(",", ":")).encode()
    return MAGIC + struct.pack("<I", len(head)) + head + b"".join(data for _, data in parts)


def read(data: bytes) -> tuple[dict[str, Any], dict[str, Bytes2D]]:
    """The head and the planes of a bundle, as a browser reads them; raises ValueError for other bytes."""
    if data[:4] != MAGIC:
        raise ValueError("these bytes are not a preview bundle")
    (length,) = struct.unpack("<I", data[4:8])
    head = json.loads(data[8 : 8 + length])
    planes = {}
    for part in head["parts"]:
        start = 8 + length + part["offset"]
        with Image.open(io.BytesIO(data[start : start + part["length"]]), formats=["PNG", "WEBP"]) as image:
            planes[part["name"]] = np.asarray(image, dtype=np.uint8).copy()
    return head, planes


def _plane(name: str, plane: Bytes2D, **facts: float) -> tuple[dict[str, Any], bytes]:
    buffer = io.BytesIO()
    Image.fromarray(plane).save(buffer, "PNG", compress_level=9)
    height, width = plane.shape[:2]
    return {"name": name, "type": "image/png", "width": width, "height": height, **facts}, buffer.getvalue()


def _distance(name: str, pin_art: PinArt, mask: Mask, most_mm: float, step: int) -> tuple[dict[str, Any], bytes]:
    """The signed distance to the edge of a mask in levels, on a grid `step` times as coarse."""
    field = geometry.signed_distance(mask, SMOOTH_PX, reach=most_mm * pin_art.px_per_mm + step + 1) / np.float32(
        pin_art.px_per_mm
    )
    if step > 1:
        field = geometry.resized(field, -(-mask.shape[1] // step), -(-mask.shape[0] // step))
    levels = np.clip(np.rint(field * np.float32(STEPS / most_mm)) + ZERO, 0, 255)
    return _plane(name, np.asarray(levels, dtype=np.uint8), mm_per_level=most_mm / STEPS, zero=ZERO)


def _print(rgba: Bytes2D) -> tuple[dict[str, Any], bytes]:
    buffer = io.BytesIO()
    Image.fromarray(rgba[..., :3]).save(buffer, "WEBP", quality=PRINT_QUALITY, method=4)
    height, width = rgba.shape[:2]
    return {"name": "print", "type": "image/webp", "width": width, "height": height}, buffer.getvalue()
