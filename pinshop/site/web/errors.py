"""The pages of refusals and failures, in the shop's clothes."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from pinshop.core.api import problems


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known, but without the right."""
    del exception
    return render(request, "403.html", status=403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token does not fit, mostly because the page stood open over a sign-in."""
    del reason
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or another person's."""
    del exception
    return render(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: our fault. Rendered without the request, whose session or database may be what is broken."""
    reference = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    if request.path.startswith("/api/v1/"):
        return problems.failure(reference)
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)
