"""Stock: never one oversold, on real PostgreSQL with real rivals."""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from catalog.models import Stock
from catalog.services import seeds, stock
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid
from pinshop.core.models import AuditEntry
from tests import races
from tests.catalog.makers import make_stock

RIVALS = 12


def _numbers(row: Stock) -> tuple[int, int]:
    row.refresh_from_db()
    return row.on_hand, row.reserved


@pytest.fixture
def row(seeded: None, now: datetime) -> Stock:
    return make_stock(10, now=now)


def test_reserved_pins_are_no_longer_free(row: Stock) -> None:
    stock.reserve(variant_id=row.variant_id, quantity=4)
    assert _numbers(row) == (10, 4)
    assert row.available == 6


def test_last_pins_can_be_reserved_and_no_more(row: Stock) -> None:
    stock.reserve(variant_id=row.variant_id, quantity=10)
    with pytest.raises(stock.OutOfStock, match="Sold out; 1 asked for") as refusal:
        stock.reserve(variant_id=row.variant_id, quantity=1)
    assert refusal.value.extra == {"variant_id": str(row.variant_id), "available": 0}
    assert _numbers(row) == (10, 10)


def test_refusal_says_how_many_are_left(row: Stock) -> None:
    with pytest.raises(stock.OutOfStock, match="Only 10 left; 11 asked for"):
        stock.reserve(variant_id=row.variant_id, quantity=11)
    assert _numbers(row) == (10, 0)


def test_released_pins_are_free_again(row: Stock) -> None:
    stock.reserve(variant_id=row.variant_id, quantity=4)
    stock.release(variant_id=row.variant_id, quantity=4)
    assert _numbers(row) == (10, 0)


def test_taken_pins_leave_the_shelf(row: Stock) -> None:
    stock.reserve(variant_id=row.variant_id, quantity=4)
    stock.take(variant_id=row.variant_id, quantity=3)
    assert _numbers(row) == (7, 1)


def test_more_than_promised_is_neither_taken_nor_released(row: Stock) -> None:
    stock.reserve(variant_id=row.variant_id, quantity=2)
    for verb in (stock.take, stock.release):
        with pytest.raises(stock.StockMismatch):
            verb(variant_id=row.variant_id, quantity=3)
    assert _numbers(row) == (10, 2)


@pytest.mark.parametrize("quantity", [0, -1])
def test_quantity_below_one_is_refused(quantity: int, row: Stock) -> None:
    for verb in (stock.reserve, stock.take, stock.release):
        with pytest.raises(Invalid, match="1 or more"):
            verb(variant_id=row.variant_id, quantity=quantity)
    assert _numbers(row) == (10, 0)


def test_adjusting_keeps_promises_and_is_recorded(row: Stock, now: datetime) -> None:
    stock.reserve(variant_id=row.variant_id, quantity=4)
    stock.adjust(variant_id=row.variant_id, by=-6, actor=SYSTEM, now=now, note="damaged")
    with pytest.raises(stock.StockMismatch, match="below what is promised"):
        stock.adjust(variant_id=row.variant_id, by=-1, actor=SYSTEM, now=now)
    assert _numbers(row) == (4, 4)
    entries = AuditEntry.objects.filter(action="stock.adjusted").values_list("action", "data", "note")
    assert list(entries) == [("stock.adjusted", {"by": -6, "on_hand": 4, "reason": "damaged"}, "")]


@pytest.mark.parametrize("values", [{"reserved": 11}, {"on_hand": -1}, {"reserved": -1}])
def test_database_refuses_an_impossible_shelf(values: dict[str, int], row: Stock) -> None:
    with pytest.raises(IntegrityError, match="catalog_stock_"), transaction.atomic():
        Stock.objects.filter(pk=row.pk).update(**values)


def _race(row: Stock) -> int:
    """So many rivals reserve one pin each at once; returns how many got one."""
    results = races.run(lambda: stock.reserve(variant_id=row.variant_id, quantity=1), threads=RIVALS)
    assert {type(result) for result in results} <= {type(None), stock.OutOfStock, IntegrityError}
    return results.count(None)


@pytest.mark.django_db(transaction=True)
def test_twelve_rivals_buy_five_pins_once_each(now: datetime) -> None:
    seeds.load_options()
    row = make_stock(5, now=now)
    assert _race(row) == 5
    assert _numbers(row) == (5, 5)


@pytest.mark.django_db(transaction=True)
def test_without_the_condition_the_check_of_the_database_is_all_that_holds(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with the guard of the service off and the constraint away, more are sold than there are."""
    seeds.load_options()
    row = make_stock(5, now=now)
    monkeypatch.setattr(stock, "_free", lambda _quantity: Q())
    assert _race(row) == 5
    Stock.objects.filter(pk=row.pk).update(reserved=0)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_stock DROP CONSTRAINT catalog_stock_reserved_on_hand")
    try:
        assert _race(row) == RIVALS
        assert _numbers(row) == (5, RIVALS)
    finally:
        Stock.objects.filter(pk=row.pk).update(reserved=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE catalog_stock ADD CONSTRAINT catalog_stock_reserved_on_hand CHECK (reserved <= on_hand)"
            )
