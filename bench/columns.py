"""What customers send of one drawing: the SVG itself, clean pictures of it, and pictures that have suffered.

Every picture of the same drawing is the same in every run: noise and light are seeded by the artwork's name.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import truth
from PIL import Image

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

PAPER = (250, 248, 244)
PAPER_MARGIN = 0.12  # of the photo's sides, left and right of the print
TURN_DEGREES = 3.0


@dataclass(frozen=True)
class Sent:
    """A file as sent.

    `on_ground` where transparency is lost. `to_art` is the homography (3, 3) from the picture to the artwork's canvas, both
    with sides of length 1, None where the picture is the canvas.
    """

    data: bytes
    on_ground: bool = False
    to_art: Floats | None = None


def _dice(name: str) -> np.random.Generator:
    return np.random.default_rng(int(hashlib.sha256(name.encode()).hexdigest()[:12], 16))


def _on_white(svg: bytes, side: int) -> Bytes:
    rgba = truth.raster(svg, side)
    alpha = rgba[..., 3:].astype(np.float64) / 255
    return np.rint(rgba[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def _encoded(pixels: Bytes, form: str, **how: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form, **how)
    return buffer.getvalue()


def svg(drawing: bytes, _name: str) -> Sent:
    """The drawing itself."""
    return Sent(drawing)


def png1000(drawing: bytes, _name: str) -> Sent:
    """PNG of 1000 px with transparency."""
    return Sent(_encoded(truth.raster(drawing, 1000), "PNG", compress_level=1))


def png300(drawing: bytes, _name: str) -> Sent:
    """PNG of 300 px with transparency."""
    return Sent(_encoded(truth.raster(drawing, 300), "PNG", compress_level=1))


def jpeg60(drawing: bytes, _name: str) -> Sent:
    """JPEG of 1000 px on white, quality 60, colour at half resolution."""
    return Sent(_encoded(_on_white(drawing, 1000), "JPEG", quality=60), on_ground=True)


def noisy(drawing: bytes, name: str) -> Sent:
    """JPEG of 1000 px on white: Gaussian blur of 1 px, Gaussian noise of 6 grey levels per channel, quality 60."""
    soft = cv2.GaussianBlur(_on_white(drawing, 1000), (0, 0), 1.0).astype(np.float64)
    pixels = np.clip(np.rint(soft + _dice(name).normal(0, 6, soft.shape)), 0, 255).astype(np.uint8)
    return Sent(_encoded(pixels, "JPEG", quality=60), on_ground=True)


def photo(drawing: bytes, name: str) -> Sent:
    """A phone's photo of a print.

    Paper around it, turned by 3 degrees, slight perspective, light from one side (down to 0.75), a warm cast, blur of
    0.8 px, noise of 3 grey levels, JPEG quality 85.
    """
    dice = _dice(name)
    rgba = truth.raster(drawing, 1000)
    alpha = rgba[..., 3:].astype(np.float64) / 255
    art = np.rint(rgba[..., :3] * alpha + np.array(PAPER) * (1 - alpha)).astype(np.uint8)
    height, width = art.shape[:2]
    grown = 1 / (1 - 2 * PAPER_MARGIN)
    size = (round(width * grown), round(height * grown))
    angle = np.deg2rad(TURN_DEGREES * dice.choice([-1, 1]))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    turned = (corners - corners.mean(axis=0)) @ np.array(
        [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    )
    moved = turned + np.array(size) / 2 + dice.uniform(-0.012, 0.012, (4, 2)) * max(size)
    ahead = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
    print_on_paper = cv2.warpPerspective(art, ahead, size, flags=cv2.INTER_AREA, borderValue=PAPER).astype(np.float64)
    lit = _light(size, dice)[..., None] * np.array([1.0, 0.985, 0.94]) * print_on_paper
    soft = cv2.GaussianBlur(lit, (0, 0), 0.8)
    pixels = np.clip(np.rint(soft + dice.normal(0, 3, soft.shape)), 0, 255).astype(np.uint8)
    back = np.diag([1 / width, 1 / height, 1.0]) @ np.linalg.inv(ahead) @ np.diag([size[0], size[1], 1.0])
    return Sent(_encoded(pixels, "JPEG", quality=85), on_ground=True, to_art=back)


def _light(size: tuple[int, int], dice: np.random.Generator) -> Floats:
    """Uneven light, 0.75 to 1, over a picture of `size` (width, height): brighter towards one side, corners darker."""
    across, down = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    way = dice.uniform(0, 2 * np.pi)
    slope = (across * np.cos(way) + down * np.sin(way)) / np.sqrt(2)
    return np.asarray(0.91 + 0.09 * slope - 0.035 * (across**2 + down**2), dtype=np.float64)


COLUMNS: dict[str, Callable[[bytes, str], Sent]] = {
    each.__name__: each for each in (svg, png1000, png300, jpeg60, noisy, photo)
}
