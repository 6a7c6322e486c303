"""What customers report after delivery, and what they send back."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from orders.claims.enums import ClaimKind, ClaimState, ReturnState
from orders.models import OrderLine

MAX_TEXT = 2000


class Claim(models.Model):
    """Something is wrong with delivered pins. Staff decide it once: made again, refunded, or declined with a reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="claims")
    kind = models.CharField(max_length=10, choices=ClaimKind.choices)
    pieces = models.PositiveIntegerField()
    text = models.TextField(max_length=MAX_TEXT)
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.OPEN)
    answer = models.TextField(blank=True, help_text="What the customer reads about the decision.")
    refund_minor = models.PositiveBigIntegerField(default=0)
    remake = models.OneToOneField(OrderLine, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["opened_at"]
        permissions: ClassVar = [("decide_claim", "Can decide claims and take returns in")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line"], condition=Q(state=ClaimState.OPEN), name="claims_claim_one_open"),
            models.CheckConstraint(condition=Q(pieces__gte=1), name="claims_claim_pieces"),
            models.CheckConstraint(
                condition=Q(state=ClaimState.OPEN, decided_at__isnull=True)
                | (~Q(state=ClaimState.OPEN) & Q(decided_at__isnull=False) & ~Q(answer="")),
                name="claims_claim_decision_has_answer",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.REMADE, remake__isnull=False)
                | (~Q(state=ClaimState.REMADE) & Q(remake__isnull=True)),
                name="claims_claim_remade_has_line",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.REFUNDED, refund_minor__gt=0)
                | (~Q(state=ClaimState.REFUNDED) & Q(refund_minor=0)),
                name="claims_claim_refunded_has_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} of {self.line}"


class ClaimPhoto(models.Model):
    """A photo of a claim. What came is kept privately until a worker has drawn it anew; only that picture is ever shown."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField()
    original_sha256 = models.CharField(max_length=64, blank=True, help_text="What came; empty once it was drawn.")
    shown_sha256 = models.CharField(max_length=64, blank=True)
    failure = models.CharField(max_length=300, blank=True, help_text="Why it cannot be shown.")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "position"], name="claims_claimphoto_once"),
        ]

    def __str__(self) -> str:
        return f"Photo {self.position}"


class GoodsReturn(models.Model):
    """Ready-made pins that a customer sends back. Refunded when staff have them in their hands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="returns")
    pieces = models.PositiveIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=ReturnState.choices, default=ReturnState.OPEN)
    arrived = models.PositiveIntegerField(default=0, help_text="Pieces that came back.")
    restocked = models.PositiveIntegerField(default=0, help_text="Of these, pieces that are as new and on the shelf.")
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(state=ReturnState.OPEN), name="claims_goodsreturn_one_open"
            ),
            models.CheckConstraint(
                condition=Q(pieces__gte=1, arrived__lte=models.F("pieces"), restocked__lte=models.F("arrived")),
                name="claims_goodsreturn_pieces",
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.OPEN, closed_at__isnull=True)
                | (~Q(state=ReturnState.OPEN) & Q(closed_at__isnull=False)),
                name="claims_goodsreturn_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} of {self.line}"
