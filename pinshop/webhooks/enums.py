"""What can be told to a business, and how far telling it has come."""

from django.db import models


class EventType(models.TextChoices):
    """What an endpoint may listen to."""

    ORDER_UPDATED = "order.updated", "An order or one of its lines has changed"
    PRIVACY_REQUESTED = "privacy.requested", "A customer asks for a copy or the deletion of their data"


class DeliveryState(models.TextChoices):
    """How far one delivery has come."""

    PENDING = "pending", "Waiting for its first or next try"
    DELIVERED = "delivered", "Taken by the receiver"
    FAILED = "failed", "Given up"
