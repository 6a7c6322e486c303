"""Where the shop ships, how and at what price, read as frozen data."""

from dataclasses import dataclass

from django.db.models import QuerySet

from orders.models import ShippingCountry, ShippingOffer, ShippingRate
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


def list_countries() -> QuerySet[ShippingCountry]:
    """Every country the shop ships to, by name."""
    return ShippingCountry.objects.order_by("name")


def list_destinations(*, country: str, currency: str) -> list[Destination]:
    """A country by each service that goes there, the usual one first; raises NotShippedThere where none does."""
    found = ShippingCountry.objects.select_related("zone").filter(code=country.upper()).first()
    offers: dict[int, ShippingOffer] = {}
    steps: dict[int, list[tuple[int, int]]] = {}
    if found is not None:
        rates = ShippingRate.objects.select_related("offer__service").filter(
            offer__zone_id=found.zone_id, currency=currency
        )
        for rate in rates.order_by("offer__service__position", "offer__service", "up_to_g"):
            offers[rate.offer_id] = rate.offer
            steps.setdefault(rate.offer_id, []).append((rate.up_to_g, rate.price_minor))
    if found is None or not offers:
        place = found.name if found else country
        message = f"We do not ship to {place} in {currency} yet. Choose another country or currency, or write to us."
        raise NotShippedThere(message, fields={"country": message})
    return [
        Destination(
            country=found.code,
            country_name=found.name,
            zone=found.zone.name,
            days_min=offer.days_min,
            days_max=offer.days_max,
            steps=tuple(steps[offer_id]),
            currency=currency,
            service=offer.service_id,
            service_name=offer.service.name,
        )
        for offer_id, offer in offers.items()
    ]


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
