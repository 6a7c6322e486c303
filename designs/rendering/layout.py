"""Lays a decoded artwork on the canvas of its pin: what belongs to it, its outline shape, its scale."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from designs.rendering import artwork as artworks
from designs.rendering import background, errors, geometry, labels, silhouette, svg_text
from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.compiled import kernel
from designs.rendering.options import FlattenOptions
from designs.rendering.rules import ProcessRules

PHOTO_PX = 256
PHOTO_SHARE = 0.21
HALF, WHOLE = 128, 255
NEAR_SCALE = (0.85, 1.15)
# From here on a line of two pixels is too fine for a pin.
FINE_PX = 700
_SHAPE_NAMES = {"circle": "a circle", "square": "a rounded square", "shield": "a shield"}

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Canvas:
    """The artwork laid on the canvas of the pin: colours, what belongs to it, scale, where it came from, its texts."""

    rgb: Bytes2D
    art: Mask
    px_per_mm: float
    artwork_box: Box
    enlarged: float
    noise: float
    native_px_per_mm: float | None
    asks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    texts: tuple[svg_text.Line, ...] = ()


def canvas_px(size_mm: float) -> int:
    """Pixels of the label map's longest side: 32 per mm, within 960 and 1600."""
    return int(np.clip(round(32 * size_mm), 960, 1600))


def art_px(size_mm: float, margin_mm: float) -> int:
    """Pixels of the artwork's longest side, so that with metal of `margin_mm` around it the pin fills its canvas."""
    return round(canvas_px(size_mm) * (1 - 2 * margin_mm / size_mm))


def margin_mm(options: FlattenOptions, process: ProcessRules) -> float:
    """How far the pin reaches beyond the artwork: its border, and a back plate's."""
    return process.border_mm + (silhouette.PLATE_MARGIN_MM if options.bridge == "plate" else 0.0)


def laid_out(artwork: artworks.Artwork, options: FlattenOptions, process: ProcessRules) -> Canvas:
    """Separate the art from its ground, give a photo a shape, and scale to the pin's size.

    Raises `EmptyArtwork` where nothing is left.
    """
    rgba, noise = artwork.rgba, 0.0
    if artwork.native_px is not None and process.fill != "print":
        rgba, noise = _calmed(rgba)
    notes: list[str] = []
    asks: list[str] = []
    ground = background.separate(
        rgba, options.background, lossy=noise > labels.NOISY or artwork.media_type == "image/jpeg"
    )
    notes += ground.notes
    if ground.ambiguous:
        asks.append(ground.ambiguous)
    coverage = ground.coverage
    photo = artwork.native_px is not None and _photographic(artwork.rgba)
    shape = options.shape
    if photo:
        asks.append("photo")
        if shape == "none" and ground.kind in {"none", "kept"}:
            shape = "circle" if process.fill == "print" else "square"
            notes.append(f"The picture has no plain background, so the pin got a shape: {_SHAPE_NAMES[shape]}.")
    if shape != "none":
        rgba = _on_white(rgba)
        coverage = geometry.as_bytes(silhouette.shape_mask(shape, *rgba.shape[:2])) * np.uint8(255)
    canvas = _scaled(artwork, rgba, coverage, options, margin_mm(options, process), noise)
    return replace(canvas, asks=tuple(asks), notes=tuple(notes), texts=artwork.texts)


def _calmed(rgba: Bytes2D) -> tuple[Bytes2D, float]:
    """The picture with the noise of cameras and JPEG smoothed away between edges, and how much there was."""
    rgb = geometry.without_alpha(rgba)
    noise = labels.noise_level(rgb)
    if noise <= labels.NOISY:
        return rgba, noise
    calm = cv2.medianBlur(rgb, 5 if max(rgb.shape) >= FINE_PX else 3)
    calmed = np.asarray(cv2.cvtColor(calm, cv2.COLOR_RGB2RGBA), dtype=np.uint8)
    calmed[..., 3] = rgba[..., 3]
    return calmed, noise


