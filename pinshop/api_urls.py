"""Every address of the API."""

from django.urls import URLPattern, URLResolver, include, path

from pinshop.core.api import reference
from pinshop.core.api.views import NoSuchAddress

version_1: list[URLPattern | URLResolver] = [
    path("openapi.json", reference.Document.as_view(), name="openapi"),
    path("", include("catalog.api.urls")),
    path("", include("designs.api.urls")),
    path("", include("orders.api.urls")),
    path("", include("orders.claims.api.urls")),
    path("", include("pinshop.webhooks.api.urls")),
    path("<path:rest>", NoSuchAddress.as_view()),
]

urlpatterns = [
    path("", reference.reference, name="api_reference"),
    path("problems/<slug:code>", reference.problem),
    path("v1/", include(version_1)),
    path("<slug:slug>/", reference.subject, name="api_subject"),
]
