"""Prices that bind the shop for a while."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from pinshop.accounts.owners import Owned

_PRICES = F("subtotal_minor") - F("discount_minor") + F("shipping_minor")


class Amounts(models.Model):
    """What a quote, and the order made from it, costs: lines, discounts, shipping, tax, and their sum."""

    currency = models.CharField(max_length=3)
    subtotal_minor = models.PositiveBigIntegerField()
    discount_minor = models.PositiveBigIntegerField(default=0)
    shipping_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField()
    tax_inclusive = models.BooleanField(default=False, help_text="The prices contain the tax; it is not added.")
    total_minor = models.PositiveBigIntegerField()
    voucher = models.JSONField(null=True, blank=True, help_text="What its voucher takes off, as it was redeemed.")
    discounts = models.JSONField(default=list, blank=True, help_text="Each reason for a discount, with its amount.")
    shipping = models.JSONField(help_text="Zone, weight and days on the way when the price was made.")
    tax = models.JSONField(help_text="Name, rate and source of the tax, or why none is collected.")
    price_version = models.CharField(
        max_length=40, blank=True, help_text="Of the price table; empty where no line is custom."
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(tax_inclusive=False, total_minor=_PRICES + F("tax_minor"))
                | Q(tax_inclusive=True, total_minor=_PRICES),
                name="%(app_label)s_%(class)s_total_adds_up",
            ),
        ]

    @property
    def is_mailed(self) -> bool:
        """Whether it goes by e-mail, as a gift card does: then nothing is shipped."""
        return bool(self.shipping.get("by_email"))

    def amounts(self) -> dict[str, Any]:
        """All of these columns, for the order that is made from a quote."""
        return {field.name: getattr(self, field.name) for field in Amounts._meta.local_fields}


class Quote(Owned, Amounts):
    """An itemised, binding price. It never changes; another wish is the next version under the same number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField(default=1)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=10, blank=True, help_text="State or province, where the tax depends on it.")
    service = models.CharField(max_length=30, blank=True, help_text="How it is sent.")
    vat_number = models.CharField(max_length=20, blank=True, help_text="Of a business, with its country's letters.")
    lines = models.JSONField(help_text="Each line: kind, title, design or variant, quantity, spec, price, weight.")
    from_basket = models.BooleanField(default=False, help_text="Ordering it empties the basket of these lines.")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            *Owned.Meta.constraints,
            *Amounts.Meta.constraints,
            models.UniqueConstraint(fields=["number", "version"], name="orders_quote_version_once"),
        ]

    def __str__(self) -> str:
        return self.number if self.version == 1 else f"{self.number} version {self.version}"