def _scaled(
    artwork: artworks.Artwork,
    rgba: Bytes2D,
    coverage: Bytes2D,
    options: FlattenOptions,
    margin: float,
    noise: float,
) -> Canvas:
    """Crop to what belongs to the pin and bring it to the canvas's scale."""
    x0, y0, x1, y1 = geometry.box(coverage >= HALF)
    longest = max(x1 - x0, y1 - y0)
    wanted = art_px(options.size_mm, margin)
    # Resampling could only blur what has about this scale already.
    scale = 1.0 if NEAR_SCALE[0] <= longest / wanted <= NEAR_SCALE[1] else wanted / longest
    px_per_mm = longest * scale / (options.size_mm - 2 * margin)
    cut = (slice(max(0, y0 - 2), y1 + 2), slice(max(0, x0 - 2), x1 + 2))
    left, top = x0 - cut[1].start, y0 - cut[0].start
    colour, cover = _resampled(rgba[cut], coverage[cut], scale)
    pad = int(np.ceil(margin * px_per_mm)) + 6
    if scale > 1:
        # Enlarged pixels are squares; their corners are not the artist's.
        cover = geometry.smooth_bytes(cover, 0.4 * scale)
    if noise > labels.NOISY:
        cover = geometry.smooth_bytes(cover, 1.2)
    art = geometry.framed(geometry.as_bytes(np.asarray(cover >= HALF)), pad, 0).view(np.bool_)
    if not art.any():
        raise errors.EmptyArtwork("Nothing is drawn: what is there is too faint. Send the artwork itself.")
    shift_x, shift_y = pad - (x0 - left) * scale, pad - (y0 - top) * scale
    height, width = rgba.shape[:2]
    native = None if artwork.native_px is None else artwork.native_px / max(width, height)
    return Canvas(
        rgb=np.asarray(cv2.copyMakeBorder(colour, pad, pad, pad, pad, cv2.BORDER_REPLICATE), dtype=np.uint8),
        art=np.asarray(art, dtype=np.bool_),
        px_per_mm=px_per_mm,
        artwork_box=(shift_x, shift_y, shift_x + width * scale, shift_y + height * scale),
        enlarged=max(1.0, scale),
        noise=noise,
        native_px_per_mm=None if native is None else native * px_per_mm / scale,
    )


def _resampled(rgba: Bytes2D, coverage: Bytes2D, scale: float) -> tuple[Bytes2D, Bytes2D]:
    """Colours and coverage 0..255 at another scale; colours are weighted by coverage, so that no ground bleeds in."""
    if scale == 1:
        return geometry.without_alpha(rgba), np.ascontiguousarray(coverage)
    size = (max(1, round(rgba.shape[1] * scale)), max(1, round(rgba.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    weighted = np.asarray(
        cv2.resize(_weighted(np.array(rgba), np.array(coverage)), size, interpolation=method), dtype=np.uint8
    )
    return _unweighted(weighted), np.ascontiguousarray(weighted[..., 3])


@kernel
def _weighted(rgba: Bytes2D, coverage: Bytes2D) -> Bytes2D:
    """Colours times coverage, and the coverage as the fourth channel."""
    out = np.empty_like(rgba)
    for y in range(rgba.shape[0]):
        for x in range(rgba.shape[1]):
            share = int(coverage[y, x])
            for channel in range(3):
                out[y, x, channel] = (int(rgba[y, x, channel]) * share + 127) // 255
            out[y, x, 3] = share
    return out


@kernel
def _unweighted(weighted: Bytes2D) -> Bytes2D:
    """The colours that `_weighted` weighted."""
    height, width = weighted.shape[:2]
    out = np.empty((height, width, 3), np.uint8)
    for y in range(height):
        for x in range(width):
            share = int(weighted[y, x, 3])
            for channel in range(3):
                value = int(weighted[y, x, channel])
                if 0 < share < 255:
                    value = min(255, (value * 255 + share // 2) // share)
                out[y, x, channel] = value
    return out


def _on_white(rgba: Bytes2D) -> Bytes2D:
    if (rgba[..., 3] == WHOLE).all():
        return rgba
    alpha = rgba[..., 3:].astype(np.float32) / WHOLE
    rgb = rgba[..., :3] * alpha + WHOLE * (1 - alpha)
    return np.dstack([np.rint(rgb), np.full(rgba.shape[:2], 255.0)]).astype(np.uint8)


def _photographic(rgba: Bytes2D) -> bool:
    """Whether much of the picture changes gently from point to point, as only photographs and paintings do.

    Drawings are flat, or change at once; a few gradients change gently in a small part. On a picture of 256 pixels,
    between 5 and 10 % of a drawing changes by 7 to 60 levels within three pixels, and between 23 and 62 % of a photo
    (75 drawings and 24 photographs, some as noisy JPEG).
    """
    scale = min(1.0, PHOTO_PX / max(rgba.shape[:2]))
    small = geometry.smaller(rgba, max(3, round(rgba.shape[1] * scale)), max(3, round(rgba.shape[0] * scale)))
    seen = small[..., 3] >= HALF
    change = geometry.largest(cv2.morphologyEx(small[..., :3], cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)))
    gentle = (change > 6) & (change < 60) & seen
    return bool(np.count_nonzero(gentle) > PHOTO_SHARE * np.count_nonzero(seen))
