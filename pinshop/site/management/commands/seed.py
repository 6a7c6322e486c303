"""`manage.py seed`: the first contents of a shop."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from pinshop.site import seed


class Command(BaseCommand):
    """Adds what is missing and changes nothing that is there."""

    help = "Add options, prices, palette, engine rules and the sample pins, where they are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """A shop of your own starts without the sample pins."""
        parser.add_argument("--options", action="store_true", help="leave out the sample pins")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed and say what was added."""
        del args
        added = seed.load(now=timezone.now(), pins=not options["options"])
        counts = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in asdict(added).items())
        self.stdout.write(f"added {counts}")
