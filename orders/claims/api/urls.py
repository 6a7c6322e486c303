"""Addresses of claims and returns in the API."""

from django.urls import path

from orders.claims.api.views import ClaimList, ReturnList

urlpatterns = [
    path("orders/<uuid:order_id>/claims", ClaimList.as_view()),
    path("orders/<uuid:order_id>/returns", ReturnList.as_view()),
]
