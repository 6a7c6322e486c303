"""Which of the colours that people name an enamel is: by hue, lightness and chroma in CIE LCh(ab), as the house palette has them.

The borders lie where the names of the house palette and of common colour charts change; browns are dark or dull oranges.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from catalog.models import ColourFamily
from designs.measures import Colour

SMALLEST_PERCENT = 8.0  # of all colour on the pin: less is a detail, for which nobody would call a pin green
_HLC = re.compile(r"H(\d+)_L(\d+)_C(\d+)")
_HUES = (
    (15, ColourFamily.PINK),
    (45, ColourFamily.RED),
    (72, ColourFamily.ORANGE),
    (105, ColourFamily.YELLOW),
    (165, ColourFamily.GREEN),
    (225, ColourFamily.TEAL),
    (300, ColourFamily.BLUE),
    (335, ColourFamily.PURPLE),
    (360, ColourFamily.PINK),
)


def list_families(colours: Iterable[Colour]) -> tuple[ColourFamily, ...]:
    """The families of a pin's colours, the one with the largest area first; details are left out."""
    shares: dict[ColourFamily, float] = defaultdict(float)
    for colour in colours:
        shares[family_of(colour.hlc)] += colour.area_percent
    large = [family for family, percent in shares.items() if percent >= SMALLEST_PERCENT]
    return tuple(sorted(large, key=lambda family: -shares[family]))


def family_of(hlc: str) -> ColourFamily:
    """The family of a colour as the house palette writes it, such as `H060_L045_C040`; raises ValueError."""
    found = _HLC.fullmatch(hlc)
    if found is None:
        raise ValueError(f"{hlc!r} is no colour of the form H060_L045_C040")
    hue, lightness, chroma = map(int, found.groups())
    if lightness <= 15 or (lightness <= 25 and chroma < 15):
        return ColourFamily.BLACK
    if lightness >= 88 and chroma <= 25:
        return ColourFamily.WHITE
    if chroma < 10:
        return ColourFamily.GREY
    if 30 <= hue <= 95 and ((lightness <= 45 and chroma <= 55) or (lightness <= 65 and chroma <= 35)):
        return ColourFamily.BROWN
    if (hue <= 45 or hue > 335) and lightness >= 68:
        return ColourFamily.PINK
    return next(family for end, family in _HUES if hue <= end)
