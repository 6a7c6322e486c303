"""Seed data: adds what is missing and never changes what is there, so that it can run at every start."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from catalog import models
from catalog.models.options import OptionModel
from catalog.services import engine_rules, listings, price_tables
from pinshop.core import actors
from pinshop.core.money import round_minor

SEED_DIR = Path(__file__).resolve().parents[1] / "seed"
# Seconds sell for 70 to 80 % of the price (hibahuda.com and shop.aspeney.es, grading policies).
SECONDS_PRICE = Decimal("0.75")


def load_options(*, now: datetime | None = None) -> int:
    """Everything that can be chosen, and the first price table; returns how many options and tables were added."""
    data = _read("options.json")
    with transaction.atomic():
        return (
            _add(models.Process, data["processes"], lambda row: row)
            + _add(models.Plating, data["platings"], _plating)
            + _add(models.AddOn, data["addons"], lambda row: row)
            + _add(models.Attachment, data["attachments"], lambda row: row)
            + _add(models.Packaging, data["packagings"], lambda row: row)
            + _add(models.SizeTier, data["sizes"], lambda row: row)
            + _add_holidays(data["holidays"])
            + _add_rules(_read("compatibility.json"))
            + _add_price_table(_read("prices.json"), now)
            + _add_tables_in_other_currencies(now)
        )


def list_currency_factors() -> dict[str, Decimal]:
    """By what an amount in US cents is multiplied for the first prices in another currency, in its minor units."""
    return {code: Decimal(factor) for code, factor in _read("currencies.json")["factors"].items()}


def load_palette(palette: Mapping[str, Any]) -> int:
    """The house palette in the engine's format (`colours`: code, name, hlc, hex, lab); returns how many were added."""
    there = set(models.PaletteColour.objects.values_list("code", flat=True))
    keys = ("code", "name", "hlc", "hex", "lab")
    rows = [
        models.PaletteColour(**{key: row[key] for key in keys})
        for row in palette["colours"]
        if row["code"] not in there
    ]
    return len(models.PaletteColour.objects.bulk_create(rows)) if rows else 0


def load_engine_rules(rules: Mapping[str, Any], *, now: datetime) -> int:
    """The limits of manufacture in the engine's format, published; 0 where their version is there already."""
    version = str(rules["version"])
    with transaction.atomic():
        if models.EngineRules.objects.filter(version=version).exists():
            return 0
        models.EngineRules.objects.create(version=version, rules=dict(rules), note=str(rules.get("note", "")))
        engine_rules.publish(version=version, actor=actors.SYSTEM, now=now)
    return 1


def load_pins(entries: Mapping[str, Any], *, now: datetime) -> int:
    """Ready-made pins with artists, series, causes and stock; returns how many pins were added.

    Pins that are on sale and listed nowhere, as after an update of the shop, are listed as well.

    `entries` has the keys currency, artists, series, causes and pins (see designs/samples/README.md). The first pin of
    the list is the newest. Raises IntegrityError where a pin names a process or plating that is not there.
    """
    currency = entries["currency"]
    with transaction.atomic():
        artists = {
            row["slug"]: models.Artist.objects.get_or_create(
                slug=row["slug"], defaults={"name": row["name"], "bio": row["bio"]}
            )[0]
            for row in entries["artists"]
        }
        series = {row["slug"]: _series(row, artists) for row in entries["series"]}
        causes = {row["slug"]: _cause(row, currency) for row in entries["causes"]}
        there = set(models.Pin.objects.values_list("slug", flat=True))
        missing = [(place, row) for place, row in enumerate(entries["pins"]) if row["slug"] not in there]
        for place, row in missing:
            pin = models.Pin.objects.create(
                **{
                    key: row[key] for key in ("slug", "name", "story", "alt", "size_mm", "edition_size", "tags", "worn")
                },
                styles=row["styles"],
                finishes=row["finishes"],
                process_id=row["process"],
                plating_id=row["plating"],
                artist=artists[row["artist"]],
                series=series.get(row["series"]),
                cause=causes.get(row["cause"]),
                published_at=now - timedelta(hours=place),
            )
            _add_variants(pin, row, currency)
        unlisted = models.Pin.objects.filter(published_at__isnull=False, listing=None)
        listings.refresh(pin_ids=list(unlisted.values_list("pk", flat=True)))
    return len(missing)


