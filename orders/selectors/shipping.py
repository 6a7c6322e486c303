"""Where the shop ships, how and at what price, read as frozen data."""

from dataclasses import dataclass
from itertools import groupby

from orders.models import ShippingCountry, ShippingRate
from pinshop.core.errors import Invalid


class NotShippedThere(Invalid):
    """The shop has no shipping price for this country, currency or service."""

    code = "not_shipped_there"


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
class Country:
    """A country the shop ships to, and the currency in which people there see prices first."""

    code: str
    name: str
    currency: str


def list_countries() -> list[Country]:
    """Every country the shop ships to, by name."""
    rows = ShippingCountry.objects.order_by("name").values_list("code", "name", "currency")
    return [Country(code, name, currency) for code, name, currency in rows]


def list_destinations(*, country: str, currency: str) -> list[Destination]:
    """A country by each service that goes there, the usual one first; raises NotShippedThere where none does.

    One query of plain values: each page of the way to an order asks it.
    """
    rates = ShippingRate.objects.filter(offer__zone__countries__code=country.upper(), currency=currency)
    rows = rates.order_by("offer__service__position", "offer__service", "up_to_g").values_list(
        "offer__zone__countries__code",
        "offer__zone__countries__name",
        "offer__zone__name",
        "offer__days_min",
        "offer__days_max",
        "offer__service__code",
        "offer__service__name",
        "up_to_g",
        "price_minor",
    )
    found: list[Destination] = []
    for (code, name, zone, days_min, days_max, service, service_name), steps in groupby(rows, lambda row: row[:7]):
        prices = tuple((row[7], row[8]) for row in steps)
        found.append(Destination(code, name, zone, days_min, days_max, prices, currency, service, service_name))
    if not found:
        place = ShippingCountry.objects.filter(code=country.upper()).values_list("name", flat=True).first() or country
        message = f"We do not ship to {place} in {currency} yet. Choose another country or currency, or write to us."
        raise NotShippedThere(message, fields={"country": message})
    return found


def get_destination(*, country: str, currency: str, service: str = "") -> Destination:
    """One of `list_destinations`: that of a service, or the usual one. Raises NotShippedThere."""
    found = list_destinations(country=country, currency=currency)
    if not service:
        return found[0]
    for destination in found:
        if destination.service == service:
            return destination
    offered = ", ".join(destination.service for destination in found)
    message = f"There is no service {service} to {found[0].country_name}. Choose one of: {offered}."
    raise NotShippedThere(message, fields={"service": message})
