"""Addresses of the kernel: health and files."""

from django.urls import include, path

from pinshop.core import web

files_urls = (
    [
        path("private/<str:token>/<str:name>", web.private_file, name="private"),
        path("public/<str:sha256>.<str:extension>", web.public_file, name="public"),
    ],
    "files",
)

urlpatterns = [
    path("healthz", web.healthz, name="healthz"),
    path("readyz", web.readyz, name="readyz"),
    path("files/", include(files_urls)),
]
