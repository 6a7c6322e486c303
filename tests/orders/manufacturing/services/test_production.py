"""A line becomes a production order: complete, once, at the right manufacturer."""

import threading
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from designs.models import Approval, Proof
from orders.manufacturing.errors import NoManufacturer, NotReady
from orders.manufacturing.models import Manufacturer, ProductionOrder
from orders.manufacturing.selectors import production as productions
from orders.manufacturing.services import production, routing
from orders.models import Order, OrderLine
from orders.services import cancellations, lines, remakes
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.errors import NotFound
from pinshop.core.models import AuditEntry, OutboxMessage
from tests import races
from tests.orders.factories import make_line, make_order
from tests.orders.manufacturing.conftest import STAFF, MakeLine, make_rest


def test_hand_over_makes_one_production_order_of_exactly_what_was_approved(
    idle_rest: Manufacturer, approved_line: MakeLine, now: datetime
):
    line = approved_line(quantity=250)
    first = production.hand_over(line_id=line.pk, now=now)
    again = production.hand_over(line_id=line.pk, now=now)

    assert first == again
    assert ProductionOrder.objects.count() == 1
    approval = Approval.objects.get(proof_id=line.proof_id)
    assert (first.state, first.quantity, first.proof_hash) == ("created", 250, approval.proof_hash)
    assert (first.number, first.attempt, first.manufacturer) == (f"{line.order.number}-1", 1, idle_rest)
    assert OutboxMessage.objects.filter(topic="manufacturing.order.submit").count() == 1
    assert AuditEntry.objects.get(action="production.created").data["proof_hash"] == approval.proof_hash


def test_approval_hands_over_through_the_outbox(idle_rest: Manufacturer, approved_line: MakeLine):
    line = approved_line()
    message = OutboxMessage.objects.get(topic="orders.line.approved")
    outbox.deliver(message_id=message.pk, now=message.due_at)
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("done", "")
    assert ProductionOrder.objects.get().line_id == line.pk


def _unpaid(line: OrderLine) -> str:
    Order.objects.filter(pk=line.order_id).update(paid_at=None, confirmed_at=None)
    return "is not paid"


def _needs_attention(line: OrderLine) -> str:
    Order.objects.filter(pk=line.order_id).update(attention="Sold out.")
    return "needs attention first: Sold out."


def _held(line: OrderLine) -> str:
    OrderLine.objects.filter(pk=line.pk).update(on_hold=True)
    return "is on hold"


def _cancelled(line: OrderLine) -> str:
    OrderLine.objects.filter(pk=line.pk).update(state="cancelled")
    return "is cancelled, not approved"


def _without_proof(line: OrderLine) -> str:
    OrderLine.objects.filter(pk=line.pk).update(proof_id=None)
    return "has no proof"


def _without_date(line: OrderLine) -> str:
    OrderLine.objects.filter(pk=line.pk).update(ship_by_date=None)
    return "has no ship-by date"


def _more_pieces(line: OrderLine) -> str:
    OrderLine.objects.filter(pk=line.pk).update(quantity=101)
    return "says 100 pieces, the order 101"


def _other_hash(line: OrderLine) -> str:
    Approval.objects.filter(proof_id=line.proof_id).update(proof_hash="0" * 64)
    return "is not approved with its present hash"


def _proof_of_another(line: OrderLine) -> str:
    proof = Proof.objects.get(pk=line.proof_id)
    Proof.objects.filter(pk=proof.pk).update(sheet={**proof.sheet, "reference": str(uuid4())})
    return "was made for another line"


def _without_die_lines(line: OrderLine) -> str:
    proof = Proof.objects.get(pk=line.proof_id)
    kept = {name: sha256 for name, sha256 in proof.files.items() if name != "dielines"}
    Proof.objects.filter(pk=proof.pk).update(files=kept)
    return "lacks dielines"


@pytest.mark.parametrize(
    "spoil",
    [
        _unpaid,
        _needs_attention,
        _held,
        _cancelled,
        _without_proof,
        _without_date,
        _more_pieces,
        _other_hash,
        _proof_of_another,
        _without_die_lines,
    ],
)
def test_hand_over_refuses_an_incomplete_line_and_nothing_is_produced(
    idle_rest: Manufacturer, approved_line: MakeLine, now: datetime, spoil
):
    line = approved_line()
    reason = spoil(line)
    with pytest.raises(NotReady) as refused:
        production.hand_over(line_id=line.pk, now=now)
    assert reason in refused.value.message
    assert ProductionOrder.objects.count() == 0
    assert not OutboxMessage.objects.filter(topic="manufacturing.order.submit").exists()


def test_pins_that_are_made_again_are_of_the_proof_that_was_approved(
    idle_rest: Manufacturer, approved_line: MakeLine, now: datetime
):
    line = approved_line()
    first = production.hand_over(line_id=line.pk, now=now)
    again = remakes.make(line_id=line.pk, pieces=12, actor=STAFF, now=now)
    row = production.hand_over(line_id=again.pk, now=now)
    assert (row.number, row.quantity) == (f"{line.order.number}-{again.position}", 12)
    assert (row.proof_id, row.proof_hash, row.die_lines_sha256) == (
        first.proof_id,
        first.proof_hash,
        first.die_lines_sha256,
    )
    OrderLine.objects.filter(pk=again.pk).update(quantity=101, state="approved")
    ProductionOrder.objects.filter(pk=row.pk).delete()
    with pytest.raises(NotReady, match="says 100 pieces, the order 101"):
        production.hand_over(line_id=again.pk, now=now)


def test_hand_over_of_a_line_that_is_not_approved_is_refused(
    idle_rest: Manufacturer, approved_line: MakeLine, now: datetime
):
    line = approved_line(approve=False)
    with pytest.raises(NotReady, match="is proof in preparation, not approved"):
        production.hand_over(line_id=line.pk, now=now)


