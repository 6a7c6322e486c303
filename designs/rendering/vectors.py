"""Die lines: the pin as closed curves in mm, one named layer per part of the die."""

import re
from collections.abc import Iterator

import cv2
import numpy as np

from designs.rendering import geometry
from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.pinart import FIRST_ENAMEL, METAL, PinArt

STEP_MM = 0.12
TOLERANCE_MM = 0.006
_ENLARGED = 3
_PATH = re.compile(r'<path id="([a-z_0-9]+)"[^>]*? d="([^"]*)"')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SUBPATH = re.compile(r"M([^MZ]*)Z")


def dielines(pin_art: PinArt) -> str:
    """An SVG in mm with the layers `die_outline`, `cutouts`, `metal_raised`, `enamel_01`.., `posts`, `dims`.

    Curves are closed and smooth (quadratic B-splines), within 0.05 mm of the label map; areas follow the
    even-odd rule. Origin: the left top corner of the pin's box.
    """
    labels, scale = pin_art.labels, pin_art.px_per_mm
    solid = np.asarray(labels >= METAL, dtype=np.bool_)
    holes = geometry.holes(solid)
    layers = [
        _layer(
            "die_outline",
            _curves(np.asarray(solid | holes, dtype=np.bool_), scale),
            'fill="none" stroke="#e4002b"',
        ),
        _layer("cutouts", _curves(holes, scale), 'fill="none" stroke="#e4002b"'),
        _layer("metal_raised", _curves(np.asarray(labels == METAL, dtype=np.bool_), scale), 'fill="#000000"'),
    ]
    for number, entry in enumerate(pin_art.palette, start=1):
        mask = np.asarray(labels == entry.label, dtype=np.bool_)
        layers.append(_layer(f"enamel_{number:02d}", _curves(mask, scale), f'fill="{entry.fill}"'))
    return _document(pin_art, [*layers, _posts(pin_art), _dims(pin_art)])


def read_dielines(svg: str, *, px_per_mm: float, height: int, width: int) -> Bytes2D:
    """The label map (0 outside, 1 metal, 2.. enamel) that a document of `dielines` draws."""
    labels = np.zeros((height, width), dtype=np.uint8)
    for name, path in _PATH.findall(svg):
        if name == "metal_raised":
            label = METAL
        elif name.startswith("enamel_"):
            label = int(name.removeprefix("enamel_")) + FIRST_ENAMEL - 1
        else:
            continue
        labels[_filled(path, px_per_mm, height, width)] = label
    return labels


def _filled(path: str, px_per_mm: float, height: int, width: int) -> Mask:
    canvas = np.zeros((height, width), dtype=np.uint8)
    polygons = []
    for body in _SUBPATH.findall(path):
        numbers = np.array([float(n) for n in _NUMBER.findall(body)]).reshape(-1, 2)
        points = np.concatenate(list(_flattened(numbers)))
        polygons.append(np.rint((points * px_per_mm - 0.5) * 256).astype(np.int32))
    if polygons:
        cv2.fillPoly(canvas, polygons, (1,), lineType=cv2.LINE_8, shift=8)
    return np.asarray(canvas > 0, dtype=np.bool_)


