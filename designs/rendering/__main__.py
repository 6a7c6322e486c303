"""`python -m designs.rendering ART --out DIR`: one artwork as a pin, with pictures, report and die lines."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image

from designs.rendering import (
    PLATINGS,
    PROCESSES,
    VIEWS,
    ArtworkError,
    Flattened,
    FlattenOptions,
    HousePalette,
    Look,
    Rules,
    dielines,
    flatten,
    preview,
    render,
)
from designs.rendering import options as choices

UNREADABLE = 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m designs.rendering", description=__doc__)
    parser.add_argument("art", type=Path, help="PNG, JPEG, WebP, AVIF, GIF, TIFF, SVG, PDF or AI")
    parser.add_argument("--size-mm", type=float, default=30.0, help="longest side of the finished pin")
    parser.add_argument("--process", choices=PROCESSES, default="soft_enamel")
    parser.add_argument("--plating", choices=tuple(PLATINGS), default="gold")
    parser.add_argument("--lines", choices=choices.LINES, default="auto")
    parser.add_argument("--line-mm", type=float, help="width of the metal line between colours")
    parser.add_argument("--max-colours", type=int)
    parser.add_argument("--background", choices=choices.BACKGROUNDS, default="auto")
    parser.add_argument("--shape", choices=choices.SHAPES, default="none")
    parser.add_argument("--bridge", choices=choices.BRIDGES, default="off")
    parser.add_argument("--effects", default="", help="for example 3=glitter,4=pearl")
    parser.add_argument("--no-mend", action="store_true", help="leave narrow and small areas as drawn")
    parser.add_argument("--views", default="front,back,card", help=f"of {','.join(VIEWS)}")
    parser.add_argument("--px", type=int, default=1200)
    parser.add_argument("--out", type=Path, required=True, help="directory, made where it is missing")
    return parser


def _effects(text: str) -> dict[int, str]:
    pairs = (pair.split("=", 1) for pair in text.split(",") if pair)
    return {int(label): effect for label, effect in pairs}


def _flatten(args: argparse.Namespace) -> Flattened:
    options = FlattenOptions(
        size_mm=args.size_mm,
        process=args.process,
        lines=args.lines,
        line_mm=args.line_mm,
        max_colours=args.max_colours,
        background=args.background,
        shape=args.shape,
        bridge=args.bridge,
        effects=_effects(args.effects),
        mend=not args.no_mend,
    )
    return flatten(args.art.read_bytes(), options=options, rules=Rules.seed(), palette=HousePalette.seed())


def _write(made: Flattened, args: argparse.Namespace) -> None:
    out: Path = args.out
    out.mkdir(parents=True, exist_ok=True)
    Image.fromarray(made.pin_art.labels).save(out / "labels.png")
    facts: dict[str, Any] = made.pin_art.facts()
    facts["changes"] = [asdict(change) for change in made.changes]
    facts["notes"] = list(made.notes)
    facts["timings_ms"] = made.timings_ms
    (out / "pinart.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    report = {"findings": [asdict(finding) for finding in made.findings]}
    (out / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (out / "dielines.svg").write_text(dielines(made.pin_art), encoding="utf-8")
    (out / "preview.bin").write_bytes(preview.bundle(made.pin_art))
    look = Look(process=args.process, plating=args.plating)
    for view in filter(None, args.views.split(",")):
        picture = render(made.pin_art, view=view, look=look, px=args.px)
        (out / f"{view}.webp").write_bytes(picture.encode("webp"))


def _summary(made: Flattened) -> str:
    art = made.pin_art
    lines = [
        f"{art.width_mm:.1f} x {art.height_mm:.1f} mm, {art.weight_g:.1f} g, {len(art.palette)} colours",
        f"{len(art.posts)} post(s), {len(made.changes)} change(s)",
        *(f"note: {note}" for note in made.notes),
        *(f"{finding.severity}: {finding.message}" for finding in made.findings),
    ]
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """Run the command; returns 0, or 2 after one clear line for what cannot be read or does not exist."""
    args = _parser().parse_args(argv)
    try:
        made = _flatten(args)
        _write(made, args)
    except ArtworkError as error:
        print(f"{args.art.name}: {error}", file=sys.stderr)
        return UNREADABLE
    except (OSError, ValueError) as error:
        print(f"{args.art}: {error}", file=sys.stderr)
        return UNREADABLE
    print(_summary(made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
