"""The first shipping zones and prices. Adds what is missing and changes nothing that is there."""

import json
from importlib.resources import files

from django.db import transaction

from orders.models import ShippingCountry, ShippingRate, ShippingZone


def load_shipping() -> int:
    """Zones, countries and prices of `orders/seed/shipping.json`; returns how many zones were added.

    A zone that is there keeps the countries and prices that staff gave it. No tax rate is ever seeded.
    """
    data = json.loads(files("orders").joinpath("seed/shipping.json").read_text(encoding="utf-8"))
    added = 0
    with transaction.atomic():
        for zone in data["zones"]:
            row, is_new = ShippingZone.objects.get_or_create(
                code=zone["code"],
                defaults={"name": zone["name"], "days_min": zone["days_min"], "days_max": zone["days_max"]},
            )
            if not is_new:
                continue
            added += 1
            ShippingCountry.objects.bulk_create(
                (ShippingCountry(code=c["code"], name=c["name"], zone=row) for c in zone["countries"]),
                ignore_conflicts=True,
            )
            ShippingRate.objects.bulk_create(
                ShippingRate(zone=row, currency=currency, up_to_g=up_to_g, price_minor=price_minor)
                for currency, steps in zone["rates"].items()
                for up_to_g, price_minor in steps
            )
    return added
