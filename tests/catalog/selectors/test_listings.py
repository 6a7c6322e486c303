"""Finding pins: words, facets, order and pages, at a fixed price in queries."""

from datetime import datetime, timedelta

import pytest

from catalog.models import Artist, Cause, Pin, PinPicture, Series, Stock, VariantPrice
from catalog.selectors import listings
from catalog.selectors.listings import Wanted
from catalog.services import listings as listing_rows
from tests.catalog.makers import make_pin


def _slugs(page: listings.Page) -> list[str]:
    return [each.card["slug"] for each in page.pins]


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_two_queries_however_long(
    count: int, seeded: None, now: datetime, django_assert_num_queries
) -> None:
    for number in range(count):
        make_pin(number, now=now)
    with django_assert_num_queries(2):
        page = listings.find(now=now, limit=50)
    assert len(page.pins) == count
    first = page.pins[0]
    picture = PinPicture.objects.get(pin__slug="pin-0")
    assert first.in_stock
    assert first.card == {
        "slug": "pin-0",
        "name": "Pin 0",
        "alt": "Drawing 0",
        "artist": "Marit",
        "edition_size": None,
        "prices": {"USD": 1200},
        "picture": {
            "sha256": picture.file_id,
            "media_type": "image/webp",
            "width": 600,
            "height": 600,
            "sources": {},
            "placeholder": "",
        },
    }


def test_pages_follow_each_other_newest_first_without_gap_or_repeat(seeded: None, now: datetime) -> None:
    same_moment = {"published_at": now - timedelta(hours=1)}
    made = [make_pin(number, now=now, **(same_moment if number > 2 else {})) for number in range(7)]
    seen: list[str] = []
    cursor = ""
    for expected in (3, 3, 1):
        page = listings.find(now=now, cursor=cursor, limit=3)
        assert len(page.pins) == expected
        seen += _slugs(page)
        cursor = page.next_cursor
    assert cursor == ""
    assert seen[:3] == ["pin-0", "pin-1", "pin-2"]
    assert seen[3:] == [pin.slug for pin in sorted(made[3:], key=lambda pin: pin.pk, reverse=True)]


def test_pin_published_meanwhile_does_not_shift_the_next_page(seeded: None, now: datetime) -> None:
    for number in range(4):
        make_pin(number, now=now)
    first = listings.find(now=now, limit=2)
    make_pin(9, now=now, published_at=now)
    assert _slugs(listings.find(now=now, cursor=first.next_cursor, limit=2)) == ["pin-2", "pin-3"]


@pytest.mark.parametrize("cursor", ["x", "!!!", "bm90fGE", "MjAyNi0xMS0yM3wx", "é"])
def test_forged_cursor_is_refused(cursor: str, db: None, now: datetime) -> None:
    with pytest.raises(listings.CursorInvalid, match="Start again"):
        listings.find(now=now, cursor=cursor)


def test_filters_narrow_the_list(seeded: None, now: datetime) -> None:
    wren = Artist.objects.create(slug="wren", name="Wren Kobayashi")
    kind = Series.objects.create(slug="kind", name="Kind", artist=wren)
    sea = Cause.objects.create(slug="sea", name="Sea", amount_minor=100)
    make_pin(1, now=now)
    make_pin(2, now=now, artist=wren, series=kind, cause=sea, process_id="hard_enamel", tags=["Axolotl"], story="Pink.")
    for wanted in (
        Wanted(chosen={"artist": ("wren",)}),
        Wanted(chosen={"series": ("kind",)}),
        Wanted(chosen={"cause": ("sea",)}),
        Wanted(chosen={"process": ("hard_enamel",)}),
        Wanted(text="kobayashi"),
        Wanted(text="axolotl pink"),
        Wanted(text="PIN 2", chosen={"artist": ("wren",)}),
    ):
        assert _slugs(listings.find(now=now, wanted=wanted)) == ["pin-2"], wanted
    assert _slugs(listings.find(now=now, wanted=Wanted(text="axolotl blue"))) == []
    assert _slugs(listings.find(now=now, wanted=Wanted(text="100%_"))) == []
    assert _slugs(listings.find(now=now)) == ["pin-1", "pin-2"]


