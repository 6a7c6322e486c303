"""`manage.py stuck_orders`: what waits on whom, oldest first."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.timesince import timesince

from orders.selectors import stuck


class Command(BaseCommand):
    """Prints the report on stuck orders; changes nothing."""

    help = "Print what waits longer than it should, oldest first: for how long, on whom, for what."

    def add_arguments(self, parser: CommandParser) -> None:
        """Everything that waits, or only what is late."""
        parser.add_argument("--all", action="store_true", help="also what is still in time")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each wait."""
        del args
        now = timezone.now()
        waits = [wait for wait in stuck.list_waits(now=now) if options["all"] or wait.is_late(now)]
        for wait in waits:
            age = timesince(wait.since, now, depth=1).replace("\xa0", " ")
            who = f"{wait.reason.who.label} to {wait.reason.what}"
            self.stdout.write(f"{age:<11} {wait.number}  {who:<46} {wait.about}")
        self.stdout.write(f"{len(waits)} wait{'' if len(waits) == 1 else 's'}")
