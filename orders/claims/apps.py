"""The Django app orders.claims."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "orders.claims"
    label = "claims"