def test_drafts_and_future_pins_are_in_no_list(seeded: None, now: datetime) -> None:
    make_pin(1, now=now, published_at=None)
    make_pin(2, now=now, published_at=now + timedelta(seconds=1))
    assert _slugs(listings.find(now=now)) == []
    assert _slugs(listings.find(now=now + timedelta(seconds=1))) == ["pin-2"]


def _found(now: datetime, text: str) -> list[str]:
    return _slugs(listings.find(now=now, wanted=Wanted(text=text)))


@pytest.fixture
def zoo(seeded: None, now: datetime) -> list[Pin]:
    tomas = Artist.objects.create(slug="tomas", name="Tomás Arrieta")
    return [
        make_pin(1, now=now, name="Moon Moth", tags=["night", "foxglove"], story="Found at a lamp."),
        make_pin(2, now=now, name="Sleepy Fox", tags=["woodland"], story="Dreams of a moth."),
        make_pin(3, now=now, name="Lighthouse", tags=["sea"], artist=tomas, series=None, cause=None),
    ]


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("moth", ["pin-1", "pin-2"]),  # the name weighs more than the story
        ("FOXES", ["pin-2", "pin-1"]),  # endings do not count; the last word may be the beginning of one: foxglove
        ("tomas", ["pin-3"]),  # nor do accents
        ("Tomás árrieta", ["pin-3"]),
        ("lighth", ["pin-3"]),
        ("moon fox", ["pin-1"]),
        ("night", ["pin-1", "pin-2"]),  # a tag, and the series
        ("!!!", []),
        ("the", []),
    ],
)
def test_words_find_pins_by_what_weighs_most(text: str, slugs: list[str], zoo: list[Pin], now: datetime) -> None:
    assert _found(now, text) == slugs


@pytest.mark.parametrize(
    ("typed", "meant", "slugs"),
    [
        ("moht", "moth", ["pin-1", "pin-2"]),
        ("lighthuose", "lighthouse", ["pin-3"]),
        ("slepy fox", "sleepy fox", ["pin-2"]),
        ("ligthouse", "lighthouse", ["pin-3"]),
        ("zebra", "zebra", []),
        ("se", "se", ["pin-3"]),
    ],
)
def test_mistyped_word_is_taken_for_the_likeliest(
    typed: str, meant: str, slugs: list[str], zoo: list[Pin], now: datetime
) -> None:
    page = listings.find(now=now, wanted=Wanted(text=typed))
    assert (page.text, _slugs(page)) == (meant, slugs)


def test_values_of_one_kind_add_up_and_kinds_narrow(seeded: None, now: datetime) -> None:
    make_pin(1, now=now, colours=["red"], worn=["hat"])
    make_pin(2, now=now, colours=["blue"], worn=["hat", "bag"], edition_size=50)
    make_pin(3, now=now, colours=["green"], worn=["bag"], finishes=["glitter"], styles=["retro"])
    for chosen, slugs in (
        ({"colour": ("red", "blue")}, ["pin-1", "pin-2"]),
        ({"colour": ("red", "blue"), "worn": ("bag",)}, ["pin-2"]),
        ({"edition": ("open",)}, ["pin-1", "pin-3"]),
        ({"edition": ("limited",)}, ["pin-2"]),
        ({"finish": ("glitter",), "style": ("retro",), "plating": ("gold",)}, ["pin-3"]),
        ({"colour": ()}, ["pin-1", "pin-2", "pin-3"]),
        ({"colour": ("puce",)}, []),
    ):
        assert _slugs(listings.find(now=now, wanted=Wanted(chosen=chosen))) == slugs, chosen


def test_in_stock_counts_any_grade_that_is_not_promised(seeded: None, now: datetime) -> None:
    for number in range(3):
        make_pin(number, now=now)
    Stock.objects.filter(variant__pin__slug="pin-0").update(on_hand=0)
    Stock.objects.filter(variant__pin__slug="pin-1", variant__grade="A").update(reserved=10)
    assert _slugs(listings.find(now=now, wanted=Wanted(in_stock=True))) == ["pin-1", "pin-2"]


@pytest.fixture
def priced(seeded: None, now: datetime) -> None:
    """Pins at 12, 5, 20 and 12 dollars; the third also at 9 euros."""
    for number, price_minor in enumerate((1200, 500, 2000, 1200)):
        pin = make_pin(number, now=now, name=f"{'dacb'[number]} pin")
        pin.variants.filter(grade="A").update(price_minor=price_minor)
        pin.variants.filter(grade="seconds").update(price_minor=price_minor + 1)
    VariantPrice.objects.create(
        variant=Pin.objects.get(slug="pin-2").variants.get(grade="A"), currency="EUR", price_minor=900
    )
    listing_rows.refresh()


