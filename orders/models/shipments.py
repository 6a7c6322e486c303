"""Parcels and what carriers say of them."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orders.enums import ShipmentState

MAX_EVENT_ID = 100


class Shipment(models.Model):
    """One consignment of an order: some lines, one carrier, one or more parcels."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="shipments")
    carrier = models.CharField(max_length=40)
    tracking_numbers = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    tracking_url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=20, choices=ShipmentState.choices, default=ShipmentState.CREATED)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state=ShipmentState.DELIVERED) | Q(delivered_at__isnull=False),
                name="orders_shipment_delivered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {', '.join(self.tracking_numbers)}".strip()


class TrackingEvent(models.Model):
    """One message of a carrier; the same message again is not stored twice."""

    carrier = models.CharField(max_length=40)
    event_id = models.CharField(max_length=MAX_EVENT_ID)
    shipment = models.ForeignKey(Shipment, null=True, blank=True, on_delete=models.PROTECT, related_name="events")
    tracking_number = models.CharField(max_length=60)
    status = models.CharField(max_length=40)
    text = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["happened_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["carrier", "event_id"], name="orders_trackingevent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tracking_number} {self.status}"
