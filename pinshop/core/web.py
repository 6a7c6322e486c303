"""Health endpoints and the door of stored files."""

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from pinshop.core import files, health


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Database, broker and every queue work: 200; otherwise 503 with what does not."""
    checks = health.list_checks(now=timezone.now())
    ready = not any(check.problem for check in checks)
    return JsonResponse(
        {"ready": ready, "checks": {check.name: check.problem or "ok" for check in checks}},
        status=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


@require_safe
def private_file(_request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A private file by its signed link; 404 where the link is forged or has expired."""
    del name
    try:
        sha256, signed_name = files.resolve(token)
        return _send(sha256, signed_name, "private, max-age=600")
    except files.FileGone as gone:
        return HttpResponse(gone.message + "\n", status=404, content_type="text/plain; charset=utf-8")


@require_safe
def public_file(_request: HttpRequest, sha256: str, extension: str) -> HttpResponseBase:
    """A public file by its name; it never changes, so browsers keep it for a year."""
    try:
        files.get_public(sha256)
        return _send(sha256, f"{sha256[:12]}.{extension}", "public, max-age=31536000, immutable")
    except files.FileGone as gone:
        return HttpResponse(gone.message + "\n", status=404, content_type="text/plain; charset=utf-8")


def _send(sha256: str, name: str, cache: str) -> FileResponse:
    row = files.get(sha256)
    return FileResponse(
        files.open_file(sha256),
        as_attachment=row.media_type not in files.INLINE,
        filename=name,
        content_type=row.media_type,
        headers={
            "Cache-Control": cache,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
