"""The true flat colours of an artwork, and which of them each pixel has."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from designs.rendering import colours, distances, flat_colours, geometry, gradients, regions
from designs.rendering.arrays import Bytes2D, Field, Ints, Mask, Number
from designs.rendering.compiled import kernel

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint32]

MOST_COLOURS = 16
MOST_LABELS = 32  # one bit each
NOISY = 0.25
SMALLEST_COLOUR_MM2 = 0.12
SPECK_MM2 = 0.10
SPECK_ROUNDS = 8
# Noise is measured on every third band of rows.
BAND_PX, BAND_STEP = 64, 192
ALL = 0xFFFFFFFF


@dataclass(frozen=True)
class Partition:
    """`labels` uint8 (height, width), an index into `srgb` (n, 3) 0..255; defined everywhere inside the art.

    `flat` tells the pixels that are like those around them. `shadings` are the fills that have no one colour. `merged`
    names the colours (small, big) that were merged because fewer were asked for.
    """

    labels: Bytes2D
    srgb: Floats
    flat: Mask
    shadings: tuple[gradients.Shading, ...]
    merged: tuple[tuple[str, str], ...]


def noise_level(rgb: Bytes2D) -> float:
    """The noise of a picture in grey levels (mean deviation from its surroundings), 0 for clean drawings.

    Measured on bands of rows, away from edges, over some pixels at once, because JPEG keeps only the coarse part of
    noise.
    """
    first = min((BAND_STEP - BAND_PX) // 2, max(0, rgb.shape[0] - BAND_PX))
    bands = [_unrest_of(rgb[top : top + BAND_PX]) for top in range(first, rgb.shape[0], BAND_STEP)]
    return sum(total for total, _ in bands) / max(1, sum(count for _, count in bands))


def _unrest_of(rgb: Bytes2D) -> tuple[float, int]:
    """The sum of deviations from the surroundings, and of how many pixels."""
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.float32)
    coarse = geometry.smooth(grey, 2.5)
    near_edge = np.asarray(cv2.dilate(_steep(coarse), np.ones((9, 9), np.uint8)), dtype=np.uint8)
    return _unrest(grey, coarse, near_edge)


@kernel
def _steep(coarse: Field) -> Bytes2D:
    """1 where the grey level changes by more than 2 per pixel (the two directions added)."""
    height, width = coarse.shape
    out = np.zeros((height, width), np.uint8)
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            change = abs(coarse[y, x + 1] - coarse[y, x - 1]) + abs(coarse[y + 1, x] - coarse[y - 1, x])
            out[y, x] = change > 4
    return out


@kernel
def _unrest(grey: Field, coarse: Field, near_edge: Bytes2D) -> tuple[float, int]:
    total, count = 0.0, 0
    for y in range(grey.shape[0]):
        for x in range(grey.shape[1]):
            if near_edge[y, x] == 0:
                total += abs(grey[y, x] - coarse[y, x])
                count += 1
    return total, count


@kernel
def flat_pixels(rgb: Bytes2D, art: Mask, limit: int) -> Mask:
    """Pixels of the art whose 3 x 3 neighbourhood varies by at most `limit` in every channel."""
    height, width = art.shape
    flat = np.zeros((height, width), np.bool_)
    # A pixel beyond the frame is neither the lowest nor the highest.
    low, high = np.full(3 * width + 6, 255, np.uint8), np.zeros(3 * width + 6, np.uint8)
    varies = np.empty(3 * width, np.uint8)
    for y in range(height):
        above, here, below = rgb[max(0, y - 1)].ravel(), rgb[y].ravel(), rgb[min(height - 1, y + 1)].ravel()
        for n in range(3 * width):
            low[n + 3] = min(above[n], here[n], below[n])
            high[n + 3] = max(above[n], here[n], below[n])
        for n in range(3 * width):
            least = min(low[n], low[n + 3], low[n + 6])
            varies[n] = np.uint8(max(high[n], high[n + 3], high[n + 6]) - least)
        for x in range(width):
            most = max(varies[3 * x], varies[3 * x + 1], varies[3 * x + 2])
            flat[y, x] = art[y, x] and most <= limit
    return flat


def partition(
    rgb: Bytes2D, art: Mask, *, px_per_mm: float, noise: float, enlarged: float, most: int | None
) -> Partition:
    """Find the flat colours of the `art` pixels and give each pixel one.

    `noise` as from `noise_level`, `enlarged` is by how much the source was magnified, `most` limits the
    number of colours.
    """
    flat = flat_pixels(rgb, art, int(14 / max(1.0, enlarged) + min(12 * noise, 12)))
    inner = distances.eroded(art, 2.5)
    sample = flat & inner
    if np.count_nonzero(sample) < max(50, 0.02 * np.count_nonzero(art)):
        sample = inner if inner.any() else art
    runs = flat_colours.runs_of(rgb, sample)
    centres = flat_colours.find(runs, noisy=noise > NOISY, smallest_px=SMALLEST_COLOUR_MM2 * px_per_mm**2)
    centres = centres[:MOST_LABELS]
    labels = _of_flat(*runs, centres, np.zeros(art.shape, dtype=np.uint8))
    bits = np.uint32(1) << np.arange(len(centres), dtype=np.uint32)
    _of_mixed(rgb, art, sample, centres, 2 + round(enlarged), bits, labels)
    labels, centres = _without_halos(labels, centres, art, px_per_mm)
    merged: tuple[tuple[str, str], ...] = ()
    cap = most or MOST_COLOURS
    if len(centres) > cap:
        labels, centres, merged = _merged_down(labels, centres, art, cap)
    if noise > NOISY or enlarged > 1.3:
        labels = _majority(labels, len(centres), sigma=0.03 * px_per_mm + 0.5 * enlarged)
    shadings = gradients.found(rgb, flat, photographed=noise > NOISY)
    return Partition(labels, centres, flat, shadings, merged if most else ())


@kernel
def _of_flat(first: Ints, length: Ints, colour: Ints, centres: Floats, labels: Bytes2D) -> Bytes2D:
    """Give the pixels of each run the nearest of the colours (by sRGB), in place."""
    places = labels.ravel()
    for run in range(len(first)):
        red, green, blue = colour[run] >> 16, (colour[run] >> 8) & 255, colour[run] & 255
        places[first[run] : first[run] + length[run]] = _nearest(centres, red, green, blue, ALL)
    return labels


@kernel
def _nearest(centres: Floats, red: Number, green: Number, blue: Number, bits: Number) -> Number:
    """The nearest of the colours whose bit is set, by sRGB, in which half coverage is the midpoint of two colours."""
    best, label, left, n = 1e9, 0, np.uint32(bits), 0
    while left and n < len(centres):
        if left & np.uint32(1):
            dr, dg, db = red - centres[n, 0], green - centres[n, 1], blue - centres[n, 2]
            away = dr * dr + dg * dg + db * db
            if away < best:
                best, label = away, n
        left >>= np.uint32(1)
        n += 1
    return label


@kernel
def _of_mixed(rgb: Bytes2D, art: Mask, sample: Mask, centres: Floats, reach: int, bits: Bits, labels: Bytes2D) -> None:
    """Label the art's pixels that are not sampled, in place: the nearest of the colours sampled within `reach` pixels.

    Pixels with none near take the nearest of all. `bits` has a bit of its own for each colour.
    """
    height, width = sample.shape
    # Rows take turns to say which colours are sampled within reach to the left or right.
    rows = np.zeros((2 * reach + 1, width), np.uint32)
    near, line = np.empty(width, np.uint32), np.zeros(width + 2 * reach, np.uint32)
    for y in range(-reach, height):
        if y + reach < height:
            row = rows[(y + reach) % (2 * reach + 1)]
            _sampled_beside(labels[y + reach], sample[y + reach], reach, bits, line, row)
        else:
            rows[(y + reach) % (2 * reach + 1)] = 0
        if y < 0:
            continue
        near[:] = 0
        for n in range(2 * reach + 1):
            row = rows[n]
            for x in range(width):
                near[x] |= row[x]
        for x in range(width):
            if art[y, x] and not sample[y, x]:
                chosen = near[x] or ALL
                red, green, blue = int(rgb[y, x, 0]), int(rgb[y, x, 1]), int(rgb[y, x, 2])
                labels[y, x] = _nearest(centres, red, green, blue, chosen)


@kernel
def _sampled_beside(labels: Bytes2D, sample: Mask, reach: int, bits: Bits, line: Bits, out: Bits) -> None:
    """The bits of the colours that are sampled within `reach` pixels to the left or right, in one row."""
    width = len(labels)
    for x in range(width):
        line[x + reach] = bits[labels[x]] if sample[x] else 0
    out[:] = line[reach : reach + width]
    for step in range(1, reach + 1):
        left, right = line[reach - step : reach - step + width], line[reach + step : reach + step + width]
        for x in range(width):
            out[x] |= left[x] | right[x]


def _without_halos(labels: Bytes2D, centres: Floats, art: Mask, px_per_mm: float) -> tuple[Bytes2D, Floats]:
    """Drop colours that exist only as thin seams between two heavier colours of which they are a mixture."""
    area = geometry.counts(labels, art)[: len(centres)].astype(np.float64)
    keep = np.ones(len(centres), dtype=np.bool_)
    for n in np.argsort(area, kind="stable"):
        if area[n] == 0:
            keep[n] = False
            continue
        if area[n] > 0.10 * area.sum() or not _is_mixture(int(n), centres, area, keep):
            continue
        core = distances.eroded(np.asarray((labels == n) & art, dtype=np.bool_), max(2.0, 0.06 * px_per_mm) + 0.01)
        if np.count_nonzero(core) < 0.04 * area[n]:
            keep[n] = False
    if keep.all() or not keep.any():
        return labels, centres
    index = np.cumsum(keep) - 1
    known = geometry.looked_up(keep, labels)
    renamed = geometry.looked_up(index, labels)
    heir = np.asarray((known > 0) & art, dtype=np.bool_)
    return distances.spread(renamed, heir, geometry.outside_distance(heir)[art].max() + 1), centres[keep]


def _is_mixture(n: int, centres: Floats, area: Floats, keep: npt.NDArray[np.bool_]) -> bool:
    heavier = [m for m in range(len(centres)) if keep[m] and area[m] > area[n]]
    for i, a in enumerate(heavier):
        for b in heavier[i + 1 :]:
            line = centres[b] - centres[a]
            length = float(line @ line)
            if length == 0:
                continue
            t = float(np.clip((centres[n] - centres[a]) @ line / length, 0, 1))
            if 0.05 < t < 0.95 and np.linalg.norm(centres[a] + t * line - centres[n]) < 38:
                return True
    return False


def _merged_down(
    labels: Bytes2D, centres: Floats, art: Mask, most: int
) -> tuple[Bytes2D, Floats, tuple[tuple[str, str], ...]]:
    """Merge the pairs that cost least (Ward: area times difference) until `most` colours are left."""
    area = geometry.counts(labels, art)[: len(centres)].astype(np.float64)
    centres, merged = centres.copy(), []
    owner = np.arange(len(centres))
    alive = list(range(len(centres)))
    while len(alive) > max(1, most):
        values = colours.lab(centres[alive])
        weight = area[alive]
        cost = colours.delta_e(values[:, None], values[None]) ** 2
        cost = cost * (weight[:, None] * weight[None]) / np.maximum(weight[:, None] + weight[None], 1)
        np.fill_diagonal(cost, np.inf)
        i, j = np.unravel_index(int(np.argmin(cost)), cost.shape)
        big, small = (alive[i], alive[j]) if weight[i] >= weight[j] else (alive[j], alive[i])
        merged.append((colours.hex_code(centres[small]), colours.hex_code(centres[big])))
        area[big] += area[small]
        owner[owner == small] = big
        alive.remove(small)
    index = np.zeros(len(centres), dtype=np.uint8)
    index[alive] = np.arange(len(alive))
    return geometry.looked_up(index[owner], labels), centres[alive], tuple(merged)


def _majority(labels: Bytes2D, count: int, sigma: float) -> Bytes2D:
    """Each pixel takes the label that prevails around it (Gaussian of `sigma` pixels)."""
    most = np.zeros(labels.shape, dtype=np.float32)
    found = labels.copy()
    around = int(np.ceil(geometry.SIGMAS * sigma))
    for n, (x0, y0, x1, y1) in enumerate(_boxes(labels, count)):
        part = (slice(max(0, y0 - around), y1 + around), slice(max(0, x0 - around), x1 + around))
        _prevail(found[part], most[part], geometry.smooth((labels[part] == n).astype(np.float32), sigma), n)
    return found


@kernel
def _boxes(labels: Bytes2D, count: int) -> Ints:
    """The box x0, y0, x1, y1 (exclusive) of each label, empty at 0 where there is none."""
    height, width = labels.shape
    boxes = np.zeros((count, 4), np.int32)
    for y in range(height):
        for x in range(width):
            label = labels[y, x]
            if label >= count or (x > 0 and labels[y, x - 1] == label and x < boxes[label, 2]):
                continue
            if boxes[label, 3] == 0:
                boxes[label, 0], boxes[label, 1] = x, y
            boxes[label, 0] = min(boxes[label, 0], x)
            boxes[label, 2] = max(boxes[label, 2], x + 1)
            boxes[label, 3] = y + 1
    return boxes


@kernel
def _prevail(found: Bytes2D, most: Field, share: Field, label: int) -> None:
    """Give a label to the pixels in which it has the largest share yet, in place."""
    for y in range(share.shape[0]):
        for x in range(share.shape[1]):
            if share[y, x] > most[y, x]:
                found[y, x], most[y, x] = label, share[y, x]


def parts(labels: Bytes2D, art: Mask) -> regions.Regions:
    """The regions of one flat colour in the art; their values are labels plus 1."""
    return regions.find((labels + np.uint8(1)) * geometry.as_bytes(art))


def without_specks(
    labels: Bytes2D, found: regions.Regions, px_per_mm: float
) -> tuple[Bytes2D, list[tuple[int, geometry.Component]]]:
    """Give parts under `SPECK_MM2` to their nearest larger neighbour; returns also (label, part) of each.

    `found` are the `parts` of the labels.
    """
    limit = SPECK_MM2 * px_per_mm**2
    small = found.area < limit
    if not small.any() or small.all():
        return labels, []
    seen = small & (found.area > 0.2 * limit)
    gone = [(int(found.value[part.number - 1]) - 1, part) for part in geometry.parts_of(found, seen)]
    labels = labels.copy()
    for _ in range(SPECK_ROUNDS):
        # A speck among specks waits until one of them has got a colour.
        heirs = _heirs(labels, found.numbers, small, int(labels.max()) + 1)
        ready = small & (heirs >= 0)
        if not ready.any():
            break
        _repaint(labels, found.numbers, ready, heirs)
        small = small & ~ready
    return labels, gone


@kernel
def _heirs(labels: Bytes2D, numbers: Ints, small: npt.NDArray[np.bool_], count: int) -> npt.NDArray[np.int64]:
    """For each small region the label with which it shares the longest border, -1 where all around is small."""
    height, width = labels.shape
    votes = np.zeros((small.shape[0], count), np.int64)
    for y in range(height):
        for x in range(width):
            number = numbers[y, x]
            if number == 0 or not small[number - 1]:
                continue
            for step in range(4):
                row = y + (step == 0) - (step == 1)
                column = x + (step == 2) - (step == 3)
                if 0 <= row < height and 0 <= column < width:
                    other = numbers[row, column]
                    own = other == number
                    if other > 0 and not own and not small[other - 1]:
                        votes[number - 1, labels[row, column]] += 1
    heirs = np.full(small.shape[0], -1, np.int64)
    for n in range(small.shape[0]):
        best = 0
        for label in range(count):
            if votes[n, label] > best:
                best, heirs[n] = votes[n, label], label
    return heirs


@kernel
def _repaint(labels: Bytes2D, numbers: Ints, ready: npt.NDArray[np.bool_], heirs: npt.NDArray[np.int64]) -> None:
    """Give the pixels of some regions another label, in place."""
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            number = numbers[y, x]
            if number > 0 and ready[number - 1]:
                labels[y, x] = heirs[number - 1]
