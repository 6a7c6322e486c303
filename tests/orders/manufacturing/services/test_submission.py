"""Handing production orders to the real sample factory, well and badly behaved."""

import json
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from designs.selectors import proofs
from orders.manufacturing.errors import NotOpen
from orders.manufacturing.models import Manufacturer, ProductionOrder
from orders.manufacturing.services import factory_api, production, submission
from orders.models import OrderLine
from orders.services import lines
from pinshop.core import files, outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.models import AuditEntry, OutboxMessage
from pinshop.core.outbox import RetryLater
from tests import peers, races
from tests.orders.manufacturing.conftest import STAFF, TOKEN, Factory, MakeLine


@pytest.fixture
def created(rest: Manufacturer, approved_line: MakeLine, now: datetime) -> ProductionOrder:
    """A production order that waits to be sent."""
    return production.hand_over(line_id=approved_line().pk, now=now)


def fresh(row: ProductionOrder) -> ProductionOrder:
    return ProductionOrder.objects.select_related("line").get(pk=row.pk)


def test_submit_hands_over_what_was_approved_and_reads_it_back(
    created: ProductionOrder, factory: Factory, now: datetime
):
    assert submission.submit(production_order_id=created.pk, now=now) is True

    row = fresh(created)
    package = proofs.get_package(proof_id=row.proof_id)
    theirs = factory.get(row.external_id)
    assert (row.state, row.line.state, row.problem, row.verified_at) == ("accepted", "handed_over", "", now)
    assert theirs["proof_hash"] == package.proof_hash == row.proof_hash
    assert theirs["files"]["die_lines"]["sha256"] == package.files["dielines"]
    assert theirs["files"]["tech_pack"]["sha256"] == row.tech_pack_sha256
    assert (theirs["quantity"], theirs["process"], theirs["plating"]) == (100, "soft_enamel", "gold")
    assert (theirs["reference"], theirs["size_mm"]) == (f"{row.line.order.number}-1", 30.0)
    assert theirs["ship_to"]["postal_code"] == "SW1Y 4JH"
    sent = factory.http.get(f"/v1/production-orders/{row.external_id}/files/tech_pack").content
    assert sent == files.read(row.tech_pack_sha256)
    assert sha256(sent).hexdigest() == row.tech_pack_sha256


def test_submit_again_and_again_is_one_order_at_the_factory(created: ProductionOrder, factory: Factory, now: datetime):
    assert submission.submit(production_order_id=created.pk, now=now) is True
    assert submission.submit(production_order_id=created.pk, now=now) is False
    # As if the worker had died between the factory's answer and our writing it down.
    ProductionOrder.objects.filter(pk=created.pk).update(external_id="", verified_at=None, state="created")
    assert submission.submit(production_order_id=created.pk, now=now + timedelta(hours=1)) is True
    assert (fresh(created).state, factory.count(created.number)) == ("accepted", 1)


@pytest.mark.parametrize("mode", ["down", "error500", "garbage"])
def test_submit_retries_a_misbehaving_factory_and_loses_nothing(
    created: ProductionOrder, factory: Factory, now: datetime, mode: str
):
    factory.plan(mode)
    with pytest.raises(RetryLater):
        submission.submit(production_order_id=created.pk, now=now)
    waiting = fresh(created)
    assert (waiting.state, waiting.external_id, waiting.line.on_hold) == ("created", "", False)
    assert waiting.problem.startswith("Not handed over yet: ")

    assert submission.submit(production_order_id=created.pk, now=now) is True
    done = fresh(created)
    assert (done.state, done.problem, factory.count(created.number)) == ("accepted", "", 1)


def test_submit_to_a_slow_factory_times_out_and_finds_the_order_at_the_next_try(
    created: ProductionOrder, factory: Factory, now: datetime, settings
):
    settings.OUTBOUND_TIMEOUT_SECONDS = 0.5
    factory.plan("slow", seconds=1.5)
    with pytest.raises(RetryLater, match="Timeout"):
        submission.submit(production_order_id=created.pk, now=now)
    settings.OUTBOUND_TIMEOUT_SECONDS = 10
    assert submission.submit(production_order_id=created.pk, now=now) is True
    assert (fresh(created).state, factory.count(created.number)) == ("accepted", 1)


