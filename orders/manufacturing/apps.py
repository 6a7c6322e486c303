"""The Django app orders.manufacturing."""

from django.apps import AppConfig


class ManufacturingConfig(AppConfig):
    """See docs/architecture.md."""

    name = "orders.manufacturing"
    label = "manufacturing"
