"""The base of every API view: rate limit headers, size limits, writes that happen once per key."""

import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pinshop.core import idempotency
from pinshop.core.api import limits, problems
from pinshop.core.errors import PinshopError

_READS = {"GET", "HEAD", "OPTIONS"}
_FORM_BYTES = 1024 * 1024  # what a multipart body may have besides its file


class ApiView(APIView):
    """A view whose POST, PUT, PATCH and DELETE need an `Idempotency-Key` and happen once per key.

    The key's scope is the API key that asks. A refusal (4xx) is an answer and is replayed. 409, 429 and 5xx are not
    stored: the state of things may move on, so the caller may try again with the same key.
    """

    _claim: idempotency.Claim | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Run the view once per key. DRF's own dispatch is kept; the claim wraps the handler."""
        try:
            response = super().dispatch(request, *args, **kwargs)
            if self._claim is not None:
                self._store(self._claim, response)
        except BaseException:
            if self._claim is not None:
                idempotency.release(self._claim)
            raise
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, authorise and count first, then claim the key."""
        if str(request.method).lower() not in self.http_method_names or not hasattr(self, str(request.method).lower()):
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)
        if request.method in _READS:
            return
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            raise KeyMissing(
                gettext(
                    "Send an Idempotency-Key header with every write, so that a repeated request cannot do it twice."
                ),
                fields={"Idempotency-Key": gettext("This header is required.")},
            )
        claimed = idempotency.claim(
            scope=f"api:{getattr(request.auth, 'pk', 'anonymous')}",
            key=key,
            request=_fingerprint(request),
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
                content_type=problems.PROBLEM if exc.status >= HTTPStatus.BAD_REQUEST else None,
            )
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add the rate limit's headers; nothing that a key sees is kept by a cache."""
        final = super().finalize_response(request, response, *args, **kwargs)
        limits.show(request, final)
        final.setdefault("Cache-Control", "no-store")
        return final

    def _store(self, claimed: idempotency.Claim, response: Any) -> None:
        status = int(response.status_code)
        if status in {HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS} or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            idempotency.release(claimed)
            return
        rendered = response.rendered_content if response.data is not None else b"null"
        idempotency.complete(claimed, status=status, answer=json.loads(rendered))


class NoSuchAddress(ApiView):
    """Answers addresses below /api/v1/ that do not exist, to anyone, as a problem."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """There is nothing to claim a key for."""
        del request, args, kwargs
        raise AddressUnknown(gettext("There is nothing at this address. /api/ lists all there are."))


class KeyMissing(PinshopError):
    """A write without an Idempotency-Key."""

    code = "idempotency_key_missing"
    status = 400


class BodyTooLarge(PinshopError):
    """More bytes than any request may have."""

    code = "body_too_large"
    status = 413


class AddressUnknown(PinshopError):
    """No view at this path."""

    code = "address_unknown"
    status = 404


class _Replay(Exception):
    def __init__(self, status: int, answer: Any) -> None:
        super().__init__()
        self.status = status
        self.answer = answer


def _fingerprint(request: Request) -> str:
    """A hash of all that decides the outcome: method, address, If-Match, and the content.

    Of a multipart body, whose boundary differs each time, the fields and files count. Its size is checked before it is read.
    """
    head = (str(request.method), request.get_full_path(), request.headers.get("If-Match", ""))
    parts = [text.encode() for text in head]
    if not request.content_type.startswith("multipart/"):
        parts.append(request._request.body)  # noqa: SLF001 - DRF offers no other way to the raw bytes
        return idempotency.fingerprint(*parts)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.UPLOAD_MAX_BYTES + _FORM_BYTES:
        raise BodyTooLarge(problems.TOO_LARGE)
    for name, values in sorted(request.POST.lists()):
        parts += [name.encode(), *(str(value).encode() for value in values)]
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            parts += [name.encode(), str(upload.name).encode(), idempotency.fingerprint(*upload.chunks()).encode()]
            upload.seek(0)
    return idempotency.fingerprint(*parts)
