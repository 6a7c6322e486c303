"""What this browser has chosen for prices: country and currency."""

from django.conf import settings
from django.http import HttpRequest

_COUNTRY = "country"
DEFAULT_COUNTRY = "US"


def country_of(request: HttpRequest) -> str:
    """Where this browser ships to; the United States until it says otherwise."""
    return str(request.session.get(_COUNTRY, DEFAULT_COUNTRY))


def choose_country(request: HttpRequest, country: str) -> None:
    """Remember it for the next page; what is known already is not written again."""
    if country != country_of(request):
        request.session[_COUNTRY] = country


def currency_of(request: HttpRequest) -> str:
    """The currency of prices; one for now."""
    del request
    return settings.DEFAULT_CURRENCY
