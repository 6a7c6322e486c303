"""Metals as tables: from the light that a mirror of the metal shows to its colour.

The highlights of gold, silver, nickel and copper are measured reflectances at normal incidence (Unity Shader
Graph manual, "Metal Reflectance node"), brass from xeokit's metal presets; middle and low tones are the
reflectance squared x 0.62 and cubed x 0.22, because metal darkens into more saturated colour.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from designs.rendering import colours
from designs.rendering.arrays import Bytes2D, Words
from designs.rendering.colours import Floats

LEVELS = 256
_HUES = 128
STOPS = (0.0, 0.2, 0.48, 0.76, 1.0)


@dataclass(frozen=True)
class Plating:
    """A finish: three tones as `#rrggbb`; `gloss` 1 is a mirror, 0 is matt paint; `antique` darkens recesses."""

    name: str
    highlight: str
    mid: str
    low: str
    gloss: float = 1.0
    antique: bool = False
    rainbow: bool = False


_BASIC = {
    "gold": ("#ffe39d", "#cea34b", "#815917"),
    "silver": ("#fcfaf5", "#c9c7bf", "#7c7a72"),
    "nickel": ("#d4cdc0", "#8e8473", "#473f32"),
    "copper": ("#fad1c2", "#c68975", "#794334"),
    "rose_gold": ("#fcdab1", "#ca9661", "#7d4e25"),
    "brass": ("#f3e5b3", "#bca564", "#6f5b27"),
    "bronze": ("#e9c79b", "#a5763f", "#5a3a17"),
    "black_nickel": ("#8a8990", "#4a494f", "#1d1c20"),
}
DYED = "dyed"
PLATINGS: dict[str, Plating] = {
    **{name: Plating(name, *tones) for name, tones in _BASIC.items()},
    **{
        f"antique_{name}": Plating(f"antique_{name}", *_BASIC[name], gloss=0.75, antique=True)
        for name in ("gold", "silver", "copper", "bronze", "brass")
    },
    "black_dyed": Plating("black_dyed", "#3a3a3a", "#1b1b1b", "#0b0b0b", 0.25),
    "white_dyed": Plating("white_dyed", "#ffffff", "#f1efea", "#cfccc4", 0.25),
    DYED: Plating(DYED, "#5f8fd0", "#2f62a8", "#173a6b", 0.25),
    "rainbow": Plating("rainbow", "#fcfaf5", "#c9c7bf", "#5c5a66", rainbow=True),
}


class Coat(NamedTuple):
    """A plating as kernels use it: `table` (hues, 256), by place and light, red, green and blue in one word.

    `polish` and `patina` are weights 0..256 of the polished light and of the darkening. One hue is plain metal; of
    more, `across` and `down` / 1024 are passed per pixel.
    """

    table: Words
    polish: int
    patina: int
    across: int = 0
    down: int = 0


def coats(first: str, second: str = "", dye: str = "") -> tuple[Coat, Coat]:
    """A plating and that of the pin's other parts, which has no table where there is only one.

    `dye` is the colour `#rrggbb` of the plating `dyed`.
    """
    return coat(first, dye), coat(second, dye) if second else Coat(np.zeros((0, LEVELS), np.uint32), 256, 0)


@lru_cache(maxsize=64)
def coat(name: str, dye: str = "") -> Coat:
    """The colours of a plating for light from 0 (dark room) to 255 (lamp)."""
    plating = PLATINGS[name]
    ramp = _between(tones(name, dye))
    table = ((_swept(ramp) if plating.rainbow else ramp[None]) * 255 + 0.5).astype(np.uint8)
    polish = round(256 * min(1.0, plating.gloss + (0.25 if plating.antique else 0.0)))
    sweep = (round(_HUES * 1024 * 0.55 / 900), round(_HUES * 1024 * 0.42 / 900)) if plating.rainbow else (0, 0)
    return Coat(_words(table), polish, 256 if plating.antique else 0, *sweep)


def tones(name: str, dye: str = "") -> Floats:
    """The colours (5, 3) 0..1 of a plating at the light of `STOPS`: black, low, middle, high, lamp."""
    if name == DYED and dye:
        return _dyed(dye)
    plating = PLATINGS[name]
    high, mid, low = (colours.from_hex(code) / 255 for code in (plating.highlight, plating.mid, plating.low))
    if plating.antique:
        high, mid, low = high * 0.88, mid * 0.86, low * 0.62
    black = low * (0.28 if plating.gloss > 0.5 else 0.8)
    lamp = high + (1 - high) * (0.82 * plating.gloss)
    return np.stack([black, low, mid, high, lamp])


def _words(table: Bytes2D) -> Words:
    red, green, blue = (table[..., c].astype(np.uint32) for c in range(3))
    return np.asarray(red | green << np.uint32(8) | blue << np.uint32(16), dtype=np.uint32)


def rgb(coat: Coat) -> Bytes2D:
    """The colours (256, 3) of a plating's first hue."""
    words = coat.table[0]
    return np.stack([words & 255, words >> 8 & 255, words >> 16 & 255], axis=1).astype(np.uint8)


def _dyed(dye: str) -> Floats:
    """Painted metal: the colour itself in half light, a little darker and paler to either side."""
    colour = colours.from_hex(dye) / 255
    return np.stack([colour * 0.50, colour * 0.72, colour * 0.94, colour + (1 - colour) * 0.16, colour * 0.6 + 0.4])


def _between(stops: Floats) -> Floats:
    """Five tones as a ramp over all levels of light."""
    at = np.linspace(0, 1, LEVELS)
    return np.stack([np.interp(at, STOPS, stops[:, c]) for c in range(3)], axis=1)


def _swept(ramp: Floats) -> Floats:
    """The colours (256, 3) tinted by each hue of an anodised film, white where the lamp is."""
    stops = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    hues = np.array([[70, 190, 215], [120, 105, 225], [225, 85, 175], [245, 180, 70], [70, 190, 215]]) / 190
    at = np.linspace(0, 1, _HUES, endpoint=False)
    tint = np.stack([np.interp(at, stops, hues[:, c]) for c in range(3)], axis=1)
    white = np.clip((np.linspace(0, 1, LEVELS) - 0.8) / 0.2, 0, 1)[:, None]
    return np.clip(ramp * tint[:, None] * (1 - white) + ramp * white, 0, 1)
