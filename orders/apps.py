"""The Django app orders."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """See docs/architecture.md."""

    name = "orders"
