"""Taking a person out of their designs: what the shop must show later stays as codes and numbers, the drawing goes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from designs.models import Approval, Artwork, Design, Proof, ProofComment, Share, Step
from designs.selectors import stored
from designs.services import abandoned
from designs.states import DesignState
from pinshop.core import files
from pinshop.core.erasure import ERASED

NO_FILE = "0" * 64


def erase(*, design_ids: Collection[UUID], now: datetime) -> list[str]:
    """Erase these designs with their proofs, in the caller's transaction; returns the ids of all rows it touched.

    What was never ordered is deleted. Of the rest specification, states, hashes and times stay. Files that nobody else has
    are deleted. Again it changes nothing.
    """
    proofs = Proof.objects.filter(design__in=design_ids)
    touched = [str(pk) for pk in (*design_ids, *proofs.values_list("pk", flat=True))]
    for design_id in design_ids:
        abandoned.delete_one(design_id=design_id, before=now + timedelta(days=1), now=now)
    designs = list(Design.objects.select_for_update(of=("self",)).select_related("artwork").filter(pk__in=design_ids))
    unused = {sha256 for design in designs for sha256 in stored.list_files(design)}
    artworks = {design.artwork_id for design in designs} | set(proofs.values_list("artwork_id", flat=True))
    Artwork.objects.filter(pk__in=artworks).update(name=ERASED, sha256=NO_FILE)
    Design.objects.filter(pk__in=design_ids).exclude(pinart_sha256="").update(pinart_sha256=NO_FILE)
    Design.objects.filter(pk__in=design_ids).update(
        name="Custom pins", notes=[], report={}, measures={}, pictures={}, flatten={}
    )
    Step.objects.filter(design__in=design_ids).delete()
    Share.objects.filter(design__in=design_ids).delete()
    Design.objects.filter(pk__in=design_ids).exclude(error_message="").update(error_message=ERASED)
    Design.objects.filter(pk__in=design_ids, state=DesignState.REFUSED).update(refused_note="")
    for proof in proofs:
        sheet = {**proof.sheet, "customer": "", "note": ""} if proof.sheet else {}
        manifest = {**proof.manifest, "sheet": sheet} if proof.manifest else {}
        Proof.objects.filter(pk=proof.pk).update(sheet=sheet, manifest=manifest, files={}, flatten={})
    proofs.exclude(pdf_sha256="").update(pdf_sha256=NO_FILE)
    ProofComment.objects.filter(proof__design__in=designs).update(author=ERASED, author_id="", text=ERASED)
    Approval.objects.filter(proof__design__in=designs).update(approver=ERASED)
    files.forget(unused - {NO_FILE}, now=now)
    return touched
