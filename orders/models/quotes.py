"""Prices that bind the shop for a while."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from pinshop.accounts.owners import Owned


class Amounts(models.Model):
    """What a quote, and the order made from it, costs: lines, shipping, tax, and their sum."""

    currency = models.CharField(max_length=3)
    subtotal_minor = models.PositiveBigIntegerField()
    shipping_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField()
    total_minor = models.PositiveBigIntegerField()
    shipping = models.JSONField(help_text="Zone, weight and days on the way when the price was made.")
    tax = models.JSONField(help_text="Name, rate and source of the tax, or why none is collected.")
    price_version = models.CharField(
        max_length=40, blank=True, help_text="Of the price table; empty where no line is custom."
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(total_minor=F("subtotal_minor") + F("shipping_minor") + F("tax_minor")),
                name="%(app_label)s_%(class)s_total_adds_up",
            ),
        ]


class Quote(Owned, Amounts):
    """An itemised, binding price. It never changes; a new wish is a new quote."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    country = models.CharField(max_length=2)
    lines = models.JSONField(help_text="Each line: kind, title, design or variant, quantity, spec, price, weight.")
    from_basket = models.BooleanField(default=False, help_text="Ordering it empties the basket of these lines.")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [*Owned.Meta.constraints, *Amounts.Meta.constraints]

    def __str__(self) -> str:
        return self.number
