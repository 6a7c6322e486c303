"""Ready-made pins: what is on sale, page by page, at a fixed price in queries."""

from datetime import datetime, timedelta

import pytest

from catalog.models import Artist, Cause, PinVariant, Series, Stock
from catalog.selectors import pins
from pinshop.core.money import Money
from tests.catalog.makers import make_pin


def test_drafts_and_future_pins_are_not_on_sale(seeded: None, now: datetime) -> None:
    draft = make_pin(1, now=now, published_at=None)
    later = make_pin(2, now=now, published_at=now + timedelta(seconds=1))
    for pin in (draft, later):
        with pytest.raises(pins.PinNotFound):
            pins.get_pin(slug=pin.slug, now=now)
        for variant in pin.variants.all():
            with pytest.raises(pins.PinNotFound):
                pins.check_on_sale(variant_id=variant.pk, now=now)
    assert pins.get_pin(slug="pin-2", now=now + timedelta(seconds=1)) == later


def test_inactive_variant_is_not_on_sale(seeded: None, now: datetime) -> None:
    pin = make_pin(1, now=now)
    variant = PinVariant.objects.get(pin=pin, grade="A")
    PinVariant.objects.filter(pk=variant.pk).update(active=False)
    with pytest.raises(pins.PinNotFound):
        pins.check_on_sale(variant_id=variant.pk, now=now)
    assert [one.grade for one in pins.get_pin(slug=pin.slug, now=now).variants.all()] == ["seconds"]


def test_lists_for_the_filters_name_only_what_is_on_sale(seeded: None, now: datetime) -> None:
    wren = Artist.objects.create(slug="wren", name="Wren")
    Series.objects.create(slug="kind", name="Kind", artist=wren)
    Cause.objects.create(slug="sea", name="Sea", amount_minor=100)
    make_pin(1, now=now)
    make_pin(2, now=now)
    make_pin(3, now=now, artist=wren, published_at=None)
    assert [artist.slug for artist in pins.list_artists(now=now)] == ["marit"]
    assert [series.slug for series in pins.list_series(now=now)] == ["night"]
    assert [cause.slug for cause in pins.list_causes(now=now)] == ["bees"]


def test_variant_without_a_stock_row_has_nothing_to_sell(seeded: None, now: datetime) -> None:
    pin = make_pin(1, now=now)
    Stock.objects.filter(variant__pin=pin, variant__grade="A").delete()
    variants = pins.get_pin(slug=pin.slug, now=now).variants.all()
    assert [variant.available for variant in variants] == [0, 10]


def test_offers_of_a_basket_take_one_query_and_leave_out_what_is_not_on_sale(
    seeded: None, now: datetime, django_assert_num_queries
) -> None:
    shown, draft = make_pin(1, now=now), make_pin(2, now=now, published_at=None)
    ids = list(PinVariant.objects.filter(pin__in=[shown, draft]).values_list("pk", flat=True))
    with django_assert_num_queries(1):
        found = pins.find_offers(variant_ids=ids, currency="USD", now=now)
    assert {(offer.name, offer.size_mm, offer.currency) for offer in found.values()} == {
        (shown.name, shown.size_mm, "USD")
    }
    assert {pk: offer.price for pk, offer in found.items()} == {
        variant.pk: variant.price() for variant in shown.variants.all()
    }


def test_offers_are_priced_in_the_currency_asked_for_where_they_are_sold_in_it(seeded: None, now: datetime) -> None:
    pin = make_pin(1, now=now)
    a_grade, seconds = pin.variants.order_by("grade")
    a_grade.prices.all().delete()
    seconds.prices.all().delete()
    a_grade.prices.create(currency="EUR", price_minor=1100)
    a_grade.prices.create(currency="JPY", price_minor=1900)
    found = pins.find_offers(variant_ids=[a_grade.pk, seconds.pk], currency="EUR", now=now)
    assert (found[a_grade.pk].price, found[seconds.pk].price) == (Money(1100, "EUR"), None)


@pytest.mark.parametrize("count", [1, 30])
def test_pins_are_read_whole_in_four_queries(
    count: int, seeded: None, now: datetime, django_assert_num_queries
) -> None:
    ids = [make_pin(number, now=now).pk for number in range(count)]
    with django_assert_num_queries(4):
        found = pins.list_pins(pin_ids=ids[::-1])
        for pin in found:
            assert [variant.stock.available for variant in pin.variants.all()] == [10, 10]
            assert [picture.file.media_type for picture in pin.pictures.all()] == ["image/webp"]
            assert (pin.artist.name, pin.process.name, pin.plating.name) == ("Marit", "Soft enamel", "Gold")
            assert (str(pin.series), str(pin.cause)) == ("Night", "Bees")
    assert [pin.pk for pin in found] == ids[::-1]
