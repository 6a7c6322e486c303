"""A clear epoxy dome over the front."""

import cv2
import numpy as np

from designs.rendering.arrays import Bytes2D, Field, Number
from designs.rendering.compiled import kernel
from designs.rendering.layers import BLUE, RED, Layers, Metal, Places
from designs.rendering.prepared import Prepared
from designs.rendering.shading import KEY, eased

_RIM_MM = 0.30


def domed(pin: Prepared, layers: Layers) -> Layers:
    """The layers under a dome that stops short of the rim: a bright window at the upper left, a lit far side."""
    height, width = pin.outline.shape
    half = (width // 2, height // 2)
    lean = cv2.resize(_lean(pin), half, interpolation=cv2.INTER_CUBIC)
    depth = cv2.resize(pin.outline, half, interpolation=cv2.INTER_AREA)
    small = _thrown(np.asarray(depth, np.float32), np.asarray(lean, np.float32), pin.px_per_mm / 2)
    seen, white = (
        np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
        for plane in small
    )
    _glossed(layers.colour, seen, white)
    values = layers.metal.values.copy()
    _dimmed(layers.metal.place, values, seen)
    return Layers(layers.colour, Metal(layers.metal.place, values))


def _lean(pin: Prepared) -> Field:
    """X and y of the dome's normal, at a quarter of the planes' size."""
    height, width = pin.outline.shape
    small = cv2.resize(pin.outline, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    scale = pin.px_per_mm / 4
    depth = cv2.GaussianBlur(np.clip(small - np.float32(_RIM_MM), -0.2, None), (0, 0), 0.12 * scale)
    # Resin climbs steeply at its edge and goes on rising to the middle of the widest part.
    reach = np.float32(min(7.5, max(1.5, 0.95 * float(depth.max()))))
    t, edge = np.clip(depth / reach, 0, 1), np.clip(depth / np.float32(min(1.4, float(reach))), 0, 1)
    high = np.sqrt(1 - (1 - edge) ** 2) * np.float32(0.50) + (1 - (1 - t) ** 2) * np.float32(0.085) * reach
    high = cv2.GaussianBlur(high, (0, 0), 0.30 * scale)
    dx = cv2.Sobel(high, cv2.CV_32F, 1, 0, ksize=3, scale=scale / 8)
    dy = cv2.Sobel(high, cv2.CV_32F, 0, 1, ksize=3, scale=scale / 8)
    unit = -1 / np.sqrt(1 + dx * dx + dy * dy)
    return np.ascontiguousarray(np.dstack([dx * unit, dy * unit]), dtype=np.float32)


@kernel
def _thrown(outline: Field, lean: Field, px_per_mm: float) -> tuple[Bytes2D, Bytes2D]:
    """How much of what lies under a dome is seen, and the white that it throws back, each 0..255."""
    height, width = outline.shape
    seen, white = np.full((height, width), np.uint8(255)), np.zeros((height, width), np.uint8)
    for y in range(height):
        for x in range(width):
            inside = outline[y, x] - np.float32(_RIM_MM)
            over = min(max(inside * np.float32(px_per_mm) + np.float32(0.5), np.float32(0)), np.float32(1))
            if over > 0:
                nx, ny = lean[y, x, 0], lean[y, x, 1]
                far = eased(0.25, 0.75, nx * np.float32(0.6) + ny * np.float32(0.8)) * over
                back = _mirrored(nx, ny) * over
                back += (np.float32(1) - back) * np.float32(0.12) * far
                edge = max(np.float32(0), np.float32(1) - inside * np.float32(5))
                light = np.float32(1) - np.float32(0.14) * edge * edge * over - np.float32(0.05) * far
                seen[y, x] = np.uint8(light * (np.float32(1) - back) * np.float32(255))
                white[y, x] = np.uint8(back * np.float32(255))
    return seen, white


@kernel
def _mirrored(nx: Number, ny: Number) -> Number:
    """The lamp at a dome's steep edge, and a window overhead, in two panes, in its gentle middle; 0..1."""
    nz = np.sqrt(max(np.float32(0), np.float32(1) - nx * nx - ny * ny))
    key = np.float32(2) * nz * (nx * np.float32(KEY[0]) + ny * np.float32(KEY[1]))
    key += (np.float32(2) * nz * nz - np.float32(1)) * np.float32(KEY[2])
    across, down = nx * np.float32(0.78) + ny * np.float32(0.62), nx * np.float32(-0.62) + ny * np.float32(0.78)
    pane = eased(0.0, 0.02, np.float32(0.034) - abs(across + np.float32(0.115)))
    pane *= eased(0.0, 0.02, np.float32(0.062) - abs(down)) * eased(0.002, 0.010, abs(down + np.float32(0.01)))
    return max(eased(0.90, 0.955, key) * np.float32(0.80), pane * np.float32(0.42))


@kernel
def _glossed(colour: Bytes2D, seen: Bytes2D, white: Bytes2D) -> None:
    """Dim what is not metal and add the dome's own light."""
    colours, shares, added = colour.ravel(), seen.ravel(), white.ravel()
    for n in range(len(shares)):
        if shares[n] < 255:
            for c in range(4 * n, 4 * n + 3):
                value = np.uint32(colours[c]) * np.uint32(shares[n]) // np.uint32(255) + np.uint32(added[n])
                colours[c] = np.uint8(min(value, np.uint32(255)))


@kernel
def _dimmed(place: Places, values: Bytes2D, seen: Bytes2D) -> None:
    """Dim the metal under the dome."""
    numbers, shares = values.ravel(), seen.ravel()
    for n in range(len(place)):
        share = np.uint32(shares[place[n]])
        if share < 255:
            for c in range(8 * n + RED, 8 * n + BLUE + 1):
                numbers[c] = np.uint8(np.uint32(numbers[c]) * share // np.uint32(255))
