"""Gradients with a known truth: 1 to 3 fills of a flat drawing replaced by linear and radial gradients."""

import random
import re

import numpy as np
import truth

from designs.rendering import colours

LEAST_SHARE = 0.015  # of the drawn area that a replaced colour has
LEAST_DELTA_E, MOST_DELTA_E = 18.0, 60.0
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")
_ROOT_END = re.compile(r"<svg\b[^>]*>")


def _long(code: str) -> str:
    code = code.lower()
    return code if len(code) == 7 else "#" + "".join(c * 2 for c in code[1:])


def _other_end(code: str, dice: random.Random) -> str:
    """A colour between `LEAST_DELTA_E` and `MOST_DELTA_E` (CIEDE2000) from `code`: lighter, darker or of another hue."""
    start = colours.lab(colours.from_hex(code))
    while True:
        end = [dice.randrange(256) for _ in range(3)]
        if LEAST_DELTA_E <= float(colours.delta_e(start, colours.lab(np.array(end)))) <= MOST_DELTA_E:
            return colours.hex_code(end)


def _definition(name: str, start: str, end: str, dice: random.Random) -> str:
    stops = f'<stop offset="0" stop-color="{start}"/><stop offset="1" stop-color="{end}"/>'
    if dice.random() < 0.5:
        x, y = ((1, 0), (0, 1), (1, 1))[dice.randrange(3)]
        return f'<linearGradient id="{name}" x1="0" y1="0" x2="{x}" y2="{y}">{stops}</linearGradient>'
    return f'<radialGradient id="{name}" cx="0.5" cy="0.5" r="0.6">{stops}</radialGradient>'


def shaded(svg: bytes, seed: str) -> bytes | None:
    """The drawing with 1 to 3 of its larger fills as gradients, the same for the same seed; None where it has none to offer.

    Only colours that stand in `fill="#..."` and cover at least 1.5 % of the drawing are replaced.
    """
    text = svg.decode()
    known = truth.of_svg(svg, side=400)
    area = np.bincount(known.index[known.index != truth.NOTHING].ravel(), minlength=len(known.srgb))
    large = {colours.hex_code(known.srgb[n]) for n in np.flatnonzero(area >= LEAST_SHARE * area.sum())}
    fills = {
        found: _long(found) for found in set(re.findall(r'fill="(#[0-9a-fA-F]{3,6})"', text)) if _HEX.fullmatch(found)
    }
    offered = sorted(code for code in set(fills.values()) if code in large and code != "#000000")
    if not offered:
        return None
    dice = random.Random(seed)  # noqa: S311 - a seeded draw, not a secret
    definitions = ""
    for number, code in enumerate(dice.sample(offered, min(len(offered), dice.randint(1, 3)))):
        name = f"shade{number}"
        definitions += _definition(name, code, _other_end(code, dice), dice)
        for written, meant in fills.items():
            if meant == code:
                text = text.replace(f'fill="{written}"', f'fill="url(#{name})"')
    return _ROOT_END.sub(lambda root: f"{root[0]}<defs>{definitions}</defs>", text, count=1).encode()
