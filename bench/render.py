"""Measures how fast the engine is on one core, in CPU time, as multiples of what Pillow needs to encode the same front view.

    python bench/render.py [--slice tuning] [--limit 24] [--save a.json] [--against a.json]

The floor of each artwork is Pillow encoding its front view (1200 x 1200) as WebP, quality 85, method 2: the median of three.
Artworks come as customers send them, the columns of `columns.py` in turn. The CPU time of the SVG child counts. Pictures
are encoded as JPEG. Every figure of an artwork is one run in a warm worker; the first job of a fresh worker is told apart.
Measured besides: how far enamel as rendered lies from the colour that was chosen, and memory: the most that a worker and its
SVG child are resident, with the code of their libraries (170 MB, which workers share) and 9 MB of the bench's own modules.
"""

import argparse
import io
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import cases
import columns
import corpus
import cv2
import meters
import numpy as np
from PIL import Image

from designs.rendering import (
    ArtworkError,
    Flattened,
    HousePalette,
    Look,
    Picture,
    PinArt,
    Prepared,
    colours,
    contact_sheet,
    prepare,
    proof_sheet,
    render,
    warm_up,
)

PX, THUMB_PX = 1200, 400
SHEET_QUALITY = 90  # of the large front on the proof sheet; back and card are there as customers get them
AWAY_MM = 0.3  # from metal
TARGETS = {
    "upload to front view": (2.5, 4.5),
    "another plating": (0.3, 0.3),
    "another process": (0.8, 0.8),
    "another finish": (0.8, 0.8),
    "another colour": (0.8, 0.8),
    "three views, thumbnails, report, PDF": (6.0, 6.0),
}
COLUMNS = ("svg", "png1000", "jpeg60", "png300", "noisy")
MIX = {"emoji": 12, "marks": 6, "flags": 6}  # shares of --limit, in 24ths
Row = dict[str, Any]


def _front(pin: Prepared, look: Look) -> bytes:
    return render(pin, view="front", look=look, px=PX).encode("jpeg")


def _upload(data: bytes) -> tuple[Flattened, Prepared]:
    made = cases.flattened(data)
    pin = prepare(made.pin_art, PX)
    _front(pin, Look())
    return made, pin


def _recoloured(pin: Prepared) -> Prepared:
    first, *rest = pin.art.palette
    return pin.repainted((replace(first, fill="#1d6fb8"), *rest))


def _whole_set(data: bytes) -> None:
    made = cases.flattened(data)
    pin, look = prepare(made.pin_art, PX), Look()
    printed: dict[str, bytes] = {}
    for view in ("front", "back", "card"):
        picture = render(pin, view=view, look=look, px=PX)
        printed[view] = picture.encode("jpeg")
        picture.resized(THUMB_PX).encode("webp")
    printed["bare"] = contact_sheet.bare(pin, look, PX).encode("jpeg", SHEET_QUALITY, proof_sheet.PANEL)
    content = proof_sheet.describe(
        made, look=look, palette=HousePalette.seed(), name="artwork", files={}, proof_hash="0" * 64
    )
    proof_sheet.write(content, pictures=printed)


def _floor_ms(picture: Picture) -> float:
    image = Image.fromarray(picture.rgba).convert("RGB")
    took = []
    for _ in range(3):
        with meters.CpuTime() as used:
            image.save(io.BytesIO(), "WEBP", quality=85, method=2)
        took.append(used.ms)
    return statistics.median(took)


def measured(data: bytes) -> Row | None:
    """CPU milliseconds of everything for one artwork; None where the engine refuses it.

    It runs in a worker that does nothing else, so that the memory is the worker's own.
    """
    meters.forget_peak()
    took: dict[str, float] = {}
    try:
        # First of all, so that no other pin is held beside it: a worker has one at a time.
        with meters.CpuTime() as used:
            _whole_set(data)
    except ArtworkError:
        return None
    took["three views, thumbnails, report, PDF"] = used.ms
    with meters.CpuTime() as used:
        made, pin = _upload(data)
    took["upload to front view"] = used.ms
    art = made.pin_art
    steps: dict[str, Callable[[], object]] = {
        "another plating": lambda: _front(pin, Look(plating="silver")),
        "another process": lambda: _front(pin, Look(process="hard_enamel", plating="silver")),
        "another finish": lambda: _front(pin, Look(process="hard_enamel", plating="silver", effects={2: "glitter"})),
        "another colour": lambda: _front(_recoloured(pin), Look(process="hard_enamel", plating="silver")),
    }
    if not art.palette:
        steps = {name: step for name, step in steps.items() if name not in {"another finish", "another colour"}}
    for step, act in steps.items():
        with meters.CpuTime() as used:
            act()
        took[step] = used.ms
    peak = meters.peak_mb()
    front = render(pin, view="front", look=Look(), px=PX)
    return {
        "ms": took,
        "floor_ms": _floor_ms(front),
        "stages_ms": made.timings_ms,
        "peak_mb": peak,
        "art": art.to_bytes(),
    }


