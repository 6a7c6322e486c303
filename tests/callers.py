"""Calls the API as a business does: JSON, a key, an Idempotency-Key for writes."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from pinshop.accounts.enums import Scope
from pinshop.accounts.models import ApiKey, Business
from pinshop.accounts.services import api_keys
from pinshop.core.actors import SYSTEM

Check = Callable[[str, str, Any], None]


class Caller:
    """One API key. A write gets a new Idempotency-Key unless one is given; `check` looks at each answer."""

    def __init__(self, secret: str = "", key: ApiKey | None = None, check: Check | None = None) -> None:
        self.check = check
        self.client = Client(raise_request_exception=False)
        self.authorization = f"Bearer {secret}" if secret else ""
        self.key = key

    def __call__(self, method: str, address: str, data: Any = None, *, key: str | None = "new", **headers: str) -> Any:
        """`address` is a path below /api/v1/ or a whole URL; `data` is sent as JSON, text as it is."""
        path = "/" + address.split("://", 1)[1].partition("/")[2] if "://" in address else f"/api/v1/{address}"
        body = "" if data is None else data if isinstance(data, str) else json.dumps(data)
        response = self.client.generic(
            method, path, body, content_type="application/json", headers=self._headers(method, key, headers)
        )
        return self._checked(method, path, response)

    def upload(
        self, address: str, content: bytes, name: str = "fox.png", *, key: str | None = "new", **fields: str
    ) -> Any:
        """A multipart body with one file."""
        file = SimpleUploadedFile(name, content)
        path = f"/api/v1/{address}"
        response = self.client.post(path, {**fields, "file": file}, headers=self._headers("POST", key, {}))
        return self._checked("POST", path, response)

    def _checked(self, method: str, path: str, response: Any) -> Any:
        if self.check is not None:
            self.check(method, path, response)
        return response

    def _headers(self, method: str, key: str | None, more: dict[str, str]) -> dict[str, str]:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        if self.authorization:
            headers["Authorization"] = self.authorization
        if key and method not in {"GET", "HEAD"}:
            headers["Idempotency-Key"] = str(uuid4()) if key == "new" else key
        return headers


def make(business: Business, *scopes: str, live: bool = True, check: Check | None = None) -> Caller:
    """A caller with a new key; with every scope where none is named."""
    key, secret = api_keys.create(
        business=business, name="tests", scopes=scopes or Scope.values, live=live, actor=SYSTEM, now=timezone.now()
    )
    return Caller(secret, key, check)


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a problem, once it is shown to be a whole one."""
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), response.content
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"http://localhost:8000/api/problems/{code}")
    assert body["title"]
    assert body["detail"]
    return body
