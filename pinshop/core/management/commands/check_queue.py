"""`manage.py check_queue render`: status 0 where a worker of the queue has lately done a task. For health checks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pinshop.core import health


class Command(BaseCommand):
    """Fails with the reason where nobody consumes the queue."""

    help = "Fail where no worker of a queue has lately done a task."

    def add_arguments(self, parser: CommandParser) -> None:
        """The queue to ask about."""
        parser.add_argument("queue")

    def handle(self, *_: Any, queue: str, **__: Any) -> None:
        """Ask the same checks as /readyz."""
        checks = {check.name: check.problem for check in health.list_checks(now=timezone.now())}
        problem = checks.get(f"queue {queue}", "there is no such queue")
        if problem:
            raise CommandError(f"{queue}: {problem}")
