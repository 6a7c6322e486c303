"""What is held about a person in their claims and returns."""

from collections.abc import Collection
from uuid import UUID

from orders.claims.models import Claim, GoodsReturn
from pinshop.core.personal import Held


def list_held(*, order_ids: Collection[UUID]) -> Held:
    """The claims about these orders with their photos, and what was sent back."""
    claims, files = [], {}
    rows = Claim.objects.filter(line__order__in=order_ids).select_related("line__order").prefetch_related("photos")
    for claim in rows:
        claims.append(
            {
                "order": claim.line.order.number,
                "kind": claim.kind,
                "pieces": claim.pieces,
                "text": claim.text,
                "state": claim.state,
                "answer": claim.answer,
                "opened_at": claim.opened_at,
            }
        )
        for photo in claim.photos.all():
            if photo.shown_sha256:
                files[f"claims/{claim.pk}/photo-{photo.position}.jpg"] = photo.shown_sha256
    returns = GoodsReturn.objects.filter(line__order__in=order_ids).select_related("line__order")
    records = {
        "claims": claims,
        "returns": [
            {"order": row.line.order.number, "pieces": row.pieces, "reason": row.reason, "state": row.state}
            for row in returns
        ],
    }
    return Held(records, files)
