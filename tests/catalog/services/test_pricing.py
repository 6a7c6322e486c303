"""Prices: itemised, exact, the same law at every quantity from 1 to 10,000."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

import pytest

from catalog.choices import Options
from catalog.prices import LinePrice, PriceTable
from catalog.selectors import options as options_selector
from catalog.services import charges, pricing
from catalog.spec import PinSpec
from pinshop.core.money import Money

ALL = range(1, pricing.MAX_QUANTITY + 1)
PLAIN = PinSpec(process="soft_enamel", plating="gold", size_mm=31.75, colours=4, posts=1)
RICH = PinSpec(
    process="soft_enamel",
    plating="antique_gold",
    size_mm=35,
    thickness_mm=2.0,
    colours=9,
    addons=(("backstamp", 1), ("cut_out", 2), ("offset_panel", 2), ("spinner", 1)),
    attachment="deluxe",
    posts=2,
    packaging="backing_card",
    rush=True,
)


def _specs(process: str, options: Options, table: PriceTable) -> Iterator[PinSpec]:
    """Every size with nothing extra, and every option once at the middle size."""
    plain = replace(PLAIN, process=process)
    yield from (replace(plain, size_mm=size.max_mm) for size in table.sizes)
    yield from (replace(plain, plating=plating.code) for plating in options.platings)
    yield from (replace(plain, addons=((addon.code, addon.max_count),)) for addon in options.addons)
    yield from (replace(plain, attachment=one.code, posts=2) for one in options.attachments)
    yield from (replace(plain, packaging=packaging.code) for packaging in options.packagings)
    yield from (replace(plain, thickness_mm=mm) for mm in options.process(process).thicknesses_mm)
    yield from (replace(plain, colours=7), replace(plain, rush=True), replace(plain, reorder=True))
    yield replace(RICH, process=process)


def _rows(price: LinePrice) -> list[tuple[str, int, int, int]]:
    return [(item.code, item.quantity, item.unit.amount_minor, item.amount.amount_minor) for item in price.items]


@pytest.mark.parametrize(
    "process", ["soft_enamel", "hard_enamel", "die_struck", "cast_3d", "screen_print", "offset_print"]
)
def test_total_is_the_smallest_raw_total_of_any_larger_order_at_every_quantity(process: str, table: PriceTable) -> None:
    specs = list(_specs(process, options_selector.get_options(), table))
    assert len(specs) >= 55
    for spec in specs:
        curve = pricing.curve(spec=spec, table=table)
        minimum = pricing.minimum_quantity(spec=spec, table=table)
        raw = [curve.raw(max(quantity, minimum)) for quantity in ALL]
        brute_force = list(accumulate(reversed(raw), min))[::-1]
        totals = [curve.total(max(quantity, minimum)) for quantity in ALL]
        assert totals == brute_force, spec
        assert totals == sorted(totals), spec
        assert totals[0] == totals[minimum - 1] > 0, spec


@pytest.mark.parametrize(
    "process", ["soft_enamel", "hard_enamel", "die_struck", "cast_3d", "screen_print", "offset_print"]
)
def test_line_price_follows_the_curve_around_every_step(process: str, table: PriceTable) -> None:
    for spec in _specs(process, options_selector.get_options(), table):
        curve = pricing.curve(spec=spec, table=table)
        edges = {1, 10_000} | {start + shift for start in curve.starts for shift in (-1, 0, 1)}
        for quantity in sorted(edges):
            charged = max(quantity, curve.starts[0])
            price = pricing.price_line(spec=spec, quantity=quantity, table=table)
            assert price.total.amount_minor == curve.total(charged), (spec, quantity)
            assert sum(item.amount.amount_minor for item in price.items) == price.total.amount_minor
            due = charges.list_charges(spec=spec, quantity=charged, table=table)
            subtotal = sum(c.item(charged, "USD").amount.amount_minor for c in due)
            assert subtotal + pricing.rush_fee(subtotal, curve.rush) == curve.raw(charged), (spec, quantity)


def test_line_price_is_exact_at_every_quantity(table: PriceTable) -> None:
    curve = pricing.curve(spec=RICH, table=table)
    for quantity in ALL:
        price = pricing.price_line(spec=RICH, quantity=quantity, table=table)
        assert price.total.amount_minor == curve.total(max(quantity, 100)), quantity
        for item in price.items:
            assert item.amount == item.unit * item.quantity, (quantity, item)


def test_raw_totals_do_fall_where_a_step_begins(table: PriceTable) -> None:
    """The control: without the credit, 499 pins would cost more than 500."""
    curve = pricing.curve(spec=PLAIN, table=table)
    assert (curve.raw(499), curve.raw(500)) == (92_325, 70_000)


def test_plain_order_at_the_minimum_is_pins_and_die(table: PriceTable) -> None:
    price = pricing.price_line(spec=PLAIN, quantity=50, table=table)
    assert _rows(price) == [("pins", 50, 380, 19_000), ("die", 1, 5_000, 5_000)]
    assert (price.total, str(price.each), price.table_version) == (Money(24_000, "USD"), "$4.80", "USD-1")


def test_order_below_the_minimum_costs_what_the_minimum_costs(table: PriceTable) -> None:
    one = pricing.price_line(spec=PLAIN, quantity=1, table=table)
    fifty = pricing.price_line(spec=PLAIN, quantity=50, table=table)
    assert (one.items, one.total) == (fifty.items, fifty.total)
    assert (one.quantity, one.charged_quantity) == (1, 50)


def test_moving_parts_raise_the_minimum(table: PriceTable) -> None:
    moving = replace(PLAIN, addons=(("spinner", 1),))
    assert pricing.minimum_quantity(spec=PLAIN, table=table) == 50
    assert pricing.minimum_quantity(spec=moving, table=table) == 100
    assert pricing.price_line(spec=moving, quantity=50, table=table).charged_quantity == 100


def test_every_choice_is_an_item_of_its_own(table: PriceTable) -> None:
    assert _rows(pricing.price_line(spec=RICH, quantity=300, table=table)) == [
        ("pins", 300, 185, 55_500),
        ("die", 1, 5_000, 5_000),
        ("mould:spinner", 1, 5_000, 5_000),
        ("colours", 900, 5, 4_500),
        ("plating", 300, 55, 16_500),
        ("thickness", 300, 15, 4_500),
        ("addon_setup:backstamp", 1, 2_500, 2_500),
        ("addon:cut_out", 600, 10, 6_000),
        ("addon_setup:offset_panel", 2, 10_000, 20_000),
        ("addon:spinner", 300, 90, 27_000),
        ("attachment", 600, 30, 18_000),
        ("posts", 300, 20, 6_000),
        ("packaging", 300, 25, 7_500),
        ("rush", 1, 35_600, 35_600),
    ]


def test_labels_speak_to_people(table: PriceTable) -> None:
    price = pricing.price_line(spec=RICH, quantity=300, table=table)
    assert [item.label for item in price.items] == [
        "Soft enamel pins, up to 38.1 mm",
        "Die (made once, kept 3 years)",
        "Mould for spinner",
        "Further colours (3 above the 6 included)",
        "Antique gold plating",
        "Thicker metal (2 mm)",
        "Backstamp: setup",
        "Cut-out (2 per pin)",
        "Photo panel: setup",
        "Spinner",
        "Locking clutch",
        "Further posts (2 per pin)",
        "Backing card",
        "Rush production",
    ]


def test_reorder_pays_neither_die_nor_moulds(table: PriceTable) -> None:
    again = pricing.price_line(spec=replace(RICH, reorder=True), quantity=300, table=table)
    assert {item.code for item in again.items}.isdisjoint({"die", "mould:spinner"})


def test_die_is_free_from_five_hundred_pieces(table: PriceTable) -> None:
    codes = [row[0] for row in _rows(pricing.price_line(spec=PLAIN, quantity=500, table=table))]
    assert codes == ["pins"]


def test_rush_costs_a_fifth_and_never_less_than_its_minimum(table: PriceTable) -> None:
    rushed = replace(PLAIN, rush=True)
    assert _rows(pricing.price_line(spec=rushed, quantity=50, table=table))[-1] == ("rush", 1, 5_000, 5_000)
    assert _rows(pricing.price_line(spec=rushed, quantity=1000, table=table))[-1] == ("rush", 1, 24_000, 24_000)


@pytest.mark.parametrize(("percent", "subtotal", "fee"), [(20, 12, 2), (20, 13, 3), (15, 10, 2), (0, 999, 0)])
def test_rush_fee_is_rounded_half_up(percent: int, subtotal: int, fee: int) -> None:
    assert pricing.rush_fee(subtotal, (percent, 0)) == fee


def test_magnet_has_no_posts_to_pay(table: PriceTable) -> None:
    price = pricing.price_line(spec=replace(PLAIN, attachment="magnet", posts=2), quantity=100, table=table)
    assert _rows(price) == [("pins", 100, 270, 27_000), ("die", 1, 5_000, 5_000), ("attachment", 100, 40, 4_000)]


def test_size_between_two_steps_counts_as_the_larger(table: PriceTable) -> None:
    just_over = pricing.price_line(spec=replace(PLAIN, size_mm=31.76), quantity=100, table=table)
    assert _rows(just_over)[0] == ("pins", 100, 290, 29_000)


def test_quantity_credit_makes_a_smaller_order_cost_no_more(table: PriceTable) -> None:
    price = pricing.price_line(spec=PLAIN, quantity=490, table=table)
    assert _rows(price) == [
        ("pins", 490, 175, 85_750),
        ("die", 1, 5_000, 5_000),
        ("quantity_credit", 1, -20_750, -20_750),
    ]
    assert price.total == pricing.price_line(spec=PLAIN, quantity=500, table=table).total


@pytest.mark.parametrize(
    ("quantity", "sentence", "unit"),
    [
        (1, "49 more pins cost nothing more", 380),
        (90, "10 more pins cost nothing more", 270),
        (160, "40 more pins cost only $18.00", 225),
        (499, "1 more pin costs nothing more", 140),
        (4_999, "1 more pin costs nothing more", 100),
    ],
)
def test_next_break_says_what_more_pins_cost(quantity: int, sentence: str, unit: int, table: PriceTable) -> None:
    step = pricing.next_break(spec=PLAIN, quantity=quantity, table=table)
    assert step is not None
    assert (step.sentence, step.at.unit.amount_minor) == (sentence, unit)


def test_next_break_ends_with_the_last_step(table: PriceTable) -> None:
    assert pricing.next_break(spec=PLAIN, quantity=5_000, table=table) is None


def test_next_break_adds_up_at_every_quantity(table: PriceTable) -> None:
    curve = pricing.curve(spec=PLAIN, table=table)
    for quantity in range(1, 5_000, 7):
        step = pricing.next_break(spec=PLAIN, quantity=quantity, table=table)
        assert step is not None
        there = quantity + step.extra_pins
        assert step.at.quantity == there > quantity
        assert step.at.total.amount_minor == curve.total(there)
        assert step.extra.amount_minor == curve.total(there) - curve.total(max(quantity, 50)) >= 0


def test_breaks_for_the_chart_fall_from_the_minimum_on(table: PriceTable) -> None:
    rows = [
        (step.quantity, step.unit.amount_minor, step.total.amount_minor)
        for step in pricing.list_breaks(spec=PLAIN, table=table)
    ]
    assert rows == [
        (50, 380, 24_000),
        (100, 270, 32_000),
        (200, 225, 50_000),
        (300, 175, 57_500),
        (500, 140, 70_000),
        (1000, 120, 120_000),
        (2000, 110, 220_000),
        (5000, 100, 500_000),
    ]


@pytest.mark.parametrize("quantity", [0, -1, 10_001])
def test_quantity_outside_the_range_is_refused(quantity: int, table: PriceTable) -> None:
    with pytest.raises(pricing.QuantityInvalid, match="from 1 to 10,000"):
        pricing.price_line(spec=PLAIN, quantity=quantity, table=table)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"process": "cloisonne"}, "process"),
        ({"plating": "platinum"}, "plating"),
        ({"attachment": "glue"}, "attachment"),
        ({"packaging": "crate"}, "packaging"),
        ({"addons": (("music", 1),)}, "addons"),
        ({"size_mm": 76.21}, "size_mm"),
        ({"thickness_mm": 1.4}, "thickness_mm"),
    ],
)
def test_choice_without_a_price_is_refused_by_its_field(
    change: dict[str, object], field: str, table: PriceTable
) -> None:
    spec = PinSpec.from_json(PLAIN.to_json() | change)
    with pytest.raises(charges.NotPriced) as refusal:
        pricing.price_line(spec=spec, quantity=100, table=table)
    assert list(refusal.value.fields) == [field]


def test_price_survives_json(table: PriceTable) -> None:
    price = pricing.price_line(spec=RICH, quantity=490, table=table)
    assert LinePrice.from_json(price.to_json()) == price


def test_pricing_asks_the_database_nothing(table: PriceTable, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        pricing.price_line(spec=RICH, quantity=300, table=table)
        pricing.next_break(spec=RICH, quantity=300, table=table)
