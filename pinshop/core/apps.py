"""The kernel's Django app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """Money, outbox, audit log, idempotency keys, files, mail, outbound HTTP."""

    name = "pinshop.core"
    label = "core"

    def ready(self) -> None:
        """Configure structured logging once Django's own logging stands; learn every outbox topic.

        The web process enqueues too, so it must know the topics that each app's tasks.py registers.
        """
        from pinshop.core import logs  # noqa: PLC0415 - structlog needs the app registry's settings

        logs.configure()
        autodiscover_modules("tasks")