def test_submit_of_what_the_factory_refuses_is_rejected_with_its_reason_and_held(
    created: ProductionOrder, now: datetime
):
    OrderLine.objects.filter(pk=created.line_id).update(ship_by_date=now.date())
    order = created.line.order
    type(order).objects.filter(pk=order.pk).update(address={**order.address, "city": " "})

    assert submission.submit(production_order_id=created.pk, now=now) is True

    row = fresh(created)
    assert (row.state, row.line.on_hold, row.line.state) == ("rejected", True, "approved")
    assert row.reason == ("Answer 422: We cannot make this order. Please mend: ship_to. · ship_to: lacks city")
    held = AuditEntry.objects.get(action="line.held")
    assert held.data["reason"].startswith(f"Sample factory rejected {row.number}: Answer 422")


def test_submit_again_after_a_rejection_is_a_new_attempt(
    created: ProductionOrder, factory: Factory, rest: Manufacturer, now: datetime
):
    Manufacturer.objects.filter(pk=rest.pk).update(token="wrong")
    submission.submit(production_order_id=created.pk, now=now)
    assert fresh(created).reason.startswith("Answer 401: Send the header Authorization")
    Manufacturer.objects.filter(pk=rest.pk).update(token=TOKEN)

    second = production.submit_again(production_order_id=created.pk, actor=STAFF, now=now)
    outbox.drain()

    row = fresh(second)
    assert (row.number, row.attempt, row.state) == (f"{created.number}-R2", 2, "accepted")
    assert (row.line.state, row.line.on_hold) == ("handed_over", False)
    with pytest.raises(NotOpen, match="another attempt"):
        production.submit_again(production_order_id=created.pk, actor=STAFF, now=now)
    with pytest.raises(NotOpen, match="needs no other try"):
        production.submit_again(production_order_id=second.pk, actor=STAFF, now=now)


def test_copy_that_differs_from_the_approval_is_rejected_and_cancelled_there(
    approved_line: MakeLine, idle_rest: Manufacturer, now: datetime
):
    row = production.hand_over(line_id=approved_line().pk, now=now)
    copy = {
        "id": "po_1",
        "proof_hash": "f" * 64,
        "quantity": 90,
        "files": {"tech_pack": {"sha256": "0" * 64}, "die_lines": {"sha256": row.die_lines_sha256}},
    }
    with peers.listen() as peer:
        Manufacturer.objects.filter(pk=idle_rest.pk).update(base_url=peer.url)
        peer.replies = [peers.status(200, json.dumps(copy).encode())]
        submission.submit(production_order_id=row.pk, now=now)
        outbox.drain()
        asked = [(each.method, each.path) for each in peer.received]
    row = fresh(row)
    assert (row.state, row.line.on_hold) == ("rejected", True)
    assert row.reason == ("The manufacturer holds something else than was approved: proof hash, quantity, tech pack.")
    assert asked == [
        ("POST", "/v1/production-orders"),
        ("GET", "/v1/production-orders/po_1"),
        ("POST", "/v1/production-orders/po_1/cancel"),
    ]


def test_factory_that_never_answers_ends_in_a_held_line_that_staff_can_send_again(
    created: ProductionOrder, factory: Factory, rest: Manufacturer, now: datetime
):
    good = rest.base_url
    Manufacturer.objects.filter(pk=rest.pk).update(base_url="http://127.0.0.1:9")
    message = OutboxMessage.objects.get(topic="manufacturing.order.submit")
    at = now
    for _ in range(outbox.MAX_ATTEMPTS):
        outbox.deliver(message_id=message.pk, now=at)
        at += timedelta(days=1)
    message.refresh_from_db()
    row = fresh(created)
    assert (message.state, message.attempts, row.state, row.line.on_hold) == ("dead", 12, "created", True)
    assert row.problem.startswith(
        "Sample factory could not be reached, and no more tries are made. Not handed over yet"
    )

    Manufacturer.objects.filter(pk=rest.pk).update(base_url=good)
    production.submit_again(production_order_id=created.pk, actor=STAFF, now=now)
    outbox.drain()
    row = fresh(created)
    assert (row.state, row.problem, row.line.on_hold, factory.count(row.number)) == ("accepted", "", False, 1)


