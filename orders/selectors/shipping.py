"""Where the shop ships, how and at what price."""

from django.utils.translation import gettext

from orders.selectors.tariffs import Country, Destination, Tariffs, get_tariffs
from pinshop.core.errors import Invalid


class NotShippedThere(Invalid):
    """The shop has no shipping price for this country, currency or service."""

    code = "not_shipped_there"


def list_countries() -> tuple[Country, ...]:
    """Every country the shop ships to, by name."""
    return get_tariffs().countries


def get_country(*, code: str) -> Country:
    """A country that the shop ships to; raises NotShippedThere."""
    for country in list_countries():
        if country.code == code.upper():
            return country
    message = gettext("We do not sell to %(code)s yet. Choose another country, or write to us.") % {"code": code}
    raise NotShippedThere(message, fields={"country": message})


def list_destinations(*, country: str, currency: str, tariffs: Tariffs | None = None) -> tuple[Destination, ...]:
    """A country by each service that goes there, the usual one first; raises NotShippedThere where none does.

    `tariffs` is given by a caller that asks them for more than this.
    """
    tariffs = tariffs or get_tariffs()
    code = country.upper()
    found = tariffs.destinations.get((code, currency))
    if not found:
        place = next((each.name for each in tariffs.countries if each.code == code), country)
        message = gettext(
            "We do not ship to %(place)s in %(currency)s yet. Choose another country or currency, or write to us."
        ) % {"place": place, "currency": currency}
        raise NotShippedThere(message, fields={"country": message})
    return found


def get_destination(*, country: str, currency: str, service: str = "", tariffs: Tariffs | None = None) -> Destination:
    """One of `list_destinations`: that of a service, or the usual one. Raises NotShippedThere."""
    found = list_destinations(country=country, currency=currency, tariffs=tariffs)
    if not service:
        return found[0]
    for destination in found:
        if destination.service == service:
            return destination
    offered = ", ".join(destination.service for destination in found)
    message = gettext("There is no service %(service)s to %(country_name)s. Choose one of: %(offered)s.") % {
        "service": service,
        "country_name": found[0].country_name,
        "offered": offered,
    }
    raise NotShippedThere(message, fields={"service": message})
