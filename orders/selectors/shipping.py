"""Where the shop ships and at what price, read as frozen data."""

from dataclasses import dataclass

from django.db.models import QuerySet

from orders.models import ShippingCountry, ShippingRate
from pinshop.core.errors import Invalid


class NotShippedThere(Invalid):
    """The shop has no shipping price for this country and currency."""

    code = "not_shipped_there"


@dataclass(frozen=True, slots=True)
class Destination:
    """A country with its price steps: ((up to g, minor units), ...)."""

    country: str
    country_name: str
    zone: str
    days_min: int
    days_max: int
    steps: tuple[tuple[int, int], ...]
    currency: str


def list_countries() -> QuerySet[ShippingCountry]:
    """Every country the shop ships to, by name."""
    return ShippingCountry.objects.order_by("name")


def get_destination(*, country: str, currency: str) -> Destination:
    """The prices to a country; raises NotShippedThere."""
    found = ShippingCountry.objects.select_related("zone").filter(code=country.upper()).first()
    steps: tuple[tuple[int, int], ...] = ()
    if found is not None:
        rates = ShippingRate.objects.filter(zone_id=found.zone_id, currency=currency).order_by("up_to_g")
        steps = tuple(rates.values_list("up_to_g", "price_minor"))
    if found is None or not steps:
        place = found.name if found else country
        message = f"We do not ship to {place} in {currency} yet. Choose another country or write to us."
        raise NotShippedThere(message, fields={"country": message})
    return Destination(
        country=found.code,
        country_name=found.name,
        zone=found.zone.name,
        days_min=found.zone.days_min,
        days_max=found.zone.days_max,
        steps=steps,
        currency=currency,
    )
