"""Palette, engine rules and pins: added once, published, never overwritten."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from catalog import models
from catalog.selectors import rules
from catalog.services import engine_rules, seeds
from catalog.services.price_tables import AlreadyPublished
from pinshop.core.actors import SYSTEM

PALETTE = {
    "version": "1",
    "colours": [
        {"code": "E-001", "name": "Black", "hlc": "H000_L005_C000", "hex": "#111111", "lab": [5.0, 0.0, 0.0]},
        {"code": "E-002", "name": "Onyx", "hlc": "H000_L010_C000", "hex": "#1b1b1b", "lab": [10.0, 0.0, 0.0]},
    ],
}
PROCESSES = ("soft_enamel", "hard_enamel", "die_struck", "cast_3d", "screen_print", "offset_print")
RULES: dict[str, Any] = {"version": "1", "common": {"line": [0.2, 0.3]}, "processes": {name: {} for name in PROCESSES}}


def test_palette_is_added_once_and_keeps_the_staffs_names(db: None) -> None:
    assert seeds.load_palette(PALETTE) == 2
    models.PaletteColour.objects.filter(code="E-002").update(name="Raven")
    assert seeds.load_palette(PALETTE) == 0
    assert list(models.PaletteColour.objects.values_list("code", "name")) == [("E-001", "Black"), ("E-002", "Raven")]


def test_engine_gets_plain_json_with_the_active_colours(seeded: None, now: datetime) -> None:
    seeds.load_palette(PALETTE)
    assert (seeds.load_engine_rules(RULES, now=now), seeds.load_engine_rules(RULES, now=now)) == (1, 0)
    found = rules.get_engine_rules()
    assert found.rules == RULES
    assert found.palette["colours"] == PALETTE["colours"]
    assert found.version == f"1/{found.palette['version']}"


def test_version_of_the_engine_rules_changes_with_rules_and_palette(seeded: None, now: datetime) -> None:
    seeds.load_palette(PALETTE)
    seeds.load_engine_rules(RULES, now=now)
    first = rules.get_engine_rules().version
    assert rules.get_engine_rules().version == first
    models.PaletteColour.objects.filter(code="E-002").update(active=False)
    second = rules.get_engine_rules()
    assert (second.version != first, len(second.palette["colours"])) == (True, 1)
    models.PaletteColour.objects.filter(code="E-002").update(active=True)
    assert rules.get_engine_rules().version == first
    seeds.load_engine_rules({**RULES, "version": "2"}, now=now)
    assert rules.get_engine_rules().version == first.replace("1/", "2/", 1)


def test_rules_that_are_not_there_are_named(db: None) -> None:
    with pytest.raises(rules.NoEngineRules, match="Run the command 'seed'"):
        rules.get_engine_rules()


def test_draft_of_engine_rules_is_not_handed_out(seeded: None, now: datetime) -> None:
    seeds.load_engine_rules(RULES, now=now)
    models.EngineRules.objects.create(version="2", rules={**RULES, "version": "2"})
    assert rules.get_engine_rules().rules["version"] == "1"
    engine_rules.publish(version="2", actor=SYSTEM, now=now)
    assert rules.get_engine_rules().rules["version"] == "2"
    with pytest.raises(AlreadyPublished):
        engine_rules.publish(version="2", actor=SYSTEM, now=now)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"common": {}}, "need the sections"),
        ([], "need the sections"),
        ({**RULES, "processes": {"soft_enamel": {}}}, "say nothing about cast_3d, die_struck, hard_enamel"),
    ],
)
def test_engine_rules_in_another_shape_are_not_published(
    broken: object, sentence: str, seeded: None, now: datetime
) -> None:
    models.EngineRules.objects.create(version="2", rules=broken)
    with pytest.raises(engine_rules.EngineRulesInvalid, match=sentence):
        engine_rules.publish(version="2", actor=SYSTEM, now=now)


def test_database_refuses_to_change_published_engine_rules(seeded: None, now: datetime) -> None:
    seeds.load_engine_rules(RULES, now=now)
    for write in (
        lambda: models.EngineRules.objects.update(rules={}),
        lambda: models.EngineRules.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            write()


ENTRIES: dict[str, Any] = {
    "currency": "USD",
    "artists": [{"slug": "marit", "name": "Marit", "bio": "Draws."}],
    "series": [{"slug": "night", "name": "Night", "artist": "marit", "description": "Dark."}],
    "causes": [{"slug": "bees", "name": "Bees", "description": "Buzz.", "amount_minor": 200, "is_example": True}],
    "pins": [
        {
            "slug": slug,
            "name": slug.title(),
            "story": "Once.",
            "alt": "A drawing.",
            "artist": "marit",
            "series": "night",
            "cause": cause,
            "process": "soft_enamel",
            "plating": "gold",
            "size_mm": 30,
            "price_minor": 1300,
            "edition_size": None,
            "stock": {"A": 5, "seconds": 2},
            "tags": ["owl"],
            "worn": ["bag"],
            "styles": ["retro"],
            "finishes": [],
        }
        for slug, cause in (("owl", "bees"), ("bat", None))
    ],
}


def test_pins_are_added_once_and_keep_their_stock(seeded: None, now: datetime) -> None:
    assert seeds.load_pins(ENTRIES, now=now) == 2
    models.Stock.objects.filter(variant__sku="OWL-A").update(on_hand=1)
    models.Pin.objects.filter(slug="bat").delete()
    assert seeds.load_pins(ENTRIES, now=now) == 1
    rows = models.PinVariant.objects.order_by("sku").values_list("sku", "price_minor", "currency", "stock__on_hand")
    assert list(rows) == [
        ("BAT-A", 1300, "USD", 5),
        ("BAT-SECONDS", 950, "USD", 2),
        ("OWL-A", 1300, "USD", 1),
        ("OWL-SECONDS", 950, "USD", 2),
    ]
    assert [(pin.slug, str(pin.cause)) for pin in models.Pin.objects.all()] == [("owl", "Bees"), ("bat", "None")]


def test_pin_without_its_artist_adds_nothing_at_all(seeded: None, now: datetime) -> None:
    broken = {**ENTRIES, "pins": [ENTRIES["pins"][0], {**ENTRIES["pins"][1], "artist": "nobody"}]}
    with pytest.raises(KeyError):
        seeds.load_pins(broken, now=now)
    assert (models.Pin.objects.count(), models.Artist.objects.count()) == (0, 0)
