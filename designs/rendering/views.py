"""The views of a pin: front, back, on its backing card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from designs.rendering import backs, cards, platings, scene, shading, surfaces
from designs.rendering.arrays import Field
from designs.rendering.options import EFFECTS
from designs.rendering.picture import Picture
from designs.rendering.pinart import PinArt
from designs.rendering.shading import Surface

VIEWS = ("front", "back", "card")
PROCESSES = (
    "soft_enamel", "soft_enamel_epoxy", "hard_enamel", "die_struck", "cast_3d", "screen_print", "offset_print", "uv_print",
)  # fmt: skip
GROUNDS = ("studio", "transparent")
LARGEST_PX = 2400
FRONT_FILL = 0.78
_NIGHT = np.array([0.45, 1.0, 0.62], dtype=np.float32)


@dataclass(frozen=True)
class Look:
    """How a pin is made and shown.

    `effects` maps labels to effects and adds to those of the palette. `epoxy` puts a clear dome on top.
    `night` shows the pin in the dark, where only glow enamel is seen. `attachment` is drawn on the back.
    Raises ValueError for a value that does not exist.
    """

    process: str = "soft_enamel"
    plating: str = "gold"
    effects: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    epoxy: bool = False
    night: bool = False
    attachment: str = "butterfly_clutch"
    card_text: str = ""
    ground: str = "studio"

    def __post_init__(self) -> None:
        for name, value, known in (
            ("process", self.process, PROCESSES),
            ("plating", self.plating, tuple(platings.PLATINGS)),
            ("attachment", self.attachment, backs.ATTACHMENTS),
            ("ground", self.ground, GROUNDS),
            *(("effect", effect, EFFECTS) for effect in self.effects.values()),
        ):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; it can be {', '.join(known)}")


def render(pin_art: PinArt, *, view: str, look: Look, px: int) -> Picture:
    """Draw one view, `px` high (front and back are square, the card 55 x 85 mm).

    The same arguments give the same picture. Raises ValueError for an unknown view or a size outside 32..2400.
    """
    if view not in VIEWS:
        raise ValueError(f"view is {view!r}; it can be {', '.join(VIEWS)}")
    if not 32 <= px <= LARGEST_PX:
        raise ValueError(f"px is {px}; it can be 32 to {LARGEST_PX}")
    # Small pictures are drawn at twice their size: a bevel of 0.1 mm must not fall between the pixels.
    grid = px if px >= 900 else 2 * px
    if view == "card":
        picture = cards.on_card(pin_art, grid, look.card_text, lambda size, fill: _front(pin_art, look, size, fill))
    elif view == "back":
        picture = scene.grounded(*backs.back(pin_art, grid, FRONT_FILL, look.plating, look.attachment), look.ground)
    else:
        picture = scene.grounded(*_front(pin_art, look, grid, FRONT_FILL), look.ground, night=look.night)
    return picture if grid == px else picture.resized(px)


def _front(art: PinArt, look: Look, px: int, fill: float) -> tuple[Field, Field, Surface]:
    """Colour (px, px, 3) 0..1 and coverage of the pin seen from the front, and the grid it lies on."""
    on = shading.surface(art, px, fill=fill)
    colour = surfaces.metal(on, look.process, look.plating)
    if art.palette:
        area = _areas(art, look, on, px, fill)
        cover = on.cover(on.enamel)[..., None]
        colour = colour * (1 - cover) + area * cover
    if _domed(look):
        colour = surfaces.domed(on, colour)
    if look.night:
        colour = _in_the_dark(art, look, on, colour)
    return np.asarray(np.clip(colour, 0, 1), dtype=np.float32), on.cover(on.outline), on


def _domed(look: Look) -> bool:
    return look.epoxy or look.process == "soft_enamel_epoxy"


def _areas(art: PinArt, look: Look, on: Surface, px: int, fill: float) -> Field:
    """What lies between the metal, by process."""
    if look.process == "die_struck":
        return surfaces.sandblasted(on, look.plating)
    if look.process == "cast_3d":
        return surfaces.sculpted(on, look.plating)
    if look.process in surfaces.PRINTED and art.print_rgba is not None:
        return surfaces.printed(on, surfaces.print_plane(art.print_rgba, art.labels.shape[:2], px, fill))
    colour = _with_effects(art, look, on, surfaces.base_colours(on, art.palette))
    if look.process in surfaces.PRINTED:
        return surfaces.printed(on, colour)
    return (
        surfaces.flush_enamel(on, colour)
        if look.process in surfaces.FLUSH
        else surfaces.recessed_enamel(on, colour, lamp=0.15 if _domed(look) else 0.62)
    )


def _effects(art: PinArt, look: Look) -> dict[int, str]:
    return {entry.label: look.effects.get(entry.label, entry.effect) for entry in art.palette}


def _with_effects(art: PinArt, look: Look, on: Surface, colour: Field) -> Field:
    for label, effect in _effects(art, look).items():
        if effect == "glitter":
            changed = surfaces.glitter(on, colour)
        elif effect == "pearl":
            changed = surfaces.pearl(on, colour)
        elif effect == "glow":
            changed = surfaces.glow_by_day(colour)
        else:
            continue
        colour = np.where((on.owner == label)[..., None], changed, colour).astype(np.float32)
    return colour


def _in_the_dark(art: PinArt, look: Look, on: Surface, colour: Field) -> Field:
    """The pin in a dark room: a faint shape, and the glow enamel's own light with its halo."""
    labels = [label for label, effect in _effects(art, look).items() if effect == "glow"]
    lit = np.isin(on.owner, labels).astype(np.float32) * on.cover(on.enamel)
    halo = on.blur(lit, 0.8)
    dark = colour * np.float32(0.10)
    glow = (lit * np.float32(0.9) + halo * np.float32(0.35))[..., None] * _NIGHT
    return np.asarray(np.clip(dark + glow, 0, 1), dtype=np.float32)
