from collections.abc import Mapping
from dataclasses import dataclass

import httpx


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
    try:
        response = httpx.post(url, content=body, headers=dict(headers), timeout=timeout, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as failure:
        return Answer(None, f"{type(failure).__name__}: {failure}")
    return Answer(response.status_code)
