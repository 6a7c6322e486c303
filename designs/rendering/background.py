"""Separates the drawn thing from the ground it was sent on."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from designs.rendering import distances, errors, geometry, regions
from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.compiled import kernel

PLAIN_SHARE = 0.70
CLEAR_SHARE = 0.005  # of a picture, from which transparency is its ground
FAINT = 12
ENOUGH_PX = 5000  # of the frame, to know its colour and noise
ENOUGH_SIDE_PX = 240  # of a mask that is looked at coarsely
TOUCH_SHARE = 0.04
FLAG_ASPECT = (1.25, 2.1)
BLEED = 0.08
# In levels of a channel: how far one colour may wander as JPEG, and what passes for white, white ink, dark ink, vivid.
ONE_COLOUR = 30
WHITE, LIGHT, DARK, VIVID = 235, 225, 90, 90
# The gaps in an outline, in picture sides, and how much larger what it encloses has to make the art.
GAPS = ((0.03, 1.22), (0.06, 1.7))

Colour = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ground:
    """The outcome: `coverage` 0..255 (height, width) of what belongs to the pin.

    `kind` is `alpha`, `removed`, `kept` (opaque art, a plain ground kept) or `none` (no plain ground: photo).
    """

    coverage: Bytes2D
    kind: str
    ambiguous: str | None
    notes: tuple[str, ...]


def separate(rgba: Bytes2D, choice: str, *, lossy: bool) -> Ground:
    """Find what belongs to the pin; `choice` is `auto`, `keep` or `remove`.

    `lossy` pictures have ripples beside their edges, which belong to the ground.

    Transparency decides where there is any; otherwise a plain ground is removed from the frame inwards, so
    that light areas inside stay. What a drawing of one colour encloses is ground too (`remove` keeps it), and a ground
    may be the plate that the drawing stands on. Raises `EmptyArtwork` where nothing is left.
    """
    alpha = rgba[..., 3]
    seen = np.count_nonzero(alpha >= 128)
    if seen < 30:
        raise errors.EmptyArtwork("Nothing is drawn: the whole picture is transparent. Send the artwork itself.")
    if alpha.size - seen > CLEAR_SHARE * alpha.size:
        if choice == "keep":
            return Ground(np.full(alpha.shape, 255, dtype=np.uint8), "kept", None, ())
        return Ground(np.ascontiguousarray(alpha), "alpha", None, ())
    rgb = geometry.without_alpha(rgba)
    if seen == alpha.size:
        return _of_opaque(rgb, choice, lossy=lossy)
    # A little of the picture is clear: holes in what is drawn, not its ground, whatever colour hides there.
    rgb[alpha < 128] = _frame_colour(rgb, 0.0)[0]
    try:
        ground = _of_opaque(rgb, choice, lossy=lossy)
    except errors.EmptyArtwork:
        return Ground(np.ascontiguousarray(alpha), "alpha", None, ())
    return ground if choice == "keep" else replace(ground, coverage=np.minimum(ground.coverage, alpha))


def _of_opaque(rgb: Bytes2D, choice: str, *, lossy: bool) -> Ground:
    whole = np.full(rgb.shape[:2], 255, dtype=np.uint8)
    least = 22.0 if lossy else 14.0
    colour, share, tolerance = _frame_colour(rgb, least)
    if share < 1 and _has_white_corners(rgb):
        colour, share, tolerance = np.full(3, 255, np.float32), 1.0, least
    distance = _distance(rgb, colour)
    if distance.max() <= FAINT:
        raise errors.EmptyArtwork("Nothing is drawn: the picture is one plain colour. Send the artwork itself.")
    if choice == "keep":
        return Ground(whole, "kept", None, ())
    if share < PLAIN_SHARE and choice == "auto":
        return Ground(whole, "none", None, ())
    return _removed(rgb, distance, colour, tolerance, choice, lossy=lossy)


def _removed(rgb: Bytes2D, distance: Bytes2D, colour: Colour, tolerance: float, choice: str, *, lossy: bool) -> Ground:
    near = np.asarray(distance <= tolerance, dtype=np.bool_)
    art = _calm(~_reached_from_frame(near), lossy=lossy)
    if np.count_nonzero(art) < 30:
        raise errors.EmptyArtwork(
            "Nothing is drawn: no part of the picture stands out from its ground. Send the artwork itself, "
            "best with a transparent ground."
        )
    drawn = np.asarray(art & ~near, dtype=np.bool_)
    white = bool(colour.min() > WHITE)
    if choice == "auto":
        ink = _only_colour(rgb, drawn)
        belongs = _why_the_ground_belongs(art, colour, ink, white=white)
        if belongs:
            return Ground(np.full(near.shape, 255, dtype=np.uint8), "kept", "background", (belongs,))
        if ink is not None and white and not _is_line_drawing(drawn, ink):
            note = "The drawing has one colour, so the white inside it was taken for background too, and is open."
            return Ground(_coverage(_calm(~near, lossy=lossy), near, distance), "removed", None, (note,))
        closed = _closed_outline(art) if white else None
        if closed is not None:
            note = "The outline of the drawing has gaps; the white inside it was taken for a part of the drawing."
            return Ground(_coverage(closed, near, distance), "removed", "background", (note,))
    name = "white" if white else "plain"
    note = f"The {name} background was removed from the edge inwards; areas of that colour inside were kept."
    return Ground(_coverage(art, near, distance), "removed", _leak(art, near), (note,))


def _why_the_ground_belongs(art: Mask, colour: Colour, ink: Colour | None, *, white: bool) -> str:
    """A sentence where the ground is the plate of what is drawn on it; empty where it is only a ground."""
    if _touches_opposite_sides(art) and not (white and _is_cropped(art)):
        return "The artwork reaches opposite edges of the picture, so its ground was kept as part of the pin."
    if ink is not None and not white and ink.min() > LIGHT:
        return "Only white stands on the coloured ground, so the ground was kept as the plate of the pin."
    height, width = art.shape
    if colour.max() - colour.min() > VIVID and FLAG_ASPECT[0] <= width / height <= FLAG_ASPECT[1]:
        return "The ground is strongly coloured, as that of a flag, so it was kept as the plate of the pin."
    return ""


def _calm(art: Mask, *, lossy: bool) -> Mask:
    """Without the ripples of a lossy picture."""
    if not lossy:
        return art
    opened = cv2.morphologyEx(geometry.as_bytes(art), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return np.asarray(opened > 0, dtype=np.bool_)


def _only_colour(rgb: Bytes2D, drawn: Mask) -> Colour | None:
    """The one colour of a drawing (of its inner pixels, which are no mixtures), None where it has several."""
    core = drawn
    for radius in (3.5, 2.5, 1.5):
        core = distances.eroded(drawn, radius)
        if np.count_nonzero(core) > 0.2 * np.count_nonzero(drawn):
            break
    # Every second row tells it as well.
    rows, core = np.ascontiguousarray(rgb[::2]), np.ascontiguousarray(core[::2])
    count = np.count_nonzero(core)
    if count < 30:
        return None
    ink = np.array([_median(channel) for channel in _levels(rows, core)], dtype=np.float32)
    return ink if np.count_nonzero((_distance(rows, ink) <= ONE_COLOUR) & core) > 0.98 * count else None


@kernel
def _levels(rgb: Bytes2D, mask: Mask) -> Counts:
    """How many pixels of a mask have each level 0..255 of each of the three channels (3, 256)."""
    found = np.zeros((3, 256), np.int64)
    for y in range(rgb.shape[0]):
        for x in range(rgb.shape[1]):
            if mask[y, x]:
                for channel in range(3):
                    found[channel, rgb[y, x, channel]] += 1
    return found


def _median(counts: Counts) -> float:
    """The median of levels that occur so often; between two where as many lie on both sides."""
    below = np.cumsum(counts)
    low, high = np.searchsorted(below, [(below[-1] - 1) // 2, below[-1] // 2], side="right")
    return float(low + high) / 2


def _is_line_drawing(drawn: Mask, ink: Colour) -> bool:
    """Whether a drawing of one colour is thin dark lines: what they enclose is meant to be white."""
    return bool(ink.max() <= DARK) and _is_thin(drawn)


def _is_thin(drawn: Mask) -> bool:
    return _thick_share(drawn) < 0.4


def _thick_share(mask: Mask) -> float:
    """How much of a mask a disc of 0.04 of the picture's side can sweep."""
    coarse = _coarse(mask)
    thick = distances.opened(coarse, max(1.0, 0.02 * max(coarse.shape)))
    return float(np.count_nonzero(thick)) / max(1.0, float(np.count_nonzero(coarse)))


