"""Reading how long sent proofs have waited, and what is due about them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet

from designs.models import Proof
from orders.enums import LineState
from orders.models import ProofWait


def list_waits() -> QuerySet[ProofWait]:
    """The proofs that wait for their customers, longest first, with line and order."""
    return ProofWait.objects.filter(line__state=LineState.AWAITING_APPROVAL, line__proof=F("proof")).select_related(
        "line__order", "proof"
    )


def decide_by(*, since: datetime, reminded_at: datetime | None = None) -> datetime:
    """When a line expires whose proof has waited since then; never sooner after a reminder than its notice."""
    end = since + timedelta(days=settings.PROOF_EXPIRE_DAY)
    return end if reminded_at is None else max(end, reminded_at + timedelta(days=settings.PROOF_NOTICE_DAYS))


def decide_proof_by(proof: Proof) -> datetime | None:
    """Until when a customer can answer this revision; None before it was sent."""
    if proof.sent_at is None:
        return None
    wait: ProofWait | None = getattr(proof, "wait", None)
    if wait is None:
        return decide_by(since=proof.sent_at)
    return decide_by(since=wait.since, reminded_at=wait.reminded_at)


def day_due(*, since: datetime, now: datetime) -> int:
    """The latest day whose reminder is due, 0 where none is: what a late clock missed is not made up for."""
    return max((day for day in settings.PROOF_REMIND_DAYS if now >= since + timedelta(days=day)), default=0)
