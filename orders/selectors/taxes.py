"""Which tax a sale bears."""

from datetime import date

from django.db.models import Q

from orders.models import TaxRate
from orders.quoted import NO_TAX, Tax


def get_tax(*, country: str, on: date, region: str = "") -> Tax:
    """The tax of a country, or of a region of it, on a day.

    Only a rate that staff have confirmed is collected; without one the tax line says that none is. A region's own rate
    takes the place of its country's.
    """
    rows = TaxRate.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        country=country.upper(),
        region__in=["", region.upper()],
        valid_from__lte=on,
        unconfirmed=False,
    )
    found = rows.order_by("-region", "-valid_from").first()
    if found is None:
        return NO_TAX
    percent = f"{(found.rate * 100).normalize():f}"
    return Tax(name=found.name, rate_percent=percent, source=found.source, inclusive=found.inclusive)
