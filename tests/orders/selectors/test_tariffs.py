"""Tariffs are kept in memory, and every change of the tables behind them is seen at once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from orders.models import (
    ShippingCountry,
    ShippingOffer,
    ShippingRate,
    ShippingService,
    ShippingZone,
    TariffVersion,
    TaxRate,
)
from orders.selectors import shipping, tariffs

pytestmark = pytest.mark.django_db


def add_rate(percent: str, *, region: str = "") -> TaxRate:
    return TaxRate.objects.create(
        country="GB",
        region=region,
        name="VAT",
        rate=Decimal(percent) / 100,
        valid_from=date(2026, 1, 1),
        source="gov.uk",
        unconfirmed=False,
    )


def test_tariffs_take_one_query_once_they_are_read(
    destinations: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = tariffs.get_tariffs()
    with django_assert_num_queries(1):
        assert tariffs.get_tariffs() is first
    assert [country.name for country in first.countries] == ["United Kingdom", "United States"]


@pytest.mark.parametrize(
    ("change", "read"),
    [
        (lambda: ShippingZone.objects.filter(code="uk").update(name="Great Britain"), lambda: _british().zone),
        (lambda: ShippingCountry.objects.filter(code="GB").update(name="Britain"), lambda: _british().country_name),
        (lambda: ShippingService.objects.update(name="Post"), lambda: _british().service_name),
        (lambda: ShippingOffer.objects.update(days_max=9), lambda: _british().days_max),
        (lambda: ShippingRate.objects.update(price_minor=7), lambda: _british().steps),
        (lambda: ShippingRate.objects.filter(up_to_g__gt=500).delete(), lambda: _british().steps),
        (lambda: add_rate("20"), lambda: tariffs.get_tariffs().rates),
    ],
)
def test_every_change_is_seen_at_once_and_taken_back_with_its_transaction(
    destinations: None, change: Callable[[], object], read: Callable[[], object]
) -> None:
    before, version = read(), TariffVersion.objects.get().version
    with transaction.atomic():
        change()
        assert read() != before
        transaction.set_rollback(True)
    assert (read(), TariffVersion.objects.get().version) == (before, version)


def test_without_the_trigger_a_change_is_not_seen(destinations: None) -> None:
    before = _british()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # PostgreSQL alters no table with rows that it must still check
        cursor.execute("ALTER TABLE orders_shippingoffer DISABLE TRIGGER orders_shippingoffer_version")
    ShippingOffer.objects.update(days_max=9)
    assert _british() == before


def _british() -> tariffs.Destination:
    return shipping.get_destination(country="gb", currency="USD")
