"""The shop's REST API as a business calls it, and the JSON of the stand-ins."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pinshop.core import http


class StepFailed(RuntimeError):
    """A step of the demo did not happen; the message says which and what came instead."""


@dataclass(frozen=True, slots=True)
class Api:
    """One server and the headers that open it."""

    base: str
    headers: Mapping[str, str]

    def get(self, path: str) -> Any:
        """The JSON at a path; raises StepFailed for anything but 200."""
        return self._ask("GET", path).json()

    def get_bytes(self, path: str) -> bytes:
        """The file at a path or at a full address."""
        return self._ask("GET", path).body

    def post(self, path: str, json: Any = None, *, files: Any = None, data: Any = None) -> Any:
        """Write something, once: the key is fresh, so a repetition would be seen."""
        return self._ask("POST", path, json=json, files=files, data=data).json()

    def patch(self, path: str, json: Any, *, version: str = "") -> Any:
        """Change something, where it still has this version."""
        return self._ask("PATCH", path, json=json, headers={"If-Match": version} if version else {}).json()

    def wait(self, path: str, done: Callable[[Any], bool], *, what: str, seconds: float = 120) -> Any:
        """Ask again until `done` holds; raises StepFailed where it never does."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.get(path)
            if done(found):
                return found
            if time.monotonic() > deadline:
                state = found.get("state", found) if isinstance(found, dict) else found
                raise StepFailed(f"{what} did not happen within {seconds:.0f} s; it is still: {state}")
            time.sleep(0.2)

    def _ask(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **parts: Any) -> http.Answer:
        sent = {**self.headers, **(headers or {})}
        if method != "GET":
            sent["Idempotency-Key"] = str(uuid.uuid4())
        url = path if path.startswith("http") else f"{self.base}{path}"
        answer = http.request(method, url, headers=sent, timeout_seconds=60, **parts)
        if not 200 <= answer.status < 300:
            raise StepFailed(f"{method} {url} answered {answer.status}: {answer.body[:600].decode('utf-8', 'replace')}")
        return answer
