"""Money in and out: tries to pay, refunds, what providers told us, invoices."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from orders.models import Order, OrderLine, Requote
from orders.payments.enums import UNSETTLED, DiscrepancyKind, PaymentState, RefundState
from pinshop.core import languages, words
from pinshop.core.models import StoredFile
from pinshop.core.money import MINOR_DIGITS, Money

MAX_ID, MAX_TYPE = 255, 100  # what providers call their objects and messages


class GiftCard(models.Model):
    """Money that was given away or sold. Only the hash of its code is kept; `services.giftcards` moves its balance.

    One that a `line` of an order buys is stored with the order and holds nothing before it is issued, when that is paid.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(max_length=4, help_text="The last letters of its code, by which people tell cards apart.")
    currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS])
    initial_minor = models.PositiveBigIntegerField()
    balance_minor = models.PositiveBigIntegerField()
    active = models.BooleanField(default=True, help_text="Off: blocked by staff, it pays nothing.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it is good for ever.")
    receiver_email = models.EmailField(blank=True)
    receiver_name = models.CharField(max_length=120, blank=True)
    message = models.CharField(max_length=300, blank=True, help_text="From the giver to the receiver.")
    language = models.CharField(max_length=10, choices=languages.LANGUAGES, default=languages.DEFAULT)
    note = models.TextField(blank=True, help_text="For staff: why it was issued.")
    line = models.OneToOneField(
        OrderLine, null=True, blank=True, on_delete=models.PROTECT, related_name="gift_card", help_text="What sold it."
    )
    mail_at = models.DateTimeField(null=True, blank=True, help_text="When its buyer wants it mailed; empty: at once.")
    issued_at = models.DateTimeField(null=True, blank=True, help_text="Since when it pays; empty: it is not paid yet.")
    mailed_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True, help_text="When its buyer gave it back, for the money.")
    issue_key = models.UUIDField(unique=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(initial_minor__gt=0), name="payments_giftcard_initial_positive"),
            models.CheckConstraint(
                condition=Q(balance_minor__gte=0, balance_minor__lte=F("initial_minor")),
                name="payments_giftcard_balance_within_initial",
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=False) | Q(line__isnull=False, active=False, balance_minor=0),
                name="payments_giftcard_unissued_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(active=False, balance_minor=0),
                name="payments_giftcard_taken_back_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"•••• {self.ending}"


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


class Invoice(models.Model):
    """A numbered document of a paid order, or of what a re-quote made dearer since. It never changes.

    Its figures are those of the order when it was issued.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    requote = models.OneToOneField(Requote, null=True, blank=True, on_delete=models.PROTECT, related_name="invoice")
    currency = models.CharField(max_length=3)
    total_minor = models.PositiveBigIntegerField()
    data = models.JSONField(help_text="Everything the document shows.")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(requote__isnull=True), name="payments_invoice_one_per_order"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CreditNote(models.Model):
    """A numbered document of money that went back on an invoiced order. It never changes.

    A refund that failed after all leaves its credit note to the refund that then carries it out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    currency = models.CharField(max_length=3)
    total_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField(help_text="The tax within the total.")
    data = models.JSONField(help_text="Everything the document shows.")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="payments_creditnote_total_positive"),
            models.CheckConstraint(
                condition=Q(tax_minor__lte=F("total_minor")), name="payments_creditnote_tax_within_total"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        """What went back."""
        return Money(self.total_minor, self.currency)
