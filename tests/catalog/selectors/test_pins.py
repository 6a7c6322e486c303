"""Ready-made pins: what is on sale, page by page, at a fixed price in queries."""

from datetime import datetime, timedelta

import pytest

from catalog.models import Artist, Cause, PinVariant, Series, Stock
from catalog.selectors import pins
from catalog.selectors.pins import PinFilter
from pinshop.core.money import Money
from tests.catalog.makers import make_pin


def _slugs(page: pins.PinPage) -> list[str]:
    return [pin.slug for pin in page.pins]


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_four_queries_however_long(
    count: int, seeded: None, now: datetime, django_assert_num_queries
) -> None:
    for number in range(count):
        make_pin(number, now=now)
    with django_assert_num_queries(4):
        page = pins.list_pins(now=now, limit=50)
        for pin in page.pins:
            assert [variant.stock.available for variant in pin.variants.all()] == [10, 10]
            assert [picture.file.media_type for picture in pin.pictures.all()] == ["image/webp"]
            assert (pin.artist.name, pin.process.name, pin.plating.name) == ("Marit", "Soft enamel", "Gold")
            assert (str(pin.series), str(pin.cause)) == ("Night", "Bees")
    assert len(page.pins) == count


def test_pages_follow_each_other_newest_first_without_gap_or_repeat(seeded: None, now: datetime) -> None:
    same_moment = {"published_at": now - timedelta(hours=1)}
    made = [make_pin(number, now=now, **(same_moment if number > 2 else {})) for number in range(7)]
    seen: list[str] = []
    cursor = ""
    for expected in (3, 3, 1):
        page = pins.list_pins(now=now, cursor=cursor, limit=3)
        assert len(page.pins) == expected
        seen += _slugs(page)
        cursor = page.next_cursor
    assert cursor == ""
    assert seen[:3] == ["pin-0", "pin-1", "pin-2"]
    assert seen[3:] == [pin.slug for pin in sorted(made[3:], key=lambda pin: pin.pk, reverse=True)]


def test_pin_published_meanwhile_does_not_shift_the_next_page(seeded: None, now: datetime) -> None:
    for number in range(4):
        make_pin(number, now=now)
    first = pins.list_pins(now=now, limit=2)
    make_pin(9, now=now, published_at=now)
    assert _slugs(pins.list_pins(now=now, cursor=first.next_cursor, limit=2)) == ["pin-2", "pin-3"]


@pytest.mark.parametrize("cursor", ["x", "!!!", "bm90fGE", "MjAyNi0xMS0yM3wx", "é"])
def test_forged_cursor_is_refused(cursor: str, db: None, now: datetime) -> None:
    with pytest.raises(pins.CursorInvalid, match="Start again"):
        pins.list_pins(now=now, cursor=cursor)


def test_filters_narrow_the_list(seeded: None, now: datetime) -> None:
    wren = Artist.objects.create(slug="wren", name="Wren Kobayashi")
    kind = Series.objects.create(slug="kind", name="Kind", artist=wren)
    sea = Cause.objects.create(slug="sea", name="Sea", amount_minor=100)
    make_pin(1, now=now)
    make_pin(2, now=now, artist=wren, series=kind, cause=sea, process_id="hard_enamel", tags=["Axolotl"], story="Pink.")
    for only in (
        PinFilter(artist="wren"),
        PinFilter(series="kind"),
        PinFilter(cause="sea"),
        PinFilter(process="hard_enamel"),
        PinFilter(search="kobayashi"),
        PinFilter(search="axolotl pink"),
        PinFilter(search="PIN 2", artist="wren"),
    ):
        assert _slugs(pins.list_pins(now=now, only=only)) == ["pin-2"], only
    assert _slugs(pins.list_pins(now=now, only=PinFilter(search="axolotl blue"))) == []
    assert _slugs(pins.list_pins(now=now, only=PinFilter(search="100%_"))) == []
    assert _slugs(pins.list_pins(now=now)) == ["pin-1", "pin-2"]


def test_drafts_and_future_pins_are_not_on_sale(seeded: None, now: datetime) -> None:
    draft = make_pin(1, now=now, published_at=None)
    later = make_pin(2, now=now, published_at=now + timedelta(seconds=1))
    assert pins.list_pins(now=now).pins == ()
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
