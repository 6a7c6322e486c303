"""What every API view shares: problem details, cursor pages, idempotent writes."""

import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pinshop.core import idempotency
from pinshop.core.errors import PinshopError

PROBLEM = "application/problem+json"


class CursorPages(CursorPagination):
    """Stable pages, newest first: `?cursor=`, `?limit=` up to 100."""

    ordering = "-created_at"
    page_size_query_param = "limit"
    max_page_size = 100


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer every error as an RFC 9457 problem: type, title, status, detail, code, and `errors` per field."""
    del context
    if isinstance(error, PinshopError):
        return _problem(error.status, error.code, error.message, error.fields, **error.extra)
    if isinstance(error, Http404):
        return _problem(404, "not_found", "There is no such resource, or it is not yours.", {})
    if isinstance(error, exceptions.ValidationError):
        return _problem(422, "invalid", "Some fields are not right; see errors.", _flatten(error.detail))
    if isinstance(error, exceptions.APIException):
        detail = str(error.detail)
        response = _problem(error.status_code, error.default_code, detail, {})
        wait = getattr(error, "wait", None)
        if wait is not None:
            response["Retry-After"] = str(int(wait) + 1)
        if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
            response["WWW-Authenticate"] = 'Bearer realm="api"'
        return response
    return None


class IdempotentWrites(APIView):
    """A view whose POST, PUT, PATCH and DELETE need an `Idempotency-Key` and happen once per key.

    The key's scope is the API key that asks. A refusal (4xx) is an answer and is replayed; 409 with a running first
    request, 429 and 5xx are not stored, so that the caller may try again with the same key.
    """

    _claim: idempotency.Claim | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Run the view once per key. DRF's own dispatch is kept; the claim wraps the handler."""
        try:
            response = super().dispatch(request, *args, **kwargs)
        except BaseException:
            if self._claim is not None:
                idempotency.release(self._claim)
            raise
        if self._claim is not None:
            self._store(self._claim, response)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate and authorise first, then claim the key."""
        super().initial(request, *args, **kwargs)
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            raise KeyMissing(
                "Send an Idempotency-Key header with every write, so that a repeated request cannot do it twice.",
                fields={"Idempotency-Key": "This header is required."},
            )
        claimed = idempotency.claim(
            scope=f"api:{getattr(request.auth, 'pk', 'anonymous')}",
            key=key,
            request=idempotency.fingerprint(
                str(request.method).encode(), request.get_full_path().encode(), _body_of(request)
            ),
            now=timezone.now(),
        )
        if claimed.answer is not None:
            raise _Replay(*claimed.answer)
        self._claim = claimed

    def handle_exception(self, exc: Exception) -> Response:
        """A replay is not an error: it answers as the first request did."""
        if isinstance(exc, _Replay):
            return Response(
                exc.answer,
                status=exc.status,
                headers={"Idempotent-Replayed": "true"},
                content_type=PROBLEM if exc.status >= HTTPStatus.BAD_REQUEST else None,
            )
        return super().handle_exception(exc)

    def _store(self, claimed: idempotency.Claim, response: Any) -> None:
        status = int(response.status_code)
        if status in {HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS} or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            idempotency.release(claimed)
            return
        rendered = response.rendered_content if response.data is not None else b"null"
        idempotency.complete(claimed, status=status, answer=json.loads(rendered))


class KeyMissing(PinshopError):
    """A write without an Idempotency-Key."""

    code = "idempotency_key_missing"
    status = 400


class _Replay(Exception):
    def __init__(self, status: int, answer: Any) -> None:
        super().__init__()
        self.status = status
        self.answer = answer


def _body_of(request: Request) -> bytes:
    """The request's content for the fingerprint: the raw JSON, or form fields and file hashes of a multipart body."""
    if not request.content_type.startswith("multipart/"):
        return bytes(request._request.body)  # noqa: SLF001 - DRF offers no other way to the raw bytes
    parts = [f"{name}={value}".encode() for name, values in sorted(request.POST.lists()) for value in values]
    for name, upload in sorted(request.FILES.items()):
        parts.append(name.encode())
        parts.append(idempotency.fingerprint(*upload.chunks()).encode())
        upload.seek(0)
    return b"\x00".join(parts)


def _problem(status: int, code: str, detail: str, fields: dict[str, str], **extra: Any) -> Response:
    body: dict[str, Any] = {
        "type": f"{settings.BASE_URL}/api/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }
    if fields:
        body["errors"] = [{"field": name, "detail": text} for name, text in fields.items()]
    response = Response(body, status=status, content_type=PROBLEM)
    if "retry_after" in extra:
        response["Retry-After"] = str(extra["retry_after"])
    return response


def _flatten(detail: Any, prefix: str = "") -> dict[str, str]:
    if isinstance(detail, dict):
        out: dict[str, str] = {}
        for name, inner in detail.items():
            where = prefix if name == "non_field_errors" else f"{prefix}.{name}".strip(".")
            out.update(_flatten(inner, where))
        return out
    if isinstance(detail, list):
        if detail and isinstance(detail[0], dict):
            out = {}
            for index, inner in enumerate(detail):
                out.update(_flatten(inner, f"{prefix}.{index}".strip(".")))
            return out
        return {prefix or "body": " ".join(str(entry) for entry in detail)}
    return {prefix or "body": str(detail)}
