"""Golden pictures: twelve of the project's own artworks, each in another look. `make goldens` draws them anew."""

from pathlib import Path

import numpy as np
from PIL import Image

from designs.rendering import FlattenOptions, HousePalette, Look, Picture, Rules, flatten, render
from designs.rendering.contact_sheet import ARTWORKS, SAMPLES

FOLDER = Path(__file__).with_name("golden")
PX = 240
QUALITY = 95
LOOKS: dict[str, tuple[str, Look]] = {
    "axolotl": ("front", Look()),
    "glasshouse-snail": ("front", Look(process="hard_enamel", plating="silver")),
    "kind-rain": ("front", Look(effects={2: "glitter"}, epoxy=True, plating="white_dyed")),
    "library-cat": ("three_quarter", Look(plating="rose_gold", ground="slate")),
    "lighthouse": ("card", Look(plating="black_nickel", card_text="Keep a light on")),
    "moon-moth": ("front", Look(second_plating="silver", effects={2: "pearl", 5: "gemstone"}, ground="walnut")),
    "mushroom-house": ("back", Look(plating="antique_silver", attachment="rubber_clutch", stamp="NO. 7")),
    "night-heron": ("front", Look(process="cast_3d", plating="antique_copper", ground="paper")),
    "reef-turtle": ("front", Look(process="hard_enamel", effects={2: "translucent", 3: "translucent"})),
    "sleepy-fox": ("front", Look(process="die_struck", plating="antique_gold", ground="denim")),
    "star-listener": ("front", Look(plating="rainbow", effects={4: "glow"}, night=True)),
    "tea-whale": ("actual_size", Look(plating="copper")),
}


def draw(name: str) -> Picture:
    """One artwork in its look, `PX` high, on a ground."""
    view, look = LOOKS[name]
    options = FlattenOptions(process=look.process)
    svg = (SAMPLES / f"{name}.svg").read_bytes()
    made = flatten(svg, options=options, rules=Rules.seed(), palette=HousePalette.seed())
    return render(made.pin_art, view=view, look=look, px=PX)


def read(name: str) -> np.ndarray:
    """The golden picture, RGB."""
    with Image.open(FOLDER / f"{name}.jpg") as image:
        return np.asarray(image.convert("RGB"))


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in ARTWORKS:
        (FOLDER / f"{name}.jpg").write_bytes(draw(name).encode("jpeg", QUALITY))


if __name__ == "__main__":
    main()