def _enamel_delta_e(art: PinArt) -> float | None:
    """The mean CIEDE2000 between enamel as rendered and its `fill`, over enamel more than 0.3 mm from metal.

    The picture is laid over the label map by the box of what it covers.
    """
    rgba = render(art, view="front", look=Look(ground="transparent"), px=PX).rgba
    ys, xs = np.nonzero(rgba[..., 3] >= 128)
    seen = rgba[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1, :3]
    size = (seen.shape[1], seen.shape[0])
    labels = cv2.resize(art.labels, size, interpolation=cv2.INTER_NEAREST)
    depth = cv2.distanceTransform(np.pad((labels >= 2).view(np.uint8), 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[
        1:-1, 1:-1
    ]
    inner = depth > AWAY_MM * max(size) / max(art.width_mm, art.height_mm)
    if not inner.any():
        return None
    chosen = np.zeros((256, 3))
    for entry in art.palette:
        chosen[entry.label] = colours.lab(colours.from_hex(entry.fill))
    return float(colours.delta_e(colours.lab(seen[inner]), chosen[labels[inner]]).mean())


def first_job(data: bytes) -> dict[str, float]:
    """In a fresh process: seconds of CPU and of wall time to warm up, and of its first job."""
    start = time.perf_counter()
    with meters.CpuTime() as warming:
        warm_up()
    ready = time.perf_counter()
    with meters.CpuTime() as job:
        _upload(data)
    return {
        "warm_up_cpu_s": warming.ms / 1000,
        "warm_up_s": ready - start,
        "job_cpu_s": job.ms / 1000,
        "job_s": time.perf_counter() - ready,
    }


def _run(folder: Path, names: list[str]) -> Row:
    sent = {
        name: (column, columns.COLUMNS[column](corpus.read(folder, name), name).data)
        for n, name in enumerate(names)
        for column in (COLUMNS[n % len(COLUMNS)],)
    }
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as fresh:
        begun = fresh.submit(first_job, corpus.read(folder, names[0])).result()
    with ProcessPoolExecutor(1, mp_context=context, initializer=warm_up) as pool:
        pool.submit(measured, corpus.read(folder, names[0])).result()
        jobs = {name: pool.submit(measured, data) for name, (_, data) in sent.items()}
        rows = [{"name": name, "column": sent[name][0], **row} for name, job in jobs.items() if (row := job.result())]
    for row in rows:
        row["enamel_delta_e"] = _enamel_delta_e(PinArt.from_bytes(row.pop("art")))
    return {"first_job": begun, "rows": rows}


def _p95(values: list[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]


def _ratios(rows: list[Row], step: str) -> list[float]:
    return [row["ms"][step] / row["floor_ms"] for row in rows if step in row["ms"]]


def _show(found: Row, before: Row | None) -> None:
    rows = found["rows"]
    floors = [row["floor_ms"] for row in rows]
    print(f"{len(rows)} artworks; floor (WebP 85, method 2, {PX} px): median {statistics.median(floors):.1f} ms of CPU")
    print(f"{'':<38}{'median':>8}{'95 %':>8}{'asked':>12}{'ms':>9}{'before':>9}")
    for step, (middle, high) in TARGETS.items():
        ratios = _ratios(rows, step)
        was = f"{statistics.median(_ratios(before['rows'], step)):.2f}" if before else ""
        ms = statistics.median(row["ms"][step] for row in rows if step in row["ms"])
        good = statistics.median(ratios) <= middle and _p95(ratios) <= high
        asked = f"{middle:g} / {high:g}" + ("" if good else " !")
        print(f"{step:<38}{statistics.median(ratios):>8.2f}{_p95(ratios):>8.2f}{asked:>12}{ms:>9.0f}{was:>9}")
    stages: dict[str, list[float]] = {}
    for row in rows:
        for stage, ms in row["stages_ms"].items():
            stages.setdefault(stage, []).append(ms)
    print(
        "stages of flattening, median wall ms: "
        + ", ".join(f"{k} {statistics.median(v):.0f}" for k, v in stages.items())
    )
    begun = found["first_job"]
    print(
        f"fresh worker: warm_up {begun['warm_up_cpu_s']:.2f} s of CPU ({begun['warm_up_s']:.2f} s), then the first job "
        f"{begun['job_cpu_s']:.2f} s of CPU ({begun['job_s']:.2f} s; 2 s asked)"
    )
    print(f"peak memory with the SVG child: {max(row['peak_mb'] for row in rows):.0f} MB (400 asked)")
    away = [row["enamel_delta_e"] for row in rows if row["enamel_delta_e"] is not None]
    print(
        f"enamel as rendered, over {AWAY_MM} mm from metal: CIEDE2000 {statistics.fmean(away):.2f} from its fill (1.3 asked)"
    )
    for row in sorted(rows, key=lambda row: -row["ms"]["upload to front view"] / row["floor_ms"])[:5]:
        print(f"  slowest: {row['name']} {row['column']} {row['ms']['upload to front view']:.0f} ms")


def main() -> None:
    """Run and print; save and compare where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slice", choices=corpus.SLICE_NAMES, default="frozen")
    parser.add_argument(
        "--limit", type=int, default=72, help="how many artworks: half emoji, a quarter marks, a quarter flags"
    )
    parser.add_argument("--folder", type=Path, default=corpus.FOLDER)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--against", type=Path)
    args = parser.parse_args()
    meters.one_thread()
    names = [
        name for kind, part in MIX.items() for name in corpus.names(args.slice, kind)[: max(1, part * args.limit // 24)]
    ]
    found = _run(args.folder, names)
    if args.save:
        args.save.write_text(json.dumps(found), encoding="utf-8")
    _show(found, json.loads(args.against.read_text(encoding="utf-8")) if args.against else None)


if __name__ == "__main__":
    main()