@pytest.mark.parametrize(
    ("wanted", "slugs"),
    [
        (Wanted(sort="price"), ["pin-1", "pin-0", "pin-3", "pin-2"]),
        (Wanted(sort="-price"), ["pin-2", "pin-0", "pin-3", "pin-1"]),
        (Wanted(sort="name"), ["pin-1", "pin-3", "pin-2", "pin-0"]),
        (Wanted(sort="newest"), ["pin-0", "pin-1", "pin-2", "pin-3"]),
        (Wanted(sort="relevance"), ["pin-0", "pin-1", "pin-2", "pin-3"]),
        (Wanted(sort="price", currency="EUR"), []),  # those not sold in euros come last
        (Wanted(prices=(1200, 2000)), ["pin-0", "pin-3"]),
        (Wanted(prices=(1200, None), sort="price"), ["pin-0", "pin-3", "pin-2"]),
        (Wanted(prices=(0, 1000), currency="EUR"), ["pin-2"]),
    ],
)
def test_order_and_prices(wanted: Wanted, slugs: list[str], priced: None, now: datetime) -> None:
    """Pins at one price stand in the order of their ids, the newest id first where the dearest come first."""
    whole = _slugs(listings.find(now=now, wanted=wanted))
    paged: list[str] = []
    cursor = ""
    while not paged or cursor:
        page = listings.find(now=now, wanted=wanted, cursor=cursor, limit=1)
        paged += _slugs(page)
        cursor = page.next_cursor
    assert paged == whole
    if wanted.sort in {"price", "-price"}:
        ids = {pin.slug: pin.pk for pin in Pin.objects.all()}
        if wanted.currency == "EUR":
            assert whole == ["pin-2", *sorted({"pin-0", "pin-1", "pin-3"}, key=lambda slug: ids[slug])]
            return
        same = sorted(["pin-0", "pin-3"], key=lambda slug: ids[slug], reverse=wanted.sort == "-price")
        slugs = [same.pop(0) if slug in {"pin-0", "pin-3"} else slug for slug in slugs]
    assert whole == slugs


def test_pages_of_a_search_continue_after_the_same_rank(seeded: None, now: datetime) -> None:
    made = {make_pin(number, now=now, name="Owl").slug for number in range(7)}
    seen: list[str] = []
    cursor = ""
    for expected in (3, 3, 1):
        page = listings.find(now=now, wanted=Wanted(text="owl"), cursor=cursor, limit=3)
        assert len(page.pins) == expected
        seen += _slugs(page)
        cursor = page.next_cursor
    assert (set(seen), len(seen), cursor) == (made, 7, "")


def test_cursor_of_another_order_is_refused(priced: None, now: datetime) -> None:
    cursor = listings.find(now=now, wanted=Wanted(sort="price"), limit=1).next_cursor
    with pytest.raises(listings.CursorInvalid):
        listings.find(now=now, wanted=Wanted(sort="name"), cursor=cursor)


def test_pins_like_one_are_of_its_series_before_those_of_its_artist_in_two_queries(
    seeded: None, now: datetime, django_assert_num_queries
) -> None:
    wren = Artist.objects.create(slug="wren", name="Wren")
    moth = make_pin(1, now=now)
    make_pin(2, now=now, artist=wren, series=None, cause=None)
    make_pin(3, now=now, series=None)
    make_pin(4, now=now)
    make_pin(5, now=now, published_at=None)
    make_pin(6, now=now, on_hand=0)
    with django_assert_num_queries(2):
        alike = listings.list_alike(pin=moth, now=now, limit=3)
    assert [(each.card["slug"], each.in_stock) for each in alike] == [
        ("pin-4", True),
        ("pin-6", False),
        ("pin-3", True),
    ]
    alone = Pin.objects.get(slug="pin-3")
    assert [each.card["slug"] for each in listings.list_alike(pin=alone, now=now, limit=2)] == ["pin-1", "pin-4"]
    assert listings.list_alike(pin=Pin.objects.get(slug="pin-2"), now=now, limit=2) == []
