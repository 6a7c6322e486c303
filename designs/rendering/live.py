"""The live bundle: a pin for the browser, which draws it there and changes plating, finish and colours at once.

Layout: the four bytes `PIN2`, then one raw deflate stream of: the length of the head (uint32, little endian), the head as
JSON (UTF-8), and the parts one after another. Lengths are in mm, from the pin's middle, y downwards. The head holds

- `width_mm`, `height_mm`, `thickness_mm`, `recess_mm` (how deep enamel may lie), `process`, `fill` (the share of a square
  picture that the pin's longest side takes),
- `palette`: of each enamel colour its `label`, `fill` and `hex` (#rrggbb), `house`, `effect`, `area_mm2`,
- `platings`: by name one or two coats, the second of the rim or ground: five `tones` (red, green, blue 0..255 at the light
  0, 0.2, 0.48, 0.76 and 1), `polish` and `patina` 0..1, `rainbow`,
- `bevels`: by the kind of metal the numbers of `metals.Bevel`; `stones` set in the metal: `label`, `x`, `y`, `radius`,
- `parts`: by name `at` and `size` in bytes, after the head, and what a part needs:

`outline` and `enamel`: the edges of the pin and of its colours as closed polygons, `unit` mm to a step, in `loops`: per loop
number of points, x and y of the first. The part holds for all points, loop after loop, the step to it from the one before
(0 for a first point): all x as int8, then all y.
`owner`: which label each place between the metal has, at `x`, `y` (the first pixel's middle) and `pitch` mm.
`room`: the light that polished metal throws back, by x and y of its normal from -1 to 1; `satin` that of satin metal.
`wave`, `flow`: smooth noise, 128 is 0 and 32 its strength; its first value lies at `x`, `y`, the next `pitch` mm on.
These are planes, `width` x `height` bytes, each written as what it differs from left + above - left above.
`print`: the printed colours as a picture (WebP), where there is a print, of the pin's box.
"""

import io
import itertools
import json
import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from PIL import Image

from designs.rendering import contours, effects, metals, platings, prepared, shading, stones
from designs.rendering.arrays import Bytes2D, Field
from designs.rendering.contours import Curves
from designs.rendering.pinart import FIRST_ENAMEL, METAL, PinArt
from designs.rendering.posts import RECESS_MM
from designs.rendering.prepared import FRONT_FILL, Prepared, laid_out

MAGIC = b"PIN2"
# The label map is told at the scale of a picture of this size.
LIVE_PX = 820
PRINT_PX, PRINT_QUALITY = 640, 80
# Points of an edge that lie within this of a line between others are left out; steps are this part of a label-map pixel.
_TOLERANCE_PX, _LONGEST_STEP, _STEPS = 0.08, 9, 8
_SATIN_PX = 64
_SPREAD = 2  # texels by which labels reach under the metal, so that none is missing at an edge
NOISE_ZERO, NOISE_UNIT = 128, 32

COATS: Mapping[str, tuple[str, str]] = MappingProxyType({name: (name, "") for name in platings.PLATINGS})
"""Every plating of the engine on the whole pin."""


def bundle(art: PinArt, coats: Mapping[str, tuple[str, str]] = COATS) -> bytes:
    """The pin as one file for the browser; the same pin, the same bytes.

    `coats` names the finishes that can be shown: the plating of each, and that of the pin's other parts or "".
    """
    gems = tuple(entry.label for entry in art.palette if entry.effect == "gemstone")
    art, set_in = stones.seated(art, gems) if gems else (art, ())
    pin = laid_out(art, LIVE_PX)
    parts: dict[str, tuple[dict[str, Any], bytes]] = {
        "outline": _edge(art, METAL),
        "enamel": _edge(art, FIRST_ENAMEL),
        "owner": _owner(pin),
        **_light(),
        "wave": _noise(art, prepared.WAVE_SEED, 1.0),
        "flow": _noise(art, effects.FLOW_SEED, effects.FLOW_SCALE),
    }
    if art.print_rgba is not None:
        parts["print"] = ({}, _print(art.print_rgba))
    at, listed = 0, {}
    for name, (facts, data) in parts.items():
        listed[name] = {**facts, "at": at, "size": len(data)}
        at += len(data)
    head = {
        "width_mm": art.width_mm,
        "height_mm": art.height_mm,
        "thickness_mm": art.thickness_mm,
        "recess_mm": RECESS_MM,
        "process": art.process,
        "fill": FRONT_FILL,
        "palette": [asdict(entry) for entry in art.palette],
        "platings": {name: [_coat(each) for each in pair if each] for name, pair in sorted(coats.items())},
        "bevels": {"raised": metals.RAISED, "flush": metals.FLUSH, "printed": metals.PRINTED},
        "stones": [
            {
                "label": stone.label,
                "x": stone.x_mm - art.width_mm / 2,
                "y": stone.y_mm - art.height_mm / 2,
                "radius": stone.radius_mm,
            }
            for stone in set_in
        ],
        "parts": listed,
    }
    told = json.dumps(head, separators=(",", ":")).encode()
    body = struct.pack("<I", len(told)) + told + b"".join(data for _, data in parts.values())
    return MAGIC + zlib.compress(body, 9, -zlib.MAX_WBITS)


