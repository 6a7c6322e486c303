"""The one door of a production order's state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from orders.manufacturing import states
from orders.manufacturing.models import ProductionOrder
from orders.services import lines
from pinshop.core import audit
from pinshop.core.actors import Actor


def lock(*, production_order_id: UUID) -> ProductionOrder:
    """A production order, locked until the caller's transaction ends, after its line, which is locked after its order."""
    lines.lock_with_order(line_id=ProductionOrder.objects.values_list("line_id", flat=True).get(pk=production_order_id))
    return (
        ProductionOrder.objects.select_for_update(of=("self",))
        .select_related("manufacturer", "line", "line__order")
        .get(pk=production_order_id)
    )


def move(
    *,
    production: ProductionOrder,
    to: str,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    **fields: Any,
) -> bool:
    """Move a production order forward, writing `fields` with it; `production` shows the new state afterwards.

    False where the table does not allow it, or others were quicker.
    """
    if not states.may_move(production.state, to):
        return False
    changes = {**fields, "state": to, "updated_at": now}
    with transaction.atomic():
        if not ProductionOrder.objects.filter(pk=production.pk, state=production.state).update(**changes):
            return False
        audit.record(
            subject=production,
            action=f"production.{to}",
            actor=actor,
            now=now,
            data={"from": production.state, **(data or {})},
        )
    for name, value in changes.items():
        setattr(production, name, value)
    return True


def note_problem(*, production: ProductionOrder, problem: str, now: datetime) -> None:
    """Say what staff must know about it now; an empty text says that all is well."""
    ProductionOrder.objects.filter(pk=production.pk).update(problem=problem, updated_at=now)
    production.problem = problem
