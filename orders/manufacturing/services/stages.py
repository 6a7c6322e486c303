"""What manufacturers report: written down, moved forward, followed by the order's line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from orders.enums import LineState
from orders.manufacturing import states
from orders.manufacturing.enums import ProductionState
from orders.manufacturing.models import Manufacturer, ProductionOrder, StageReport
from orders.manufacturing.selectors import production as productions
from orders.manufacturing.services import transitions
from orders.services import lines, shipments, unders
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.errors import Conflict

PHOTO_TOPIC = "manufacturing.report.photo"
NOT_OURS = "no production order of ours has this number"


class Outcome(StrEnum):
    """What became of a message."""

    MOVED = "moved"
    IGNORED = "ignored"
    REPEATED = "repeated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StageEvent:
    """One verified message. `external_id` is the manufacturer's number, `reference` ours; `event_id` tells a repeated one."""

    event_id: str
    stage: str
    at: datetime
    external_id: str = ""
    reference: str = ""
    sequence: int | None = None
    packed_quantity: int | None = None
    carrier: str = ""
    tracking_number: str = ""
    photo_url: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message, and the sentence that says why where nothing moved."""

    outcome: Outcome
    why: str = ""


def record(*, manufacturer: Manufacturer, event: StageEvent, actor: Actor, now: datetime) -> Receipt:
    """Write a message down once and move its production order, and the line, forward.

    Messages may come twice, late or out of order: a later stage stands for all before it, an earlier one is stored and
    moves nothing, but a packed quantity or a tracking number that it brings is kept. A message about an order that we
    do not know is stored too, and looked at again when it is repeated.
    """
    with transaction.atomic():
        production = _lock(manufacturer, event)
        report, is_new = StageReport.objects.get_or_create(
            manufacturer=manufacturer,
            event_id=event.event_id,
            defaults={
                "stage": event.stage[:40],
                "sequence": event.sequence,
                "at": event.at,
                "data": dict(event.data),
                "why": NOT_OURS,
                "received_at": now,
            },
        )
        if not is_new and report.production_order_id is not None:
            return Receipt(Outcome.REPEATED, "this message was received before")
        if production is None:
            return Receipt(Outcome.UNKNOWN, NOT_OURS)
        why = _apply(production, event, actor=actor, now=now)
        StageReport.objects.filter(pk=report.pk).update(production_order=production, accepted=not why, why=why)
        _tell_missing(production, now=now)
        if event.photo_url:
            outbox.enqueue(PHOTO_TOPIC, payload={"report_id": report.pk}, key=str(report.pk), now=now)
    return Receipt(Outcome.IGNORED if why else Outcome.MOVED, why)


def follow(*, production: ProductionOrder, actor: Actor, now: datetime) -> None:
    """Say what staff must look at, and bring the line to where its production order is, so that its timeline has no holes.

    Where the line may not move (staff hold it, or it was cancelled), it stays and the production order says so; after a
    release this is called again.
    """
    if production.state not in states.WITH_PACKAGE:
        return
    problem = _problem_of(production)
    try:
        _bring_line(production, actor=actor, now=now)
    except Conflict as refused:
        state = ProductionState(production.state).label
        behind = f"The manufacturer reported “{state}”, but the order's line stays behind: {refused.message}"
        problem = f"{problem} {behind}".strip()
    transitions.note_problem(production=production, problem=problem, now=now)


def _bring_line(production: ProductionOrder, *, actor: Actor, now: datetime) -> None:
    target = ProductionState(production.state)
    reached = states.PATH[: states.PATH.index(target) + 1]
    lines.advance(line_id=production.line_id, to=LineState.HANDED_OVER, actor=actor, now=now)
    for stage in states.STAGES[:-1]:
        if stage in reached:
            _advance(production, stage, target, actor=actor, now=now)
    if target == ProductionState.SHIPPED and production.tracking_number:
        shipments.ship(
            line_ids=[production.line_id],
            carrier=production.carrier,
            tracking_numbers=[production.tracking_number],
            actor=actor,
            now=now,
        )


def _advance(
    production: ProductionOrder, stage: ProductionState, target: ProductionState, *, actor: Actor, now: datetime
) -> None:
    note = ""
    if stage != target and not production.reports.filter(stage=stage, accepted=True).exists():
        sentence = lines.NOTES[LineState(stage)].format(title=production.line.title)
        note = f"{sentence} (Reported by the manufacturer together with a later step.)"
    lines.advance(
        line_id=production.line_id,
        to=stage,
        actor=actor,
        now=now,
        note=note,
        data={"production_order": production.number},
    )


def _lock(manufacturer: Manufacturer, event: StageEvent) -> ProductionOrder | None:
    found = productions.find_reported(
        manufacturer=manufacturer, external_id=event.external_id, reference=event.reference
    )
    return None if found is None else transitions.lock(production_order_id=found.pk)


def _apply(production: ProductionOrder, event: StageEvent, *, actor: Actor, now: datetime) -> str:
    """Move by one message; returns why nothing moved, or an empty text."""
    if production.state in {ProductionState.REJECTED, ProductionState.CANCELLED}:
        return f"the production order is {production.state} already"
    if event.stage == ProductionState.CANCELLED:
        return _cancelled(production, event, actor=actor, now=now)
    if event.stage not in states.STAGES:
        return f"{event.stage!r} is not a stage that we know"
    facts = _facts(production, event)
    before = production.state
    if not transitions.move(
        production=production,
        to=event.stage,
        actor=actor,
        now=now,
        data={"event": event.event_id, "skipped": list(states.list_skipped(before, event.stage))}
        if states.may_move(before, event.stage)
        else None,
        **facts,
    ):
        _keep(production, facts, now=now)
        follow(production=production, actor=actor, now=now)
        kept = [name for name in ("packed_quantity", "tracking_number") if name in facts]
        return f"it is {production.get_state_display().lower()} already" + (f"; kept {', '.join(kept)}" if kept else "")
    follow(production=production, actor=actor, now=now)
    return ""


def _facts(production: ProductionOrder, event: StageEvent) -> dict[str, Any]:
    """What the message brings that we did not know; nothing known is ever overwritten."""
    facts: dict[str, Any] = {"last_sequence": max(production.last_sequence, event.sequence or 0)}
    if event.external_id and not production.external_id:
        facts["external_id"] = event.external_id
    if event.packed_quantity is not None and production.packed_quantity is None:
        facts["packed_quantity"] = event.packed_quantity
    if event.tracking_number and not production.tracking_number:
        facts |= {"tracking_number": event.tracking_number, "carrier": event.carrier or "unknown"}
    return facts


def _keep(production: ProductionOrder, facts: Mapping[str, Any], *, now: datetime) -> None:
    ProductionOrder.objects.filter(pk=production.pk).update(**facts, updated_at=now)
    for name, value in facts.items():
        setattr(production, name, value)


def _tell_missing(production: ProductionOrder, *, now: datetime) -> None:
    """Have what the missing pieces cost given back; in a transaction of its own, which locks the order first."""
    packed = production.packed_quantity
    is_packed = production.state in {ProductionState.PACKED, ProductionState.SHIPPED}
    if packed is None or packed >= production.quantity or not is_packed:
        return
    outbox.enqueue(
        unders.PACKED_TOPIC,
        payload={"line_id": str(production.line_id), "packed": packed},
        key=str(production.pk),
        now=now,
    )


def _problem_of(production: ProductionOrder) -> str:
    found = []
    packed = production.packed_quantity
    state = ProductionState(production.state)
    if packed is not None and packed < production.quantity:
        short = production.quantity - packed
        found.append(f"{packed:,} of {production.quantity:,} pieces packed: {short:,} short.")
    if packed is None and state in {ProductionState.PACKED, ProductionState.SHIPPED}:
        found.append("The manufacturer did not say how many pieces it packed.")
    if state == ProductionState.SHIPPED and not production.tracking_number:
        found.append("The manufacturer shipped it without a tracking number. Ask for it.")
    return " ".join(found)


def _cancelled(production: ProductionOrder, event: StageEvent, *, actor: Actor, now: datetime) -> str:
    reason = f"{production.manufacturer.name} cancelled it."
    moved = transitions.move(
        production=production,
        to=ProductionState.CANCELLED,
        actor=actor,
        now=now,
        data={"event": event.event_id},
        reason=reason,
    )
    if not moved:
        return f"it is {production.get_state_display().lower()} already"
    lines.hold(line_id=production.line_id, actor=SYSTEM, now=now, reason=reason)
    return ""
