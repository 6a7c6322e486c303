"""The first contents of a shop. Adds what is missing and changes nothing that is there, so it runs at every start."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from typing import Any

from django.conf import settings

from catalog.services import seeds
from designs.services import showcase
from orders.manufacturing.services import seeds as manufacturing_seeds
from orders.services import seeds as order_seeds


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
        pins=seeds.load_pins(_read("samples/catalogue.json"), now=now) if pins else 0,
        shipping_zones=order_seeds.load_shipping(),
        cancellation_tables=order_seeds.load_cancellation(now=now),
    )
    return replace(added, manufacturers=_load_manufacturers(now))


def picture_pins(*, now: datetime) -> Iterator[str]:
    """Draw the sample pins that have no picture yet, two seconds each; yields the name of each one drawn."""
    for entry in _read("samples/catalogue.json")["pins"]:
        drawn = showcase.picture_pin(
            pin_slug=entry["slug"],
            svg=files("designs").joinpath("samples", entry["artwork"]).read_bytes(),
            process=entry["process"],
            plating=entry["plating"],
            size_mm=entry["size_mm"],
            now=now,
        )
        if drawn:
            yield entry["name"]


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
