"""A guest who logs in takes everything along."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from orders.models import Order, Quote
from orders.services import baskets
from pinshop.core import audit
from pinshop.core.actors import Actor


def adopt(*, guest_key: str, user_id: UUID, actor: Actor, now: datetime) -> None:
    """Give a guest's basket, quotes and orders to the person who logged in. Again there is nothing left."""
    if not guest_key:
        return
    with transaction.atomic():
        baskets.merge(guest_key=guest_key, user_id=user_id, now=now)
        Quote.objects.filter(guest_key=guest_key).update(guest_key="", user_id=user_id)
        for order in Order.objects.select_for_update().filter(guest_key=guest_key).order_by("pk"):
            Order.objects.filter(pk=order.pk).update(guest_key="", user_id=user_id)
            audit.record(subject=order, action="order.adopted", actor=actor, now=now)
