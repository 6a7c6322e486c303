"""A guest who logs in takes the designs along."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from designs.models import Design
from pinshop.core import audit
from pinshop.core.actors import Actor


def adopt(*, guest_key: str, user_id: UUID, actor: Actor, now: datetime) -> int:
    """Give every design of the guest to the user; returns how many. Again it finds none."""
    with transaction.atomic():
        mine = list(Design.objects.select_for_update().filter(guest_key=guest_key).exclude(guest_key="").order_by("pk"))
        for design in mine:
            audit.record(subject=design, action="design.adopted", actor=actor, now=now)
        Design.objects.filter(pk__in=[design.pk for design in mine], guest_key=guest_key).update(
            guest_key="", user_id=user_id
        )
    return len(mine)
