"""Words of manufacturing that are stored or shown."""

from django.db import models
from django.utils.translation import gettext_lazy


class ManufacturerKind(models.TextChoices):
    """How a manufacturer is reached."""

    REST = "rest", gettext_lazy("REST API")
    EMAIL = "email", gettext_lazy("E-mail with a signed link")


class ProductionState(models.TextChoices):
    """Where a production order is; `orders.manufacturing.states` says what may follow."""

    CREATED = "created", gettext_lazy("Created")
    SUBMITTED = "submitted", gettext_lazy("Sent to the manufacturer")
    ACCEPTED = "accepted", gettext_lazy("Accepted")
    TOOLING = "tooling", gettext_lazy("Mould is being cut")
    STRUCK = "struck", gettext_lazy("Struck")
    PLATED = "plated", gettext_lazy("Plated")
    FILLED = "filled", gettext_lazy("Enamel filled")
    CURED = "cured", gettext_lazy("Cured")
    QUALITY_CHECK = "quality_check", gettext_lazy("Quality check")
    PACKED = "packed", gettext_lazy("Packed")
    SHIPPED = "shipped", gettext_lazy("Shipped")
    REJECTED = "rejected", gettext_lazy("Rejected")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
