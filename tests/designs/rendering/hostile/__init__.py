"""Files that nobody should send: generated, named, in classes of at least eight.

    python -m tests.designs.rendering.hostile [--write FOLDER]

makes each into a pin and prints what becomes of it, or writes them all.
"""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from tests.designs.rendering.hostile import documents, drawings, pictures

CANARY = "#ff00c8"
CANARY_SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><rect id="x" width="99" height="99" fill="{CANARY}"/></svg>'


def classes(canary: Path, port: int) -> dict[str, list[tuple[str, bytes]]]:
    """All files by class; `canary` is an SVG on this disk, `port` a listening port on this machine, which nobody may touch."""
    made: dict[str, Iterable[tuple[str, bytes]]] = {
        "bombs": chain(drawings.bombs(), documents.bombs()),
        "decompression bombs": pictures.bombs(),
        "truncations": pictures.truncations(),
        "bit flips": pictures.flips(),
        "lying headers": pictures.lies(),
        "huge dimensions": chain(pictures.sizes(), drawings.sizes(), documents.sizes()),
        "deep nesting": drawings.nests(),
        "loops": drawings.loops(),
        "external references": drawings.references(canary, port),
        "missing fonts": drawings.fonts(),
        "scripts in PDF": documents.scripts(canary, port),
        "broken PDF": documents.broken(),
        "polyglots": pictures.polyglots(),
        "zero bytes": pictures.nothings(),
        "colour profiles": pictures.profiles(),
        "EXIF": pictures.exifs(),
    }
    return {name: list(files) for name, files in made.items()}


def put_canaries(folder: Path) -> Path:
    """Lay down what must not be read: `canary.svg` and `canary.png`; returns the path of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "canary.svg"
    path.write_text(CANARY_SVG, encoding="utf-8")
    path.with_suffix(".png").write_bytes(pictures.saved(pictures.Image.new("RGB", (64, 64), CANARY), "PNG"))
    return path
