"""Addresses of webhook endpoints in the API."""

from django.urls import path

from pinshop.webhooks.api.views import EndpointDetail, EndpointList

urlpatterns = [
    path("webhook-endpoints", EndpointList.as_view()),
    path("webhook-endpoints/<uuid:endpoint_id>", EndpointDetail.as_view()),
]
