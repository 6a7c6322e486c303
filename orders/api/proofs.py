"""Proofs in the API: looked at, talked about, mended, approved by their hash."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.spec import PinSpec
from designs.models import Proof, ProofComment
from designs.selectors import proofs
from designs.services import amendments as planned
from designs.services import comments
from designs.states import ProofState
from orders import terms
from orders.api.examples import APPROVAL, COMMENT, NEXT_PROOF, PROOF, PROOF_MEND, PROOF_PROCESS
from orders.api.serializers.proofs import (
    ApprovalInput,
    CommentInput,
    ProofMendInput,
    ProofOutput,
    ProofProcessInput,
    SeenProofInput,
)
from orders.models import OrderLine
from orders.selectors import orders
from orders.services import amendments, approvals
from pinshop.accounts import owners
from pinshop.accounts.api.authentication import key_of
from pinshop.accounts.enums import Scope
from pinshop.core import files
from pinshop.core.api import inputs
from pinshop.core.api.schema import example
from pinshop.core.api.views import ApiView
from pinshop.core.money import Money


class ProofDetail(ApiView):
    """One revision of a proof."""

    scopes = {"GET": Scope.DESIGNS_READ}

    @extend_schema(operation_id="getProof", responses=ProofOutput, examples=[example(PROOF)])
    def get(self, request: Request, proof_id: UUID) -> Response:
        """Read a proof with its pictures, measures, findings, comments and the terms of an approval."""
        line = orders.get_line_of_proof(proof_id=proof_id, owner=owners.of_key(key_of(request)))
        return Response(_shown(proof_id, line))


class ProofApproval(ApiView):
    """The yes to a proof."""

    scopes = {"POST": Scope.PROOFS_APPROVE}

    @extend_schema(
        operation_id="approveProof",
        request=ApprovalInput,
        responses=ProofOutput,
        examples=[example(APPROVAL, request=True), example(PROOF)],
    )
    def post(self, request: Request, proof_id: UUID) -> Response:
        """Approve exactly one hash, at the total that you know, under the terms. Production starts; this is final."""
        key = key_of(request)
        line = orders.get_line_of_proof(proof_id=proof_id, owner=owners.of_key(key))
        values = inputs.read(ApprovalInput, request.data)
        approvals.approve(
            line_id=line.pk,
            proof_hash=values["proof_hash"],
            shown_total=Money(values["shown_total_minor"], line.order.currency),
            terms_accepted=values["terms_accepted"],
            actor=owners.actor_of_key(key),
            now=timezone.now(),
        )
        return Response(_shown(proof_id, line))


class ProofChanges(ApiView):
    """Wishes for another revision."""

    scopes = {"POST": Scope.PROOFS_APPROVE}

    @extend_schema(
        operation_id="requestChanges",
        request=CommentInput,
        responses=ProofOutput,
        examples=[example(COMMENT, request=True), example(PROOF)],
    )
    def post(self, request: Request, proof_id: UUID) -> Response:
        """Ask for changes, perhaps at a spot. Staff answer with the next revision."""
        key = key_of(request)
        line = orders.get_line_of_proof(proof_id=proof_id, owner=owners.of_key(key))
        values = inputs.read(CommentInput, request.data)
        approvals.request_changes(
            line_id=line.pk,
            comment_id=_comment_id(request),
            text=values["comment"],
            spot=_spot(values),
            actor=owners.actor_of_key(key),
            now=timezone.now(),
        )
        return Response(_shown(proof_id, line))


class ProofMends(ApiView):
    """The mends of a proof."""

    scopes = {"POST": Scope.PROOFS_APPROVE}

    @extend_schema(
        operation_id="mendProof",
        request=ProofMendInput,
        responses={201: ProofOutput},
        examples=[example(PROOF_MEND, request=True), example(NEXT_PROOF, status="201")],
    )
    def post(self, request: Request, proof_id: UUID) -> Response:
        """Take a mend that a finding offers; the answer is the next revision, which staff check again.

        It never costs more than you paid: what it costs less is refunded, what it costs more is refused (`costs_more`).
        """
        return _amended(request, proof_id, ProofMendInput, amendments.mend)


class ProofProcess(ApiView):
    """How a proof is made."""

    scopes = {"POST": Scope.PROOFS_APPROVE}

    @extend_schema(
        operation_id="changeProcess",
        request=ProofProcessInput,
        responses={201: ProofOutput},
        examples=[example(PROOF_PROCESS, request=True), example(NEXT_PROOF, status="201")],
    )
    def post(self, request: Request, proof_id: UUID) -> Response:
        """Have it made by another process, under the same rule of price; the answer is the next revision."""
        return _amended(request, proof_id, ProofProcessInput, amendments.change_process)


class ProofComments(ApiView):
    """What is said about a proof."""

    scopes = {"POST": Scope.PROOFS_APPROVE}

    @extend_schema(
        operation_id="commentProof",
        request=CommentInput,
        responses={201: ProofOutput},
        examples=[example(COMMENT, request=True), example(PROOF, status="201")],
    )
    def post(self, request: Request, proof_id: UUID) -> Response:
        """Say something about a proof without asking for another revision."""
        key = key_of(request)
        line = orders.get_line_of_proof(proof_id=proof_id, owner=owners.of_key(key))
        values = inputs.read(CommentInput, request.data)
        comments.add(
            proof_id=proof_id,
            comment_id=_comment_id(request),
            text=values["comment"],
            spot=_spot(values),
            actor=owners.actor_of_key(key),
            now=timezone.now(),
        )
        return Response(_shown(proof_id, line), status=201)


def _amended(request: Request, proof_id: UUID, kind: type[SeenProofInput], call: Callable[..., Proof]) -> Response:
    key = key_of(request)
    line = orders.get_line_of_proof(proof_id=proof_id, owner=owners.of_key(key))
    values = inputs.read(kind, request.data)
    revision = call(line_id=line.pk, proof_id=proof_id, actor=owners.actor_of_key(key), now=timezone.now(), **values)
    line.refresh_from_db(fields=["total_minor"])
    return Response(_shown(revision.pk, line), status=201)


def _comment_id(request: Request) -> UUID:
    """The same for the same key and Idempotency-Key, so that a repeated request says it once."""
    return uuid5(key_of(request).pk, request.headers["Idempotency-Key"])


def _spot(values: dict[str, Any]) -> tuple[float, float] | None:
    spot = values.get("spot")
    return (spot["x_mm"], spot["y_mm"]) if spot else None


def _shown(proof_id: UUID, line: OrderLine) -> dict[str, Any]:
    proof = proofs.get_proof(proof_id=proof_id)
    report = proofs.report_of(proof)
    return ProofOutput(
        {
            **{name: getattr(proof, name) for name in ("id", "revision", "state", "proof_hash", "design_id")},
            **{name: getattr(proof, name) for name in ("created_at", "sent_at")},
            "order_id": line.order_id,
            "line_id": line.pk,
            "quantity": line.quantity,
            "total_minor": line.total_minor,
            "currency": line.order.currency,
            "spec": PinSpec.from_json(proof.manifest.get("spec") or proof.spec),
            "measures": proofs.measures_of(proof),
            "findings": report.findings if report else [],
            "files": _files(proof),
            "comments": [_comment(row) for row in proof.comments.all()],
            "approval": getattr(proof, "approval", None),
            "terms": _terms(proof, line),
            "allowed_actions": _allowed(proof),
        }
    ).data


def _terms(proof: Proof, line: OrderLine) -> dict[str, str]:
    """What an approval says yes to; of one that was given, what it did."""
    given = getattr(proof, "approval", None)
    if given is not None and given.terms_version in terms.STATEMENTS:
        return {"version": given.terms_version, "statement": terms.STATEMENTS[given.terms_version]}
    return asdict(terms.of_approval(is_owed=line.order.is_owed))


def _allowed(proof: Proof) -> list[str]:
    if proof.state != ProofState.AWAITING_APPROVAL:
        return ["comment"]
    actions = [] if proofs.list_blocking(proof) else ["approve"]
    if planned.list_mends(proof):
        actions.append("mend")
    return [*actions, "change_process", "request_changes", "comment"]


def _files(proof: Proof) -> list[dict[str, str]]:
    """The pictures and the sheet, once they were sent: what staff still check is not shown."""
    if proof.sent_at is None or not proof.pdf_sha256:
        return []
    stored = [(view, proof.files[view], f"{view}.jpg") for view in ("front", "back", "card")]
    stored.append(("pdf", proof.pdf_sha256, f"proof-{proof.revision}.pdf"))
    return [
        {"name": name, "url": f"{settings.BASE_URL}{files.link(sha256, name=file)}"} for name, sha256, file in stored
    ]


def _comment(row: ProofComment) -> dict[str, Any]:
    spot = None if row.x_mm is None else {"x_mm": row.x_mm, "y_mm": row.y_mm}
    return {
        **{name: getattr(row, name) for name in ("id", "by_staff", "author", "text", "created_at")},
        "answers": row.answers_id,
        "spot": spot,
    }
