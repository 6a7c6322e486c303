"""Pictures of ready-made pins, drawn by the same engine as the customers' proofs."""

from collections.abc import Collection
from datetime import datetime

from catalog.selectors import pins
from catalog.services import pictures as catalog_pictures
from catalog.spec import PinSpec
from designs import engine
from designs.flatten import FlattenChoices
from pinshop.core import files

WIDTH = 1000
QUALITY = 86


def picture_pin(
    *,
    pin_slug: str,
    svg: bytes,
    process: str,
    plating: str,
    size_mm: float,
    finishes: Collection[str] = (),
    choices: FlattenChoices | None = None,
    now: datetime,
) -> bool:
    """Draw front, back, card and the live pin of a ready-made pin and hang them up in the catalogue, as public files.

    The ground is left transparent: the shop's pages lay the pin on card stocks of their own, by day and by night.
    `finishes` are codes of add-ons, `choices` say which colours glitter, glow or shine.
    A pin that has pictures keeps them: False. Raises PinNotFound, and ArtworkRefused for a drawing that is none.
    """
    pin = pins.get_pin(slug=pin_slug, now=now)
    if pin.pictures.exists():
        return False
    addons = tuple((code, 1) for code in finishes)
    spec = PinSpec(process=process, plating=plating, size_mm=size_mm, addons=addons)
    made = engine.flatten(svg, spec=spec, choices=choices or FlattenChoices()).pin
    hung = []
    for view in engine.VIEWS:
        picture = made.picture(view=view, spec=spec, px=WIDTH, bare=True)
        stored = files.put(picture.encode("webp", QUALITY), media_type="image/webp", public=True, now=now)
        height, width = picture.rgba.shape[:2]
        hung.append(catalog_pictures.Picture(view=view, sha256=stored.sha256, width=width, height=height))
    live = files.put(made.live(), media_type=files.BYTES, public=True, now=now)
    catalog_pictures.set_pictures(pin_id=pin.pk, pictures=hung, live=live.sha256)
    return True
