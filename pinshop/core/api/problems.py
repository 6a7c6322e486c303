"""Every error of the API as an RFC 9457 problem: type, title, status, detail, code, and all faults at once."""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from pinshop.core.errors import PinshopError

PROBLEM = "application/problem+json"
TOO_LARGE = (
    f"The body is too large. JSON may have {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20} MB; "
    f"send artwork as multipart/form-data, up to {settings.UPLOAD_MAX_BYTES // 2**20} MB."
)
# What Django raises: the first kind that fits.
_DJANGO: list[tuple[type[Exception], int, str, str]] = [
    (Http404, 404, "not_found", "There is no such resource, or it is not yours."),
    (PermissionDenied, 403, "forbidden", "You may not do this."),
    (RequestDataTooBig, 413, "body_too_large", TOO_LARGE),
    (SuspiciousOperation, 400, "bad_request", "The request is not well formed."),
]


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an error; None for what nobody foresaw, which is logged and answered by `handler500`."""
    del context
    if isinstance(error, PinshopError):
        return _of_ours(error)
    if isinstance(error, exceptions.ValidationError):
        return _answer(422, "invalid", "Some fields are not right; see errors.", flatten(error.detail))
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    for kind, status, code, detail in _DJANGO:
        if isinstance(error, kind):
            return _answer(status, code, detail)
    return None


def body(status: int, code: str, detail: str, **extra: Any) -> dict[str, Any]:
    """The members of a problem."""
    return {
        "type": f"{settings.BASE_URL}/api/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }


def failure(reference: str) -> JsonResponse:
    """The answer to what nobody foresaw; `reference` finds it in the logs."""
    detail = (
        "Something went wrong on our side, and nothing is half done. Send the same request again, with the same key."
    )
    return JsonResponse(body(500, "failed", detail, request_id=reference), status=500, content_type=PROBLEM)


def flatten(detail: Any, prefix: str = "") -> dict[str, str]:
    """A serializer's nested errors as dotted paths: `{"lines.0.quantity": "…"}`."""
    if isinstance(detail, Mapping):
        pairs = [("" if name == "non_field_errors" else str(name), inner) for name, inner in detail.items()]
    elif isinstance(detail, Sequence) and not isinstance(detail, str) and any(isinstance(e, Mapping) for e in detail):
        pairs = [(str(index), inner) for index, inner in enumerate(detail)]
    elif isinstance(detail, Sequence) and not isinstance(detail, str):
        return {prefix or "body": " ".join(str(entry) for entry in detail)}
    else:
        return {prefix or "body": str(detail)}
    flat: dict[str, str] = {}
    for name, inner in pairs:
        flat.update(flatten(inner, f"{prefix}.{name}".strip(".")))
    return flat


def _of_ours(error: PinshopError) -> Response:
    extra = dict(error.extra)
    valid_values = extra.pop("valid_values", {})
    response = _answer(error.status, error.code, error.message, error.fields, valid_values, **extra)
    if "retry_after" in extra:
        response["Retry-After"] = str(extra["retry_after"])
    return response


def _of_framework(error: exceptions.APIException) -> Response:
    response = _answer(error.status_code, error.default_code, str(error.detail))
    wait = getattr(error, "wait", None)
    if wait is not None:
        response["Retry-After"] = str(math.ceil(wait))
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def _answer(
    status: int,
    code: str,
    detail: str,
    fields: Mapping[str, str] | None = None,
    valid_values: Mapping[str, Sequence[Any]] | None = None,
    **extra: Any,
) -> Response:
    content = body(status, code, detail, **extra)
    if fields:
        known = valid_values or {}
        content["errors"] = [
            {"field": name, "detail": text} | ({"valid_values": list(known[name])} if name in known else {})
            for name, text in fields.items()
        ]
    return Response(content, status=status, content_type=PROBLEM)
