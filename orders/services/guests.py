"""Guests: a login takes everything along, and a new link takes the place of one that has expired."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from orders.models import Order, Quote
from orders.services import baskets, links, notices
from pinshop.core import audit, limits
from pinshop.core.actors import Actor
from pinshop.core.links import LinkExpired

LINKS_AN_HOUR = 3  # for one order: enough for somebody who mistook the mailbox, too few to flood it
_HOUR_SECONDS = 3600


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


def send_link(*, token: str, key: UUID, actor: Actor, now: datetime) -> bool:
    """Mail a fresh link to an order's own address, for whoever holds a genuine link to it, however old.

    `key` names the press: again it mails nothing more. False, and nothing is done, for a token that was never ours, and
    beyond LINKS_AN_HOUR; callers answer alike, so that the answer tells nobody which.
    """
    try:
        order_id = links.read_outdated(token)
    except LinkExpired:
        return False
    order = Order.objects.filter(pk=order_id).first()
    if order is None or not _may_have_a_link(order_id, now=now):
        return False
    with transaction.atomic():
        if notices.fresh_link(order, key=key, now=now):
            audit.record(subject=order, action="order.link_sent", actor=actor, now=now)
    return True


def masked_email(token: str) -> str:
    """The address to which a new link would go, told only to its owner: `a•••@e•••.org`. Raises LinkExpired."""
    order = Order.objects.filter(pk=links.read_outdated(token)).only("contact_email").first()
    if order is None:
        raise LinkExpired(gettext("This link opens no order of ours any more."))
    name, _, host = order.contact_email.rpartition("@")
    return f"{name[:1]}•••@{host[:1]}•••.{host.rpartition('.')[2]}"


def _may_have_a_link(order_id: UUID, *, now: datetime) -> bool:
    return limits.take(f"order-link:{order_id}", limit=LINKS_AN_HOUR, window_seconds=_HOUR_SECONDS, now=now).allowed