def _flattened(numbers: np.ndarray) -> Iterator[np.ndarray]:
    """Points along the quadratic curves of one subpath: a start, then pairs of control and end."""
    start = numbers[0]
    t = np.linspace(0, 1, 5)[1:, None]
    for control, end in zip(numbers[1::2], numbers[2::2], strict=True):
        yield (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
        start = end


def _curves(mask: Mask, px_per_mm: float) -> str:
    """The edge of a mask as closed quadratic B-splines, in mm."""
    if not mask.any():
        return ""
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    top, left = int(rows[0]), int(columns[0])
    padded = np.pad(mask[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1], 3)
    field = geometry.signed_distance(np.asarray(padded, dtype=np.bool_), 0.8)
    size = (padded.shape[1] * _ENLARGED, padded.shape[0] * _ENLARGED)
    fine = np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_LINEAR) > 0, dtype=np.uint8)
    contours, _ = cv2.findContours(fine, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    offset = np.array([left - 3, top - 3], dtype=np.float64)
    return "".join(
        _closed_curve((contour[:, 0].astype(np.float64) + 0.5) / _ENLARGED + offset, px_per_mm)
        for contour in contours
        if len(contour) >= 8
    )


def _closed_curve(points: np.ndarray, px_per_mm: float) -> str:
    """One contour in pixels as `M Q.. Z` in mm: evenly stepped control points, curve through their middles."""
    smooth = _smoothed(points)
    length = np.hypot(*np.diff(smooth, axis=0, append=smooth[:1]).T)
    total = float(length.sum())
    count = max(8, round(total / px_per_mm / STEP_MM))
    along = np.concatenate([[0], np.cumsum(length)])
    at = np.arange(count) * total / count
    ring = np.concatenate([smooth, smooth[:1]])
    control = np.stack([np.interp(at, along, ring[:, c]) for c in range(2)], axis=1) / px_per_mm
    control = _thinned(control)
    middle = (control + np.roll(control, -1, axis=0)) / 2
    parts = [f"M{_pair(middle[-1])}"]
    parts += [f"Q{_pair(c)} {_pair(m)}" for c, m in zip(control, middle, strict=True)]
    return "".join(parts) + "Z"


def _smoothed(points: np.ndarray) -> np.ndarray:
    """A closed polygon of grid steps, averaged along itself over about two label-map pixels."""
    weights = np.exp(-0.5 * (np.arange(-5, 6) / 2.0) ** 2)
    weights /= weights.sum()
    return np.asarray(sum(w * np.roll(points, n, axis=0) for n, w in zip(range(-5, 6), weights, strict=True)))


def _thinned(control: np.ndarray) -> np.ndarray:
    """Drop every control point that lies on the line between its neighbours, never two in a row."""
    before, after = np.roll(control, 1, axis=0), np.roll(control, -1, axis=0)
    span = after - before
    away = np.abs(span[:, 0] * (control - before)[:, 1] - span[:, 1] * (control - before)[:, 0])
    straight = away / np.maximum(np.hypot(*span.T), 1e-9) < TOLERANCE_MM
    keep = np.ones(len(control), dtype=np.bool_)
    for n in range(1, len(control) - 1):
        if straight[n] and straight[n - 1] and straight[n + 1] and keep[n - 1]:
            keep[n] = False
    return control[keep]


def _pair(point: np.ndarray) -> str:
    return f"{point[0]:.3f} {point[1]:.3f}"


def _layer(name: str, path: str, style: str) -> str:
    return (
        f'<g inkscape:groupmode="layer" inkscape:label="{name}">'
        f'<path id="{name}" {style} stroke-width="0.05" fill-rule="evenodd" d="{path}"/></g>'
    )


def _posts(art: PinArt) -> str:
    marks = "".join(
        f'<circle cx="{p.x_mm:.3f}" cy="{p.y_mm:.3f}" r="{p.diameter_mm / 2:.3f}"/>'
        f'<path d="M{p.x_mm - 1:.3f} {p.y_mm:.3f}h2M{p.x_mm:.3f} {p.y_mm - 1:.3f}v2"/>'
        for p in art.posts
    )
    return (
        '<g id="posts" inkscape:groupmode="layer" inkscape:label="posts" fill="none" stroke="#0057b8" '
        f'stroke-width="0.05">{marks}</g>'
    )


def _dims(art: PinArt) -> str:
    width, height = art.width_mm, art.height_mm
    below, beside = height + 2.5, width + 2.5
    return (
        '<g id="dims" inkscape:groupmode="layer" inkscape:label="dims" fill="none" stroke="#666666" '
        'stroke-width="0.08" font-family="sans-serif" font-size="1.8" text-anchor="middle">'
        f'<path d="M0 {below:.3f}H{width:.3f}M0 {below - 0.7:.3f}v1.4M{width:.3f} {below - 0.7:.3f}v1.4'
        f'M{beside:.3f} 0V{height:.3f}M{beside - 0.7:.3f} 0h1.4M{beside - 0.7:.3f} {height:.3f}h1.4"/>'
        f'<text x="{width / 2:.3f}" y="{below + 2.6:.3f}" fill="#666666" stroke="none">{width:.2f} mm</text>'
        f'<text transform="translate({beside + 2.4:.3f} {height / 2:.3f}) rotate(-90)" fill="#666666" '
        f'stroke="none">{height:.2f} mm</text></g>'
    )


def _document(art: PinArt, layers: list[str]) -> str:
    margin = 6.0
    width, height = art.width_mm + 2 * margin, art.height_mm + 2 * margin
    body = "\n".join(layers)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'width="{width:.3f}mm" height="{height:.3f}mm" viewBox="{-margin:.3f} {-margin:.3f} {width:.3f} '
        f'{height:.3f}">\n{body}\n</svg>\n'
    )
