"""Customers of businesses: the business holds their data and decides on it, so what they ask of us is passed on to it.

For an order of a business we act on its behalf (article 28 of Regulation (EU) 2016/679): neither a copy nor a deletion is ours
to give. Whoever has the order's signed link may ask; the business is told by mail and by webhook, and has a month to answer.
"""

from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from orders.models import Order
from orders.services import links
from pinshop.core import audit, mail, outbox
from pinshop.core.actors import Actor
from pinshop.core.erasure import is_erased
from pinshop.core.errors import NotFound
from pinshop.webhooks.enums import EventType
from pinshop.webhooks.services import events

TOPIC = "site.privacy.passed_on"


class Wish(models.TextChoices):
    """What somebody may ask of the data about them."""

    COPY = "copy", gettext_lazy("A copy")
    DELETE = "delete", gettext_lazy("That it is deleted")


_NOTES = {
    Wish.COPY: gettext_noop("You asked for a copy of your data. We have passed it on."),
    Wish.DELETE: gettext_noop("You asked that your data is deleted. We have passed it on."),
}


def get_order(*, order_id: UUID) -> Order:
    """The order of a business with that business; raises NotFound for any other, and for one without a person."""
    order = Order.objects.select_related("business").filter(pk=order_id, business__isnull=False).first()
    if order is None or is_erased(order.contact_email):
        raise NotFound(gettext("There is no such order, or its data is deleted."))
    return order


def pass_on(*, order_id: UUID, wish: Wish, actor: Actor, now: datetime) -> bool:
    """Tell the business of an order what its customer asks for; False for the same wish again on this day. Raises NotFound."""
    order = get_order(order_id=order_id)
    business = order.business
    if business is None:
        return False
    with transaction.atomic():
        is_new = mail.send(
            to=business.billing_email,
            name="privacy_request",
            context={"order": order, "deletes": wish == Wish.DELETE, "order_url": links.order_url(order)},
            key=f"privacy_request:{order.pk}:{wish}:{now:%F}",
            now=now,
        )
        if is_new:
            payload = {"order_id": str(order.pk), "wish": str(wish), "asked_at": now.isoformat()}
            outbox.enqueue(TOPIC, payload=payload, key=f"{order.pk}:{wish}:{now:%F}", now=now)
            audit.record(subject=order, action=f"privacy.{wish}_asked", actor=actor, now=now, note=_NOTES[wish])
    return is_new


def tell_webhooks(*, order_id: UUID, wish: Wish, asked_at: str, now: datetime) -> bool:
    """Tell the endpoints of the business; False where that was done."""
    order = get_order(order_id=order_id)
    if order.business_id is None:
        return False
    told = {"order_id": str(order.pk), "number": order.number, "wish": str(wish), "asked_at": asked_at}
    event = events.publish(
        business_id=order.business_id,
        live=order.live,
        type=EventType.PRIVACY_REQUESTED,
        subject=f"privacy:{order_id}:{wish}",
        read=lambda: told,
        now=now,
    )
    return event is not None
