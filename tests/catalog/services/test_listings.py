"""Listings follow the pins."""

from datetime import datetime, timedelta

import pytest

from catalog.models import Artist, Cause, Listing, ListingPrice, Pin, PinVariant, SearchWord, Series, VariantPrice
from catalog.selectors import listings as found
from catalog.selectors.listings import Wanted
from catalog.services import listings
from tests.catalog.makers import make_pin


@pytest.fixture
def pin(seeded: None, now: datetime) -> Pin:
    return make_pin(1, now=now, name="Moon Moth", tags=["Night"], styles=["retro"], edition_size=50, colours=["blue"])


def test_listing_holds_what_lists_read(pin: Pin) -> None:
    row = Listing.objects.get()
    assert (row.pin_id, row.name, row.tags, row.makers) == (pin.pk, "moon moth", "night retro night", "marit bees")
    assert row.facets == [
        "artist:marit",
        "cause:bees",
        "colour:blue",
        "edition:limited",
        "plating:gold",
        "process:soft_enamel",
        "series:night",
        "style:retro",
    ]
    assert set(SearchWord.objects.values_list("word", flat=True)) == {"moon", "moth", "night", "retro", "marit", "bees"}


def test_lowest_price_of_each_currency_counts_and_inactive_grades_do_not(pin: Pin) -> None:
    good, seconds = pin.variants.order_by("grade")
    VariantPrice.objects.create(variant=good, currency="EUR", price_minor=1100)
    listings.refresh(pin_ids=[pin.pk])
    assert sorted(ListingPrice.objects.values_list("currency", "price_minor")) == [("EUR", 1100), ("USD", 900)]
    PinVariant.objects.filter(pk=seconds.pk).update(active=False)
    listings.refresh(pin_ids=[pin.pk])
    assert sorted(ListingPrice.objects.values_list("currency", "price_minor")) == [("EUR", 1100), ("USD", 1200)]


def test_refreshed_twice_it_is_the_same(pin: Pin) -> None:
    def rows() -> list[object]:
        return [
            *Listing.objects.values("pin", "name", "facets"),
            *ListingPrice.objects.values("currency", "price_minor"),
        ]

    before = rows()
    assert [listings.refresh(), listings.refresh()] == [1, 1]
    assert rows() == before


def test_pin_that_becomes_a_draft_is_listed_no_more(pin: Pin) -> None:
    Pin.objects.update(published_at=None)
    assert listings.refresh(pin_ids=[pin.pk]) == 0
    assert not Listing.objects.exists()


def test_other_pins_are_left_alone(pin: Pin, now: datetime) -> None:
    other = make_pin(2, now=now)
    Pin.objects.update(name="New")
    listings.refresh(pin_ids=[other.pk])
    assert dict(Listing.objects.values_list("pin__slug", "name")) == {"pin-1": "moon moth", "pin-2": "new"}


def test_new_name_of_artist_series_or_cause_is_found_at_once(pin: Pin, now: datetime) -> None:
    for model, name, refresh in (
        (Artist, "Okafor", listings.of_artist),
        (Series, "Zeppelin", listings.of_series),
        (Cause, "Hedgehogs", listings.of_cause),
    ):
        row = model.objects.get()
        model.objects.update(name=name)
        assert refresh(row.pk) == 1
        page = found.find(now=now + timedelta(1), wanted=Wanted(text=name))
        assert [each.card["slug"] for each in page.pins] == ["pin-1"]


def test_more_pins_than_are_written_at_once(pin: Pin, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "_AT_ONCE", 2)
    for number in range(2, 6):
        make_pin(number, now=now)
    Listing.objects.all().delete()
    assert listings.refresh() == 5
    assert Listing.objects.count() == 5
