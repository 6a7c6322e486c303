"""What manufacturers report: forward only, once, nothing lost."""

import threading
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError
from django.utils import timezone

from orders.manufacturing.models import Manufacturer, ProductionOrder, StageReport
from orders.manufacturing.services import packages, production, stages
from orders.manufacturing.services.stages import Outcome, Receipt, StageEvent
from orders.models import Shipment
from orders.services import cancellations, lines, shipments
from orders.services.cancellations import TooLateToCancel
from pinshop.core import outbox
from pinshop.core.actors import Actor
from pinshop.core.models import AuditEntry, OutgoingMail
from tests import races
from tests.orders.books import add_payment, refunded
from tests.orders.manufacturing.conftest import STAFF, MakeLine

FACTORY = Actor(kind="manufacturer", id="f", label="Sample factory")
STAGES = ["tooling", "struck", "plated", "filled", "cured", "quality_check", "packed", "shipped"]


@pytest.fixture
def accepted(idle_rest: Manufacturer, approved_line: MakeLine, now: datetime) -> ProductionOrder:
    """A production order that the factory has accepted as po_1."""
    row = production.hand_over(line_id=approved_line().pk, now=now)
    packages.prepare(production=row, now=now)
    ProductionOrder.objects.filter(pk=row.pk).update(state="accepted", external_id="po_1", verified_at=now)
    lines.advance(line_id=row.line_id, to="handed_over", actor=FACTORY, now=now)
    return fresh(row)


def fresh(row: ProductionOrder) -> ProductionOrder:
    return ProductionOrder.objects.select_related("line", "line__order", "manufacturer").get(pk=row.pk)


def report(row: ProductionOrder, stage: str, **more: Any) -> Receipt:
    event = {"event_id": f"evt_{stage}", "stage": stage, "at": timezone.now(), "external_id": row.external_id, **more}
    return stages.record(manufacturer=row.manufacturer, event=StageEvent(**event), actor=FACTORY, now=timezone.now())


def timeline(row: ProductionOrder) -> list[str]:
    entries = AuditEntry.objects.filter(subject_id=str(row.line.order_id), action__startswith="line.")
    return [entry.action.removeprefix("line.") for entry in entries.order_by("id")]


def test_every_stage_moves_the_order_and_its_line_to_the_parcel(accepted: ProductionOrder):
    for stage in STAGES[:6]:
        assert report(accepted, stage) == Receipt(Outcome.MOVED)
        row = fresh(accepted)
        assert (row.state, row.line.state) == (stage, stage)
    assert report(accepted, "packed", packed_quantity=100) == Receipt(Outcome.MOVED)
    assert report(accepted, "shipped", carrier="dhl", tracking_number="JD01", sequence=8) == Receipt(Outcome.MOVED)

    row = fresh(accepted)
    assert (row.state, row.line.state, row.packed_quantity, row.problem) == ("shipped", "shipped", 100, "")
    assert (row.carrier, row.tracking_number, row.last_sequence) == ("dhl", "JD01", 8)
    shipment = Shipment.objects.get()
    assert (shipment.carrier, shipment.tracking_numbers, shipment.lines.get()) == ("dhl", ["JD01"], row.line)
    assert timeline(accepted)[-9:] == ["handed_over", *STAGES]
    assert OutgoingMail.objects.filter(dedupe_key__startswith="in_production:").count() == 1


def test_repeated_message_changes_nothing(accepted: ProductionOrder):
    assert report(accepted, "struck").outcome == Outcome.MOVED
    before = (AuditEntry.objects.count(), StageReport.objects.count())
    assert report(accepted, "struck").outcome == Outcome.REPEATED
    assert (AuditEntry.objects.count(), StageReport.objects.count()) == before


def test_later_stage_stands_for_those_that_nobody_reported(accepted: ProductionOrder):
    assert report(accepted, "filled").outcome == Outcome.MOVED
    assert timeline(accepted)[-5:] == ["handed_over", "tooling", "struck", "plated", "filled"]
    notes = AuditEntry.objects.filter(action__in=["line.struck", "line.filled"]).order_by("id")
    assert [entry.note for entry in notes] == [
        "Red mushroom: the metal is struck. (Reported by the manufacturer together with a later step.)",
        "Red mushroom: the enamel is filled in.",
    ]
    moved = AuditEntry.objects.get(action="production.filled")
    assert moved.data["skipped"] == ["tooling", "struck", "plated"]


