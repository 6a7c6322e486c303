"""Ground truth of a flat SVG: the same drawing rasterised without anti-aliasing, so that every colour in it is exact."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyvips

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

SIDE_PX = 2400
MOST_COLOURS = 40
NOTHING = 255  # the index of what lies outside the drawing
_RENDERING = re.compile(rb'\sshape-rendering="[^"]*"')
_ROOT = re.compile(rb"<svg\b")
_CLIPS = re.compile(rb"<clipPath\b.*?</clipPath>", re.DOTALL)
_NOT_FLAT = re.compile(rb"<(linear|radial)Gradient|<filter|<mask|<image|<text|<pattern|<foreignObject|opacity")


@dataclass(frozen=True)
class Truth:
    """`index` uint8 (height, width) into `srgb` (n, 3), `NOTHING` where nothing is drawn; the picture is the whole canvas."""

    index: Bytes
    srgb: Bytes


class NotFlat(Exception):
    """The drawing has colours that no flat raster can show exactly."""


def raster(svg: bytes, side: int) -> Bytes:
    """RGBA (height, width, 4) of an SVG, anti-aliased as a drawing program exports it, `side` pixels on the longest side."""
    natural = pyvips.Image.svgload_buffer(svg)
    image = pyvips.Image.svgload_buffer(svg, scale=side / max(natural.width, natural.height))
    return np.frombuffer(image.write_to_memory(), np.uint8).reshape(image.height, image.width, 4)


def of_svg(svg: bytes, side: int = SIDE_PX) -> Truth:
    """The truth of a flat SVG.

    Raises `NotFlat` for gradients, opacity, filters, masks, pictures, text, for more than 40 colours, and for half-covered
    pixels (librsvg smooths some clip paths whatever is asked).
    """
    if _NOT_FLAT.search(_CLIPS.sub(b"", svg)):
        raise NotFlat("it has gradients, opacity, filters, masks, pictures or text")
    crisp = _ROOT.sub(b'<svg shape-rendering="crispEdges"', _RENDERING.sub(b"", svg), count=1)
    rgba = raster(crisp, side)
    alpha = rgba[..., 3]
    if np.any((alpha > 0) & (alpha < 255)):
        raise NotFlat("it has half-covered pixels")
    packed = rgba[..., 0].astype(np.uint32) << 16 | rgba[..., 1].astype(np.uint32) << 8 | rgba[..., 2]
    drawn = alpha > 0
    seen = np.zeros(1 << 24, dtype=np.bool_)
    seen[packed[drawn]] = True
    codes = np.flatnonzero(seen)
    if not 1 <= len(codes) <= MOST_COLOURS:
        raise NotFlat(f"it has {len(codes)} colours")
    number = np.full(1 << 24, NOTHING, dtype=np.uint8)
    number[codes] = np.arange(len(codes))
    index = np.where(drawn, number[packed], np.uint8(NOTHING))
    return Truth(index, np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.uint8))


def laid_over(
    truth: Truth, shape: tuple[int, ...], box: tuple[float, float, float, float], sent: Floats | None = None
) -> Bytes:
    """The truth's index at every pixel centre of a label map of `shape`, `NOTHING` outside the artwork's canvas.

    `box` is where the sent picture lies in the label map (`artwork_box`). `sent` is the homography (3, 3) from the sent
    picture to the artwork, both with sides of length 1; None where they are the same.
    """
    x0, y0, x1, y1 = box
    across = (np.arange(shape[1]) + 0.5 - x0) / (x1 - x0)
    down = (np.arange(shape[0]) + 0.5 - y0) / (y1 - y0)
    height, width = truth.index.shape
    if sent is None:
        columns, rows = np.floor(across * width).astype(np.intp), np.floor(down * height).astype(np.intp)
        inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))[None]
        found = truth.index[np.clip(rows, 0, height - 1)[:, None], np.clip(columns, 0, width - 1)[None]]
        return np.where(inside, found, np.uint8(NOTHING))
    u, v = np.meshgrid(across, down)
    depth = sent[2, 0] * u + sent[2, 1] * v + sent[2, 2]
    columns = np.floor((sent[0, 0] * u + sent[0, 1] * v + sent[0, 2]) / depth * width).astype(np.intp)
    rows = np.floor((sent[1, 0] * u + sent[1, 1] * v + sent[1, 2]) / depth * height).astype(np.intp)
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    found = truth.index[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    return np.where(inside, found, np.uint8(NOTHING))
