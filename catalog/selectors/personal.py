"""What the catalogue holds about a person."""

from uuid import UUID

from catalog.models import WishedPin
from pinshop.core.personal import Held


def list_held(*, user_id: UUID) -> Held:
    """The wish list."""
    rows = WishedPin.objects.filter(user=user_id).select_related("pin")
    return Held({"wish_list": [{"pin": row.pin.slug, "name": row.pin.name, "at": row.created_at} for row in rows]}, {})