def test_submit_waits_while_the_line_is_on_hold_and_goes_on_when_it_is_released(
    created: ProductionOrder, factory: Factory, now: datetime
):
    production.hold(production_order_id=created.pk, actor=STAFF, now=now, reason="Wait")
    outbox.drain()
    assert (fresh(created).state, fresh(created).problem) == ("created", submission.ON_HOLD)
    assert factory.count(created.number) == 0

    assert production.release(production_order_id=created.pk, actor=STAFF, now=now) is True
    outbox.drain()
    assert (fresh(created).state, fresh(created).problem) == ("accepted", "")


def test_submit_of_a_cancelled_line_sends_nothing(created: ProductionOrder, factory: Factory, now: datetime):
    lines.advance(line_id=created.line_id, to="cancelled", actor=STAFF, now=now)
    assert submission.submit(production_order_id=created.pk, now=now) is False
    row = fresh(created)
    assert (row.state, row.reason) == ("cancelled", "The order's line was cancelled.")
    assert factory.count(created.number) == 0


def test_cancelling_after_the_hand_over_stops_the_factory(created: ProductionOrder, factory: Factory, now: datetime):
    submission.submit(production_order_id=created.pk, now=now)
    assert production.cancel(line_id=created.line_id, reason="Changed my mind", actor=STAFF, now=now) is True
    assert production.cancel(line_id=created.line_id, reason="Changed my mind", actor=STAFF, now=now) is False
    outbox.drain()
    row = fresh(created)
    assert (row.state, row.reason, row.problem) == ("cancelled", "Changed my mind", "")
    assert factory.get(row.external_id)["status"] == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_submit_at_once_make_one_order_at_the_factory(
    rest: Manufacturer, approved_line: MakeLine, factory: Factory, now: datetime
):
    row = production.hand_over(line_id=approved_line().pk, now=now)

    results = races.run(lambda: submission.submit(production_order_id=row.pk, now=now), threads=4)

    assert [each for each in results if isinstance(each, Exception)] == []
    row = fresh(row)
    assert (row.state, row.line.state, factory.count(row.number)) == ("accepted", "handed_over", 1)
    assert factory.get(row.external_id)["files"]["tech_pack"]["sha256"] == row.tech_pack_sha256
    assert AuditEntry.objects.filter(action="production.accepted").count() == 1


def test_submission_race_would_make_two_orders_without_the_key(
    created: ProductionOrder, factory: Factory, now: datetime
):
    """The negative control of the race: what keeps the factory at one order is the key, not luck."""
    submission.submit(production_order_id=created.pk, now=now)
    row = ProductionOrder.objects.select_related("manufacturer", "line__order").get(pk=created.pk)
    other_key = row.line_id
    factory_api.create(manufacturer=row.manufacturer, body=submission._body(row), key=other_key)
    assert factory.count(created.number) == 2


def test_workshop_gets_the_package_by_mail_once(
    workshop: Manufacturer, approved_line: MakeLine, mailoutbox, now: datetime
):
    line = approved_line()
    outbox.drain()
    row = ProductionOrder.objects.get(line=line)
    submission.submit(production_order_id=row.pk, now=now)
    outbox.drain()

    to_workshop = [mail for mail in mailoutbox if mail.to == ["workshop@example.org"]]
    assert [mail.subject for mail in to_workshop] == [f"Please make 100 × Red mushroom ({row.number})"]
    names = [attachment[0] for attachment in to_workshop[0].attachments]
    assert names == [f"{row.number}-tech-pack.pdf", f"{row.number}-die-lines.svg", f"{row.number}-front.jpg"]
    assert to_workshop[0].attachments[0][1] == files.read(fresh(row).tech_pack_sha256)
    assert "/factory/" in to_workshop[0].body
    assert (fresh(row).state, fresh(row).line.state) == ("submitted", "handed_over")

    production.cancel(line_id=line.pk, reason="Changed my mind", actor=STAFF, now=now)
    outbox.drain()
    assert [mail.subject for mail in mailoutbox if mail.to == ["workshop@example.org"]][1:] == [
        f"Please stop: {row.number} is cancelled"
    ]
    assert SYSTEM.label == AuditEntry.objects.get(action="production.submitted").actor_label
