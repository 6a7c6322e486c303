"""The Django app designs."""

from django.apps import AppConfig


class DesignsConfig(AppConfig):
    """See docs/architecture.md."""

    name = "designs"

    def ready(self) -> None:
        """Listen for logins, so that a guest's designs go along."""
        from designs import receivers  # noqa: F401, PLC0415 - models are there only now; importing registers
