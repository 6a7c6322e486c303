"""Words of manufacturing that are stored or shown."""

from django.db import models


class ManufacturerKind(models.TextChoices):
    """How a manufacturer is reached."""

    REST = "rest", "REST API"
    EMAIL = "email", "E-mail with a signed link"


class ProductionState(models.TextChoices):
    """Where a production order is; `orders.manufacturing.states` says what may follow."""

    CREATED = "created", "Created"
    SUBMITTED = "submitted", "Sent to the manufacturer"
    ACCEPTED = "accepted", "Accepted"
    TOOLING = "tooling", "Mould is being cut"
    STRUCK = "struck", "Struck"
    PLATED = "plated", "Plated"
    FILLED = "filled", "Enamel filled"
    CURED = "cured", "Cured"
    QUALITY_CHECK = "quality_check", "Quality check"
    PACKED = "packed", "Packed"
    SHIPPED = "shipped", "Shipped"
    REJECTED = "rejected", "Rejected"
    CANCELLED = "cancelled", "Cancelled"
