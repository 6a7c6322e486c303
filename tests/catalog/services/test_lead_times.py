"""Ship-by dates: proof, production, extras, rush, weekends, holidays."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.models import Holiday
from catalog.selectors import options as options_selector
from catalog.services import lead_times
from catalog.spec import PinSpec

PLAIN = PinSpec(process="soft_enamel", plating="gold", size_mm=35, colours=4)
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("change", "quantity", "days"),
    [
        ({}, 100, 10),
        ({"rush": True}, 100, 7),
        ({"process": "hard_enamel"}, 100, 13),
        ({"process": "cast_3d"}, 100, 15),
        ({"addons": [["spinner", 1]]}, 100, 14),
        ({"addons": [["spinner", 1], ["glitter", 2]]}, 100, 14),
        ({"packaging": "backing_card"}, 100, 11),
        ({}, 2_500, 10),
        ({}, 2_501, 11),
        ({}, 10_000, 13),
    ],
)
def test_production_days(change: dict[str, object], quantity: int, days: int, seeded: None) -> None:
    spec = PinSpec.from_json(PLAIN.to_json() | change)
    options = options_selector.get_options()
    assert lead_times.production_days(spec=spec, quantity=quantity, options=options) == days


def test_ship_by_counts_proof_and_production_without_weekends(seeded: None) -> None:
    assert lead_times.ship_by(spec=PLAIN, quantity=100, start=MONDAY) == date(2026, 12, 8)
    assert lead_times.ship_by(spec=PLAIN, quantity=100, start=MONDAY, proof=False) == date(2026, 12, 7)


def test_ship_by_leaves_out_holidays(seeded: None) -> None:
    Holiday.objects.create(date=date(2026, 11, 26), name="Inventory")
    assert lead_times.ship_by(spec=PLAIN, quantity=100, start=MONDAY) == date(2026, 12, 9)


def test_order_of_a_saturday_starts_on_monday(seeded: None) -> None:
    saturday = lead_times.ship_by(spec=PLAIN, quantity=100, start=date(2026, 11, 21))
    assert saturday == lead_times.ship_by(spec=PLAIN, quantity=100, start=MONDAY)


def test_process_without_rush_refuses_it(seeded: None) -> None:
    with pytest.raises(lead_times.NotRushable, match="Hard enamel cannot be rushed"):
        lead_times.ship_by(spec=replace(PLAIN, process="hard_enamel", rush=True), quantity=100, start=MONDAY)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 0, date(2026, 11, 30)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),
        (date(2026, 12, 25), 0, date(2026, 12, 28)),
    ],
)
def test_business_days(start: date, days: int, end: date) -> None:
    holidays = {date(2026, 12, 25)}
    assert lead_times.add_business_days(start=start, days=days, holidays=holidays) == end
