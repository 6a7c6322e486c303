"""Reading wish lists."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from catalog.models import Listing, WishedPin
from catalog.selectors import listings
from catalog.selectors.listings import Shown
from pinshop.accounts.owners import Owner


def list_pins(*, owner: Owner, now: datetime) -> list[Shown]:
    """What an owner wished for and is on sale, the latest first."""
    wished = WishedPin.objects.filter(owner.where(), pin=OuterRef("pk")).values("created_at")
    rows = Listing.objects.filter(published_at__lte=now).annotate(wished_at=Subquery(wished[:1]))
    rows = rows.filter(wished_at__isnull=False).order_by("-wished_at", "-pk")
    return listings.show(rows)


def list_wished(*, owner: Owner, pin_ids: Collection[UUID]) -> set[UUID]:
    """Those of the pins that are on the owner's list."""
    return set(WishedPin.objects.filter(owner.where(), pin__in=pin_ids).values_list("pin", flat=True))
