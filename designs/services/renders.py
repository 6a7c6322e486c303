"""The worker's part of a proof: pictures, die lines, PinArt and the sheet, and with them the hash that is approved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from catalog.selectors import options as catalog_options
from catalog.spec import PinSpec
from designs import engine, manifest
from designs.documents import proof_sheet
from designs.errors import ArtworkRefused
from designs.flatten import FlattenChoices
from designs.models import Proof
from designs.selectors import designs, proofs
from designs.services import transitions
from designs.sheet import Sheet
from designs.states import ProofState
from pinshop.core import files, outbox
from pinshop.core.actors import SYSTEM

TOPIC = "orders.proof.rendered"
PICTURE_PX = 1600
JPEG_QUALITY = 92
GAVE_UP = "The proof could not be drawn. Our staff were told and draw it again."


def render(*, proof_id: UUID, now: datetime) -> bool:
    """Render a proof that waits for it and fix its hash; False where it is rendered or replaced already.

    Safe to run again, also after a worker died half way: the files are named by their content and the row is written
    once, where it is still waiting. The same proof always gives the same hash.
    """
    waiting = Proof.objects.filter(id=proof_id, state=ProofState.RENDERING)
    if not waiting.update(attempts=F("attempts") + 1):
        return False
    proof = proofs.get_proof(proof_id=proof_id)
    try:
        written = _written(proof)
    except ArtworkRefused as refused:
        return fail(proof_id=proof_id, code=refused.extra["cause"], message=refused.message, now=now)
    with transaction.atomic():
        moved = transitions.move_proof(
            proof_id=proof_id,
            to=ProofState.STAFF_CHECK,
            actor=SYSTEM,
            now=now,
            note=f"Proof revision {proof.revision} drawn",
            data={"hash": written["proof_hash"]},
            rendered_at=now,
            **written,
        )
        if moved:
            outbox.enqueue(
                TOPIC,
                payload={
                    "proof_id": str(proof.id),
                    "design_id": str(proof.design_id),
                    "reference": proof.reference,
                    "revision": proof.revision,
                },
                key=str(proof.id),
                now=now,
            )
    return moved


def fail(*, proof_id: UUID, code: str, message: str, now: datetime) -> bool:
    """Say that this revision cannot be rendered, and why; staff see it in their queue."""
    return transitions.move_proof(
        proof_id=proof_id,
        to=ProofState.FAILED,
        actor=SYSTEM,
        now=now,
        error_code=code[:40],
        error_message=message,
    )


def give_up(*, proof_id: UUID, now: datetime) -> bool:
    """Say that the worker failed on this revision again and again."""
    return fail(proof_id=proof_id, code="engine", message=GAVE_UP, now=now)


def _written(proof: Proof) -> dict[str, Any]:
    """Everything that the row gets, files stored."""
    ordered = PinSpec.from_json(proof.spec)
    outcome = engine.flatten(
        files.read(proof.artwork.sha256), spec=ordered, choices=FlattenChoices.from_json(proof.flatten)
    )
    pictures = {
        view: outcome.pin.picture(view=view, spec=ordered, px=PICTURE_PX).encode("jpeg", JPEG_QUALITY)
        for view in engine.VIEWS
    }
    stored = {view: files.put(data, media_type="image/jpeg").sha256 for view, data in pictures.items()}
    stored["dielines"] = files.put(outcome.pin.dielines(), media_type="image/svg+xml").sha256
    stored["pinart"] = files.put(outcome.pin.to_bytes(), media_type="application/zip").sha256
    content = {
        "design": str(proof.design_id),
        "revision": proof.revision,
        "artwork": proof.artwork.sha256,
        "spec": designs.measured(ordered, outcome.measures).to_json(),
        "flatten": proof.flatten,
        "sheet": proof.sheet,
        "report": outcome.report.to_json(),
        "measures": outcome.measures.to_json(),
        "files": stored,
    }
    proof_hash = manifest.hash_of(content)
    earlier = proofs.list_proofs(design_id=proof.design_id, reference=proof.reference)
    last = earlier.filter(revision__lt=proof.revision, proof_hash__isnull=False).first()
    pdf = engine.sheets.write(
        proof_sheet.describe(
            proof,
            content=content,
            proof_hash=proof_hash,
            before=last.manifest if last else None,
            options=catalog_options.get_options(),
        ),
        pictures={
            "back": pictures["back"],
            "card": pictures["card"],
            "bare": outcome.pin.picture(view="front", spec=ordered, px=PICTURE_PX, bare=True).encode(
                "jpeg", JPEG_QUALITY, engine.sheets.PANEL
            ),
        },
        paper=Sheet.from_json(proof.sheet).paper,
    )
    return {
        "report": content["report"],
        "measures": content["measures"],
        "files": stored,
        "manifest": content,
        "proof_hash": proof_hash,
        "pdf_sha256": files.put(pdf, media_type="application/pdf").sha256,
    }
