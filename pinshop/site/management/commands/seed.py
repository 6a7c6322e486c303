"""`manage.py seed`: the first contents of a shop."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from pinshop.site import laptop, seed


class Command(BaseCommand):
    """Adds what is missing and changes nothing that is there."""

    help = "Add options, prices, palette, engine rules and the sample pins, where they are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """A shop of your own starts without the sample pins; a laptop's also has people."""
        parser.add_argument("--options", action="store_true", help="leave out the sample pins")
        parser.add_argument("--laptop", metavar="FILE", help="also add people, and write their logins there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed and say what was added."""
        del args
        now = timezone.now()
        added = seed.load(now=now, pins=not options["options"])
        counts = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in asdict(added).items())
        self.stdout.write(f"added {counts}")
        if options["laptop"] and laptop.load(logins=Path(options["laptop"]), now=now):
            self.stdout.write("added people, and a business with an API key")
        if not options["options"]:
            drawing = seed.order_pictures(now=now)
            self.stdout.write(f"{drawing} sample pins wait for their pictures, which the workers draw")
