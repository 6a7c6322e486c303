"""Handing a line over to a manufacturer: once, complete, or not at all."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from designs.models import Approval
from designs.selectors import proofs
from designs.selectors.proofs import Package
from designs.states import ProofState
from orders.enums import LineKind, LineState
from orders.manufacturing import states
from orders.manufacturing.enums import ManufacturerKind, ProductionState
from orders.manufacturing.errors import NotOpen, NotReady
from orders.manufacturing.models import ProductionOrder
from orders.manufacturing.selectors import production as productions
from orders.manufacturing.services import letters, routing, stages, transitions
from orders.models import OrderLine
from orders.services import lines
from pinshop.core import audit, outbox
from pinshop.core.actors import SYSTEM, Actor

SUBMIT_TOPIC = "manufacturing.order.submit"
CANCEL_TOPIC = "manufacturing.order.cancel"
NEEDED_FILES = ("front", "back", "dielines", "pdf")


def hand_over(*, line_id: UUID, now: datetime) -> ProductionOrder:
    """Make an approved, paid line a production order and have it sent; again, it returns the one that was made.

    Raises NotReady where anything is missing that the manufacturer needs (nothing is ever produced from half an order),
    NoManufacturer where nobody makes it.
    """
    with transaction.atomic():
        line = lines.lock_with_order(line_id=line_id)
        known = productions.find_of_line(line_id=line_id)
        if known is not None:
            return known
        return _create(line, attempt=1, actor=SYSTEM, now=now)


def submit_again(*, production_order_id: UUID, actor: Actor, now: datetime) -> ProductionOrder:
    """Try once more (staff): the same production order while it was not accepted, a new attempt after it was refused.

    The line is released, because whoever tries again has seen to what stopped it. Raises NotOpen once it is in
    production, NotReady, NoManufacturer.
    """
    before = productions.get_production_order(production_order_id=production_order_id)
    with transaction.atomic():
        line = lines.lock_with_order(line_id=before.line_id)
        latest = productions.find_of_line(line_id=line.pk)
        if latest is None or latest.pk != before.pk:
            raise NotOpen(f"{before.number} was followed by another attempt already.")
        if latest.state in {ProductionState.REJECTED, ProductionState.CANCELLED}:
            lines.release(line_id=line.pk, actor=actor, now=now, reason="Submitted again")
            line.on_hold = False
            return _create(line, attempt=latest.attempt + 1, actor=actor, now=now)
        if latest.state not in states.BEFORE_WORK or latest.verified_at is not None:
            raise NotOpen(f"{latest.number} is {latest.get_state_display().lower()}; it needs no other try.")
        released = lines.release(line_id=line.pk, actor=actor, now=now, reason="Submitted again")
        audit.record(subject=latest, action="production.submitted_again", actor=actor, now=now)
        if not released or latest.state != ProductionState.CREATED:  # otherwise `resume` does it
            outbox.enqueue(SUBMIT_TOPIC, payload={"production_order_id": str(latest.pk)}, now=now)
        return latest


def hold(*, production_order_id: UUID, actor: Actor, now: datetime, reason: str) -> bool:
    """Stop the line of a production order (staff). What the manufacturer reports meanwhile is kept and follows later."""
    production = productions.get_production_order(production_order_id=production_order_id)
    return lines.hold(line_id=production.line_id, actor=actor, now=now, reason=reason)


def release(*, production_order_id: UUID, actor: Actor, now: datetime) -> bool:
    """Let the line go on (staff); `resume` then takes up what it left. False where it is not held."""
    production = productions.get_production_order(production_order_id=production_order_id)
    return lines.release(line_id=production.line_id, actor=actor, now=now)


def resume(*, line_id: UUID, now: datetime) -> None:
    """Take up a line that was released: hand it over, send it, or let it catch up with what was reported meanwhile.

    Again it changes nothing. Raises as `hand_over` does.
    """
    with transaction.atomic():
        line = lines.lock_with_order(line_id=line_id)
        production = productions.find_of_line(line_id=line_id)
        if production is None:
            if line.state == LineState.APPROVED:
                hand_over(line_id=line_id, now=now)
        elif production.state == ProductionState.CREATED:
            outbox.enqueue(SUBMIT_TOPIC, payload={"production_order_id": str(production.pk)}, now=now)
        else:
            stages.follow(production=production, actor=SYSTEM, now=now)


def cancel(*, line_id: UUID, reason: str, actor: Actor, now: datetime) -> bool:
    """Stop what is being made for a line that was cancelled. False where nothing is.

    Whoever has the package is told: by mail, or through its API by a worker. The API may answer that it is too late; staff
    then see it as a problem.
    """
    with transaction.atomic():
        production = productions.find_open(line_id=line_id)
        if production is None:
            return False
        has_package = production.state != ProductionState.CREATED
        if not transitions.move(
            production=production, to=ProductionState.CANCELLED, actor=actor, now=now, reason=reason or "Cancelled"
        ):
            return False
        if has_package and production.manufacturer.kind == ManufacturerKind.EMAIL:
            letters.send_cancelled(production=production, now=now)
        elif has_package:
            key = str(production.pk)
            outbox.enqueue(CANCEL_TOPIC, payload={"production_order_id": key}, key=key, now=now)
    return True


def refuse(*, line_id: UUID, reason: str, now: datetime) -> bool:
    """A line cannot be handed over: hold it, so that staff see it and nothing goes on without them."""
    return lines.hold(line_id=line_id, actor=SYSTEM, now=now, reason=reason)


def _create(line: OrderLine, *, attempt: int, actor: Actor, now: datetime) -> ProductionOrder:
    package = _complete(line)
    manufacturer = routing.choose(process=package.spec.process, live=line.order.live)
    production = ProductionOrder.objects.create(
        number=f"{line.order.number}-{line.position}" + (f"-R{attempt}" if attempt > 1 else ""),
        line=line,
        attempt=attempt,
        manufacturer=manufacturer,
        quantity=line.quantity,
        proof_id=package.proof_id,
        proof_hash=package.proof_hash,
        die_lines_sha256=package.files["dielines"],
        created_at=now,
        updated_at=now,
    )
    audit.record(
        subject=production,
        action="production.created",
        actor=actor,
        now=now,
        data={"manufacturer": manufacturer.name, "proof_hash": package.proof_hash, "quantity": line.quantity},
    )
    key = str(production.pk)
    outbox.enqueue(SUBMIT_TOPIC, payload={"production_order_id": key}, key=key, now=now)
    return production


def _complete(line: OrderLine) -> Package:
    """The package of the line's approved proof, which belongs to this line and lacks nothing; raises NotReady."""
    _require(line.kind == LineKind.CUSTOM, f"{line.title} is a ready-made pin; nothing is made for it.")
    # A line whose first attempt was refused has been handed over already.
    started = {LineState.APPROVED, LineState.HANDED_OVER}
    _require(line.state in started, f"{line.title} is {line.get_state_display().lower()}, not approved.")
    _require(line.order.is_owed, f"Order {line.order.number} is not paid.")
    _require(not line.order.attention, f"Order {line.order.number} needs attention first: {line.order.attention}")
    _require(not line.on_hold, f"{line.title} is on hold. Release it first.")
    _require(line.ship_by_date is not None, f"{line.title} has no ship-by date.")
    if line.proof_id is None:
        raise NotReady(f"{line.title} has no proof.")
    package = proofs.get_package(proof_id=line.proof_id)
    approval = Approval.objects.filter(proof_id=line.proof_id).first()
    _require(
        package.state == ProofState.APPROVED and approval is not None and approval.proof_hash == package.proof_hash,
        f"The proof of {line.title} is not approved with its present hash.",
    )
    missing = [name for name in NEEDED_FILES if not package.files.get(name)]
    _require(not missing, f"The proof of {line.title} lacks {', '.join(missing)}.")
    sheet = package.sheet
    paid_line = line.remake_of_id or line.pk
    _require(sheet.reference == str(paid_line), f"The approved proof was made for another line than {line.title}.")
    _require(
        sheet.quantity == line.quantity or (line.remake_of_id is not None and line.quantity <= sheet.quantity),
        f"The approved proof says {sheet.quantity} pieces, the order {line.quantity}.",
    )
    return package


def _require(condition: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence: require this, or say that
    if not condition:
        raise NotReady(message)