def test_earlier_stage_that_comes_late_is_kept_and_moves_nothing(accepted: ProductionOrder):
    report(accepted, "cured")
    receipt = report(accepted, "plated")
    assert receipt == Receipt(Outcome.IGNORED, "it is cured already")
    kept = StageReport.objects.get(stage="plated")
    assert (kept.accepted, kept.why, kept.production_order) == (False, "it is cured already", accepted)
    assert fresh(accepted).line.state == "cured"


def test_packed_quantity_that_comes_after_the_parcel_is_kept(accepted: ProductionOrder):
    report(accepted, "shipped", carrier="dhl", tracking_number="JD01")
    assert fresh(accepted).problem == "The manufacturer did not say how many pieces it packed."
    receipt = report(accepted, "packed", packed_quantity=100)
    assert receipt == Receipt(Outcome.IGNORED, "it is shipped already; kept packed_quantity")
    row = fresh(accepted)
    assert (row.state, row.packed_quantity, row.problem) == ("shipped", 100, "")


def test_shortage_is_flagged_for_staff(accepted: ProductionOrder):
    report(accepted, "packed", packed_quantity=97)
    assert fresh(accepted).problem == "97 of 100 pieces packed: 3 short."
    report(accepted, "shipped", carrier="dhl", tracking_number="JD01", packed_quantity=100)
    row = fresh(accepted)
    assert (row.packed_quantity, row.problem) == (97, "97 of 100 pieces packed: 3 short.")


def test_parcel_without_a_number_waits_for_it(accepted: ProductionOrder):
    report(accepted, "shipped", packed_quantity=100)
    row = fresh(accepted)
    assert (row.state, row.line.state) == ("shipped", "packed")
    assert row.problem == "The manufacturer shipped it without a tracking number. Ask for it."
    report(accepted, "shipped", event_id="evt_more", carrier="dhl", tracking_number="JD01")
    row = fresh(accepted)
    assert (row.line.state, row.problem) == ("shipped", "")


def test_message_about_an_unknown_order_is_stored_and_understood_once_we_know_it(
    accepted: ProductionOrder, idle_rest: Manufacturer
):
    ProductionOrder.objects.filter(pk=accepted.pk).update(external_id="", state="created", number="ours")
    receipt = report(accepted, "tooling", external_id="po_9", reference="theirs")
    assert receipt == Receipt(Outcome.UNKNOWN, stages.NOT_OURS)
    stored = StageReport.objects.get()
    assert (stored.production_order, stored.accepted, stored.why) == (None, False, stages.NOT_OURS)

    ProductionOrder.objects.filter(pk=accepted.pk).update(number="theirs")
    assert report(accepted, "tooling", external_id="po_9", reference="theirs").outcome == Outcome.MOVED
    row = fresh(accepted)
    assert (row.state, row.external_id, StageReport.objects.count()) == ("tooling", "po_9", 1)


def test_message_of_another_manufacturer_cannot_touch_the_order(accepted: ProductionOrder, workshop: Manufacturer):
    event = StageEvent("evt_1", "struck", timezone.now(), external_id="po_1", reference=accepted.number)
    receipt = stages.record(manufacturer=workshop, event=event, actor=FACTORY, now=timezone.now())
    assert receipt.outcome == Outcome.UNKNOWN
    assert fresh(accepted).state == "accepted"


def test_unknown_stage_is_stored_and_moves_nothing(accepted: ProductionOrder):
    assert report(accepted, "polishing") == Receipt(Outcome.IGNORED, "'polishing' is not a stage that we know")
    assert fresh(accepted).state == "accepted"


