"""What can be told to a business, and how far telling it has come."""

from django.db import models
from django.utils.translation import gettext_lazy


class EventType(models.TextChoices):
    """What an endpoint may listen to."""

    ORDER_UPDATED = "order.updated", gettext_lazy("An order or one of its lines has changed")
    PRIVACY_REQUESTED = "privacy.requested", gettext_lazy("A customer asks for a copy or the deletion of their data")


class DeliveryState(models.TextChoices):
    """How far one delivery has come."""

    PENDING = "pending", gettext_lazy("Waiting for its first or next try")
    DELIVERED = "delivered", gettext_lazy("Taken by the receiver")
    FAILED = "failed", gettext_lazy("Given up")
