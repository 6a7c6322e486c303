"""Taking a person out of claims and returns: what was claimed and decided, and for how much, stays."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from orders.claims.models import Claim, ClaimPhoto, GoodsReturn
from pinshop.core import files
from pinshop.core.erasure import ERASED


def erase(*, order_ids: Collection[UUID], now: datetime) -> list[str]:
    """Erase what was written and photographed about these orders, in the caller's transaction; returns the rows' ids."""
    claims = Claim.objects.filter(line__order__in=order_ids)
    returns = GoodsReturn.objects.filter(line__order__in=order_ids)
    touched = [str(pk) for rows in (claims, returns) for pk in rows.values_list("pk", flat=True)]
    photos = ClaimPhoto.objects.filter(claim__in=claims)
    unused = {sha256 for pair in photos.values_list("original_sha256", "shown_sha256") for sha256 in pair}
    photos.delete()
    claims.update(text=ERASED)
    claims.exclude(answer="").update(answer=ERASED)
    returns.update(reason="")
    files.forget(unused - {""}, now=now)
    return touched
