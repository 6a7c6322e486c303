"""Ready-made pins come back within 14 days: refunded once, and on the shelf again where they are as new."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from catalog.models import Stock
from orders.claims.models import GoodsReturn
from orders.claims.services import returns
from orders.claims.services.returns import NotReturnable, ReturnClosed
from orders.models import OrderLine
from orders.selectors.cancellation import find_terms
from orders.services import seeds
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid
from pinshop.core.models import OutgoingMail
from tests.orders.books import make_paid_order, refunded
from tests.orders.claims.conftest import Deliver

pytestmark = pytest.mark.django_db


def ask(line: OrderLine, now: datetime, *, pieces: int = 4, return_id: UUID | None = None) -> GoodsReturn:
    return returns.ask(
        return_id=return_id or uuid4(), line_id=line.pk, pieces=pieces, reason="Too many.", actor=SYSTEM, now=now
    )


def take_in(row: GoodsReturn, now: datetime, *, arrived: int, restocked: int = 0) -> GoodsReturn:
    return returns.take_in(return_id=row.pk, arrived=arrived, restocked=restocked, actor=SYSTEM, now=now)


def test_part_of_a_line_is_refunded_without_the_shipping(deliver: Deliver, now: datetime) -> None:
    line, key = deliver(kind="ready", quantity=10), uuid4()
    row = ask(line, now, return_id=key)
    assert ask(line, now, return_id=key).pk == row.pk
    assert OutgoingMail.objects.get().subject == "How to send Sleepy fox back"
    for _ in range(2):
        take_in(row, now, arrived=3, restocked=2)
    assert refunded(line.order) == [(2850, "3 × Sleepy fox came back.")]
    assert Stock.objects.get().on_hand == 12
    row.refresh_from_db()
    assert (row.state, row.arrived, row.restocked) == ("arrived", 3, 2)


def test_whole_order_gets_its_shipping_back_with_the_last_piece(deliver: Deliver, now: datetime) -> None:
    line = deliver(kind="ready", quantity=10)
    take_in(ask(line, now, pieces=9), now, arrived=9)
    take_in(ask(line, now, pieces=1), now, arrived=1)
    assert [amount for amount, _ in refunded(line.order)] == [950 + 500, 8550]


def test_shipping_stays_where_another_line_stays(deliver: Deliver, now: datetime) -> None:
    order = make_paid_order(now=now, total_minor=19_500)
    line = deliver(order=order, kind="ready", quantity=10)
    deliver(order=order)
    take_in(ask(line, now, pieces=10), now, arrived=10)
    assert [amount for amount, _ in refunded(order)] == [9500]


def test_days_are_those_of_the_orders_table(deliver: Deliver, now: datetime) -> None:
    seeds.load_cancellation(now=now)
    terms = find_terms(now=now)
    assert terms is not None
    data = {**terms.to_json(), "return_days": 20}
    order = make_paid_order(now=now, cancellation=data)
    assert ask(deliver(order=order, kind="ready"), now + timedelta(days=20)).state == "open"
    with pytest.raises(NotReturnable, match="That was until 7 December 2026"):
        ask(deliver_again(deliver), now + timedelta(days=14, seconds=1))


def deliver_again(deliver: Deliver) -> OrderLine:
    """Another ready-made line, of the same pin."""
    variant = OrderLine.objects.filter(kind="ready").latest("position").variant
    return deliver(kind="ready", variant=variant)


@pytest.mark.parametrize("fields", [{"kind": "custom"}, {"kind": "ready", "state": "shipped"}])
def test_custom_pins_and_pins_on_their_way_are_not_sent_back(
    deliver: Deliver, now: datetime, fields: dict[str, str]
) -> None:
    with pytest.raises(NotReturnable):
        ask(deliver(**fields), now)


def test_more_than_came_is_not_sent_back(deliver: Deliver, now: datetime) -> None:
    line = deliver(kind="ready", quantity=10)
    for pieces in (0, 11):
        with pytest.raises(Invalid):
            ask(line, now, pieces=pieces)
    row = ask(line, now, pieces=6)
    with pytest.raises(NotReturnable):
        ask(line, now, pieces=1)
    for arrived, restocked in ((7, 0), (0, 0), (3, 4)):
        with pytest.raises(Invalid):
            take_in(row, now, arrived=arrived, restocked=restocked)
    take_in(row, now, arrived=6)
    with pytest.raises(Invalid):
        ask(line, now, pieces=5)
    assert refunded(line.order) == [(5700, "6 × Sleepy fox came back.")]


def test_return_that_never_comes_gives_nothing_back(deliver: Deliver, now: datetime) -> None:
    line = deliver(kind="ready")
    row = ask(line, now)
    for _ in range(2):
        returns.close(return_id=row.pk, reason="It never came.", actor=SYSTEM, now=now)
    with pytest.raises(ReturnClosed):
        take_in(row, now, arrived=1)
    assert refunded(line.order) == []
    assert ask(line, now).state == "open"
