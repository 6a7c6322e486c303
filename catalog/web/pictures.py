"""A picture of a pin as `components/picture.html` shows it: in every size that was made, with what stands in for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import mark_safe

from catalog.models import PinPicture
from pinshop.core import files

SHARE = "share"  # the view that other sites show, not ours


@dataclass(frozen=True, slots=True)
class Shown:
    """`webp` and `jpeg` are for `srcset`, empty where only one size was made; `placeholder` is a `data:` address or empty."""

    path: str
    width: int
    height: int
    alt: str
    webp: str
    jpeg: str
    placeholder: str
    view: str = "front"
    eager: bool = False


def show(picture: PinPicture, *, alt: str, eager: bool = False) -> Shown:
    """A picture with its alternative text, `eager` where it is seen at once; asks the database nothing."""
    return Shown(
        path=path_of(picture),
        width=picture.width,
        height=picture.height,
        alt=alt,
        webp=_srcset(picture.sources, "webp", "image/webp"),
        jpeg=_srcset(picture.sources, "jpeg", "image/jpeg"),
        placeholder=mark_safe(picture.placeholder),  # noqa: S308 - Base64
        view=picture.view,
        eager=eager,
    )


def show_front(picture: Mapping[str, Any], *, alt: str, eager: bool = False) -> Shown:
    """The picture of a card, see `services.listings`."""
    return Shown(
        path=files.public_path_of(picture["sha256"], picture["media_type"]),
        width=picture["width"],
        height=picture["height"],
        alt=alt,
        webp=_srcset(picture["sources"], "webp", "image/webp"),
        jpeg=_srcset(picture["sources"], "jpeg", "image/jpeg"),
        placeholder=mark_safe(picture["placeholder"]),  # noqa: S308 - Base64
        eager=eager,
    )


def path_of(picture: PinPicture) -> str:
    """Where a picture lies in its largest size."""
    return files.public_path(picture.file)


def _srcset(sources: Mapping[str, Mapping[str, str]], form: str, media_type: str) -> str:
    by_width = sources.get(form, {})
    widths = sorted(by_width, key=int)
    addresses = (f"{files.public_path_of(by_width[width], media_type)} {width}w" for width in widths)
    return mark_safe(", ".join(addresses))  # noqa: S308 - hashes and figures
