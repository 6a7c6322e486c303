"""The pictures of a ready-made pin, made elsewhere and handed in as stored public files."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import ColourFamily, Pin, PinPicture
from catalog.services import listings
from pinshop.core import files
from pinshop.core.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored file that shows the pin from a view (front, back, card, share), with its size in pixels.

    `sources` are the same picture by format and width, `placeholder` is a tiny one as a `data:` address.
    """

    view: str
    sha256: str
    width: int
    height: int
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    placeholder: str = ""


class PictureInvalid(Invalid):
    """A picture cannot be shown in the shop."""

    code = "picture_invalid"


def set_pictures(
    *,
    pin_id: UUID,
    pictures: Sequence[Picture],
    now: datetime,
    live: str | None = None,
    colours: Sequence[ColourFamily] = (),
) -> None:
    """Replace the pictures of a pin, in the order of display, its live pin and its colours; the same again changes nothing.

    `live` is the file from which a browser draws the pin. Raises NotFound, FileGone for a file that is not stored, and
    PictureInvalid for a private file, a repeated view or a size of 0.
    """
    _check(pictures)
    if live is not None:
        files.get_public(live)
    with transaction.atomic():
        pin = Pin.objects.select_for_update().filter(pk=pin_id).first()
        if pin is None:
            raise NotFound(gettext("There is no such pin."))
        Pin.objects.filter(pk=pin.pk).update(live_file=live)
        shown = list(pin.pictures.all())
        if live != pin.live_file_id and pin.live_file_id:
            files.forget([pin.live_file_id], now=now)
        if [_picture_of(row) for row in shown] == list(pictures) and pin.colours == list(colours):
            return
        pin.pictures.all().delete()
        PinPicture.objects.bulk_create(
            PinPicture(pin=pin, position=place, file_id=named.pop("sha256"), **named)
            for place, named in enumerate(map(asdict, pictures))
        )
        Pin.objects.filter(pk=pin.pk).update(colours=list(colours))
        gone = {sha256 for row in shown for sha256 in _files_of(_picture_of(row))}
        files.forget(gone - {sha256 for picture in pictures for sha256 in _files_of(picture)}, now=now)
        listings.refresh(pin_ids=[pin.pk])


def _picture_of(row: PinPicture) -> Picture:
    return Picture(row.view, row.file_id, row.width, row.height, row.sources, row.placeholder)


def _files_of(picture: Picture) -> set[str]:
    return {picture.sha256, *(sha256 for by_width in picture.sources.values() for sha256 in by_width.values())}


def _check(pictures: Sequence[Picture]) -> None:
    if len({picture.view for picture in pictures}) != len(pictures):
        raise PictureInvalid(gettext("Each view of a pin has one picture; a view is named twice."))
    for picture in pictures:
        if picture.width < 1 or picture.height < 1:
            raise PictureInvalid(gettext("The picture of view %(view)s has no size.") % {"view": picture.view})
        if not all(files.get(sha256).public for sha256 in _files_of(picture)):
            raise PictureInvalid(
                gettext("The picture of view %(view)s is stored as private. Store it as public.")
                % {"view": picture.view}
            )
