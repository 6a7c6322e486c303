"""Where the parts of a map are narrow: neighbouring and facing sides below a limit, as one place each."""

from dataclasses import dataclass, replace

import numpy as np

from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.compiled import kernel
from designs.rendering.edges import Edges, Numbers, Reals, middle_of
from designs.rendering.widths import Spans

PARALLEL = 0.85
TAPER = 0.3
EVEN_PX = 1.1
SIDES_PER_PX = 4 / np.pi  # of an edge in no particular direction
SLOPE_FROM, SLOPE_TO, STEEPEST = 8, 28, 0.35
CORNER_SIDES, LIGHTLY = 14, 3
END, NECK, WHOLE = "end", "neck", "whole"
SHORT_NECK = 2.5  # stretches
ROUND_A_CAP = 2.5  # sides of edge for each pixel straight across

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """A stretch in which a region is narrower than a limit; all in pixels.

    `width` where it is narrowest (the mean of an even stretch), `at` the middle across there, `length` along
    the stretch, `sides` its sides. `kind` says what it leads to: `END` to one wider part, `NECK` to several,
    `WHOLE` to none. `tapers` where it narrows steadily to its end.
    """

    width: float
    length: float
    at: tuple[float, float]
    box: Box
    kind: str
    tapers: bool
    sides: Numbers


def narrow(
    found: Spans,
    eligible: Mask,
    *,
    limit: float,
    stretch: float,
    shortest: float = 0.0,
    shortest_end: float = 0.0,
) -> list[Place]:
    """The stretches in which eligible sides are nearer than `limit` pixels to the side that they face.

    `stretch` is the length in pixels over which the narrowest width is averaged. Left out are places
    shorter than `shortest`, and dead ends shorter than `shortest_end`.
    """
    edges = found.edges
    marked = np.asarray(eligible & (found.width < limit), dtype=np.bool_)
    if not marked.any():
        return []
    curve = (edges.x, edges.y, edges.nx, edges.ny)
    known = np.minimum(found.width, limit)
    group, exits = _grouped(marked, found.facing, known, edges.starts, round(stretch * SIDES_PER_PX))
    lengths, parallel = _tallied(group, found.facing, edges.starts, curve, len(exits))
    # Around a blunt corner the runs of its two edges may not meet; only a neck has parallel edges somewhere.
    alone = (exits == 1) | ((exits > 1) & (parallel < PARALLEL))
    wanted = (lengths >= shortest) & ~(alone & (lengths < shortest_end))
    wanted[0] = False
    order = np.argsort(group, kind="stable").astype(np.int32)
    first = np.searchsorted(group[order], np.arange(len(exits) + 1))
    return [
        _place(
            found,
            order[first[n] : first[n + 1]],
            float(lengths[n]),
            stretch,
            END if alone[n] else NECK if exits[n] else WHOLE,
        )
        for n in np.nonzero(wanted)[0]
    ]


def below(found: Spans, place: Place, limit: float) -> Place | None:
    """The part of a place that is narrower than a limit: its length, box and sides; None where nothing is."""
    sides = place.sides[found.width[place.sides] < limit]
    if not len(sides):
        return None
    x, y = found.edges.x[sides], found.edges.y[sides]
    return replace(
        place,
        length=place.length * len(sides) / len(place.sides),
        box=(float(x.min()), float(y.min()), float(x.max()), float(y.max())),
        sides=sides,
    )


def runs(edges: Edges, sides: Numbers, *, gap: int) -> list[Numbers]:
    """Sides in ascending order as runs along their loops, over gaps of fewer than `gap` sides."""
    loop = edges.loop[sides]
    found = np.split(sides, np.nonzero((np.diff(sides) > gap) | (np.diff(loop) != 0))[0] + 1)
    joined: list[Numbers] = []
    for run in found:
        start, end = (int(edges.starts[edges.loop[run[0]] + n]) for n in (0, 1))
        first = next((n for n, other in enumerate(joined) if other[0] >= start), None)
        # A loop has no start: its last run may go on in its first one.
        if first is not None and end - run[-1] + joined[first][0] - start <= gap:
            joined[first] = np.concatenate([run, joined[first]])
        else:
            joined.append(run)
    return joined


