"""The views of a pin: front, back, on its backing card."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from designs.rendering import backs, cards, platings, scales, scene, surfaces, turning
from designs.rendering.arrays import Bytes2D
from designs.rendering.attachments import ATTACHMENTS
from designs.rendering.grounds import GROUNDS, TRANSPARENT
from designs.rendering.options import EFFECTS
from designs.rendering.picture import Picture
from designs.rendering.pinart import PinArt
from designs.rendering.prepared import FRONT_FILL, Prepared, prepare
from designs.rendering.surfaces import PROCESSES, Finish

__all__ = ["FRONT_FILL", "GROUNDS", "LARGEST_PX", "PROCESSES", "VIEWS", "Look", "prepare", "render"]

VIEWS = ("front", "back", "card", "three_quarter", "actual_size")
SMALLEST_PX, LARGEST_PX = 32, 2400


_COLOUR = re.compile("#[0-9a-f]{6}")


@dataclass(frozen=True)
class Look:
    """How a pin is made and shown.

    `second_plating` is the metal of the rim, of a struck pin's ground (none: one metal all over); `dye` colours the
    plating `dyed`. `effects` maps labels to effects and adds to those of the palette. `epoxy` puts a clear dome on top.
    `night` shows the front in the dark, where only glow enamel is seen. `attachment` is drawn on the back, with the
    text of `stamp` struck into it.
    Raises ValueError for a value that does not exist.
    """

    process: str = "soft_enamel"
    plating: str = "gold"
    second_plating: str = ""
    dye: str = "#2f62a8"
    effects: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    epoxy: bool = False
    night: bool = False
    attachment: str = "butterfly_clutch"
    card_text: str = ""
    stamp: str = ""
    ground: str = "studio"

    def __post_init__(self) -> None:
        for name, value, known in (
            ("process", self.process, PROCESSES),
            ("plating", self.plating, tuple(platings.PLATINGS)),
            ("second_plating", self.second_plating, ("", *platings.PLATINGS)),
            ("attachment", self.attachment, ATTACHMENTS),
            ("ground", self.ground, GROUNDS),
            *(("effect", effect, EFFECTS) for effect in self.effects.values()),
        ):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; it can be {', '.join(known)}")
        if not _COLOUR.fullmatch(self.dye):
            raise ValueError(f"dye is {self.dye!r}; it can be a colour such as #2f62a8")


def render(pin: PinArt | Prepared, *, view: str, look: Look, px: int) -> Picture:
    """Draw one view, `px` high (front and back are square, the card 55 x 85 mm).

    The same arguments give the same picture. A pin that was prepared is drawn faster, and faster still in a look
    that shares something with the last one. Raises ValueError for an unknown view, a size outside 32..2400, or one
    larger than the pin was prepared for.
    """
    if view not in VIEWS:
        raise ValueError(f"view is {view!r}; it can be {', '.join(VIEWS)}")
    if not SMALLEST_PX <= px <= LARGEST_PX:
        raise ValueError(f"px is {px}; it can be {SMALLEST_PX} to {LARGEST_PX}")
    if isinstance(pin, PinArt):
        pin = prepare(pin, px)
    if px > pin.px:
        raise ValueError(f"px is {px}; this pin was prepared for pictures of up to {pin.px}")
    picture = Picture(_drawn(pin, view, look), opaque=look.ground != TRANSPARENT)
    return picture if pin.px == px else picture.resized(px)


def _drawn(pin: Prepared, view: str, look: Look) -> Bytes2D:
    if view == "back":
        return backs.back(pin, look.ground, _coats(look), look.attachment, look.stamp)
    if view == "three_quarter":
        turned = pin.keep("turned", pin.art.palette, lambda: turning.leaning(pin))
        return turning.three_quarter(pin, _front(turned, look, TRANSPARENT), look.ground, _coats(look)[0])
    if view == "actual_size":
        return scales.actual_size(pin, _front(pin, look, TRANSPARENT), look.ground)
    if view == "card":
        return cards.on_card(pin, _front(pin, look, TRANSPARENT), look.card_text, look.ground)
    picture = _front(pin, look, look.ground)
    if look.night:
        glowing = tuple(label for label, effect in _effects(pin.art, look) if effect == "glow")
        scene.in_the_dark(picture, pin, glowing)
    return picture


def _front(pin: Prepared, look: Look, ground: str) -> Bytes2D:
    """A picture (px, px, 4) of the front."""
    finish = Finish(look.process, _effects(pin.art, look), look.epoxy or look.process == "soft_enamel_epoxy")
    key = (finish, pin.art.palette)
    layers = pin.keep("front", key, lambda: surfaces.layers(pin, finish))
    picture = pin.keep("bare front", (key, ground), lambda: scene.without_metal(pin, layers, ground)).copy()
    scene.plate(picture, pin, layers, _coats(look))
    return picture


def _coats(look: Look) -> tuple[platings.Coat, platings.Coat]:
    return platings.coats(look.plating, look.second_plating, look.dye)


def _effects(art: PinArt, look: Look) -> tuple[tuple[int, str], ...]:
    return tuple((entry.label, look.effects.get(entry.label, entry.effect)) for entry in art.palette)
