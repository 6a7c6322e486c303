"""The audit log: what happened to whom, by whom, when. Written in the transaction of the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from django.db.models import Model, QuerySet

from pinshop.core.actors import Actor
from pinshop.core.models import AuditEntry


def record(
    *,
    subject: Model,
    action: str,
    actor: Actor,
    now: datetime,
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write that `actor` did `action` (`order.paid`) to `subject`; a `note` also shows on the customer's timeline."""
    AuditEntry.objects.create(
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        action=action,
        note=note,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        data=dict(data or {}),
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
        created_at=now,
    )


def list_entries(*, subject: Model) -> QuerySet[AuditEntry]:
    """Everything recorded about `subject`, oldest first."""
    return AuditEntry.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("id")
