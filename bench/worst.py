"""The worst cases of the flattening bench, listed and drawn side by side: as sent, the truth, the pin's colours, the errors."""

import io
from pathlib import Path

import cases
import columns
import corpus
import measures
import numpy as np
import numpy.typing as npt
import truth
from PIL import Image

from designs.rendering import ArtworkError, PinArt, colours

Bytes = npt.NDArray[np.uint8]
GROUND, METAL, WRONG, LOST, ADDED = (255, 255, 255), (150, 150, 150), (230, 0, 0), (0, 90, 230), (240, 150, 0)


def show(found: list[cases.Case], folder: Path, count: int, pictures: Path) -> None:
    """List the `count` lowest cases of each measure and draw each once into `pictures`."""
    drawn = set[tuple[str, str]]()
    pictures.mkdir(parents=True, exist_ok=True)
    for name, title in measures.MEASURES.items():
        known = [case for case in found if case.get("drawn", {}).get(name) is not None and case["drawn"][name] < 1]
        print(f"\nworst by {title}")
        for case in sorted(known, key=lambda case: case["drawn"][name])[:count]:
            print(f"  {case['drawn'][name]:.3f} {case['name']} {case['column']} {case.get('refused', '')[:60]}")
            drawn.add((case["name"], case["column"]))
    for name, column in sorted(drawn):
        picture = _side_by_side(corpus.read(folder, name), name, column)
        picture.save(pictures / f"{name.replace('/', '-').removesuffix('.svg')}-{column}.png")
    print(
        f"\n{len(drawn)} pictures in {pictures}: as sent, truth, pin, errors (red wrong colour, blue lost, orange added)"
    )


def _side_by_side(drawing: bytes, name: str, column: str) -> Image.Image:
    sent = columns.COLUMNS[column](drawing, name)
    shown = Image.fromarray(truth.raster(drawing, 960)) if column == "svg" else Image.open(io.BytesIO(sent.data))
    parts = [shown.convert("RGBA")]
    try:
        art = cases.flattened(sent.data).pin_art
    except ArtworkError:
        parts += [Image.new("RGBA", (960, 960), "white")]
    else:
        over = measures.laid(truth.of_svg(drawing), art, sent.to_art)
        table = np.full((256, 3), GROUND, dtype=np.uint8)
        table[: len(over.srgb)] = over.srgb
        parts += [Image.fromarray(each).convert("RGBA") for each in (table[over.index], _flat(art), _errors(art, over))]
    sheet = Image.new("RGBA", (len(parts) * 480, 480), (225, 225, 235, 255))
    for place, part in enumerate(parts):
        part.thumbnail((470, 470))
        sheet.alpha_composite(part, (place * 480 + 5, 5))
    return sheet.convert("RGB")


def _flat(art: PinArt) -> Bytes:
    table = np.full((256, 3), GROUND, dtype=np.uint8)
    table[1] = METAL
    for entry in art.palette:
        table[entry.label] = colours.from_hex(entry.hex)
    return table[art.labels]


def _errors(art: PinArt, over: measures.Laid) -> Bytes:
    """Wrong enamel red, drawing outside the pin blue, pin outside the drawing orange, the rest pale."""
    picture = np.asarray(160 + _flat(art) * 0.35, dtype=np.uint8)
    away = colours.delta_e(colours.lab(_flat(art)), colours.lab(over.srgb[np.minimum(over.index, len(over.srgb) - 1)]))
    drawn, core = over.index != truth.NOTHING, measures.without_border(art)
    picture[(art.labels >= 2) & (~drawn | (away > measures.NEAR))] = WRONG
    picture[drawn & ~core] = LOST
    picture[core & ~drawn & (art.labels < 2)] = ADDED
    return picture
