"""Getting a production order to its manufacturer, and making sure that it arrived as it was approved."""

from base64 import b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from orders.enums import LineState
from orders.manufacturing import states
from orders.manufacturing.enums import ManufacturerKind, ProductionState
from orders.manufacturing.models import ProductionOrder
from orders.manufacturing.selectors import production as productions
from orders.manufacturing.services import factory_api, letters, packages, production, stages, transitions
from orders.services import lines
from pinshop.core import files, outbox
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.outbox import GiveUp

NOT_YET = "Not handed over yet"
ON_HOLD = "Not sent: the order's line is on hold. Release it, and it is sent."


def submit(*, production_order_id: UUID, now: datetime) -> bool:
    """Send one production order. False where there is nothing (more) to send; again it sends the same package.

    Raises RetryLater while the manufacturer does not answer as it should; staff see the last error. What it refuses is
    rejected with its reason and the line is held.
    """
    row = productions.get_production_order(production_order_id=production_order_id)
    if not _is_due(row, now=now):
        return False
    try:
        packages.prepare(production=row, now=now)
        if row.manufacturer.kind == ManufacturerKind.REST:
            _through_api(row, now=now)
        else:
            letters.send(production=row, now=now)
    except GiveUp as refused:
        reject(production_order=row, reason=str(refused), actor=SYSTEM, now=now)
    except Exception as error:
        transitions.note_problem(production=row, problem=f"{NOT_YET}: {error}", now=now)
        raise
    return True


def reject(*, production_order: ProductionOrder, reason: str, actor: Actor, now: datetime) -> bool:
    """The manufacturer does not make it: keep its reason and hold the line until staff decide.

    False where it is in work already; the reason is then the problem that staff must look at.
    """
    with transaction.atomic():
        production_order = transitions.lock(production_order_id=production_order.pk)
        moved = transitions.move(
            production=production_order, to=ProductionState.REJECTED, actor=actor, now=now, reason=reason, problem=""
        )
        if not moved:
            transitions.note_problem(production=production_order, problem=reason, now=now)
        text = f"{production_order.manufacturer.name} rejected {production_order.number}: {reason}"
        lines.hold(line_id=production_order.line_id, actor=SYSTEM, now=now, reason=text)
    return moved


def give_up(*, production_order_id: UUID, now: datetime) -> None:
    """The manufacturer could not be reached for hours: hold the line. Submitting again is the staff's to do."""
    with transaction.atomic():
        row = transitions.lock(production_order_id=production_order_id)
        text = f"{row.manufacturer.name} could not be reached, and no more tries are made. {row.problem}".strip()
        transitions.note_problem(production=row, problem=text, now=now)
        lines.hold(line_id=row.line_id, actor=SYSTEM, now=now, reason=text)


def tell_cancelled(*, production_order_id: UUID, now: datetime) -> None:
    """Tell the manufacturer that a production order was cancelled; raises RetryLater while it does not answer."""
    row = productions.get_production_order(production_order_id=production_order_id)
    if not row.external_id:
        return
    try:
        factory_api.cancel(manufacturer=row.manufacturer, external_id=row.external_id)
    except (factory_api.TooLate, GiveUp) as late:
        text = f"{row.manufacturer.name} did not cancel it. {late}"
        transitions.note_problem(production=row, problem=text, now=now)


def _is_due(row: ProductionOrder, *, now: datetime) -> bool:
    if row.state in states.ENDED or row.verified_at is not None:
        return False
    if row.manufacturer.kind == ManufacturerKind.EMAIL and row.state != ProductionState.CREATED:
        return False
    if row.line.state == LineState.CANCELLED:
        production.cancel(line_id=row.line_id, reason="The order's line was cancelled.", actor=SYSTEM, now=now)
        return False
    if row.line.on_hold and not row.external_id:
        transitions.note_problem(production=row, problem=ON_HOLD, now=now)
        return False
    return True


def _through_api(row: ProductionOrder, *, now: datetime) -> None:
    if not row.external_id:
        sent = factory_api.create(manufacturer=row.manufacturer, body=_body(row), key=row.pk)
        _submitted(row, sent.external_id, now=now)
    copy = factory_api.read(manufacturer=row.manufacturer, external_id=row.external_id)
    differs = _differences(row, copy)
    if differs:
        key = str(row.pk)
        outbox.enqueue(production.CANCEL_TOPIC, payload={"production_order_id": key}, key=key, now=now)
        raise GiveUp(f"The manufacturer holds something else than was approved: {', '.join(differs)}.")
    with transaction.atomic():
        row = transitions.lock(production_order_id=row.pk)
        ProductionOrder.objects.filter(pk=row.pk, verified_at=None).update(verified_at=now)
        transitions.move(production=row, to=ProductionState.ACCEPTED, actor=SYSTEM, now=now)
        stages.follow(production=row, actor=SYSTEM, now=now)


def _submitted(row: ProductionOrder, external_id: str, *, now: datetime) -> None:
    """The manufacturer has it. Its first message may have been quicker than its answer; then only the number is new."""
    with transaction.atomic():
        locked = transitions.lock(production_order_id=row.pk)
        ProductionOrder.objects.filter(pk=row.pk, external_id="").update(external_id=external_id, submitted_at=now)
        transitions.move(
            production=locked, to=ProductionState.SUBMITTED, actor=SYSTEM, now=now, data={"external_id": external_id}
        )
        stages.follow(production=locked, actor=SYSTEM, now=now)
    row.refresh_from_db(fields=["external_id", "state", "problem"])


def _body(row: ProductionOrder) -> dict[str, Any]:
    contents = {
        "tech_pack": (f"{row.number}-tech-pack.pdf", row.tech_pack_sha256),
        "die_lines": (f"{row.number}-die-lines.svg", row.die_lines_sha256),
    }
    return {
        **row.request,
        "files": {
            name: {"filename": filename, "sha256": sha256, "content_base64": b64encode(files.read(sha256)).decode()}
            for name, (filename, sha256) in contents.items()
        },
    }


def _differences(row: ProductionOrder, copy: factory_api.Copy) -> list[str]:
    pairs = {
        "proof hash": (copy.proof_hash, row.proof_hash),
        "quantity": (copy.quantity, row.quantity),
        "tech pack": (copy.files.get("tech_pack"), row.tech_pack_sha256),
        "die lines": (copy.files.get("die_lines"), row.die_lines_sha256),
    }
    return [name for name, (theirs, ours) in pairs.items() if theirs != ours]
