"""The first contents of a shop. Adds what is missing and changes nothing that is there, so it runs at every start."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.db import transaction

from catalog.selectors import pins as catalog_pins
from catalog.services import seeds
from designs.flatten import FlattenChoices
from designs.services import showcase
from orders.manufacturing.services import seeds as manufacturing_seeds
from orders.services import seeds as order_seeds
from pinshop.core import outbox

PICTURE_TOPIC = "site.pin.picture"


@dataclass(frozen=True, slots=True)
class Added:
    """How many rows of each kind a seed added; zeros on a second run."""

    options: int
    colours: int
    engine_rules: int
    pins: int
    shipping_zones: int
    cancellation_tables: int
    manufacturers: int = 0


def load(*, now: datetime, pins: bool = True) -> Added:
    """Options, prices, palette, engine rules and shipping; with `pins` also the shop's own ready-made pins.

    Where a sample factory runs (SAMPLE_FACTORY_URL), it becomes a manufacturer, and so does a workshop by e-mail.
    """
    added = Added(
        options=seeds.load_options(now=now),
        colours=seeds.load_palette(_read("rendering/palette.json")),
        engine_rules=seeds.load_engine_rules(_read("rendering/rules.json"), now=now),
        pins=seeds.load_pins({**_read("samples/catalogue.json"), "pins": _list_pins()}, now=now) if pins else 0,
        shipping_zones=order_seeds.load_shipping(),
        cancellation_tables=order_seeds.load_cancellation(now=now),
    )
    return replace(added, manufacturers=_load_manufacturers(now))


def order_pictures(*, now: datetime) -> int:
    """Have the workers draw the sample pins that have no picture yet; returns how many these are."""
    bare = catalog_pins.list_without_pictures(now=now)
    slugs = [entry["slug"] for entry in _list_pins() if entry["slug"] in bare]
    _order(slugs, now)
    return len(slugs)


def picture_first(*, slugs: Sequence[str], now: datetime) -> None:
    """Draw the first of these sample pins, about two seconds, and order the rest; one that is drawn or gone is passed over.

    One pin a message, so that a customer's drawing waits for one of them at most.
    """
    bare = catalog_pins.list_without_pictures(now=now)
    for entry in _list_pins():
        if entry["slug"] == slugs[0] and entry["slug"] in bare:
            _picture(entry, now)
    pass_over_first(slugs=slugs, now=now)


def pass_over_first(*, slugs: Sequence[str], now: datetime) -> None:
    """Order the pictures of all but the first of these pins."""
    _order(slugs[1:], now)


def _picture(entry: Mapping[str, Any], now: datetime) -> None:
    showcase.picture_pin(
        pin_slug=entry["slug"],
        svg=files("designs").joinpath("samples", entry["artwork"]).read_bytes(),
        process=entry["process"],
        plating=entry["plating"],
        size_mm=entry["size_mm"],
        finishes=entry["finishes"],
        choices=FlattenChoices.from_json(entry.get("flatten", {})),
        now=now,
    )


def _order(slugs: Sequence[str], now: datetime) -> None:
    if slugs:
        with transaction.atomic():
            outbox.enqueue(PICTURE_TOPIC, payload={"slugs": list(slugs)}, now=now)


def _list_pins() -> list[Any]:
    """The sample pins that this shop starts with, the newest first."""
    entries: list[Any] = _read("samples/catalogue.json")["pins"]
    return entries[: settings.SAMPLE_PINS]


def _load_manufacturers(now: datetime) -> int:
    if not settings.SAMPLE_FACTORY_URL:
        return 0
    return manufacturing_seeds.load_sample_manufacturers(
        base_url=settings.SAMPLE_FACTORY_URL,
        token=settings.SAMPLE_FACTORY_TOKEN,
        secret=settings.SAMPLE_FACTORY_SECRET,
        now=now,
    )


def _read(path: str) -> Any:
    """Data that the app `designs` ships."""
    return json.loads(files("designs").joinpath(path).read_text(encoding="utf-8"))
