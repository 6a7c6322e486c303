import secrets
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

_HERE = Path(__file__).parent
_LARGEST_BODY_BYTES = 64 * 1024 * 1024
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)

Urls = tuple[URLPattern, ...]


def application(urls: Urls, *, templates: Path) -> WSGIHandler:
    """A small Django site without a database: these pages, the shared style sheet and `/healthz`.

    Django's settings belong to the process, so a process serves one stand-in.
    """
    settings.configure(
        SECRET_KEY=secrets.token_hex(),
        ALLOWED_HOSTS=["127.0.0.1", "localhost", "[::1]"],
        ROOT_URLCONF=(path("healthz", _health), path("assets/local.css", _style_sheet), *urls),
        MIDDLEWARE=["pinshop.local.web.security_headers"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [templates, _HERE / "templates"],
            }
        ],
        DATA_UPLOAD_MAX_MEMORY_SIZE=_LARGEST_BODY_BYTES,
        DATA_UPLOAD_MAX_NUMBER_FIELDS=None,
        USE_TZ=True,
        TIME_ZONE="UTC",
        APPEND_SLASH=False,
        LOGGING_CONFIG=None,
    )
    django.setup()
    return WSGIHandler()


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: no scripts, no framing by others, no guessing of types, unless the view says otherwise."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        request.get_host()  # refuses foreign names, so that no page of the web can reach in by DNS rebinding
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return respond


def _health(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


def _style_sheet(_request: HttpRequest) -> FileResponse:
    return FileResponse((_HERE / "assets" / "local.css").open("rb"), content_type="text/css")
