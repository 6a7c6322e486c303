"""What cancelling costs: by the published table under which the order was placed, shown before it is accepted."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from orders.cancellation import CancellationTerms, cost_of
from orders.enums import LineKind
from orders.models import CancellationMinimum, CancellationStep, CancellationTable, Order, OrderLine
from orders.payments.models import Refund
from orders.selectors import cancellation, orders
from orders.services import cancellation_tables, cancellations, seeds
from orders.services.cancellation_tables import CancellationTableIncomplete, CancellationTablePublished
from orders.services.cancellations import CancellationCostChanged, TooLateToCancel
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.models import OutgoingMail
from pinshop.core.money import Money
from tests.orders.books import make_paid_order
from tests.orders.factories import PRICE, make_line, make_order

pytestmark = pytest.mark.django_db
ADA = Actor(kind="user", id="1", label="Ada Lovelace")
DIE = {
    **PRICE,
    "items": [
        {"code": "pins", "label": "Pins", "quantity": 100, "unit_minor": 25, "amount_minor": 2500},
        {"code": "die", "label": "Die", "quantity": 1, "unit_minor": 5000, "amount_minor": 5000},
        {"code": "mould:3d", "label": "Mould for 3D", "quantity": 1, "unit_minor": 2000, "amount_minor": 2000},
    ],
}


@pytest.fixture
def terms(now: datetime) -> CancellationTerms:
    """The first table."""
    assert seeds.load_cancellation(now=now) == 1
    assert seeds.load_cancellation(now=now) == 0
    found = cancellation.find_terms(now=now)
    assert found is not None
    return found


@pytest.fixture
def order(terms: CancellationTerms, options: None, now: datetime) -> Order:
    """A paid order over $100.00, $5.00 of it for shipping."""
    return make_paid_order(now=now, cancellation=terms.to_json())


def cost(order: Order, state: str, **fields: Any) -> Money | None:
    line = make_line(order, state=state, **fields)
    return cost_of(line, CancellationTerms.from_json(order.cancellation))


@pytest.mark.parametrize(
    ("state", "minor"),
    [
        ("placed", 0),
        ("proofing", 0),
        ("awaiting_approval", 0),
        ("approved", 2500),
        ("handed_over", 2500),
        ("tooling", 7850),
        ("struck", 5700),
        ("plated", 5700),
        ("filled", 9500),
        ("cured", 9500),
        ("quality_check", 9500),
        ("packed", 9500),
        ("shipped", None),
        ("delivered", None),
        ("cancelled", None),
    ],
)
def test_cost_of_a_custom_line_at_every_state(order: Order, state: str, minor: int | None) -> None:
    """$95.00, of which the die costs $50.00: tooling is 50.00 + 28.50."""
    items = [{**DIE["items"][0], "amount_minor": 4500}, DIE["items"][1]]
    assert cost(order, state, price={**DIE, "items": items}) == (None if minor is None else Money(minor, "USD"))


@pytest.mark.parametrize(
    ("state", "minor"), [("placed", 0), ("picking", 0), ("packed", 0), ("shipped", None), ("delivered", None)]
)
def test_ready_made_pins_are_free_to_cancel_until_they_are_sent(order: Order, state: str, minor: int | None) -> None:
    assert cost(order, state, kind=LineKind.READY) == (None if minor is None else Money(minor, "USD"))


def test_cost_is_never_above_the_line(order: Order) -> None:
    assert cost(order, "approved", total_minor=900) == Money(900, "USD")
    assert cost(order, "tooling", price=DIE) == Money(9500, "USD")
    assert cost(order, "approved", total_minor=0) == Money(0, "USD")


def test_ten_percent_is_charged_where_it_is_more_than_the_minimum(order: Order) -> None:
    assert cost(order, "approved", total_minor=33_335) == Money(3334, "USD")


def test_every_currency_has_a_minimum_of_its_own(terms: CancellationTerms, now: datetime, options: None) -> None:
    for currency, minor in {"USD": 2500, "EUR": 2500, "GBP": 2000, "JPY": 4000}.items():
        order = make_order(now=now)
        order.currency = currency
        price = {**PRICE, "currency": currency}
        assert cost_of(make_line(order, state="approved", price=price), terms) == Money(minor, currency)


def test_customer_cancels_after_the_approval_at_the_cost_that_was_shown(order: Order, now: datetime) -> None:
    line = make_line(order, state="approved")
    assert orders.list_actions(orders.get_any(order_id=order.pk), now=now) == ["cancel"]
    for shown in (None, Money(2499, "USD"), Money(2501, "USD")):
        with pytest.raises(CancellationCostChanged) as caught:
            cancellations.cancel(order_id=order.pk, reason="", actor=ADA, now=now, shown_cost=shown)
        assert caught.value.extra == {"cost_minor": 2500, "currency": "USD"}
    assert Refund.objects.count() == 0
    for _ in range(2):
        cancellations.cancel(order_id=order.pk, reason="No.", actor=ADA, now=now, shown_cost=Money(2500, "USD"))
    line.refresh_from_db()
    assert (line.state, line.cancellation_cost_minor) == ("cancelled", 2500)
    assert [refund.amount_minor for refund in Refund.objects.all()] == [7500]
    assert "Sleepy fox was cancelled, which costs $25.00. No." in [
        moment.text for moment in orders.list_timeline(order)
    ]
    assert OutgoingMail.objects.filter(to=order.contact_email).count() == 1


def test_line_that_moved_on_costs_more_than_was_shown(order: Order, now: datetime) -> None:
    line = make_line(order, state="approved")
    OrderLine.objects.filter(pk=line.pk).update(state="struck")
    with pytest.raises(CancellationCostChanged) as caught:
        cancellations.cancel(order_id=order.pk, reason="", actor=ADA, now=now, shown_cost=Money(2500, "USD"))
    assert (
        caught.value.message
        == "Cancelling costs $57.00 now, and you were shown $25.00. Look at it again, and accept it."
    )


def test_customer_does_not_cancel_what_would_give_nothing_back(order: Order, now: datetime) -> None:
    make_line(order, state="filled")
    assert orders.list_actions(orders.get_any(order_id=order.pk), now=now) == []
    with pytest.raises(TooLateToCancel):
        cancellations.cancel(order_id=order.pk, reason="", actor=ADA, now=now, shown_cost=Money(9500, "USD"))


def test_staff_charge_the_cost_or_waive_it(order: Order, now: datetime) -> None:
    struck = make_line(order, state="struck", total_minor=5000)
    filled = make_line(order, state="filled", total_minor=4500)
    cancellations.cancel_line(line_id=struck.pk, reason="Agreed.", actor=SYSTEM, now=now)
    cancellations.cancel_line(line_id=filled.pk, reason="Agreed.", actor=SYSTEM, now=now, waive=True)
    lines = OrderLine.objects.filter(order=order).order_by("position")
    assert [line.cancellation_cost_minor for line in lines] == [3000, 0]


def test_order_without_a_table_is_free_until_the_approval_and_staffs_afterwards(now: datetime) -> None:
    line = make_line(make_order(now=now, paid_at=now), state="approved")
    assert cancellation.find_cost(line) is None
    line.state = "proofing"
    assert cancellation.find_cost(line) == Money(0, "USD")


def test_published_table_never_changes(terms: CancellationTerms, now: datetime) -> None:
    table = CancellationTable.objects.get()
    with pytest.raises(CancellationTablePublished):
        cancellation_tables.publish(table_id=table.pk, actor=SYSTEM, now=now)
    for change in (
        lambda: CancellationTable.objects.update(return_days=0),
        lambda: CancellationStep.objects.filter(stage="struck").update(percent=61),
        lambda: CancellationStep.objects.filter(stage="struck").delete(),
        lambda: CancellationMinimum.objects.update(amount_minor=1),
        lambda: CancellationMinimum.objects.create(table=table, stage="struck", currency="USD", amount_minor=1),
    ):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            change()


def test_new_table_begins_when_it_says_and_old_orders_keep_theirs(
    terms: CancellationTerms, order: Order, now: datetime
) -> None:
    later = now + timedelta(days=7)
    draft = cancellation_tables.copy(valid_from=later, note="Dearer.", actor=SYSTEM, now=now)
    CancellationStep.objects.filter(table=draft, stage="struck").update(percent=70)
    cancellation_tables.publish(table_id=draft.pk, actor=SYSTEM, now=now)
    assert cancellation.find_terms(now=now) == terms
    new = cancellation.find_terms(now=later)
    assert new is not None
    assert (new.version, new.steps["struck"].percent, new.steps["approved"]) == ("C-2", 70, terms.steps["approved"])
    assert cost(order, "struck") == Money(5700, "USD")


def test_table_with_gaps_is_not_published(terms: CancellationTerms, now: datetime) -> None:
    draft = cancellation_tables.copy(valid_from=now, note="", actor=SYSTEM, now=now)
    CancellationStep.objects.filter(table=draft, stage="struck").delete()
    CancellationMinimum.objects.filter(table=draft, currency="JPY").delete()
    with pytest.raises(CancellationTableIncomplete) as caught:
        cancellation_tables.publish(table_id=draft.pk, actor=SYSTEM, now=now)
    assert caught.value.message == (
        "C-2 cannot be published: it has no row for “Custom pins, struck or plated”; "
        "“Custom pins, approved” has a minimum in some currencies, but none in JPY."
    )
