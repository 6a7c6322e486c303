"""What is done with an order, and what comes of it."""

from typing import Any

from rest_framework import serializers


class CancelInput(serializers.Serializer[Any]):
    """Why, and which lines; all where none is named."""

    reason = serializers.CharField(max_length=300, default="", allow_blank=True)
    line_ids = serializers.ListField(child=serializers.UUIDField(), required=False, allow_empty=False)
    shown_cost_minor = serializers.IntegerField(
        min_value=0, default=0, help_text="The sum of these lines' `cancellation_cost_minor` as you know it."
    )


class RequoteAnswerInput(serializers.Serializer[Any]):
    """Yes or no to the new price that the order shows."""

    requote_id = serializers.UUIDField()
    accept = serializers.BooleanField()
    shown_total_minor = serializers.IntegerField(min_value=0, help_text="The new total, as you know it.")


class PaymentPageOutput(serializers.Serializer[Any]):
    """Where the order is paid."""

    payment_url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class DocumentOutput(serializers.Serializer[Any]):
    """A file of an order; its link expires within two hours."""

    kind = serializers.ChoiceField(["invoice", "credit_note", "proof"])
    name = serializers.CharField()
    media_type = serializers.CharField()
    line_id = serializers.UUIDField(allow_null=True)
    url = serializers.CharField()


class DocumentsOutput(serializers.Serializer[Any]):
    """The files of an order."""

    results = DocumentOutput(many=True)
