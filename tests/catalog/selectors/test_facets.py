"""Facets: what a list can be narrowed by, with how many pins each choice would leave."""

from dataclasses import replace
from datetime import datetime

import pytest

from catalog.models import Artist, Stock
from catalog.selectors import facets, listings
from catalog.selectors.listings import Wanted
from tests.catalog.makers import make_pin


@pytest.fixture
def shelf(seeded: None, now: datetime) -> None:
    wren = Artist.objects.create(slug="wren", name="Wren Kobayashi")
    make_pin(1, now=now, colours=["red"], worn=["hat"], name="Owl")
    make_pin(2, now=now, colours=["red", "blue"], worn=["hat", "bag"], plating_id="silver", name="Owl")
    make_pin(
        3, now=now, colours=["blue"], process_id="hard_enamel", artist=wren, series=None, cause=None, edition_size=9
    )
    make_pin(4, now=now, colours=["green"], published_at=None)
    Stock.objects.filter(variant__pin__slug="pin-1").update(on_hand=0)


def test_counts_of_the_whole_list(shelf: None, now: datetime) -> None:
    found = facets.count(wanted=Wanted(), now=now)
    assert {kind: dict(values) for kind, values in found.counts.items()} == {
        "process": {"soft_enamel": 2, "hard_enamel": 1},
        "plating": {"gold": 2, "silver": 1},
        "colour": {"red": 2, "blue": 2},
        "worn": {"hat": 2, "bag": 1},
        "artist": {"marit": 2, "wren": 1},
        "series": {"night": 2},
        "cause": {"bees": 2},
        "edition": {"open": 2, "limited": 1},
    }
    assert (found.total, found.in_stock) == (3, 2)
    assert found.bands == {(0, 1000): 3, (1000, 1250): 0, (1250, 1500): 0, (1500, 2000): 0, (2000, None): 0}


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(chosen={"colour": ("red",)}),
        Wanted(chosen={"colour": ("red",), "plating": ("silver",)}),
        Wanted(chosen={"worn": ("hat", "bag")}, in_stock=True),
        Wanted(text="owl", chosen={"colour": ("blue",)}),
        Wanted(prices=(1000, None)),
        Wanted(prices=(0, 1000), in_stock=True),
    ],
)
def test_each_count_is_the_length_of_the_list_it_promises(wanted: Wanted, shelf: None, now: datetime) -> None:
    found = facets.count(wanted=wanted, now=now)

    def length(narrowed: Wanted) -> int:
        return len(listings.find(now=now, wanted=narrowed).pins)

    assert found.total == length(wanted)
    assert found.in_stock == length(replace(wanted, in_stock=True))
    for kind, values in found.counts.items():
        for value, pins in values.items():
            assert pins == length(replace(wanted, chosen={**wanted.chosen, kind: (value,)})), (kind, value)
    for band, pins in found.bands.items():
        assert pins == length(replace(wanted, prices=band)), band


@pytest.mark.parametrize(
    ("chosen", "queries"), [({}, 3), ({"colour": ("red",)}, 4), ({"colour": ("x",), "worn": ("y",)}, 5)]
)
def test_queries_grow_only_with_the_kinds_that_are_chosen(
    chosen: dict[str, tuple[str, ...]], queries: int, shelf: None, now: datetime, django_assert_num_queries
) -> None:
    with django_assert_num_queries(queries):
        facets.count(wanted=Wanted(chosen=chosen), now=now)


def test_names_come_in_one_query(shelf: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        names = facets.list_names({"artist": ["wren", "nobody"], "process": ["soft_enamel"], "colour": ["red"]})
    assert names == {("artist", "wren"): "Wren Kobayashi", ("process", "soft_enamel"): "Soft enamel"}


def test_nothing_to_name_asks_nothing(django_assert_num_queries, db: None) -> None:
    with django_assert_num_queries(0):
        assert facets.list_names({"colour": ["red"], "artist": []}) == {}
