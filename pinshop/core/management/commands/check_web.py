"""`manage.py check_web`: status 0 where the web server of this container answers. For health checks."""

from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Fails with the reason where the server does not answer on its own port."""

    help = "Fail where the web server of this container does not answer."

    def add_arguments(self, parser: CommandParser) -> None:
        """The port, where it is not 8000."""
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_: Any, port: int, **__: Any) -> None:
        """Ask as the proxy does: by the shop's name, over what was https outside."""
        headers = {"Host": settings.ALLOWED_HOSTS[0], "X-Forwarded-Proto": "https"}
        try:
            with urlopen(Request(f"http://127.0.0.1:{port}/healthz", headers=headers), timeout=5):
                pass
        except (URLError, OSError) as error:
            raise CommandError(f"no answer on port {port}: {error}") from error
