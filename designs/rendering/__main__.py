"""`python -m designs.rendering ART --out DIR`: an artwork as a pin, with pictures, proof sheet, report and die lines.

With `--batch DIR` all artworks in a folder, each in a folder of its own, and all pins on one contact sheet.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
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
    Picture,
    Prepared,
    Rules,
    contact_sheet,
    dielines,
    flatten,
    live,
    planes,
    prepare,
    proof_sheet,
    render,
)
from designs.rendering import options as choices

UNREADABLE = 2
SUFFIXES = frozenset({"png", "jpg", "jpeg", "webp", "avif", "gif", "tif", "tiff", "svg", "pdf", "ai"})
SHEET_PX = 1200  # the pictures of the proof sheet, whatever --px is


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m designs.rendering", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("art", type=Path, nargs="?", help="PNG, JPEG, WebP, AVIF, GIF, TIFF, SVG, PDF or AI")
    what.add_argument("--batch", type=Path, metavar="DIR", help="every artwork in this folder")
    parser.add_argument("--size-mm", type=float, default=30.0, help="longest side of the finished pin")
    parser.add_argument("--process", choices=PROCESSES, default="soft_enamel")
    parser.add_argument("--plating", choices=tuple(PLATINGS), default="gold")
    parser.add_argument(
        "--second-plating", choices=tuple(PLATINGS), default="", help="of the rim, or of a struck ground"
    )
    parser.add_argument("--lines", choices=choices.LINES, default="auto")
    parser.add_argument("--line-mm", type=float, help="width of the metal line between colours")
    parser.add_argument("--max-colours", type=int)
    parser.add_argument("--background", choices=choices.BACKGROUNDS, default="auto")
    parser.add_argument("--shape", choices=choices.SHAPES, default="none")
    parser.add_argument("--bridge", choices=choices.BRIDGES, default="off")
    parser.add_argument("--effects", type=_effects, default={}, help="for example 3=glitter,4=pearl")
    parser.add_argument("--no-mend", action="store_true", help="leave narrow and small areas as drawn")
    parser.add_argument("--views", type=_views, default=VIEWS[:3], help=f"of {','.join(VIEWS)}")
    parser.add_argument("--px", type=int, default=1200)
    parser.add_argument("--paper", choices=proof_sheet.PAPERS, default=proof_sheet.PAPERS[0], help="of the proof sheet")
    parser.add_argument("--out", type=Path, required=True, help="directory, made where it is missing")
    return parser


def _effects(text: str) -> dict[int, str]:
    pairs = (pair.split("=", 1) for pair in text.split(",") if pair)
    return {int(label): effect for label, effect in pairs}


def _views(text: str) -> tuple[str, ...]:
    views = tuple(filter(None, text.split(",")))
    for view in views:
        if view not in VIEWS:
            raise argparse.ArgumentTypeError(f"{view!r} is not a view; there are {', '.join(VIEWS)}")
    return views


def _look(args: argparse.Namespace) -> Look:
    return Look(process=args.process, plating=args.plating, second_plating=args.second_plating)


def _flatten(art: Path, args: argparse.Namespace) -> Flattened:
    options = FlattenOptions(
        size_mm=args.size_mm,
        process=args.process,
        lines=args.lines,
        line_mm=args.line_mm,
        max_colours=args.max_colours,
        background=args.background,
        shape=args.shape,
        bridge=args.bridge,
        effects=args.effects,
        mend=not args.no_mend,
    )
    return flatten(art.read_bytes(), options=options, rules=Rules.seed(), palette=HousePalette.seed())


def _write(made: Flattened, name: str, out: Path, args: argparse.Namespace) -> Prepared:
    """Everything that is known of a pin, as files in `out`; returns the pin laid out for pictures."""
    out.mkdir(parents=True, exist_ok=True)
    art = made.pin_art
    Image.fromarray(art.labels).save(out / "labels.png")
    facts: dict[str, Any] = art.facts()
    relief = planes.relief(art)
    if relief is not None:
        Image.fromarray(relief.levels).save(out / "relief.png")
        facts["relief_mm_per_level"] = relief.mm_per_level
    if args.second_plating:
        Image.fromarray(planes.second_metal(art).view("uint8") * 255).save(out / "second_plating.png")
    facts["changes"] = [asdict(change) for change in made.changes]
    facts["notes"] = list(made.notes)
    facts["timings_ms"] = made.timings_ms
    _write_json(out / "pinart.json", facts)
    _write_json(out / "report.json", {"findings": [asdict(finding) for finding in made.findings]})
    (out / "dielines.svg").write_text(dielines(art), encoding="utf-8")
    (out / "live.pin").write_bytes(live.bundle(art))
    look = _look(args)
    pin = prepare(art, max(args.px, SHEET_PX))
    for view in args.views:
        (out / f"{view}.webp").write_bytes(render(pin, view=view, look=look, px=args.px).encode("webp"))
    (out / "proof.pdf").write_bytes(_proof(made, pin, look, name, out, args))
    return pin


def _proof(made: Flattened, pin: Prepared, look: Look, name: str, out: Path, args: argparse.Namespace) -> bytes:
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _lasting(out, args)}
    content = proof_sheet.describe(
        made,
        look=look,
        palette=HousePalette.seed(),
        name=name,
        files=files,
        proof_hash=hashlib.sha256(made.pin_art.to_bytes()).hexdigest(),
    )
    pictures = {
        "back": render(pin, view="back", look=look, px=SHEET_PX).encode("jpeg", 90),
        "card": render(pin, view="card", look=look, px=SHEET_PX).encode("jpeg", 90),
        "bare": contact_sheet.bare(pin, look, SHEET_PX).encode("jpeg", 90, proof_sheet.PANEL),
    }
    return proof_sheet.write(content, pictures=pictures, paper=args.paper)


def _lasting(out: Path, args: argparse.Namespace) -> Iterator[Path]:
    """The files whose content follows from the artwork alone; `pinart.json` also tells how long it took."""
    yield from (out / name for name in ("labels.png", "dielines.svg", "report.json"))
    yield from (out / f"{view}.webp" for view in args.views)


def _write_json(path: Path, data: dict[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _summary(made: Flattened) -> str:
    art = made.pin_art
    lines = [
        f"{art.width_mm:.1f} x {art.height_mm:.1f} mm, {art.weight_g:.1f} g, {len(art.palette)} colours",
        f"{len(art.posts)} post(s), {len(made.changes)} change(s)",
        *(f"note: {note}" for note in made.notes),
        *(f"{finding.severity}: {finding.message}" for finding in made.findings),
    ]
    return "\n".join(lines)


def _pin(art: Path, out: Path, args: argparse.Namespace) -> tuple[Flattened, Prepared] | None:
    """One artwork with all its files; None after one clear line where it cannot be read."""
    try:
        made = _flatten(art, args)
        return made, _write(made, art.name, out, args)
    except ArtworkError as error:
        print(f"{art.name}: {error}", file=sys.stderr)
    except (OSError, ValueError) as error:
        print(f"{art}: {error}", file=sys.stderr)
    return None


def _batch(args: argparse.Namespace) -> int:
    folder: Path = args.batch
    arts = sorted(path for path in folder.glob("*") if path.suffix[1:].lower() in SUFFIXES and path.is_file())
    if not arts:
        print(f"{folder}: there is no artwork here", file=sys.stderr)
        return UNREADABLE
    look = _look(args)
    fronts: list[Picture] = []
    with click.progressbar(
        arts, label="pins", item_show_func=lambda art: art.name if art else "", file=sys.stderr
    ) as bar:
        for art in bar:
            # Two artworks may differ in their suffix alone.
            made = _pin(art, args.out / art.name, args)
            if made is not None:
                fronts.append(contact_sheet.bare(made[1], look))
    if fronts:
        (args.out / "contact-sheet.jpg").write_bytes(contact_sheet.sheet(fronts))
    print(f"{len(fronts)} of {len(arts)} artworks made into pins in {args.out}")
    return 0 if len(fronts) == len(arts) else UNREADABLE


def main(argv: list[str] | None = None) -> int:
    """Run the command; returns 0, or 2 after one clear line for each artwork that cannot be read or does not exist."""
    args = _parser().parse_args(argv)
    if args.batch is not None:
        return _batch(args)
    made = _pin(args.art, args.out, args)
    if made is None:
        return UNREADABLE
    print(_summary(made[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
