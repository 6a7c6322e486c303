"""Addresses of claims and returns, below their order."""

from django.urls import path

from orders.claims.web import pages

app_name = "claims"

urlpatterns = [
    path("orders/<uuid:order_id>/lines/<uuid:line_id>/claim/", pages.report, name="report"),
    path("orders/<uuid:order_id>/lines/<uuid:line_id>/return/", pages.send_back, name="send_back"),
]
