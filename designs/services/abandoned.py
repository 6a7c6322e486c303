"""Designs that nobody ordered and nobody comes back to: deleted with their files."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, Q

from designs.models import Artwork, Design, Proof
from designs.selectors import stored
from pinshop.core import audit, files
from pinshop.core.actors import SYSTEM

_BATCH = 500


def delete(*, before: datetime, kept: Q, now: datetime) -> int:
    """Delete designs not changed since `before`, but none that an upper app has `kept`; returns how many.

    For the clock; what a run leaves the next one takes. A design that an order holds after all is left alone.
    """
    rows = Design.objects.filter(updated_at__lt=before).exclude(kept).exclude(proofs__approval__isnull=False)
    ids = list(rows.order_by("updated_at").values_list("pk", flat=True)[:_BATCH])
    return sum(delete_one(design_id=design_id, before=before, now=now) for design_id in ids)


def delete_one(*, design_id: UUID, before: datetime, now: datetime) -> bool:
    """Delete a design, its proofs, and the files that nobody else has; False where it is ordered, changed since, or gone."""
    try:
        with transaction.atomic():
            rows = Design.objects.select_for_update(of=("self",)).select_related("artwork")
            design = rows.filter(pk=design_id, updated_at__lt=before).first()
            if design is None:
                return False
            unused = stored.list_files(design)
            artworks = {design.artwork_id, *design.proofs.values_list("artwork_id", flat=True)}
            audit.record(subject=design, action="design.deleted", actor=SYSTEM, now=now)
            Proof.objects.filter(design=design).delete()
            design.delete()
            Artwork.objects.filter(pk__in=artworks, designs=None, proofs=None).delete()
            files.forget(unused, now=now)
    except ProtectedError:
        return False
    return True