def _read(name: str) -> Any:
    return json.loads((SEED_DIR / name).read_text(encoding="utf-8"))


def _add(
    model: type[OptionModel],
    rows: Iterable[dict[str, Any]],
    shape: Callable[[dict[str, Any]], dict[str, Any]],
) -> int:
    there = set(model.objects.values_list("code", flat=True))
    added = 0
    for place, row in enumerate(rows):
        if row["code"] not in there:
            model.objects.create(**shape(row), position=10 * (place + 1))
            added += 1
    return added


def _plating(row: dict[str, Any]) -> dict[str, Any]:
    highlight, mid, low = row["tones"]
    rest = {key: value for key, value in row.items() if key != "tones"}
    return {**rest, "highlight_hex": highlight, "mid_hex": mid, "low_hex": low}


def _add_holidays(rows: Iterable[dict[str, str]]) -> int:
    there = set(models.Holiday.objects.values_list("date", flat=True))
    days = [models.Holiday(date=date.fromisoformat(row["date"]), name=row["name"]) for row in rows]
    missing = [day for day in days if day.date not in there]
    return len(models.Holiday.objects.bulk_create(missing)) if missing else 0


def _add_rules(groups: Iterable[dict[str, Any]]) -> int:
    names = _names()
    keys = ("subject_kind", "subject_code", "object_kind", "object_code")
    there = set(models.CompatibilityRule.objects.values_list(*keys))
    rows = []
    for group in groups:
        (subject_kind, subjects), (object_kind, objects) = group["subject"], group["object"]
        for pair in ((subject_kind, one, object_kind, other) for one in subjects for other in objects):
            if pair not in there:
                sentence = group["sentence"].format(subject=names[pair[:2]], object=names[pair[2:]])
                sentence = sentence[0].upper() + sentence[1:]
                fields = dict(zip(keys, pair, strict=True))
                rows.append(models.CompatibilityRule(**fields, verdict=group["verdict"], sentence=sentence))
    return len(models.CompatibilityRule.objects.bulk_create(rows)) if rows else 0


def _names() -> dict[tuple[str, str], str]:
    """How options are called inside a sentence."""
    names = {("rush", "rush"): "rush"}
    names |= {("process", row.code): f"{row.name} pins" for row in models.Process.objects.all()}
    names |= {("plating", row.code): row.name for row in models.Plating.objects.all()}
    names |= {("addon", row.code): row.name for row in models.AddOn.objects.all()}
    names |= {("packaging", row.code): row.name for row in models.Packaging.objects.all()}
    return {key: name.lower() if key[0] == "process" else name for key, name in names.items()}


def _add_price_table(data: dict[str, Any], now: datetime | None) -> int:
    if models.PriceTable.objects.filter(currency=data["currency"], number=data["number"]).exists():
        return 0
    valid_from = datetime.fromisoformat(data["valid_from"])
    keys = ("currency", "number", "note", "colours_included", "rush_percent", "rush_minimum_minor")
    table = models.PriceTable.objects.create(**{key: data[key] for key in keys}, valid_from=valid_from)
    for process, terms in data["processes"].items():
        _add_process_prices(table, process, terms, data)
    models.OptionPrice.objects.bulk_create(row for entry in data["options"] for row in _option_prices(table, entry))
    price_tables.publish(table_id=table.pk, actor=actors.SYSTEM, now=now or valid_from)
    return 1


