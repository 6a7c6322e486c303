"""The true flat colours of an artwork, and which of them each pixel has."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from designs.rendering import colours, geometry
from designs.rendering.arrays import Bytes2D, Field, Mask

Floats = npt.NDArray[np.float64]

MOST_COLOURS = 16
NOISY = 0.25
SMALLEST_COLOUR_MM2 = 0.12
SPECK_MM2 = 0.10


@dataclass(frozen=True)
class Partition:
    """`labels` uint8 (height, width), an index into `srgb` (n, 3) 0..255; defined everywhere inside the art.

    `soft_share` is the share of the borders between colours that have no edge in the artwork, `soft_at` a
    place on one. `merged` names the colours (small, big) that were merged because fewer were asked for.
    """

    labels: Bytes2D
    srgb: Floats
    soft_share: float
    soft_at: tuple[int, int] | None
    merged: tuple[tuple[str, str], ...]


def noise_level(rgb: Bytes2D) -> float:
    """The noise of a picture in grey levels (mean deviation from its surroundings), 0 for clean drawings.

    Measured away from edges, over some pixels at once, because JPEG keeps only the coarse part of noise.
    """
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.float32)
    coarse = geometry.smooth(grey, 2.5)
    across = np.asarray(cv2.Sobel(coarse, cv2.CV_32F, 1, 0), dtype=np.float32)
    down = np.asarray(cv2.Sobel(coarse, cv2.CV_32F, 0, 1), dtype=np.float32)
    steep = np.asarray(np.abs(across) + np.abs(down) > 16, dtype=np.uint8)
    calm = np.abs(grey - coarse)[cv2.dilate(steep, np.ones((9, 9), np.uint8)) == 0]
    return float(np.asarray(calm, dtype=np.float64).mean()) if calm.size else 0.0


def flat_pixels(rgb: Bytes2D, limit: float) -> Mask:
    """Pixels whose 3 x 3 neighbourhood varies by at most `limit` in every channel."""
    gradient = cv2.morphologyEx(rgb, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return np.asarray(geometry.largest(gradient) <= limit, dtype=np.bool_)


def partition(
    rgb: Bytes2D, art: Mask, *, px_per_mm: float, noise: float, enlarged: float, most: int | None
) -> Partition:
    """Find the flat colours of the `art` pixels and give each pixel one.

    `noise` as from `noise_level`, `enlarged` is by how much the source was magnified, `most` limits the
    number of colours.
    """
    limit = 14 / max(1.0, enlarged) + min(12 * noise, 12)
    flat = flat_pixels(rgb, limit) & art
    inner = np.asarray(cv2.erode(geometry.as_bytes(art), np.ones((5, 5), np.uint8)) > 0, dtype=np.bool_)
    sample = flat & inner
    if np.count_nonzero(sample) < max(50, 0.02 * np.count_nonzero(art)):
        sample = inner if inner.any() else art
    smallest = SMALLEST_COLOUR_MM2 * px_per_mm**2
    centres = _palette(rgb[sample], noise, smallest)
    labels = _assign(rgb, art, sample, centres, reach=2 + round(enlarged))
    labels, centres = _without_halos(labels, centres, art, px_per_mm)
    merged: tuple[tuple[str, str], ...] = ()
    cap = most or MOST_COLOURS
    if len(centres) > cap:
        labels, centres, merged = _merged_down(labels, centres, art, cap)
    if noise > NOISY or enlarged > 1.3:
        labels = _majority(labels, len(centres), sigma=0.03 * px_per_mm + 0.5 * enlarged)
    soft_share, soft_at = _soft_borders(rgb, labels, art, flat)
    return Partition(labels, centres, soft_share, soft_at, merged if most else ())


def _palette(pixels: Bytes2D, noise: float, smallest: float) -> Floats:
    """Flat colours of the sampled pixels (n, 3): modes of a histogram, refined and merged in Oklab."""
    wide = pixels.astype(np.int64)
    bins = (wide[:, 0] >> 3 << 10) | (wide[:, 1] >> 3 << 5) | (wide[:, 2] >> 3)
    counts = np.bincount(bins, minlength=32768).astype(np.float64)
    sums = np.stack([np.bincount(bins, weights=wide[:, c], minlength=32768) for c in range(3)], axis=1)
    used = np.argsort(-counts, kind="stable")[:900]
    used = used[counts[used] >= max(1.0, 2e-5 * len(pixels))]
    weight, srgb = counts[used], sums[used] / counts[used, None]
    clean = weight[:12].sum() > 0.985 * weight.sum() and noise <= NOISY
    points = colours.oklab(srgb)
    owner = _modes(points, radius=0.022 if clean else 0.045)
    owner = _refined(points, weight, owner)
    groups = [np.nonzero(owner == n)[0] for n in range(owner.max() + 1)]
    groups = [group for group in groups if weight[group].sum() >= smallest] or [np.arange(len(used))]
    groups = _agglomerated(groups, srgb, weight, limit=5.0 if clean else 9.0)
    heavy = [used[group[np.argmax(weight[group])]] for group in groups]
    return np.array([_exact(wide, bins, b) for b in heavy], dtype=np.float64)


def _exact(pixels: npt.NDArray[np.int64], bins: npt.NDArray[np.int64], number: int) -> Floats:
    """The median colour of the pixels in one bin of the histogram, of every nth pixel where there are many."""
    step = max(1, len(pixels) // 200_000)
    inside = pixels[::step][bins[::step] == number]
    return np.asarray(np.median(inside if len(inside) else pixels[bins == number], axis=0), dtype=np.float64)


def _modes(points: Floats, radius: float) -> npt.NDArray[np.intp]:
    """Leader clustering of points that come heaviest first: each point joins the nearest leader within `radius`."""
    leaders: list[int] = []
    owner = np.zeros(len(points), dtype=np.intp)
    for index in range(len(points)):
        if leaders:
            away = np.linalg.norm(points[leaders] - points[index], axis=1)
            best = int(np.argmin(away))
            if away[best] <= radius:
                owner[index] = best
                continue
        owner[index] = len(leaders)
        leaders.append(index)
    return owner


def _refined(points: Floats, weight: Floats, owner: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
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


def _agglomerated(
    groups: list[npt.NDArray[np.intp]], srgb: Floats, weight: Floats, limit: float
) -> list[npt.NDArray[np.intp]]:
    """Merge the closest groups until all are `limit` (CIEDE2000) apart."""

    def value(group: npt.NDArray[np.intp]) -> Floats:
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


def _assign(rgb: Bytes2D, art: Mask, sample: Mask, centres: Floats, reach: int) -> Bytes2D:
    """Label every art pixel; a mixed edge pixel takes only colours that lie flat within `reach` pixels.

    Distances are Euclidean in sRGB, in which an edge pixel of half coverage is the midpoint of its colours.
    """
    planes = [np.ascontiguousarray(rgb[..., c], dtype=np.float32) for c in range(3)]
    kernel = np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)), np.uint8)
    away = []
    for centre in centres:
        red, green, blue = (plane - np.float32(c) for plane, c in zip(planes, centre, strict=True))
        away.append(red * red + green * green + blue * blue)
    nearest = _smallest(away)
    for n in range(len(away)):
        present = cv2.dilate(geometry.as_bytes(sample & (nearest == n)), kernel)
        away[n] += (present == 0) * np.float32(1e6)
    found = _smallest(away)
    # A flat pixel has its colour for certain, whatever lies around it.
    found = np.where(sample, nearest, found)
    return geometry.spread(np.asarray(found, dtype=np.uint8), art)


def _smallest(fields: list[Field]) -> Bytes2D:
    """The index of the smallest of several fields at each pixel, the first of equals."""
    best, index = fields[0].copy(), np.zeros(fields[0].shape, dtype=np.uint8)
    for n, field in enumerate(fields[1:], start=1):
        index[field < best] = n
        np.minimum(best, field, out=best)
    return index


def _without_halos(labels: Bytes2D, centres: Floats, art: Mask, px_per_mm: float) -> tuple[Bytes2D, Floats]:
    """Drop colours that exist only as thin seams between two heavier colours of which they are a mixture."""
    area = np.array([np.count_nonzero((labels == n) & art) for n in range(len(centres))], dtype=np.float64)
    keep = np.ones(len(centres), dtype=np.bool_)
    for n in np.argsort(area, kind="stable"):
        if area[n] == 0:
            keep[n] = False
            continue
        if area[n] > 0.10 * area.sum() or not _is_mixture(int(n), centres, area, keep):
            continue
        depth = geometry.inside_distance((labels == n) & art)
        if np.count_nonzero(depth > max(2.0, 0.06 * px_per_mm)) < 0.04 * area[n]:
            keep[n] = False
    if keep.all() or not keep.any():
        return labels, centres
    index = np.cumsum(keep) - 1
    known = keep[labels]
    renamed = np.asarray(index[labels], dtype=np.uint8)
    return geometry.spread(renamed, np.asarray(known & art, dtype=np.bool_)), centres[keep]


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
    area = np.bincount(labels[art], minlength=len(centres)).astype(np.float64)
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
    return np.asarray(index[owner[labels]], dtype=np.uint8), centres[alive], tuple(merged)


def _majority(labels: Bytes2D, count: int, sigma: float) -> Bytes2D:
    """Each pixel takes the label that prevails around it (Gaussian of `sigma` pixels)."""
    best = np.full(labels.shape, -1, dtype=np.float32)
    found = labels.copy()
    for n in range(count):
        share = geometry.smooth((labels == n).astype(np.float32), sigma)
        better = share > best
        best[better] = share[better]
        found[better] = n
    return found


def _soft_borders(rgb: Bytes2D, labels: Bytes2D, art: Mask, flat: Mask) -> tuple[float, tuple[int, int] | None]:
    """The share of the borders between colours that have no edge in the artwork, and a place on one.

    A border drawn through a gradient lies on pixels that are as flat as their surroundings.
    """
    border = np.zeros(art.shape, dtype=np.bool_)
    across = (labels[:, 1:] != labels[:, :-1]) & art[:, 1:] & art[:, :-1]
    down = (labels[1:] != labels[:-1]) & art[1:] & art[:-1]
    border[:, 1:] |= across
    border[1:] |= down
    near = np.asarray(cv2.erode(rgb, np.ones((7, 7), np.uint8)), dtype=np.int16)
    step = np.asarray(cv2.dilate(rgb, np.ones((7, 7), np.uint8)), dtype=np.int16) - near
    soft = border & flat & (geometry.largest(step) < 24)
    total = np.count_nonzero(border)
    if total < 20:
        return 0.0, None
    share = np.count_nonzero(soft) / total
    if not soft.any():
        return 0.0, None
    thickest = cv2.boxFilter(soft.astype(np.float32), -1, (31, 31))
    y, x = np.unravel_index(int(np.argmax(np.where(soft, thickest, -1))), thickest.shape)
    return float(share), (int(x), int(y))


def without_specks(
    labels: Bytes2D, art: Mask, px_per_mm: float
) -> tuple[Bytes2D, list[tuple[int, geometry.Component]]]:
    """Give parts under `SPECK_MM2` to their nearest larger neighbour; returns also (label, part) of each."""
    limit = SPECK_MM2 * px_per_mm**2
    gone: list[tuple[int, geometry.Component]] = []
    specks = np.zeros(art.shape, dtype=np.bool_)
    for n in np.unique(labels[art]):
        numbers, parts = geometry.components((labels == n) & art)
        small = [part for part in parts if part.area < limit]
        if small:
            specks |= geometry.chosen(numbers, small)
            gone += [(int(n), part) for part in small if part.area > 0.2 * limit]
    keep = art & ~specks
    if not specks.any() or not keep.any():
        return labels, []
    return geometry.spread(labels, keep), gone
