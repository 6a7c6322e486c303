"""One guest in this process, by Django's test client: how many queries and how much CPU time each step takes."""

import logging
import time
from typing import Any

import django

django.setup()

import guests  # noqa: E402 - Django first
from django.db import connection  # noqa: E402 - as above
from django.test import Client  # noqa: E402 - as above
from django.test.client import ClientHandler  # noqa: E402 - as above
from django.test.utils import CaptureQueriesContext  # noqa: E402 - as above
from django.utils import timezone  # noqa: E402 - as above

from pinshop.core import outbox  # noqa: E402 - as above

# The web server's log lines are part of the cost and go to a file there; here they are formed and thrown away.
for _handler in logging.getLogger().handlers:
    if isinstance(_handler, logging.StreamHandler):
        _handler.setStream(open("/dev/null", "w"))  # noqa: PTH123, SIM115 - open for as long as this process runs
_HANDLER = ClientHandler(enforce_csrf_checks=True)  # one for all, because each loads the middleware anew


class InProcess:
    """A browser without a network: `seconds` of its answers is CPU time of this thread."""

    def __init__(self, *, count: bool = False) -> None:
        self._client = Client(headers=guests.HEADERS)
        self._client.handler = _HANDLER
        self._count = count

    def ask(self, path: str, form: dict[str, str] | None = None) -> guests.Answer:
        """GET, or POST of a form; its queries are captured only where they are counted, because that costs time."""
        if not self._count:
            return self._ask(path, form)
        with CaptureQueriesContext(connection) as captured:
            answer = self._ask(path, form)
        return guests.Answer(answer.status, answer.location, answer.page, answer.seconds, len(captured))

    def _ask(self, path: str, form: dict[str, str] | None) -> guests.Answer:
        started = time.thread_time()
        response: Any = self._client.get(path) if form is None else self._client.post(path, form)
        seconds = time.thread_time() - started
        location = response.headers.get("Location", "")
        return guests.Answer(response.status_code, location, response.content.decode(), seconds)


def worker_ms(orders: int) -> float:
    """Milliseconds of CPU time that a worker spends on one order that was just placed, without the mail server's part."""
    started = time.thread_time()
    done = sum(outbox.drain(now=timezone.now(), limit=1) for _ in range(orders))
    return (time.thread_time() - started) / max(done, 1) * 1000
