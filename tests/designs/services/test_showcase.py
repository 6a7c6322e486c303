"""Ready-made pins get their pictures from the engine."""

import json
from datetime import datetime

import pytest

from catalog.models import Pin
from catalog.selectors.pins import PinNotFound
from catalog.services import seeds
from designs.services import showcase
from pinshop.core import files
from tests.designs import artworks
from tests.plugins.seeded import ENGINE

pytestmark = pytest.mark.django_db


def test_pin_gets_public_pictures_once(shop: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showcase, "WIDTH", 160)
    catalogue = json.loads((ENGINE.parent / "samples" / "catalogue.json").read_text())
    seeds.load_pins(catalogue, now=now)
    slug = catalogue["pins"][0]["slug"]
    drawn = [
        showcase.picture_pin(
            pin_slug=slug, svg=artworks.MUSHROOM, process="hard_enamel", plating="gold", size_mm=38, now=now
        )
        for _ in range(2)
    ]
    pictures = list(Pin.objects.get(slug=slug).pictures.all())
    assert drawn == [True, False]
    assert [(row.view, row.width, row.height) for row in pictures] == [
        ("front", 160, 160),
        ("back", 160, 160),
        ("card", 110, 160),
    ]
    assert all(files.get(row.file_id).public for row in pictures)
    live = Pin.objects.get(slug=slug).live_file
    assert live is not None
    assert (live.public, files.read(live.sha256)[:4]) == (True, b"PIN2")
    with pytest.raises(PinNotFound):
        showcase.picture_pin(pin_slug="none", svg=b"", process="x", plating="x", size_mm=1, now=now)
