import logging
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from pinshop.local import ports

HOST = "127.0.0.1"
_READY = re.compile(r"on (http://\S+?)(?:, SMTP on [\d.]+:(\d+))?$")
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
# What these libraries say about requests that were refused as they should be.
_QUIET = {
    "django.request": logging.ERROR,
    "django.security.DisallowedHost": logging.CRITICAL,
    "mail.log": logging.WARNING,
}


class ServerFailed(Exception):
    """A stand-in did not start, or did not stop when asked to."""


class Part(Protocol):
    """Something that runs beside the web server: background work, an SMTP server."""

    def start(self) -> None:
        """Starts; raises PortTaken where a port is in use."""

    def stop(self) -> None:
        """Ends in order."""


class _RequestHandler(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        """The WSGI environment, with the socket for the fault that drops a connection."""
        return {**super().get_environ(), "pinshop.connection": self.connection}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class uses
        """Nothing: the stand-ins log what they do, not each request."""


class _Server(ThreadedWSGIServer):
    daemon_threads = True
    block_on_close = False


def serve(*, name: str, application: WSGIHandler, port: int, parts: Sequence[Part], note: str = "") -> int:
    """Serves until SIGTERM or SIGINT, prints one line with the address, and returns the exit status.

    Port 0 takes a free one.

    Raises:
        PortTaken: another programme listens there.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    for name_of_logger, level in _QUIET.items():
        logging.getLogger(name_of_logger).setLevel(level)
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    if port:
        ports.claim(port, what=f"the {name}", setting="--port")
    server = _Server((HOST, port), _RequestHandler)
    server.set_app(application)
    for part in parts:
        part.start()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="web", daemon=True)
    thread.start()
    print(f"{name} on http://{HOST}:{server.server_port}{note}", flush=True)
    stopping.wait()
    server.shutdown()
    server.server_close()
    for part in reversed(parts):
        part.stop()
    return 0


@dataclass(frozen=True)
class Running:
    """A stand-in that runs as a child process: its address, SMTP port (mail), process id, state folder."""

    url: str
    smtp_port: int
    pid: int
    state: Path


@contextmanager
def running(name: str, *options: str, state: Path) -> Iterator[Running]:
    """Runs a stand-in ("stripe", "factory", "carrier", "mail") on a free port until the block ends.

    `options` are the command line's (`python -m pinshop.local NAME --help`); `state` is the folder whose
    content outlives the process, and gets `server.log`.

    Raises:
        ServerFailed: it did not start within 30 s, or did not stop within 10 s of SIGTERM.
    """
    state.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pinshop.local", name, "--port", "0", "--state", str(state), *options]
    root = Path(__file__).parents[2]
    with (state / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, cwd=root, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
    with process:
        try:
            url, smtp_port = _wait_until_ready(process, name=name, log=state / "server.log")
            yield Running(url=url, smtp_port=smtp_port, pid=process.pid, state=state)
        finally:
            _stop(process, name=name)


def _wait_until_ready(process: "subprocess.Popen[bytes]", *, name: str, log: Path) -> tuple[str, int]:
    if process.stdout is None:
        raise ServerFailed(f"{name} has no output to read")
    ready, _, _ = select.select([process.stdout], [], [], _START_SECONDS)
    line = process.stdout.readline().decode().strip() if ready else ""
    found = _READY.search(line)
    if found is None:
        raise ServerFailed(f"{name} did not start: {line or log.read_text().strip()}")
    return found[1], int(found[2] or 0)


def _stop(process: "subprocess.Popen[bytes]", *, name: str) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if process.poll() is None:
        process.kill()
        raise ServerFailed(f"{name} did not stop within {_STOP_SECONDS:.0f} s of SIGTERM")
