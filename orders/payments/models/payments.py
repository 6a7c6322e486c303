"""Money in and out: tries to pay, refunds, what providers told us."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from orders.models import Order
from orders.payments.enums import UNSETTLED, DiscrepancyKind, PaymentState, RefundState
from orders.payments.models.giftcards import GiftCard
from pinshop.core import words

MAX_ID, MAX_TYPE = 255, 100  # what providers call their objects and messages


class Payment(models.Model):
    """One try to pay an order on a payment page of a provider, or what a gift card has paid of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    state = models.CharField(max_length=10, choices=PaymentState.choices, default=PaymentState.CREATED)
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()
    captured_minor = models.PositiveBigIntegerField(default=0)
    refunded_minor = models.PositiveBigIntegerField(default=0, help_text="Given back, or promised and on its way.")
    provider = models.CharField(max_length=20)
    gift_card = models.ForeignKey(GiftCard, null=True, blank=True, on_delete=models.PROTECT, related_name="payments")
    session_id = models.CharField(max_length=255, blank=True)
    intent_id = models.CharField(max_length=255, blank=True, db_index=True)
    page_url = models.TextField(blank=True)
    idempotency_key = models.CharField(max_length=80, unique=True)
    failure = models.CharField(max_length=300, blank=True)
    expires_at = models.DateTimeField(help_text="When the payment page closes and the stock it holds goes back.")
    asked_at = models.DateTimeField(help_text="When the provider was last asked how it stands.")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        permissions: ClassVar = [("refund_payment", "Can give money back")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state__in=UNSETTLED), name="payments_payment_one_open"
            ),
            models.UniqueConstraint(
                fields=["provider", "session_id"], condition=~Q(session_id=""), name="payments_payment_session_once"
            ),
            models.UniqueConstraint(fields=["order", "gift_card"], name="payments_payment_gift_card_once"),
            models.CheckConstraint(
                condition=Q(gift_card__isnull=True) | Q(state=PaymentState.SUCCEEDED, captured_minor=F("amount_minor")),
                name="payments_payment_gift_card_captured",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("captured_minor")), name="payments_payment_refund_within_captured"
            ),
            models.CheckConstraint(
                condition=Q(captured_minor=0) | Q(state=PaymentState.SUCCEEDED),
                name="payments_payment_captured_succeeded",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(state__in=UNSETTLED), name="payments_payment_unsettled"),
        ]

    def __str__(self) -> str:
        return f"Payment of {self.order_id}"


class Refund(models.Model):
    """Money given back. The same key again is the same refund."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    state = models.CharField(max_length=10, choices=RefundState.choices, default=RefundState.PENDING)
    amount_minor = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=300)
    said = models.JSONField(
        default=dict, blank=True, help_text="What says the reason in other languages; empty for what somebody typed."
    )
    allocation = models.JSONField(
        default=list, help_text="What it was paid for: kind, line_id (or null), label and amount_minor of each part."
    )
    credit_note = models.ForeignKey(
        "CreditNote", null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    lowered = models.BooleanField(
        default=False, help_text="Its parts are in the credited sums of an order that was not paid yet."
    )
    key = models.CharField(max_length=120)
    provider_refund_id = models.CharField(max_length=255, blank=True, db_index=True)
    failure = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payment", "key"], name="payments_refund_once_per_key"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_refund_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"Refund of {self.payment_id}"

    @property
    def sentence(self) -> str:
        """Its reason, which says itself in the language of whoever reads it."""
        return words.from_data(self.reason, self.said)


class Credit(models.Model):
    """Taken off what an order by invoice still owes: what would go back, had it been paid. The same key again is the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credits")
    amount_minor = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=300)
    allocation = models.JSONField(default=list, help_text="What it is for, as refunds keep it.")
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "key"], name="payments_credit_once_per_key"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payments_credit_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"Credit of {self.order_id}"


class InboundEvent(models.Model):
    """Something a provider told us, stored before anything is done about it. Only a trigger: the truth is fetched."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=MAX_ID)
    type = models.CharField(max_length=MAX_TYPE)
    object_id = models.CharField(max_length=MAX_ID, blank=True)
    payload = models.JSONField()
    note = models.CharField(max_length=300, blank=True, help_text="What was done about it.")
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-received_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="payments_inboundevent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class Discrepancy(models.Model):
    """Something that the provider's books say otherwise than ours. `subject` is the provider's id of it."""

    provider = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=DiscrepancyKind.choices)
    subject = models.CharField(max_length=MAX_ID)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="discrepancies")
    ours = models.CharField(max_length=100)
    theirs = models.CharField(max_length=100)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    explanation = models.CharField(
        max_length=300, blank=True, help_text="Why staff take it as it is; gone where its figures change."
    )

    class Meta:
        ordering: ClassVar = ["-first_seen_at", "-pk"]
        verbose_name_plural = "discrepancies"
        permissions: ClassVar = [("explain_discrepancy", "Can say why the books may differ")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "kind", "subject"], name="payments_discrepancy_once"),
            models.CheckConstraint(
                condition=Q(explanation="") | Q(resolved_at__isnull=False),
                name="payments_discrepancy_explained_is_resolved",
            ),
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=F("first_seen_at")), name="payments_discrepancy_seen_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"
