"""The house palette: enamel colours named `E-001`, on the HLC grid (CIE LCh, D50)."""

import json
import math
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from designs.rendering import colours

SEED = Path(__file__).with_name("palette.json")
FORMULA = (
    "HLC grid of CIE LCh(ab), D50: a = C cos H, b = C sin H; Lab -> XYZ D50 -> Bradford -> sRGB. "
    "For each hue (every 20 degrees) and lightness 30, 45, 60, 75, 90: the strongest chroma on the grid of 10 "
    "that sRGB can show, and half of it, rounded down to the grid, where it is at least 20; "
    "neutrals at lightness 10 to 100 by 10, and 5."
)
_HUES = (
    "Rose", "Crimson", "Vermilion", "Tangerine", "Amber", "Yellow", "Lime", "Green", "Emerald",
    "Jade", "Teal", "Turquoise", "Azure", "Sky", "Cobalt", "Indigo", "Violet", "Magenta",
)  # fmt: skip
_STRONG = {30: "Deep", 45: "Rich", 60: "Bright", 75: "Light", 90: "Pale"}
_SOFT = {30: "Dusky", 45: "Muted", 60: "Soft", 75: "Misty", 90: "Whisper"}
_NEUTRALS = {
    5: "Black", 10: "Onyx", 20: "Charcoal", 30: "Graphite", 40: "Iron Grey", 50: "Grey", 60: "Pewter Grey",
    70: "Dove Grey", 80: "Silver Grey", 90: "Pearl Grey", 100: "White",
}  # fmt: skip


@dataclass(frozen=True)
class HouseColour:
    """One enamel colour of the house: code, friendly name, HLC code, sRGB hex, L*a*b* D50."""

    code: str
    name: str
    hlc: str
    hex: str
    lab: tuple[float, float, float]


@dataclass(frozen=True)
class HousePalette:
    """The enamel colours that a manufacturer mixes; `version` names the published list."""

    version: str
    colours: tuple[HouseColour, ...]

    @classmethod
    def from_json(cls, text: str) -> "HousePalette":
        """Read the format of `palette.json`."""
        data = json.loads(text)
        entries = tuple(_read(row) for row in data["colours"])
        return cls(version=data["version"], colours=entries)

    @classmethod
    @cache
    def seed(cls) -> "HousePalette":
        """The palette in the seed file."""
        return cls.from_json(SEED.read_text(encoding="utf-8"))

    def to_json(self) -> str:
        """The format of `palette.json`: one colour per line."""
        rows = ",\n".join("  " + json.dumps(asdict(colour)) for colour in self.colours)
        head = f'{{\n "version": {json.dumps(self.version)},\n "formula": {json.dumps(FORMULA)},\n "colours": [\n'
        return head + rows + "\n ]\n}\n"

    @cached_property
    def _table(self) -> npt.NDArray[np.float64]:
        return np.array([colour.lab for colour in self.colours])

    def nearest(self, hex_code: str) -> tuple[HouseColour, float]:
        """The nearest house colour by CIEDE2000, and that difference."""
        differences = colours.delta_e(colours.lab(colours.from_hex(hex_code)), self._table)
        best = int(np.argmin(differences))
        return self.colours[best], float(differences[best])


def _read(row: dict[str, Any]) -> HouseColour:
    lightness, a, b = row["lab"]
    return HouseColour(
        code=row["code"],
        name=row["name"],
        hlc=row["hlc"],
        hex=row["hex"],
        lab=(float(lightness), float(a), float(b)),
    )


def generate(version: str) -> HousePalette:
    """The house palette by `FORMULA`; the seed file is this, written down."""
    found = [(0, lightness, 0, name) for lightness, name in _NEUTRALS.items()]
    for index, hue_name in enumerate(_HUES):
        for lightness, tone in _STRONG.items():
            hue = index * 20
            top = _strongest_chroma(hue, lightness)
            found.append((hue, lightness, top, f"{tone} {hue_name}"))
            half = top // 20 * 10
            if half >= 20:
                found.append((hue, lightness, half, f"{_SOFT[lightness]} {hue_name}"))
    return HousePalette(
        version=version, colours=tuple(_house_colour(n, *point) for n, point in enumerate(found, start=1))
    )


def _lab(hue: int, lightness: int, chroma: int) -> tuple[float, float, float]:
    angle = math.radians(hue)
    return (float(lightness), round(chroma * math.cos(angle), 3), round(chroma * math.sin(angle), 3))


def _strongest_chroma(hue: int, lightness: int) -> int:
    chroma = 0
    while True:
        light = colours.lab_to_light(_lab(hue, lightness, chroma + 10))
        if light.min() < -1e-4 or light.max() > 1.0001:
            return chroma
        chroma += 10


def _house_colour(number: int, hue: int, lightness: int, chroma: int, name: str) -> HouseColour:
    values = _lab(hue, lightness, chroma)
    return HouseColour(
        code=f"E-{number:03d}",
        name=name,
        hlc=f"H{hue:03d}_L{lightness:03d}_C{chroma:03d}",
        hex=colours.hex_code(colours.encoded(colours.lab_to_light(values))),
        lab=values,
    )
