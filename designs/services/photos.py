"""Photographs that people send: never shown as they came, only as drawn anew from their pixels."""

from django.utils.translation import gettext

from designs import engine
from designs.errors import ArtworkRefused
from pinshop.core import files

PHOTOS = {"image/jpeg", "image/png", "image/webp", "image/avif"}
_QUALITY = 85


def sniff(content: bytes) -> str:
    """The media type by the first bytes; raises ArtworkRefused for what is no photo. Decodes nothing."""
    media_type = engine.sniff(content)
    if media_type not in PHOTOS:
        raise ArtworkRefused(
            gettext("This is not a photo. Send JPEG, PNG, WebP or AVIF."), fields={"photos": gettext("Not a photo.")}
        )
    return media_type


def draw(*, content: bytes) -> str:
    """Decode a photo under the engine's caps and store it as JPEG of at most 2000 pixels, without what else was in the file.

    Returns its SHA-256. For a worker; raises ArtworkRefused.
    """
    return files.put(engine.preview(content).encode("jpeg", _QUALITY), media_type="image/jpeg").sha256
