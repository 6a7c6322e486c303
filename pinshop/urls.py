"""Every address of the shop."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("pinshop.core.urls")),
    path("admin/", admin.site.urls),
]
