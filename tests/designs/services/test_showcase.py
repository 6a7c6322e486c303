"""Ready-made pins get their pictures from the engine."""

import base64
import io
import json
from datetime import datetime

import pytest
from PIL import Image

from catalog.models import ColourFamily, Pin
from catalog.selectors.pins import PinNotFound
from catalog.services import seeds
from designs.services import showcase
from pinshop.core import files
from tests.designs import artworks
from tests.plugins.seeded import ENGINE

pytestmark = pytest.mark.django_db


def test_pin_gets_public_pictures_in_all_sizes_once(shop: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showcase, "WIDTHS", {"front": (160, 80), "back": (80,), "card": (160, 80)})
    catalogue = json.loads((ENGINE.parent / "samples" / "catalogue.json").read_text())
    seeds.load_pins(catalogue, now=now)
    slug = catalogue["pins"][0]["slug"]
    drawn = [
        showcase.picture_pin(
            pin_slug=slug, svg=artworks.MUSHROOM, process="hard_enamel", plating="gold", size_mm=38, now=now
        )
        for _ in range(2)
    ]
    pin = Pin.objects.get(slug=slug)
    pictures = list(pin.pictures.all())
    assert drawn == [True, False]
    assert [(row.view, row.width, row.height, sorted(row.sources.get("webp", {}))) for row in pictures] == [
        ("front", 160, 160, ["160", "80"]),
        ("back", 80, 80, ["80"]),
        ("card", 110, 160, ["110", "55"]),
        ("share", 1200, 630, []),
    ]
    assert all(files.get(row.file_id).public for row in pictures)
    assert pin.live_file is not None
    assert (pin.live_file.public, files.read(pin.live_file.sha256)[:4]) == (True, b"PIN2")
    for row in pictures[:3]:
        assert row.sources["webp"][str(row.width)] == row.file_id
        for form, by_width in row.sources.items():
            for width, sha256 in by_width.items():
                file = files.get(sha256)
                with Image.open(io.BytesIO(files.read(sha256))) as image:
                    assert (file.media_type, file.public, image.format, image.width) == (
                        f"image/{form}",
                        True,
                        form.upper(),
                        int(width),
                    )
        with Image.open(io.BytesIO(base64.b64decode(row.placeholder.removeprefix("data:image/webp;base64,")))) as tiny:
            assert max(tiny.size) == 16
    assert pin.colours[0] in ColourFamily
    assert f"colour:{pin.colours[0]}" in pin.listing.facets
    assert pin.listing.card["picture"]["sha256"] == pictures[0].file_id
    with pytest.raises(PinNotFound):
        showcase.picture_pin(pin_slug="none", svg=b"", process="x", plating="x", size_mm=1, now=now)
