"""The Django app catalog."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """See docs/architecture.md."""

    name = "catalog"

    def ready(self) -> None:
        """Listen to logins."""
        from catalog import receivers  # noqa: F401, PLC0415 - models must be loaded first
