"""From a prepared pin and a finish to its layers: what each process and effect does, in the order it is done."""

from dataclasses import dataclass

import cv2
import numpy as np

from designs.rendering import domes, effects, enamels, metals, stones
from designs.rendering.arrays import Bytes2D
from designs.rendering.layers import Layers, blank, joined
from designs.rendering.prepared import Prepared, laid_out
from designs.rendering.stones import Stone

PRINTED = frozenset({"screen_print", "offset_print", "uv_print"})
PROCESSES = ("soft_enamel", "soft_enamel_epoxy", "hard_enamel", "die_struck", "cast_3d", *sorted(PRINTED))


@dataclass(frozen=True)
class Finish:
    """All of a look that changes the layers: process, effects by label, whether a dome lies on top."""

    process: str
    effects: tuple[tuple[int, str], ...]
    domed: bool


def layers(pin: Prepared, finish: Finish) -> Layers:
    """The pin in this finish."""
    chosen = tuple(label for label, effect in finish.effects if effect == "gemstone")
    found: tuple[Stone, ...] = ()
    if chosen and finish.process not in PRINTED:
        art, found = stones.seated(pin.art, chosen)
        pin = laid_out(art, pin.px)
    made = _filled(pin, finish, found)
    return domes.domed(pin, made) if finish.domed else made


def _filled(pin: Prepared, finish: Finish, found: tuple[Stone, ...]) -> Layers:
    colour = blank(pin.cover)
    if finish.process == "die_struck":
        return Layers(colour, metals.struck(pin))
    if finish.process == "cast_3d":
        return Layers(colour, metals.sculpted(pin))
    if finish.process in PRINTED:
        enamels.printed(pin, colour, _ink(pin, colour))
        return Layers(colour, metals.raised(pin, metals.PRINTED))
    table = effects.coloured(pin, colour, dict(finish.effects))
    stones.cut(pin, colour, table, found)
    if finish.process == "hard_enamel":
        enamels.flush(pin, colour, table)
        metal = metals.raised(pin, metals.FLUSH)
    else:
        enamels.recessed(pin, colour, table, 0.15 if finish.domed else 0.62)
        metal = metals.raised(pin, metals.RAISED)
    if (table[:, 3] == enamels.CLEAR).any():
        metal = joined(metal, metals.under_glass(pin, table))
    return Layers(colour, metal)


def _ink(pin: Prepared, out: Bytes2D) -> enamels.Table:
    """The colours of a print; a printed picture goes into `out`, its edge colours continued outwards."""
    table = effects.flat(pin.art.palette)
    if pin.art.print_rgba is not None:
        out[..., :3] = _picture(pin, pin.art.print_rgba)
        table[:, 3] = enamels.PAINTED
    return table


def _picture(pin: Prepared, plane: Bytes2D) -> Bytes2D:
    """A print on the grid of the planes."""
    height, width = pin.cover.shape
    scale = pin.px_per_mm / pin.art.px_per_mm
    rgb = np.ascontiguousarray(plane[..., :3])
    if scale < 1:
        size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        scale = 1.0
    x, y = (pin.px / 2 - side * pin.px_per_mm / 2 for side in (pin.art.width_mm, pin.art.height_mm))
    shift = 0.5 * scale - 0.5
    move = np.array([[scale, 0, x - pin.left + shift], [0, scale, y - pin.top + shift]])
    method, border = cv2.INTER_CUBIC, cv2.BORDER_REPLICATE
    return np.asarray(cv2.warpAffine(rgb, move, (width, height), flags=method, borderMode=border), dtype=np.uint8)
