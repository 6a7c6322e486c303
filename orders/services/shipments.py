"""Parcels: sent off, announced to the carrier, followed until they arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from orders.enums import LineState, ShipmentState
from orders.models import OrderLine, Shipment, TrackingEvent
from orders.services import lines, notices
from pinshop.core import http, outbox
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, NotFound

PARCEL_TOPIC = "orders.parcel.announce"
SAMPLE_CARRIER = "sample-carrier"

_FORWARD = (ShipmentState.CREATED, ShipmentState.REGISTERED, ShipmentState.IN_TRANSIT, ShipmentState.DELIVERED)
# What carriers call it, and what it is to us; other words are stored and move nothing.
_STATES = {
    "in_transit": ShipmentState.IN_TRANSIT,
    "out_for_delivery": ShipmentState.IN_TRANSIT,
    "delivered": ShipmentState.DELIVERED,
}


class NotPacked(Conflict):
    """Only packed lines are shipped."""

    code = "not_packed"


@dataclass(frozen=True, slots=True)
class Tracking:
    """A carrier's verified message about one parcel; `event_id` tells a repeated one."""

    carrier: str
    event_id: str
    tracking_number: str
    status: str
    happened_at: datetime
    text: str = ""


def ship(
    *,
    line_ids: Sequence[UUID],
    carrier: str,
    actor: Actor,
    now: datetime,
    tracking_numbers: Sequence[str] = (),
    tracking_url: str = "",
) -> Shipment:
    """Send packed lines of one order off with a carrier.

    With tracking numbers (a manufacturer shipped them) the lines are shipped at once; without, a worker announces the
    parcel and they are shipped when the carrier has a number for it. Lines that are in a shipment already return it.
    Raises NotPacked, NotFound.
    """
    with transaction.atomic():
        of_orders = OrderLine.objects.filter(pk__in=line_ids).order_by("order_id").values_list("order_id", flat=True)
        for order_id in of_orders.distinct():
            lines.lock_order(order_id=order_id)
        rows = list(OrderLine.objects.select_for_update(of=("self",)).filter(pk__in=line_ids).order_by("pk"))
        if not rows or len(rows) != len(set(line_ids)) or len({row.order_id for row in rows}) > 1:
            raise NotFound(gettext("These are not the lines of one order."))
        shipped = [row for row in rows if row.shipment_id is not None]
        if len(shipped) == len(rows) and len({row.shipment_id for row in rows}) == 1:
            return Shipment.objects.get(lines=rows[0])
        for row in rows:
            if row.state != LineState.PACKED or row.shipment_id is not None:
                raise NotPacked(
                    gettext("%(title)s is %(state)s; only packed lines are shipped.")
                    % {"title": row.title, "state": row.get_state_display().lower()}
                )
        shipment = Shipment.objects.create(
            order_id=rows[0].order_id, carrier=carrier, tracking_url=tracking_url, created_at=now
        )
        OrderLine.objects.filter(pk__in=line_ids).update(shipment=shipment, updated_at=now)
        if tracking_numbers:
            _send_off(shipment, list(tracking_numbers), tracking_url, actor=actor, now=now)
        if carrier == SAMPLE_CARRIER:
            outbox.enqueue(PARCEL_TOPIC, payload={"shipment_id": str(shipment.pk)}, key=str(shipment.pk), now=now)
    return Shipment.objects.get(pk=shipment.pk)


def ship_packed(
    *, order_id: UUID, carrier: str, actor: Actor, now: datetime, tracking_numbers: Sequence[str] = ()
) -> Shipment:
    """Send every packed line of an order off in one shipment; raises NotPacked where none is packed."""
    packed = OrderLine.objects.filter(order_id=order_id, state=LineState.PACKED, shipment=None)
    line_ids = list(packed.values_list("pk", flat=True))
    if not line_ids:
        raise NotPacked(gettext("No line of this order is packed and waiting for a parcel."))
    return ship(line_ids=line_ids, carrier=carrier, actor=actor, now=now, tracking_numbers=tracking_numbers)


