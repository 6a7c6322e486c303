"""A pin that was struck is made again without a die; in other colours, yes; in another size, process or shape, no."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from catalog.spec import PinSpec
from designs.models import Design, Proof
from orders.models import Order, OrderLine
from orders.quoted import Wish
from orders.selectors import dies
from orders.services import previews, wishes
from tests.orders.factories import GUEST, make_design, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_catalogue", "destinations")]
SPEC = PinSpec(process="soft_enamel", plating="gold", size_mm=31.75, colours=4)


def _struck(design: Design, *, now: datetime, state: str = "delivered", **changed: Any) -> OrderLine:
    """An order line of the design as it is now, made so far."""
    proof = Proof.objects.create(
        design=design,
        revision=1,
        artwork=design.artwork,
        spec={**design.spec, **changed},
        flatten=design.flatten,
        created_at=now,
    )
    order = make_order(now=now)
    return OrderLine.objects.create(
        order=order,
        position=1,
        kind="custom",
        title=design.name,
        design=design,
        proof=proof,
        quantity=100,
        spec=design.spec,
        price={},
        total_minor=100,
        weight_g=100,
        state=state,
        updated_at=now,
    )


@pytest.fixture
def design(now: datetime) -> Design:
    return make_design(now=now, spec=SPEC, flatten={"lines": "auto", "colours": {"#cf2a2a": "E-001"}})


def _kept(design: Design, now: datetime, **changed: Any) -> bool:
    found = dies.list_kept(designs=[design], now=now)
    return dies.is_kept(design=design, spec=replace(SPEC, **changed), among=found)


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({}, True),
        ({"plating": "silver"}, True),
        ({"addons": (("epoxy_dome", 1),)}, True),
        ({"packaging": "velvet_pouch"}, True),
        ({"size_mm": 40.0}, False),
        ({"process": "hard_enamel"}, False),
        ({"thickness_mm": 2.0}, False),
        ({"addons": (("cut_out", 1),)}, False),
    ],
)
def test_die_is_kept_for_the_same_metal_only(design: Design, now: datetime, changed: Any, *, kept: bool) -> None:
    _struck(design, now=now)
    assert _kept(design, now, **changed) is kept


@pytest.mark.parametrize(
    ("flatten", "kept"),
    [
        ({"lines": "auto"}, True),
        ({"lines": "auto", "colours": {"#cf2a2a": "E-080"}, "effects": {"2": "glitter"}}, True),
        ({"lines": "auto", "merges": {"#cf2a2a": "#ffffff"}}, False),
        ({"lines": "auto", "cutouts": ["#ffffff"]}, False),
        ({"lines": "metal"}, False),
    ],
)
def test_drawing_read_in_other_colours_keeps_the_die(
    design: Design, now: datetime, flatten: dict[str, Any], *, kept: bool
) -> None:
    _struck(design, now=now)
    design.flatten = flatten
    assert _kept(design, now) is kept


@pytest.mark.parametrize("state", ["placed", "approved", "handed_over", "cancelled"])
def test_die_that_was_never_made_is_not_kept(design: Design, now: datetime, state: str) -> None:
    _struck(design, now=now, state=state)
    assert _kept(design, now) is False


def test_die_is_kept_three_years(design: Design, now: datetime) -> None:
    line = _struck(design, now=now)
    for days, kept in ((3 * 365 - 1, True), (3 * 365, False)):
        Order.objects.filter(pk=line.order_id).update(placed_at=now - timedelta(days=days))
        assert _kept(design, now) is kept


def test_another_artwork_needs_another_die(design: Design, now: datetime) -> None:
    _struck(design, now=now)
    assert _kept(make_design(now=now, spec=SPEC, flatten=design.flatten), now) is False


def test_quote_and_preview_charge_no_die_again_and_say_so(design: Design, now: datetime) -> None:
    def codes() -> tuple[set[str], set[str]]:
        wish = Wish(quantity=100, design_id=design.pk, spec=SPEC)
        quoted = wishes.price(wishes=[wish], owner=GUEST, currency="USD", now=now).lines[0]
        shown = previews.price_design(
            design_id=design.pk, owner=GUEST, quantity=100, choices={}, country="GB", currency="USD", now=now
        )
        assert quoted.spec is not None
        assert quoted.spec.reorder == shown.spec.reorder
        return {item.code for item in quoted.price.items}, {item.code for item in shown.price.items}

    before = codes()
    _struck(design, now=now)
    after = codes()
    assert [("die" in found) for found in (*before, *after)] == [True, True, False, False]


def test_who_says_that_the_shop_has_the_die_pays_it_all_the_same(design: Design, now: datetime) -> None:
    said = replace(SPEC, reorder=True)
    Design.objects.filter(pk=design.pk).update(spec=said.to_json())
    for spec in (said, None):
        wish = Wish(quantity=100, design_id=design.pk, spec=spec)
        quoted = wishes.price(wishes=[wish], owner=GUEST, currency="USD", now=now).lines[0]
        assert quoted.spec is not None
        assert quoted.spec.reorder is False
        assert "die" in {item.code for item in quoted.price.items}
    for choices in ({}, {"reorder": True}):
        shown = previews.price_design(
            design_id=design.pk, owner=GUEST, quantity=100, choices=choices, country="GB", currency="USD", now=now
        )
        assert "die" in {item.code for item in shown.price.items}
