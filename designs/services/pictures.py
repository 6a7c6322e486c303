"""What people look at while they design: three views, two widths, WebP and JPEG, and the live pin; stored privately."""

from typing import Any

from catalog.spec import PinSpec
from designs import engine
from pinshop.core import files

WIDTHS = (1200, 480)
FORMATS = {"webp": ("image/webp", 82), "jpeg": ("image/jpeg", 88)}


ARTWORK = "artwork"
LIVE = "live"


def draw(pin: engine.Pin, *, spec: PinSpec) -> dict[str, Any]:
    """Render and store every view and the live pin; returns {view: {px: {format: SHA-256}}}, `px` "" for the live pin.

    The same pin gives the same files.
    """
    drawn: dict[str, Any] = {}
    for view in engine.VIEWS:
        largest = pin.picture(view=view, spec=spec, px=max(WIDTHS))
        drawn[view] = {str(px): _stored(largest if px == max(WIDTHS) else largest.resized(px)) for px in WIDTHS}
    drawn[LIVE] = {"": {"pin": files.put(pin.live(), media_type=files.BYTES).sha256}}
    return drawn


def draw_artwork(content: bytes) -> dict[str, Any]:
    """The upload as pixels, stored: what people see of it in place of the file itself; {"artwork": {px: ...}}."""
    return {ARTWORK: {str(engine.PREVIEW_PX): _stored(engine.preview(content))}}


def _stored(picture: engine.Picture) -> dict[str, str]:
    return {
        name: files.put(picture.encode(name, quality), media_type=media_type).sha256
        for name, (media_type, quality) in FORMATS.items()
    }
