"""What holds for every pin, whatever was drawn: over generated artworks, with the mends and without."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from designs.rendering import EmptyArtwork, FlattenOptions, HousePalette, Rules, flatten
from tests.designs.rendering import arts

METAL = 1
BLOCKS_MM = {"metal_width": 0.20, "enamel_width": 0.30}
MEASURED_WITHIN_MM = 0.06
LISTED = 12
COLOURS = ("#c62828", "#d84343", "#1565c0", "#2e7d32", "#f9a825", "#6a1b9a", "#ffffff", "#111111", "#00838f")

places = st.floats(12, 88).map(lambda value: round(value, 2))
colour = st.sampled_from(COLOURS)


def _sizes(least, most):
    return st.floats(least, most).map(lambda value: round(value, 2))


def _box(x, y, width, height, angle, fill):
    return (
        f'<rect x="{x - width / 2:.2f}" y="{y - height / 2:.2f}" width="{width}" height="{height}" fill="{fill}" '
        f'transform="rotate({angle} {x} {y})"/>'
    )


def _ring(x, y, radius, width, stroke):
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="{stroke}" stroke-width="{width}"/>'


def _wedge(x, y, length, width, angle, fill):
    return f'<path d="M{x} {y}l{length} {width}v{-2 * width}Z" fill="{fill}" transform="rotate({angle} {x} {y})"/>'


def _checks(x, y, side, fill):
    return f'<path d="M{x} {y}h{side}v{side}h{-side}Zm{-side} {-side}h{side}v{side}h{-side}Z" fill="{fill}"/>'


angles = st.integers(0, 179)
shapes = st.one_of(
    st.builds(_box, places, places, _sizes(2, 60), _sizes(2, 60), angles, colour),
    st.builds(_box, places, places, _sizes(10, 80), _sizes(0.3, 3), angles, colour),
    st.builds(
        lambda x, y, r, c: f'<circle cx="{x}" cy="{y}" r="{r}" fill="{c}"/>', places, places, _sizes(1, 32), colour
    ),
    st.builds(_ring, places, places, _sizes(3, 32), _sizes(0.3, 6), colour),
    st.builds(_wedge, places, places, _sizes(8, 50), _sizes(0.5, 9), angles, colour),
    st.builds(_checks, places, places, _sizes(2, 14), colour),
)
drawings = st.lists(shapes, min_size=1, max_size=9).map(lambda drawn: f"{arts.HEAD}{''.join(drawn)}</svg>")


def _beside(labels):
    """All pairs of pixels that touch, also corner to corner."""
    yield labels[:, 1:], labels[:, :-1]
    yield labels[1:], labels[:-1]
    yield labels[1:, 1:], labels[:-1, :-1]
    yield labels[1:, :-1], labels[:-1, 1:]


def _necks(mask, width_px):
    """Middles (x, y) of what is narrower than a disc of that width, between parts that are wider or all alone."""
    padded = np.pad(mask, 2).astype(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    fits = (depth - 0.5 >= width_px / 2).astype(np.uint8)
    away = cv2.distanceTransform(1 - fits, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    wide = (padded > 0) & (away <= width_px / 2 + 0.5) if fits.any() else np.zeros(padded.shape, np.bool_)
    count, numbers, boxes, middles = cv2.connectedComponentsWithStats(((padded > 0) & ~wide).astype(np.uint8))
    for n in range(1, count):
        here = (numbers == n).astype(np.uint8)
        contact = (cv2.dilate(here, np.ones((3, 3), np.uint8)) > 0) & wide
        ends = cv2.connectedComponents(contact.astype(np.uint8))[0] - 1
        if ends != 1 and boxes[n, 2:4].max() >= width_px:
            yield tuple(middles[n] - 1.5)


def _silent(made, rule, mask):
    """Places narrower than the block limit, less what a measure may be off, that no finding of the rule covers."""
    scale = made.pin_art.px_per_mm
    named = [f.box_mm for f in made.findings if f.rule == rule]
    if len(named) == LISTED:
        return []
    return [
        (round(x / scale, 2), round(y / scale, 2))
        for x, y in _necks(mask, (BLOCKS_MM[rule] - MEASURED_WITHIN_MM) * scale)
        if not any(x0 - 0.5 <= x / scale <= x1 + 0.5 and y0 - 0.5 <= y / scale <= y1 + 0.5 for x0, y0, x1, y1 in named)
    ]


@settings(max_examples=40, deadline=None)
@given(drawings, st.booleans(), st.sampled_from(["auto", "metal", "enamel"]))
def test_every_pin_can_be_made_or_says_why_not(svg, mend, lines):
    options = FlattenOptions(mend=mend, lines=lines)
    try:
        made = flatten(svg.encode(), options=options, rules=Rules.seed(), palette=HousePalette.seed())
    except EmptyArtwork:
        return
    labels = made.pin_art.labels
    for one, other in _beside(np.pad(labels, 1)):
        # Two colours, or a colour and the outside.
        touching = (one != other) & (one != METAL) & (other != METAL)
        assert not touching.any()
    pieces = cv2.connectedComponents((labels > 0).astype(np.uint8), connectivity=4)[0] - 1
    assert pieces == 1 or any(f.rule == "silhouette_pieces" for f in made.findings)
    assert _silent(made, "metal_width", labels == METAL) == []
    assert _silent(made, "enamel_width", labels > METAL) == []
