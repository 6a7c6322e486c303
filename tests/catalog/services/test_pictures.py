"""Pictures of a pin: public files, one per view, replaced as a whole."""

from datetime import datetime
from uuid import uuid4

import pytest

from catalog.models import Pin, PinPicture
from catalog.services import pictures
from catalog.services.pictures import Picture
from pinshop.core import files
from pinshop.core.errors import NotFound
from tests.catalog.makers import make_pin


@pytest.fixture
def pin(seeded: None, now: datetime) -> Pin:
    return make_pin(1, now=now)


def _picture(view: str, *, public: bool = True, width: int = 800) -> Picture:
    file = files.put(f"{view} {public}".encode(), media_type="image/webp", public=public)
    return Picture(view=view, sha256=file.sha256, width=width, height=600)


def _views(pin: Pin) -> list[tuple[str, int]]:
    return [(row.view, row.width) for row in PinPicture.objects.filter(pin=pin).order_by("position")]


def test_pictures_replace_those_before(pin: Pin) -> None:
    pictures.set_pictures(pin_id=pin.pk, pictures=[_picture("front"), _picture("card")])
    pictures.set_pictures(pin_id=pin.pk, pictures=[_picture("back"), _picture("front")])
    assert _views(pin) == [("back", 800), ("front", 800)]


def test_same_pictures_again_change_nothing(pin: Pin) -> None:
    shown = [_picture("front"), _picture("back")]
    pictures.set_pictures(pin_id=pin.pk, pictures=shown)
    before = list(PinPicture.objects.values_list("pk", flat=True))
    pictures.set_pictures(pin_id=pin.pk, pictures=shown)
    assert list(PinPicture.objects.values_list("pk", flat=True)) == before


def test_live_pin_comes_and_goes_with_the_pictures(pin: Pin) -> None:
    live = files.put(b"PIN2", media_type=files.BYTES, public=True)
    for given in (live.sha256, live.sha256, None):
        pictures.set_pictures(pin_id=pin.pk, pictures=[_picture("front")], live=given)
        pin.refresh_from_db()
        assert pin.live_file_id == given
    private = files.put(b"PIN2 private", media_type=files.BYTES)
    with pytest.raises(files.FileGone):
        pictures.set_pictures(pin_id=pin.pk, pictures=[], live=private.sha256)
    assert _views(pin) == [("front", 800)]


def test_wrong_pictures_leave_those_before(pin: Pin) -> None:
    for wrong, sentence in (
        ([_picture("front"), _picture("front", width=700)], "named twice"),
        ([_picture("front", public=False)], "stored as private"),
        ([_picture("front", width=0)], "has no size"),
    ):
        with pytest.raises(pictures.PictureInvalid, match=sentence):
            pictures.set_pictures(pin_id=pin.pk, pictures=wrong)
    with pytest.raises(files.FileGone):
        pictures.set_pictures(pin_id=pin.pk, pictures=[Picture("front", "0" * 64, 1, 1)])
    assert _views(pin) == [("front", 600)]


def test_pictures_need_a_pin(db: None) -> None:
    with pytest.raises(NotFound):
        pictures.set_pictures(pin_id=uuid4(), pictures=[_picture("front")])