def _coarse(mask: Mask) -> Mask:
    """A mask on as few pixels as show how thin it is and what it encloses."""
    step = max(1, max(mask.shape) // ENOUGH_SIDE_PX)
    return np.ascontiguousarray(mask[::step, ::step])


def _closed_outline(art: Mask) -> Mask | None:
    """The art with all that it encloses but for small gaps; None where that is little."""
    coarse = _coarse(art)
    x0, y0, x1, y1 = geometry.box(coarse)
    for gap, leaked in GAPS:
        most = leaked * np.count_nonzero(coarse)
        if (x1 - x0) * (y1 - y0) > most and np.count_nonzero(_closed(coarse, gap)) > most:
            closed = _closed(art, gap)
            if np.count_nonzero(closed) > leaked * np.count_nonzero(art):
                return closed
    return None


def _closed(art: Mask, gap: float) -> Mask:
    """The art with what it encloses but for gaps of that share of the picture's side."""
    reach = gap / 2 * max(art.shape)
    inside = np.asarray(~_reached_from_frame(~distances.dilated(art, reach)), dtype=np.bool_)
    return np.asarray(distances.eroded(inside, reach) | art, dtype=np.bool_)


def _distance(rgb: Bytes2D, colour: Colour) -> Bytes2D:
    """How far each pixel is from a colour, 0..255: the largest difference of a channel, rounded up."""
    return _largest(rgb, np.ceil(np.abs(np.arange(256) - colour[:, None])).astype(np.uint8))


@kernel
def _largest(rgb: Bytes2D, table: Bytes2D) -> Bytes2D:
    """The largest of what a table (3, 256) has for the channels of each pixel."""
    height, width = rgb.shape[:2]
    out = np.empty((height, width), np.uint8)
    for y in range(height):
        row, found = rgb[y].ravel(), out[y]
        for x in range(width):
            red, green, blue = table[0, row[3 * x]], table[1, row[3 * x + 1]], table[2, row[3 * x + 2]]
            found[x] = max(red, green, blue)
    return out


def _frame_colour(rgb: Bytes2D, least: float) -> tuple[Colour, float, float]:
    """The commonest colour of the outer frame, its share there, and the tolerance that its noise asks for."""
    wide = max(2, min(rgb.shape[:2]) // 100)
    parts = (rgb[:wide], rgb[-wide:], rgb[:, :wide], rgb[:, -wide:])
    frame = np.concatenate([part.reshape(-1, 3) for part in parts])
    frame = frame[:: max(1, len(frame) // ENOUGH_PX)].astype(np.int32)
    bins = (frame[:, 0] >> 4 << 8) | (frame[:, 1] >> 4 << 4) | (frame[:, 2] >> 4)
    centre = np.median(frame[bins == np.bincount(bins).argmax()], axis=0)
    away = np.abs(frame - centre).max(axis=1)
    centre = np.median(frame[away <= 32], axis=0)
    away = np.abs(frame - centre).max(axis=1)
    spread = float(np.percentile(away[away <= 40], 95)) if (away <= 40).any() else 0.0
    tolerance = float(np.clip(2.2 * spread + 8, least, 44))
    return centre.astype(np.float32), float(np.mean(away <= tolerance)), tolerance


def _has_white_corners(rgb: Bytes2D) -> bool:
    """Whether all four corners are white, as around a round plate or a rounded square that fills the picture."""
    wide = max(2, min(rgb.shape[:2]) // 100)
    corners = (rgb[:wide, :wide], rgb[:wide, -wide:], rgb[-wide:, :wide], rgb[-wide:, -wide:])
    return all(float(np.median(corner.min(axis=2))) > WHITE for corner in corners)


def _reached_from_frame(near: Mask) -> Mask:
    numbers = regions.find(geometry.framed(geometry.as_bytes(near), 1, 1)).numbers
    return np.asarray((numbers == numbers[0, 0])[1:-1, 1:-1], dtype=np.bool_)


def _touches_opposite_sides(art: Mask) -> bool:
    def long_run(side: Mask) -> bool:
        return bool(np.count_nonzero(side) > TOUCH_SHARE * side.size)

    left, right = long_run(art[:, 0]), long_run(art[:, -1])
    top, bottom = long_run(art[0]), long_run(art[-1])
    return (left and right) or (top and bottom)


def _is_cropped(art: Mask) -> bool:
    """Whether art on white seems to be cut close to its own edge, rather than to run off the picture like a flag.

    A flag is wider than high, and what reaches its edges comes straight from within, as wide there as further inside,
    or runs into the corners.
    """
    height, width = art.shape
    if not FLAG_ASPECT[0] <= width / height <= FLAG_ASPECT[1]:
        return True

    def straight(edge: Mask, deeper: Mask) -> bool:
        return bool(np.count_nonzero(edge ^ deeper) < 0.03 * edge.size)

    high, wide = max(1, height // 30), max(1, width // 30)
    corners = (art[:high, :wide], art[:high, -wide:], art[-high:, :wide], art[-high:, -wide:])
    if all(corner.any() for corner in corners):
        return False
    across, down = round(BLEED * width), round(BLEED * height)
    sides = straight(art[:, 2], art[:, across]) and straight(art[:, -3], art[:, -across])
    ends = straight(art[2], art[down]) and straight(art[-3], art[-down])
    return not (sides or ends)


def _coverage(art: Mask, near: Mask, distance: Bytes2D) -> Bytes2D:
    """Coverage of the edge pixels by how far they have moved from the ground's colour to the art's."""
    strongest = np.asarray(cv2.dilate(distance, np.ones((5, 5), np.uint8)), dtype=np.uint8)
    inner = np.asarray(cv2.erode(geometry.as_bytes(art), np.ones((5, 5), np.uint8)), dtype=np.uint8)
    wide = np.asarray(cv2.dilate(geometry.as_bytes(art), np.ones((3, 3), np.uint8)), dtype=np.uint8)
    return _mixed(art, near, distance, strongest, inner, wide)


@kernel
def _mixed(art: Mask, near: Mask, distance: Bytes2D, strongest: Bytes2D, inner: Bytes2D, wide: Bytes2D) -> Bytes2D:
    out = np.zeros(art.shape, np.uint8)
    for y in range(art.shape[0]):
        for x in range(art.shape[1]):
            if inner[y, x] or (art[y, x] and near[y, x]):
                out[y, x] = 255
            elif wide[y, x]:
                share = min(255, int(distance[y, x]) * 255 // max(1, int(strongest[y, x])))
                # What is not art is less than half covered.
                out[y, x] = share if art[y, x] else min(share, 125)
    return out


def _leak(art: Mask, near: Mask) -> str | None:
    """`background` where most of the art's hull has the ground's colour: white art on white may have leaked."""
    if _thick_share(art) >= 0.25:
        return None
    x0, y0, x1, y1 = geometry.box(art)
    return "background" if np.count_nonzero(near[y0:y1, x0:x1]) > 0.5 * (x1 - x0) * (y1 - y0) else None
