import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LINES = ("auto", "metal", "enamel")
BACKGROUNDS = ("auto", "keep", "remove")
SHAPES = ("none", "circle", "shield", "square")
BRIDGES = ("off", "auto", "plate")
_COLOUR = re.compile("#[0-9a-f]{6}")
EFFECTS = ("none", "glitter", "pearl", "glow", "translucent", "gemstone")


@dataclass(frozen=True)
class FlattenOptions:
    """How to turn an artwork into a pin.

    `size_mm` is the longest side of the finished pin. `line_mm` is the metal line between colours (None: the
    process's own, never under its warn limit). `max_colours` merges the nearest colours beyond it.
    `bridge="auto"` joins loose pieces by metal bridges, `"plate"` by a common back plate, `"off"` reports them.
    `effects` maps a label (2..) to an effect. `mend=False` leaves narrow and small areas as drawn. `merges` gives the
    areas of one of the artwork's colours to another (both `#rrggbb`), `cutouts` are colours whose areas become holes.
    Raises ValueError for a value that does not exist.
    """

    size_mm: float = 30.0
    process: str = "soft_enamel"
    lines: str = "auto"
    line_mm: float | None = None
    max_colours: int | None = None
    background: str = "auto"
    shape: str = "none"
    bridge: str = "off"
    effects: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    mend: bool = True
    merges: tuple[tuple[str, str], ...] = ()
    cutouts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, value, known in (
            ("lines", self.lines, LINES),
            ("background", self.background, BACKGROUNDS),
            ("shape", self.shape, SHAPES),
            ("bridge", self.bridge, BRIDGES),
            *(("effect", effect, EFFECTS) for effect in self.effects.values()),
        ):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; it can be {', '.join(known)}")
        for colour in (*(colour for pair in self.merges for colour in pair), *self.cutouts):
            if not _COLOUR.fullmatch(colour):
                raise ValueError(f"merges has {colour!r}; it can be colours such as #2f62a8")
        if not 10 <= self.size_mm <= 120:
            raise ValueError(f"size_mm is {self.size_mm}; it can be 10 to 120")
        if self.max_colours is not None and not 1 <= self.max_colours <= 16:
            raise ValueError(f"max_colours is {self.max_colours}; it can be 1 to 16")
        if self.line_mm is not None and not 0.2 <= self.line_mm <= 2:
            raise ValueError(f"line_mm is {self.line_mm}; it can be 0.2 to 2")
