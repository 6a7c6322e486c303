"""The first shipping services, zones and prices, and what cancelling costs. Adds what is missing, changes nothing else."""

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.db import transaction

from catalog.services import seeds
from orders.models import (
    CancellationMinimum,
    CancellationStep,
    CancellationTable,
    ShippingCountry,
    ShippingOffer,
    ShippingRate,
    ShippingService,
    ShippingZone,
)
from orders.services import cancellation_tables
from pinshop.core.actors import SYSTEM
from pinshop.core.money import round_minor


def load_shipping() -> int:
    """Services, zones, countries and prices of `orders/seed/shipping.json`; returns how many zones were added.

    A zone that is there keeps the countries and prices that staff gave it. Prices in other currencies than the US dollar
    are worked out by the shop's opening factors. No tax rate is ever seeded.
    """
    data = json.loads(files("orders").joinpath("seed/shipping.json").read_text(encoding="utf-8"))
    added = 0
    with transaction.atomic():
        for position, (code, name) in enumerate(data["services"].items()):
            ShippingService.objects.get_or_create(code=code, defaults={"name": name, "position": position})
        for zone in data["zones"]:
            row, is_new = ShippingZone.objects.get_or_create(code=zone["code"], defaults={"name": zone["name"]})
            if is_new:
                added += 1
                _fill(row, zone)
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


def _fill(row: ShippingZone, zone: dict[str, Any]) -> None:
    ShippingCountry.objects.bulk_create(
        (ShippingCountry(zone=row, **country) for country in zone["countries"]), ignore_conflicts=True
    )
    for code, offered in zone["services"].items():
        offer = ShippingOffer.objects.create(
            zone=row, service_id=code, days_min=offered["days"][0], days_max=offered["days"][1]
        )
        ShippingRate.objects.bulk_create(
            ShippingRate(offer=offer, currency=currency, up_to_g=up_to_g, price_minor=price_minor)
            for currency, up_to_g, price_minor in _list_prices(offered["usd"])
        )


def _list_prices(steps: list[list[int]]) -> Iterator[tuple[str, int, int]]:
    factors = {"USD": Decimal(1), **seeds.list_currency_factors()}
    for currency, factor in factors.items():
        for up_to_g, cents in steps:
            yield currency, up_to_g, round_minor(cents * factor)