def _add_tables_in_other_currencies(now: datetime | None) -> int:
    """The first US dollar table in each other currency; staff then edit and publish their own."""
    opening = models.PriceTable.objects.filter(currency="USD").order_by("number").first()
    if opening is None:
        return 0
    priced = set(models.PriceTable.objects.values_list("currency", flat=True))
    missing = {code: factor for code, factor in list_currency_factors().items() if code not in priced}
    for code, factor in missing.items():
        at = now or opening.valid_from
        table = price_tables.copy(
            table_id=opening.pk,
            currency=code,
            factor=factor,
            valid_from=opening.valid_from,
            actor=actors.SYSTEM,
            now=at,
        )
        price_tables.publish(table_id=table.pk, actor=actors.SYSTEM, now=at)
    return len(missing)


def _add_process_prices(table: models.PriceTable, process: str, terms: dict[str, Any], data: dict[str, Any]) -> None:
    """The formula of catalog/seed/README.md: base x process x size x quantity, rounded half up to `round_to_minor`."""
    models.ProcessTerms.objects.create(
        table=table,
        process_id=process,
        minimum_quantity=terms["minimum_quantity"],
        setup_minor=terms.get("setup_minor", 0),
        die_waived_from=terms["die_waived_from"],
    )
    step = data["round_to_minor"]
    units = []
    for size, size_factor in data["sizes"].items():
        for quantity, quantity_factor in data["quantities"].items():
            if int(quantity) < terms["minimum_quantity"]:
                continue
            exact = data["base_minor"] * Decimal(terms["factor"]) * Decimal(size_factor) * Decimal(quantity_factor)
            unit = int((exact / step).quantize(Decimal(1), rounding=ROUND_HALF_UP)) * step
            units.append(
                models.UnitPrice(
                    table=table, process_id=process, size_id=size, from_quantity=int(quantity), unit_minor=unit
                )
            )
    models.UnitPrice.objects.bulk_create(units)
    models.DieFee.objects.bulk_create(
        models.DieFee(table=table, process_id=process, size_id=size, fee_minor=fee)
        for size, fee in data["dies"][terms["die"]].items()
    )


def _option_prices(table: models.PriceTable, entry: dict[str, Any]) -> list[models.OptionPrice]:
    rest = {key: value for key, value in entry.items() if key not in {"codes", "from"}}
    rows = []
    for code in entry["codes"]:
        rows.append(models.OptionPrice(table=table, code=code, **rest))
        rows.extend(
            models.OptionPrice(table=table, code=code, **{**rest, "from_quantity": int(start), "unit_minor": unit})
            for start, unit in entry.get("from", {}).items()
        )
    return rows


def _series(row: dict[str, Any], artists: Mapping[str, models.Artist]) -> models.Series:
    values = {"name": row["name"], "artist": artists[row["artist"]], "description": row["description"]}
    return models.Series.objects.get_or_create(slug=row["slug"], defaults=values)[0]


def _cause(row: dict[str, Any], currency: str) -> models.Cause:
    keys = ("name", "description", "amount_minor")
    values = {key: row[key] for key in keys} | {"currency": currency, "is_example": row["is_example"]}
    return models.Cause.objects.get_or_create(slug=row["slug"], defaults=values)[0]


def _add_variants(pin: models.Pin, row: dict[str, Any], currency: str) -> None:
    prices = {
        models.Grade.A: row["price_minor"],
        models.Grade.SECONDS: int(row["price_minor"] * SECONDS_PRICE) // 50 * 50,
    }
    for grade, price_minor in prices.items():
        if grade.value in row["stock"]:
            variant = models.PinVariant.objects.create(
                pin=pin,
                grade=grade,
                sku=f"{row['slug']}-{grade.value}".upper(),
                price_minor=price_minor,
                currency=currency,
            )
            models.VariantPrice.objects.bulk_create(
                models.VariantPrice(variant=variant, currency=code, price_minor=round_minor(price_minor * factor))
                for code, factor in list_currency_factors().items()
            )
            models.Stock.objects.create(variant=variant, on_hand=row["stock"][grade.value])
