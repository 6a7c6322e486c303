"""Endpoints that hear of events."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from pinshop.accounts import owners
from pinshop.accounts.api.authentication import key_of
from pinshop.accounts.enums import Scope
from pinshop.core.api import inputs, pages
from pinshop.core.api.schema import example
from pinshop.core.api.views import ApiView
from pinshop.webhooks.api.examples import CREATED, ENDPOINT, NEW_ENDPOINT
from pinshop.webhooks.api.serializers import EndpointCreated, EndpointInput, EndpointOutput
from pinshop.webhooks.selectors import endpoints as selectors
from pinshop.webhooks.services import endpoints


class EndpointList(ApiView):
    """The endpoints of the key's business and side."""

    scopes = {"GET": Scope.WEBHOOKS, "POST": Scope.WEBHOOKS}

    @extend_schema(
        operation_id="listWebhookEndpoints",
        responses=pages.of(EndpointOutput),
        parameters=pages.PARAMETERS,
        examples=[example(pages.example_of(ENDPOINT))],
    )
    def get(self, request: Request) -> Response:
        """List webhook endpoints, newest first."""
        key = key_of(request)
        rows = selectors.list_endpoints(business_id=key.business_id, live=key.live)
        return pages.answer(rows, request, self, lambda endpoint: EndpointOutput(endpoint).data)

    @extend_schema(
        operation_id="createWebhookEndpoint",
        request=EndpointInput,
        responses={201: EndpointCreated},
        examples=[example(NEW_ENDPOINT, request=True), example(CREATED, status="201")],
    )
    def post(self, request: Request) -> Response:
        """Make a webhook endpoint. Its secret is in this answer only."""
        key = key_of(request)
        values = inputs.read(EndpointInput, request.data)
        endpoint = endpoints.create(
            business_id=key.business_id,
            live=key.live,
            url=values["url"],
            event_types=values["event_types"],
            actor=owners.actor_of_key(key),
            now=timezone.now(),
        )
        return Response(EndpointCreated(endpoint).data, status=201)


class EndpointDetail(ApiView):
    """One endpoint."""

    scopes = {"GET": Scope.WEBHOOKS, "DELETE": Scope.WEBHOOKS}

    @extend_schema(operation_id="getWebhookEndpoint", responses=EndpointOutput, examples=[example(ENDPOINT)])
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """Read a webhook endpoint."""
        key = key_of(request)
        found = selectors.get_endpoint(endpoint_id=endpoint_id, business_id=key.business_id, live=key.live)
        return Response(EndpointOutput(found).data)

    @extend_schema(operation_id="deleteWebhookEndpoint", responses={204: None})
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        """Delete a webhook endpoint. What is waiting for it is given up."""
        key = key_of(request)
        found = selectors.get_endpoint(endpoint_id=endpoint_id, business_id=key.business_id, live=key.live)
        endpoints.delete(endpoint_id=found.pk, actor=owners.actor_of_key(key), now=timezone.now())
        return Response(status=204)
