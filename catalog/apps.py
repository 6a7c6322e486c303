"""The Django app catalog."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """See docs/architecture.md."""

    name = "catalog"
