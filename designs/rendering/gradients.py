"""Where an artwork shades from one colour into another.

The picture is read in tiles. Neighbouring tiles without any edge in them are one surface; where its colours differ all the
same, and change steadily over it, it is shaded.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from designs.rendering import colours, geometry, regions
from designs.rendering.arrays import Bytes2D, Mask

Floats = npt.NDArray[np.float64]

TILE_PX = 8  # as many as a word has bytes
ALL_FLAT = np.uint64(0x0101010101010101)
LEAST_TILES = 6
# Within a flat fill JPEG makes up to 9 levels of difference, mostly in blue, which is the least seen.
LEAST_LEVELS, LEAST_DELTA_E = 8.0, 4.0
# How far a surface may leave its quadratic, as a share of its change: a cone of colour does by 0.06, a step by 0.15.
MOST_REST = 0.10
# Parts of one fill lie on one line of colours; so far, in levels, they may be off it.
OFF_LINE = 16.0
# Uneven light on a photographed print makes a fill up to a quarter brighter on one side, in all channels alike.
LIGHT, LIGHT_SPREAD, DARK_LEVEL = 1.25, 0.06, 24.0


@dataclass(frozen=True)
class Shading:
    """A fill that shades from one colour (hex) into another; `box` in pixels, `at` in the middle of its largest part."""

    ends: tuple[str, str]
    at: tuple[float, float]
    box: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class _Surface:
    """A shaded surface: the places (n, 2) of its tiles, and its colours (2, 3), sRGB, at both ends."""

    tiles: Floats
    ends: Floats

    def along(self, shades: Floats) -> Floats:
        """How far along its line each of some colours lies: 0 and 1 at its ends."""
        line = self.ends[1] - self.ends[0]
        return np.asarray((shades - self.ends[0]) @ line / (line @ line), dtype=np.float64)

    def is_like(self, other: "_Surface") -> bool:
        """Whether the other shades along the same line of colours."""
        nearest = self.ends[0] + self.along(other.ends)[:, None] * (self.ends[1] - self.ends[0])
        return bool(np.linalg.norm(other.ends - nearest, axis=1).max() < OFF_LINE)


def found(rgb: Bytes2D, flat: Mask, *, photographed: bool) -> tuple[Shading, ...]:
    """The shaded fills of an artwork, the one with the largest part first; `flat` are its pixels without an edge.

    Parts that shade along the same line of colours are one shading: fills are often cut up by lines. What may be uneven
    light is left out where the artwork may be `photographed`.
    """
    groups: list[list[_Surface]] = []
    for surface in _shaded(*_tiles(rgb, flat)):
        if photographed and _may_be_light(surface.ends):
            continue
        alike = next((group for group in groups if group[0].is_like(surface)), None)
        if alike is None:
            groups.append([surface])
        else:
            alike.append(surface)
    return tuple(_shading(group) for group in groups)


def _tiles(rgb: Bytes2D, flat: Mask) -> tuple[Bytes2D, Bytes2D]:
    """The mean colour of each tile, and 1 where all of it is flat."""
    down, across = flat.shape[0] // TILE_PX, flat.shape[1] // TILE_PX
    whole = (slice(down * TILE_PX), slice(across * TILE_PX))
    words = np.ascontiguousarray(flat[whole]).view(np.uint64).reshape(down, TILE_PX, across)
    all_flat = np.asarray(np.bitwise_and.reduce(words, axis=1) == ALL_FLAT, dtype=np.bool_)
    return geometry.smaller(rgb[whole], across, down), geometry.as_bytes(all_flat)


def _shaded(means: Bytes2D, flat: Bytes2D) -> list[_Surface]:
    """The surfaces that are shaded, the largest first."""
    surfaces = regions.find(flat)
    if not len(surfaces.area):
        return []
    rows, columns = np.nonzero(surfaces.numbers)
    order = np.argsort(surfaces.numbers[rows, columns], kind="stable")
    places = np.stack([columns, rows], axis=1)[order].astype(np.float64)
    values = means[rows, columns][order].astype(np.float64)
    first = np.cumsum(surfaces.area) - surfaces.area
    levels = np.maximum.reduceat(values, first) - np.minimum.reduceat(values, first)
    differ = (surfaces.area >= LEAST_TILES) & (levels.max(axis=1) >= LEAST_LEVELS)
    shaded = []
    for n in np.argsort(-surfaces.area, kind="stable"):
        if not differ[n]:
            continue
        mine = slice(first[n], first[n] + surfaces.area[n])
        both = _ends(places[mine], values[mine])
        if both is not None:
            shaded.append(_Surface(places[mine], both))
    return shaded


def _ends(places: Floats, values: Floats) -> Floats | None:
    """The two colours (2, 3) between which the colours `values` (n, 3) change steadily over `places`; None where they do not."""
    fitted = _quadratic(places, values)
    spread = np.ptp(fitted, axis=0)
    channel = int(np.argmax(spread))
    rest = np.sqrt(((values - fitted)[:, channel] ** 2).mean())
    if spread[channel] < LEAST_LEVELS or rest > MOST_REST * spread[channel]:
        return None
    both = values[[np.argmin(fitted[:, channel]), np.argmax(fitted[:, channel])]]
    first, last = colours.lab(both)
    return both if colours.delta_e(first, last) >= LEAST_DELTA_E else None


def _may_be_light(ends: Floats) -> bool:
    """Whether two colours are one in more and in less light."""
    channels = (ends > DARK_LEVEL).all(axis=0)
    if not channels.any():
        return False
    ratio = ends[:, channels].max(axis=0) / ends[:, channels].min(axis=0)
    return bool(ratio.max() < LIGHT and np.ptp(ends[1, channels] / ends[0, channels]) < LIGHT_SPREAD)


def _quadratic(places: Floats, values: Floats) -> Floats:
    """Values (n, 3) at places (n, 2) by a quadratic surface; its terms are held back a little where there are few places."""
    x, y = ((places - places.mean(axis=0)) / max(1.0, np.ptp(places, axis=0).max() / 2)).T
    terms = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)
    held = np.diag([0, 0.1, 0.1, 0.3, 0.3, 0.3])
    return np.asarray(terms @ np.linalg.solve(terms.T @ terms + held, terms.T @ values), dtype=np.float64)


def _shading(parts: list[_Surface]) -> Shading:
    largest, every = parts[0].tiles, np.concatenate([part.tiles for part in parts])
    middle = (largest[np.argmin(((largest - largest.mean(axis=0)) ** 2).sum(axis=1))] + 0.5) * TILE_PX
    (x0, y0), (x1, y1) = every.min(axis=0) * TILE_PX, (every.max(axis=0) + 1) * TILE_PX
    ends = np.concatenate([part.ends for part in parts])
    along = parts[0].along(ends)
    low, high = (colours.hex_code(ends[pick(along)]) for pick in (np.argmin, np.argmax))
    return Shading(
        ends=(low, high), at=(float(middle[0]), float(middle[1])), box=(float(x0), float(y0), float(x1), float(y1))
    )
