"""The first shipping zones and prices, and what cancelling costs. Adds what is missing and changes nothing that is there."""

import json
from datetime import datetime
from importlib.resources import files

from django.db import transaction

from orders.models import (
    CancellationMinimum,
    CancellationStep,
    CancellationTable,
    ShippingCountry,
    ShippingRate,
    ShippingZone,
)
from orders.services import cancellation_tables
from pinshop.core.actors import SYSTEM


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


def load_cancellation(*, now: datetime) -> int:
    """The table of `orders/seed/cancellation.json`, published; returns 0 where there is any table already."""
    data = json.loads(files("orders").joinpath("seed/cancellation.json").read_text(encoding="utf-8"))
    with transaction.atomic():
        if CancellationTable.objects.exists():
            return 0
        table = CancellationTable.objects.create(
            number=cancellation_tables.next_number(),
            valid_from=now,
            note=data["note"],
            return_days=data["return_days"],
        )
        for step in data["steps"]:
            minimums = step.pop("minimums", {})
            CancellationStep.objects.create(table=table, **step)
            CancellationMinimum.objects.bulk_create(
                CancellationMinimum(table=table, stage=step["stage"], currency=currency, amount_minor=minor)
                for currency, minor in minimums.items()
            )
        cancellation_tables.publish(table_id=table.pk, actor=SYSTEM, now=now)
    return 1
