"""Addresses of manufacturing."""

from django.urls import path

from orders.manufacturing.web import hooks, page

app_name = "manufacturing"

urlpatterns = [
    path("hooks/manufacturers/<uuid:manufacturer_id>/", hooks.receive, name="hook"),
    path("factory/<str:token>/", page.show, name="page"),
    path("factory/<str:token>/accept/", page.accept, name="accept"),
    path("factory/<str:token>/reject/", page.reject, name="reject"),
    path("factory/<str:token>/report/", page.report, name="report"),
    path("factory/<str:token>/packing-list/", page.packing_list, name="packing_list"),
]
