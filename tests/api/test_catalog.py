"""The catalogue in the API."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Artist, Pin, PinPicture, PinVariant, Plating, Process, Stock
from catalog.services import listings
from pinshop.core import files
from tests import callers
from tests.callers import Caller

pytestmark = pytest.mark.usefixtures("_options")


@pytest.fixture
def artist() -> Artist:
    return Artist.objects.create(slug="ines", name="Ines Marl")


def _pin(artist: Artist, number: int, at: datetime) -> Pin:
    pin = Pin.objects.create(
        slug=f"pin-{number}",
        name=f"Pin {number}",
        alt="A pin",
        artist=artist,
        process=Process.objects.first(),
        plating=Plating.objects.first(),
        size_mm=30,
        published_at=at,
    )
    variant = PinVariant.objects.create(pin=pin, sku=f"S-{number}", price_minor=1200)
    Stock.objects.create(variant=variant, on_hand=10, reserved=3)
    stored = files.put(b"picture %d" % number, media_type="image/webp", public=True)
    PinPicture.objects.create(pin=pin, view="front", file=stored, width=800, height=800)
    listings.refresh(pin_ids=[pin.pk])
    return pin


def test_options_name_everything_with_its_limits(call: Caller) -> None:
    body = call("GET", "options").json()
    assert (body["quantity_min"], body["quantity_max"]) == (1, 10_000)
    for name in ("processes", "platings", "addons", "attachments", "packagings", "sizes", "rules"):
        assert body[name], name
    soft = next(process for process in body["processes"] if process["code"] == "soft_enamel")
    assert soft["min_size_mm"] < 30 < soft["max_size_mm"]


def test_options_take_the_same_queries_once_they_are_cached(call: Caller, django_assert_num_queries: Any) -> None:
    call("GET", "options")
    with django_assert_num_queries(2):
        call("GET", "options")


def test_pin_is_read_with_its_variants_and_pictures(call: Caller, artist: Artist) -> None:
    pin = _pin(artist, 1, timezone.now())
    body = call("GET", "pins/pin-1").json()
    variant, picture = PinVariant.objects.get(), PinPicture.objects.get()
    assert body["variants"] == [
        {
            "id": str(variant.pk),
            "sku": "S-1",
            "grade": "A",
            "price_minor": 1200,
            "currency": "USD",
            "prices": [],
            "available": 7,
        }
    ]
    assert body["pictures"] == [
        {
            "view": "front",
            "width": 800,
            "height": 800,
            "url": f"http://localhost:8000/files/public/{picture.file_id}.webp",
        }
    ]
    assert (body["artist"], body["series"], body["url"]) == (
        {"slug": "ines", "name": "Ines Marl"},
        None,
        f"http://localhost:8000/api/v1/pins/{pin.slug}",
    )


def test_pin_that_is_not_on_sale_is_not_found(call: Caller, artist: Artist) -> None:
    _pin(artist, 1, timezone.now() + timedelta(days=1))
    callers.problem(call("GET", "pins/pin-1"), 404, "pin_not_found")
    assert call("GET", "pins").json()["results"] == []


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_the_same_queries_for_one_and_for_thirty(
    count: int, call: Caller, artist: Artist, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        _pin(artist, number, timezone.now())
    with django_assert_num_queries(8):
        assert len(call("GET", "pins?limit=100").json()["results"]) == count


def test_pages_hold_every_pin_once_and_keep_the_filter(call: Caller, artist: Artist) -> None:
    for number in range(5):
        _pin(artist, number, timezone.now() - timedelta(minutes=number))
    _pin(Artist.objects.create(slug="kai", name="Kai"), 9, timezone.now())
    seen, following = [], "pins?limit=2&artist=ines"
    while following:
        page = call("GET", following).json()
        seen.append([pin["slug"] for pin in page["results"]])
        following = page["next"]
    assert seen == [["pin-0", "pin-1"], ["pin-2", "pin-3"], ["pin-4"]]


def test_faulty_query_is_told(call: Caller) -> None:
    body = callers.problem(call("GET", "pins?limit=0&colour=red"), 422, "invalid")
    assert [error["field"] for error in body["errors"]] == ["limit", "colour"]
    callers.problem(call("GET", "pins?cursor=nonsense"), 422, "cursor_invalid")
