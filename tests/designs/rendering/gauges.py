"""Shapes of known width on a grid of 32 pixels per mm, drawn by their distances (a pixel is in where its middle is)."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from designs.rendering import PaletteEntry, PinArt

PX_PER_MM = 32.0
SIDE = 480  # 15 mm
Mask = npt.NDArray[np.bool_]
_Y, _X = (np.mgrid[0:SIDE, 0:SIDE] + 0.5) / PX_PER_MM
MIDDLE = SIDE / PX_PER_MM / 2


def _turned(angle: float, shift: tuple[float, float]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Coordinates along and across a gauge in mm; `shift` moves its middle by fractions of a pixel."""
    dx, dy = _X - MIDDLE - shift[0] / PX_PER_MM, _Y - MIDDLE - shift[1] / PX_PER_MM
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return dx * cos + dy * sin, -dx * sin + dy * cos


def bar(width: float, angle: float, shift: tuple[float, float]) -> Mask:
    u, v = _turned(angle, shift)
    return np.asarray((np.abs(u) < 4) & (np.abs(v) < width / 2))


def ring(width: float, angle: float, shift: tuple[float, float]) -> Mask:
    u, v = _turned(angle, shift)
    return np.asarray(np.abs(np.hypot(u, v) - 3) <= width / 2)


def neck(width: float, angle: float, shift: tuple[float, float]) -> Mask:
    """Two blocks that are joined by a waist with a curvature of 1.2 mm on both sides."""
    u, v = _turned(angle, shift)
    return np.asarray((np.abs(u) < 5) & (np.abs(v) < np.minimum(4, width / 2 + u * u / 2.4)))


def wedge(width: float, angle: float, shift: tuple[float, float]) -> Mask:
    """A taper that leaves a block at its narrow end and opens towards another one, by 0.1 mm per mm."""
    u, v = _turned(angle, shift)
    taper = (np.abs(v) < (width + 0.1 * (u + 2)) / 2) & (u > -2) & (u < 4)
    return np.asarray(taper | ((u > -5) & (u <= -2) & (np.abs(v) < 3)) | ((u > 2) & (u < 5) & (np.abs(v) < 3)))


KINDS: dict[str, Callable[[float, float, tuple[float, float]], Mask]] = {
    "bar": bar,
    "ring": ring,
    "neck": neck,
    "wedge": wedge,
}


def pin(labels: npt.NDArray[np.uint8]) -> PinArt:
    """A pin with this label map and nothing else known about it."""
    height, width = labels.shape
    return PinArt(
        labels=labels,
        px_per_mm=PX_PER_MM,
        width_mm=width / PX_PER_MM,
        height_mm=height / PX_PER_MM,
        process="soft_enamel",
        palette=tuple(
            PaletteEntry(label=n, hex="#cc2222", fill="#cc2222", house="E-001", delta_e=0.0, area_mm2=1.0)
            for n in range(2, int(labels.max()) + 1)
        ),
        cutouts=(),
        posts=(),
        thickness_mm=1.2,
        weight_g=5.0,
        artwork_box=(0, 0, width, height),
        border_mm=0.55,
        line_mm=0.3,
    )
