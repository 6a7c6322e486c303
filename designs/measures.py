"""What the engine measured on a pin: the figures that the price, the sheet and the factory stand on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FIRST_LABEL = 2  # 0 is outside, 1 is metal


@dataclass(frozen=True, slots=True)
class Colour:
    """One enamel colour of a pin.

    `label` is its number in the pin, `fill` what is filled (sRGB hex), `house` and `hlc` the house colour nearest to it,
    `hex` the artwork's own colour; area in mm2, `area_percent` its share of all colour on the pin; `x_mm`, `y_mm` a spot
    well inside its largest field, where a leader line may point.
    """

    label: int
    name: str
    house: str
    hlc: str
    hex: str
    fill: str
    effect: str
    area_mm2: float
    area_percent: float
    x_mm: float
    y_mm: float

    @property
    def number(self) -> int:
        """The number on the proof, from 1."""
        return self.label - FIRST_LABEL + 1


@dataclass(frozen=True, slots=True)
class Post:
    """A post on the back, seen from the front; mm from the left top corner."""

    x_mm: float
    y_mm: float
    diameter_mm: float


@dataclass(frozen=True, slots=True)
class Cutout:
    """A hole through the pin; mm from the left top corner."""

    x_mm: float
    y_mm: float
    across_mm: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Size, weight, colours, posts and cut-outs of one pin. Lengths in mm, weight in g.

    `colours` is empty where none is mixed: bare metal, and prints in full colour.
    """

    width_mm: float
    height_mm: float
    thickness_mm: float
    weight_g: float
    colours: tuple[Colour, ...]
    posts: tuple[Post, ...]
    cutouts: tuple[Cutout, ...]

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Measures":
        """Read what `to_json` wrote."""
        return cls(
            width_mm=data["width_mm"],
            height_mm=data["height_mm"],
            thickness_mm=data["thickness_mm"],
            weight_g=data["weight_g"],
            colours=tuple(Colour(**row) for row in data["colours"]),
            posts=tuple(Post(**row) for row in data["posts"]),
            cutouts=tuple(Cutout(**row) for row in data["cutouts"]),
        )