def test_hand_over_of_a_ready_made_line_is_refused(idle_rest: Manufacturer, catalogue: None, now: datetime):
    line = make_line(make_order(now=now, paid_at=now), kind="ready")
    with pytest.raises(NotReady, match="ready-made"):
        production.hand_over(line_id=line.pk, now=now)
    with pytest.raises(NotFound):
        production.hand_over(line_id=uuid4(), now=now)


def test_incomplete_line_is_held_with_the_reason_and_its_message_is_dead(
    idle_rest: Manufacturer, approved_line: MakeLine
):
    line = approved_line()
    _unpaid(line)
    message = OutboxMessage.objects.get(topic="orders.line.approved")
    outbox.deliver(message_id=message.pk, now=message.due_at)
    message.refresh_from_db()
    line.refresh_from_db()
    assert (message.state, line.on_hold) == ("dead", True)
    assert message.last_error == f"Order {line.order.number} is not paid."
    assert AuditEntry.objects.get(action="line.held").data["reason"] == f"Order {line.order.number} is not paid."


def test_mended_line_is_handed_over_when_staff_release_it(
    idle_rest: Manufacturer, approved_line: MakeLine, now: datetime
):
    line = approved_line()
    _unpaid(line)
    message = OutboxMessage.objects.get(topic="orders.line.approved")
    outbox.deliver(message_id=message.pk, now=message.due_at)
    Order.objects.filter(pk=line.order_id).update(paid_at=now, confirmed_at=now)

    lines.release(line_id=line.pk, actor=STAFF, now=now)
    released = OutboxMessage.objects.get(topic="orders.line.released")
    outbox.deliver(message_id=released.pk, now=released.due_at)

    assert ProductionOrder.objects.get().line_id == line.pk
    production.resume(line_id=line.pk, now=now)
    assert ProductionOrder.objects.count() == 1


def test_cancelling_a_line_in_the_shop_stops_its_production_order(
    idle_rest: Manufacturer, approved_line: MakeLine, now: datetime
):
    row = production.hand_over(line_id=approved_line().pk, now=now)
    cancellations.cancel_by_staff(order_id=row.line.order_id, reason="Wrong size", actor=STAFF, now=now)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "Wrong size")


def test_line_that_nobody_makes_waits_until_somebody_does(approved_line: MakeLine, now: datetime):
    line = approved_line()
    message = OutboxMessage.objects.get(topic="orders.line.approved")
    outbox.deliver(message_id=message.pk, now=message.due_at)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("pending", 1)
    assert "No active manufacturer takes orders for soft_enamel" in message.last_error

    make_rest(base_url="http://127.0.0.1:9", now=now)
    outbox.deliver(message_id=message.pk, now=message.due_at)
    assert ProductionOrder.objects.get().line_id == line.pk


def test_routing_takes_the_first_active_one_that_makes_the_process(db: None, now: datetime):
    make_rest(base_url="http://a", now=now, name="Off", position=1, active=False)
    make_rest(base_url="http://a", now=now, name="Caster", position=2, processes=["cast_3d"])
    first = make_rest(base_url="http://a", now=now, name="First", position=3)
    make_rest(base_url="http://a", now=now, name="Second", position=4)
    assert routing.choose(process="soft_enamel", live=True) == first
    assert routing.choose(process="cast_3d", live=True).name == "Caster"
    with pytest.raises(NoManufacturer):
        routing.choose(process="die_struck", live=True)


def test_routing_keeps_test_orders_away_from_real_factories(
    idle_rest: Manufacturer, approved_line: MakeLine, business_test_owner: Owner, now: datetime
):
    line = approved_line(owner=business_test_owner)
    with pytest.raises(NoManufacturer, match="test orders"):
        production.hand_over(line_id=line.pk, now=now)
    pretend = make_rest(base_url="http://a", now=now, name="Pretend", for_live_orders=False, for_test_orders=True)
    assert production.hand_over(line_id=line.pk, now=now).manufacturer == pretend
    assert routing.choose(process="soft_enamel", live=True) == idle_rest


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_hand_over_at_once_make_one_production_order(
    idle_rest: Manufacturer, approved_line: MakeLine, now: datetime
):
    line = approved_line()
    results = races.run(lambda: production.hand_over(line_id=line.pk, now=now).pk, threads=8)
    assert len(set(results)) == 1
    assert ProductionOrder.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_hand_over_without_its_lock_collides_in_the_database(
    idle_rest: Manufacturer, approved_line: MakeLine, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    """The negative control: both workers look before either writes, which only the row lock prevents."""
    line = approved_line()
    both_looked, find = threading.Barrier(2, timeout=10), productions.find_of_line

    def look(*, line_id: UUID) -> ProductionOrder | None:
        found = find(line_id=line_id)
        both_looked.wait()
        return found

    unlocked = OrderLine.objects.select_related("order")
    monkeypatch.setattr(lines, "lock_with_order", lambda *, line_id: unlocked.get(pk=line_id))
    monkeypatch.setattr(productions, "find_of_line", look)
    results = races.run(lambda: production.hand_over(line_id=line.pk, now=now).pk, threads=2)
    assert sorted(isinstance(each, IntegrityError) for each in results) == [False, True]
    assert ProductionOrder.objects.count() == 1


def test_database_itself_allows_one_open_production_order_of_a_line(
    idle_rest: Manufacturer, approved_line: MakeLine, now: datetime
):
    row = production.hand_over(line_id=approved_line().pk, now=now)
    row.pk, row.number, row.attempt = uuid4(), "another", 2
    with pytest.raises(IntegrityError, match="manufacturing_productionorder_one_open"), transaction.atomic():
        row.save(force_insert=True)
