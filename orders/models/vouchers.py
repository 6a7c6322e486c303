"""Codes that make an order cheaper, and who has used them."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from catalog.models import Artist, Series
from orders.enums import VoucherKind
from orders.models.orders import Order
from pinshop.core.money import MINOR_DIGITS


class Voucher(models.Model):
    """What a code takes off, for whom, when and how often. `used` counts the orders that stand with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=40, unique=True, help_text="Customers may type it in small letters too.")
    kind = models.CharField(max_length=20, choices=VoucherKind.choices)
    percent = models.DecimalField(
        max_digits=5, decimal_places=2, default=Decimal(0), help_text="Of the pins it is for; 0 for the other kinds."
    )
    first_order = models.BooleanField(default=False, help_text="Only for somebody who has not ordered before.")
    limit = models.PositiveIntegerField(null=True, blank=True, help_text="In how many orders at most; empty for any.")
    limit_per_customer = models.PositiveIntegerField(
        null=True, blank=True, help_text="In how many orders of one person or business; empty for any."
    )
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True, help_text="The first moment at which it is over.")
    artists = models.ManyToManyField(
        Artist, blank=True, related_name="+", help_text="Only for ready-made pins of these artists or series."
    )
    series = models.ManyToManyField(Series, blank=True, related_name="+")
    active = models.BooleanField(default=True, help_text="Off: refused from now on, also for quotes that have it.")
    used = models.PositiveIntegerField(default=0, editable=False)
    note = models.TextField(blank=True, help_text="For staff: what it was made for.")
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code=Upper("code")) & ~Q(code=""),
                name="orders_voucher_code_upper",
                violation_error_message="Write the code in capital letters.",
            ),
            models.CheckConstraint(
                condition=Q(kind=VoucherKind.PERCENT, percent__gt=0, percent__lte=100)
                | (~Q(kind=VoucherKind.PERCENT) & Q(percent=0)),
                name="orders_voucher_percent_of_kind",
                violation_error_message="A percentage has more than 0 and at most 100 %%; the other kinds have 0.",
            ),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(used__lte=F("limit")),
                name="orders_voucher_used_within_limit",
                violation_error_message="It is in more orders than that already.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="orders_voucher_window",
                violation_error_message="It has to begin before it is over.",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class VoucherAmount(models.Model):
    """What holds for a voucher in one currency. With such rows it holds in their currencies only."""

    voucher = models.ForeignKey(Voucher, on_delete=models.CASCADE, related_name="amounts")
    currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS])
    off_minor = models.PositiveBigIntegerField(
        default=0, verbose_name="off", help_text="How much a voucher over an amount takes off."
    )
    minimum_minor = models.PositiveBigIntegerField(
        default=0, verbose_name="minimum", help_text="The least that the pins it is for must come to; 0 for none."
    )

    class Meta:
        ordering: ClassVar = ["currency"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["voucher", "currency"], name="orders_voucheramount_currency_once"),
        ]

    def __str__(self) -> str:
        return self.currency


class VoucherUse(models.Model):
    """A voucher in an order. It counts, but for the time that it is given back because the order is not paid."""

    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="uses")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="voucher_use")
    email_hash = models.CharField(
        max_length=64, help_text="SHA-256 of the customer's address: it tells people apart after their data are erased."
    )
    created_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["voucher", "email_hash"],
                condition=Q(returned_at__isnull=True),
                name="orders_voucheruse_by_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} in {self.order}"
