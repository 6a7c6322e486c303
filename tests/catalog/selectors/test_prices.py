"""Price tables: the right one at every moment, and never another figure in it once published."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from catalog import models
from catalog.selectors import prices
from catalog.services import price_tables, pricing, seeds
from catalog.spec import PinSpec
from pinshop.core.actors import SYSTEM
from pinshop.core.models import AuditEntry

SPEC = PinSpec(process="soft_enamel", plating="gold", size_mm=30)


def _seeded_row() -> models.PriceTable:
    return models.PriceTable.objects.get(currency="USD", number=1)


def _copy(now: datetime, *, currency: str = "USD", factor: str = "1.1", days: int = 10) -> models.PriceTable:
    return price_tables.copy(
        table_id=_seeded_row().pk,
        currency=currency,
        factor=Decimal(factor),
        valid_from=now + timedelta(days=days),
        actor=SYSTEM,
        now=now,
    )


def test_seeded_unit_prices_follow_the_documented_formula(seeded: None, now: datetime) -> None:
    table = prices.get_table(currency="USD", now=now)
    assert table.unit_prices["soft_enamel", "1.25"].units == (380, 270, 225, 175, 140, 120, 110, 100)
    assert table.unit_prices["hard_enamel", "2"].starts == (100, 200, 300, 500, 1000, 2000, 5000)
    assert len(table.unit_prices) == 6 * 8
    for steps in table.unit_prices.values():
        assert list(steps.units) == sorted(steps.units, reverse=True)
        assert {unit % 5 for unit in steps.units} == {0}


def test_seeded_prices_rise_with_the_size(seeded: None, now: datetime) -> None:
    table = prices.get_table(currency="USD", now=now)
    for process in table.terms:
        for quantity in (100, 500, 2000):
            row = [table.unit_prices[process, size.code].at(quantity) for size in table.sizes]
            assert row == sorted(row)


def test_table_takes_three_queries_once_it_is_cached(seeded: None, now: datetime, django_assert_num_queries) -> None:
    first = prices.get_table(currency="USD", now=now)
    with django_assert_num_queries(2):
        assert prices.get_table(currency="USD", now=now) == first


def test_later_table_holds_from_its_day_on_and_the_older_stays_readable(seeded: None, now: datetime) -> None:
    draft = _copy(now)
    assert prices.get_table(currency="USD", now=now + timedelta(days=30)).version == "USD-1"
    price_tables.publish(table_id=draft.pk, actor=SYSTEM, now=now)
    assert prices.get_table(currency="USD", now=now + timedelta(days=9)).version == "USD-1"
    assert prices.get_table(currency="USD", now=now + timedelta(days=10)).version == "USD-2"
    old = prices.get_table(currency="USD", version="USD-1")
    new = prices.get_table(currency="USD", version="USD-2")
    totals = [pricing.price_line(spec=SPEC, quantity=100, table=table).total.amount_minor for table in (old, new)]
    assert totals == [27_000 + 5_000, 29_700 + 5_500]


def test_copy_for_another_currency_takes_the_next_of_its_own_numbers(seeded: None, now: datetime) -> None:
    draft = _copy(now, currency="EUR", factor="0.9", days=0)
    price_tables.publish(table_id=draft.pk, actor=SYSTEM, now=now)
    table = prices.get_table(currency="EUR", now=now)
    assert (table.version, table.unit_prices["soft_enamel", "1.25"].at(100)) == ("EUR-2", 243)
    assert prices.get_table(currency="USD", now=now).version == "USD-1"


@pytest.mark.parametrize("version", ["USD-9", "EUR-1", "nonsense", "USD-", "USD-1x"])
def test_unknown_version_is_not_found(version: str, seeded: None) -> None:
    with pytest.raises(prices.NoPriceTable, match="no published price table in USD"):
        prices.get_table(currency="USD", version=version)


def test_no_table_holds_before_the_first_begins(seeded: None) -> None:
    with pytest.raises(prices.NoPriceTable):
        prices.get_table(currency="USD", now=datetime(2025, 12, 31, tzinfo=UTC))
    with pytest.raises(prices.NoPriceTable):
        prices.get_table(currency="CHF", now=datetime(2026, 12, 31, tzinfo=UTC))


def test_renamed_option_shows_its_new_name_at_the_same_price(seeded: None, now: datetime) -> None:
    before = pricing.price_line(spec=SPEC, quantity=100, table=prices.get_table(currency="USD", now=now))
    models.Process.objects.filter(code="soft_enamel").update(name="Classic")
    after = pricing.price_line(spec=SPEC, quantity=100, table=prices.get_table(currency="USD", now=now))
    assert after.items[0].label == "Classic pins, up to 31.75 mm"
    assert (after.total, after.table_version) == (before.total, before.table_version)


WRITES = {
    "price": lambda: models.UnitPrice.objects.filter(from_quantity=100).update(unit_minor=1),
    "price gone": lambda: models.UnitPrice.objects.filter(from_quantity=100).delete(),
    "price added": lambda: models.OptionPrice.objects.create(table=_seeded_row(), kind="plating", code="tin"),
    "die": lambda: models.DieFee.objects.update(fee_minor=1),
    "terms": lambda: models.ProcessTerms.objects.update(minimum_quantity=1),
    "option": lambda: models.OptionPrice.objects.update(unit_minor=1),
    "rush": lambda: models.PriceTable.objects.update(rush_percent=1),
    "unpublish": lambda: models.PriceTable.objects.update(published_at=None),
    "table gone": lambda: models.PriceTable.objects.all().delete(),
}


@pytest.mark.parametrize("write", WRITES)
def test_database_refuses_to_change_a_published_table(write: str, seeded: None, now: datetime) -> None:
    before = prices.read_table(_seeded_row())
    with pytest.raises(IntegrityError, match="never changes: publish a new version"), transaction.atomic():
        WRITES[write]()
    assert prices.read_table(_seeded_row()) == before


def test_draft_can_be_changed_and_thrown_away(seeded: None, now: datetime) -> None:
    draft = _copy(now)
    draft.unit_prices.update(unit_minor=7)
    assert set(draft.unit_prices.values_list("unit_minor", flat=True)) == {7}
    draft_id = draft.pk
    draft.delete()
    assert not models.PriceTable.objects.filter(pk=draft_id).exists()


def test_row_cannot_be_moved_into_a_published_table(seeded: None, now: datetime) -> None:
    draft = _copy(now)
    row = draft.option_prices.create(kind="plating", code="tin")
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        models.OptionPrice.objects.filter(pk=row.pk).update(table=_seeded_row())


def test_publishing_twice_is_refused_and_recorded_once(seeded: None, now: datetime) -> None:
    draft = _copy(now)
    price_tables.publish(table_id=draft.pk, actor=SYSTEM, now=now)
    with pytest.raises(price_tables.AlreadyPublished, match="USD-2 is published already"):
        price_tables.publish(table_id=draft.pk, actor=SYSTEM, now=now)
    entries = AuditEntry.objects.filter(subject_id=str(draft.pk)).order_by("id").values_list("action", flat=True)
    assert list(entries) == ["price_table.copied", "price_table.published"]


def test_table_with_gaps_is_not_published(seeded: None, now: datetime) -> None:
    draft = _copy(now)
    draft.option_prices.filter(code="gold").delete()
    draft.unit_prices.filter(process="cast_3d", size="3", from_quantity=100).delete()
    draft.process_terms.filter(process="die_struck").delete()
    with pytest.raises(price_tables.PriceTableIncomplete) as refusal:
        price_tables.publish(table_id=draft.pk, actor=SYSTEM, now=now)
    assert refusal.value.message == (
        "USD-2 cannot be published: Die struck has no terms; Cast 3D, 3 in, has no price at its minimum of 100; "
        "plating gold has no price from 1 piece on. Add these prices, then publish again."
    )
    draft.refresh_from_db()
    assert draft.published_at is None


@pytest.mark.django_db(transaction=True)
def test_row_written_while_its_table_is_published_waits_and_is_refused(now: datetime) -> None:
    seeds.load_options()
    draft = _copy(now)
    started = threading.Event()
    refusals: list[str] = []

    def write() -> None:
        started.set()
        try:
            models.OptionPrice.objects.create(table=draft, kind="plating", code="tin")
        except IntegrityError as error:
            refusals.append(str(error).splitlines()[0])
        finally:
            connection.close()

    rival = threading.Thread(target=write)
    with transaction.atomic():
        price_tables.publish(table_id=draft.pk, actor=SYSTEM, now=now)
        rival.start()
        started.wait()
        rival.join(0.3)
        assert rival.is_alive()
    rival.join()
    assert refusals == ["a published catalog_pricetable never changes: publish a new version"]
    assert not models.OptionPrice.objects.filter(code="tin").exists()
