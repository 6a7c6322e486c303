"""Endpoints of businesses, the events they are told, and each delivery."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pinshop.accounts.models import Business
from pinshop.webhooks.enums import DeliveryState, EventType


class Endpoint(models.Model):
    """An address of a business that hears of events, of its live or of its test side."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    live = models.BooleanField()
    url = models.CharField(max_length=500)
    event_types = ArrayField(models.CharField(max_length=40, choices=EventType.choices))
    secret = models.CharField(max_length=80, help_text="Signs each delivery; shown to the business once.")
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=200, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["business", "live", "url"],
                condition=Q(disabled_at__isnull=True),
                name="webhooks_endpoint_address_once",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(disabled_at__isnull=False),
                name="webhooks_endpoint_deleted_is_disabled",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Feed(models.Model):
    """The number of the last event of one side of a business. Its row lock gives each event its place, without gaps."""

    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    live = models.BooleanField()
    last_sequence = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["business", "live"], name="webhooks_feed_once")]

    def __str__(self) -> str:
        return f"{self.business_id} {'live' if self.live else 'test'}: {self.last_sequence}"


class Event(models.Model):
    """Something that happened, with the whole state of its subject at that moment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="+")
    live = models.BooleanField()
    sequence = models.PositiveBigIntegerField()
    type = models.CharField(max_length=40, choices=EventType.choices)
    subject = models.CharField(max_length=80, help_text="What it is about: the kind and id of a row.")
    data = models.JSONField(help_text="The whole state of the subject.")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["business", "live", "sequence"], name="webhooks_event_place_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["subject", "-sequence"], name="webhooks_event_of_subject")]

    def __str__(self) -> str:
        return f"{self.type} {self.sequence}"


class Delivery(models.Model):
    """One event on its way to one endpoint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    last_tried_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="webhooks_delivery_once"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=DeliveryState.DELIVERED) & Q(delivered_at__isnull=True)),
                name="webhooks_delivery_delivered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint}"
