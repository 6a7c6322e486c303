"""What is held about a person in their designs and proofs."""

from collections.abc import Collection
from pathlib import PurePath
from typing import Any
from uuid import UUID

from designs.models import Design, Proof
from pinshop.core.personal import Held


def list_held(*, design_ids: Collection[UUID]) -> Held:
    """These designs with their artwork, and every proof that was sent, with what was said about it."""
    rows = Design.objects.filter(pk__in=design_ids).select_related("artwork").order_by("created_at")
    files: dict[str, str] = {}
    designs = []
    for design in rows.prefetch_related("proofs__comments", "proofs__approval", "proofs__artwork"):
        folder = f"designs/{design.pk}"
        if not design.hides_artwork:
            files[f"{folder}/artwork-{PurePath(design.artwork.name).name}"] = design.artwork.sha256
        proofs = [proof for proof in design.proofs.all() if proof.sent_at is not None]
        for proof in sorted(proofs, key=lambda each: each.revision):
            if proof.artwork_id != design.artwork_id and not design.hides_artwork:
                name = PurePath(proof.artwork.name).name
                files[f"{folder}/artwork-of-revision-{proof.revision:02d}-{name}"] = proof.artwork.sha256
            files[f"{folder}/proof-revision-{proof.revision:02d}.pdf"] = proof.pdf_sha256
        designs.append({**_describe(design), "proofs": [_describe_proof(proof) for proof in proofs]})
    return Held({"designs": designs}, files)


def _describe(design: Design) -> dict[str, Any]:
    return {
        "id": design.pk,
        "name": design.name,
        "artwork": design.artwork.name,
        "state": design.state,
        "spec": design.spec,
        "flatten": design.flatten,
        "notes": design.notes,
        "rights_version": design.rights_version,
        "rights_accepted_at": design.rights_accepted_at,
        "refused": design.refused_note,
        "created_at": design.created_at,
        "updated_at": design.updated_at,
    }


def _describe_proof(proof: Proof) -> dict[str, Any]:
    approval = getattr(proof, "approval", None)
    return {
        "revision": proof.revision,
        "state": proof.state,
        "hash": proof.proof_hash,
        "sent_at": proof.sent_at,
        "sheet": proof.sheet,
        "comments": [
            {"author": comment.author, "text": comment.text, "at": comment.created_at}
            for comment in proof.comments.all()
        ],
        "approval": approval and {"by": approval.approver, "at": approval.approved_at, "terms": approval.terms_version},
    }
