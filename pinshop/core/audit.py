"""The audit log: what happened to whom, by whom, when. Written in the transaction of the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from django.db.models import Model, QuerySet

from pinshop.core import words
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
    """Write that `actor` did `action` (`order.paid`) to `subject`; a `note` also shows on the customer's timeline.

    Of a sentence, `said` in the entry's data is what says it in another language; `note_of` reads it.
    """
    AuditEntry.objects.create(
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        action=action,
        note=note,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        data={**(data or {}), **({"said": said} if (said := words.to_data(note)) else {})},
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
        created_at=now,
    )


def note_of(entry: AuditEntry) -> str:
    """The note of an entry, which says itself in the language of whoever reads it where code has written it."""
    return words.from_data(entry.note, entry.data.get("said", {}))


def list_entries(*, subject: Model) -> QuerySet[AuditEntry]:
    """Everything recorded about `subject`, oldest first."""
    return AuditEntry.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("id")
