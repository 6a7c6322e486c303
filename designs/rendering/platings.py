"""Metals as ramps: from the light that a mirror of the metal shows to its colour.

The highlights of gold, silver, nickel and copper are measured reflectances at normal incidence (Unity Shader
Graph manual, "Metal Reflectance node"), brass from xeokit's metal presets; middle and low tones are the
reflectance squared x 0.62 and cubed x 0.22, because metal darkens into more saturated colour.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from designs.rendering import colours
from designs.rendering.arrays import Field

LEVELS = 1024


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
PLATINGS: dict[str, Plating] = {
    **{name: Plating(name, *tones) for name, tones in _BASIC.items()},
    **{
        f"antique_{name}": Plating(
            f"antique_{name}", _BASIC[name][0], _BASIC[name][1], _BASIC[name][2], 0.75, antique=True
        )
        for name in ("gold", "silver", "copper", "bronze", "brass")
    },
    "black_dyed": Plating("black_dyed", "#3a3a3a", "#1b1b1b", "#0b0b0b", 0.25),
    "white_dyed": Plating("white_dyed", "#ffffff", "#f1efea", "#cfccc4", 0.25),
    "rainbow": Plating("rainbow", "#fcfaf5", "#c9c7bf", "#5c5a66", 1.0, rainbow=True),
}


@cache
def ramp(name: str) -> Field:
    """Colours (1024, 3) 0..1 of a plating for light from 0 (dark room) to 1 (lamp)."""
    plating = PLATINGS[name]
    high, mid, low = (colours.from_hex(code) / 255 for code in (plating.highlight, plating.mid, plating.low))
    if plating.antique:
        high, mid, low = high * 0.88, mid * 0.86, low * 0.62
    black = low * (0.28 if plating.gloss > 0.5 else 0.8)
    lamp = high + (1 - high) * (0.82 * plating.gloss)
    stops = np.array([0.0, 0.2, 0.48, 0.76, 1.0])
    at = np.linspace(0, 1, LEVELS)
    table = np.stack([np.interp(at, stops, np.stack([black, low, mid, high, lamp])[:, c]) for c in range(3)], axis=1)
    return np.asarray(table, dtype=np.float32)


def coloured(light: Field, name: str, sweep: Field) -> Field:
    """The colour (height, width, 3) 0..1 of a metal that shows `light` 0..1.

    `sweep` 0..1 places the hues of a rainbow finish: cyan, magenta, gold.
    """
    index = np.clip(light * (LEVELS - 1), 0, LEVELS - 1).astype(np.int32)
    shown = ramp(name)[index]
    if not PLATINGS[name].rainbow:
        return np.asarray(shown, dtype=np.float32)
    at = np.linspace(0, 1, 256)
    stops = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    hues = np.array([[70, 190, 215], [120, 105, 225], [225, 85, 175], [245, 180, 70], [90, 205, 170]]) / 190
    table = np.stack([np.interp(at, stops, hues[:, c]) for c in range(3)], axis=1).astype(np.float32)
    tint = table[np.clip(sweep * 255, 0, 255).astype(np.int32)]
    white = np.clip((light - 0.8) / 0.2, 0, 1)[..., None]
    return np.asarray(np.clip(shown * tint * (1 - white) + shown * white, 0, 1), dtype=np.float32)
