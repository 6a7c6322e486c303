"""Which flat colours an artwork is drawn with, not the mixtures that anti-aliasing and JPEG make of them."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from designs.rendering import colours
from designs.rendering.arrays import Bytes2D, Ints, Mask
from designs.rendering.compiled import kernel

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Runs: TypeAlias = tuple[Ints, Ints, Ints]
"""Pixels of one colour side by side: the number of the first, counted row by row, their count, the colour as 0xRRGGBB."""

BINS = 32768
MOST_BINS = 900
CLEAN_BINS, CLEAN_SHARE = 12, 0.985
# Modes nearer than this in Oklab are one colour; noise spreads a colour further.
CLEAN_RADIUS, NOISY_RADIUS = 0.022, 0.045
# Colours nearer than this (CIEDE2000) are one; noise makes shades of its own.
CLEAN_DELTA_E, NOISY_DELTA_E = 5.0, 9.0


def runs_of(rgb: Bytes2D, sample: Mask) -> Runs:
    """The runs of sampled pixels of one colour, from the left top."""
    room = np.count_nonzero(sample)
    runs = (np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32))
    count = _found(rgb.reshape(-1, 3), sample.ravel(), sample.shape[1], *runs)
    first, length, colour = (part[:count] for part in runs)
    return first, length, colour


@kernel
def _found(rgb: Bytes2D, sample: Mask, width: int, first: Ints, length: Ints, colour: Ints) -> int:
    """Fill in the runs; returns their number."""
    count, last = -1, -1
    for n in range(len(sample)):
        if not sample[n]:
            last = -1
            continue
        here = int(rgb[n, 0]) << 16 | int(rgb[n, 1]) << 8 | int(rgb[n, 2])
        if here == last and n % width:
            length[count] += 1
        else:
            count += 1
            first[count], length[count], colour[count] = n, 1, here
            last = here
    return count + 1


def find(runs: Runs, *, noisy: bool, smallest_px: float) -> Floats:
    """The flat colours (n, 3), sRGB 0..255, of some pixels, the one with most pixels first.

    Modes of a histogram with 32 steps per channel, refined and merged in a perceptual space. Colours of fewer than
    `smallest_px` pixels are left out, unless there is no other.
    """
    _, length, colour = runs
    counts, sums = _histogram(length, colour)
    used = np.argsort(-counts, kind="stable")[:MOST_BINS]
    used = used[counts[used] >= max(1.0, 2e-5 * counts.sum())]
    weight, srgb = counts[used].astype(np.float64), sums[used] / counts[used, None]
    clean = not noisy and weight[:CLEAN_BINS].sum() > CLEAN_SHARE * weight.sum()
    points = colours.oklab(srgb)
    owner = _refined(points, weight, _modes(points, CLEAN_RADIUS if clean else NOISY_RADIUS))
    groups = [np.nonzero(owner == n)[0] for n in range(owner.max() + 1)]
    groups = [group for group in groups if weight[group].sum() >= smallest_px] or [np.arange(len(used))]
    groups = _agglomerated(groups, srgb, weight, limit=CLEAN_DELTA_E if clean else NOISY_DELTA_E)
    groups.sort(key=lambda group: -weight[group].sum())
    heavy = np.array([used[group[np.argmax(weight[group])]] for group in groups], dtype=np.int64)
    return _exact(length, colour, heavy)


@kernel
def _histogram(length: Ints, colour: Ints) -> tuple[Numbers, Floats]:
    """Per 5-bit bin: how many pixels, and the sum of their colours."""
    counts = np.zeros(32768, np.int64)
    sums = np.zeros((32768, 3), np.float64)
    for run in range(len(length)):
        red, green, blue = colour[run] >> 16, (colour[run] >> 8) & 255, colour[run] & 255
        b = (red >> 3 << 10) | (green >> 3 << 5) | (blue >> 3)
        counts[b] += length[run]
        sums[b, 0] += length[run] * red
        sums[b, 1] += length[run] * green
        sums[b, 2] += length[run] * blue
    return counts, sums


@kernel
def _sub_counts(length: Ints, colour: Ints, row: Numbers, rows: int) -> Numbers:
    """For each bin that has a row: how many pixels have each of its 8 x 8 x 8 exact colours."""
    counts = np.zeros((rows, 512), np.int64)
    for run in range(len(length)):
        red, green, blue = colour[run] >> 16, (colour[run] >> 8) & 255, colour[run] & 255
        at = row[(red >> 3 << 10) | (green >> 3 << 5) | (blue >> 3)]
        if at >= 0:
            counts[at, ((red & 7) << 6) | ((green & 7) << 3) | (blue & 7)] += length[run]
    return counts


def _exact(length: Ints, colour: Ints, bins: Numbers) -> Floats:
    """The exact colour of each bin: the commonest where one prevails, else the median by channel."""
    row = np.full(BINS, -1, dtype=np.int64)
    row[bins] = np.arange(len(bins))
    counts = _sub_counts(length, colour, row, len(bins))
    low = np.stack([np.arange(512) >> 6, np.arange(512) >> 3 & 7, np.arange(512) & 7], axis=1).astype(np.float64)
    base = np.stack([bins >> 10, bins >> 5 & 31, bins & 31], axis=1) * 8.0
    found = np.empty((len(bins), 3))
    for n, cells in enumerate(counts):
        if cells.max() > 0.5 * cells.sum():
            found[n] = base[n] + low[int(np.argmax(cells))]
        else:
            found[n] = base[n] + [_median(cells, low[:, channel]) for channel in range(3)]
    return found


def _median(weight: Numbers, values: Floats) -> float:
    share = np.cumsum(np.bincount(values.astype(np.int64), weights=weight, minlength=8))
    return float(np.searchsorted(share, share[-1] / 2))


@kernel
def _modes(points: Floats, radius: float) -> Numbers:
    """Leader clustering of points that come heaviest first: each joins the nearest leader within `radius`."""
    count = points.shape[0]
    owner = np.zeros(count, np.int64)
    leaders = np.zeros((count, 3), np.float64)
    found = 0
    for n in range(count):
        best, nearest = radius * radius, -1
        for leader in range(found):
            dl = leaders[leader, 0] - points[n, 0]
            da = leaders[leader, 1] - points[n, 1]
            db = leaders[leader, 2] - points[n, 2]
            away = dl * dl + da * da + db * db
            if away <= best:
                best, nearest = away, leader
        if nearest < 0:
            leaders[found] = points[n]
            nearest = found
            found += 1
        owner[n] = nearest
    return owner


def _refined(points: Floats, weight: Floats, owner: Numbers) -> Numbers:
    """Six rounds of weighted k-means on the histogram's points."""
    for _ in range(6):
        count = int(owner.max()) + 1
        mass = np.maximum(np.bincount(owner, weights=weight, minlength=count), 1e-9)
        centres = np.stack(
            [np.bincount(owner, weights=weight * points[:, c], minlength=count) / mass for c in range(3)],
            axis=1,
        )
        owner = np.argmin(((points[:, None] - centres[None]) ** 2).sum(axis=2), axis=1)
        _, owner = np.unique(owner, return_inverse=True)
    return owner


def _agglomerated(groups: list[Numbers], srgb: Floats, weight: Floats, limit: float) -> list[Numbers]:
    """Merge the closest groups until all are `limit` (CIEDE2000) apart."""

    def value(group: Numbers) -> Floats:
        return colours.lab(np.average(srgb[group], axis=0, weights=weight[group]))

    groups = list(groups)
    values = np.array([value(group) for group in groups])
    away = colours.delta_e(values[:, None], values[None])
    np.fill_diagonal(away, np.inf)
    while len(groups) > 1:
        first, second = sorted(int(n) for n in np.unravel_index(int(np.argmin(away)), away.shape))
        if away[first, second] >= limit:
            break
        groups[first] = np.concatenate([groups[first], groups.pop(second)])
        away = np.delete(np.delete(away, second, axis=0), second, axis=1)
        values = np.delete(values, second, axis=0)
        values[first] = value(groups[first])
        row = colours.delta_e(values[first], values)
        row[first] = np.inf
        away[first], away[:, first] = row, row
    return groups
