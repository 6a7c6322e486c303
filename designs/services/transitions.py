"""The one door of a design's and of a proof's state: a conditional UPDATE by the table in `states`, and its audit row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from designs.models import Design, Proof
from designs.states import DesignState, ProofState, before_design, before_proof
from pinshop.core import audit
from pinshop.core.actors import Actor


def move_design(
    *,
    design_id: UUID,
    to: DesignState,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
    note: str = "",
    **changes: Any,
) -> bool:
    """Move a design to `to` and write `changes` with it.

    False (and nothing written) where the table forbids it, or where `seen` is given and not the current version.
    """
    with transaction.atomic():
        rows = Design.objects.filter(_allowed(before_design(to)), id=design_id)
        if seen is not None:
            rows = rows.filter(version=seen)
        if not rows.update(state=to, updated_at=now, **changes):
            return False
        audit.record(subject=Design(id=design_id), action=f"design.{to}", actor=actor, now=now, note=note)
    return True


def move_proof(
    *,
    proof_id: UUID,
    to: ProofState,
    actor: Actor,
    now: datetime,
    seen: str | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    **changes: Any,
) -> bool:
    """Move a proof to `to` and write `changes` with it.

    False (and nothing written) where the table forbids it, or where `seen` is given and not the proof's hash.
    """
    with transaction.atomic():
        rows = Proof.objects.filter(_allowed(before_proof(to)), id=proof_id)
        if seen is not None:
            rows = rows.filter(proof_hash=seen)
        if not rows.update(state=to, **changes):
            return False
        audit.record(subject=Proof(id=proof_id), action=f"proof.{to}", actor=actor, now=now, note=note, data=data)
    return True


def _allowed(states: tuple[str, ...]) -> Q:
    return Q(state__in=states)
