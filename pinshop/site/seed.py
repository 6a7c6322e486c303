"""The first contents of a shop. Adds what is missing and changes nothing that is there, so it runs at every start."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from catalog.services import seeds
from designs.services import showcase
from orders.services import seeds as order_seeds


@dataclass(frozen=True, slots=True)
class Added:
    """How many rows of each kind a seed added; zeros on a second run."""

    options: int
    colours: int
    engine_rules: int
    pins: int
    shipping_zones: int


def load(*, now: datetime, pins: bool = True) -> Added:
    """Options, prices, palette, engine rules and shipping; with `pins` also the shop's own ready-made pins."""
    return Added(
        options=seeds.load_options(now=now),
        colours=seeds.load_palette(_read("rendering/palette.json")),
        engine_rules=seeds.load_engine_rules(_read("rendering/rules.json"), now=now),
        pins=seeds.load_pins(_read("samples/catalogue.json"), now=now) if pins else 0,
        shipping_zones=order_seeds.load_shipping(),
    )


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


def _read(path: str) -> Any:
    """Data that the app `designs` ships."""
    return json.loads(files("designs").joinpath(path).read_text(encoding="utf-8"))
