"""The kernel's Django app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Money, outbox, audit log, idempotency keys, files, mail, outbound HTTP."""

    name = "pinshop.core"
    label = "core"

    def ready(self) -> None:
        """Configure structured logging once Django's own logging stands."""
        from pinshop.core import logs  # noqa: PLC0415 - structlog needs the app registry's settings

        logs.configure()
