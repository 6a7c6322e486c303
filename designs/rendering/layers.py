"""What a finish leaves of a pin before its plating is chosen, as bytes that are kept between pictures."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from designs.rendering.arrays import Bytes2D, Number
from designs.rendering.compiled import inner

Places = npt.NDArray[np.int32]

# What `Metal.values` holds: the light that polished and that matt metal throws back, how much an antique finish
# darkens it, the share of the second metal of two, how much of its red, green and blue is seen, the pin's coverage.
LIGHT, SATIN, PATINA, SECOND, RED, GREEN, BLUE, COVER = range(8)


class Metal(NamedTuple):
    """The pixels where metal is seen: `place` (n,) counts the pixels of the planes row by row, `values` is (n, 8)."""

    place: Places
    values: Bytes2D


@dataclass(frozen=True)
class Layers:
    """A pin in its finish.

    `colour` (height, width, 4) is what is seen of it beside the metal, times how much of it is seen, and the pin's
    coverage; `metal` is where the plating is added.
    """

    colour: Bytes2D = field(repr=False)
    metal: Metal = field(repr=False)


def blank(cover: Bytes2D) -> Bytes2D:
    """A pin's planes (height, width, 4) without colour."""
    words = cover.astype(np.uint32)
    words <<= np.uint32(24)
    return words[..., None].view(np.uint8)


def joined(first: Metal, second: Metal) -> Metal:
    """The metal of both."""
    return Metal(np.concatenate([first.place, second.place]), np.concatenate([first.values, second.values]))


@inner
def mixed(above: Number, under: Number, cover: Number) -> Number:
    """The colour (three bytes) of one pixel laid over another by 0..255; all are one word per pixel."""
    colour, rest = np.uint32(0), np.uint32(255) - cover
    for shift in range(0, 24, 8):
        value = (above >> np.uint32(shift) & np.uint32(255)) * cover
        value += (under >> np.uint32(shift) & np.uint32(255)) * rest
        colour |= value // np.uint32(255) << np.uint32(shift)
    return colour
