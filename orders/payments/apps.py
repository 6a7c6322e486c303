"""The Django app orders.payments."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "orders.payments"
    label = "payments"
