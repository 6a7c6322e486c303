"""Die lines: closed, smooth, and where the label map has its edges."""

import re

import cv2
import numpy as np
import pytest

from designs.rendering import FlattenOptions, HousePalette, PinArt, Rules, dielines, flatten, read_dielines
from designs.rendering.contact_sheet import SAMPLES

NAMES = sorted(path.stem for path in SAMPLES.glob("*.svg"))
NEAR_MM = 0.05


@pytest.fixture(scope="module", params=NAMES)
def art(request) -> PinArt:
    svg = (SAMPLES / f"{request.param}.svg").read_bytes()
    return flatten(svg, options=FlattenOptions(), rules=Rules.seed(), palette=HousePalette.seed()).pin_art


def _points(svg: str, layer: str) -> list[np.ndarray]:
    """Points along each closed curve of a layer, in mm, less than 0.02 mm apart."""
    (path,) = re.findall(rf'<path id="{layer}"[^>]*? d="([^"]*)"', svg)
    loops = []
    for body in re.findall(r"M([^MZ]*)Z", path):
        numbers = np.array([float(n) for n in re.findall(r"-?\d+\.\d+", body)]).reshape(-1, 2)
        t = np.linspace(0, 1, 64, endpoint=False)[:, None]
        start, curve = numbers[0], []
        for one, two, end in zip(numbers[1::3], numbers[2::3], numbers[3::3], strict=True):
            curve.append(start * (1 - t) ** 3 + 3 * one * t * (1 - t) ** 2 + 3 * two * t**2 * (1 - t) + end * t**3)
            start = end
        assert np.allclose(start, numbers[0], atol=0.0015)
        loops.append(np.concatenate(curve))
    return loops


def _cracks(mask: np.ndarray, px_per_mm: float) -> np.ndarray:
    """The middles of the pixel sides between inside and outside, in mm."""
    padded = np.pad(mask, 1)
    rows, columns = np.nonzero(padded[1:] != padded[:-1])
    across = np.column_stack([columns - 0.5, rows])
    rows, columns = np.nonzero(padded[:, 1:] != padded[:, :-1])
    return np.concatenate([across, np.column_stack([columns, rows - 0.5])]) / px_per_mm


def _farthest(of: np.ndarray, others: np.ndarray) -> float:
    """How far the one of these points that is farthest from all others is from them, in mm."""
    fine = 400  # pixels per mm
    low = np.minimum(of.min(axis=0), others.min(axis=0)) - 0.1
    size = np.ceil((np.maximum(of.max(axis=0), others.max(axis=0)) + 0.1 - low) * fine / 4).astype(int)
    ground = np.ones((size[1] + 1, size[0] + 1), dtype=np.uint8)
    at = np.rint((others - low) * fine / 4).astype(int)
    ground[at[:, 1], at[:, 0]] = 0
    away = cv2.distanceTransform(ground, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    at = np.rint((of - low) * fine / 4).astype(int)
    return float(away[at[:, 1], at[:, 0]].max()) * 4 / fine


def test_curves_lie_within_five_hundredths_of_the_edges(art):
    """Both ways: no curve strays from the edges of its area, and no edge is without a curve."""
    svg = dielines(art)
    layers = {"metal_raised": art.labels == 1}
    layers |= {f"enamel_{n:02d}": art.labels == entry.label for n, entry in enumerate(art.palette, start=1)}
    for layer, mask in layers.items():
        curves, cracks = np.concatenate(_points(svg, layer)), _cracks(mask, art.px_per_mm)
        half_pixel = 0.5 / art.px_per_mm
        assert _farthest(curves, cracks) <= NEAR_MM
        assert _farthest(cracks, curves) <= NEAR_MM + half_pixel


def test_curves_are_smooth(art):
    """No curve turns by more than 12 degrees within a hundredth of a millimetre, unless the drawing has a corner there."""
    sharp = total = 0
    for loop in _points(dielines(art), "die_outline"):
        steps = np.diff(loop, axis=0, append=loop[:1])
        angles = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
        sharp += int((np.abs(np.diff(angles)) > np.radians(12)).sum())
        total += len(loop)
    assert sharp / total < 0.002


def test_they_read_back_as_the_label_map(art):
    height, width = art.labels.shape
    again = read_dielines(dielines(art), px_per_mm=art.px_per_mm, height=height, width=width)
    assert (again != art.labels).mean() < 0.02
