"""What is measured on one flattened artwork, from the label map and what `pinart.json` and `report.json` say.

Edges: all truths are sampled at the label map's pixel centres, from a crisp raster 2.5 times as fine. A point of the label
map is an enamel point where its label is 2 or more; metal is never compared, so neither the lines between the colours nor
the border cost anything. A colour is the palette's `hex`, not its `fill`.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import truth

from designs.rendering import Finding, PinArt, Rules, colours

Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

NEAR, GHOST, SAME = 3.0, 5.0, 4.0  # CIEDE2000
FOUND_MM2, COUNTED_MM2 = 1.0, 0.3
TOLERANCE_MM = 0.06  # how far a measured width may be off
MOST_FINDINGS = 12  # places that a report lists per rule
MEASURES = {
    "points": "enamel points within dE 3",
    "found": "true colours >= 1 mm2 found",
    "real": "palette colours in the truth",
    "silhouette": "silhouette IoU",
    "count": "number of colours exact",
}


@dataclass(frozen=True)
class Laid:
    """A truth laid over a label map.

    `index` as `truth.laid_over`; `px` is how many label pixels each colour has in the whole drawing, also outside the map.
    """

    index: Bytes
    srgb: Bytes
    px: Floats


def laid(known: truth.Truth, art: PinArt, to_art: Floats | None) -> Laid:
    """Lay a truth over a pin by its `artwork_box`."""
    x0, y0, x1, y1 = art.artwork_box
    share = np.bincount(known.index.ravel(), minlength=256)[: len(known.srgb)] / known.index.size
    covered = (x1 - x0) * (y1 - y0) * _area_of_canvas(to_art)
    return Laid(truth.laid_over(known, art.labels.shape, art.artwork_box, to_art), known.srgb, share * covered)


def _area_of_canvas(to_art: Floats | None) -> float:
    """How much of the sent picture the artwork's canvas covers."""
    if to_art is None:
        return 1.0
    corners = np.array([[[0, 0], [1, 0], [1, 1], [0, 1]]], dtype=np.float64)
    return float(cv2.contourArea(cv2.perspectiveTransform(corners, np.linalg.inv(to_art)).astype(np.float32)))


def as_seen(known: truth.Truth) -> truth.Truth:
    """The truth of a picture on white, where areas of the ground that the drawing encloses are seen as white."""
    ground = np.pad(known.index == truth.NOTHING, 1, constant_values=True)
    _, numbers = cv2.connectedComponents(ground.view(np.uint8), connectivity=4)
    enclosed = (ground & (numbers != numbers[0, 0]))[1:-1, 1:-1]
    white = np.flatnonzero((known.srgb == 255).all(axis=1))
    srgb = known.srgb if len(white) else np.concatenate([known.srgb, np.full((1, 3), 255, np.uint8)])
    index = np.where(enclosed, np.uint8(white[0] if len(white) else len(known.srgb)), known.index)
    return truth.Truth(index, srgb)


def compare(art: PinArt, over: Laid) -> dict[str, float | None]:
    """The five measures, each 0 to 1 and None where there is nothing to measure.

    points: share of the enamel points whose colour is within CIEDE2000 3 of the truth there; points where the truth has
        nothing are wrong; 0 where there is no enamel at all.
    found: share of the true colours of at least 1 mm2 for which the palette has one within CIEDE2000 3.
    real: share of the palette's colours for which the truth has one (of any area) within CIEDE2000 5.
    silhouette: intersection over union of the truth and of the pin's solid part (cut-outs are not solid) without the added
        border, which is taken off by eroding the solid part by `border_mm`.
    count: 1 where the truth has as many colours of at least 0.3 mm2 as the palette, colours nearer than CIEDE2000 4 to one
        another counted once.
    """
    present = over.px > 0
    mm2 = over.px / art.px_per_mm**2
    true_lab = colours.lab(over.srgb)
    made_lab = colours.lab([colours.from_hex(entry.hex) for entry in art.palette]) if art.palette else np.zeros((0, 3))
    away = colours.delta_e(made_lab[:, None], true_lab[None])
    wanted = away[:, mm2 >= FOUND_MM2]
    made_mm2 = np.array([entry.area_mm2 for entry in art.palette])
    return {
        "points": _points(art, over, away),
        "found": float((wanted.min(axis=0, initial=np.inf) <= NEAR).mean()) if wanted.shape[1] else None,
        "real": float((away[:, present].min(axis=1) <= GHOST).mean()) if len(away) else None,
        "silhouette": _overlap(without_border(art), over),
        "count": float(_distinct(true_lab, mm2 >= COUNTED_MM2) == _distinct(made_lab, made_mm2 >= COUNTED_MM2)),
    }