def test_reports_on_a_held_line_are_kept_and_followed_when_it_is_released(accepted: ProductionOrder):
    production.hold(production_order_id=accepted.pk, actor=STAFF, now=timezone.now(), reason="Wait")
    report(accepted, "struck")
    report(accepted, "packed", packed_quantity=100)
    report(accepted, "shipped", carrier="dhl", tracking_number="JD01")
    row = fresh(accepted)
    assert (row.state, row.line.state) == ("shipped", "handed_over")
    assert row.problem == (
        "The manufacturer reported “Shipped”, but the order's line stays behind: "
        "Red mushroom is on hold. Release it first."
    )

    assert production.release(production_order_id=accepted.pk, actor=STAFF, now=timezone.now()) is True
    outbox.drain()
    row = fresh(accepted)
    assert (row.line.state, row.problem) == ("shipped", "")
    assert production.release(production_order_id=accepted.pk, actor=STAFF, now=timezone.now()) is False


def test_manufacturer_that_cancels_leaves_a_held_line(accepted: ProductionOrder):
    assert report(accepted, "cancelled").outcome == Outcome.MOVED
    row = fresh(accepted)
    assert (row.state, row.reason, row.line.on_hold) == ("cancelled", "Sample factory cancelled it.", True)
    assert report(accepted, "struck") == Receipt(Outcome.IGNORED, "the production order is cancelled already")


@pytest.mark.django_db(transaction=True)
def test_stage_that_arrives_many_times_at_once_moves_once(accepted: ProductionOrder):
    results = races.run(lambda: report(accepted, "struck").outcome, threads=8)
    assert sorted(map(str, results)) == ["moved", *["repeated"] * 7]
    assert AuditEntry.objects.filter(action="line.struck").count() == 1


def test_report_ids_are_kept_per_manufacturer(accepted: ProductionOrder, workshop: Manufacturer, now: datetime):
    report(accepted, "struck")
    event = StageEvent("evt_struck", "struck", now, reference="elsewhere")
    assert stages.record(manufacturer=workshop, event=event, actor=FACTORY, now=now).outcome == Outcome.UNKNOWN
    owners: set[UUID] = set(StageReport.objects.values_list("manufacturer_id", flat=True))
    assert owners == {accepted.manufacturer_id, workshop.pk}


def test_missing_pieces_are_refunded_once_they_are_packed(accepted: ProductionOrder, now: datetime):
    order = accepted.line.order
    add_payment(order, order.total_minor, now=now)
    report(accepted, "packed", packed_quantity=97)
    report(accepted, "shipped", carrier="dhl", tracking_number="JD01", packed_quantity=100)
    outbox.drain(now=timezone.now() + timedelta(seconds=1))
    line = fresh(accepted).line
    missing = round(line.payable_minor * 3 / 100)
    assert line.missing_quantity == 3
    assert [amount for amount, _ in refunded(order)] == [missing]


def _ship_and_cancel_at_once(row: ProductionOrder, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What a report that a line was shipped and a cancellation of its order come to, where the report has begun first."""
    for stage in ("struck", "packed"):
        report(row, stage, packed_quantity=100)
    ship, begun, turns = shipments.ship, threading.Event(), iter([True, False])

    def slowly(**given: Any) -> Shipment:
        begun.set()
        time.sleep(0.5)
        return ship(**given)

    def work() -> object:
        if next(turns):
            return report(row, "shipped", carrier="dhl", tracking_number="JD01").outcome
        begun.wait(10)
        return cancellations.cancel_by_staff(order_id=row.line.order_id, reason="", actor=STAFF, now=timezone.now())

    monkeypatch.setattr(shipments, "ship", slowly)
    return list(races.run(work, threads=2))


@pytest.mark.django_db(transaction=True)
def test_report_and_cancellation_lock_in_one_order(accepted: ProductionOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    results = _ship_and_cancel_at_once(accepted, monkeypatch)
    assert [result for result in results if not isinstance(result, Exception)] == [Outcome.MOVED]
    assert [type(result) for result in results if isinstance(result, Exception)] == [TooLateToCancel]
    assert fresh(accepted).line.state == "shipped"


@pytest.mark.django_db(transaction=True)
def test_without_the_orders_lock_the_two_deadlock(accepted: ProductionOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: making the parcel needs the order that the cancellation holds while it waits for the line."""
    monkeypatch.setattr(lines, "lock_order", lambda **_: None)
    results = _ship_and_cancel_at_once(accepted, monkeypatch)
    assert ["deadlock detected" in str(result) for result in results if isinstance(result, OperationalError)] == [True]
