"""Which market this browser looks at: the country it ships to, and the currency it pays in."""

from django.conf import settings
from django.http import HttpRequest

from pinshop.core.money import MINOR_DIGITS

_COUNTRY, _CURRENCY = "country", "currency"
DEFAULT_COUNTRY = "US"


def country_of(request: HttpRequest) -> str:
    """Where this browser ships to; the United States until it says otherwise."""
    return str(request.session.get(_COUNTRY, DEFAULT_COUNTRY))


def currency_of(request: HttpRequest) -> str:
    """In which currency it sees prices; the shop's own until it says otherwise."""
    chosen = str(request.session.get(_CURRENCY, settings.DEFAULT_CURRENCY))
    return chosen if chosen in MINOR_DIGITS else settings.DEFAULT_CURRENCY


def choose(request: HttpRequest, *, country: str, currency: str) -> None:
    """Remember both for the next page; what is known already is not written again."""
    if (country, currency) != (country_of(request), currency_of(request)):
        request.session[_COUNTRY] = country
        request.session[_CURRENCY] = currency
