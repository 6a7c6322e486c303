"""Every address of the shop."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("pinshop.core.urls")),
    path("", include("pinshop.site.urls")),
    path("", include("catalog.urls")),
    path("", include("designs.urls")),
    path("api/", include("pinshop.api_urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("orders.manufacturing.web.urls")),
    path("admin/", admin.site.urls),
    path("", include("orders.claims.web.urls")),
    path("", include("orders.urls")),
    path("hooks/", include("orders.web.hooks")),
]

handler403 = "pinshop.site.web.errors.forbidden"
handler404 = "pinshop.site.web.errors.not_found"
handler500 = "pinshop.site.web.errors.failed"
