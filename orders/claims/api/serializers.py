"""The shape of claims and returns in the API."""

from typing import Any

from rest_framework import serializers

from orders.claims.enums import ClaimKind, ClaimState, ReturnState
from orders.claims.models import MAX_TEXT


class ClaimInput(serializers.Serializer[Any]):
    """What is wrong with a delivered line."""

    line_id = serializers.UUIDField()
    kind = serializers.ChoiceField(ClaimKind.choices)
    pieces = serializers.IntegerField(min_value=1)
    text = serializers.CharField(max_length=MAX_TEXT)


class ClaimUpload(ClaimInput):
    """A claim as multipart/form-data, with up to six photos."""

    photos = serializers.ListField(
        child=serializers.FileField(), required=False, help_text="JPEG, PNG, WebP or AVIF, each up to 10 MB."
    )


class ClaimPhotoOutput(serializers.Serializer[Any]):
    """A photo as it was drawn anew; its link expires within two hours."""

    url = serializers.CharField(allow_null=True, help_text="Null while it is prepared, or where it cannot be read.")
    failure = serializers.CharField(allow_blank=True)


class ClaimOutput(serializers.Serializer[Any]):
    """A claim and what was decided about it."""

    id = serializers.UUIDField()
    line_id = serializers.UUIDField()
    kind = serializers.ChoiceField(ClaimKind.choices)
    pieces = serializers.IntegerField()
    text = serializers.CharField()
    state = serializers.ChoiceField(ClaimState.choices)
    answer = serializers.CharField(allow_blank=True)
    refund_minor = serializers.IntegerField()
    remake_line_id = serializers.UUIDField(allow_null=True, help_text="The line that makes them again, at our cost.")
    photos = ClaimPhotoOutput(many=True)
    opened_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class ClaimsOutput(serializers.Serializer[Any]):
    """The claims of an order, oldest first."""

    results = ClaimOutput(many=True)


class ReturnInput(serializers.Serializer[Any]):
    """Ready-made pins that are sent back."""

    line_id = serializers.UUIDField()
    pieces = serializers.IntegerField(min_value=1)
    reason = serializers.CharField(max_length=300, default="", allow_blank=True)


class ReturnOutput(serializers.Serializer[Any]):
    """A return and what came of it."""

    id = serializers.UUIDField()
    line_id = serializers.UUIDField()
    pieces = serializers.IntegerField()
    state = serializers.ChoiceField(ReturnState.choices)
    arrived = serializers.IntegerField()
    asked_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class ReturnsOutput(serializers.Serializer[Any]):
    """The returns of an order, oldest first."""

    results = ReturnOutput(many=True)
