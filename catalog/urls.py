"""Addresses of the ready-made pins."""

from django.urls import path

from catalog.web import feeds, pins, wish_lists

app_name = "catalog"

urlpatterns = [
    path("pins/", pins.pin_list, name="pin_list"),
    path("search/suggest/", pins.suggest, name="suggest"),
    path("pins/new.atom", feeds.new_pins, name="feed"),
    path("pins/<slug:slug>/", pins.pin_detail, name="pin"),
    path("artists/<slug:slug>/", pins.artist, name="artist"),
    path("series/<slug:slug>/", pins.series, name="series"),
    path("causes/<slug:slug>/", pins.cause, name="cause"),
    path("wish-list/", wish_lists.show, name="wish_list"),
    path("wish-list/change/", wish_lists.change, name="wish_list_change"),
]
