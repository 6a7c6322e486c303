"""Addresses of the catalogue in the API."""

from django.urls import path

from catalog.api.views import OptionList, PinDetail, PinList

urlpatterns = [
    path("options", OptionList.as_view()),
    path("pins", PinList.as_view()),
    path("pins/<slug:slug>", PinDetail.as_view()),
]
