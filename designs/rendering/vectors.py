"""Die lines: the pin as closed curves in mm, one named layer per part of the die."""

import re
from collections.abc import Iterator

import cv2
import numpy as np

from designs.rendering import contours, geometry
from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.pinart import FIRST_ENAMEL, METAL, PinArt

# Between two knots a curve leaves the straight line by this much, and runs no longer than that.
TOLERANCE_MM, LONGEST_MM = 0.012, 1.2
_PATH = re.compile(r'<path id="([a-z_0-9]+)"[^>]*? d="([^"]*)"')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SUBPATH = re.compile(r"M([^MZ]*)Z")


def dielines(pin_art: PinArt) -> str:
    """An SVG in mm with the layers `die_outline`, `cutouts`, `metal_raised`, `enamel_01`.., `posts`, `dims`.

    Curves are closed and smooth (cubic), within 0.05 mm of the label map; areas follow the even-odd rule. Origin:
    the left top corner of the pin's box.
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
    """Points along the cubic curves of one subpath: a start, then two controls and an end for each."""
    start = numbers[0]
    t = np.linspace(0, 1, 9)[1:, None]
    for one, two, end in zip(numbers[1::3], numbers[2::3], numbers[3::3], strict=True):
        yield (1 - t) ** 3 * start + 3 * t * (1 - t) ** 2 * one + 3 * t**2 * (1 - t) * two + t**3 * end
        start = end


def _curves(mask: Mask, px_per_mm: float) -> str:
    """The edge of a mask as closed cubic curves, in mm."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return ""
    top, left = int(rows[0]), int(columns[0])
    cut = np.ascontiguousarray(mask[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]).view(np.uint8)
    traced = contours.curves(cut, 1)
    points = (traced.points + np.array([left, top])) / px_per_mm
    knots = traced.knots(TOLERANCE_MM * px_per_mm, round(LONGEST_MM * px_per_mm))
    ends = np.searchsorted(knots, traced.starts)
    return "".join(
        _closed_curve(points[traced.starts[k] : traced.starts[k + 1]], knots[ends[k] : ends[k + 1]] - traced.starts[k])
        for k in range(len(traced.starts) - 1)
    )


def _closed_curve(points: np.ndarray, knots: np.ndarray) -> str:
    """One closed polygon as `M C.. Z`: through the knots, as the points run there."""
    ahead = min(2, len(points) // 4)
    toward = np.roll(points, -ahead, axis=0) - np.roll(points, ahead, axis=0)
    slope = toward[knots] / np.maximum(np.hypot(*toward[knots].T), 1e-9)[:, None]
    begin, end = points[knots], np.roll(points[knots], -1, axis=0)
    one = begin + _handle(end - begin, slope)
    two = end - _handle(end - begin, np.roll(slope, -1, axis=0))
    body = "".join(f"C{_pair(a)} {_pair(b)} {_pair(c)}" for a, b, c in zip(one, two, end, strict=True))
    return f"M{_pair(begin[0])}{body}Z"


def _handle(chord: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """From the ends of chords (n, 2) to their controls, where the curve sets out as `slope` says.

    It keeps as near to the chord as the points between do, so that it does not swing out at a corner: an arc of
    sagitta s has its controls 4 / 3 s beside the chord.
    """
    length = np.maximum(np.hypot(*chord.T), 1e-9)[:, None]
    ahead = chord / length
    beside = ahead[:, ::-1] * np.array([-1.0, 1.0])
    along = np.maximum((slope * ahead).sum(axis=1), 0.35)[:, None]
    swing = (slope * beside).sum(axis=1)[:, None] / along * length / 3
    kept = np.clip(swing, -TOLERANCE_MM * 4 / 3, TOLERANCE_MM * 4 / 3)
    return np.asarray(ahead * length / 3 + beside * kept)


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
