"""Proofs, and the answers to them."""

from typing import Any

from rest_framework import serializers

from catalog.api.specs import SpecOutput
from designs.api.serializers import FindingOutput, MeasuresOutput
from designs.states import ProofState

PROOF_ACTIONS = ["approve", "mend", "change_process", "request_changes", "comment"]


class ApprovalInput(serializers.Serializer[Any]):
    """The yes to exactly what was shown."""

    proof_hash = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the revision that you looked at.")
    shown_total_minor = serializers.IntegerField(min_value=0, help_text="The line's total as you know it.")
    terms_accepted = serializers.BooleanField(help_text="Says yes to the proof's `terms`.")


class SeenProofInput(serializers.Serializer[Any]):
    """The revision that you looked at."""

    proof_hash = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the revision that you looked at.")


class ProofMendInput(SeenProofInput):
    """One of the `mends` that a finding of the proof offers."""

    mend = serializers.CharField(max_length=40)


class ProofProcessInput(SeenProofInput):
    """The code of another process, from `GET /options`."""

    process = serializers.CharField(max_length=40)


class SpotInput(serializers.Serializer[Any]):
    """A place on the pin, in mm from its left top corner."""

    x_mm = serializers.FloatField(min_value=0, max_value=999)
    y_mm = serializers.FloatField(min_value=0, max_value=999)


class CommentInput(serializers.Serializer[Any]):
    """Something about the proof, perhaps about one spot of it."""

    comment = serializers.CharField(max_length=4000)
    spot = SpotInput(required=False)


class TermsOutput(serializers.Serializer[Any]):
    """What an approval says yes to."""

    version = serializers.CharField()
    statement = serializers.CharField()


class CommentOutput(serializers.Serializer[Any]):
    """Something that was said about a proof."""

    id = serializers.UUIDField()
    by_staff = serializers.BooleanField()
    author = serializers.CharField()
    text = serializers.CharField()
    spot = SpotInput(allow_null=True)
    answers = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class ApprovalOutput(serializers.Serializer[Any]):
    """A yes that was given."""

    proof_hash = serializers.CharField()
    price_minor = serializers.IntegerField()
    currency = serializers.CharField()
    terms_version = serializers.CharField()
    approver = serializers.CharField()
    approved_at = serializers.DateTimeField()


class ProofFileOutput(serializers.Serializer[Any]):
    """A picture or the sheet; its link expires within two hours."""

    name = serializers.ChoiceField(["front", "back", "card", "pdf"])
    url = serializers.CharField()


class ProofOutput(serializers.Serializer[Any]):
    """One revision of what will be made."""

    id = serializers.UUIDField()
    revision = serializers.IntegerField()
    state = serializers.ChoiceField(ProofState.choices)
    proof_hash = serializers.CharField(allow_null=True, help_text="What is approved; null before it is rendered.")
    design_id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    line_id = serializers.UUIDField()
    quantity = serializers.IntegerField()
    total_minor = serializers.IntegerField()
    currency = serializers.CharField()
    spec = SpecOutput()
    measures = MeasuresOutput(allow_null=True)
    findings = FindingOutput(many=True)
    files = ProofFileOutput(many=True)
    comments = CommentOutput(many=True)
    approval = ApprovalOutput(allow_null=True)
    terms = TermsOutput()
    allowed_actions = serializers.ListField(child=serializers.ChoiceField(PROOF_ACTIONS))
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
