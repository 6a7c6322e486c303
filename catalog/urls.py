"""Addresses of the ready-made pins."""

from django.urls import path

from catalog.web import pins

app_name = "catalog"

urlpatterns = [
    path("pins/", pins.pin_list, name="pin_list"),
    path("pins/<slug:slug>/", pins.pin_detail, name="pin"),
    path("artists/<slug:slug>/", pins.artist, name="artist"),
    path("series/<slug:slug>/", pins.series, name="series"),
    path("causes/<slug:slug>/", pins.cause, name="cause"),
]
