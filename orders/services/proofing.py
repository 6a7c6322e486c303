"""What designs tells orders about proofs: which one a line waits for, and when the customer's turn comes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from designs.selectors import proofs
from designs.states import ProofState
from orders.enums import LineKind, LineState
from orders.models import OrderLine
from orders.selectors import waiting
from orders.services import lines, notices
from pinshop.core.actors import SYSTEM


def rendered(*, proof_id: UUID, now: datetime) -> bool:
    """A revision is drawn and waits for the staff's check. Its line waits for it, and for no earlier one."""
    return _begin(proof_id, now=now) is not None


def sent(*, proof_id: UUID, now: datetime) -> bool:
    """Staff have sent a proof: now the customer decides. False where it is about no line of ours, or is old news."""
    with transaction.atomic():
        line = _begin(proof_id, now=now)
        proof = proofs.get_proof(proof_id=proof_id)
        if line is None or proof.state != ProofState.AWAITING_APPROVAL or proof.sent_at is None:
            return False
        findings = [finding.message for finding in proofs.list_blocking(proof)]
        note = f"The proof of {line.title} needs your decision: {findings[0]}" if findings else ""
        if not lines.advance(line_id=line.pk, to=LineState.AWAITING_APPROVAL, actor=SYSTEM, now=now, note=note):
            return False
        decide_by = waiting.decide_by(since=proof.sent_at)
        notices.proof_ready(_get(line.pk), findings=findings, decide_by=decide_by, now=now)
    return True


def changes_requested(*, proof_id: UUID, text: str, now: datetime) -> bool:
    """The customer wants something else: the line goes back to proofing. False where it has moved on."""
    with transaction.atomic():
        line = OrderLine.objects.select_related("order").filter(proof_id=proof_id).first()
        if line is None or not lines.return_to_proofing(line_id=line.pk, actor=SYSTEM, now=now):
            return False
        notices.changes_received(line, text=text, now=now)
    return True


def _begin(proof_id: UUID, *, now: datetime) -> OrderLine | None:
    """Bind the line to this revision, unless a later one has taken its place; None where there is none to bind."""
    proof = proofs.get_proof(proof_id=proof_id)
    line = _find(proof.reference)
    if line is None or proof.state in {ProofState.SUPERSEDED, ProofState.FAILED}:
        return None
    if line.proof_id == proof_id:
        return line
    with transaction.atomic():
        if not lines.set_proof(line_id=line.pk, proof_id=proof_id, now=now):
            return None
        lines.return_to_proofing(
            line_id=line.pk, actor=SYSTEM, now=now, note=f"A new revision of the proof of {line.title} is being made."
        )
    return _get(line.pk)


def _find(reference: str) -> OrderLine | None:
    try:
        line_id = UUID(reference)
    except ValueError:
        return None
    return OrderLine.objects.filter(pk=line_id, kind=LineKind.CUSTOM).first()


def _get(line_id: UUID) -> OrderLine:
    return OrderLine.objects.select_related("order").get(pk=line_id)
