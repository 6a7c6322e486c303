"""Designs that change hands: a guest who logs in takes them along, a member gives theirs to a business."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from designs.models import Design
from pinshop.accounts.owners import Owner
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


def hand_over(*, design_ids: Collection[UUID], before: Owner, after: Owner, actor: Actor, now: datetime) -> int:
    """Give designs of one owner to another, in the caller's transaction; returns how many were still the first one's."""
    rows = Design.objects.select_for_update().filter(before.where(), pk__in=design_ids).order_by("pk")
    mine = list(rows)
    for design in mine:
        audit.record(subject=design, action="design.handed_over", actor=actor, now=now)
    Design.objects.filter(pk__in=[design.pk for design in mine]).update(**after.fields())
    return len(mine)
