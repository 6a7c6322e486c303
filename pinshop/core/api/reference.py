"""The OpenAPI document and the page that shows it."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import JSONRenderer


class Document(SpectacularAPIView):
    """The OpenAPI document as JSON, for anyone."""

    renderer_classes = [JSONRenderer, OpenApiJsonRenderer2]
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None


@require_safe
@csp_update(
    {"style-src": [SELF, UNSAFE_INLINE], "worker-src": ["blob:"]}
)  # Redoc styles itself and searches in a worker
def reference(request: HttpRequest) -> HttpResponse:
    """The page that shows the document, by Redoc from our own static files."""
    return render(request, "api/reference.html")


@require_safe
def problem(_request: HttpRequest, code: str) -> HttpResponse:
    """Where a problem's `type` leads: what its code means stands on the page of the API."""
    del code
    return redirect(f"{settings.BASE_URL}/api/#section/Errors")
