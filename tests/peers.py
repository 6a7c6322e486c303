"""A real HTTP server of the tests' own, which answers as told and keeps what it received."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Reply = Callable[[BaseHTTPRequestHandler, Received], None]


def status(code: int, body: bytes = b"{}", **headers: str) -> Reply:
    """A reply with this status and body; `Retry_After="3"` becomes a header."""

    def reply(handler: BaseHTTPRequestHandler, _received: Received) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


@dataclass
class Peer:
    """A listening server. `replies` are used up in order; the last one stays."""

    url: str = ""
    replies: list[Reply] = field(default_factory=lambda: [status(200)])
    received: list[Received] = field(default_factory=list)


@contextmanager
def listen() -> Iterator[Peer]:
    """A server on a free port of 127.0.0.1."""
    peer = Peer()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            received = Received(self.command, self.path, headers, self.rfile.read(length))
            peer.received.append(received)
            reply = peer.replies.pop(0) if len(peer.replies) > 1 else peer.replies[0]
            try:
                reply(self, received)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - http.server calls these names

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    peer.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
