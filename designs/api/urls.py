"""Addresses of designs in the API."""

from django.urls import path

from designs.api.views import DesignDetail, DesignList, MendList

urlpatterns = [
    path("designs", DesignList.as_view()),
    path("designs/<uuid:design_id>", DesignDetail.as_view()),
    path("designs/<uuid:design_id>/mends", MendList.as_view()),
]
