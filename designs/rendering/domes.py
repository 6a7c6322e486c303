"""A clear epoxy dome over the front."""

import cv2
import numpy as np

from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import kernel
from designs.rendering.layers import BLUE, RED, Layers, Places
from designs.rendering.prepared import Prepared
from designs.rendering.shading import KEY, eased

_RIM_MM = 0.30


def domed(pin: Prepared, layers: Layers) -> Layers:
    """The layers under a dome that stops short of the rim: a bright window at the upper left, a lit far side."""
    seen = _glossed(layers.colour, pin.outline, _lean(pin), pin.px_per_mm)
    _dimmed(layers.metal.place, layers.metal.values, seen)
    return layers


def _lean(pin: Prepared) -> Field:
    """X and y of the dome's normal (height, width, 2), from heights at a quarter of the size."""
    height, width = pin.outline.shape
    small = cv2.resize(pin.outline, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    scale = pin.px_per_mm / 4
    reach = min(3.2, 0.5 * pin.frame.radius_mm)
    depth = cv2.GaussianBlur(np.clip(small - np.float32(_RIM_MM), -0.2, None), (0, 0), 0.10 * scale)
    t = np.clip(depth / np.float32(reach), 0, 1)
    high = cv2.GaussianBlur(np.sqrt(1 - (1 - t) ** 2) * np.float32(0.85), (0, 0), 0.22 * scale)
    dx = cv2.Sobel(high, cv2.CV_32F, 1, 0, ksize=3, scale=scale / 8)
    dy = cv2.Sobel(high, cv2.CV_32F, 0, 1, ksize=3, scale=scale / 8)
    unit = -1 / np.sqrt(1 + dx * dx + dy * dy)
    lean = np.dstack([dx * unit, dy * unit])
    return np.ascontiguousarray(cv2.resize(lean, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


@kernel
def _glossed(colour: Bytes2D, outline: Field, lean: Field, px_per_mm: Number) -> Bytes2D:
    """Dim what is not metal, add the dome's own light; returns how much of what lies below is seen, 0..255."""
    height, width = outline.shape
    seen = np.full((height, width), np.uint8(255))
    for y in range(height):
        for x in range(width):
            inside, nx, ny = outline[y, x] - np.float32(_RIM_MM), lean[y, x, 0], lean[y, x, 1]
            over = min(max(inside * np.float32(px_per_mm) + np.float32(0.5), np.float32(0)), np.float32(1))
            # Where the dome is flat and no edge is near there is nothing to see.
            if over > 0 and (nx * nx + ny * ny > np.float32(0.01) or inside < np.float32(0.2)):
                light, white = _thrown(nx, ny, inside, over)
                light *= np.float32(1) - white
                seen[y, x] = np.uint8(light * np.float32(255))
                for c in range(3):
                    value = np.float32(colour[y, x, c]) * light + white * np.float32(255)
                    colour[y, x, c] = np.uint8(min(value, np.float32(255)))
    return seen


@kernel
def _thrown(nx: Number, ny: Number, inside: Number, over: Number) -> tuple[Number, Number]:
    """The light that a dome lets through and the white that it throws back, 0..1, where it covers a pixel by `over`."""
    nz = np.sqrt(max(np.float32(0), np.float32(1) - nx * nx - ny * ny))
    key = np.float32(2) * nz * (nx * np.float32(KEY[0]) + ny * np.float32(KEY[1]))
    key += (np.float32(2) * nz * nz - np.float32(1)) * np.float32(KEY[2])
    far = eased(0.25, 0.75, nx * np.float32(0.6) + ny * np.float32(0.8)) * over
    white = eased(0.90, 0.955, key) * np.float32(0.78) * over
    white += (np.float32(1) - white) * np.float32(0.12) * far
    edge = max(np.float32(0), np.float32(1) - inside * np.float32(5))
    return np.float32(1) - np.float32(0.14) * edge * edge * over - np.float32(0.05) * far, white


@kernel
def _dimmed(place: Places, values: Bytes2D, seen: Bytes2D) -> None:
    """Dim the metal under the dome."""
    shares = seen.ravel()
    for n in range(len(place)):
        share = np.uint32(shares[place[n]])
        if share < 255:
            for c in range(RED, BLUE + 1):
                values[n, c] = np.uint8(np.uint32(values[n, c]) * share // np.uint32(255))
