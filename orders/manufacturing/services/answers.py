"""What a manufacturer without an API answers on its page: yes, no, and each stage."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orders.manufacturing import states
from orders.manufacturing.enums import ManufacturerKind, ProductionState
from orders.manufacturing.errors import NoProductionOrder, NotOpen, ReportIncomplete
from orders.manufacturing.models import Manufacturer, ProductionOrder
from orders.manufacturing.selectors import production as productions
from orders.manufacturing.services import stages, submission, transitions
from pinshop.core.actors import Actor


@dataclass(frozen=True, slots=True)
class Report:
    """A stage as a person reports it. `event_id` is the form's, so that a second click is the same report."""

    event_id: UUID
    stage: str
    packed_quantity: int | None = None
    carrier: str = ""
    tracking_number: str = ""
    note: str = ""


def actor_of(manufacturer: Manufacturer) -> Actor:
    """Who acts when a manufacturer reports."""
    return Actor(kind="manufacturer", id=str(manufacturer.pk), label=manufacturer.name)


def get_answerable(*, production_order_id: UUID) -> ProductionOrder:
    """A production order that is answered on its page; raises NoProductionOrder for one that an API answers for."""
    production = productions.get_production_order(production_order_id=production_order_id)
    if production.manufacturer.kind != ManufacturerKind.EMAIL:
        raise NoProductionOrder("This production order is reported through the API.")
    return production


def accept(*, production_order_id: UUID, now: datetime) -> bool:
    """The manufacturer makes it. False where it said so before. Raises NotOpen once it was rejected or cancelled."""
    production = get_answerable(production_order_id=production_order_id)
    if production.state in {ProductionState.REJECTED, ProductionState.CANCELLED}:
        raise NotOpen(
            f"{production.number} is {production.get_state_display().lower()}. Write to us before you make it."
        )
    return transitions.move(
        production=production,
        to=ProductionState.ACCEPTED,
        actor=actor_of(production.manufacturer),
        now=now,
        verified_at=now,
    )


def reject(*, production_order_id: UUID, reason: str, now: datetime) -> bool:
    """The manufacturer does not make it, and says why. False where it said so before. Raises NotOpen once it is in work."""
    production = get_answerable(production_order_id=production_order_id)
    if production.state == ProductionState.REJECTED:
        return False
    if production.state not in states.BEFORE_WORK:
        raise NotOpen(f"{production.number} is {production.get_state_display().lower()}. Write to us instead.")
    return submission.reject(
        production_order=production, reason=reason, actor=actor_of(production.manufacturer), now=now
    )


def report(*, production_order_id: UUID, report: Report, now: datetime) -> stages.Receipt:
    """One stage is done. Raises NotOpen before it was accepted, ReportIncomplete naming the field that lacks."""
    production = get_answerable(production_order_id=production_order_id)
    if production.state in {ProductionState.CREATED, ProductionState.SUBMITTED}:
        raise NotOpen(f"Accept {production.number} first, then report its stages.")
    _check(production, report)
    return stages.record(
        manufacturer=production.manufacturer,
        event=stages.StageEvent(
            event_id=str(report.event_id),
            stage=report.stage,
            at=now,
            reference=production.number,
            packed_quantity=report.packed_quantity,
            carrier=report.carrier,
            tracking_number=report.tracking_number,
            data={"note": report.note} if report.note else {},
        ),
        actor=actor_of(production.manufacturer),
        now=now,
    )


def _check(production: ProductionOrder, report: Report) -> None:
    wrong = {}
    needs_count = report.stage in {ProductionState.PACKED, ProductionState.SHIPPED}
    if needs_count and report.packed_quantity is None and production.packed_quantity is None:
        wrong["packed_quantity"] = "Say how many good pieces you packed."
    if report.stage == ProductionState.SHIPPED and not production.tracking_number:
        if not report.carrier:
            wrong["carrier"] = "Name the carrier."
        if not report.tracking_number:
            wrong["tracking_number"] = "Give the number under which the parcel can be followed."
    if wrong:
        raise ReportIncomplete("Something is missing in this report; see the fields.", fields=wrong)
