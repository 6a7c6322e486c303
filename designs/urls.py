"""Addresses of uploading and configuring a design."""

from django.urls import path

from designs.web import enamels, live, pages, sharing, uploads

app_name = "designs"

urlpatterns = [
    path("design/", uploads.upload, name="upload"),
    path("designs/<uuid:design_id>/", pages.show, name="detail"),
    path("designs/<uuid:design_id>/status/", pages.status, name="status"),
    path("designs/<uuid:design_id>/live.json", live.show, name="live"),
    path("designs/<uuid:design_id>/change/", pages.change, name="change"),
    path("designs/<uuid:design_id>/mend/", pages.mend, name="mend"),
    path("designs/<uuid:design_id>/step/", pages.step, name="step"),
    path("designs/<uuid:design_id>/colours/", enamels.at, name="enamel_at"),
    path("designs/<uuid:design_id>/colours/<int:label>/", enamels.enamel, name="enamel"),
    path("designs/<uuid:design_id>/share/", sharing.share, name="share"),
    path("designs/<uuid:design_id>/duplicate/", sharing.duplicate, name="duplicate"),
    path("shared/<str:token>/", sharing.shared, name="shared"),
    path("shared/<str:token>/copy/", sharing.copy, name="shared_copy"),
    path("designs/<uuid:design_id>/replace/", uploads.replace, name="replace"),
]