def announce(*, shipment_id: UUID, now: datetime) -> Shipment:
    """Tell the carrier of a parcel, and where to report its way; raises RetryLater and GiveUp of `core.http`.

    The parcel's number is ours, so that a repeated call announces the same parcel.
    """
    shipment = Shipment.objects.select_related("order").get(pk=shipment_id)
    numbers = shipment.tracking_numbers or [f"PS{shipment.pk.hex[:20].upper()}"]
    tracking_url = ""
    for number in numbers:
        answer = http.request(
            "POST",
            f"{settings.CARRIER_API_BASE}/v1/parcels",
            json={
                "number": number,
                "callback_url": f"{settings.BASE_URL}{reverse('hooks:sample_carrier')}",
                "ship_to": {key: value for key, value in shipment.order.address.items() if value},
            },
            headers={"Authorization": f"Bearer {settings.CARRIER_API_TOKEN}"},
        )
        tracking_url = str(answer.raise_for_status().json().get("tracking_url", ""))
    with transaction.atomic():
        _send_off(shipment, numbers, tracking_url, actor=_carrier(shipment.carrier), now=now)
    return Shipment.objects.get(pk=shipment_id)


def record_tracking(*, tracking: Tracking, now: datetime) -> bool:
    """Write down a carrier's message and move its parcel and lines forward. False where it is old news, or not ours."""
    with transaction.atomic():
        event, is_new = TrackingEvent.objects.get_or_create(
            carrier=tracking.carrier,
            event_id=tracking.event_id,
            defaults={
                "tracking_number": tracking.tracking_number,
                "status": tracking.status,
                "text": tracking.text,
                "happened_at": tracking.happened_at,
                "received_at": now,
            },
        )
        if not is_new:
            return False
        return _apply(event, now=now)


def _apply(event: TrackingEvent, *, now: datetime) -> bool:
    shipment = (
        Shipment.objects.select_for_update(of=("self",))
        .select_related("order")
        .filter(carrier=event.carrier, tracking_numbers__contains=[event.tracking_number])
        .first()
    )
    if shipment is None:
        return False
    TrackingEvent.objects.filter(pk=event.pk).update(shipment=shipment)
    to = _STATES.get(event.status)
    if to == ShipmentState.DELIVERED and not _have_all_arrived(shipment):
        to = ShipmentState.IN_TRANSIT
    if to is None or _FORWARD.index(to) <= _FORWARD.index(ShipmentState(shipment.state)):
        return False
    arrived = {"delivered_at": event.happened_at} if to == ShipmentState.DELIVERED else {}
    if not Shipment.objects.filter(pk=shipment.pk, state=shipment.state).update(state=to, **arrived):
        return False
    notices.order_updated(shipment.order, now=now)
    if to == ShipmentState.DELIVERED:
        for line in shipment.lines.order_by("pk"):
            actor = _carrier(event.carrier)
            lines.advance(line_id=line.pk, to=LineState.SHIPPED, actor=actor, now=now)
            lines.advance(line_id=line.pk, to=LineState.DELIVERED, actor=actor, now=now)
        notices.delivered(Shipment.objects.select_related("order").get(pk=shipment.pk), now=now)
    return True


def _have_all_arrived(shipment: Shipment) -> bool:
    arrived = shipment.events.filter(status="delivered").values_list("tracking_number", flat=True)
    return set(shipment.tracking_numbers) <= set(arrived)


def _send_off(shipment: Shipment, numbers: list[str], tracking_url: str, *, actor: Actor, now: datetime) -> None:
    """The parcel has its numbers: the lines are shipped, the customer is told, and what the carrier said before counts."""
    fresh = Shipment.objects.filter(pk=shipment.pk, state=ShipmentState.CREATED).update(
        state=ShipmentState.REGISTERED, tracking_numbers=numbers
    )
    if tracking_url:
        Shipment.objects.filter(pk=shipment.pk).update(tracking_url=tracking_url)
    if not fresh:
        return
    for line in OrderLine.objects.filter(shipment=shipment).order_by("pk"):
        lines.advance(
            line_id=line.pk,
            to=LineState.SHIPPED,
            actor=actor,
            now=now,
            data={"carrier": shipment.carrier, "tracking_numbers": numbers},
        )
    notices.shipped(Shipment.objects.select_related("order").get(pk=shipment.pk), now=now)
    for event in TrackingEvent.objects.filter(
        carrier=shipment.carrier, shipment=None, tracking_number__in=numbers
    ).order_by("id"):
        _apply(event, now=now)


def _carrier(name: str) -> Actor:
    return Actor(kind="carrier", id=name, label=name.replace("-", " ").capitalize())