def _points(art: PinArt, over: Laid, away: Floats) -> float:
    enamel = art.labels >= 2
    if not enamel.any():
        return 0.0
    pairs = (art.labels[enamel].astype(np.intp) - 2) * 256 + over.index[enamel]
    counts = np.bincount(pairs, minlength=256 * len(away)).reshape(len(away), 256)
    right = np.zeros((len(away), 256), dtype=np.bool_)
    right[:, : away.shape[1]] = away <= NEAR
    return float(counts[right].sum() / counts.sum())


def _distinct(lab: Floats, chosen: Bools) -> int:
    """Of the chosen colours, how many remain when those nearer than CIEDE2000 4 are linked and counted once."""
    lab = lab[chosen]
    linked = (colours.delta_e(lab[:, None], lab[None]) < SAME) if len(lab) else np.zeros((0, 0))
    groups, seen = 0, set[int]()
    for start in range(len(lab)):
        if start in seen:
            continue
        groups += 1
        reached = [start]
        while reached:
            n = reached.pop()
            seen.add(n)
            reached += [int(m) for m in np.flatnonzero(linked[n]) if m not in seen]
    return groups


def without_border(art: PinArt) -> Bools:
    """The solid part without the border that was added round the artwork: eroded by `border_mm`.

    An edge runs half a pixel beyond the centre of the last solid pixel.
    """
    solid = np.pad((art.labels > 0).view(np.uint8), 1)
    depth = cv2.distanceTransform(solid, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    return np.asarray(depth - 0.5 > art.border_mm * art.px_per_mm)


def _overlap(made: Bools, over: Laid) -> float:
    drawn = over.index != truth.NOTHING
    both, inside = int(np.count_nonzero(made & drawn)), int(np.count_nonzero(drawn))
    beyond = max(0.0, float(over.px.sum()) - inside)
    return both / (np.count_nonzero(made | drawn) + beyond)


def about_borders(art: PinArt, over: Laid) -> dict[str, float]:
    """What the border does to the silhouette IoU.

    best: the IoU of a perfect pin: a border closes gaps of twice its width, which eroding does not open again.
    bordered: the IoU of the solid part as it is and of the truth with `border_mm` added.
    """
    reach = art.border_mm * art.px_per_mm
    pad = int(reach) + 2
    drawn, solid = np.pad(over.index != truth.NOTHING, pad), np.pad(art.labels > 0, pad)
    out = cv2.distanceTransform((~drawn).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    grown = out - 0.5 <= reach
    back = cv2.distanceTransform(grown.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    beyond = max(0.0, float(over.px.sum()) - np.count_nonzero(drawn))
    return {
        "best": _share(drawn, (back - 0.5 > reach) | drawn),
        "bordered": float(np.count_nonzero(grown & solid) / (np.count_nonzero(grown | solid) + beyond)),
    }


def _share(part: Bools, whole: Bools) -> float:
    return int(np.count_nonzero(part)) / max(1, int(np.count_nonzero(whole)))


def broken(art: PinArt, findings: tuple[Finding, ...], rules: Rules) -> list[str]:
    """What must never be, one sentence each.

    Colours that touch (also corner to corner), enamel that metal does not close, loose pieces and widths under the block
    limit (less 0.06 mm) that the report keeps silent about.
    """
    found = []
    if touching := _touching(art.labels):
        found.append(f"two enamel colours touch at {touching} places")
    if opened := _not_closed(art.labels):
        found.append(f"{opened} enamel pixels lie at the outside")
    pieces = cv2.connectedComponents((art.labels > 0).view(np.uint8), connectivity=4)[0] - 1
    if pieces > 1 and not any(finding.rule == "silhouette_pieces" for finding in findings):
        found.append(f"{pieces} loose pieces, not reported")
    process = rules.process(art.process)
    for rule, mask in (("enamel_width", art.labels >= 2), ("metal_width", art.labels == 1)):
        limit = process.limit(rule).block
        if limit is not None:
            found += _silent(art, rule, mask, limit, findings)
    return found


def _silent(art: PinArt, rule: str, mask: Bools, limit: float, findings: tuple[Finding, ...]) -> list[str]:
    named = [each for each in findings if each.rule == rule]
    if len(named) >= MOST_FINDINGS:
        return []
    silent = []
    for x, y in narrow_places(mask, (limit - TOLERANCE_MM) * art.px_per_mm):
        at = (x / art.px_per_mm, y / art.px_per_mm)
        if not any(each.box_mm and _near(each.box_mm, at) for each in named):
            silent.append(
                f"{rule} under {limit - TOLERANCE_MM:.2f} mm at ({at[0]:.2f}, {at[1]:.2f}) mm is not reported"
            )
    return silent


def _near(box: tuple[float, float, float, float], at: tuple[float, float]) -> bool:
    return box[0] - 0.5 <= at[0] <= box[2] + 0.5 and box[1] - 0.5 <= at[1] <= box[3] + 0.5


def _touching(labels: Bytes) -> int:
    count = 0
    for first, second in (
        (labels[:, 1:], labels[:, :-1]),
        (labels[1:], labels[:-1]),
        (labels[1:, 1:], labels[:-1, :-1]),
        (labels[1:, :-1], labels[:-1, 1:]),
    ):
        count += int(np.count_nonzero((first != second) & (np.minimum(first, second) >= 2)))
    return count


def _not_closed(labels: Bytes) -> int:
    outside = np.pad((labels == 0).view(np.uint8), 1, constant_values=1)
    beside = cv2.dilate(outside, np.ones((3, 3), np.uint8))[1:-1, 1:-1] > 0
    return int(np.count_nonzero(beside & (labels >= 2)))


def narrow_places(mask: Bools, width_px: float) -> list[tuple[float, float]]:
    """Middles (x, y) of the places narrower than `width_px` for certain.

    These are parts that a disc of that diameter cannot sweep and that either join two swept parts (or a swept part with
    itself) or stand alone. Corners meet what is swept on one side only and do not count; neither do places shorter than
    the width.
    """
    padded = np.pad(mask, 2).view(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    core = depth - 0.5 >= width_px / 2
    reach = cv2.distanceTransform((~core).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    swept = (reach <= width_px / 2 + 0.5) & (padded > 0) if core.any() else core
    rest = (padded > 0) & ~swept
    count, numbers, stats, middles = cv2.connectedComponentsWithStats(rest.view(np.uint8), connectivity=8)
    contact = (cv2.dilate(swept.view(np.uint8), np.ones((3, 3), np.uint8)) > 0) & rest
    contacts, contact_numbers = cv2.connectedComponents(contact.view(np.uint8), connectivity=8)
    owner = np.zeros(contacts, dtype=np.intp)
    owner[contact_numbers[contact]] = numbers[contact]
    joins = np.bincount(owner[1:], minlength=count)
    length = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    bad = (joins != 1) & (length >= width_px)
    bad[0] = False
    return [(float(middles[n][0]) - 1.5, float(middles[n][1]) - 1.5) for n in np.flatnonzero(bad)]