def _place(found: Spans, sides: Numbers, length: float, stretch: float, kind: str) -> Place:
    edges = found.edges
    short = kind == NECK and length < SHORT_NECK * stretch
    width, narrowest = _narrowest(found, sides, stretch, kind, short=short)
    across = found.facing[narrowest]
    x, y = edges.x[sides], edges.y[sides]
    return Place(
        width=width,
        length=length,
        at=((edges.x[narrowest] + edges.x[across]) / 2, (edges.y[narrowest] + edges.y[across]) / 2),
        box=(float(x.min()), float(y.min()), float(x.max()), float(y.max())),
        kind=kind,
        tapers=kind == END and _tapers(found.width[sides]),
        sides=sides,
    )


def _tapers(width: Reals) -> bool:
    """Whether a place narrows steadily to its end, unlike an arm of one width."""
    known = np.sort(width[np.isfinite(width)])
    low, middle, high = known[len(known) // 50], known[len(known) // 2], known[-1 - len(known) // 50]
    return bool(high - low > EVEN_PX and middle - low > TAPER * (high - low))


def _narrowest(found: Spans, sides: Numbers, stretch: float, kind: str, *, short: bool) -> tuple[float, int]:
    """The least mean width over a stretch, and the side there; of an even place its whole mean, in its middle.

    What is `short` only seems even: it is the tip of a wedge, or the waist between two curves, just under the limit.
    """
    best, at, means = np.inf, int(sides[0]), []
    for run in runs(found.edges, sides, gap=1):
        known = run[np.isfinite(found.width[run])]
        if not len(known):
            continue
        width, count = found.width[known], max(1, min(len(known), round(stretch * SIDES_PER_PX)))
        total = np.concatenate([np.zeros(1), np.cumsum(width)])
        mean = (total[count:] - total[:-count]) / count
        means.append(mean)
        low = int(np.argmin(mean))
        least = float(mean[low])
        if kind == END and low < SLOPE_FROM:
            least = min(least, _towards_end(width))
        if kind == END and len(mean) - 1 - low < SLOPE_FROM:
            least = min(least, _towards_end(width[::-1]))
        if least < best:
            best, at = least, int(known[low + count // 2])
    every = np.concatenate(means)
    if np.ptp(every) < EVEN_PX and not short:
        return float(every.mean()), _middle(found, sides)
    if kind == NECK:
        edges, across = found.edges, int(found.facing[at])
        best = min(best, _closest((edges.row, edges.column, edges.way), edges.starts, edges.loop, at, across))
    return best, at


@kernel
def _closest(sides: tuple[Numbers, Numbers, Bytes2D], starts: Numbers, loop: Numbers, here: int, across: int) -> float:
    """The least distance between the edges around two sides; smoothed a little only, so that corners count.

    Sides between which the edge itself runs as straight as around a cap do not face each other.
    """
    best = np.inf
    first, second = starts[loop[here]], starts[loop[across]]
    count, others = starts[loop[here] + 1] - first, starts[loop[across] + 1] - second
    for i in range(-CORNER_SIDES, CORNER_SIDES + 1):
        x, y = _lightly(sides, first, count, here - first + i)
        for k in range(-CORNER_SIDES, CORNER_SIDES + 1):
            u, v = _lightly(sides, second, others, across - second + k)
            between = abs(here + i - across - k) % count
            if first == second and min(between, count - between) < ROUND_A_CAP * np.hypot(u - x, v - y):
                continue
            best = min(best, np.hypot(u - x, v - y))
    return best


@kernel
def _lightly(sides: tuple[Numbers, Numbers, Bytes2D], start: int, count: int, i: int) -> tuple[float, float]:
    """The place of the i-th side of a loop from a parabola through its nearest neighbours."""
    row, column, way = sides
    base, whole = 3.0 * LIGHTLY * (LIGHTLY + 1) - 1, (2.0 * LIGHTLY - 1) * (2 * LIGHTLY + 1) * (2 * LIGHTLY + 3) / 3
    x = y = 0.0
    for j in range(-LIGHTLY, LIGHTLY + 1):
        mx, my = middle_of(row, column, way, start + (i + j) % count)
        x += (base - 5 * j * j) / whole * mx
        y += (base - 5 * j * j) / whole * my
    return x, y


def _middle(found: Spans, sides: Numbers) -> int:
    """The measured side that is nearest to the middle of all."""
    known = sides[np.isfinite(found.width[sides])]
    x, y = found.edges.x[known], found.edges.y[known]
    return int(known[np.argmin((x - x.mean()) ** 2 + (y - y.mean()) ** 2)])


def _towards_end(width: Reals) -> float:
    """The width to which a tip narrows at the start of a run, where its corners blur the measure; else infinite."""
    if len(width) < SLOPE_TO:
        return np.inf
    part = width[SLOPE_FROM:SLOPE_TO]
    along = np.arange(len(part)) - (len(part) - 1) / 2
    slope = float(along @ part) / float(along @ along)  # of the line that fits best
    at_tip = float(part.mean()) + slope * (SLOPE_FROM / 4 - (SLOPE_FROM + SLOPE_TO - 1) / 2)
    return at_tip if 0 < slope < STEEPEST else np.inf


@kernel
def _tallied(
    group: Numbers, facing: Numbers, starts: Numbers, curve: tuple[Reals, Reals, Reals, Reals], count: int
) -> tuple[Reals, Reals]:
    """Per group: the length of its stretch, and how parallel its edges are where they are most (cosine)."""
    x, y, nx, ny = curve
    length, parallel = np.zeros(count), np.full(count, -1.0)
    for n in range(len(starts) - 1):
        for i in range(starts[n], starts[n + 1]):
            if group[i] == 0:
                continue
            k = i + 1 if i + 1 < starts[n + 1] else starts[n]
            length[group[i]] += np.hypot(x[k] - x[i], y[k] - y[i]) / 2
            if facing[i] >= 0:
                cosine = -(nx[i] * nx[facing[i]] + ny[i] * ny[facing[i]])
                parallel[group[i]] = max(parallel[group[i]], cosine)
    return length, parallel


@kernel
def _root(parent: Numbers, i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@kernel
def _closed(marked: Mask, starts: Numbers, gap: int) -> None:
    """Mark also the sides in gaps of at most `gap` between marked ones of a loop."""
    for n in range(len(starts) - 1):
        start, count = starts[n], starts[n + 1] - starts[n]
        last = -1
        for i in range(2 * count):
            if marked[start + i % count]:
                if last >= 0 and 1 < i - last <= gap + 1:
                    for k in range(last + 1, i):
                        marked[start + k % count] = True
                last = i


@kernel
def _joined(marked: Mask, facing: Numbers, starts: Numbers) -> Numbers:
    """A parent per side: marked neighbours and marked sides that face each other are one group."""
    parent = np.arange(len(marked)).astype(np.int32)
    for n in range(len(starts) - 1):
        start, count = starts[n], starts[n + 1] - starts[n]
        for i in range(count):
            here, following = start + i, start + (i + 1) % count
            if not marked[here]:
                continue
            if marked[following]:
                parent[_root(parent, here)] = _root(parent, following)
            if facing[here] >= 0 and marked[facing[here]]:
                parent[_root(parent, here)] = _root(parent, facing[here])
    return parent


@kernel
def _runs(group: Numbers, width: Reals, starts: Numbers, exits: Numbers) -> None:
    """Count the open runs of each group; a run that goes on around the end of a tip is filled in and counts once."""
    for n in range(len(starts) - 1):
        start, count = starts[n], starts[n + 1] - starts[n]
        last = -1
        first = -1
        for i in range(2 * count):
            here = group[start + i % count]
            if here == 0:
                continue
            if last >= 0 and i - last > 1:
                before = group[start + last % count]
                if before == here and i - last <= 3 * width[start + last % count] + 6:
                    for k in range(last + 1, i):
                        group[start + k % count] = here
                elif first >= 0 and i > first:
                    exits[here] += 1
            if first < 0:
                first = i
            last = i
            if i >= first + count:
                break


@kernel
def _grouped(marked: Mask, facing: Numbers, width: Reals, starts: Numbers, gap: int) -> tuple[Numbers, Numbers]:
    """The number of the group of each side (0: none), and the exits of each group."""
    narrow = marked.copy()
    for i in range(len(marked)):
        if narrow[i] and facing[i] >= 0:
            marked[facing[i]] = True
    _closed(marked, starts, gap)
    parent = _joined(marked, facing, starts)
    number = np.zeros(len(marked), np.int32)
    group = np.zeros(len(marked), np.int32)
    count = 0
    for i in range(len(marked)):
        if marked[i]:
            root = _root(parent, i)
            if number[root] == 0:
                count += 1
                number[root] = count
            group[i] = number[root]
    exits = np.zeros(count + 1, np.int32)
    _runs(group, width, starts, exits)
    return group, exits
