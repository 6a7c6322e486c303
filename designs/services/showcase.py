"""Pictures of ready-made pins, drawn by the same engine as the customers' proofs."""

import base64
from collections.abc import Collection
from datetime import datetime

from catalog.selectors import pins
from catalog.services import pictures as catalog_pictures
from catalog.services.pictures import Picture
from catalog.spec import PinSpec
from designs import colour_families, engine
from designs.flatten import FlattenChoices
from pinshop.core import files

WIDTHS = {"front": (1280, 960, 640, 320), "back": (960, 480), "card": (960, 480)}  # pixels of the longest side
FORMATS = {"webp": ("image/webp", 84), "jpeg": ("image/jpeg", 84)}
PLACEHOLDER_PX = 16
SHARE = "share"
PAPER = (245, 242, 234)  # what a JPEG, which knows no transparency, lies on


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
    """Draw a ready-made pin and hang it up in the catalogue, as public files.

    These are the live pin; front, back and card in their `WIDTHS` and all `FORMATS`; and a picture on paper that other sites
    show. The ground is left transparent: the shop's pages lay the pin on sheets of their own, by day and by night. `finishes`
    are codes of add-ons, `choices` say which colours glitter, glow or shine. With the pictures go the colours of the pin.
    A pin that has pictures keeps them: False. Raises PinNotFound, and ArtworkRefused for a drawing that is none.
    """
    pin = pins.get_pin(slug=pin_slug, now=now)
    if pin.pictures.exists():
        return False
    addons = tuple((code, 1) for code in finishes)
    spec = PinSpec(process=process, plating=plating, size_mm=size_mm, addons=addons)
    made = engine.flatten(svg, spec=spec, choices=choices or FlattenChoices())
    largest = max(WIDTHS["front"])
    views = {view: made.pin.picture(view=view, spec=spec, px=largest, bare=True) for view in WIDTHS}
    hung = [_hang(view, picture, now) for view, picture in views.items()]
    hung.append(_hang_share(engine.for_sharing(views["front"]), now))
    colours = colour_families.list_families(made.measures.colours)
    live = files.put(made.pin.live(), media_type=files.BYTES, public=True, now=now)
    catalog_pictures.set_pictures(pin_id=pin.pk, pictures=hung, live=live.sha256, colours=colours, now=now)
    return True


def _hang(view: str, drawn: engine.Picture, now: datetime) -> Picture:
    sources: dict[str, dict[str, str]] = {form: {} for form in FORMATS}
    sizes = [drawn if px == max(drawn.rgba.shape) else drawn.resized(px) for px in WIDTHS[view]]
    for sized in sizes:
        for form in FORMATS:
            sources[form][str(sized.rgba.shape[1])] = _store(sized, form, now)
    height, width = sizes[0].rgba.shape[:2]
    tiny = base64.b64encode(sizes[-1].resized(PLACEHOLDER_PX).encode("webp", 40)).decode()
    return Picture(
        view=view,
        sha256=sources["webp"][str(width)],
        width=width,
        height=height,
        sources=sources,
        placeholder=f"data:image/webp;base64,{tiny}",
    )


def _hang_share(drawn: engine.Picture, now: datetime) -> Picture:
    height, width = drawn.rgba.shape[:2]
    return Picture(view=SHARE, sha256=_store(drawn, "jpeg", now), width=width, height=height)


def _store(drawn: engine.Picture, form: str, now: datetime) -> str:
    media_type, quality = FORMATS[form]
    return files.put(drawn.encode(form, quality, PAPER), media_type=media_type, public=True, now=now).sha256
