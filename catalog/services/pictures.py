"""The pictures of a ready-made pin, made elsewhere and handed in as stored public files."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import Pin, PinPicture
from pinshop.core import files
from pinshop.core.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored file that shows the pin from a view (front, back, card), with its size in pixels."""

    view: str
    sha256: str
    width: int
    height: int


class PictureInvalid(Invalid):
    """A picture cannot be shown in the shop."""

    code = "picture_invalid"


def set_pictures(*, pin_id: UUID, pictures: Sequence[Picture], live: str | None = None) -> None:
    """Replace all pictures of a pin, in the order of display, and its live pin; the same ones again change nothing.

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
        if [Picture(row.view, row.file_id, row.width, row.height) for row in pin.pictures.all()] == list(pictures):
            return
        pin.pictures.all().delete()
        PinPicture.objects.bulk_create(
            PinPicture(
                pin=pin,
                view=picture.view,
                position=place,
                file_id=picture.sha256,
                width=picture.width,
                height=picture.height,
            )
            for place, picture in enumerate(pictures)
        )


def _check(pictures: Sequence[Picture]) -> None:
    if len({picture.view for picture in pictures}) != len(pictures):
        raise PictureInvalid(gettext("Each view of a pin has one picture; a view is named twice."))
    for picture in pictures:
        if picture.width < 1 or picture.height < 1:
            raise PictureInvalid(gettext("The picture of view %(view)s has no size.") % {"view": picture.view})
        if not files.get(picture.sha256).public:
            raise PictureInvalid(
                gettext("The picture of view %(view)s is stored as private. Store it as public.")
                % {"view": picture.view}
            )