def read(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The head and the parts of a bundle; raises ValueError for other bytes."""
    if data[:4] != MAGIC:
        raise ValueError("these bytes are not a live bundle")
    body = zlib.decompress(data[4:], -zlib.MAX_WBITS)
    (length,) = struct.unpack("<I", body[:4])
    head = json.loads(body[4 : 4 + length])
    rest = body[4 + length :]
    return head, {name: rest[part["at"] : part["at"] + part["size"]] for name, part in head["parts"].items()}


def plane_of(part: Mapping[str, Any], data: bytes) -> Bytes2D:
    """A plane as it was before it was written."""
    steps = np.frombuffer(data, dtype=np.uint8).reshape(part["height"], part["width"]).astype(np.int64)
    return (steps.cumsum(axis=0).cumsum(axis=1) & 255).astype(np.uint8)


def polygons_of(part: Mapping[str, Any], data: bytes) -> list[Field]:
    """The polygons of an edge, each (points, 2) in mm from the pin's middle."""
    count = part["size"] // 2
    steps = np.frombuffer(data, dtype=np.int8).reshape(2, count).astype(np.int64).T
    found, first = [], 0
    for points, x, y in part["loops"]:
        walked = steps[first : first + points].cumsum(axis=0) + np.array([x, y])
        found.append((walked * part["unit"]).astype(np.float32))
        first += points
    return found


def _edge(art: PinArt, lowest: int) -> tuple[dict[str, Any], bytes]:
    curves: Curves = contours.curves(np.array(art.labels, dtype=np.uint8), lowest)
    knots = curves.knots(_TOLERANCE_PX, _LONGEST_STEP)
    height, width = art.labels.shape
    middle = np.array([width / 2, height / 2])
    points = np.rint((curves.points[knots] - middle) * _STEPS).astype(np.int64)
    first = np.searchsorted(knots, curves.starts)
    steps = np.diff(points, axis=0, prepend=points[:1])
    steps[first[:-1]] = 0
    loops = [[int(end - begin), *map(int, points[begin])] for begin, end in itertools.pairwise(first)]
    return {"unit": 1 / (_STEPS * art.px_per_mm), "loops": loops}, steps.T.astype(np.int8).tobytes()


def _owner(pin: Prepared) -> tuple[dict[str, Any], bytes]:
    spread = cv2.dilate(pin.owner, np.ones((3, 3), np.uint8), iterations=_SPREAD)
    owner = np.where(pin.owner > 0, pin.owner, spread).astype(np.uint8)
    facts, data = _plane(owner)
    return {**facts, "x": pin.frame.x_mm, "y": pin.frame.y_mm, "pitch": 1 / pin.px_per_mm}, data


def _light() -> dict[str, tuple[dict[str, Any], bytes]]:
    room = shading.room()
    side = math.isqrt(len(room.scattered))
    mirrored = (room.mirrored & np.uint32(255)).astype(np.uint8).reshape(side, side)
    satin = cv2.resize(room.scattered.reshape(side, side), (_SATIN_PX, _SATIN_PX), interpolation=cv2.INTER_AREA)
    return {"room": _plane(mirrored), "satin": _plane(np.asarray(satin, dtype=np.uint8))}


def _noise(art: PinArt, seed: int, scale: float) -> tuple[dict[str, Any], bytes]:
    """The noise of a seed where the pin lies, one value for each grain of 1 / `scale` mm of the tile."""
    axes = [np.arange(-(half := math.ceil(side / 2 * scale) + 1), half + 1) for side in (art.width_mm, art.height_mm)]
    tile = shading.grained(shading.noise(seed), axes[0].astype(np.float64), axes[1].astype(np.float64))
    levels = np.clip(np.rint(tile * NOISE_UNIT + NOISE_ZERO), 0, 255).astype(np.uint8)
    facts, data = _plane(levels)
    return {**facts, "x": float(axes[0][0] / scale), "y": float(axes[1][0] / scale), "pitch": 1 / scale}, data


def _plane(plane: Bytes2D) -> tuple[dict[str, Any], bytes]:
    wide = np.pad(plane.astype(np.int16), ((1, 0), (1, 0)))
    steps = wide[1:, 1:] - wide[1:, :-1] - wide[:-1, 1:] + wide[:-1, :-1]
    height, width = plane.shape
    return {"width": width, "height": height}, (steps & 255).astype(np.uint8).tobytes()


def _coat(name: str) -> dict[str, Any]:
    coat = platings.coat(name)
    return {
        "tones": np.round(platings.tones(name) * 255, 1).tolist(),
        "polish": coat.polish / 256,
        "patina": coat.patina / 256,
        "rainbow": len(coat.table) > 1,
    }


def _print(rgba: Bytes2D) -> bytes:
    height, width = rgba.shape[:2]
    scale = min(1.0, PRINT_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(rgba[..., :3], size, interpolation=cv2.INTER_AREA)
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(small, dtype=np.uint8)).save(buffer, "WEBP", quality=PRINT_QUALITY, method=4)
    return buffer.getvalue()
