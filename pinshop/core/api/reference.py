"""The OpenAPI document and the pages that show it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import JSONRenderer

from pinshop.core.api import manual


class Document(SpectacularAPIView):
    """The OpenAPI document as JSON, for anyone."""

    renderer_classes = [JSONRenderer, OpenApiJsonRenderer2]
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The introduction to the API, and the way to each of its subjects."""
    return render(request, "api/reference.html", {"manual": manual.get_manual()})


@require_safe
def subject(request: HttpRequest, slug: str) -> HttpResponse:
    """Every operation on one kind of thing."""
    whole = manual.get_manual()
    found = next((each for each in whole.subjects if each.slug == slug), None)
    if found is None:
        raise Http404
    return render(request, "api/subject.html", {"manual": whole, "subject": found})


@require_safe
def problem(_request: HttpRequest, code: str) -> HttpResponse:
    """Where a problem's `type` leads: what its code means stands on the page of the API."""
    del code
    return redirect(f"{settings.BASE_URL}/api/#errors")
