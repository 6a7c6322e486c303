"""`PinArt`: the one object that everything else is made from."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image

from designs.rendering.arrays import Bytes2D

OUTSIDE = 0
METAL = 1
FIRST_ENAMEL = 2
HOUSE_DELTA_E = 3.0
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PaletteEntry:
    """One enamel colour of the pin.

    `hex` is the artwork's colour, `house` the code of the nearest house colour, `delta_e` how far that is
    (CIEDE2000), `fill` what is made (the house colour within 3, else a custom mix of `hex`), `effect` one of
    `none glitter pearl glow`, or `print` and `recessed` where no enamel is filled.
    """

    label: int
    hex: str
    fill: str
    house: str
    delta_e: float
    area_mm2: float
    effect: str = "none"


@dataclass(frozen=True)
class Cutout:
    """A hole through the pin: the middle of the largest disc in it, that disc's diameter, its area."""

    x_mm: float
    y_mm: float
    across_mm: float
    area_mm2: float


@dataclass(frozen=True)
class Post:
    """A post soldered to the back: place seen from the front, and its diameter."""

    x_mm: float
    y_mm: float
    diameter_mm: float


@dataclass(frozen=True)
class Writing:
    """A line of text in the artwork: its capitals' height, its strokes' width where the file tells, its box.

    `certain` for text that the file names as such; else `text` is empty and it only looks like letters.
    """

    text: str
    height_mm: float
    stroke_mm: float | None
    box_mm: tuple[float, float, float, float]
    certain: bool = True


@dataclass(frozen=True)
class Lost:
    """A detail of the artwork that is too fine to be on the pin: the rule that it misses, its width, its place.

    `enclosed` where metal lines of the drawing lie on both sides of it; `mended` where it was left out as a mend.
    """

    rule: str
    width_mm: float
    at_mm: tuple[float, float]
    box_mm: tuple[float, float, float, float]
    enclosed: bool
    mended: bool


@dataclass(frozen=True)
class Gradient:
    """A fill of the artwork that shades from one colour (hex) into another; `at_mm` lies in its largest part."""

    ends: tuple[str, str]
    at_mm: tuple[float, float]
    box_mm: tuple[float, float, float, float]


@dataclass(frozen=True)
class Source:
    """What is known about the uploaded artwork and cannot be seen in the label map any more.

    `gradients` are its shaded fills, the largest first. `asks` names what the customer should confirm: `background`,
    `photo`. `writings` are the lines of text in it, `lost` the details that are not on the pin.
    """

    native_px_per_mm: float | None = None
    gradients: tuple[Gradient, ...] = ()
    asks: tuple[str, ...] = ()
    writings: tuple[Writing, ...] = ()
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True)
class PinArt:
    """A pin, flattened. Millimetres count from the left top corner of the label map, which is the pin's box.

    `labels` is uint8 (height, width): 0 outside or cut-out, 1 metal, 2.. enamel, by `palette`.
    `print_rgba` is uint8 (height, width, 4) where colour is printed, None elsewhere.
    `artwork_box` is where the whole artwork canvas lies, in label-map pixels (x0, y0, x1, y1).
    """

    labels: Bytes2D = field(repr=False)
    px_per_mm: float
    width_mm: float
    height_mm: float
    process: str
    palette: tuple[PaletteEntry, ...]
    cutouts: tuple[Cutout, ...]
    posts: tuple[Post, ...]
    thickness_mm: float
    weight_g: float
    artwork_box: tuple[float, float, float, float]
    border_mm: float
    line_mm: float
    source: Source = field(default_factory=Source)
    print_rgba: Bytes2D | None = field(default=None, repr=False)

    def facts(self) -> dict[str, Any]:
        """Everything but the planes, ready for JSON."""
        planes = {"labels", "print_rgba"}
        shallow = replace(self, labels=np.zeros((1, 1), np.uint8), print_rgba=None)
        return {key: value for key, value in asdict(shallow).items() if key not in planes}

    def to_bytes(self) -> bytes:
        """A zip of `labels.png`, `pinart.json` and, where there is one, `print.png`; the same art, the same bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            files = {
                "pinart.json": json.dumps(self.facts(), indent=1).encode(),
                "labels.png": _png(self.labels),
            }
            if self.print_rgba is not None:
                files["print.png"] = _png(self.print_rgba)
            for name, data in sorted(files.items()):
                archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), data)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "PinArt":
        """Read what `to_bytes` wrote; raises ValueError for anything else."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                facts = json.loads(archive.read("pinart.json"))
                labels = _plane(archive.read("labels.png"))
                printed = _plane(archive.read("print.png")) if "print.png" in archive.namelist() else None
        except (zipfile.BadZipFile, KeyError, OSError) as error:
            raise ValueError(f"these bytes are not a saved PinArt: {error}") from error
        facts["palette"] = tuple(PaletteEntry(**row) for row in facts["palette"])
        facts["cutouts"] = tuple(Cutout(**row) for row in facts["cutouts"])
        facts["posts"] = tuple(Post(**row) for row in facts["posts"])
        facts["artwork_box"] = tuple(facts["artwork_box"])
        facts["source"] = _source(facts["source"])
        return cls(labels=labels, print_rgba=printed, **facts)


def _source(row: dict[str, Any]) -> Source:
    return Source(
        native_px_per_mm=row["native_px_per_mm"],
        asks=tuple(row["asks"]),
        # Pins that were saved before these were measured have none.
        gradients=tuple(Gradient(**_tuples(each)) for each in row.get("gradients", ())),
        writings=tuple(Writing(**_tuples(each)) for each in row.get("writings", ())),
        lost=tuple(Lost(**_tuples(each)) for each in row.get("lost", ())),
    )


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def _png(plane: Bytes2D) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(plane).save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def _plane(data: bytes) -> Bytes2D:
    with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
        return np.asarray(image, dtype=np.uint8).copy()
