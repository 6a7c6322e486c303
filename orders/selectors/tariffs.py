"""Where the shop ships at what price, and which taxes it collects: frozen data that each process keeps in memory.

Each step to an order asks for some of it, and staff change it a few times a year. One small query names the present
version; what it stands for is read once.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from orders.models import ShippingCountry, ShippingRate, TariffVersion, TaxRate


@dataclass(frozen=True, slots=True)
class Country:
    """A country the shop ships to, and the currency in which people there see prices first."""

    code: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class Destination:
    """A country, reached by one service, with its price steps: ((up to g, minor units), ...)."""

    country: str
    country_name: str
    zone: str
    days_min: int
    days_max: int
    steps: tuple[tuple[int, int], ...]
    currency: str
    service: str = ""
    service_name: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax rate that staff have confirmed; `region` is empty for all of the country, `valid_to` while it holds."""

    region: str
    name: str
    rate: Decimal
    inclusive: bool
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Tariffs:
    """Countries by name; by country and currency the ways to send there, the usual one first; the rates by country."""

    countries: tuple[Country, ...]
    destinations: dict[tuple[str, str], tuple[Destination, ...]]
    rates: dict[str, tuple[Rate, ...]]


def get_tariffs() -> Tariffs:
    """Everything that holds now.

    Triggers of the database renew the version with every change, in the same transaction. It is read before the rows, so
    that what is kept for a version is never older than that version.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        (version,) = cursor.fetchone()
    return _read(version)


_VERSION = f"SELECT version FROM {TariffVersion._meta.db_table}"  # noqa: S608 - the name of our own table


@lru_cache(2)
def _read(_version: UUID) -> Tariffs:
    countries = list(ShippingCountry.objects.order_by("name").values_list("code", "name", "currency", "zone"))
    offers = _offers()
    return Tariffs(
        countries=tuple(Country(code, name, currency) for code, name, currency, _ in countries),
        destinations={
            (code, currency): tuple(Destination(code, name, *offer) for offer in found)
            for code, name, _, zone in countries
            for (of_zone, currency), found in offers.items()
            if of_zone == zone
        },
        rates=_rates(),
    )


def _offers() -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """By zone and currency, the end of each Destination."""
    rows = ShippingRate.objects.order_by(
        "offer__zone_id", "currency", "offer__service__position", "offer__service_id", "up_to_g"
    ).values_list(
        "offer__zone_id",
        "currency",
        "offer__zone__name",
        "offer__days_min",
        "offer__days_max",
        "offer__service_id",
        "offer__service__name",
        "up_to_g",
        "price_minor",
    )
    found: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for (zone, currency, name, days_min, days_max, service, service_name), steps in groupby(rows, lambda row: row[:7]):
        prices = tuple((up_to_g, price_minor) for *_, up_to_g, price_minor in steps)
        offer = (name, days_min, days_max, prices, currency, service, service_name)
        found.setdefault((zone, currency), []).append(offer)
    return found


def _rates() -> dict[str, tuple[Rate, ...]]:
    found: dict[str, list[Rate]] = {}
    fields = ("region", "name", "rate", "inclusive", "valid_from", "valid_to", "source")
    for country, *values in TaxRate.objects.filter(unconfirmed=False).values_list("country", *fields):
        found.setdefault(country, []).append(Rate(*values))
    return {country: tuple(rates) for country, rates in found.items()}
