"""The seed fills an empty shop, twice changes nothing, and fits what the engine knows."""

import io
from dataclasses import replace
from datetime import datetime

import pytest
from django.core.management import call_command

from catalog import models
from catalog.selectors import options, prices, rules
from catalog.services import compatibility, lead_times, pricing
from catalog.spec import PinSpec
from designs.rendering.palette import HousePalette
from designs.rendering.platings import PLATINGS
from designs.rendering.rules import Rules
from pinshop.site import seed


@pytest.mark.django_db
def test_seed_twice_adds_nothing_the_second_time(now: datetime) -> None:
    first = seed.load(now=now)
    assert first == seed.Added(
        options=153, colours=163, engine_rules=1, pins=12, shipping_zones=4, cancellation_tables=1
    )
    version = options.get_version()
    assert seed.load(now=now) == seed.Added(
        options=0, colours=0, engine_rules=0, pins=0, shipping_zones=0, cancellation_tables=0
    )
    assert options.get_version() == version


@pytest.mark.django_db
def test_command_says_what_it_added() -> None:
    out = io.StringIO()
    call_command("seed", "--options", stdout=out)
    assert (
        out.getvalue()
        == "added 153 options, 163 colours, 1 engine rules, 0 pins, 4 shipping zones, 1 cancellation tables, "
        "0 manufacturers\n"
    )
    assert models.Pin.objects.count() == 0


@pytest.mark.django_db
def test_engine_reads_the_rules_and_palette_that_were_seeded(now: datetime) -> None:
    import json

    seed.load(now=now)
    found = rules.get_engine_rules()
    engine_rules = Rules.from_json(json.dumps(found.rules))
    palette = HousePalette.from_json(json.dumps(found.palette))
    assert engine_rules.processes == Rules.seed().processes
    assert palette.colours == HousePalette.seed().colours
    assert len(palette.colours) >= 96
    assert {process.code for process in options.get_options().processes} <= set(engine_rules.processes)


@pytest.mark.django_db
def test_engine_knows_every_seeded_plating_by_its_own_tones(now: datetime) -> None:
    seed.load(now=now)
    ours = {row.code: (row.highlight_hex, row.mid_hex, row.low_hex) for row in options.get_options().platings}
    assert set(ours) - set(PLATINGS) == {"dual"}
    for code in ("gold", "silver", "nickel", "copper", "rose_gold", "brass", "bronze", "black_nickel", "white_dyed"):
        assert ours[code] == (PLATINGS[code].highlight, PLATINGS[code].mid, PLATINGS[code].low)


@pytest.mark.django_db
def test_every_seeded_pin_could_be_ordered_as_a_custom_pin(now: datetime) -> None:
    seed.load(now=now)
    table, found = prices.get_table(currency="USD", now=now), options.get_options()
    plain = PinSpec(process="soft_enamel", plating="gold", size_mm=30, colours=5)
    for pin in models.Pin.objects.all():
        spec = replace(plain, process=pin.process_id, plating=pin.plating_id, size_mm=float(pin.size_mm))
        assert compatibility.check(spec=spec, options=found) == []
        assert pricing.price_line(spec=spec, quantity=100, table=table).total.amount_minor > 0
        assert lead_times.ship_by(spec=spec, quantity=100, start=now.date()) > now.date()


@pytest.mark.django_db
def test_seeded_pins_have_stock_prices_and_people(now: datetime) -> None:
    seed.load(now=now)
    moth = models.Pin.objects.get(slug="moon-moth")
    assert (moth.name, moth.artist.name, str(moth.series), moth.edition_size) == (
        "Moon Moth",
        "Marit Solvang",
        "Night Shift",
        300,
    )
    assert [(v.grade, v.sku, str(v.price()), v.stock.on_hand) for v in moth.variants.all()] == [
        ("A", "MOON-MOTH-A", "$14.00", 184),
        ("seconds", "MOON-MOTH-SECONDS", "$10.50", 12),
    ]
    giving = models.Pin.objects.exclude(cause=None).values_list("slug", "cause__slug").order_by("slug")
    assert list(giving) == [
        ("kind-rain", "someone-listens"),
        ("pollen-dive", "hedgerow-and-hive"),
        ("storm-light", "clear-tide"),
    ]
    newest = models.Pin.objects.order_by("-published_at").values_list("slug", flat=True)
    assert newest[0] == "moon-moth"
