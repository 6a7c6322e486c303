"""A webhook endpoint for tests: keeps what it got and answers as it is told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Message:
    """One request: path, headers in lower case, raw body, and the status that was answered."""

    path: str
    headers: dict[str, str]
    body: bytes
    answered: int

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """`answers` are used up one by one; after that everything is 200."""

    url: str = ""
    messages: list[Message] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def accepted(self) -> list[Message]:
        """What was answered with 200."""
        return [message for message in self.messages if message.answered == 200]

    def settle(self) -> None:
        """Returns when nothing came for a while, so that planned answers meet the messages they are meant for."""
        before = -1
        while len(self.messages) != before:
            before = len(self.messages)
            time.sleep(0.25)

    def wait(self, wanted, *, seconds: float = 8.0) -> list[Message]:
        """The accepted messages, once `wanted(messages)` is true of them."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if wanted(self.accepted()):
                return self.accepted()
            time.sleep(0.02)
        got = [(message.answered, message.body[:300]) for message in self.messages]
        raise AssertionError(f"the messages never came as wanted; got {got}")


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = receiver.answers.pop(0) if receiver.answers else 200
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.messages.append(Message(self.path, headers, body, status))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
