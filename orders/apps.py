"""The Django app orders."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """See docs/architecture.md."""

    name = "orders"

    def ready(self) -> None:
        """Listen to logins."""
        from orders import receivers  # noqa: F401, PLC0415 - models must be loaded first
