"""`make contact-sheet`: 48 pins in one picture, twelve of the project's own artworks in four finishes each."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from designs.rendering import grounds, scene
from designs.rendering.grounds import TRANSPARENT
from designs.rendering.options import FlattenOptions
from designs.rendering.palette import HousePalette
from designs.rendering.picture import Picture
from designs.rendering.pinart import PinArt
from designs.rendering.pipeline import flatten
from designs.rendering.prepared import FRONT_FILL, Prepared
from designs.rendering.rules import Rules
from designs.rendering.views import Look, render

SAMPLES = Path(__file__).parents[1] / "samples"
ARTWORKS = (
    "axolotl", "glasshouse-snail", "kind-rain", "library-cat", "lighthouse", "moon-moth",
    "mushroom-house", "night-heron", "reef-turtle", "sleepy-fox", "star-listener", "tea-whale",
)  # fmt: skip
COLUMNS = 8
CELL_PX = 300
QUALITY = 88

_METALS = ("silver", "copper", "black_nickel", "rose_gold", "nickel", "brass")
_STRUCK = (
    Look(process="die_struck", plating="antique_gold"),
    Look(process="cast_3d", plating="antique_silver"),
    Look(process="die_struck", plating="gold", second_plating="silver"),
    Look(process="cast_3d", plating="antique_copper"),
    Look(process="die_struck", plating="antique_silver"),
    Look(process="cast_3d", plating="bronze"),
)
_SPECIAL = (
    Look(plating="dyed", dye="#7a2e5d", effects={3: "pearl"}),
    Look(process="hard_enamel", plating="silver", effects={2: "translucent", 3: "translucent"}),
    Look(plating="white_dyed", effects={2: "glitter"}, epoxy=True),
    Look(plating="black_dyed"),
    Look(plating="rainbow", epoxy=True),
    Look(plating="gold", second_plating="silver", effects={2: "glitter", 5: "gemstone"}),
    Look(plating="silver", epoxy=True, effects={2: "pearl"}),
    Look(plating="black_nickel", effects={2: "glow"}),
    Look(process="hard_enamel", effects={2: "translucent", 3: "translucent", 4: "translucent"}),
    Look(plating="copper", effects={3: "glitter"}),
    Look(plating="silver", epoxy=True, effects={2: "glitter"}),
    Look(plating="rose_gold", effects={3: "pearl"}),
)


def samples() -> Iterator[tuple[PinArt, Look]]:
    """The artworks in turn, each in soft enamel, hard enamel, bare metal, and something special."""
    for number, name in enumerate(ARTWORKS):
        svg = (SAMPLES / f"{name}.svg").read_bytes()
        looks = (
            Look(),
            Look(process="hard_enamel", plating=_METALS[number % len(_METALS)]),
            _STRUCK[number % len(_STRUCK)],
            _SPECIAL[number],
        )
        arts: dict[str, PinArt] = {}
        for look in looks:
            if look.process not in arts:
                options = FlattenOptions(process=look.process)
                made = flatten(svg, options=options, rules=Rules.seed(), palette=HousePalette.seed())
                arts[look.process] = made.pin_art
            yield arts[look.process], look


def sheet(pins: Sequence[Picture]) -> bytes:
    """Pins on one table, eight in a row, as a JPEG. They are fronts on nothing, all of one size."""
    cells = [scene.premultiplied(pin.rgba) for pin in pins]
    columns = min(COLUMNS, len(cells))
    cells += [np.zeros_like(cells[0])] * (-len(cells) % columns)
    rows = [np.hstack(cells[first : first + columns]) for first in range(0, len(cells), columns)]
    laid = np.ascontiguousarray(np.vstack(rows))
    table = np.asarray(cv2.resize(grounds.ground("studio", laid.shape[1]), laid.shape[1::-1]), dtype=np.uint8)
    dark = scene.shadow(np.ascontiguousarray(laid[..., 3]), FRONT_FILL * cells[0].shape[0] / 30, scene.ON_TABLE)
    picture = scene.shaded(table, dark)
    scene.pasted_premultiplied(picture, laid, 0, 0)
    return Picture(picture, opaque=True).encode("jpeg", QUALITY)


def bare(pin: PinArt | Prepared, look: Look, px: int = CELL_PX) -> Picture:
    """A front on nothing, as `sheet` lays them out."""
    return render(pin, view="front", look=replace(look, ground=TRANSPARENT), px=px)


def main(argv: list[str] | None = None) -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(prog="python -m designs.rendering.contact_sheet", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("var/contact-sheet.jpg"))
    parser.add_argument("--px", type=int, default=CELL_PX, help="side of each pin's picture")
    args = parser.parse_args(argv)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(sheet([bare(art, look, args.px) for art, look in samples()]))


if __name__ == "__main__":
    main()
