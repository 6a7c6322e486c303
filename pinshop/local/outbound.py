"""Calls that the stand-ins make. They play outside parties, so they do not load the shop's kernel for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """What came back: the HTTP status, or what went wrong on the way."""

    status: int | None
    error: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the receiver took the message (any 2xx)."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, *, body: bytes, headers: Mapping[str, str], timeout: float = 10.0) -> Answer:
    """Posts `body` and reports the answer; never raises for what the network or the receiver does."""
    target = urlsplit(url)
    connect = HTTPSConnection if target.scheme == "https" else HTTPConnection
    path = target.path or "/"
    try:
        connection = connect(target.hostname or "", target.port, timeout=timeout)
        try:
            connection.request("POST", f"{path}?{target.query}" if target.query else path, body, dict(headers))
            return Answer(connection.getresponse().status)
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as failure:
        return Answer(None, f"{type(failure).__name__}: {failure}")
