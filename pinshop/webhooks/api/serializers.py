"""The shape of endpoints in the API."""

from typing import Any

from rest_framework import serializers

from pinshop.webhooks.enums import EventType


class EndpointInput(serializers.Serializer[Any]):
    """A new endpoint."""

    url = serializers.CharField(max_length=500, help_text="An https address that answers 2xx within 15 seconds.")
    event_types = serializers.ListField(
        child=serializers.ChoiceField(EventType.choices),
        default=lambda: list(EventType.values),
        help_text="What to hear of; everything where it is left out.",
    )


class EndpointOutput(serializers.Serializer[Any]):
    """An endpoint as it stands."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    event_types = serializers.ListField(child=serializers.ChoiceField(EventType.choices))
    live = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    disabled_at = serializers.DateTimeField(allow_null=True)
    disabled_reason = serializers.CharField(allow_blank=True)


class EndpointCreated(EndpointOutput):
    """A new endpoint with its secret, which is shown this once."""

    secret = serializers.CharField(help_text="Verifies the webhook-signature header; keep it, it is shown this once.")
