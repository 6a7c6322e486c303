"""Pictures of a pin: public files, one per view, replaced as a whole."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest

from catalog.models import ColourFamily, Listing, Pin, PinPicture
from catalog.selectors import held
from catalog.services import pictures
from catalog.services.pictures import Picture
from pinshop.core import files
from pinshop.core.errors import NotFound
from pinshop.core.models import OutboxMessage
from tests.catalog.makers import make_pin


@pytest.fixture
def pin(seeded: None, now: datetime) -> Pin:
    return make_pin(1, now=now)


def _picture(view: str, *, public: bool = True, width: int = 800) -> Picture:
    file = files.put(f"{view} {public}".encode(), media_type="image/webp", public=public)
    return Picture(view=view, sha256=file.sha256, width=width, height=600)


def _views(pin: Pin) -> list[tuple[str, int]]:
    return [(row.view, row.width) for row in PinPicture.objects.filter(pin=pin).order_by("position")]


def test_pictures_replace_those_before(pin: Pin, now: datetime) -> None:
    pictures.set_pictures(pin_id=pin.pk, pictures=[_picture("front"), _picture("card")], now=now)
    pictures.set_pictures(pin_id=pin.pk, pictures=[_picture("back"), _picture("front")], now=now)
    assert _views(pin) == [("back", 800), ("front", 800)]


def test_same_pictures_again_change_nothing(pin: Pin, now: datetime) -> None:
    shown = [_picture("front"), _picture("back")]
    pictures.set_pictures(pin_id=pin.pk, pictures=shown, now=now)
    before = list(PinPicture.objects.values_list("pk", flat=True))
    pictures.set_pictures(pin_id=pin.pk, pictures=shown, now=now)
    assert list(PinPicture.objects.values_list("pk", flat=True)) == before


def test_live_pin_comes_and_goes_with_the_pictures(pin: Pin, now: datetime) -> None:
    live = files.put(b"PIN2", media_type=files.BYTES, public=True)
    for given in (live.sha256, live.sha256, None):
        pictures.set_pictures(pin_id=pin.pk, pictures=[_picture("front")], live=given, now=now)
        pin.refresh_from_db()
        assert pin.live_file_id == given
    private = files.put(b"PIN2 private", media_type=files.BYTES)
    with pytest.raises(files.FileGone):
        pictures.set_pictures(pin_id=pin.pk, pictures=[], live=private.sha256, now=now)
    assert _views(pin) == [("front", 800)]


def test_wrong_pictures_leave_those_before(pin: Pin, now: datetime) -> None:
    for wrong, sentence in (
        ([_picture("front"), _picture("front", width=700)], "named twice"),
        ([_picture("front", public=False)], "stored as private"),
        ([_picture("front", width=0)], "has no size"),
    ):
        with pytest.raises(pictures.PictureInvalid, match=sentence):
            pictures.set_pictures(pin_id=pin.pk, pictures=wrong, now=now)
    with pytest.raises(files.FileGone):
        pictures.set_pictures(pin_id=pin.pk, pictures=[Picture("front", "0" * 64, 1, 1)], now=now)
    assert _views(pin) == [("front", 600)]


def test_pictures_need_a_pin(db: None, now: datetime) -> None:
    with pytest.raises(NotFound):
        pictures.set_pictures(pin_id=uuid4(), pictures=[_picture("front")], now=now)


def test_files_that_are_shown_no_more_are_forgotten_and_the_others_are_held(pin: Pin, now: datetime) -> None:
    old, kept, new = (
        files.put(name.encode(), media_type="image/webp", public=True, now=now) for name in ("old", "kept", "new")
    )

    def shown(*hashes: str) -> list[Picture]:
        sources = {"webp": {str(place): sha256 for place, sha256 in enumerate(hashes, start=1)}}
        return [Picture("front", kept.sha256, 800, 600, sources, "data:image/webp;base64,AA==")]

    pictures.set_pictures(pin_id=pin.pk, pictures=shown(old.sha256, kept.sha256), now=now)
    OutboxMessage.objects.all().delete()
    pictures.set_pictures(pin_id=pin.pk, pictures=shown(new.sha256, kept.sha256), now=now)
    assert [message.payload for message in OutboxMessage.objects.all()] == [{"sha256": [old.sha256]}]
    assert held.list_held([old.sha256, kept.sha256, new.sha256, "f" * 64]) == {kept.sha256, new.sha256}
    row = PinPicture.objects.get(pin=pin)
    assert (row.sources, row.placeholder) == (
        {"webp": {"1": new.sha256, "2": kept.sha256}},
        "data:image/webp;base64,AA==",
    )


def test_colours_come_with_the_pictures_and_narrow_the_list(pin: Pin, now: datetime) -> None:
    pictures.set_pictures(pin_id=pin.pk, pictures=[_picture("front")], colours=[ColourFamily.TEAL], now=now)
    pin.refresh_from_db()
    assert pin.colours == ["teal"]
    assert "colour:teal" in Listing.objects.get(pin=pin).facets


def test_size_that_is_private_is_refused(pin: Pin, now: datetime) -> None:
    secret = files.put(b"secret", media_type="image/webp", now=now)
    front = replace(_picture("front"), sources={"webp": {"320": secret.sha256}})
    with pytest.raises(pictures.PictureInvalid, match="stored as private"):
        pictures.set_pictures(pin_id=pin.pk, pictures=[front], now=now)
