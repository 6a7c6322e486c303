"""The Django app designs."""

from django.apps import AppConfig


class DesignsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "designs"
