"""The seed fills an empty shop, twice changes nothing, and fits what the engine knows."""

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalog import models
from catalog.selectors import options, prices, rules
from catalog.services import compatibility, lead_times, pricing
from catalog.spec import PinSpec
from designs.rendering.palette import HousePalette
from designs.rendering.platings import PLATINGS
from designs.rendering.rules import Rules
from designs.services import showcase
from pinshop.core import outbox
from pinshop.site import seed
from tests.plugins.seeded import ENGINE

CATALOGUE = json.loads((ENGINE.parent / "samples" / "catalogue.json").read_text())


@pytest.mark.django_db
def test_seed_twice_adds_nothing_the_second_time(now: datetime) -> None:
    first = seed.load(now=now)
    assert first == seed.Added(
        options=153, colours=163, engine_rules=1, pins=54, shipping_zones=4, cancellation_tables=1
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
    plain = PinSpec(process="soft_enamel", plating="gold", size_mm=30)
    bare_metal = {"die_struck", "cast_3d"}
    finishes = {entry["slug"]: entry["finishes"] for entry in CATALOGUE["pins"]}
    for pin in models.Pin.objects.all():
        addons = tuple((code, 1) for code in finishes[pin.slug])
        spec = replace(
            plain,
            process=pin.process_id,
            plating=pin.plating_id,
            size_mm=float(pin.size_mm),
            addons=addons,
            colours=0 if pin.process_id in bare_metal else 5,
        )
        assert compatibility.check(spec=spec, options=found) == []
        assert pricing.price_line(spec=spec, quantity=100, table=table).total.amount_minor > 0
        assert lead_times.ship_by(spec=spec, quantity=100, start=now.date()) > now.date()


@pytest.mark.django_db
def test_seeded_pins_have_stock_prices_and_studios(now: datetime) -> None:
    seed.load(now=now)
    moth = models.Pin.objects.get(slug="moon-moth")
    assert (moth.name, moth.artist.name, str(moth.series), moth.edition_size) == (
        "Moon Moth",
        "The Night Desk",
        "Night Shift",
        300,
    )
    assert [(v.grade, v.sku, str(v.price()), v.stock.on_hand) for v in moth.variants.all()] == [
        ("A", "MOON-MOTH-A", "$14.00", 184),
        ("seconds", "MOON-MOTH-SECONDS", "$10.50", 12),
    ]
    giving = models.Pin.objects.exclude(cause=None).values_list("slug", "cause__slug").order_by("slug")
    assert list(giving) == [
        ("infinity", "own-pace"),
        ("kind-rain", "someone-listens"),
        ("kite", "all-doors-open"),
        ("otter", "clear-tide"),
        ("pink-ribbon", "early-look"),
        ("pollen-dive", "hedgerow-and-hive"),
        ("reef-turtle", "clear-tide"),
        ("storm-light", "clear-tide"),
        ("umbrella", "all-doors-open"),
    ]
    newest = models.Pin.objects.order_by("-published_at").values_list("slug", flat=True)
    assert newest[0] == "moon-moth"


def test_catalogue_is_wide_enough_to_look_open_for_business() -> None:
    pins = CATALOGUE["pins"]
    assert len(pins) >= 36
    assert len({pin["series"] for pin in pins}) >= 8
    assert min(Counter(pin["series"] for pin in pins).values()) >= 3
    assert {len({pin[key] for pin in pins}) for key in ("slug", "name", "artwork", "alt", "story")} == {len(pins)}
    for pin in pins:
        assert all(pin[key] for key in ("alt", "story", "tags", "worn", "styles"))
        assert len(pin["alt"]) <= 300
    assert all(cause["name"].endswith("(example)") for cause in CATALOGUE["causes"])


@pytest.mark.django_db
def test_small_shop_is_seeded_with_the_newest_pins(now: datetime, settings: Settings) -> None:
    settings.SAMPLE_PINS = 3
    assert seed.load(now=now).pins == 3
    newest = models.Pin.objects.order_by("-published_at").values_list("slug", flat=True)
    assert list(newest) == [pin["slug"] for pin in CATALOGUE["pins"][:3]]


@pytest.mark.django_db
def test_workers_draw_the_sample_pins_one_by_one_and_once(
    now: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showcase, "WIDTHS", {"front": (60,), "back": (60,), "card": (60,)})
    settings.SAMPLE_PINS = 2
    seed.load(now=now)
    assert seed.order_pictures(now=now) == 2
    assert [outbox.drain(limit=1) for _ in range(3)] == [1, 1, 0]
    pictured = models.Pin.objects.exclude(pictures=None).distinct()
    assert pictured.count() == 2
    assert seed.order_pictures(now=now) == 0
    seed.picture_first(slugs=[CATALOGUE["pins"][0]["slug"]], now=now)
    assert outbox.drain() == 0


@pytest.mark.django_db
def test_pin_that_cannot_be_drawn_does_not_hold_up_the_others(
    now: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw(*, pin_slug: str, **_: object) -> bool:
        drawn.append(pin_slug)
        if pin_slug == "moon-moth":
            raise RuntimeError("a broken drawing")
        return True

    monkeypatch.setattr(showcase, "picture_pin", draw)
    settings.SAMPLE_PINS = 2
    seed.load(now=now)
    seed.order_pictures(now=now)
    later = timezone.now()
    for _ in range(4):
        outbox.drain(now=later)
        later += timedelta(hours=1)
    assert drawn == ["moon-moth", "moon-moth", "moon-moth", "ramen"]
