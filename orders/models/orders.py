"""Orders, their lines, and the counters that number them."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from catalog.models import PinVariant
from designs.models import Design, Proof
from orders import states
from orders.enums import LineKind, LineState, PaymentTerms
from orders.models.baskets import MAX_QUANTITY, ONE_KIND
from orders.models.quotes import Amounts, Quote
from orders.models.shipments import Shipment
from pinshop.accounts.owners import Owned
from pinshop.core import languages


class Counter(models.Model):
    """The last number given out in a series, such as `PS-2026`. Its row lock keeps a series without gaps."""

    series = models.CharField(primary_key=True, max_length=20)
    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.value}"


class Order(Owned, Amounts):
    """What was ordered, by whom, for how much. Its state is derived (`selectors.orders.state_of`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="order")
    contact_email = models.EmailField()
    contact_name = models.CharField(max_length=120)
    language = models.CharField(
        max_length=10,
        choices=languages.LANGUAGES,
        default=languages.DEFAULT,
        help_text="What its mails speak; its buyer's browser asked for it.",
    )
    address = models.JSONField()
    purchase_order = models.CharField(
        max_length=60, blank=True, help_text="The customer's own number for it; printed on the invoice."
    )
    cancellation = models.JSONField(
        default=dict, blank=True, help_text="The table of what cancelling costs, as published when it was placed."
    )
    reserved_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when stock is held for its ready-made lines; empty when none is held."
    )
    payment_terms = models.CharField(max_length=15, choices=PaymentTerms.choices, default=PaymentTerms.NOW)
    credited_shipping_minor = models.PositiveBigIntegerField(
        default=0, help_text="Taken off the shipping, or given back, before the invoice was paid."
    )
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when its work may go on: it was paid, or is to be paid later."
    )
    paid_at = models.DateTimeField(null=True, blank=True)
    difference_minor = models.PositiveBigIntegerField(
        default=0, help_text="What an accepted re-quote costs more than was paid; approvals wait for it."
    )
    due_date = models.DateField(null=True, blank=True, help_text="Until when its invoice is to be paid.")
    dunning_level = models.PositiveSmallIntegerField(default=0, help_text="How often its payment was asked for.")
    attention = models.CharField(
        max_length=300, blank=True, help_text="Why staff must look at it; empty when they need not."
    )
    placed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-placed_at"]
        permissions: ClassVar = [("run_order", "Can pack, ship, hold, cancel and resolve orders")]
        constraints: ClassVar = [
            *Owned.Meta.constraints,
            *Amounts.Meta.constraints,
            models.CheckConstraint(
                condition=Q(paid_at__isnull=True) | Q(confirmed_at__isnull=False), name="orders_order_paid_is_confirmed"
            ),
            models.CheckConstraint(
                condition=~Q(payment_terms=PaymentTerms.INVOICE) | Q(business__isnull=False),
                name="orders_order_invoice_is_for_businesses",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["reserved_until"], condition=Q(reserved_until__isnull=False), name="orders_order_reserved"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def invoice(self) -> Any:
        """Its `payments.Invoice`, without those of accepted re-quotes; None before it is issued. Prefetch `invoices`."""
        return next((row for row in self.invoices.all() if row.requote_id is None), None)

    @property
    def is_owed(self) -> bool:
        """Whether what it costs is paid or owed by invoice: then cancelling may cost something, and it may be made."""
        return self.paid_at is not None or self.payment_terms == PaymentTerms.INVOICE


class OrderLine(models.Model):
    """One thing ordered, with its price as it was and the state it is in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    title = models.CharField(max_length=200)
    design = models.ForeignKey(Design, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proof = models.ForeignKey(Proof, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey(PinVariant, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    spec = models.JSONField(null=True, blank=True)
    price = models.JSONField(help_text="The itemised price as quoted.")
    total_minor = models.PositiveBigIntegerField(help_text="Its price, before its part of the discount and the tax.")
    discount_minor = models.PositiveBigIntegerField(default=0)
    tax_minor = models.PositiveBigIntegerField(default=0, help_text="Its part of the order's tax.")
    weight_g = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=LineState.choices, default=LineState.PLACED)
    ship_by_date = models.DateField(null=True, blank=True)
    remake_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="remakes",
        help_text="The paid line that is made again by this one, at our cost.",
    )
    missed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was found to have missed its day, and its rush fee went back."
    )
    credited_minor = models.PositiveBigIntegerField(
        default=0, help_text="Taken off it, or given back, before its invoice was paid."
    )
    missing_quantity = models.PositiveIntegerField(
        default=0, help_text="Pieces that were not packed; what they cost went back."
    )
    on_hold = models.BooleanField(default=False, help_text="Staff stopped it; it moves no further until released.")
    cancellation_cost_minor = models.PositiveBigIntegerField(
        default=0, help_text="What cancelling it cost; the rest of its price went back or was never charged."
    )
    shipment = models.ForeignKey(Shipment, null=True, blank=True, on_delete=models.PROTECT, related_name="lines")
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["order", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="orders_orderline_position_once"),
            models.CheckConstraint(
                condition=ONE_KIND
                | Q(kind=LineKind.GIFT_CARD, design__isnull=True, spec__isnull=True, variant__isnull=True),
                name="orders_orderline_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(remake_of__isnull=True) | Q(total_minor=0), name="orders_orderline_remake_is_free"
            ),
            models.CheckConstraint(
                condition=Q(missing_quantity__lt=F("quantity")), name="orders_orderline_missing_within_quantity"
            ),
            models.CheckConstraint(
                condition=Q(cancellation_cost_minor=0) | Q(state=LineState.CANCELLED),
                name="orders_orderline_cost_of_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_QUANTITY), name="orders_orderline_quantity"
            ),
            models.CheckConstraint(
                condition=Q(kind=LineKind.CUSTOM, state__in=[*states.PATHS[LineKind.CUSTOM], LineState.CANCELLED])
                | Q(kind=LineKind.READY, state__in=[*states.PATHS[LineKind.READY], LineState.CANCELLED])
                | Q(kind=LineKind.GIFT_CARD, state__in=[*states.PATHS[LineKind.GIFT_CARD], LineState.CANCELLED]),
                name="orders_orderline_state_of_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind=LineKind.CUSTOM) | Q(proof__isnull=True), name="orders_orderline_proof_is_custom"
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__lte=F("total_minor")), name="orders_orderline_discount_within_total"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def payable_minor(self) -> int:
        """What the customer pays for it: price, less discount, with the tax where the prices do not contain it."""
        added = 0 if self.order.tax_inclusive else self.tax_minor
        return self.total_minor - self.discount_minor + added
