"""Contact sheets of the pictures of pages: `python -m tests.e2e.contact_sheets FOLDER` (what `make screenshots` ends with)."""

import sys
from pathlib import Path

from PIL import Image, ImageDraw

COLUMNS = 6
CELL = (400, 560)
ROWS = 3
CAPTION = 20
GROUND, INK = "#d9d4ca", "#211c28"


def make(folder: Path) -> list[Path]:
    """A sheet for each 18 pictures of one width and scheme, each picture from its top; returns the files."""
    groups: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.png")):
        kind = "-".join(path.stem.rsplit("-", 2)[1:])
        groups.setdefault(kind, []).append(path)
    return [
        _draw(paths[start : start + COLUMNS * ROWS], folder / f"sheet-{kind}-{start // (COLUMNS * ROWS) + 1}.jpg")
        for kind, paths in groups.items()
        for start in range(0, len(paths), COLUMNS * ROWS)
    ]


def _draw(paths: list[Path], target: Path) -> Path:
    width, height = CELL
    rows = -(-len(paths) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * width, rows * (height + CAPTION)), GROUND)
    draw = ImageDraw.Draw(sheet)
    for number, path in enumerate(paths):
        left, top = number % COLUMNS * width, number // COLUMNS * (height + CAPTION)
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        picture = picture.resize((width - 8, round(picture.height * (width - 8) / picture.width)))
        sheet.paste(picture.crop((0, 0, width - 8, min(height, picture.height))), (left + 4, top + CAPTION))
        draw.text((left + 6, top + 4), path.stem, fill=INK)
    sheet.save(target, quality=88)
    return target


if __name__ == "__main__":
    sys.stdout.write("".join(f"{made}\n" for made in make(Path(sys.argv[1]))))
