"""What the configurator says of prices, designs side by side, and sets: exact figures, one's own designs only."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.selectors import options, prices
from catalog.services import pricing
from catalog.spec import PinSpec
from orders.models import Basket, BasketLine
from orders.services import alternatives
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from tests.orders.factories import make_design
from tests.orders.web.conftest import text

pytestmark = pytest.mark.django_db
SPEC = PinSpec(process="soft_enamel", plating="gold", size_mm=31.75, colours=4, addons=(("cut_out", 2),))


@pytest.fixture
def ada_browses(client: Client, ada: User, destinations: None, seeded_catalogue: None) -> Client:
    client.force_login(ada)
    session = client.session
    session["country"] = "GB"
    session.save()
    return client


def test_each_alternative_adds_the_difference_of_two_prices(seeded_catalogue: None, now: datetime) -> None:
    table, offered = prices.get_table(currency="USD", now=now), options.get_options()
    found = alternatives.list_alternatives(spec=SPEC, quantity=100, table=table, options=offered)
    told = {(each.kind, each.code): each for each in found}

    def total(**changed: Any) -> int:
        spec = PinSpec.from_json({**SPEC.to_json(), **changed})
        return pricing.price_line(spec=spec, quantity=100, table=table).total.amount_minor

    for (kind, code), changed in {
        ("plating", "rose_gold"): {"plating": "rose_gold"},
        ("process", "hard_enamel"): {"process": "hard_enamel"},
        ("attachment", "magnet"): {"attachment": "magnet"},
        ("thickness_mm", "2"): {"thickness_mm": 2.0},
        ("rush", "on"): {"rush": True},
    }.items():
        adds = told[kind, code].adds
        assert adds is not None
        assert adds.amount_minor == round((total(**changed) - total()) / 100), code
    cut_out = told["addon", "cut_out"]
    assert (cut_out.chosen, cut_out.adds) != (False, None)
    assert cut_out.adds is not None
    assert cut_out.adds.amount_minor == round((total() - total(addons=[])) / 100)
    assert ("plating", "gold") not in told
    hard = alternatives.list_alternatives(
        spec=PinSpec.from_json({**SPEC.to_json(), "process": "hard_enamel"}), quantity=100, table=table, options=offered
    )
    assert "cannot be combined" in next(each.blocked for each in hard if each.code == "antique_gold")


def test_line_of_prices_goes_through_the_exact_prices(seeded_catalogue: None, now: datetime) -> None:
    table = prices.get_table(currency="USD", now=now)
    points = alternatives.list_points(spec=SPEC, table=table)
    assert (points[0].quantity, points[-1].quantity) == (1, pricing.MAX_QUANTITY)
    for point in points[:: len(points) // 5]:
        price = pricing.price_line(spec=SPEC, quantity=point.quantity, table=table)
        assert point.each_minor == price.total.amount_minor / point.quantity


def test_price_says_what_others_add_draws_the_line_and_links_to_itself(ada_browses: Client, ada: User) -> None:
    design = make_design(now=timezone.now(), owner=Owner(user_id=ada.pk))
    query = {"quantity": 250, "plating": "silver", "addon": "cut_out:2"}
    shown = text(ada_browses.get(f"/fragments/designs/{design.pk}/price/", query))
    assert re.search(r'data-option="plating\.gold">\s*<th scope="row">Gold</th>\s*<td>included</td>', shown)
    assert 'class="chart__here"' in shown
    link = re.search(r'id="configuration" href="http://testserver([^"]+)"', shown)
    assert link is not None
    again = text(ada_browses.get(link[1].replace("&amp;", "&")))
    for words in ('value="silver" data-name="Silver" checked', 'value="cut_out:2" selected', 'value="250"'):
        assert words in again, words


def test_new_size_is_priced_with_its_usual_thickness(ada_browses: Client, ada: User, now: datetime) -> None:
    design = make_design(now=now, owner=Owner(user_id=ada.pk), spec=SPEC)
    path = f"/fragments/designs/{design.pk}/price/"
    totals = [
        re.search(
            r'price-total__amount">([^<]+)<', text(ada_browses.get(path, {"quantity": 100, "size_mm": 44, **more}))
        )
        for more in ({}, {"thickness_mm": 1.5})
    ]
    found = [total[1] for total in totals if total]
    assert (len(found), len(set(found))) == (2, 1)


def test_designs_stand_side_by_side_and_are_ordered_as_a_set(ada_browses: Client, ada: User, now: datetime) -> None:
    owner = Owner(user_id=ada.pk)
    silver = PinSpec.from_json({**SPEC.to_json(), "plating": "silver"})
    ids = [str(make_design(now=now, owner=owner, spec=spec).pk) for spec in (SPEC, silver)]
    assert text(ada_browses.get("/my-designs/")).count('class="pin-card"') == 2
    page = text(ada_browses.get("/my-designs/compare/", {"d": ids, "quantity": 50}))
    row = re.search(r'<tr class="is-different"><th scope="row">Plating</th><td>Gold</td><td>Silver</td></tr>', page)
    assert (row is not None, "Order these 2 as a set" in page) == (True, True)
    sent = {"d": ids, "quantity": 50, "version": 0}
    assert ada_browses.post("/basket/add-set/", sent).status_code == 302
    assert sorted(BasketLine.objects.values_list("design_id", "quantity")) == sorted(
        (pk, 50) for pk in BasketLine.objects.values_list("design_id", flat=True)
    )
    assert BasketLine.objects.count() == 2


def test_set_is_put_in_once_however_often_the_button_is_pressed(ada_browses: Client, ada: User, now: datetime) -> None:
    ids = [str(make_design(now=now, owner=Owner(user_id=ada.pk)).pk) for _ in range(2)]
    for _ in range(2):
        ada_browses.post("/basket/add-set/", {"d": ids, "quantity": 50, "version": 0})
    assert list(BasketLine.objects.values_list("quantity", flat=True)) == [50, 50]
    before = Basket.objects.get().version
    answer = ada_browses.post("/basket/add-set/", {"d": ids, "quantity": 50, "version": before})
    again = ada_browses.post("/basket/add-set/", {"d": ids, "quantity": 50, "version": before})
    assert (answer.status_code, again.status_code) == (302, 409)


@pytest.mark.parametrize("chosen", [[], ["x"], ["one"]])
def test_comparison_needs_two_of_ones_own(ada_browses: Client, ada: User, now: datetime, chosen: list[str]) -> None:
    mine = str(make_design(now=now, owner=Owner(user_id=ada.pk)).pk)
    ids = [mine if each == "one" else each for each in chosen]
    assert ada_browses.get("/my-designs/compare/", {"d": ids}).status_code in {302, 422}
    others = str(make_design(now=now).pk)
    assert ada_browses.get("/my-designs/compare/", {"d": [mine, others]}).status_code == 404
    sent = {"d": [mine, others], "quantity": 50, "version": 0}
    assert ada_browses.post("/basket/add-set/", sent).status_code == 404
    assert BasketLine.objects.count() == 0


@pytest.mark.parametrize("count", [2, 4])
def test_comparison_takes_the_same_queries_for_two_and_four(
    ada_browses: Client, ada: User, now: datetime, count: int, django_assert_num_queries: Any
) -> None:
    ids = [str(make_design(now=now, owner=Owner(user_id=ada.pk)).pk) for _ in range(count)]
    ada_browses.get("/my-designs/compare/", {"d": ids})
    with django_assert_num_queries(10):
        ada_browses.get("/my-designs/compare/", {"d": ids})
