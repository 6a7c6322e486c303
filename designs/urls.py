"""Addresses of uploading and configuring a design."""

from django.urls import path

from designs.web import live, pages, uploads

app_name = "designs"

urlpatterns = [
    path("design/", uploads.upload, name="upload"),
    path("designs/<uuid:design_id>/", pages.show, name="detail"),
    path("designs/<uuid:design_id>/status/", pages.status, name="status"),
    path("designs/<uuid:design_id>/live.json", live.show, name="live"),
    path("designs/<uuid:design_id>/change/", pages.change, name="change"),
    path("designs/<uuid:design_id>/mend/", pages.mend, name="mend"),
    path("designs/<uuid:design_id>/replace/", uploads.replace, name="replace"),
]
