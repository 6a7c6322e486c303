"""One case of the flattening bench: one artwork in one column, flattened by the engine in this process, and measured."""

import time
from pathlib import Path
from typing import Any

import columns
import corpus
import measures
import meters
import truth

from designs.rendering import ArtworkError, Flattened, FlattenOptions, HousePalette, Rules, flatten

SIZE_MM = 30.0
OPTIONS = FlattenOptions(size_mm=SIZE_MM, lines="enamel")
NOTHING_RIGHT = {"points": 0.0, "found": 0.0, "real": None, "silhouette": 0.0, "count": 0.0}
Case = dict[str, Any]


def flattened(data: bytes) -> Flattened:
    """The pin by the seed's rules and palette, 30 mm, black lines as enamel."""
    return flatten(data, options=OPTIONS, rules=Rules.seed(), palette=HousePalette.seed())


def cases(folder: Path, name: str, wanted: list[str]) -> list[Case]:
    """All wanted columns of one artwork; a photograph has one of its own, `file`."""
    kind, data = name.partition("/")[0], corpus.read(folder, name)
    if kind == "photos":
        return [_case(name, "file", columns.Sent(data), None)]
    truths = None if kind == "gradients" else _truths(data)
    return [_case(name, column, columns.COLUMNS[column](data, name), truths) for column in wanted]


def _truths(drawing: bytes) -> tuple[truth.Truth, truth.Truth]:
    """As drawn, and as seen on a white ground."""
    known = truth.of_svg(drawing)
    return known, measures.as_seen(known)


def _case(name: str, column: str, sent: columns.Sent, truths: tuple[truth.Truth, truth.Truth] | None) -> Case:
    case: Case = {"name": name, "kind": name.partition("/")[0], "column": column, "trouble": [], "asks": []}
    meters.forget_peak()
    wall = time.perf_counter()
    made: Flattened | None = None
    with meters.CpuTime() as used:
        try:
            made = flattened(sent.data)
        except ArtworkError as error:
            case["refused"] = f"{error.code}: {error}"
        except Exception as error:  # noqa: BLE001 - a crash is an outcome that the bench reports
            case["crash"] = f"{type(error).__name__}: {error}"
            case["trouble"].append(f"crash: {case['crash']}")
    case["cpu_ms"] = round(used.ms, 1)
    case["wall_ms"] = round(1000 * (time.perf_counter() - wall), 1)
    case["peak_mb"] = round(meters.peak_mb(), 1)
    # Wall time is also what else the machine does, so it may be more.
    if case["cpu_ms"] > 10_000 or case["wall_ms"] > 40_000 or case["peak_mb"] > 1024:
        case["trouble"].append(f"{case['cpu_ms']:.0f} ms CPU, {case['peak_mb']:.0f} MB: over 10 s or 1 GB")
    if made is not None:
        case |= _said(made)
        case["trouble"] += measures.broken(made.pin_art, made.findings, Rules.seed())
    if truths is not None:
        case |= _measured(made, sent, *truths)
    return case


def _said(made: Flattened) -> Case:
    """What the report says about the artwork as a whole: questions, gradients, a photograph."""
    asks = list(made.pin_art.source.asks)
    photo = "photo" in asks
    gradient = any(finding.rule == "gradient" and finding.severity != "ask" for finding in made.findings)
    return {"asks": asks, "photo": photo, "gradient": gradient, "colours": len(made.pin_art.palette)}


def _measured(made: Flattened | None, sent: columns.Sent, known: truth.Truth, seen_on_white: truth.Truth) -> Case:
    """The measures against the drawing, and where it was sent on a ground, against what is seen there (`seen`)."""
    if made is None:
        return {"drawn": NOTHING_RIGHT, "seen": NOTHING_RIGHT, "best": None, "bordered": 0.0}
    over = measures.laid(known, made.pin_art, sent.to_art)
    drawn = measures.compare(made.pin_art, over)
    seen = drawn
    if sent.on_ground:
        seen = measures.compare(made.pin_art, measures.laid(seen_on_white, made.pin_art, sent.to_art))
    return {"drawn": drawn, "seen": seen, **measures.about_borders(made.pin_art, over)}
